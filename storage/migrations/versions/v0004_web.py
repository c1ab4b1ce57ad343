"""Conversations on the web, and the desk of the staff: links, sessions, notes, outcomes, who did what."""

import sqlalchemy as sa
from alembic import op

from storage.columns import UTCDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, UTCDateTime(), nullable=nullable)


def _key(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.String(length=32), nullable=False)


def _sealed(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.LargeBinary(), nullable=nullable)


def upgrade() -> None:
    """Make the tables, and the columns."""
    _make_chats()
    _make_desk()
    for table in ("web_chats", "web_posts", "web_codes", "desk_links", "desk_sessions", "notes", "audit"):
        op.create_index(f"ix_{table}_delete_after", table, ["delete_after"])
    op.add_column("turns", sa.Column("mark", sa.String(length=200), nullable=True))
    op.add_column("cases", sa.Column("outcome", sa.String(length=32), nullable=True))


def _make_chats() -> None:
    op.create_table(
        "web_chats",
        sa.Column("id", sa.Integer(), nullable=False),
        _key("chat_key"),
        _sealed("chat"),
        sa.Column("last", sa.Integer(), nullable=False),
        _moment("seen_at"),
        _moment("delete_after"),
        sa.PrimaryKeyConstraint("id", name="pk_web_chats"),
        sa.UniqueConstraint("chat_key", name="uq_web_chats_chat_key"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "web_posts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("web_chat_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sent_as", sa.String(length=64), nullable=True),
        _sealed("body"),
        _moment("at"),
        _moment("delete_after"),
        sa.ForeignKeyConstraint(
            ["web_chat_id"], ["web_chats.id"], name="fk_web_posts_web_chat_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_web_posts"),
        sa.UniqueConstraint("web_chat_id", "number", name="uq_web_posts_number"),
        sa.UniqueConstraint("web_chat_id", "sent_as", name="uq_web_posts_sent_as"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "web_codes",
        _key("code_key"),
        _sealed("chat"),
        _moment("expires_at"),
        _moment("used_at", nullable=True),
        _moment("delete_after"),
        sa.PrimaryKeyConstraint("code_key", name="pk_web_codes"),
    )


def _make_desk() -> None:
    op.create_table(
        "desk_links",
        _key("token_key"),
        _sealed("staff"),
        _sealed("name"),
        _sealed("staff_chat", nullable=True),
        _moment("expires_at"),
        _moment("used_at", nullable=True),
        _moment("delete_after"),
        sa.PrimaryKeyConstraint("token_key", name="pk_desk_links"),
    )
    op.create_table(
        "desk_sessions",
        _key("token_key"),
        _sealed("staff"),
        _sealed("name"),
        _sealed("staff_chat", nullable=True),
        _moment("began_at"),
        _moment("expires_at"),
        _moment("ended_at", nullable=True),
        _moment("delete_after"),
        sa.PrimaryKeyConstraint("token_key", name="pk_desk_sessions"),
    )
    op.create_table(
        "notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        _sealed("name"),
        _sealed("text"),
        _moment("at"),
        _moment("delete_after"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_notes_case_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_notes"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_notes_case", "notes", ["case_id", "id"])
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), nullable=False),
        _sealed("name"),
        sa.Column("deed", sa.String(length=32), nullable=False),
        sa.Column("case_code", sa.String(length=16), nullable=True),
        _moment("at"),
        _moment("delete_after"),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
        sqlite_autoincrement=True,
    )
