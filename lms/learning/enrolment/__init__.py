"""Enrolment: who is on which course, what they have completed of it, and the pages of courses and lessons.

E1  one registration per person and course; its id is xAPI's registration
E2  an activity is completed at most once per registration; later tries change nothing that was earned
E3  a course is completed in the transaction that completed its last required part
"""
