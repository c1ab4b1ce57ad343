"""Who saw or did what at the desk: names, deeds, case codes and times; no text of anybody."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import keys_of
from storage.models import AUDIT
from storage.retention import RETENTION

ONE_LOOK = timedelta(minutes=10)
MOST = 500  # deeds shown at once


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that somebody saw or did."""

    name: str
    deed: str  # "looked", "claimed" ...
    case_code: str | None
    at: datetime


async def note(
    session: AsyncSession, deed: str, *, name: str, at: datetime, case_code: str | None = None
) -> None:
    """Write down that somebody saw or did something; in the transaction in which they do."""
    await session.execute(
        insert(AUDIT).values(
            name=keys_of(session).seal(name),
            deed=deed,
            case_code=case_code,
            at=at,
            delete_after=at + RETENTION["audit"].keep,
        )
    )


async def has_lately(
    session: AsyncSession, deed: str, *, name: str, case_code: str | None, at: datetime
) -> bool:
    """Tell whether somebody did the same in the last minutes: a page that fetches itself anew is one look."""
    same = (AUDIT.c.deed == deed, AUDIT.c.case_code == case_code, AUDIT.c.at > at - ONE_LOOK)
    keys = keys_of(session)
    names = await session.scalars(select(AUDIT.c.name).where(*same))
    return any(keys.open(each) == name for each in names)


async def deeds(session: AsyncSession, *, case_code: str | None = None, limit: int = MOST) -> list[Deed]:
    """Return the last deeds, of one case or of all, the latest first."""
    found = select(AUDIT).order_by(AUDIT.c.id.desc()).limit(limit)
    if case_code is not None:
        found = found.where(AUDIT.c.case_code == case_code)
    keys = keys_of(session)
    return [
        Deed(keys.open(row.name), row.deed, row.case_code, row.at) for row in await session.execute(found)
    ]
