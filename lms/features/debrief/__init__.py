"""The debrief: a guided look back after a run, one thing per screen, for the learner alone.

    open ──(last screen kept)──▶ done
      └────(skipped, with or without a reason)──▶ skipped

D1  what is written here is the learner's: no other person's query returns it, and no statement carries it
D2  a turning point is asked about before it is revealed
D3  done and skipped count the same for a course; which of the two it was, only the learner can see
"""
