"""What statements are found by takes little more than half the room: a mark is a number, and has one row where it had two.

The number is the first half of the old digest, so no statement has to be read again.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_SEQUENCE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """From 0005 to 0006."""
    connection = op.get_bind()
    number = "('x' || encode(substr(mark, 1, 8), 'hex'))::bit(64)::bigint"
    if connection.dialect.name == "sqlite":
        driver: Any = connection.connection.dbapi_connection
        driver.create_function("mark_number", 1, _number, deterministic=True)
        number = "mark_number(mark)"
    op.rename_table("lrs_reference", "lrs_reference_old")
    if connection.dialect.name == "postgresql":
        op.execute("ALTER INDEX pk_lrs_reference RENAME TO pk_lrs_reference_old")
    op.create_table(
        "lrs_reference",
        sa.Column("mark", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("direct", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("statement_seq", _SEQUENCE, nullable=False),
        sa.PrimaryKeyConstraint("mark", "direct", "statement_seq", name=op.f("pk_lrs_reference")),
        sqlite_with_rowid=False,
    )
    # In the order of the old table, so that the new one grows page by page.
    op.execute(
        f"""
        INSERT INTO lrs_reference (mark, direct, statement_seq)
        SELECT {number}, direct, statement_seq FROM lrs_reference_old AS old
        WHERE direct = 1 OR NOT EXISTS (
            SELECT 1 FROM lrs_reference_old AS other
            WHERE other.mark = old.mark AND other.direct = 1 AND other.statement_seq = old.statement_seq
        )
        ORDER BY mark, direct, statement_seq
        ON CONFLICT DO NOTHING
        """  # noqa: S608 - one of two texts above
    )
    op.drop_table("lrs_reference_old")


def _number(mark: bytes) -> int:
    return int.from_bytes(mark[:8], "big", signed=True)
