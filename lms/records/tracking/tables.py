"""Endpoints, and the outbox: one row for each statement and endpoint."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from lms.base.store.metadata import metadata
from lms.base.store.types import Json, UtcDateTime

Sequence = BigInteger().with_variant(Integer, "sqlite")

tracking_endpoint = Table(
    "tracking_endpoint",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(64), nullable=False, unique=True),
    Column("url", Text, nullable=False),
    Column("version", String(8), nullable=False),
    Column("username", Text, nullable=False),
    Column("secret", Text, nullable=False),  # sealed by the vault
    # Whoever reads this column reads the tokens too, so sealing it would hide nothing; it keeps receivers apart.
    Column("actor_key", String(64), nullable=False),
    Column("verbs", Json, nullable=False),  # names of the verbs that it is sent; none: all
    Column("about", Json, nullable=False),  # ids of courses and scenarios; none: all
    Column("created_at", UtcDateTime, nullable=False),
    Column("paused", Boolean, nullable=False),
    Column("words", Text, nullable=False),
    Column("window", Integer, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("broken", Integer, nullable=False),
    Column("refused", Integer, nullable=False),
    Column("due_at", UtcDateTime),
    Column("succeeded_at", UtcDateTime),
    Column("delivered", Integer, nullable=False),
    Column("lease", String(36)),
    Column("leased_until", UtcDateTime),
    Column("others", Boolean, nullable=False),  # what other programs send here too
    Column("removed_at", UtcDateTime),  # who records or delivers at that moment still names it, so the row goes later
)

tracking_delivery = Table(
    "tracking_delivery",
    metadata,
    Column("seq", Sequence, primary_key=True),
    Column("endpoint_id", Integer, ForeignKey("tracking_endpoint.id"), nullable=False),
    Column("statement_id", String(36), nullable=False),
    Column("registration", String(36)),
    Column("body", Text),  # the bytes that go out; empty once acknowledged
    Column("size", Integer, nullable=False),
    Column("state", String(9), nullable=False),
    Column("recorded_at", UtcDateTime, nullable=False),
    Column("settled_at", UtcDateTime),
    Column("deferrals", Integer, nullable=False),
    Column("failed_at", UtcDateTime),
    Column("due_at", UtcDateTime),
    Column("words", Text),
    Column("attachments", Json),  # SHA-2 and content type of each whose content goes out too; none: NULL
    UniqueConstraint("endpoint_id", "statement_id"),
    Index(None, "endpoint_id", "state", "seq"),
)
