"""An endpoint can be removed while its statements are being delivered and others recorded."""

import sqlalchemy as sa
from alembic import op

from lms.base.store.types import UtcDateTime

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """From 0004 to 0005."""
    op.add_column("tracking_endpoint", sa.Column("removed_at", UtcDateTime(), nullable=True))
