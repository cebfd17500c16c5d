"""Statements and what to find them by; what other tools keep here beside them; who they are.

`seq` is given out by us under a lock, so it has no gaps and stands in the order of `stored`; a reader may walk it.
`body` is the JSON as it came, with what an LRS adds to it; it is handed out as it stands.

`lrs_reference` is the only index that queries use: `mark` is a number (see `model.mark`) that stands for what a
statement can be found by, so each row is small and no key is too long. A row with `direct` 1 says that the agent is
actor or object, the activity the object; one with 0 that it is mentioned and no more. So one range of the table, in the
order of storing, answers each filter, and two answer `related_…`. A statement has a row for each thing it is found by:
most of them somewhere else in the table, so they are what writing costs. It could be made anew from the statements, so
no foreign key is checked for each row. Definitions and documents are alone under theirs, which is the whole digest.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    Text,
)

from lms.base.store.metadata import metadata
from lms.base.store.types import Digest, UtcDateTime

Sequence = BigInteger().with_variant(Integer, "sqlite")

lrs_client = Table(
    "lrs_client",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(64), nullable=False, unique=True),
    Column("key", String(32), nullable=False, unique=True),
    Column("digest", String(64), nullable=False),
    Column("scopes", Text, nullable=False),
    Column("origins", Text, nullable=False),
    Column("authority", Text, nullable=False),
    Column("per_minute", Integer, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("used_at", UtcDateTime),
    Column("revoked_at", UtcDateTime),
)

lrs_use = Table(
    "lrs_use",
    metadata,
    Column("client_id", Integer, ForeignKey("lrs_client.id"), primary_key=True),
    Column("minute", Integer, primary_key=True, autoincrement=False),
    Column("requests", Integer, nullable=False),
)

lrs_statement = Table(
    "lrs_statement",
    metadata,
    Column("seq", Sequence, primary_key=True, autoincrement=False),
    Column("id", String(36), nullable=False, unique=True),
    Column("stored", UtcDateTime, nullable=False, unique=True),
    Column("verb", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("voided", Boolean, nullable=False),
    Column("private", Boolean, nullable=False),
    Column("client_id", Integer, ForeignKey("lrs_client.id")),
)

lrs_reference = Table(
    "lrs_reference",
    metadata,
    Column("mark", BigInteger, primary_key=True, autoincrement=False),
    Column("direct", SmallInteger, primary_key=True, autoincrement=False),
    Column("statement_seq", Sequence, primary_key=True),
    sqlite_with_rowid=False,
)

lrs_activity = Table(
    "lrs_activity",
    metadata,
    Column("mark", Digest(16), primary_key=True),
    Column("iri", Text, nullable=False),
    Column("definition", Text, nullable=False),
)

lrs_attachment = Table(
    "lrs_attachment",
    metadata,
    Column("sha2", String(128), primary_key=True),
    Column("content", LargeBinary, nullable=False),
)

lrs_document = Table(
    "lrs_document",
    metadata,
    Column("mark", Digest(16), primary_key=True),
    Column("shelf", Digest(16), nullable=False),
    Column("registration", String(36)),
    Column("name", Text, nullable=False),
    Column("content_type", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("etag", String(40), nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("agent", Digest(16)),
    Index(None, "shelf"),
    Index(None, "agent"),
)
