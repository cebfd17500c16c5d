"""Courses: lessons, question banks, quizzes and linked scenarios, from files to what a learner may do next. Pure.

    files ── read ──► records (syntax) ── check ──► problems
                            └── compile ──► Course (model) ── stored ──► canonical JSON, hash
    Course + facts ── outline ──► what is open, next, done; whether a certificate is due
    Quiz + Bank + seed ── draw ──► Drawn;  a response ── mark ──► Marked;  all of them ── judge ──► QuizResult

Everything that others may use is named in `api`.
"""
