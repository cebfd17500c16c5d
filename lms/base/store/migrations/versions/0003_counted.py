"""What was tried how often is counted in an index; until now every attempt was read for it, with its state."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """From 0002 to 0003."""
    op.create_index("ix_attempts_attempt_item", "attempts_attempt", ["kind", "item_id", "is_practice"])
