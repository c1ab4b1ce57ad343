"""Who of the staff may enter the desk, and who is there: links that work once, sessions that end."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Table, bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.crypto import Keys
from storage.database import keys_of
from storage.models import DESK_LINKS, DESK_SESSIONS
from storage.retention import RETENTION

TOKEN_BYTES = 32  # 256 bits: not to be guessed
LINK_LASTS = timedelta(minutes=10)  # long enough to go from a phone to a computer
SESSION_LASTS = timedelta(hours=8)  # a day at work
# So that the hash of a link is never that of a session or of a chat.
_LINK, _SESSION = "desk link", "desk session"


@dataclass(frozen=True, slots=True)
class Visitor:
    """A member of staff, and whose cases they see."""

    staff: str  # as their channel knows them
    name: str  # as colleagues know them
    staff_chat: str | None  # None: the cases of all


@dataclass(frozen=True, slots=True)
class DeskSession:
    """A visit to the desk that is not over."""

    visitor: Visitor
    expires_at: datetime


async def make_link(
    session: AsyncSession, visitor: Visitor, *, at: datetime, until: datetime | None = None
) -> str:
    """Make what lets somebody in, once, within ten minutes or `until` then; only its hash is stored."""
    times = {"expires_at": until or at + LINK_LASTS, "delete_after": at + RETENTION["desk links"].keep}
    return await _put(session, DESK_LINKS, _LINK, visitor, times)


async def _put(
    session: AsyncSession, table: Table, label: str, visitor: Visitor, times: Mapping[str, datetime]
) -> str:
    keys, token = keys_of(session), secrets.token_urlsafe(TOKEN_BYTES)
    chat = visitor.staff_chat
    await session.execute(
        insert(table).values(
            token_key=keys.fingerprint(f"{label} {token}"),
            staff=keys.seal(visitor.staff),
            name=keys.seal(visitor.name),
            staff_chat=None if chat is None else keys.seal(chat),
            **times,
        )
    )
    return token


def _read(row: Row[Any], keys: Keys) -> Visitor:
    chat = None if row.staff_chat is None else keys.open(row.staff_chat)
    return Visitor(keys.open(row.staff), keys.open(row.name), chat)


_IS_LIVE_LINK = (DESK_LINKS.c.used_at.is_(None), DESK_LINKS.c.expires_at > bindparam("moment"))
_IS_THIS_LINK = (DESK_LINKS.c.token_key.in_(bindparam("token_keys", expanding=True)), *_IS_LIVE_LINK)
_LOOK = select(DESK_LINKS).where(*_IS_THIS_LINK)
_USE = update(DESK_LINKS).where(*_IS_THIS_LINK).values(used_at=bindparam("moment")).returning(*DESK_LINKS.c)


async def look_at_link(session: AsyncSession, token: str, *, at: datetime) -> Visitor | None:
    """Return for whom a link is, without using it; None when it is wrong, used or too old."""
    row = (await session.execute(_LOOK, _link(session, token, at))).first()
    return None if row is None else _read(row, keys_of(session))


async def use_link(session: AsyncSession, token: str, *, at: datetime) -> Visitor | None:
    """Use a link up and return for whom it was; None when it is wrong, used or too old."""
    row = (await session.execute(_USE, _link(session, token, at))).first()
    return None if row is None else _read(row, keys_of(session))


def _link(session: AsyncSession, token: str, at: datetime) -> dict[str, Any]:
    return {"token_keys": keys_of(session).fingerprints(f"{_LINK} {token}"), "moment": at}


async def asked_lately(session: AsyncSession, staff: str, *, at: datetime) -> tuple[Visitor, datetime] | None:
    """Return for what somebody was given a link that still works, and until when it does; the last one."""
    found = select(DESK_LINKS).where(*_IS_LIVE_LINK).order_by(DESK_LINKS.c.expires_at.desc())
    keys = keys_of(session)
    rows = await session.execute(found, {"moment": at})
    visitors = [(_read(row, keys), row.expires_at) for row in rows]
    return next((each for each in visitors if each[0].staff == staff), None)


async def begin(session: AsyncSession, visitor: Visitor, *, at: datetime) -> str:
    """Let a visit begin; return what their browser is known by from now on."""
    times = {
        "began_at": at,
        "expires_at": at + SESSION_LASTS,
        "delete_after": at + RETENTION["desk sessions"].keep,
    }
    return await _put(session, DESK_SESSIONS, _SESSION, visitor, times)


_IS_LIVE = (DESK_SESSIONS.c.ended_at.is_(None), DESK_SESSIONS.c.expires_at > bindparam("moment"))
_IS_THIS = (DESK_SESSIONS.c.token_key.in_(bindparam("token_keys", expanding=True)), *_IS_LIVE)
_FIND = select(DESK_SESSIONS).where(*_IS_THIS)
_END = update(DESK_SESSIONS).where(*_IS_THIS).values(ended_at=bindparam("moment"))
_PRESENT = select(DESK_SESSIONS).where(*_IS_LIVE).order_by(DESK_SESSIONS.c.began_at)


async def find(session: AsyncSession, token: str, *, at: datetime) -> DeskSession | None:
    """Return the visit of a browser; None when it is over, or never was."""
    row = (await session.execute(_FIND, _session(session, token, at))).first()
    return None if row is None else DeskSession(_read(row, keys_of(session)), row.expires_at)


async def end(session: AsyncSession, token: str, *, at: datetime) -> None:
    """End the visit of a browser."""
    await session.execute(_END, _session(session, token, at))


def _session(session: AsyncSession, token: str, at: datetime) -> dict[str, Any]:
    return {"token_keys": keys_of(session).fingerprints(f"{_SESSION} {token}"), "moment": at}


async def present(session: AsyncSession, *, at: datetime) -> list[DeskSession]:
    """Return who is at the desk, who came first at the beginning."""
    keys = keys_of(session)
    rows = await session.execute(_PRESENT, {"moment": at})
    return [DeskSession(_read(row, keys), row.expires_at) for row in rows]


async def end_all(session: AsyncSession, name: str | None = None, *, at: datetime) -> int:
    """End the visits of everybody of a name, or of all, and take back their links; return how many visits."""
    keys, ended = keys_of(session), 0
    for table, moment in ((DESK_SESSIONS, "ended_at"), (DESK_LINKS, "used_at")):
        live = (table.c[moment].is_(None), table.c.expires_at > at)
        rows = (await session.execute(select(table).where(*live))).all()
        chosen = [row.token_key for row in rows if name is None or keys.open(row.name) == name]
        await session.execute(update(table).where(table.c.token_key.in_(chosen)).values({moment: at}))
        ended += len(chosen) if table is DESK_SESSIONS else 0
    return ended
