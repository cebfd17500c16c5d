"""Rows of the library."""

from sqlalchemy import Boolean, Column, LargeBinary, String, Table

from lms.base.store.metadata import metadata
from lms.base.store.types import Json, UtcDateTime

library_item = Table(
    "library_item",
    metadata,
    Column("kind", String(16), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("path", String(400), nullable=False),
    Column("seen", String(64), nullable=False),  # hash of everything that was read, so that the same is read once
    Column("version", String(64)),  # hash of the last good program; null until there was one
    Column("card", Json),  # what catalogues show of it
    Column("problems", Json, nullable=False),
    Column("is_present", Boolean, nullable=False),
    Column("checked_at", UtcDateTime, nullable=False),
)

library_version = Table(
    "library_version",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("item_id", String(64), nullable=False, index=True),
    Column("body", LargeBinary, nullable=False),
    Column("kept_at", UtcDateTime, nullable=False),
)

library_media = Table(
    "library_media",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("media_type", String(100), nullable=False),
    Column("content", LargeBinary, nullable=False),
)
