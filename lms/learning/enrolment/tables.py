"""Rows of enrolment."""

from sqlalchemy import Column, Float, ForeignKey, String, Table, UniqueConstraint

from lms.base.store.metadata import metadata
from lms.base.store.types import Guid, UtcDateTime

enrolment_registration = Table(
    "enrolment_registration",
    metadata,
    Column("id", Guid, primary_key=True),
    Column("person_id", Guid, ForeignKey("people_person.id"), nullable=False),
    Column("course_id", String(64), nullable=False, index=True),
    Column("enrolled_by", Guid),  # null: by oneself
    Column("enrolled_at", UtcDateTime, nullable=False),
    Column("due_on", String(10)),  # a day, YYYY-MM-DD
    Column("completed_at", UtcDateTime),
    Column("completed_version", String(64)),
    UniqueConstraint("person_id", "course_id"),
)

enrolment_standing = Table(
    "enrolment_standing",
    metadata,
    Column("registration_id", Guid, ForeignKey("enrolment_registration.id"), primary_key=True),
    Column("activity_id", String(64), primary_key=True),
    Column("version", String(64), nullable=False),
    Column("completed_at", UtcDateTime),
    Column("passed_at", UtcDateTime),
    Column("score", Float),
    Column("debriefed_at", UtcDateTime),  # gone through or consciously skipped: nobody can tell which from here
    Column("summary_at", UtcDateTime),
)
