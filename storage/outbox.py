"""Messages on their way out: in order per chat, the important ones first, sent twice rather than never."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal_column,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession

from storage.crypto import Keys
from storage.database import dialect_of, keys_of, on_both
from storage.models import OUTBOX
from storage.quick import fetch
from storage.retention import RETENTION

REF_LENGTH = 200  # what the columns hold
REFUSAL_LENGTH = 500
# A message that fails this often, while its chat's later ones wait, has a fault of its own: let them pass.
HOLDS_BACK_ATTEMPTS = 10


class Priority(IntEnum):
    """What goes out first; the order within a chat too."""

    EMERGENCY = 0  # alerts and safety texts
    REPLY = 10
    RELAY = 10  # the same rank: in a person's chat, the bot's and the staff's texts keep their order
    STAFF = 20  # statuses, reminders
    BULK = 90


def goes_once(priority: int) -> bool:
    """Tell whether a message is one of many alike (a bulletin): it is sent once rather than twice."""
    return priority >= Priority.BULK


class State(IntEnum):
    """Where a message is."""

    NEW = 0  # waits, for its first or another attempt
    SENDING = 1
    SENT = 2
    UNCERTAIN = 3  # may have arrived: waits for another attempt, or settled for good
    REFUSED = 4
    UNREADABLE = 5  # its seal is damaged: kept, and shown to staff


@dataclass(frozen=True, slots=True)
class NewMessage:
    """A message to be sent."""

    chat: str
    body: str = field(repr=False)  # JSON, the channel's business
    priority: int
    due_at: datetime
    important: bool = False  # an alert or safety text: sent again however often it is uncertain
    case_id: int | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """A message that its taker is to send now."""

    outbox_id: int
    chat: str
    chat_key: str  # for `busy`
    body: str = field(repr=False)
    priority: int
    attempts: int  # this one included
    important: bool
    case_id: int | None
    inbox_id: int | None
    state_before: State  # UNCERTAIN: an earlier attempt may have arrived; NEW: none has
    is_readable: bool = True  # False: its seal is damaged; `chat` or `body` is empty


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of an attempt. With `retry_at` the message waits for another one."""

    outbox_id: int
    state: State  # SENT, REFUSED, UNCERTAIN; or NEW with retry_at, when it surely didn't arrive
    sent_ref: str | None = None
    refusal: str | None = None
    retry_at: datetime | None = None
    # The channel took nothing from anybody: however long that lasts, the message keeps its place in the line.
    is_blameless: bool = False


_SENDING: ColumnElement[int] = literal_column(str(int(State.SENDING)))
IS_UNSETTLED = OUTBOX.c.settled_at.is_(None)
IS_BEING_SENT = OUTBOX.c.state == _SENDING


# ---------------------------------------------------------------- put

_PUT = on_both(
    lambda insert: (
        insert(OUTBOX)
        .on_conflict_do_nothing(index_elements=["inbox_id", "position"])
        .returning(OUTBOX.c.id, OUTBOX.c.position)
    )
)
_OF_UPDATE = (
    select(OUTBOX.c.id, OUTBOX.c.position, OUTBOX.c.chat, OUTBOX.c.body)
    .where(OUTBOX.c.inbox_id == bindparam("cause"))
    .order_by(OUTBOX.c.position)
)


async def put(
    session: AsyncSession, messages: Sequence[NewMessage], *, inbox_id: int | None, at: datetime
) -> list[int]:
    """Write down messages in their order and return their ids.

    When an update is handled again, what it has put before is not put twice; but what it says differently
    now is another message, and goes out too: a person is told twice rather than never. Messages without an
    update (of timers) are always new.
    """
    if not messages:
        return []
    first = _claim_positions(session, inbox_id, len(messages))
    keys = keys_of(session)
    rows = [
        _row(keys, message, inbox_id=inbox_id, position=first + index, at=at)
        for index, message in enumerate(messages)
    ]
    written = {row.position: row.id for row in await fetch(session, _PUT[dialect_of(session)], rows)}
    if inbox_id is not None and len(written) < len(rows):
        await _put_again(session, rows, messages, written)
    return [written[row["position"]] for row in rows]


def _claim_positions(session: AsyncSession, inbox_id: int | None, count: int) -> int:
    """Return the first of `count` places: several puts for one update in one transaction go on counting."""
    places: dict[int | None, int] = session.info.setdefault("outbox places", {})
    first = places.get(inbox_id, 0)
    places[inbox_id] = first + count
    return first


def _row(
    keys: Keys, message: NewMessage, *, inbox_id: int | None, position: int, at: datetime
) -> dict[str, Any]:
    return {
        "inbox_id": inbox_id,
        "position": position,
        "case_id": message.case_id,
        "chat_key": keys.fingerprint(message.chat),
        "chat": keys.seal(message.chat),
        "body": keys.seal(message.body),
        "priority": int(message.priority),
        "state": int(State.NEW),
        "is_important": message.important,
        "is_uncertain": False,
        "due_at": message.due_at,
        "attempts": 0,
        "delete_after": at + RETENTION["unsettled outbox"].keep,
    }


async def _put_again(
    session: AsyncSession,
    rows: Sequence[dict[str, Any]],
    messages: Sequence[NewMessage],
    written: dict[int, int],
) -> None:
    """Find, for each message whose place was taken, the same one put before; put it last if it is another."""
    keys = keys_of(session)
    there = (await session.execute(_OF_UPDATE, {"cause": rows[0]["inbox_id"]})).all()
    known: dict[tuple[str, str], list[int]] = {}
    for stored in there:
        if stored.id not in written.values():
            known.setdefault((keys.open(stored.chat), keys.open(stored.body)), []).append(stored.id)
    free = max(there[-1].position, rows[-1]["position"]) + 1
    for row, message in zip(rows, messages, strict=True):
        if row["position"] in written:
            continue
        same = known.get((message.chat, message.body))
        if same:
            written[row["position"]] = same.pop(0)
            continue
        moved = {**row, "position": free}
        free += 1
        placed = (await session.execute(_PUT[dialect_of(session)], [moved])).one()
        written[row["position"]] = placed.id
    session.info["outbox places"][rows[0]["inbox_id"]] = free


# ---------------------------------------------------------------- due


def _comes_before(earlier: FromClause, later: FromClause) -> ColumnElement[bool]:
    """Whether a message stands before another in the line of their chat, and is not settled."""
    return and_(
        earlier.c.chat_key == later.c.chat_key,
        earlier.c.settled_at.is_(None),
        tuple_(earlier.c.priority, earlier.c.id) < tuple_(later.c.priority, later.c.id),
    )


def _keeps_its_place(earlier: FromClause, moment: Any) -> ColumnElement[bool]:
    """Whether it makes those behind it wait: being sent, due, or waiting for another attempt.

    One that was put for later and never tried doesn't: tomorrow's question must not hold back today's answer.
    """
    has_failed = and_(earlier.c.attempts > 0, earlier.c.attempts < literal_column(str(HOLDS_BACK_ATTEMPTS)))
    return or_(earlier.c.due_at <= moment, has_failed)


_LINE = OUTBOX.alias("line")
_AHEAD = OUTBOX.alias("ahead")
_IS_WAITING = and_(_LINE.c.settled_at.is_(None), _LINE.c.state != _SENDING)
_IS_NOT_BUSY = _LINE.c.chat_key.not_in(bindparam("busy", expanding=True))
_IS_URGENT = _LINE.c.priority <= literal_column(str(int(Priority.EMERGENCY)))


def _take_due(*conditions: ColumnElement[bool]) -> Any:
    held_back = exists().where(_comes_before(_AHEAD, _LINE), _keeps_its_place(_AHEAD, bindparam("now")))
    picked = (
        select(_LINE.c.id)
        .where(_IS_WAITING, _LINE.c.due_at <= bindparam("now"), ~held_back, *conditions)
        .order_by(_LINE.c.priority, _LINE.c.id)
        .limit(bindparam("most"))
        .with_for_update(skip_locked=True, of=_LINE)
        .cte("picked")
    )
    return (
        update(OUTBOX)
        .where(OUTBOX.c.id.in_(select(picked.c.id)))
        .values(state=int(State.SENDING), attempts=OUTBOX.c.attempts + 1, sending_at=bindparam("now"))
        .returning(
            OUTBOX.c.id,
            OUTBOX.c.chat,
            OUTBOX.c.chat_key,
            OUTBOX.c.body,
            OUTBOX.c.priority,
            OUTBOX.c.attempts,
            OUTBOX.c.is_important,
            OUTBOX.c.is_uncertain,
            OUTBOX.c.case_id,
            OUTBOX.c.inbox_id,
        )
    )


_TAKE = _take_due()
_TAKE_UNLESS_BUSY = _take_due(
    _IS_NOT_BUSY, or_(_IS_URGENT, _LINE.c.chat_key.not_in(bindparam("held", expanding=True)))
)
_TAKE_URGENT = _take_due(_IS_NOT_BUSY, _IS_URGENT)


async def due(
    session: AsyncSession,
    *,
    now: datetime,
    limit: int,
    busy: Collection[str] = (),
    held: Collection[str] = (),
    only_urgent: bool = False,
) -> list[Due]:
    """Take messages to send now: the most important first, and of each chat only the first in its line.

    They are SENDING from when the transaction commits, and their taker owes a `settle` for each; one that
    dies is found by `recover`. What waits for another attempt holds back what stands behind it in its chat,
    but never what is more important. `busy` names chats (by `chat_key`) to leave alone, `held` those to
    which alerts and safety texts may go and nothing else; `only_urgent` takes these alone.
    """
    parameters: dict[str, Any] = {"now": now, "most": limit}
    statement = _TAKE
    if only_urgent:
        statement, parameters["busy"] = _TAKE_URGENT, list(busy)
    elif busy or held:
        statement, parameters["busy"], parameters["held"] = _TAKE_UNLESS_BUSY, list(busy), list(held)
    rows = await fetch(session, statement, parameters)
    keys = keys_of(session)
    return [_due(row, keys) for row in sorted(rows, key=lambda row: (row.priority, row.id))]


def _due(row: Any, keys: Keys) -> Due:
    chat, body = keys.try_open(row.chat), keys.try_open(row.body)
    return Due(
        outbox_id=row.id,
        chat=chat or "",
        chat_key=row.chat_key,
        body=body or "",
        priority=row.priority,
        attempts=row.attempts,
        important=row.is_important,
        case_id=row.case_id,
        inbox_id=row.inbox_id,
        state_before=State.UNCERTAIN if row.is_uncertain else State.NEW,
        is_readable=chat is not None and body is not None,
    )


_WAITING = select(func.count()).select_from(OUTBOX).where(IS_UNSETTLED)


async def waiting(session: AsyncSession) -> int:
    """Return how many messages are not settled."""
    return (await session.execute(_WAITING)).scalar_one()


# ---------------------------------------------------------------- settle

_SETTLE = (
    update(OUTBOX)
    .where(OUTBOX.c.id == bindparam("which"), IS_UNSETTLED)
    .values(
        state=bindparam("outcome"),
        settled_at=bindparam("moment"),
        sent_ref=bindparam("reference"),
        refusal=bindparam("reason"),
        delete_after=bindparam("until"),
    )
)
_TRY_AGAIN = (
    update(OUTBOX)
    .where(OUTBOX.c.id == bindparam("which"), IS_UNSETTLED)
    .values(
        state=bindparam("outcome"),
        is_uncertain=or_(OUTBOX.c.is_uncertain, bindparam("doubt", type_=OUTBOX.c.is_uncertain.type)),
        due_at=bindparam("moment"),
        refusal=bindparam("reason"),
        # Never less than one: what has been tried holds back what stands behind it.
        attempts=case((OUTBOX.c.attempts > 1, OUTBOX.c.attempts - bindparam("uncounted")), else_=1),
    )
)


async def settle(session: AsyncSession, results: Sequence[Settled], *, at: datetime) -> None:
    """Note what became of messages; what is settled already (by a second sender) stays as it is."""
    finals = [
        {
            "which": result.outbox_id,
            "outcome": int(result.state),
            "moment": at,
            "reference": _cut(result.sent_ref, REF_LENGTH),
            "reason": _cut(result.refusal, REFUSAL_LENGTH),
            "until": at + RETENTION["settled outbox"].keep,
        }
        for result in results
        if result.retry_at is None
    ]
    retries = [
        {
            "which": result.outbox_id,
            "outcome": int(State.UNCERTAIN if result.state is State.UNCERTAIN else State.NEW),
            "doubt": result.state is State.UNCERTAIN,
            "moment": result.retry_at,
            "uncounted": int(result.is_blameless),
            "reason": _cut(result.refusal, REFUSAL_LENGTH),
        }
        for result in results
        if result.retry_at is not None
    ]
    if finals:
        await fetch(session, _SETTLE, finals)
    if retries:
        await session.execute(_TRY_AGAIN, retries)


def _cut(text: str | None, length: int) -> str | None:
    return text if text is None else text[:length]
