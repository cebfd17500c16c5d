"""Questions and their banks: one format and one judgement, wherever a question is asked.

A quiz of a course draws from a bank, a scene of a scenario asks one of its questions. What a question is, how its file is
read, what can be wrong with it and what an answer is worth lives here; what follows from an answer lives there.

    bank.yaml ── syntax ──► BankFile ── check ──► problems
                               └─ build ──► Bank of Questions ── mark ──► Marked
"""
