"""Insights: what trainers see (the library's health, who is on a course, the counted tries of each), and what admins do.

I1  practice does not exist here, in no list and no count
I2  what learners write is never shown
I3  opening somebody's try or courses is noted where that person can read it
I4  an admin sees how far somebody is on a course and no more: no result, no try, no answer
I5  a trainer and an admin may put anybody on a course; where one address is not known, nobody is put on it
"""
