"""The scenario language, from text to debrief. The rest of the house imports `api` and the types it hands out.

    text ── language ──► Program ── play ──► State, events ── play.debrief ──► Debrief
                            │
                            ├── proof ──► problems with the shortest way there, plans, differences
                            ├── drawing ──► SVG
                            └── (manual: the reference, made from `language`)

program     what a compiled story is
language    reading, checking, compiling
play        running, offering, looking back
proof       going every way
drawing     the picture of a story
manual      the reference of the language

Imports go from proof to play and language, from these to program, and never between play and language.
"""
