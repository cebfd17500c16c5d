"""Teams: a manager's own people, what they have done, what is due, and putting them on courses.

M1  a manager sees their own people only; anybody else does not exist here
M2  of an assessed run a manager sees the result and the critical actions, never the decisions
    nor which ending (it tells of them); of practice nothing
M3  opening a person's page is noted where that person can read it
"""
