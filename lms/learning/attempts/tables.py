"""Rows of attempts."""

from sqlalchemy import Boolean, Column, Float, ForeignKey, Index, Integer, String, Table, Text

from lms.base.store.metadata import metadata
from lms.base.store.types import Guid, Json, UtcDateTime

attempts_attempt = Table(
    "attempts_attempt",
    metadata,
    Column("id", Guid, primary_key=True),
    Column("person_id", Guid, ForeignKey("people_person.id"), nullable=False),
    Column("registration", Guid, nullable=False),  # the course's, or the practice run's own
    Column("kind", String(16), nullable=False),  # scenario, quiz
    Column("course_id", String(64)),  # null: practice
    Column("activity_id", String(64)),
    Column("item_id", String(64), nullable=False),  # the scenario's or the course's id in the library
    Column("title", String(200), nullable=False),
    Column("version", String(64), nullable=False),
    Column("is_practice", Boolean, nullable=False),
    Column("number", Integer, nullable=False),
    Column("status", String(16), nullable=False),  # prebrief, open, ended, summary
    Column("step", Integer, nullable=False),
    Column("seed", String(40), nullable=False),
    Column("state", Json, nullable=False),
    Column("progress", Float, nullable=False),
    Column("minutes_left", Integer, nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("moved_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Column("ending", String(64)),
    Column("success", Boolean),
    Column("score", Float),
    Column("timing", Integer, nullable=False, server_default="0"),  # 0: not timed; 1, 2, 10: times the author's limit
    Index("uq_attempts_attempt_try", "person_id", "course_id", "activity_id", "number", unique=True),
    Index("ix_attempts_attempt_open", "person_id", "status", "moved_at"),
    Index("ix_attempts_attempt_item", "kind", "item_id", "is_practice"),  # to count without reading states
)

attempts_event = Table(
    "attempts_event",
    metadata,
    Column("attempt_id", Guid, ForeignKey("attempts_attempt.id"), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("body", Json, nullable=False),
)

attempts_text = Table(
    "attempts_text",
    metadata,
    Column("attempt_id", Guid, ForeignKey("attempts_attempt.id"), primary_key=True),
    Column("field", String(64), primary_key=True),
    Column("body", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)
