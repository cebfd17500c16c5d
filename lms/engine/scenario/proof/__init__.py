"""Going every way through a Program, and what follows from that.

explore      the states that can be reached, cut down to what a question depends on (explore_*)
find         what is wrong, by ids, in the story without its words; remembered, because words change more often than ways
prove        the same as problems: each with its place, and the shortest way there as `witness`
plan         an author's test plans, walked; `report` scores, lengths and coverage
explain      how to get somewhere; `difference`, `succession` what a new version changes, and whether every place survives
"""
