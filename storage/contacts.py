"""The anonymous people we talk with: known by their chat, forgotten on time or when they say so."""

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage import subscriptions, web_chats, web_codes
from storage.crypto import Keys
from storage.database import dialect_of, keys_of, on_both
from storage.models import BULLETIN_COPIES, CASES, CONTACTS, INBOX, OUTBOX, SUBSCRIPTIONS, TURNS
from storage.quick import fetch
from storage.retention import RETENTION

log = logging.getLogger(__name__)

NOTHING_YET = "{}"


@dataclass(slots=True)
class Contact:
    """A person in a chat, as far as we know; changed in place, then saved."""

    id: int
    chat: str
    created_at: datetime
    seen_at: datetime
    role: str | None = None
    language: str | None = None
    language_chosen: bool = False  # by a button, so that no guess changes it
    campus: str | None = None
    reachable: bool = True  # False: has blocked us
    state: str = NOTHING_YET  # JSON, where the conversation stands; the dialogue's own business


_COLUMNS = (
    CONTACTS.c.id,
    CONTACTS.c.chat_key,
    CONTACTS.c.chat,
    CONTACTS.c.role,
    CONTACTS.c.language,
    CONTACTS.c.is_language_chosen,
    CONTACTS.c.campus,
    CONTACTS.c.is_reachable,
    CONTACTS.c.state,
    CONTACTS.c.created_at,
    CONTACTS.c.seen_at,
)
# Locked, because staff's answers and the person's own messages both change a contact.
_FIND = select(*_COLUMNS).where(CONTACTS.c.chat_key == bindparam("known_as")).with_for_update(of=CONTACTS)
_MAKE = on_both(
    lambda insert: (
        insert(CONTACTS).on_conflict_do_nothing(index_elements=["chat_key"]).returning(CONTACTS.c.id)
    )
)


async def load(session: AsyncSession, chat: str, *, now: datetime) -> Contact:
    """Return the person in a chat, made when new; on PostgreSQL held until the transaction ends."""
    keys = keys_of(session)
    row = await _find(session, keys.fingerprints(chat))
    if row is None:
        new = {
            "chat_key": keys.fingerprint(chat),
            "chat": keys.seal(chat),
            "is_language_chosen": False,
            "is_reachable": True,
            "state": keys.seal(NOTHING_YET),
            "created_at": now,
            "seen_at": now,
            "delete_after": now + RETENTION["contacts"].keep,
        }
        for made in await fetch(session, _MAKE[dialect_of(session)], new):
            return Contact(id=made.id, chat=chat, created_at=now, seen_at=now)
        # Somebody else was faster by a moment.
        row = (await session.execute(_FIND, {"known_as": keys.fingerprint(chat)})).one()
    return _contact(row, chat, keys)


async def find(session: AsyncSession, chat: str) -> Contact | None:
    """Return the person in a chat, or None when they are not known; nobody is made."""
    keys = keys_of(session)
    row = await _find(session, keys.fingerprints(chat))
    return None if row is None else _contact(row, chat, keys)


def _contact(row: Any, chat: str, keys: Keys) -> Contact:
    return Contact(
        id=row.id,
        chat=chat,
        role=row.role,
        language=row.language,
        language_chosen=row.is_language_chosen,
        campus=row.campus,
        reachable=row.is_reachable,
        state=_state(row, keys),
        created_at=row.created_at,
        seen_at=row.seen_at,
    )


def _state(row: Any, keys: Keys) -> str:
    """Open where the conversation stands; when that cannot be read any more, it begins anew."""
    state = keys.try_open(row.state)
    if state is None:
        log.error("where a conversation stood cannot be read", extra={"contact_id": row.id})
    return NOTHING_YET if state is None else state


async def _find(session: AsyncSession, chat_keys: list[str]) -> Any:
    """Look under the newest key, and only then under the older ones."""
    for chat_key in chat_keys:
        for row in await fetch(session, _FIND, {"known_as": chat_key}):
            return row
    return None


_SAVE = (
    update(CONTACTS)
    .where(CONTACTS.c.id == bindparam("contact_id"))
    .values(
        # Under the newest key, whichever it was under before.
        chat_key=bindparam("new_key"),
        chat=bindparam("new_chat"),
        role=bindparam("new_role"),
        language=bindparam("new_language"),
        is_language_chosen=bindparam("chosen"),
        campus=bindparam("new_campus"),
        is_reachable=bindparam("reachable"),
        state=bindparam("new_state"),
        seen_at=bindparam("moment"),
        delete_after=bindparam("until"),
    )
)


async def save(session: AsyncSession, contact: Contact, *, now: datetime) -> None:
    """Write a contact back, seen now; one that was forgotten meanwhile stays forgotten."""
    keys = keys_of(session)
    contact.seen_at = now
    await fetch(
        session,
        _SAVE,
        {
            "contact_id": contact.id,
            "new_key": keys.fingerprint(contact.chat),
            "new_chat": keys.seal(contact.chat),
            "new_role": contact.role,
            "new_language": contact.language,
            "chosen": contact.language_chosen,
            "new_campus": contact.campus,
            "reachable": contact.reachable,
            "new_state": keys.seal(contact.state),
            "moment": now,
            "until": now + RETENTION["contacts"].keep,
        },
    )


async def set_reachable(session: AsyncSession, chat: str, reachable: bool) -> None:
    """Note whether a person lets us write to them; one we do not know stays unknown."""
    await session.execute(
        update(CONTACTS)
        .where(CONTACTS.c.chat_key.in_(keys_of(session).fingerprints(chat)))
        .values(is_reachable=reachable)
    )


async def forget(session: AsyncSession, contact_id: int) -> None:
    """Remove all of a person: contact, turns, cases with their posts, subscriptions, messages, what came and failed.

    An open case is the caller's to close first. Three things stay for a moment, because losing them could
    hurt: what the person wrote after this and nobody has handled yet, a safety text of ours that is on its
    way to them, and an alert that is on its way to staff.
    """
    keys = keys_of(session)
    sealed_chat = await session.scalar(select(CONTACTS.c.chat).where(CONTACTS.c.id == contact_id))
    if sealed_chat is None:
        return
    chat_keys = keys.fingerprints(keys.open(sealed_chat))
    its_cases = select(CASES.c.id).where(CASES.c.contact_id == contact_id)
    is_to_them = OUTBOX.c.chat_key.in_(chat_keys)
    is_needed = and_(OUTBOX.c.is_important, OUTBOX.c.settled_at.is_(None))
    await session.execute(delete(OUTBOX).where(or_(is_to_them, OUTBOX.c.case_id.in_(its_cases)), ~is_needed))
    await session.execute(
        update(INBOX)
        .where(INBOX.c.chat_key.in_(chat_keys), INBOX.c.done_at.is_not(None))
        .values(raw=None, chat=None, chat_key=None)
    )
    await session.execute(delete(SUBSCRIPTIONS).where(SUBSCRIPTIONS.c.chat_key.in_(chat_keys)))
    await session.execute(delete(BULLETIN_COPIES).where(BULLETIN_COPIES.c.chat_key.in_(chat_keys)))
    await web_chats.forget(session, keys.open(sealed_chat))
    await web_codes.forget(session, keys.open(sealed_chat))
    await session.execute(delete(TURNS).where(TURNS.c.contact_id == contact_id))
    await session.execute(delete(CASES).where(CASES.c.contact_id == contact_id))  # and, with them, posts
    await session.execute(delete(CONTACTS).where(CONTACTS.c.id == contact_id))


async def everything(session: AsyncSession, contact_id: int) -> dict[str, Any]:
    """Return all that is stored about a person, in words and times, for them to read; {} when nothing is."""
    keys = keys_of(session)
    row = (await session.execute(select(CONTACTS).where(CONTACTS.c.id == contact_id))).first()
    if row is None:
        return {}
    turns = await session.execute(select(TURNS).where(TURNS.c.contact_id == contact_id).order_by(TURNS.c.id))
    cases = await session.execute(select(CASES).where(CASES.c.contact_id == contact_id).order_by(CASES.c.id))
    messages = await session.execute(
        select(OUTBOX.c.body, OUTBOX.c.due_at, OUTBOX.c.settled_at, OUTBOX.c.delete_after)
        .where(OUTBOX.c.chat_key.in_(keys.fingerprints(keys.open(row.chat))))
        .order_by(OUTBOX.c.id)
    )
    chat = keys.open(row.chat)
    wishes = await subscriptions.of(session, chat)
    page = await web_chats.kept(session, chat)
    return {
        "contact": {
            "chat": keys.open(row.chat),
            "role": row.role,
            "language": row.language,
            "campus": row.campus,
            "reachable": row.is_reachable,
            "state": keys.open(row.state),
            "created_at": row.created_at,
            "seen_at": row.seen_at,
            "delete_after": row.delete_after,
        },
        "turns": [
            {"by": turn.by, "text": keys.open(turn.text), "at": turn.at, "delete_after": turn.delete_after}
            for turn in turns
        ],
        "cases": [
            {
                "code": f"K-{case.id}",
                "campus": case.campus,
                "level": case.level,
                "kind": case.kind,
                "status": case.status,
                "opened_at": case.opened_at,
                "closed_at": case.closed_at,
                "delete_after": case.delete_after,
            }
            for case in cases
        ],
        "subscriptions": [
            {"audience": each.audience, "campus": each.campus, "delete_after": each.ends_at}
            for each in wishes
        ],
        "page": None if page is None else {"posts": page.posts, "delete_after": page.delete_after},
        "messages": [
            {
                "body": keys.open(message.body),
                "due_at": message.due_at,
                "settled_at": message.settled_at,
                "delete_after": message.delete_after,
            }
            for message in messages
        ],
    }
