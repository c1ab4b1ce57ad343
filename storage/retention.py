"""Forgets on time: how long each thing is kept, and why; and deletes what is due."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Table, delete, exists, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import Database
from storage.models import (
    AUDIT,
    BROADCASTS,
    BULLETIN_COPIES,
    CASES,
    CONTACTS,
    COUNTERS,
    DESK_LINKS,
    DESK_SESSIONS,
    FEEDBACK,
    FLAGS,
    INBOX,
    NOTES,
    OUTBOX,
    STAFF_CODES,
    SUBSCRIPTIONS,
    TURNS,
    UNANSWERED,
    WEB_CHATS,
    WEB_CODES,
    WEB_POSTS,
)

BATCH = 500  # rows of a table at once: a message never waits long for retention to let go


@dataclass(frozen=True, slots=True)
class Period:
    """How long something is kept, counted from `since`, and why not shorter."""

    keep: timedelta
    since: str
    why: str


RETENTION = {
    "turns": Period(timedelta(days=30), "said", "staff see what was said before the handoff"),
    "open case": Period(timedelta(days=180), "opened", "who waits is not dropped; after that it is closed"),
    "closed case": Period(timedelta(days=90), "closed", "a question about a case may come after it"),
    "contacts": Period(timedelta(days=180), "last seen", "a person comes back after the summer"),
    "inbox": Period(timedelta(days=14), "received", "a channel may bring an update again; emptied when done"),
    "unsettled outbox": Period(timedelta(days=30), "written", "not deleted before it is settled"),
    "settled outbox": Period(timedelta(days=7), "settled", "staff ask whether a message went out"),
    "staff codes": Period(timedelta(days=7), "made", "an administrator sees which code bound which group"),
    "unanswered": Period(timedelta(days=90), "written", "keepers see what people ask for and don't find"),
    "subscriptions": Period(timedelta(days=400), "subscribed", "a school year and the summer after it"),
    "broadcasts": Period(timedelta(days=7), "the bulletin ended", "staff ask how it went"),
    "bulletin copies": Period(timedelta(days=7), "the bulletin ended", "nobody gets a bulletin twice"),
    "flags": Period(
        timedelta(days=400), "flagged", "a keeper looks at it, at the yearly review at the latest"
    ),
    "web chats": Period(
        timedelta(days=180), "last seen", "as a contact: a person comes back after the summer"
    ),
    "web posts": Period(timedelta(days=30), "said", "the page shows the conversation when opened again"),
    "web codes": Period(timedelta(days=7), "made", "a code that was used is told from one that never was"),
    "desk links": Period(timedelta(days=7), "made", "the same"),
    "desk sessions": Period(timedelta(days=7), "begun", "an administrator sees who was at the desk lately"),
    "notes": Period(timedelta(days=270), "written", "as long as their case at most, and deleted with it"),
    "audit": Period(timedelta(days=400), "done", "who saw what can be asked for a year; no text of anybody"),
    "feedback": Period(timedelta(days=400), "counted", "this year is compared with the last; counts only"),
    "counters": Period(timedelta(days=400), "counted", "the same"),
}
SILENCE = timedelta(days=30)  # an open case whose person was heard of more recently is not closed by itself


@dataclass(frozen=True, slots=True)
class _Rule:
    """What of a table may go when its `delete_after` has come."""

    table: Table
    only: tuple[ColumnElement[bool], ...] = ()


# What nobody has handled or sent yet stays, however old: a machine that was off for a summer answers first.
_RULES = (
    _Rule(TURNS),
    _Rule(CASES, (CASES.c.closed_at.is_not(None),)),  # and, with them, their posts
    # Whoever has a case is kept as long as the case.
    _Rule(CONTACTS, (~exists().where(CASES.c.contact_id == CONTACTS.c.id),)),
    _Rule(OUTBOX, (OUTBOX.c.settled_at.is_not(None),)),
    _Rule(INBOX, (INBOX.c.done_at.is_not(None),)),
    _Rule(STAFF_CODES),
    _Rule(UNANSWERED),
    _Rule(SUBSCRIPTIONS),
    _Rule(BULLETIN_COPIES),
    _Rule(BROADCASTS, (BROADCASTS.c.finished_at.is_not(None),)),
    _Rule(FLAGS),
    _Rule(WEB_POSTS),
    _Rule(WEB_CHATS),
    _Rule(WEB_CODES),
    _Rule(DESK_LINKS),
    _Rule(DESK_SESSIONS),
    _Rule(NOTES),
    _Rule(AUDIT),
    _Rule(FEEDBACK),
    _Rule(COUNTERS),
)
EXPIRED_CASES = "expired cases"


async def forget_due(session: AsyncSession, *, now: datetime) -> dict[str, int]:
    """Delete a batch of what is due of each table, and return how many rows went, by table.

    Under EXPIRED_CASES stands how many open cases were closed because nobody has written for long; they
    should not be, so tell somebody. To get rid of everything that is due, see `forget_all_due`.
    """
    gone = {rule.table.name: await _delete(session, rule, now) for rule in _RULES}
    gone[EXPIRED_CASES] = await _expire_cases(session, now)
    return gone


async def forget_all_due(database: Database, *, now: datetime) -> dict[str, int]:
    """Delete all that is due, a batch per transaction."""
    total: dict[str, int] = {}
    while True:
        async with database.begin() as session:
            gone = await forget_due(session, now=now)
        for name, count in gone.items():
            total[name] = total.get(name, 0) + count
        if not any(gone.values()):
            return total


async def _delete(session: AsyncSession, rule: _Rule, now: datetime) -> int:
    first, *others = rule.table.primary_key.columns
    is_due = rule.table.c.delete_after <= now
    if others:  # counts by day: few, and without an id
        return len((await session.execute(delete(rule.table).where(is_due).returning(first))).all())
    batch = (
        select(first)
        .where(is_due, *rule.only)
        .limit(BATCH)
        .with_for_update(skip_locked=True, of=rule.table)
        .cte("batch")
    )
    gone = delete(rule.table).where(first.in_(select(batch.c[first.name]))).returning(first)
    return len((await session.execute(gone)).all())


async def _expire_cases(session: AsyncSession, now: datetime) -> int:
    """Close open cases that are past their time and whose person has fallen silent."""
    silent = exists().where(CONTACTS.c.id == CASES.c.contact_id, CONTACTS.c.seen_at <= now - SILENCE)
    expired = await session.execute(
        update(CASES)
        .where(CASES.c.closed_at.is_(None), CASES.c.delete_after <= now, silent)
        .values(
            status="closed",
            closed_at=now,
            remind_at=None,
            delete_after=now + RETENTION["closed case"].keep,
        )
        .returning(CASES.c.id)
    )
    return len(expired.all())
