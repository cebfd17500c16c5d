"""A document of a program says whose it is, so that erasing a person finds it; of older ones it cannot be told."""

import sqlalchemy as sa
from alembic import op

from lms.base.store.types import Digest

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """From 0003 to 0004."""
    op.add_column("lrs_document", sa.Column("agent", Digest(16), nullable=True))
    op.create_index("ix_lrs_document_agent", "lrs_document", ["agent"])
