"""The library: content as trainers write it, kept by version so that nothing a learner started can vanish.

    files → compile (engine) → versions by hash, media by hash → items (what is current, with its problems)

L1  a version is never changed and never removed: an old attempt opens after its file is changed, renamed or gone
L2  an error leaves the last good version in service, and shows with line and column
L3  refresh is idempotent: a crash at any point is healed by the next one
"""
