"""Notes about a case, of staff for staff; they go with their case."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import keys_of
from storage.models import NOTES
from storage.retention import RETENTION


@dataclass(frozen=True, slots=True)
class Note:
    """A line for colleagues."""

    name: str  # who wrote it, as colleagues know them
    text: str = field(repr=False)
    at: datetime


async def add(session: AsyncSession, case_id: int, text: str, *, name: str, at: datetime) -> None:
    """Keep a note."""
    keys = keys_of(session)
    await session.execute(
        insert(NOTES).values(
            case_id=case_id,
            name=keys.seal(name),
            text=keys.seal(text),
            at=at,
            delete_after=at + RETENTION["notes"].keep,
        )
    )


async def of(session: AsyncSession, case_id: int) -> list[Note]:
    """Return the notes about a case, oldest first."""
    keys = keys_of(session)
    rows = await session.execute(select(NOTES).where(NOTES.c.case_id == case_id).order_by(NOTES.c.id))
    return [
        Note(name, text, row.at)
        for row in rows
        if (name := keys.try_open(row.name)) is not None and (text := keys.try_open(row.text)) is not None
    ]
