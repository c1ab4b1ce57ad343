"""What was said lately, and by whom."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import keys_of
from storage.models import TURNS
from storage.quick import fetch
from storage.retention import RETENTION

Speaker = Literal["person", "bot", "staff"]
MARK_LENGTH = 200  # what its column holds


@dataclass(frozen=True, slots=True)
class TurnRow:
    """One thing that was said."""

    by: str
    text: str = field(repr=False)
    at: datetime
    case_id: int | None
    ref: str | None = None  # the channel's name for the message, if the person wrote it, or staff at the desk
    mark: str | None = None  # how a line from the desk went


_ADD = insert(TURNS).inline()  # its id is of no use to anybody


async def add(
    session: AsyncSession,
    contact_id: int,
    *,
    by: Speaker,
    text: str,
    at: datetime,
    case_id: int | None = None,
    ref: str | None = None,
) -> None:
    """Remember something that was said."""
    await add_all(session, contact_id, [(by, text)], at=at, case_id=case_id, ref=ref)


async def add_all(
    session: AsyncSession,
    contact_id: int,
    said: Sequence[tuple[Speaker, str]],
    *,
    at: datetime,
    case_id: int | None = None,
    ref: str | None = None,
) -> None:
    """Remember what was said, by whom, in its order, in one statement; `ref` names what person or staff said."""
    if not said:
        return
    keys = keys_of(session)
    until = at + RETENTION["turns"].keep
    rows = [
        {
            "contact_id": contact_id,
            "case_id": case_id,
            "by": by,
            "ref": None if by == "bot" else ref,
            "text": keys.seal(text),
            "at": at,
            "delete_after": until,
        }
        for by, text in said
    ]
    await fetch(session, _ADD, rows)


_LAST = (
    select(TURNS.c.by, TURNS.c.text, TURNS.c.at, TURNS.c.case_id, TURNS.c.ref, TURNS.c.mark)
    .where(TURNS.c.contact_id == bindparam("contact"))
    .order_by(TURNS.c.id.desc())
    .limit(bindparam("most"))
)


async def last(session: AsyncSession, contact_id: int, limit: int) -> list[TurnRow]:
    """Return the last `limit` turns, oldest first."""
    keys = keys_of(session)
    rows = await fetch(session, _LAST, {"contact": contact_id, "most": limit})
    return [
        TurnRow(by=row.by, text=text, at=row.at, case_id=row.case_id, ref=row.ref, mark=row.mark)
        for row in rows[::-1]
        if (text := keys.try_open(row.text)) is not None  # a damaged line must not silence the others
    ]


async def wordings(session: AsyncSession, contact_id: int, ref: str) -> list[str]:
    """Return the words of one message of a person, as first written and then as each time edited."""
    of_it = (TURNS.c.contact_id == contact_id, TURNS.c.by == "person", TURNS.c.ref == ref)
    sealed = await session.scalars(select(TURNS.c.text).where(*of_it).order_by(TURNS.c.id))
    keys = keys_of(session)
    return [keys.open(text) for text in sealed]


async def set_mark(session: AsyncSession, case_id: int, ref: str, mark: str) -> None:
    """Note how a line of staff from the desk went."""
    its = (TURNS.c.case_id == case_id, TURNS.c.by == "staff", TURNS.c.ref == ref)
    await session.execute(update(TURNS).where(*its).values(mark=mark[:MARK_LENGTH]))
