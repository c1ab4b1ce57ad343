"""What staff said is out of date, for the keepers of the content."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import dialect_of, keys_of, on_both
from storage.models import FLAGS
from storage.retention import RETENTION


@dataclass(frozen=True, slots=True)
class Flag:
    """Something that a keeper should look at."""

    subject: str  # its id
    kind: str  # service, topic, event, bulletin
    times: int
    note: str  # what was said last
    flagged_at: datetime


_RAISE = on_both(
    lambda insert: (new := insert(FLAGS)).on_conflict_do_update(
        index_elements=["subject"],
        set_={
            "kind": new.excluded.kind,
            "times": FLAGS.c.times + 1,
            "note": new.excluded.note,
            "flagged_at": new.excluded.flagged_at,
            "delete_after": new.excluded.delete_after,
        },
    )
)


async def put_up(session: AsyncSession, subject: str, kind: str, *, note: str = "", at: datetime) -> None:
    """Flag something; when it is flagged already, that is counted, and a new note takes the place of the old."""
    keys = keys_of(session)
    known = next((each for each in await flagged(session) if each.subject == subject), None)
    words = note or (known.note if known is not None else "")
    row = {
        "subject": subject,
        "kind": kind,
        "times": 1,
        "note": keys.seal(words) if words else None,
        "flagged_at": at,
        "delete_after": at + RETENTION["flags"].keep,
    }
    await session.execute(_RAISE[dialect_of(session)], row)


async def flagged(session: AsyncSession) -> list[Flag]:
    """Return what is flagged, the oldest first."""
    keys = keys_of(session)
    rows = await session.execute(select(FLAGS).order_by(FLAGS.c.flagged_at, FLAGS.c.subject))
    return [
        Flag(row.subject, row.kind, row.times, keys.open(row.note) if row.note else "", row.flagged_at)
        for row in rows
    ]


async def take_down(session: AsyncSession, subject: str) -> bool:
    """Take a flag down, because its keeper has looked; False when there was none."""
    gone = await session.execute(delete(FLAGS).where(FLAGS.c.subject == subject).returning(FLAGS.c.subject))
    return gone.first() is not None
