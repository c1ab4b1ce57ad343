"""Counts of what happened, by day: no text and nobody."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import dialect_of, on_both
from storage.models import COUNTERS, FEEDBACK
from storage.retention import RETENTION

KIND_LENGTH = 64  # what its column holds
SAID = "said "  # begins the kinds of `is_time`, which are no counts for people to read


@dataclass(frozen=True, slots=True)
class Count:
    """How often something happened on a day."""

    day: date
    kind: str
    count: int


_COUNT = on_both(
    lambda insert: (
        insert(COUNTERS)
        .on_conflict_do_update(index_elements=["kind", "day"], set_={"count": COUNTERS.c.count + 1})
        .returning(COUNTERS.c.count)
    )
)
_SAY = on_both(
    lambda insert: (
        (new := insert(COUNTERS))
        .on_conflict_do_update(
            index_elements=["kind", "day"],
            set_={"count": COUNTERS.c.count + 1, "delete_after": new.excluded.delete_after},
            where=COUNTERS.c.delete_after <= bindparam("now"),
        )
        .returning(COUNTERS.c.count)
    )
)
_SINCE = (
    select(COUNTERS.c.day, COUNTERS.c.kind, COUNTERS.c.count.label("times"))
    .where(COUNTERS.c.day >= bindparam("first"), COUNTERS.c.kind.not_like(f"{SAID}%"))
    .order_by(COUNTERS.c.day, COUNTERS.c.kind)
)
_FEEDBACK = on_both(
    lambda insert: (new := insert(FEEDBACK)).on_conflict_do_update(
        index_elements=["topic", "day"],
        set_={
            "helpful": FEEDBACK.c.helpful + new.excluded.helpful,
            "unhelpful": FEEDBACK.c.unhelpful + new.excluded.unhelpful,
        },
    )
)


async def add(session: AsyncSession, kind: str, *, at: datetime) -> int:
    """Count one more of a kind of happening, such as an update that nobody asked for; return how many today."""
    row = {
        "kind": kind[:KIND_LENGTH],
        "day": at.date(),
        "count": 1,
        "delete_after": at + RETENTION["counters"].keep,
    }
    return int((await session.execute(_COUNT[dialect_of(session)], row)).scalar_one())


async def is_time(session: AsyncSession, what: str, *, every: timedelta, at: datetime) -> bool:
    """Tell whether something may be said again, and note that it is said now; remembered for so long only."""
    row = {
        "kind": (SAID + what)[:KIND_LENGTH],
        "day": at.date(),
        "count": 1,
        "delete_after": at + every,
        "now": at,
    }
    return (await session.execute(_SAY[dialect_of(session)], row)).first() is not None


async def since(session: AsyncSession, first: date) -> list[Count]:
    """Return what was counted since a day, that day included."""
    return [Count(row.day, row.kind, row.times) for row in await session.execute(_SINCE, {"first": first})]


async def feedback(session: AsyncSession, topic: str, *, helped: bool, at: datetime) -> None:
    """Count whether the answer to a topic helped."""
    row = {
        "topic": topic,
        "day": at.date(),
        "helpful": int(helped),
        "unhelpful": int(not helped),
        "delete_after": at + RETENTION["feedback"].keep,
    }
    await session.execute(_FEEDBACK[dialect_of(session)], row)
