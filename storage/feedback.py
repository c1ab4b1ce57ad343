"""Whether answers helped: counts by topic and day; no text, and nobody."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import dialect_of, on_both
from storage.models import FEEDBACK
from storage.retention import RETENTION


@dataclass(frozen=True, slots=True)
class Helped:
    """How often the answer to a topic helped."""

    topic: str
    helpful: int
    unhelpful: int


_ADD = on_both(
    lambda insert: (new := insert(FEEDBACK)).on_conflict_do_update(
        index_elements=["topic", "day"],
        set_={name: FEEDBACK.c[name] + new.excluded[name] for name in ("helpful", "unhelpful")},
    )
)


async def add(session: AsyncSession, topic: str, *, helpful: bool, at: datetime) -> None:
    """Count one press of helpful or not helpful."""
    row = {
        "topic": topic,
        "day": at.date(),
        "helpful": int(helpful),
        "unhelpful": int(not helpful),
        "delete_after": at + RETENTION["feedback"].keep,
    }
    await session.execute(_ADD[dialect_of(session)], row)


async def since(session: AsyncSession, day: date) -> list[Helped]:
    """Return the counts from a day on, by topic. Small ones are hidden by whoever shows them."""
    rows = await session.execute(
        select(
            FEEDBACK.c.topic,
            func.sum(FEEDBACK.c.helpful).label("helpful"),
            func.sum(FEEDBACK.c.unhelpful).label("unhelpful"),
        )
        .where(FEEDBACK.c.day >= day)
        .group_by(FEEDBACK.c.topic)
        .order_by(FEEDBACK.c.topic)
    )
    return [Helped(row.topic, row.helpful, row.unhelpful) for row in rows]
