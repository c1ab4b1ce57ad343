"""Every table, on one page.

What people wrote, and who they are, stands only in sealed `bytes`; `..._key` is a keyed hash to look such
a thing up by. Ids are never used twice, not even after retention: SQLite would, were it not told.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from storage.columns import UTCDateTime

KEY_LENGTH = 32  # of a fingerprint, in hex
SQLModel.metadata.naming_convention = {  # so that a later migration can name what it changes
    "ix": "ix_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
NEVER_REUSE_IDS: dict[str, Any] = {"sqlite_autoincrement": True}


def _only_where(condition: str) -> dict[str, Any]:
    """Make an index partial, on both databases."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


def _moment(**options: Any) -> Any:
    return Field(sa_type=UTCDateTime, **options)


class InboxUpdate(SQLModel, table=True):
    """An update as a channel gave it; the row stays, emptied, to know the update if it comes again."""

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("channel", "bot", "update_id", name="uq_inbox_update"),
        Index("ix_inbox_waiting", "id", **_only_where("done_at IS NULL")),
        Index("ix_inbox_chat", "chat_key", "id", **_only_where("done_at IS NULL")),
        NEVER_REUSE_IDS,
    )

    id: int | None = Field(default=None, primary_key=True)
    channel: str = Field(max_length=32)
    bot: str = Field(max_length=64)  # which bot of the channel: update ids are its own
    update_id: str = Field(max_length=64)  # never compared by size: it may start anew from a lower number
    chat_key: str | None = Field(default=None, max_length=KEY_LENGTH)
    chat: bytes | None = None  # sealed; this, the key and raw are emptied when done
    raw: bytes | None = None  # sealed
    received_at: datetime = _moment()
    attempts: int = 0
    retry_at: datetime | None = _moment(default=None)
    done_at: datetime | None = _moment(default=None)  # also set on a dead letter
    is_failed: bool = False  # a dead letter: given up, raw kept until delete_after
    error: str | None = Field(default=None, max_length=200)  # what kind of error; never a text of people
    delete_after: datetime = _moment(index=True)


class OutboxMessage(SQLModel, table=True):
    """A message on its way out; the row stays until its channel has taken or refused it, and some days."""

    __tablename__ = "outbox"
    __table_args__ = (
        # An update handled again after a crash must not make a second copy.
        UniqueConstraint("inbox_id", "position", name="uq_outbox_cause"),
        Index("ix_outbox_waiting", "priority", "id", **_only_where("settled_at IS NULL")),
        Index("ix_outbox_chat", "chat_key", "priority", "id", **_only_where("settled_at IS NULL")),
        Index("ix_outbox_case", "case_id", **_only_where("case_id IS NOT NULL")),
        NEVER_REUSE_IDS,
    )

    id: int | None = Field(default=None, primary_key=True)
    # The update that caused it; none for what timers cause.
    inbox_id: int | None = Field(default=None, foreign_key="inbox.id", ondelete="SET NULL")
    position: int = 0  # first, second ... of the messages that the update caused
    case_id: int | None = Field(default=None, foreign_key="cases.id", ondelete="SET NULL")
    chat_key: str = Field(max_length=KEY_LENGTH)
    chat: bytes  # sealed, "telegram:-1001"
    body: bytes  # sealed
    # Ranks as numbers: an enum column would sort by name.
    priority: int
    state: int = 0
    is_important: bool = False  # an alert or safety text: sent again however often it is uncertain
    is_uncertain: bool = False  # an earlier attempt may have arrived
    due_at: datetime = _moment()
    attempts: int = 0
    sending_at: datetime | None = _moment(default=None)
    settled_at: datetime | None = _moment(default=None)
    sent_ref: str | None = Field(default=None, max_length=200)  # the channel's name for what was sent
    refusal: str | None = Field(default=None, max_length=500)  # the channel's reason, shown to staff
    delete_after: datetime = _moment(index=True)


class StoredContact(SQLModel, table=True):
    """The anonymous person in a chat."""

    __tablename__ = "contacts"
    __table_args__ = (NEVER_REUSE_IDS,)

    id: int | None = Field(default=None, primary_key=True)
    chat_key: str = Field(max_length=KEY_LENGTH, unique=True)
    chat: bytes  # sealed
    role: str | None = Field(default=None, max_length=16)
    language: str | None = Field(default=None, max_length=8)
    is_language_chosen: bool = False  # by a button, so that no guess changes it
    campus: str | None = Field(default=None, max_length=64)
    is_reachable: bool = True  # False: has blocked us
    state: bytes  # sealed; where the conversation stands, the dialogue's own business
    created_at: datetime = _moment()
    seen_at: datetime = _moment()
    delete_after: datetime = _moment(index=True)


class StoredTurn(SQLModel, table=True):
    """What was said, and by whom: the person, the bot, staff."""

    __tablename__ = "turns"
    __table_args__ = (
        Index("ix_turns_contact", "contact_id", "id"),
        Index("ix_turns_case", "case_id", **_only_where("case_id IS NOT NULL")),
        NEVER_REUSE_IDS,
    )

    id: int | None = Field(default=None, primary_key=True)
    contact_id: int = Field(foreign_key="contacts.id", ondelete="CASCADE")
    case_id: int | None = Field(default=None, foreign_key="cases.id", ondelete="SET NULL")
    by: str = Field(max_length=8)
    ref: str | None = Field(
        default=None, max_length=64
    )  # of the person's message, or of a line from the desk
    text: bytes  # sealed
    mark: str | None = Field(default=None, max_length=200)  # how a line from the desk went
    at: datetime = _moment()
    delete_after: datetime = _moment(index=True)


class StoredCase(SQLModel, table=True):
    """One matter that staff handle; its public name is K- and its id, so no two can share one."""

    __tablename__ = "cases"
    __table_args__ = (
        # Two quick first messages must not make two cases.
        Index("uq_cases_open", "contact_id", unique=True, **_only_where("closed_at IS NULL")),
        Index("ix_cases_contact", "contact_id"),
        Index("ix_cases_remind", "remind_at", **_only_where("remind_at IS NOT NULL")),
        Index("ix_cases_thread", "staff_chat_key", "thread"),
        NEVER_REUSE_IDS,
    )

    id: int | None = Field(default=None, primary_key=True)
    contact_id: int = Field(foreign_key="contacts.id", ondelete="CASCADE")
    contact_chat: bytes  # sealed
    campus: str | None = Field(default=None, max_length=64)
    level: int  # the highest so far
    kind: str = Field(max_length=32)
    role: str | None = Field(default=None, max_length=16)
    language: str | None = Field(default=None, max_length=8)
    status: str = Field(max_length=8)  # new, claimed, closed
    staff_chat_key: str | None = Field(default=None, max_length=KEY_LENGTH)
    staff_chat: bytes | None = None  # sealed
    thread: str | None = Field(default=None, max_length=64)  # the case's own topic in a forum group
    alert_ref: str | None = Field(default=None, max_length=64)
    claimed_by: bytes | None = None  # sealed: who of the staff
    holder: bytes | None = None  # sealed: how colleagues know them
    opened_at: datetime = _moment()
    claimed_at: datetime | None = _moment(default=None)
    closed_at: datetime | None = _moment(default=None)
    outcome: str | None = Field(default=None, max_length=32)  # what came of it, as staff chose from the list
    remind_step: int = 0
    remind_at: datetime | None = _moment(default=None)
    delete_after: datetime = _moment(index=True)


class Post(SQLModel, table=True):
    """Which message in a chat belongs to which case, and of what it is a copy; forgotten with its case."""

    __tablename__ = "posts"
    __table_args__ = (
        UniqueConstraint("chat_key", "ref", name="uq_posts_message"),
        Index("ix_posts_origin", "case_id", "direction", "origin_ref"),
    )

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="cases.id", ondelete="CASCADE")
    chat_key: str = Field(max_length=KEY_LENGTH)  # where it stands
    ref: str = Field(max_length=64)
    direction: str = Field(max_length=16)
    origin_ref: str | None = Field(default=None, max_length=64)  # of the message it copies, on the other side


class StoredStaffChat(SQLModel, table=True):
    """A group in which staff work; stays until it is unbound."""

    __tablename__ = "staff_chats"
    __table_args__ = (UniqueConstraint("chat_key", "campus", name="uq_staff_chats_campus"),)

    id: int | None = Field(default=None, primary_key=True)
    chat_key: str = Field(max_length=KEY_LENGTH)
    chat: bytes  # sealed
    campus: str = Field(max_length=64)  # "*": every campus that has no group of its own
    is_forum: bool = False
    title: bytes | None = None  # sealed
    bound_at: datetime = _moment()


class StaffCode(SQLModel, table=True):
    """A code by which a group becomes a staff chat, once."""

    __tablename__ = "staff_codes"

    code_key: str = Field(primary_key=True, max_length=KEY_LENGTH)
    campus: str = Field(max_length=64)
    expires_at: datetime = _moment()
    used_at: datetime | None = _moment(default=None)
    used_by: bytes | None = None  # sealed: the chat that it bound
    delete_after: datetime = _moment(index=True)


class StoredUnanswered(SQLModel, table=True):
    """A message that the bot did not understand, for the keepers of content; nothing leads to who wrote it.

    Its id is drawn by lot, its date is a day's, and SQLite keeps the rows in the order of their ids: none of
    them says beside which turn of whom it was written.
    """

    __tablename__ = "unanswered"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: str = Field(primary_key=True, max_length=8)
    text: bytes  # sealed, and masked before that
    language: str | None = Field(default=None, max_length=8)
    outcome: str = Field(max_length=16)  # declined, asked, not-meant
    guesses: str = Field(default="", max_length=500)  # ids of topics, the best first, by spaces
    is_done: bool = False  # a keeper has put it where it belongs
    delete_after: datetime = _moment(index=True)


class StoredSubscription(SQLModel, table=True):
    """Somebody's wish to get bulletins; it does without a contact, which may be forgotten earlier."""

    __tablename__ = "subscriptions"
    __table_args__ = (UniqueConstraint("chat_key", "audience", "campus", name="uq_subscriptions_wish"),)

    id: int | None = Field(default=None, primary_key=True)
    chat_key: str = Field(max_length=KEY_LENGTH)
    chat: bytes  # sealed
    audience: str = Field(max_length=16)  # for whom the bulletins are meant: student, guardian, staff
    campus: str = Field(max_length=64)  # "*": of all campuses
    language: str = Field(max_length=8)
    delete_after: datetime = _moment(index=True)


class StoredBroadcast(SQLModel, table=True):
    """A bulletin that staff have let go out; it goes on after a restart, whatever the packs say by then."""

    __tablename__ = "broadcasts"
    __table_args__ = (
        Index("ix_broadcasts_unfinished", "id", **_only_where("finished_at IS NULL")),
        NEVER_REUSE_IDS,  # they stand in buttons
    )

    id: int | None = Field(default=None, primary_key=True)
    bulletin: str = Field(max_length=64)
    audience: str = Field(max_length=64)  # roles and campuses by spaces, as when it was confirmed
    campuses: str = Field(max_length=500)  # empty: of all campuses
    texts: bytes  # sealed: what is sent, by language
    staff_chat_key: str = Field(max_length=KEY_LENGTH)
    staff_chat: bytes  # sealed: where it was confirmed
    confirmed_on: str = Field(max_length=64)  # ref of the message with the button
    ends_at: datetime = _moment()  # then it is no news any more, and goes to nobody else
    progress_id: int | None = None  # of the message in the outbox that tells how far it is
    progress_at: datetime | None = _moment(default=None)
    progress_done: int = 0  # how many it told of
    finished_at: datetime | None = _moment(default=None)
    delete_after: datetime = _moment(index=True)


class BulletinCopy(SQLModel, table=True):
    """One reader's copy of a bulletin: there is never a second."""

    __tablename__ = "bulletin_copies"
    __table_args__ = (
        UniqueConstraint("bulletin", "chat_key", name="uq_bulletin_copies_reader"),
        Index("ix_bulletin_copies_state", "broadcast_id", "state", "id"),
        Index("ix_bulletin_copies_outbox", "outbox_id", **_only_where("outbox_id IS NOT NULL")),
    )

    id: int | None = Field(default=None, primary_key=True)
    broadcast_id: int = Field(foreign_key="broadcasts.id", ondelete="CASCADE")
    bulletin: str = Field(max_length=64)
    chat_key: str = Field(max_length=KEY_LENGTH)
    chat: bytes  # sealed
    language: str = Field(max_length=8)
    state: int = 0
    outbox_id: int | None = None  # no foreign key: the outbox forgets earlier
    delete_after: datetime = _moment(index=True)


class StoredFlag(SQLModel, table=True):
    """What staff said is out of date, until its keeper has looked at it."""

    __tablename__ = "flags"

    subject: str = Field(primary_key=True, max_length=64)  # id of a service, topic, event or bulletin
    kind: str = Field(max_length=16)
    times: int = 1  # how often it was said
    note: bytes | None = None  # sealed: what was said last
    flagged_at: datetime = _moment()
    delete_after: datetime = _moment(index=True)


class WebChat(SQLModel, table=True):
    """A conversation on the web, known by what its browser's cookie holds."""

    __tablename__ = "web_chats"
    __table_args__ = (NEVER_REUSE_IDS,)

    id: int | None = Field(default=None, primary_key=True)
    chat_key: str = Field(max_length=KEY_LENGTH, unique=True)
    chat: bytes  # sealed, "web:7f3a..."
    last: int = 0  # number of the newest post
    seen_at: datetime = _moment()
    delete_after: datetime = _moment(index=True)


class WebPost(SQLModel, table=True):
    """What a browser shows of a conversation: said, answered, changed; in the order of its numbers, without gaps."""

    __tablename__ = "web_posts"
    __table_args__ = (
        UniqueConstraint("web_chat_id", "number", name="uq_web_posts_number"),
        # What a browser sends again, because it did not hear whether it arrived, must not stand twice.
        UniqueConstraint("web_chat_id", "sent_as", name="uq_web_posts_sent_as"),
        NEVER_REUSE_IDS,
    )

    id: int | None = Field(default=None, primary_key=True)
    web_chat_id: int = Field(foreign_key="web_chats.id", ondelete="CASCADE")
    number: int
    sent_as: str | None = Field(default=None, max_length=64)  # the browser's own name for what it sent
    body: bytes  # sealed
    at: datetime = _moment()
    delete_after: datetime = _moment(index=True)


class WebCode(SQLModel, table=True):
    """A code by which a conversation goes on elsewhere, once."""

    __tablename__ = "web_codes"

    code_key: str = Field(primary_key=True, max_length=KEY_LENGTH)
    chat: bytes  # sealed
    expires_at: datetime = _moment()
    used_at: datetime | None = _moment(default=None)
    delete_after: datetime = _moment(index=True)


class DeskLink(SQLModel, table=True):
    """A link into the desk, for one person of the staff, once."""

    __tablename__ = "desk_links"

    token_key: str = Field(primary_key=True, max_length=KEY_LENGTH)
    staff: bytes  # sealed: who, as their channel knows them
    name: bytes  # sealed: how colleagues know them
    staff_chat: bytes | None = None  # sealed: whose cases they see; none: all
    expires_at: datetime = _moment()
    used_at: datetime | None = _moment(default=None)
    delete_after: datetime = _moment(index=True)


class StoredDeskSession(SQLModel, table=True):
    """Somebody of the staff at the desk, until they leave or their hours are over."""

    __tablename__ = "desk_sessions"

    token_key: str = Field(primary_key=True, max_length=KEY_LENGTH)
    staff: bytes  # sealed
    name: bytes  # sealed
    staff_chat: bytes | None = None  # sealed
    began_at: datetime = _moment()
    expires_at: datetime = _moment()
    ended_at: datetime | None = _moment(default=None)
    delete_after: datetime = _moment(index=True)


class StoredNote(SQLModel, table=True):
    """A line about a case for staff only; forgotten with its case."""

    __tablename__ = "notes"
    __table_args__ = (Index("ix_notes_case", "case_id", "id"), NEVER_REUSE_IDS)

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="cases.id", ondelete="CASCADE")
    name: bytes  # sealed: who wrote it, as colleagues know them
    text: bytes  # sealed
    at: datetime = _moment()
    delete_after: datetime = _moment(index=True)


class StoredDeed(SQLModel, table=True):
    """Who saw or did what at the desk, and when; no text of anybody."""

    __tablename__ = "audit"
    __table_args__ = (NEVER_REUSE_IDS,)

    id: int | None = Field(default=None, primary_key=True)
    name: bytes  # sealed: of the member of staff
    deed: str = Field(max_length=32)
    case_code: str | None = Field(default=None, max_length=16)
    at: datetime = _moment()
    delete_after: datetime = _moment(index=True)


class Feedback(SQLModel, table=True):
    """How often an answer helped, by topic and day: counts, no text and nobody."""

    __tablename__ = "feedback"

    topic: str = Field(primary_key=True, max_length=64)
    day: date = Field(primary_key=True)
    helpful: int = 0
    unhelpful: int = 0
    delete_after: datetime = _moment(index=True)


class Counter(SQLModel, table=True):
    """How often something happened that nobody should have to look for in logs, such as an unknown update."""

    __tablename__ = "counters"

    kind: str = Field(primary_key=True, max_length=64)
    day: date = Field(primary_key=True)
    count: int = 0
    delete_after: datetime = _moment(index=True)


class Meta(SQLModel, table=True):
    """What the database knows about itself: by which key it is sealed."""

    __tablename__ = "meta"

    name: str = Field(primary_key=True, max_length=32)
    value: bytes


METADATA = SQLModel.metadata

# The same tables for Core statements: hot paths go around the ORM.
(
    INBOX,
    OUTBOX,
    CONTACTS,
    TURNS,
    CASES,
    POSTS,
    STAFF_CHATS,
    STAFF_CODES,
    UNANSWERED,
    FEEDBACK,
    COUNTERS,
    META,
) = (
    METADATA.tables[name]
    for name in (
        "inbox",
        "outbox",
        "contacts",
        "turns",
        "cases",
        "posts",
        "staff_chats",
        "staff_codes",
        "unanswered",
        "feedback",
        "counters",
        "meta",
    )
)
SUBSCRIPTIONS, BROADCASTS, BULLETIN_COPIES, FLAGS = (
    METADATA.tables[name] for name in ("subscriptions", "broadcasts", "bulletin_copies", "flags")
)
WEB_CHATS, WEB_POSTS, WEB_CODES, DESK_LINKS, DESK_SESSIONS, NOTES, AUDIT = (
    METADATA.tables[name]
    for name in ("web_chats", "web_posts", "web_codes", "desk_links", "desk_sessions", "notes", "audit")
)
