"""The record as statements: for trainers and admins to look through, one by one or as a file.

model       what one may ask for, and what is shown
sentence    a statement as people would say it: pure
service     asking, opening, downloading
views       /statements/…

B1  what is shown is what `visibility` allows: trainers see what counts, admins only how far courses are; practice runs
    and private words are never found, because the store keeps them apart
B2  names are looked up for the page alone; a file holds pseudonyms only
B3  whoever looks at one person's statements is noted, for that person to see
"""
