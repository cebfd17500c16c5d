"""Statements, and what to find them by.

`seq` is given out by us under a lock, so it has no gaps and stands in the order of `stored`; a reader may walk it.
`body` is the JSON as it came; `digest` its SHA-256, so that an identical resend is known without parsing.
"""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text

from lms.base.store.metadata import metadata
from lms.base.store.types import UtcDateTime

Sequence = BigInteger().with_variant(Integer, "sqlite")

lrs_statement = Table(
    "lrs_statement",
    metadata,
    Column("seq", Sequence, primary_key=True, autoincrement=False),
    Column("id", String(36), nullable=False, unique=True),
    Column("stored", UtcDateTime, nullable=False, unique=True),
    Column("timestamp", UtcDateTime, nullable=False),
    Column("verb", Text, nullable=False),
    Column("registration", String(36)),
    Column("digest", String(64), nullable=False),
    Column("body", Text, nullable=False),
    Column("voided", Boolean, nullable=False),
    Column("private", Boolean, nullable=False),
    Index(None, "verb", "seq"),
    Index(None, "registration", "seq"),
)

lrs_reference = Table(
    "lrs_reference",
    metadata,
    Column("kind", String(9), primary_key=True),
    Column("key", Text, primary_key=True),
    Column("relation", String(16), primary_key=True),
    Column("statement_seq", Sequence, ForeignKey("lrs_statement.seq"), primary_key=True),
    sqlite_with_rowid=False,
)
