"""Messages that were not understood; and which of the person's messages a turn was."""

import sqlalchemy as sa
from alembic import op

from storage.columns import UTCDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table, and the column; turns of before have no message, and are forgotten in 30 days."""
    op.create_table(
        "unanswered",
        sa.Column("id", sa.String(length=8), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("guesses", sa.String(length=500), nullable=False),
        sa.Column("is_done", sa.Boolean(), nullable=False),
        sa.Column("delete_after", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_unanswered"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_unanswered_delete_after", "unanswered", ["delete_after"])
    op.add_column("turns", sa.Column("ref", sa.String(length=64), nullable=True))
