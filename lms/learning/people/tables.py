"""Rows of people. `token`, `name` and `mail` are empty (NULL) once a person has been erased."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table

from lms.base.store.metadata import metadata
from lms.base.store.types import Guid, Json, UtcDateTime

person = Table(
    "people_person",
    metadata,
    Column("id", Guid, primary_key=True),
    Column("name", String(200)),
    Column("mail", String(254), unique=True),
    Column("password_hash", String(200)),
    Column("roles", Json, nullable=False),
    Column("manager_id", Guid, ForeignKey("people_person.id"), index=True),
    Column("token", String(32), unique=True),
    Column("epoch", Integer, nullable=False, default=0),
    Column("locale", String(10), nullable=False),
    Column("time_zone", String(64), nullable=False, default=""),
    Column("created_at", UtcDateTime, nullable=False),
    Column("erased_at", UtcDateTime),
    Column("is_demo", Boolean, nullable=False, default=False),
)

attempt = Table(
    "people_attempt",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account_key", String(64), nullable=False),
    Column("address_key", String(64), nullable=False),
    Column("at", UtcDateTime, nullable=False, index=True),
    Index(None, "account_key", "at"),
    Index(None, "address_key", "at"),
)
"""A try at signing in or at asking for a link, for counting; forgotten after a quarter of an hour."""

link = Table(
    "people_link",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("person_id", Guid, ForeignKey("people_person.id"), nullable=False, index=True),
    Column("secret_hash", String(64), nullable=False, unique=True),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("used_at", UtcDateTime),
)

view = Table(
    "people_view",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("viewer_id", Guid, ForeignKey("people_person.id"), nullable=False),
    Column("person_id", Guid, ForeignKey("people_person.id"), nullable=False),
    Column("what", String(100), nullable=False),
    Column("at", UtcDateTime, nullable=False, index=True),
    Index(None, "person_id", "at"),
)
"""Who opened whose record."""

erasure = Table(
    "people_erasure",
    metadata,
    Column("person_id", Guid, ForeignKey("people_person.id"), primary_key=True),
    Column("by_id", Guid, ForeignKey("people_person.id")),  # null: from the command line
    Column("at", UtcDateTime, nullable=False, index=True),
    Column("tally", Json, nullable=False),
)
"""Who was erased, when, by whom, and how much of what; it says nothing about who that was."""
