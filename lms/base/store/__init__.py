"""Rows: metadata, column types, the unit of work, migrations. SQLAlchemy Core only (see docs/decisions/0002).

types        UtcDateTime, Json, Guid: what a column may hold, the same on SQLite and PostgreSQL
metadata     the one MetaData; every `tables.py` declares into it
prepared     statements that every decision executes, handed straight to the driver
work         Store and UnitOfWork: one transaction, its clock and ids, its events
turns        threads of one process: one works at a time
folding      SQLite's log goes back into the file while others write
queue        processes that write to one SQLite file wait in short naps
schema       create, upgrade, compare: the database's shape over time (Alembic)
"""
