"""Cases: one matter that staff handle, one open case a person, one holder at a time."""

import logging
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import (
    Row,
    and_,
    bindparam,
    case,
    exists,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession

from storage.contacts import Contact
from storage.crypto import Keys, WrongKey
from storage.database import dialect_of, keys_of, on_both
from storage.models import CASES, CONTACTS, POSTS
from storage.posts import Direction
from storage.quick import fetch
from storage.retention import RETENTION

log = logging.getLogger(__name__)

NEW = "new"
CLAIMED = "claimed"
CLOSED = "closed"
CODE_PREFIX = "K-"
LARGEST_ID = 2**31 - 1
TRIES = 3  # to open a case while another transaction opens or closes one of the same person


class WholeSchool(Enum):
    """Instead of a staff chat: the right to the cases of all of them."""

    WHOLE_SCHOOL = "whole school"


WHOLE_SCHOOL = WholeSchool.WHOLE_SCHOOL
Reach = str | WholeSchool


class CaseOutOfReach(Exception):  # noqa: N818
    """No such case, or one of another staff chat; the same for both, so that it tells nothing."""


@dataclass(frozen=True, slots=True)
class Case:
    """A case, as it was when read."""

    id: int
    code: str  # "K-7"
    contact_id: int
    contact_chat: str
    campus: str | None
    level: int
    kind: str
    role: str | None
    language: str | None
    status: str
    staff_chat: str | None
    thread: str | None
    alert_ref: str | None
    claimed_by: str | None  # as given to `claim`
    holder: str | None
    opened_at: datetime
    claimed_at: datetime | None
    closed_at: datetime | None
    remind_step: int
    remind_at: datetime | None
    outcome: str | None = None  # what came of it, as staff said when they closed it


def code_of(case_id: int) -> str:
    """Return the public name of a case."""
    return f"{CODE_PREFIX}{case_id}"


def _read(row: Row[Any], keys: Keys) -> Case:
    def opened(sealed: bytes | None) -> str | None:
        return None if sealed is None else keys.open(sealed)

    return Case(
        id=row.id,
        code=code_of(row.id),
        contact_id=row.contact_id,
        contact_chat=keys.open(row.contact_chat),
        campus=row.campus,
        level=row.level,
        kind=row.kind,
        role=row.role,
        language=row.language,
        status=row.status,
        staff_chat=opened(row.staff_chat),
        thread=row.thread,
        alert_ref=row.alert_ref,
        claimed_by=opened(row.claimed_by),
        holder=opened(row.holder),
        opened_at=row.opened_at,
        claimed_at=row.claimed_at,
        closed_at=row.closed_at,
        remind_step=row.remind_step,
        remind_at=row.remind_at,
        outcome=row.outcome,
    )


IS_OPEN = CASES.c.closed_at.is_(None)
_OPEN_OF = select(CASES).where(CASES.c.contact_id == bindparam("contact"), IS_OPEN)


async def open_of(session: AsyncSession, contact_id: int) -> Case | None:
    """Return the open case of a person."""
    for row in await fetch(session, _OPEN_OF, {"contact": contact_id}):
        return _read(row, keys_of(session))
    return None


_RISES = CASES.c.level < bindparam("new_level")
IS_NEW = CASES.c.status == NEW
_JOIN = (
    update(CASES)
    .where(CASES.c.contact_id == bindparam("contact"), IS_OPEN)
    .values(
        level=case((_RISES, bindparam("new_level")), else_=CASES.c.level),
        kind=case((_RISES, bindparam("new_kind")), else_=CASES.c.kind),
        # A graver matter that nobody has taken is waited for as a grave one, from the first step.
        remind_at=case((and_(_RISES, IS_NEW), bindparam("next_at")), else_=CASES.c.remind_at),
        remind_step=case((and_(_RISES, IS_NEW), 0), else_=CASES.c.remind_step),
    )
    .returning(*CASES.c)
)
_OPEN = on_both(lambda insert: insert(CASES).on_conflict_do_nothing().returning(*CASES.c))


async def open(  # noqa: A001  # a case is opened; nothing here opens files
    session: AsyncSession,
    *,
    contact: Contact,
    level: int,
    kind: str,
    campus: str | None,
    staff_chat: str | None,
    remind_at: datetime | None,
    at: datetime,
) -> tuple[Case, bool]:
    """Open a case, or join the person's open one, whose level never falls; tell whether it is new."""
    keys = keys_of(session)
    joining = {
        "contact": contact.id,
        "new_level": int(level),
        "new_kind": kind,
        "next_at": remind_at,
    }
    opening = {
        "contact_id": contact.id,
        "contact_chat": keys.seal(contact.chat),
        "campus": campus,
        "level": int(level),
        "kind": kind,
        "role": contact.role,
        "language": contact.language,
        "status": NEW,
        **_staff_chat_columns(keys, staff_chat),
        "opened_at": at,
        "remind_step": 0,
        "remind_at": remind_at,
        "delete_after": at + RETENTION["open case"].keep,
    }
    for _ in range(TRIES):
        joined = (await session.execute(_JOIN, joining)).first()
        if joined is not None:
            return _read(joined, keys), False
        opened = (await session.execute(_OPEN[dialect_of(session)], opening)).first()
        if opened is not None:
            return _read(opened, keys), True
    raise RuntimeError("The person's cases changed faster than one could be opened.")


def _staff_chat_columns(keys: Keys, staff_chat: str | None) -> dict[str, Any]:
    if staff_chat is None:
        return {"staff_chat_key": None, "staff_chat": None}
    return {"staff_chat_key": keys.fingerprint(staff_chat), "staff_chat": keys.seal(staff_chat)}


_IN_CHAT = CASES.c.staff_chat_key.in_(bindparam("chat_keys", expanding=True))
_WAS_SHOWN = exists().where(
    POSTS.c.case_id == CASES.c.id,
    POSTS.c.chat_key.in_(bindparam("chat_keys", expanding=True)),
    POSTS.c.direction == Direction.TO_STAFF.value,
)
_ACCESS = select(CASES).where(CASES.c.id == bindparam("which"), or_(_IN_CHAT, _WAS_SHOWN))
_ACCESS_OF_ALL = select(CASES).where(CASES.c.id == bindparam("which"))


async def access(session: AsyncSession, code_or_id: str | int, *, staff_chat: Reach) -> Case:
    """Return a case to a staff chat that it belongs to or was shown in; this is the staff's only door.

    Raises CaseOutOfReach. Whether the chat is a staff chat still is the caller's to check.
    """
    case_id = _id_of(code_or_id)
    keys = keys_of(session)
    if case_id is None:
        raise CaseOutOfReach
    if isinstance(staff_chat, WholeSchool):
        row = (await session.execute(_ACCESS_OF_ALL, {"which": case_id})).first()
    else:
        parameters = {"which": case_id, "chat_keys": keys.fingerprints(staff_chat)}
        row = (await session.execute(_ACCESS, parameters)).first()
    if row is None:
        raise CaseOutOfReach
    return _read(row, keys)


def _id_of(code_or_id: str | int) -> int | None:
    """Read "K-7", "k-7", "7" or 7; None for anything else, whatever people may send."""
    if isinstance(code_or_id, int):
        case_id = code_or_id
    elif match := re.fullmatch(r"(?:K-)?([1-9][0-9]{0,9})", code_or_id.strip(), re.IGNORECASE):
        case_id = int(match[1])
    else:
        return None
    return case_id if 0 < case_id <= LARGEST_ID else None


_BY_ID = CASES.c.id == bindparam("which")
_CLAIM = (
    update(CASES)
    .where(_BY_ID, IS_OPEN, IS_NEW)
    .values(
        status=CLAIMED,
        claimed_by=bindparam("who"),
        holder=bindparam("name"),
        claimed_at=bindparam("moment"),
        remind_at=None,
    )
    .returning(CASES.c.id)
)


async def claim(session: AsyncSession, case_id: int, *, by: str, holder: str, at: datetime) -> bool:
    """Give a new case to whoever asks first; False for all who come later. Reminders end."""
    keys = keys_of(session)
    parameters = {"which": case_id, "who": keys.seal(by), "name": keys.seal(holder), "moment": at}
    return (await session.execute(_CLAIM, parameters)).first() is not None


async def pass_on(session: AsyncSession, case: Case, *, by: str, holder: str, at: datetime) -> bool:
    """Give a case to somebody else, as it was when read; False when it has changed hands or was closed meanwhile."""
    keys = keys_of(session)
    as_read = (
        CASES.c.claimed_at.is_(None) if case.claimed_at is None else CASES.c.claimed_at == case.claimed_at
    )
    passed = (
        update(CASES)
        .where(CASES.c.id == case.id, IS_OPEN, as_read)
        .values(
            status=CLAIMED, claimed_by=keys.seal(by), holder=keys.seal(holder), claimed_at=at, remind_at=None
        )
        .returning(CASES.c.id)
    )
    return (await session.execute(passed)).first() is not None


_RELEASE = (
    update(CASES)
    .where(_BY_ID, IS_OPEN, CASES.c.status == CLAIMED)
    .values(
        status=NEW,
        claimed_by=None,
        holder=None,
        claimed_at=None,
        remind_step=0,
        remind_at=bindparam("next_at"),
    )
    .returning(CASES.c.id)
)


async def release(session: AsyncSession, case_id: int, *, remind_at: datetime | None) -> bool:
    """Put a claimed case back for others to take, reminding from the first step; False if nobody has it."""
    parameters = {"which": case_id, "next_at": remind_at}
    return (await session.execute(_RELEASE, parameters)).first() is not None


_CLOSE = (
    update(CASES)
    .where(_BY_ID, IS_OPEN)
    .values(
        status=CLOSED,
        closed_at=bindparam("moment"),
        remind_at=None,
        outcome=bindparam("what_came"),
        delete_after=bindparam("until"),
    )
    .returning(CASES.c.id)
)


async def close(session: AsyncSession, case_id: int, *, at: datetime, outcome: str | None = None) -> bool:
    """Close a case and end its reminders; False when it was closed already."""
    until = at + RETENTION["closed case"].keep
    parameters = {"which": case_id, "moment": at, "until": until, "what_came": outcome}
    return (await session.execute(_CLOSE, parameters)).first() is not None


async def set_thread(session: AsyncSession, case_id: int, thread: str | None) -> None:
    """Note the topic of its own that a case has in a forum group; None when staff have deleted it."""
    await session.execute(update(CASES).where(CASES.c.id == case_id).values(thread=thread))


async def set_alert(session: AsyncSession, case_id: int, ref: str | None) -> None:
    """Note which message in the staff chat is the case's alert."""
    await session.execute(update(CASES).where(CASES.c.id == case_id).values(alert_ref=ref))


async def set_staff_chat(session: AsyncSession, case_id: int, staff_chat: str | None) -> None:
    """Move a case to another staff chat, where it has no topic and no alert yet."""
    columns = _staff_chat_columns(keys_of(session), staff_chat)
    await session.execute(
        update(CASES).where(CASES.c.id == case_id).values(**columns, thread=None, alert_ref=None)
    )


_BY_THREAD = (
    select(CASES).where(_IN_CHAT, CASES.c.thread == bindparam("topic")).order_by(CASES.c.id.desc()).limit(1)
)


async def find_by_thread(session: AsyncSession, staff_chat: str, thread: str) -> Case | None:
    """Return the case, open or closed, that a topic of a forum group belongs to."""
    keys = keys_of(session)
    parameters = {"chat_keys": keys.fingerprints(staff_chat), "topic": thread}
    row = (await session.execute(_BY_THREAD, parameters)).first()
    return None if row is None else _read(row, keys)


async def open_in(session: AsyncSession, staff_chat: str) -> list[Case]:
    """Return the open cases of a staff chat, the gravest first, then the oldest."""
    keys = keys_of(session)
    rows = await session.execute(
        select(CASES)
        .where(CASES.c.staff_chat_key.in_(keys.fingerprints(staff_chat)), IS_OPEN)
        .order_by(CASES.c.level.desc(), CASES.c.id)
    )
    return readable(rows, keys)


def readable(rows: Iterable[Row[Any]], keys: Keys) -> list[Case]:
    """Read several; one whose seal is damaged must not keep the others from being seen."""
    found = []
    for row in rows:
        try:
            found.append(_read(row, keys))
        except WrongKey:
            log.critical("a case cannot be read", extra={"case": code_of(row.id)})
    return found


async def open_of_chat(session: AsyncSession, chat_key: str) -> str | None:
    """Return the code of the open case of whoever is in a chat, nothing of it opened."""
    found = (
        select(CASES.c.id)
        .join(CONTACTS, CONTACTS.c.id == CASES.c.contact_id)
        .where(CONTACTS.c.chat_key == chat_key, IS_OPEN)
    )
    case_id: int | None = await session.scalar(found)
    return None if case_id is None else code_of(case_id)


async def all_open(session: AsyncSession) -> list[Case]:
    """Return the open cases of all staff chats, the gravest first, then the oldest."""
    rows = await session.execute(select(CASES).where(IS_OPEN).order_by(CASES.c.level.desc(), CASES.c.id))
    return readable(rows, keys_of(session))


async def unheard(session: AsyncSession) -> list[Case]:
    """Return the open cases that no staff chat hears of."""
    keys = keys_of(session)
    found = select(CASES).where(CASES.c.staff_chat_key.is_(None), IS_OPEN).order_by(CASES.c.id)
    return readable(await session.execute(found), keys)


async def move_chat(session: AsyncSession, old: str, new: str) -> None:
    """Follow a staff group that became a supergroup; its messages have new names there, topics are new."""
    keys = keys_of(session)
    await session.execute(
        update(CASES)
        .where(CASES.c.staff_chat_key.in_(keys.fingerprints(old)))
        .values(**_staff_chat_columns(keys, new), thread=None, alert_ref=None)
    )
