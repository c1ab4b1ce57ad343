"""How often something happened by day, such as an update of a kind that we do not know."""

from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import dialect_of, on_both
from storage.models import COUNTERS
from storage.retention import RETENTION

KIND_LENGTH = 64  # what its column holds

_ADD = on_both(
    lambda insert: (new := insert(COUNTERS)).on_conflict_do_update(
        index_elements=["kind", "day"], set_={"count": COUNTERS.c.count + new.excluded["count"]}
    )
)


async def add(session: AsyncSession, kind: str, *, at: datetime, times: int = 1) -> None:
    """Count something. `kind` is a word of ours, never a text of people."""
    row = {
        "kind": kind[:KIND_LENGTH],
        "day": at.date(),
        "count": times,
        "delete_after": at + RETENTION["counters"].keep,
    }
    await session.execute(_ADD[dialect_of(session)], row)


async def since(session: AsyncSession, day: date) -> dict[str, int]:
    """Return the counts from a day on, by kind."""
    rows = await session.execute(
        select(COUNTERS.c.kind, func.sum(COUNTERS.c.count).label("times"))
        .where(COUNTERS.c.day >= day)
        .group_by(COUNTERS.c.kind)
        .order_by(COUNTERS.c.kind)
    )
    return {row.kind: row.times for row in rows}
