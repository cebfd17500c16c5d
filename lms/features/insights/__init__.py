"""Insights: what trainers see. The library's health, who is on a course, and the counted tries of each.

I1  practice does not exist here, in no list and no count
I2  what learners write is never shown
I3  opening somebody's try is noted where that person can read it
"""
