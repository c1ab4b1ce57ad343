"""Updates as they came: written before they are acknowledged, taken one chat in order, done once."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, bindparam, exists, func, literal_column, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.crypto import Keys
from storage.database import dialect_of, keys_of, on_both
from storage.models import INBOX
from storage.quick import fetch
from storage.retention import RETENTION

ERROR_LENGTH = 200  # what its column holds


@dataclass(frozen=True, slots=True)
class NewUpdate:
    """An update as its channel gave it."""

    channel: str
    bot: str
    update_id: str
    chat: str  # "telegram:123": whose order it belongs to
    raw: str = field(repr=False)  # JSON

    @property
    def name(self) -> str:
        """What it is called as long as it is in hand."""
        return _name(self.channel, self.bot, self.update_id)


def _name(channel: str, bot: str, update_id: str) -> str:
    return f"{channel}/{bot}/{update_id}"


@dataclass(frozen=True, slots=True)
class Received:
    """An update that somebody is about to handle."""

    inbox_id: int
    channel: str
    name: str  # of the update, the same before and after it was written down: see `takings`
    chat: str  # "" when it cannot be read any more
    raw: str = field(repr=False)
    received_at: datetime
    attempts: int  # that failed before
    chat_key: str  # for `busy`
    is_readable: bool = True  # False: its seal is damaged, and there is no raw


_PUT = on_both(lambda insert: insert(INBOX).on_conflict_do_nothing().returning(INBOX.c.id))


async def put(session: AsyncSession, updates: Sequence[NewUpdate], *, at: datetime) -> int:
    """Write down updates in their order and return how many are new; what is known already is dropped."""
    if not updates:
        return 0
    keys = keys_of(session)
    rows = [
        {
            "channel": update.channel,
            "bot": update.bot,
            "update_id": update.update_id,
            "chat_key": keys.fingerprint(update.chat),
            "chat": keys.seal(update.chat),
            "raw": keys.seal(update.raw),
            "received_at": at,
            "attempts": 0,
            "is_failed": False,
            "delete_after": at + RETENTION["inbox"].keep,
        }
        for update in updates
    ]
    return len(await fetch(session, _PUT[dialect_of(session)], rows))


_EARLIER = INBOX.alias("earlier")
# Not done as others see it: a row that another worker holds still counts, so nobody overtakes it. And
# should that worker fail, its row is there again.
_HAS_EARLIER = exists().where(
    _EARLIER.c.chat_key == INBOX.c.chat_key, _EARLIER.c.done_at.is_(None), _EARLIER.c.id < INBOX.c.id
)
_TAKEN = (
    INBOX.c.id,
    INBOX.c.channel,
    INBOX.c.bot,
    INBOX.c.update_id,
    INBOX.c.chat,
    INBOX.c.raw,
    INBOX.c.received_at,
    INBOX.c.attempts,
    INBOX.c.chat_key,
)
_TAKE = (
    select(*_TAKEN)
    .where(
        INBOX.c.done_at.is_(None),
        or_(INBOX.c.retry_at.is_(None), INBOX.c.retry_at <= bindparam("now")),
        ~_HAS_EARLIER,
    )
    .order_by(INBOX.c.id)
    .limit(literal_column("1"))
    .with_for_update(skip_locked=True, of=INBOX)  # SQLite has one transaction at a time, and ignores it
)
_TAKE_UNLESS_BUSY = _TAKE.where(INBOX.c.chat_key.not_in(bindparam("busy", expanding=True)))


async def take(session: AsyncSession, *, now: datetime, busy: Collection[str] = ()) -> Received | None:
    """Return the oldest update whose turn it is, held by this transaction; None when there is none.

    Its chat has no earlier one undone: not even one that waits for its next attempt, or that another worker
    holds. `busy` names chats (by `chat_key`) to leave alone.
    """
    statement: Select[Any] = _TAKE_UNLESS_BUSY if busy else _TAKE
    parameters = {"now": now, "busy": list(busy)} if busy else {"now": now}
    row = (await session.execute(statement, parameters)).first()
    return None if row is None else _received(row, keys_of(session))


_WAITS_FOR_EARLIER = exists().where(
    _EARLIER.c.chat_key == INBOX.c.chat_key,
    _EARLIER.c.done_at.is_(None),
    _EARLIER.c.id < INBOX.c.id,
    _EARLIER.c.retry_at > bindparam("now"),
)
_TAKE_SEVERAL = (
    select(*_TAKEN)
    .where(
        INBOX.c.done_at.is_(None),
        or_(INBOX.c.retry_at.is_(None), INBOX.c.retry_at <= bindparam("now")),
        ~_WAITS_FOR_EARLIER,
    )
    .order_by(INBOX.c.id)
    .limit(bindparam("most"))
)


async def take_several(session: AsyncSession, *, now: datetime, limit: int) -> list[Received]:
    """Return the oldest updates whose turn it is, to be handled in this order, each chat's in theirs.

    For the only worker there is (SQLite): nobody else may hold one of them.
    """
    keys = keys_of(session)
    rows = await fetch(session, _TAKE_SEVERAL, {"now": now, "most": limit})
    return [_received(row, keys) for row in rows]


def _received(row: Row[*tuple[Any, ...]], keys: Keys) -> Received:
    raw = keys.try_open(row.raw)
    return Received(
        inbox_id=row.id,
        channel=row.channel,
        name=_name(row.channel, row.bot, row.update_id),
        chat=keys.try_open(row.chat) or "",
        raw=raw or "",
        is_readable=raw is not None,
        received_at=row.received_at,
        attempts=row.attempts,
        chat_key=row.chat_key,
    )


_WAITING = select(func.count()).select_from(INBOX).where(INBOX.c.done_at.is_(None))


async def waiting(session: AsyncSession) -> int:
    """Return how many updates are neither done nor given up."""
    return (await session.execute(_WAITING)).scalar_one()


_DONE = (
    update(INBOX)
    .where(INBOX.c.id == bindparam("inbox_id"))
    .values(done_at=bindparam("at"), raw=None, chat=None, chat_key=None)
)


async def done(session: AsyncSession, inbox_id: int, *, at: datetime) -> None:
    """Mark it handled and empty it: only its number stays, so that it is known should it come again."""
    await fetch(session, _DONE, {"inbox_id": inbox_id, "at": at})


_FAIL = (
    update(INBOX)
    .where(INBOX.c.id == bindparam("inbox_id"), INBOX.c.done_at.is_(None))
    .values(
        attempts=INBOX.c.attempts + 1,
        error=bindparam("why"),
        retry_at=bindparam("next_at"),
        done_at=bindparam("end_at"),
        is_failed=bindparam("is_end"),
    )
    .returning(INBOX.c.attempts)
)
_ATTEMPTS = select(INBOX.c.attempts).where(INBOX.c.id == bindparam("inbox_id"))


async def fail(
    session: AsyncSession, inbox_id: int, *, error: str, retry_at: datetime | None, at: datetime
) -> int:
    """Note a failed attempt, in a transaction of its own, and return how many there were.

    Without `retry_at` it is given up: a dead letter, kept for people to look at. `error` names the kind of
    error and holds no text of people. What another worker has done meanwhile stays done.
    """
    attempts: int | None = (
        await session.execute(
            _FAIL,
            {
                "inbox_id": inbox_id,
                "why": error[:ERROR_LENGTH],
                "next_at": retry_at,
                "end_at": at if retry_at is None else None,
                "is_end": retry_at is None,
            },
        )
    ).scalar()
    if attempts is None:
        attempts = (await session.execute(_ATTEMPTS, {"inbox_id": inbox_id})).scalar()
    return attempts or 0


_DEAD_LETTERS = select(func.count()).select_from(INBOX).where(INBOX.c.is_failed)


async def dead_letters(session: AsyncSession) -> int:
    """Return how many updates were given up and are still kept."""
    return (await session.execute(_DEAD_LETTERS)).scalar_one()
