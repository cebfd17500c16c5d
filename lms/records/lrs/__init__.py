"""The Learning Record Store: every statement, kept as it came, found by whom and what it speaks of.

L1  what is kept is a valid statement; its body never changes
L2  `stored` strictly grows with `seq`, also when the clock moves back or stands still
L3  a private statement (a practice run) is for its learner's eyes: it is in no list but the learner's own

It is the record of this installation, and an LRS for other programs; delivery to others is `tracking`.

service      what the house asks: store our statements, walk through them
model        entries, and the marks that statements are found by
ask          a request and an answer of xAPI, free of Flask; refusals with their section
resources    what each resource does with each method, for both versions
accepting    statements of others: judged, kept, voided, linked
asking       GET of statements as SQL; what is known of agents and activities
documents    state and profiles
multipart    attachments on the wire
signatures   signed statements
clients      credentials, scopes, limits
views        /xapi, and the page of admins
"""
