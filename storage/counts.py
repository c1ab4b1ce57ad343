"""Counts of what happened, by day: no text and nobody."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import dialect_of, on_both
from storage.models import COUNTERS, FEEDBACK
from storage.quick import fetch
from storage.retention import RETENTION

KIND_LENGTH = 64  # what its column holds
SAID = "said "  # begins the kinds of `is_time`, which are no counts for people to read
TOPIC = "topic "  # begins the kinds of `asked`: what people ask about, and no fault


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
    .where(
        COUNTERS.c.day >= bindparam("first"),
        COUNTERS.c.kind.not_like(f"{SAID}%"),
        COUNTERS.c.kind.not_like(f"{TOPIC}%"),
    )
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
    return int((await fetch(session, _COUNT[dialect_of(session)], row))[0][0])


async def asked(session: AsyncSession, topic: str, *, at: datetime) -> None:
    """Count one more question about a topic."""
    await add(session, TOPIC + topic, at=at)


async def asked_on(session: AsyncSession, day: date) -> dict[str, int]:
    """Return how often each topic was asked about on a day."""
    rows = await session.execute(
        select(COUNTERS.c.kind, COUNTERS.c.count.label("times")).where(
            COUNTERS.c.day == day, COUNTERS.c.kind.like(f"{TOPIC}%")
        )
    )
    return {row.kind.removeprefix(TOPIC): row.times for row in rows}


async def helpful_since(session: AsyncSession, first: date) -> dict[str, tuple[int, int]]:
    """Return how often the answers to each topic helped, and how often they did not, since a day."""
    helped, did_not = func.sum(FEEDBACK.c.helpful), func.sum(FEEDBACK.c.unhelpful)
    rows = await session.execute(
        select(FEEDBACK.c.topic, helped.label("helped"), did_not.label("did_not"))
        .where(FEEDBACK.c.day >= first)
        .group_by(FEEDBACK.c.topic)
    )
    return {row.topic: (int(row.helped), int(row.did_not)) for row in rows}


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
