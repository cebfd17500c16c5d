"""Rows of the debrief. All of it is private to the learner."""

from sqlalchemy import Column, ForeignKey, String, Table, Text

from lms.base.store.metadata import metadata
from lms.base.store.types import Guid, UtcDateTime

debrief_debrief = Table(
    "debrief_debrief",
    metadata,
    Column("attempt_id", Guid, ForeignKey("attempts_attempt.id"), primary_key=True),
    Column("person_id", Guid, ForeignKey("people_person.id"), nullable=False, index=True),
    Column("status", String(16), nullable=False),  # open, done, skipped
    Column("began_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Column("reason", Text),
)

debrief_answer = Table(
    "debrief_answer",
    metadata,
    Column("attempt_id", Guid, ForeignKey("debrief_debrief.attempt_id"), primary_key=True),
    Column("field", String(80), primary_key=True),
    Column("body", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)
"""A screen that was gone on from has at least the row `seen:<screen>`: how often it was gone on from."""
