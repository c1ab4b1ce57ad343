"""Bulletins: who subscribed, what is on its way, who got which; and what staff flagged as out of date."""

import sqlalchemy as sa
from alembic import op

from storage.columns import UTCDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "subscriptions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("chat_key", sa.String(length=32), nullable=False),
        sa.Column("chat", sa.LargeBinary(), nullable=False),
        sa.Column("audience", sa.String(length=16), nullable=False),
        sa.Column("campus", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("delete_after", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_subscriptions"),
        sa.UniqueConstraint("chat_key", "audience", "campus", name="uq_subscriptions_wish"),
    )
    op.create_index("ix_subscriptions_delete_after", "subscriptions", ["delete_after"])
    op.create_table(
        "broadcasts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bulletin", sa.String(length=64), nullable=False),
        sa.Column("audience", sa.String(length=64), nullable=False),
        sa.Column("campuses", sa.String(length=500), nullable=False),
        sa.Column("texts", sa.LargeBinary(), nullable=False),
        sa.Column("staff_chat_key", sa.String(length=32), nullable=False),
        sa.Column("staff_chat", sa.LargeBinary(), nullable=False),
        sa.Column("confirmed_on", sa.String(length=64), nullable=False),
        sa.Column("ends_at", UTCDateTime(), nullable=False),
        sa.Column("progress_id", sa.Integer(), nullable=True),
        sa.Column("progress_at", UTCDateTime(), nullable=True),
        sa.Column("progress_done", sa.Integer(), nullable=False),
        sa.Column("finished_at", UTCDateTime(), nullable=True),
        sa.Column("delete_after", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_broadcasts"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_broadcasts_unfinished",
        "broadcasts",
        ["id"],
        sqlite_where=sa.text("finished_at IS NULL"),
        postgresql_where=sa.text("finished_at IS NULL"),
    )
    op.create_index("ix_broadcasts_delete_after", "broadcasts", ["delete_after"])
    op.create_table(
        "bulletin_copies",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("broadcast_id", sa.Integer(), nullable=False),
        sa.Column("bulletin", sa.String(length=64), nullable=False),
        sa.Column("chat_key", sa.String(length=32), nullable=False),
        sa.Column("chat", sa.LargeBinary(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("state", sa.Integer(), nullable=False),
        sa.Column("outbox_id", sa.Integer(), nullable=True),
        sa.Column("delete_after", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["broadcast_id"],
            ["broadcasts.id"],
            name="fk_bulletin_copies_broadcast_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_bulletin_copies"),
        sa.UniqueConstraint("bulletin", "chat_key", name="uq_bulletin_copies_reader"),
    )
    op.create_index("ix_bulletin_copies_state", "bulletin_copies", ["broadcast_id", "state", "id"])
    op.create_index(
        "ix_bulletin_copies_outbox",
        "bulletin_copies",
        ["outbox_id"],
        sqlite_where=sa.text("outbox_id IS NOT NULL"),
        postgresql_where=sa.text("outbox_id IS NOT NULL"),
    )
    op.create_index("ix_bulletin_copies_delete_after", "bulletin_copies", ["delete_after"])
    op.create_table(
        "flags",
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("flagged_at", UTCDateTime(), nullable=False),
        sa.Column("delete_after", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("subject", name="pk_flags"),
    )
    op.create_index("ix_flags_delete_after", "flags", ["delete_after"])
