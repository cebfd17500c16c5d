"""`lms lsp`: any editor that speaks the Language Server Protocol knows the scenario language, over the one engine.

    editor ── stdio ── server ──┬── answers: completion, hover, definition, references, rename, symbols (this process)
                                └── checks ──► worker (a process): static problems, then names
                                          └──► worker (another): proofs; killed by a newer edit

L1  the process that talks to the editor never compiles: an answer waits for no check
L2  what is shown belongs to the text as it is now; a finding about an older text is dropped
L3  nothing is written to a file here: every change is handed to the editor, which makes it or not
"""
