"""The groups in which staff work, and the codes by which a group becomes one."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage import codes
from storage.database import dialect_of, keys_of, on_both
from storage.models import STAFF_CHATS, STAFF_CODES
from storage.retention import RETENTION

log = logging.getLogger(__name__)

CODE_ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # no I, L, O, 0, 1: they are read aloud and mistaken
CODE_LENGTH = 8  # 8.5e11 codes: not to be guessed in a day through a messenger
CODE_LASTS = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class StaffChat:
    """A group in which staff work, for a campus ("*": those that have none); one may serve several."""

    chat: str
    campus: str
    is_forum: bool
    title: str | None = None


_BIND = on_both(
    lambda insert: (new := insert(STAFF_CHATS)).on_conflict_do_update(
        index_elements=["chat_key", "campus"],
        set_={name: new.excluded[name] for name in ("chat", "is_forum", "title", "bound_at")},
    )
)


async def bind(
    session: AsyncSession, chat: str, campus: str, is_forum: bool, *, at: datetime, title: str | None = None
) -> None:
    """Make a group the staff chat of a campus; done again, it only learns what changed."""
    keys = keys_of(session)
    row = {
        "chat_key": keys.fingerprint(chat),
        "chat": keys.seal(chat),
        "campus": campus,
        "is_forum": is_forum,
        "title": None if title is None else keys.seal(title),
        "bound_at": at,
    }
    await session.execute(_BIND[dialect_of(session)], row)


async def unbind(session: AsyncSession, chat: str) -> bool:
    """Make a group no staff chat any more, for every campus; False when it was none."""
    gone = await session.execute(
        delete(STAFF_CHATS)
        .where(STAFF_CHATS.c.chat_key.in_(keys_of(session).fingerprints(chat)))
        .returning(STAFF_CHATS.c.id)
    )
    return gone.first() is not None


async def chats(session: AsyncSession) -> list[StaffChat]:
    """Return every staff chat, the one bound (or bound again) last at the end."""
    keys = keys_of(session)
    rows = await session.execute(select(STAFF_CHATS).order_by(STAFF_CHATS.c.bound_at, STAFF_CHATS.c.id))
    found = []
    for row in rows:
        chat = keys.try_open(row.chat)
        if chat is None:  # without the others nobody would hear of anything
            log.critical("a staff chat cannot be read: bind it again", extra={"campus": row.campus})
            continue
        title = None if row.title is None else keys.try_open(row.title)
        found.append(StaffChat(chat, row.campus, row.is_forum, title))
    return found


async def move_chat(session: AsyncSession, old: str, new: str) -> None:
    """Follow a group that became a supergroup; where that is bound already, it stays as it is."""
    keys = keys_of(session)
    is_old = STAFF_CHATS.c.chat_key.in_(keys.fingerprints(old))
    bound = select(STAFF_CHATS.c.campus).where(STAFF_CHATS.c.chat_key.in_(keys.fingerprints(new)))
    await session.execute(delete(STAFF_CHATS).where(is_old, STAFF_CHATS.c.campus.in_(bound)))
    await session.execute(
        update(STAFF_CHATS).where(is_old).values(chat_key=keys.fingerprint(new), chat=keys.seal(new))
    )


async def make_code(session: AsyncSession, campus: str, *, at: datetime) -> str:
    """Make a code that binds one group to a campus, once, within a day; only its hash is stored."""
    code = codes.draw(CODE_ALPHABET, CODE_LENGTH)
    await session.execute(
        insert(STAFF_CODES).values(
            code_key=keys_of(session).fingerprint(_label(code)),
            campus=campus,
            expires_at=at + CODE_LASTS,
            delete_after=at + RETENTION["staff codes"].keep,
        )
    )
    return code


def _label(code: str) -> str:
    """Return what is hashed of a code, however it was typed; kept apart from chats and other codes."""
    return f"staff code {codes.plain(code, CODE_ALPHABET)}"


_USE = (
    update(STAFF_CODES)
    .where(
        STAFF_CODES.c.code_key.in_(bindparam("code_keys", expanding=True)),
        STAFF_CODES.c.used_at.is_(None),
        STAFF_CODES.c.expires_at > bindparam("moment"),
    )
    .values(used_at=bindparam("moment"), used_by=bindparam("who"))
    .returning(STAFF_CODES.c.campus)
)


async def use_code(session: AsyncSession, code: str, chat: str, *, at: datetime) -> str | None:
    """Use a code up and return its campus; None when it is wrong, used or too old."""
    keys = keys_of(session)
    parameters = {"code_keys": keys.fingerprints(_label(code)), "moment": at, "who": keys.seal(chat)}
    campus: str | None = (await session.execute(_USE, parameters)).scalar()
    return campus
