"""What the desk's pages ask of the cases that somebody may see: which wait, since when, what is new in them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage import cases, turns
from storage.cases import Case, CaseOutOfReach, Reach, WholeSchool
from storage.database import keys_of
from storage.models import CASES, CONTACTS, NOTES, OUTBOX, TURNS
from storage.turns import TurnRow

CLOSED_SHOWN = timedelta(days=7)  # how long a closed case stays in the list
MOST_CLOSED = 30  # of them at once
LONGEST = 500  # turns of one case shown at most
BEFORE = 6  # turns before a case that staff see: those that its alert tells
NOTICES_SHOWN = timedelta(days=3)  # how long a notice of no case stays in sight
MOST_NOTICES = 100  # of them, signs about lines included, looked through at once
NOT_ARRIVED = "⚠"  # how the mark of a line that went to nobody begins


@dataclass(frozen=True, slots=True)
class Waiting:
    """What is new in an open case: plain numbers and times, nothing of it opened."""

    case_id: int
    level: int
    status: str
    remind_step: int
    claimed_at: datetime | None
    opened_at: datetime
    last_turn: int  # id of the newest turn of its person
    last_words: int  # ... that the person wrote since the case was opened
    since: datetime | None  # when they wrote first what no human has answered; None: nothing waits
    last_note: int
    marks: int  # lines from the desk of which it is known how they went
    not_arrived: int  # ... that went to nobody, and none after them arrived


def _within(session: AsyncSession, reach: Reach) -> tuple[ColumnElement[bool], ...]:
    """Say of which cases: those that belong to a staff chat now, or all."""
    if isinstance(reach, WholeSchool):
        return ()
    return (CASES.c.staff_chat_key.in_(keys_of(session).fingerprints(reach)),)


async def access(session: AsyncSession, code: str, *, reach: Reach) -> Case:
    """Return a case that belongs to a staff chat now; one that has moved on is for those who have it.

    Raises CaseOutOfReach.
    """
    case = await cases.access(session, code, staff_chat=reach)
    if not isinstance(reach, WholeSchool) and case.staff_chat != reach:
        raise CaseOutOfReach
    return case


async def open_cases(session: AsyncSession, reach: Reach) -> list[Case]:
    """Return the open cases that somebody may see."""
    if isinstance(reach, WholeSchool):
        return await cases.all_open(session)
    return await cases.open_in(session, reach)


async def closed_lately(session: AsyncSession, reach: Reach, *, now: datetime) -> list[Case]:
    """Return the cases closed in the last days, the latest first."""
    found = (
        select(CASES.c.id)
        .where(CASES.c.closed_at > now - CLOSED_SHOWN, *_within(session, reach))
        .order_by(CASES.c.closed_at.desc())
        .limit(MOST_CLOSED)
    )
    ids = (await session.scalars(found)).all()
    return [await cases.access(session, each, staff_chat=reach) for each in ids]


def _newest(column: ColumnElement[int], *where: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(select(func.max(column)).where(*where).correlate(CASES).scalar_subquery(), 0)


_ITS_PERSON = TURNS.c.contact_id == CASES.c.contact_id
_BY_STAFF = and_(_ITS_PERSON, TURNS.c.case_id == CASES.c.id, TURNS.c.by == "staff")
_BY_PERSON = and_(_ITS_PERSON, TURNS.c.by == "person", TURNS.c.at >= CASES.c.opened_at)
_LAST_ANSWER = _newest(TURNS.c.id, _BY_STAFF)
_SINCE = (
    select(func.min(TURNS.c.at))
    .where(_BY_PERSON, TURNS.c.id > _LAST_ANSWER)
    .correlate(CASES)
    .scalar_subquery()
)
_MARKS = select(func.count()).where(_BY_STAFF, TURNS.c.mark.is_not(None)).correlate(CASES).scalar_subquery()
_NOT_ARRIVED = (
    select(func.count())
    .where(_BY_STAFF, TURNS.c.id == _LAST_ANSWER, TURNS.c.mark.like(f"{NOT_ARRIVED}%"))
    .correlate(CASES)
    .scalar_subquery()
)
_WAITING = select(
    CASES.c.id,
    CASES.c.level,
    CASES.c.status,
    CASES.c.remind_step,
    CASES.c.claimed_at,
    CASES.c.opened_at,
    _newest(TURNS.c.id, _ITS_PERSON).label("last_turn"),
    _newest(TURNS.c.id, _BY_PERSON).label("last_words"),
    _SINCE.label("since"),
    _newest(NOTES.c.id, NOTES.c.case_id == CASES.c.id).label("last_note"),
    _MARKS.label("marks"),
    _NOT_ARRIVED.label("not_arrived"),
).where(CASES.c.closed_at.is_(None))


async def waiting(session: AsyncSession, reach: Reach) -> dict[int, Waiting]:
    """Return what is new in the open cases that somebody may see, by the ids of these."""
    rows = await session.execute(_WAITING.where(*_within(session, reach)))
    return {
        row.id: Waiting(
            row.id,
            row.level,
            row.status,
            row.remind_step,
            row.claimed_at,
            row.opened_at,
            row.last_turn,
            row.last_words,
            row.opened_at if row.status == cases.NEW else row.since,
            row.last_note,
            row.marks,
            row.not_arrived,
        )
        for row in rows
    }


async def conversation(session: AsyncSession, case: Case) -> tuple[list[TurnRow], list[TurnRow]]:
    """Return what was said right before a case, and in it; what came after its end is not for staff."""
    said = await turns.last(session, case.contact_id, LONGEST)
    before = [turn for turn in said if turn.at <= case.opened_at and turn.case_id in {None, case.id}]
    during = [
        turn
        for turn in said
        if turn.at > case.opened_at and (case.closed_at is None or turn.at <= case.closed_at)
    ]
    return before[-BEFORE:], during


async def notices(session: AsyncSession, chat: str, *, now: datetime) -> list[tuple[int, str, datetime]]:
    """Return what was sent to a staff chat lately that is of no case: number, body as sealed into the outbox, time."""
    keys = keys_of(session)
    found = (
        select(OUTBOX.c.id, OUTBOX.c.body, OUTBOX.c.due_at)
        .where(
            OUTBOX.c.chat_key.in_(keys.fingerprints(chat)),
            OUTBOX.c.case_id.is_(None),
            OUTBOX.c.due_at > now - NOTICES_SHOWN,
        )
        .order_by(OUTBOX.c.id.desc())
        .limit(MOST_NOTICES)
    )
    rows = await session.execute(found)
    return [(row.id, body, row.due_at) for row in rows if (body := keys.try_open(row.body)) is not None]


async def levels_by_campus(session: AsyncSession, reach: Reach) -> dict[tuple[str | None, int], int]:
    """Count the open cases by campus and level."""
    found = (
        select(CASES.c.campus, CASES.c.level, func.count().label("times"))
        .where(CASES.c.closed_at.is_(None), *_within(session, reach))
        .group_by(CASES.c.campus, CASES.c.level)
    )
    return {(row.campus, row.level): row.times for row in await session.execute(found)}


async def is_there(session: AsyncSession, case: Case) -> bool:
    """Tell whether the person of a case can be reached: False when they have blocked us."""
    found = select(CONTACTS.c.is_reachable).where(CONTACTS.c.id == case.contact_id)
    return bool(await session.scalar(found))
