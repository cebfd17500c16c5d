"""Rows of certificates."""

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, String, Table, Text

from lms.base.store.metadata import metadata
from lms.base.store.types import Guid, UtcDateTime

certificates_certificate = Table(
    "certificates_certificate",
    metadata,
    Column("id", String(22), primary_key=True),  # 128 random bits; its page needs no sign-in
    Column("registration_id", Guid, ForeignKey("enrolment_registration.id"), nullable=False, unique=True),
    Column("person_id", Guid, ForeignKey("people_person.id"), index=True),  # this and the name: null once erased
    Column("name", String(200)),
    Column("name_seal", String(64)),
    Column("facts", Text, nullable=False),  # model.Facts as JSON, sealed as it stands
    Column("seal", String(64), nullable=False),
    Column("issued_at", UtcDateTime, nullable=False),
)

certificates_file = Table(
    "certificates_file",
    metadata,
    Column("certificate_id", String(22), ForeignKey("certificates_certificate.id"), primary_key=True),
    Column("locale", String(10), nullable=False),
    Column("pdf", LargeBinary),
    Column("tries", Integer, nullable=False, default=0),
    Column("due_at", UtcDateTime, index=True),  # null once it is made
)
"""The PDF, in the database: a backup of one moment has it, and erasing is deleting a row."""
