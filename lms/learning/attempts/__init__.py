"""Attempts: one try at a quiz or a scenario, pinned to a version, resumable anywhere.

    prebrief ──begin──▶ open ──decide / answer──▶ open ──(ending, last answer)──▶ ended
        └───────────────summary────────────────────────────────────────────────▶ summary

A1  an attempt keeps the version it was started on, whatever happens to the file
A2  one step, one transaction: events, state, statements and completion together or not at all
A3  a stale or doubled step changes nothing; the person is shown where they are
A4  a practice attempt is the learner's own: nobody else's query can return it, no statement of it leaves
A5  free text is kept apart from events and statements, for the learner alone
"""
