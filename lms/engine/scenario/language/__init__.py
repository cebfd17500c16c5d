"""From text to Program: reading, checking, and what an editor wants to know.

    text ── parse ──► syntax ── check, lint, declare, typecheck ──► compile ──► Compiled(program, problems, places)
               ▲            ▲
        blocks, prose,   include, language_file, overlay: other files of the same story
        front, grammar

layout (`lms fmt`), repair (`--fix`), starter (`lms new`) and symbols (the language server) stand on the same syntax.
`graph` and `groups` look at the scenes as a graph, without going every way.
"""
