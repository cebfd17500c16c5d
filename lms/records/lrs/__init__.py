"""The Learning Record Store: every statement, kept as it came, found by whom and what it speaks of.

L1  what is kept is a valid statement; its body never changes
L2  `stored` strictly grows with `seq`, also when the clock moves back or stands still
L3  a private statement (a practice run) is for its learner's eyes: it is in no list but the learner's own

It is the record of this installation. The HTTP resources of xAPI are built over it; delivery to others is `tracking`.
"""
