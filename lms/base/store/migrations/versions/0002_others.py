"""Endpoints may be sent what other programs send; none was until now."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """From 0001 to 0002."""
    with op.batch_alter_table("tracking_endpoint") as batch:
        batch.add_column(sa.Column("others", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("tracking_endpoint") as batch:
        batch.alter_column("others", existing_type=sa.Boolean(), existing_nullable=False, server_default=None)
    op.add_column("tracking_delivery", sa.Column("attachments", sa.Text(), nullable=True))
