"""What a compiled story is: a tree of frozen values, canonical bytes and a hash; and the few things said of it alone.

program     Program and its parts; format number, bytes, hash
expression  guards and effects as trees; `observing`, `task`, `chance`: what a scene measures, asks, leaves to chance
ways        every way out of a scene; `distance` how far it is to an ending
wording     a program's words in another language or nation; `in_words` expressions as people say them
codes       the code of every problem that a story can have

Nothing here knows how a story is written, run or proven.
"""
