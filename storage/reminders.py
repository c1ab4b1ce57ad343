"""When staff are to be reminded of a case: that nobody has taken it, or that its holder has not answered."""

from datetime import datetime

from sqlalchemy import bindparam, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.cases import CLAIMED, IS_NEW, IS_OPEN, Case, readable
from storage.database import keys_of
from storage.models import CASES

MOST_REMINDERS = 50  # at once; the others come with the next round

_DUE = (
    select(CASES)
    .where(CASES.c.remind_at <= bindparam("now"), IS_OPEN)
    .order_by(CASES.c.level.desc(), CASES.c.remind_at)
    .limit(MOST_REMINDERS)
    .with_for_update(skip_locked=True, of=CASES)
)


async def due(session: AsyncSession, *, now: datetime) -> list[Case]:
    """Return the open cases whose reminder is due, the gravest first: untaken ones, and those of `expect_answer`.

    They are held by this transaction, in which `reminded` is owed for each.
    """
    return readable(await session.execute(_DUE, {"now": now}), keys_of(session))


async def reminded(session: AsyncSession, case_id: int, *, step: int, remind_at: datetime | None) -> None:
    """Note that staff were reminded, and when to do it again; a case taken meanwhile has no next time."""
    await session.execute(
        update(CASES)
        .where(CASES.c.id == case_id, IS_NEW, IS_OPEN)
        .values(remind_step=step, remind_at=remind_at)
    )


async def expect_answer(session: AsyncSession, case_id: int, *, by: datetime, step: int = 0) -> None:
    """Be reminded of a taken case, as if at `step`, if its holder has not answered by then; an earlier moment stays."""
    await session.execute(
        update(CASES)
        .where(
            CASES.c.id == case_id,
            CASES.c.status == CLAIMED,
            or_(CASES.c.remind_at.is_(None), CASES.c.remind_at > by),
        )
        .values(remind_at=by, remind_step=step)
    )


async def holder_reminded(session: AsyncSession, case_id: int, *, step: int, remind_at: datetime) -> None:
    """Note that the holder of a taken case was reminded, and when to look again."""
    await session.execute(
        update(CASES)
        .where(CASES.c.id == case_id, CASES.c.status == CLAIMED)
        .values(remind_at=remind_at, remind_step=step)
    )


async def answered(session: AsyncSession, case_id: int) -> None:
    """Note that the holder of a taken case has answered."""
    await session.execute(
        update(CASES)
        .where(CASES.c.id == case_id, CASES.c.status == CLAIMED)
        .values(remind_at=None, remind_step=0)
    )
