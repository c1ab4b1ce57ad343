"""Bulletins on their way to many: one copy a reader, none a second time, and how each copy went."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from typing import Any

from sqlalchemy import bindparam, exists, func, insert, literal, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import dialect_of, keys_of, on_both
from storage.models import BROADCASTS, BULLETIN_COPIES, OUTBOX, SUBSCRIPTIONS
from storage.outbox import State
from storage.retention import RETENTION
from storage.subscriptions import is_reader


class CopyState(IntEnum):
    """Where one reader's copy is."""

    WAITING = 0
    QUEUED = 1  # in the outbox
    DELIVERED = 2
    BLOCKED = 3  # the reader wants nothing from us
    FAILED = 4  # the channel refused it for another reason
    UNCERTAIN = 5  # the answer was lost: it may have arrived, and is not sent again by itself
    DROPPED = 6  # unsubscribed meanwhile, stopped by staff, or no news any more


UNDER_WAY = (CopyState.WAITING, CopyState.QUEUED)


@dataclass(frozen=True, slots=True)
class NewBroadcast:
    """A bulletin as staff confirmed it."""

    bulletin: str
    audience: tuple[str, ...]
    campuses: tuple[str, ...]  # none: all
    texts: Mapping[str, str] = field(repr=False)  # by language, ready for the outbox
    ends_at: datetime
    staff_chat: str
    confirmed_on: str  # ref of the message with the button


@dataclass(frozen=True, slots=True)
class Broadcast(NewBroadcast):
    """The same, on its way or done."""

    id: int = 0
    progress_id: int | None = None
    progress_at: datetime | None = None
    progress_done: int = 0
    progress_ref: str = ""  # the channel's name for the message that tells how far it is
    is_finished: bool = False


@dataclass(frozen=True, slots=True)
class NextCopy:
    """A copy that may go into the outbox."""

    id: int
    chat: str
    language: str


_COPY_COLUMNS = ("broadcast_id", "bulletin", "chat_key", "chat", "language", "state", "delete_after")


async def begin(session: AsyncSession, new: NewBroadcast, *, at: datetime) -> tuple[int, int]:
    """Write down a broadcast with a copy for each reader who has none yet; return its id and their number."""
    keys = keys_of(session)
    until = new.ends_at + RETENTION["broadcasts"].keep
    row = {
        "bulletin": new.bulletin,
        "audience": " ".join(new.audience),
        "campuses": " ".join(new.campuses),
        "texts": keys.seal(json.dumps(dict(new.texts), ensure_ascii=False)),
        "staff_chat_key": keys.fingerprint(new.staff_chat),
        "staff_chat": keys.seal(new.staff_chat),
        "confirmed_on": new.confirmed_on,
        "ends_at": new.ends_at,
        "progress_done": 0,
        "delete_after": until,
    }
    broadcast_id: int = (
        await session.execute(insert(BROADCASTS).values(**row).returning(BROADCASTS.c.id))
    ).scalar_one()
    readers = (
        select(
            literal(broadcast_id),
            literal(new.bulletin),
            SUBSCRIPTIONS.c.chat_key,
            SUBSCRIPTIONS.c.chat,
            SUBSCRIPTIONS.c.language,
            literal(int(CopyState.WAITING)),
            literal(new.ends_at + RETENTION["bulletin copies"].keep, BULLETIN_COPIES.c.delete_after.type),
        )
        .where(is_reader(new.audience, new.campuses))
        .order_by(SUBSCRIPTIONS.c.id)
    )
    copies = on_both(
        # Who has subscribed in two ways, and who has a copy from before, gets no second one.
        lambda insert: (
            insert(BULLETIN_COPIES)
            .from_select(_COPY_COLUMNS, readers)
            .on_conflict_do_nothing(index_elements=["bulletin", "chat_key"])
            .returning(BULLETIN_COPIES.c.id)
        )
    )
    made = (await session.execute(copies[dialect_of(session)])).all()
    if not made:
        await finish(session, broadcast_id, at=at)
    return broadcast_id, len(made)


async def is_known(session: AsyncSession, bulletin: str) -> bool:
    """Tell whether a bulletin has been sent before, or is on its way."""
    return bool(await session.scalar(select(exists().where(BULLETIN_COPIES.c.bulletin == bulletin))))


_UNFINISHED = (
    select(BROADCASTS, OUTBOX.c.sent_ref.label("progress_ref"))
    .outerjoin(OUTBOX, OUTBOX.c.id == BROADCASTS.c.progress_id)
    .where(BROADCASTS.c.finished_at.is_(None))
    .order_by(BROADCASTS.c.id)
)


async def unfinished(session: AsyncSession) -> list[Broadcast]:
    """Return the broadcasts that are on their way, the oldest first."""
    return [_broadcast(session, row) for row in await session.execute(_UNFINISHED)]


async def find(session: AsyncSession, broadcast_id: int, *, staff_chat: str) -> Broadcast | None:
    """Return a broadcast, for the chat in which it was confirmed; None is any other's."""
    rows = await session.execute(
        select(BROADCASTS, OUTBOX.c.sent_ref.label("progress_ref"))
        .outerjoin(OUTBOX, OUTBOX.c.id == BROADCASTS.c.progress_id)
        .where(
            BROADCASTS.c.id == broadcast_id,
            BROADCASTS.c.staff_chat_key.in_(keys_of(session).fingerprints(staff_chat)),
        )
    )
    row = rows.first()
    return None if row is None else _broadcast(session, row)


def _broadcast(session: AsyncSession, row: Any) -> Broadcast:
    keys = keys_of(session)
    return Broadcast(
        id=row.id,
        bulletin=row.bulletin,
        audience=tuple(row.audience.split()),
        campuses=tuple(row.campuses.split()),
        texts=json.loads(keys.open(row.texts)),
        ends_at=row.ends_at,
        staff_chat=keys.open(row.staff_chat),
        confirmed_on=row.confirmed_on,
        progress_id=row.progress_id,
        progress_at=row.progress_at,
        progress_done=row.progress_done,
        progress_ref=row.progress_ref or "",
        is_finished=row.finished_at is not None,
    )


async def counts(session: AsyncSession, broadcast_id: int) -> dict[CopyState, int]:
    """Return how many copies are in which state."""
    rows = await session.execute(
        select(BULLETIN_COPIES.c.state, func.count())
        .where(BULLETIN_COPIES.c.broadcast_id == broadcast_id)
        .group_by(BULLETIN_COPIES.c.state)
    )
    found = {CopyState(state): count for state, count in rows}
    return {state: found.get(state, 0) for state in CopyState}


# ---------------------------------------------------------------- on their way


async def next_copies(session: AsyncSession, broadcast: Broadcast, *, limit: int) -> list[NextCopy]:
    """Return copies to put into the outbox; whoever has unsubscribed meanwhile drops out."""
    is_waiting = (
        BULLETIN_COPIES.c.broadcast_id == broadcast.id,
        BULLETIN_COPIES.c.state == int(CopyState.WAITING),
    )
    is_wanted = exists().where(
        SUBSCRIPTIONS.c.chat_key == BULLETIN_COPIES.c.chat_key,
        is_reader(broadcast.audience, broadcast.campuses),
    )
    await session.execute(
        update(BULLETIN_COPIES).where(*is_waiting, ~is_wanted).values(state=int(CopyState.DROPPED))
    )
    rows = await session.execute(
        select(BULLETIN_COPIES.c.id, BULLETIN_COPIES.c.chat, BULLETIN_COPIES.c.language)
        .where(*is_waiting)
        .order_by(BULLETIN_COPIES.c.id)
        .limit(limit)
    )
    keys = keys_of(session)
    return [NextCopy(row.id, keys.open(row.chat), row.language) for row in rows]


_QUEUED = (
    update(BULLETIN_COPIES)
    .where(BULLETIN_COPIES.c.id == bindparam("copy"))
    .values(state=int(CopyState.QUEUED), outbox_id=bindparam("message"))
)


async def queued(session: AsyncSession, messages: Mapping[int, int]) -> None:
    """Note which message of the outbox (value) carries which copy (key)."""
    if messages:
        await session.execute(
            _QUEUED, [{"copy": copy, "message": message} for copy, message in messages.items()]
        )


_SETTLED = (
    select(BULLETIN_COPIES.c.id, OUTBOX.c.state, OUTBOX.c.id.label("message"))
    .outerjoin(OUTBOX, OUTBOX.c.id == BULLETIN_COPIES.c.outbox_id)
    .where(
        BULLETIN_COPIES.c.broadcast_id == bindparam("of_broadcast"),
        BULLETIN_COPIES.c.state == int(CopyState.QUEUED),
        (OUTBOX.c.id.is_(None)) | (OUTBOX.c.settled_at.is_not(None)),
    )
)
_NOTE = (
    update(BULLETIN_COPIES)
    .where(BULLETIN_COPIES.c.id == bindparam("copy"))
    .values(state=bindparam("outcome"))
)
_OUTCOMES = {State.SENT: CopyState.DELIVERED, State.REFUSED: CopyState.FAILED}


async def note_outcomes(session: AsyncSession, broadcast_id: int) -> None:
    """Learn from the outbox how copies went; of one that the outbox has forgotten nobody knows."""
    rows = (await session.execute(_SETTLED, {"of_broadcast": broadcast_id})).all()
    noted = [
        {
            "copy": row.id,
            "outcome": int(
                CopyState.UNCERTAIN
                if row.message is None
                else _OUTCOMES.get(State(row.state), CopyState.UNCERTAIN)
            ),
        }
        for row in rows
    ]
    if noted:
        await session.execute(_NOTE, noted)


async def note_blocked(session: AsyncSession, outbox_id: int) -> None:
    """Note that the reader of a copy wants nothing from us."""
    await session.execute(
        update(BULLETIN_COPIES)
        .where(BULLETIN_COPIES.c.outbox_id == outbox_id)
        .values(state=int(CopyState.BLOCKED))
    )


async def note_gone(session: AsyncSession, chat: str) -> None:
    """Note that somebody wants nothing from us any more: what waits for them is not sent."""
    await session.execute(
        update(BULLETIN_COPIES)
        .where(
            BULLETIN_COPIES.c.chat_key.in_(keys_of(session).fingerprints(chat)),
            BULLETIN_COPIES.c.state == int(CopyState.WAITING),
        )
        .values(state=int(CopyState.BLOCKED))
    )


async def set_progress(
    session: AsyncSession, broadcast_id: int, *, done: int, at: datetime, outbox_id: int | None = None
) -> None:
    """Note what the progress message says, and which message of the outbox it is when it is new."""
    changed: dict[str, Any] = {"progress_done": done, "progress_at": at}
    if outbox_id is not None:
        changed["progress_id"] = outbox_id
    await session.execute(update(BROADCASTS).where(BROADCASTS.c.id == broadcast_id).values(**changed))


async def drop_waiting(session: AsyncSession, broadcast_id: int) -> None:
    """Send no further copies; those in the outbox still go."""
    await session.execute(
        update(BULLETIN_COPIES)
        .where(
            BULLETIN_COPIES.c.broadcast_id == broadcast_id,
            BULLETIN_COPIES.c.state == int(CopyState.WAITING),
        )
        .values(state=int(CopyState.DROPPED))
    )


async def send_uncertain_again(session: AsyncSession, broadcast_id: int) -> int:
    """Let the copies of which nobody knows go out once more, because a human said so; return how many."""
    again = await session.execute(
        update(BULLETIN_COPIES)
        .where(
            BULLETIN_COPIES.c.broadcast_id == broadcast_id,
            BULLETIN_COPIES.c.state == int(CopyState.UNCERTAIN),
        )
        .values(state=int(CopyState.WAITING), outbox_id=None)
        .returning(BULLETIN_COPIES.c.id)
    )
    number = len(again.all())
    if number:
        await session.execute(
            update(BROADCASTS).where(BROADCASTS.c.id == broadcast_id).values(finished_at=None)
        )
    return number


async def finish(session: AsyncSession, broadcast_id: int, *, at: datetime) -> None:
    """Note that a broadcast is over."""
    await session.execute(update(BROADCASTS).where(BROADCASTS.c.id == broadcast_id).values(finished_at=at))


# ---------------------------------------------------------------- chats that change


async def move_chat(session: AsyncSession, old: str, new: str) -> None:
    """Follow a staff group that became a supergroup; messages of before it are not there."""
    keys = keys_of(session)
    await session.execute(
        update(BROADCASTS)
        .where(BROADCASTS.c.staff_chat_key.in_(keys.fingerprints(old)))
        .values(staff_chat_key=keys.fingerprint(new), staff_chat=keys.seal(new), progress_id=None)
    )
