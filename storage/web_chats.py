"""Conversations on the web: what each page shows, numbered without gaps, and written once by its sender's own name.

A page asks for what came after the last number it knows. So a number may only be seen when all below it can be:
the conversation's row is held from when a number is taken until the commit.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.crypto import Keys
from storage.database import dialect_of, keys_of, on_both
from storage.models import WEB_CHATS, WEB_POSTS
from storage.quick import fetch
from storage.retention import RETENTION


@dataclass(frozen=True, slots=True)
class WebChat:
    """A conversation; once forgotten and begun anew it has another id, and its numbers begin anew."""

    id: int
    last: int  # number of its newest post


@dataclass(frozen=True, slots=True)
class WebPost:
    """One thing that was said or shown."""

    number: int
    body: str = field(repr=False)  # JSON, the channel's business
    at: datetime
    sent_as: str | None = None  # by what name its sender knows it


@dataclass(frozen=True, slots=True)
class Place:
    """Where a post stands; `is_new` is False when it stood there before."""

    chat_id: int
    number: int
    is_new: bool = True


_TAKE_NUMBER = on_both(
    lambda insert: (
        (new := insert(WEB_CHATS))
        .on_conflict_do_update(
            index_elements=["chat_key"],
            set_={
                "last": WEB_CHATS.c.last + 1,
                "seen_at": new.excluded.seen_at,
                "delete_after": new.excluded.delete_after,
            },
        )
        .returning(WEB_CHATS.c.id, WEB_CHATS.c.last)
    )
)
_WRITE = on_both(
    lambda insert: (
        insert(WEB_POSTS)
        .on_conflict_do_nothing(index_elements=["web_chat_id", "sent_as"])
        .returning(WEB_POSTS.c.number)
    )
)
_GIVE_BACK = update(WEB_CHATS).where(WEB_CHATS.c.id == bindparam("which")).values(last=WEB_CHATS.c.last - 1)


async def append(
    session: AsyncSession, chat: str, body: str, *, at: datetime, sent_as: str | None = None
) -> Place:
    """Write down the next post of a conversation; what stands there already under its name stays as it is."""
    keys = keys_of(session)
    row = {
        "chat_key": keys.fingerprint(chat),
        "chat": keys.seal(chat),
        "last": 1,
        "seen_at": at,
        "delete_after": at + RETENTION["web chats"].keep,
    }
    [taken] = await fetch(session, _TAKE_NUMBER[dialect_of(session)], row)
    post = {
        "web_chat_id": taken.id,
        "number": taken.last,
        "sent_as": sent_as,
        "body": keys.seal(body),
        "at": at,
        "delete_after": at + RETENTION["web posts"].keep,
    }
    if await fetch(session, _WRITE[dialect_of(session)], post):
        return Place(taken.id, taken.last)
    await fetch(session, _GIVE_BACK, {"which": taken.id})
    known = await named(session, taken.id, sent_as or "")
    return Place(taken.id, known.number if known is not None else 0, is_new=False)


_FIND = select(WEB_CHATS.c.id, WEB_CHATS.c.last).where(
    WEB_CHATS.c.chat_key.in_(bindparam("chat_keys", expanding=True))
)


async def find(session: AsyncSession, chat: str) -> WebChat | None:
    """Return a conversation; None when nothing was said in it, or all is forgotten."""
    for row in await fetch(session, _FIND, {"chat_keys": keys_of(session).fingerprints(chat)}):
        return WebChat(row.id, row.last)
    return None


_LASTS = select(WEB_CHATS.c.chat_key, WEB_CHATS.c.id, WEB_CHATS.c.last).where(
    WEB_CHATS.c.chat_key.in_(bindparam("chat_keys", expanding=True))
)


async def find_all(session: AsyncSession, chats: Collection[str]) -> dict[str, WebChat]:
    """Return those of these conversations in which something was said, in one look at all."""
    keys = keys_of(session)
    named = {key: chat for chat in chats for key in keys.fingerprints(chat)}
    rows = await fetch(session, _LASTS, {"chat_keys": list(named)})
    return {named[row.chat_key]: WebChat(row.id, row.last) for row in rows}


_COLUMNS = (WEB_POSTS.c.number, WEB_POSTS.c.body, WEB_POSTS.c.at, WEB_POSTS.c.sent_as)
_AFTER = (
    select(*_COLUMNS)
    .where(WEB_POSTS.c.web_chat_id == bindparam("of_chat"), WEB_POSTS.c.number > bindparam("known"))
    .order_by(WEB_POSTS.c.number)
    .limit(bindparam("most"))
)
_NUMBERED = select(*_COLUMNS).where(
    WEB_POSTS.c.web_chat_id == bindparam("of_chat"), WEB_POSTS.c.number == bindparam("which")
)
_NAMED = select(*_COLUMNS).where(
    WEB_POSTS.c.web_chat_id == bindparam("of_chat"), WEB_POSTS.c.sent_as == bindparam("name")
)


async def posts(session: AsyncSession, chat_id: int, *, after: int = 0, limit: int = 500) -> list[WebPost]:
    """Return the posts after a number, in their order."""
    rows = await fetch(session, _AFTER, {"of_chat": chat_id, "known": after, "most": limit})
    return _posts(rows, keys_of(session))


async def numbered(session: AsyncSession, chat_id: int, number: int) -> WebPost | None:
    """Return the post of a number."""
    rows = await fetch(session, _NUMBERED, {"of_chat": chat_id, "which": number})
    return next(iter(_posts(rows, keys_of(session))), None)


async def named(session: AsyncSession, chat_id: int, sent_as: str) -> WebPost | None:
    """Return the post that its sender knows by a name."""
    rows = await fetch(session, _NAMED, {"of_chat": chat_id, "name": sent_as})
    return next(iter(_posts(rows, keys_of(session))), None)


def _posts(rows: Sequence[Any], keys: Keys) -> list[WebPost]:
    """Open rows; a damaged one must not hide the others."""
    return [
        WebPost(row.number, body, row.at, row.sent_as)
        for row in rows
        if (body := keys.try_open(row.body)) is not None
    ]


@dataclass(frozen=True, slots=True)
class Kept:
    """How much of a conversation is stored, and until when."""

    posts: int
    delete_after: datetime  # of the last of them


async def kept(session: AsyncSession, chat: str) -> Kept | None:
    """Return how much of a conversation is stored; None when nothing is."""
    of_it = WEB_CHATS.c.chat_key.in_(keys_of(session).fingerprints(chat))
    counted = (
        select(func.count(), func.max(WEB_POSTS.c.delete_after)).join_from(WEB_POSTS, WEB_CHATS).where(of_it)
    )
    posts, delete_after = (await session.execute(counted)).one()
    return Kept(posts, delete_after) if posts else None


async def forget(session: AsyncSession, chat: str) -> None:
    """Delete a conversation with all that stands in it."""
    await session.execute(
        delete(WEB_CHATS).where(WEB_CHATS.c.chat_key.in_(keys_of(session).fingerprints(chat)))
    )


async def join(session: AsyncSession, chat: str, into: str) -> None:
    """Put what stands in one conversation at the end of another, and delete the first."""
    old = await find(session, chat)
    if old is None:
        return
    for post in await posts(session, old.id, limit=old.last):
        await append(session, into, post.body, at=post.at, sent_as=post.sent_as)
    await forget(session, chat)
