"""Messages that the bot did not understand, kept for the keepers of content, without anything of who wrote them."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import keys_of
from storage.models import UNANSWERED
from storage.quick import fetch
from storage.retention import RETENTION

# Read from a screen and typed: no letters or digits that are mistaken for each other. 31 ** 8 ids: of some
# thousand rows no two will share one.
ID_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
ID_LENGTH = 8


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A message, masked, and what the bot made of it."""

    id: str
    text: str = field(repr=False)
    language: str | None
    outcome: str
    guesses: tuple[str, ...]  # ids of topics, the best first
    is_done: bool = False


_PUT = insert(UNANSWERED).inline()


async def put(
    session: AsyncSession,
    text: str,
    *,
    language: str | None,
    outcome: str,
    guesses: Sequence[str],
    at: datetime,
) -> None:
    """Keep a masked text, for 90 days at most. Neither its id nor its date tells when in the day it was written."""
    row = {
        "id": "".join(secrets.choice(ID_ALPHABET) for _ in range(ID_LENGTH)),
        "text": keys_of(session).seal(text),
        "language": language,
        "outcome": outcome,
        "guesses": " ".join(guesses),
        "is_done": False,
        "delete_after": _day(at + RETENTION["unanswered"].keep),
    }
    await fetch(session, _PUT, row)


def _day(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


async def everything(session: AsyncSession, *, is_done: bool = False) -> list[Unanswered]:
    """Return what waits for a keeper, or what is done; in no order that tells anything."""
    rows = await session.execute(
        select(UNANSWERED).where(UNANSWERED.c.is_done == is_done).order_by(UNANSWERED.c.id)
    )
    keys = keys_of(session)
    return [
        Unanswered(
            row.id, keys.open(row.text), row.language, row.outcome, tuple(row.guesses.split()), row.is_done
        )
        for row in rows
    ]


async def waiting(session: AsyncSession) -> dict[str, int]:
    """Count what waits for a keeper, by what the bot made of it; nothing is opened."""
    found = select(UNANSWERED.c.outcome, func.count().label("times")).where(UNANSWERED.c.is_done.is_(False))
    rows = await session.execute(found.group_by(UNANSWERED.c.outcome))
    return {row.outcome: row.times for row in rows}


async def settle(session: AsyncSession, ids: Sequence[str]) -> None:
    """Mark as done what a keeper has put where it belongs; it goes when its time has come."""
    await session.execute(update(UNANSWERED).where(UNANSWERED.c.id.in_(ids)).values(is_done=True))


async def drop(session: AsyncSession, ids: Sequence[str]) -> int:
    """Delete; return how many there were."""
    gone = await session.execute(
        delete(UNANSWERED).where(UNANSWERED.c.id.in_(ids)).returning(UNANSWERED.c.id)
    )
    return len(gone.all())
