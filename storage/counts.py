"""Counts of what happened, by day: no text and nobody."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import dialect_of, on_both
from storage.models import COUNTERS, FEEDBACK
from storage.retention import RETENTION

KIND_LENGTH = 64  # what its column holds

_COUNT = on_both(
    lambda insert: insert(COUNTERS).on_conflict_do_update(
        index_elements=["kind", "day"], set_={"count": COUNTERS.c.count + 1}
    )
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


async def add(session: AsyncSession, kind: str, *, at: datetime) -> None:
    """Count one more of a kind of happening, such as an update that nobody asked for."""
    row = {
        "kind": kind[:KIND_LENGTH],
        "day": at.date(),
        "count": 1,
        "delete_after": at + RETENTION["counters"].keep,
    }
    await session.execute(_COUNT[dialect_of(session)], row)


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
