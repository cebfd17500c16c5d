"""Courses: reading, checking, sequence, questions, grading."""
