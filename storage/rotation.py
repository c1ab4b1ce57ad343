"""Seals anew, by the newest key, what older ones have sealed.

It runs at every start that is given an older key. So a key is rotated by starting once with "new,old"; after
that the old one can be dropped. Where several workers share a database, all of them have to know the new key
before one of them seals with it: start each with "old,new" first.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, Table, delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from storage.crypto import Keys
from storage.models import (
    AUDIT,
    BROADCASTS,
    BULLETIN_COPIES,
    CASES,
    CONTACTS,
    DESK_LINKS,
    DESK_SESSIONS,
    FLAGS,
    INBOX,
    META,
    NOTES,
    OUTBOX,
    POSTS,
    STAFF_CHATS,
    STAFF_CODES,
    SUBSCRIPTIONS,
    TURNS,
    UNANSWERED,
    WEB_CHATS,
    WEB_CODES,
    WEB_POSTS,
)

BATCH = 500  # rows in memory at once


@dataclass(frozen=True, slots=True)
class Secrets:
    """What a table holds that depends on the keys."""

    table: Table
    sealed: tuple[str, ...]
    looked_up_by: Mapping[str, str] = field(
        default_factory=dict
    )  # fingerprint column -> what it is made from


SECRETS = (
    Secrets(META, ("value",)),
    Secrets(INBOX, ("chat", "raw"), {"chat_key": "chat"}),
    Secrets(OUTBOX, ("chat", "body"), {"chat_key": "chat"}),
    Secrets(CONTACTS, ("chat", "state"), {"chat_key": "chat"}),
    Secrets(TURNS, ("text",)),
    Secrets(CASES, ("contact_chat", "staff_chat", "claimed_by", "holder"), {"staff_chat_key": "staff_chat"}),
    Secrets(STAFF_CHATS, ("chat", "title"), {"chat_key": "chat"}),
    Secrets(UNANSWERED, ("text",)),
    Secrets(SUBSCRIPTIONS, ("chat",), {"chat_key": "chat"}),
    Secrets(BROADCASTS, ("texts", "staff_chat"), {"staff_chat_key": "staff_chat"}),
    Secrets(BULLETIN_COPIES, ("chat",), {"chat_key": "chat"}),
    Secrets(FLAGS, ("note",)),
    Secrets(STAFF_CODES, ("used_by",)),  # an unused code by an old key: make another
    Secrets(WEB_CHATS, ("chat",), {"chat_key": "chat"}),
    Secrets(WEB_POSTS, ("body",)),
    Secrets(WEB_CODES, ("chat",)),  # as above, and likewise the two below
    Secrets(DESK_LINKS, ("staff", "name", "staff_chat")),
    Secrets(DESK_SESSIONS, ("staff", "name", "staff_chat")),
    Secrets(NOTES, ("name", "text")),
    Secrets(AUDIT, ("name",)),
)


async def rekey(session: AsyncSession, keys: Keys) -> int:
    """Rewrite all rows that the newest key has not sealed, and return how many there were."""
    rewritten = 0
    chats: set[str] = set()
    for secrets in SECRETS:
        async for row in _rows(session, secrets):
            rewritten += await _rewrite(session, keys, secrets, row)
            chats.update(
                keys.open(sealed)
                for column in ("chat", "contact_chat", "staff_chat")
                if (sealed := row._mapping.get(column)) is not None
            )
    for chat in chats:
        await _rename_posts(session, keys, chat)
    return rewritten


async def _rows(session: AsyncSession, secrets: Secrets) -> AsyncIterator[Row[Any]]:
    """Walk through a table by its primary key."""
    [key] = secrets.table.primary_key.columns
    columns = [secrets.table.c[name] for name in (*secrets.sealed, *secrets.looked_up_by)]
    page = select(key.label("primary"), *columns).order_by(key).limit(BATCH)
    rows = (await session.execute(page)).all()
    while rows:
        for row in rows:
            yield row
        rows = (await session.execute(page.where(key > rows[-1].primary))).all()


async def _rewrite(session: AsyncSession, keys: Keys, secrets: Secrets, row: Row[Any]) -> bool:
    values = row._mapping
    changed: dict[str, Any] = {
        column: anew
        for column in secrets.sealed
        if values[column] is not None and (anew := keys.reseal(values[column])) is not None
    }
    renamed = {
        column: name
        for column, source in secrets.looked_up_by.items()
        if values[source] is not None
        and (name := keys.fingerprint(keys.open(values[source]))) != values[column]
    }
    [key] = secrets.table.primary_key.columns
    this = update(secrets.table).where(key == row.primary)
    if changed:
        await session.execute(this.values(**changed))
    if renamed:
        try:
            async with session.begin_nested():
                await session.execute(this.values(**renamed))
        except IntegrityError:
            # Two workers with different keys have met one chat; the newer row is the one that is found.
            return bool(changed)
    return bool(changed or renamed)


async def _rename_posts(session: AsyncSession, keys: Keys, chat: str) -> None:
    """Posts know their chat by its fingerprint alone, so they follow the chats that others know."""
    newest, *older = keys.fingerprints(chat)
    is_old = POSTS.c.chat_key.in_(older)
    known = select(POSTS.c.ref).where(POSTS.c.chat_key == newest)
    await session.execute(delete(POSTS).where(is_old, POSTS.c.ref.in_(known)))
    await session.execute(update(POSTS).where(is_old).values(chat_key=newest))
