"""Statements on their way: recorded with the fact, delivered to other LRSs, each exactly once.

T1  a row of the outbox exists if and only if its fact committed
T2  no request is made inside a transaction
T3  a retry sends the same bytes: id, timestamp and body are fixed when recorded
T4  a refused statement stops no other
T5  nothing that can be sent is deleted unacknowledged, unless somebody removes the endpoint

model      the life of a delivery: what each reply of an LRS leads to (pure)
tables     endpoints and the outbox
service    record, claim, settle
others     what other programs send to the LRS, for endpoints that want it too
endpoints  looking after endpoints, and what is parked
wanted     what an endpoint is sent (pure)
vault      endpoint passwords, encrypted at rest
transport  HTTP: recorded bytes out, a reply in; which addresses may be reached
relay      claim → post → settle, until stopped
"""
