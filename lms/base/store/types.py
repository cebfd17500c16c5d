"""What a column may hold, the same on SQLite and PostgreSQL.

UtcDateTime   an aware datetime in UTC, kept as fixed-width text, so that order in SQL is order in time
Json          a JSON value, kept as compact text; never queried into
Guid          a UUID, kept as its 36 characters
Digest        a few bytes to find something by, handed to the driver as they are
"""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import LargeBinary, String, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant; a naive one is refused, because nobody could tell what it means."""

    impl = String(27)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Write 2026-11-21T19:40:00.000000Z."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a datetime without a time zone cannot be stored")
        return f"{value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='microseconds')}Z"

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Read it back, aware, in UTC."""
        return None if value is None else datetime.fromisoformat(value)


class Json(TypeDecorator[Any]):
    """A JSON value as compact text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Write compact JSON; None becomes NULL."""
        return None if value is None else orjson.dumps(value).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:  # noqa: ARG002
        """Read it back as Python values."""
        return None if value is None else orjson.loads(value)


class Guid(TypeDecorator[UUID]):
    """A UUID as text: readable in any client, portable between databases."""

    impl = String(36)
    cache_ok = True

    def process_bind_param(self, value: UUID | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Write the canonical 36 characters."""
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> UUID | None:  # noqa: ARG002
        """Read it back as a UUID."""
        return None if value is None else UUID(value)


class Digest(LargeBinary):
    """Some bytes of a fixed length; nothing need be done to them on the way in."""

    def bind_processor(self, dialect: Dialect) -> None:
        """Hand the bytes on: every driver of ours takes them."""
