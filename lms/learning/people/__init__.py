"""People: accounts, sign-in, roles, who manages whom, and who opened whose record.

model       Person, the rules for names, mail addresses and passwords, the demo people
passwords   argon2id: the only importer of argon2
service     accounts, profile, roles and managers, the audit of opened records
access      signing in, throttling, one-time links, signing out everywhere
erasure     forgetting a person: what goes, what stays, that it happened
transport   mail over SMTP, sent after the commit by a thread of its own
views       /people/…: sign-in, profile, forgotten password, the admin's pages
commands    `lms person add | link | list | role | erase`

P1  a mail address belongs to one person, whatever its case
P2  an unknown address costs as much work, and gets the same answer, as a wrong password
P3  a try at a password or a link is counted, and committed, before it is looked at
P4  a one-time link works once, for an hour, and for no other person; only its hash is kept
P5  a new password, and signing out everywhere, end every other sign-in of that person (the epoch grows)
P6  there is always somebody with the role admin, once there was one
P7  no name, address, password or link is ever logged
"""
