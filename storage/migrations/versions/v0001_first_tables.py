"""The first tables."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from storage.columns import UTCDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make every table of `storage/models.py`."""
    op.create_table(
        "contacts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("chat_key", sa.String(length=32), nullable=False),
        sa.Column("chat", sa.LargeBinary(), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=True),
        sa.Column("is_language_chosen", sa.Boolean(), nullable=False),
        sa.Column("campus", sa.String(length=64), nullable=True),
        sa.Column("is_reachable", sa.Boolean(), nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("seen_at", UTCDateTime(), nullable=False),
        sa.Column("delete_after", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_contacts"),
        sa.UniqueConstraint("chat_key", name="uq_contacts_chat_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_contacts_delete_after", "contacts", ["delete_after"])
    op.create_table(
        "counters",
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("delete_after", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "day", name="pk_counters"),
    )
    op.create_index("ix_counters_delete_after", "counters", ["delete_after"])
    op.create_table(
        "feedback",
        sa.Column("topic", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("helpful", sa.Integer(), nullable=False),
        sa.Column("unhelpful", sa.Integer(), nullable=False),
        sa.Column("delete_after", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("topic", "day", name="pk_feedback"),
    )
    op.create_index("ix_feedback_delete_after", "feedback", ["delete_after"])
    op.create_table(
        "inbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("bot", sa.String(length=64), nullable=False),
        sa.Column("update_id", sa.String(length=64), nullable=False),
        sa.Column("chat_key", sa.String(length=32), nullable=True),
        sa.Column("chat", sa.LargeBinary(), nullable=True),
        sa.Column("raw", sa.LargeBinary(), nullable=True),
        sa.Column("received_at", UTCDateTime(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("retry_at", UTCDateTime(), nullable=True),
        sa.Column("done_at", UTCDateTime(), nullable=True),
        sa.Column("is_failed", sa.Boolean(), nullable=False),
        sa.Column("error", sa.String(length=200), nullable=True),
        sa.Column("delete_after", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_inbox"),
        sa.UniqueConstraint("channel", "bot", "update_id", name="uq_inbox_update"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_inbox_chat", "inbox", ["chat_key", "id"], **only_where("done_at IS NULL"))
    op.create_index("ix_inbox_delete_after", "inbox", ["delete_after"])
    op.create_index("ix_inbox_waiting", "inbox", ["id"], **only_where("done_at IS NULL"))
    op.create_table(
        "meta",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_meta"),
    )
    op.create_table(
        "staff_chats",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("chat_key", sa.String(length=32), nullable=False),
        sa.Column("chat", sa.LargeBinary(), nullable=False),
        sa.Column("campus", sa.String(length=64), nullable=False),
        sa.Column("is_forum", sa.Boolean(), nullable=False),
        sa.Column("title", sa.LargeBinary(), nullable=True),
        sa.Column("bound_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_staff_chats"),
        sa.UniqueConstraint("chat_key", "campus", name="uq_staff_chats_campus"),
    )
    op.create_table(
        "staff_codes",
        sa.Column("code_key", sa.String(length=32), nullable=False),
        sa.Column("campus", sa.String(length=64), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("used_at", UTCDateTime(), nullable=True),
        sa.Column("used_by", sa.LargeBinary(), nullable=True),
        sa.Column("delete_after", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("code_key", name="pk_staff_codes"),
    )
    op.create_index("ix_staff_codes_delete_after", "staff_codes", ["delete_after"])
    op.create_table(
        "cases",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("contact_chat", sa.LargeBinary(), nullable=False),
        sa.Column("campus", sa.String(length=64), nullable=True),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=True),
        sa.Column("status", sa.String(length=8), nullable=False),
        sa.Column("staff_chat_key", sa.String(length=32), nullable=True),
        sa.Column("staff_chat", sa.LargeBinary(), nullable=True),
        sa.Column("thread", sa.String(length=64), nullable=True),
        sa.Column("alert_ref", sa.String(length=64), nullable=True),
        sa.Column("claimed_by", sa.LargeBinary(), nullable=True),
        sa.Column("holder", sa.LargeBinary(), nullable=True),
        sa.Column("opened_at", UTCDateTime(), nullable=False),
        sa.Column("claimed_at", UTCDateTime(), nullable=True),
        sa.Column("closed_at", UTCDateTime(), nullable=True),
        sa.Column("remind_step", sa.Integer(), nullable=False),
        sa.Column("remind_at", UTCDateTime(), nullable=True),
        sa.Column("delete_after", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name="fk_cases_contact_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_cases"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_cases_contact", "cases", ["contact_id"])
    op.create_index("ix_cases_delete_after", "cases", ["delete_after"])
    op.create_index("ix_cases_remind", "cases", ["remind_at"], **only_where("remind_at IS NOT NULL"))
    op.create_index("ix_cases_thread", "cases", ["staff_chat_key", "thread"])
    op.create_index("uq_cases_open", "cases", ["contact_id"], unique=True, **only_where("closed_at IS NULL"))
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("inbox_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("chat_key", sa.String(length=32), nullable=False),
        sa.Column("chat", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("state", sa.Integer(), nullable=False),
        sa.Column("is_important", sa.Boolean(), nullable=False),
        sa.Column("is_uncertain", sa.Boolean(), nullable=False),
        sa.Column("due_at", UTCDateTime(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("sending_at", UTCDateTime(), nullable=True),
        sa.Column("settled_at", UTCDateTime(), nullable=True),
        sa.Column("sent_ref", sa.String(length=200), nullable=True),
        sa.Column("refusal", sa.String(length=500), nullable=True),
        sa.Column("delete_after", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_outbox_case_id", ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["inbox_id"], ["inbox.id"], name="fk_outbox_inbox_id", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.UniqueConstraint("inbox_id", "position", name="uq_outbox_cause"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_outbox_case", "outbox", ["case_id"], **only_where("case_id IS NOT NULL"))
    op.create_index(
        "ix_outbox_chat", "outbox", ["chat_key", "priority", "id"], **only_where("settled_at IS NULL")
    )
    op.create_index("ix_outbox_delete_after", "outbox", ["delete_after"])
    op.create_index("ix_outbox_waiting", "outbox", ["priority", "id"], **only_where("settled_at IS NULL"))
    op.create_table(
        "posts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("chat_key", sa.String(length=32), nullable=False),
        sa.Column("ref", sa.String(length=64), nullable=False),
        sa.Column("direction", sa.String(length=16), nullable=False),
        sa.Column("origin_ref", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_posts_case_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_posts"),
        sa.UniqueConstraint("chat_key", "ref", name="uq_posts_message"),
    )
    op.create_index("ix_posts_origin", "posts", ["case_id", "direction", "origin_ref"])
    op.create_table(
        "turns",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("by", sa.String(length=8), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("delete_after", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_turns_case_id", ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name="fk_turns_contact_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_turns"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_turns_case", "turns", ["case_id"], **only_where("case_id IS NOT NULL"))
    op.create_index("ix_turns_contact", "turns", ["contact_id", "id"])
    op.create_index("ix_turns_delete_after", "turns", ["delete_after"])


def only_where(condition: str) -> dict[str, Any]:
    """Make an index partial, on both databases."""
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}
