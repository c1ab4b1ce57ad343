"""Codes by which a conversation on the web goes on elsewhere: short enough to type, for a day, once."""

from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage import codes
from storage.database import keys_of
from storage.models import WEB_CODES
from storage.retention import RETENTION

# No vowels: no code is a word that somebody writes. No 0, 1, L: they are read aloud and mistaken.
ALPHABET = "BCDFGHJKMNPQRSTVWXZ23456789"
LENGTH = 10  # 2e14 codes, of which some hundreds live: not to be guessed in a day by thousands of machines
LASTS = timedelta(hours=24)


async def make(session: AsyncSession, chat: str, *, at: datetime) -> str:
    """Make a code that continues a conversation; only its hash is stored."""
    code = codes.draw(ALPHABET, LENGTH)
    keys = keys_of(session)
    await session.execute(
        insert(WEB_CODES).values(
            code_key=keys.fingerprint(_label(code)),
            chat=keys.seal(chat),
            expires_at=at + LASTS,
            delete_after=at + RETENTION["web codes"].keep,
        )
    )
    return code


def _label(code: str) -> str:
    """Return what is hashed of a code, however it was typed; kept apart from other codes."""
    return f"web code {codes.plain(code, ALPHABET)}"


_USE = (
    update(WEB_CODES)
    .where(
        WEB_CODES.c.code_key.in_(bindparam("code_keys", expanding=True)),
        WEB_CODES.c.used_at.is_(None),
        WEB_CODES.c.expires_at > bindparam("moment"),
    )
    .values(used_at=bindparam("moment"))
    .returning(WEB_CODES.c.chat)
)


async def use(session: AsyncSession, code: str, *, at: datetime) -> str | None:
    """Use a code up and return its conversation; None when it is wrong, used or too old."""
    keys = keys_of(session)
    sealed: bytes | None = (
        await session.execute(_USE, {"code_keys": keys.fingerprints(_label(code)), "moment": at})
    ).scalar()
    return None if sealed is None else keys.try_open(sealed)


async def forget(session: AsyncSession, chat: str) -> None:
    """Delete the codes of a conversation; there are few in all, and they know it by its sealed name alone."""
    keys = keys_of(session)
    rows = await session.execute(select(WEB_CODES.c.code_key, WEB_CODES.c.chat))
    its = [row.code_key for row in rows if keys.try_open(row.chat) == chat]
    if its:
        await session.execute(delete(WEB_CODES).where(WEB_CODES.c.code_key.in_(its)))
