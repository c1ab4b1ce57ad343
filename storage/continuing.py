"""One person goes on in another chat: what is known of them, what was said and what is under way goes along."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Table, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage import cases, contacts, unsettled
from storage.cases import Case
from storage.contacts import Contact
from storage.database import keys_of
from storage.models import BULLETIN_COPIES, CASES, CONTACTS, SUBSCRIPTIONS, TURNS


@dataclass(frozen=True, slots=True)
class Continued:
    """What came of it: the person where they are now, and their cases."""

    contact: Contact
    case: Case | None = None  # the open one
    closed: Case | None = None  # the other, if both chats had one: one person has one open case


async def go_on(
    session: AsyncSession, chat: str, into: str, *, now: datetime, keeps_state: bool = False
) -> Continued | None:
    """Move a person from one chat to another, where they may be known already; None when nobody is known in the first.

    Where both know something, the first is right, as the conversation that goes on; with `keeps_state` it is the
    second. Of two open cases the graver stays open; the caller tells staff of the other.
    """
    old = await contacts.find(session, chat)
    if old is None:
        return None
    new = await contacts.load(session, into, now=now)
    open_case, closed = await _one_open(session, old.id, new.id, now=now)
    await _hand_over(session, old.id, new)
    await unsettled.move_chat(session, chat, into)
    await _rename(session, SUBSCRIPTIONS, ("audience", "campus"), chat, into)
    await _rename(session, BULLETIN_COPIES, ("bulletin",), chat, into)
    if keeps_state and new.state != contacts.NOTHING_YET:
        _fill(new, old)
    else:
        _learn(new, old)
    await contacts.save(session, new, now=now)
    await session.execute(delete(CONTACTS).where(CONTACTS.c.id == old.id))
    if open_case is not None:
        open_case = await cases.open_of(session, new.id)
    return Continued(new, open_case, closed)


async def _one_open(
    session: AsyncSession, old_id: int, new_id: int, *, now: datetime
) -> tuple[Case | None, Case | None]:
    """Return the open case of two people who are one, and the one that was closed for it."""
    found = [case for each in (old_id, new_id) if (case := await cases.open_of(session, each)) is not None]
    found.sort(key=lambda case: (-case.level, case.status != cases.CLAIMED, case.id))
    if len(found) < 2:
        return (found[0] if found else None), None
    await cases.close(session, found[1].id, at=now)
    return found[0], found[1]


async def _hand_over(session: AsyncSession, old_id: int, new: Contact) -> None:
    await session.execute(update(TURNS).where(TURNS.c.contact_id == old_id).values(contact_id=new.id))
    sealed = keys_of(session).seal(new.chat)
    await session.execute(
        update(CASES).where(CASES.c.contact_id == old_id).values(contact_id=new.id, contact_chat=sealed)
    )


async def _rename(session: AsyncSession, table: Table, unique: tuple[str, ...], chat: str, into: str) -> None:
    """Let rows of a chat be another's; what that has already stays as it is there."""
    keys = keys_of(session)
    is_old = table.c.chat_key.in_(keys.fingerprints(chat))
    is_new = table.c.chat_key.in_(keys.fingerprints(into))
    has = {
        tuple(row) for row in await session.execute(select(*(table.c[name] for name in unique)).where(is_new))
    }
    rows = (
        await session.execute(select(table.c.id, *(table.c[name] for name in unique)).where(is_old))
    ).all()
    twice = [row.id for row in rows if tuple(row[1:]) in has]
    if twice:
        await session.execute(delete(table).where(table.c.id.in_(twice)))
    if len(twice) < len(rows):
        renamed = {"chat_key": keys.fingerprint(into), "chat": keys.seal(into)}
        await session.execute(update(table).where(is_old).values(**renamed))


def _learn(new: Contact, old: Contact) -> None:
    """Let a contact know what was known of the person elsewhere; what they chose here themselves stays."""
    new.role = old.role or new.role
    new.campus = old.campus or new.campus
    if old.language_chosen or not new.language_chosen:
        new.language = old.language or new.language
        new.language_chosen = old.language_chosen or new.language_chosen
    new.state = old.state
    new.reachable = True


def _fill(new: Contact, old: Contact) -> None:
    """Let a contact know what was not known of the person yet."""
    new.role = new.role or old.role
    new.campus = new.campus or old.campus
    new.language = new.language or old.language
