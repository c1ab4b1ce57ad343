"""A person is known by their chat alone, and is forgotten when they say so."""

import asyncio
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage import cases, contacts, inbox, outbox, posts, turns
from storage.contacts import Contact
from storage.database import Database
from storage.inbox import NewUpdate
from storage.models import CASES, CONTACTS, INBOX, METADATA, OUTBOX, POSTS, TURNS
from storage.outbox import NewMessage, Priority, Settled, State
from storage.posts import Direction

HOUR = timedelta(hours=1)
PERSON = "telegram:42"
OTHER = "telegram:43"
STAFF = "telegram:-1001"


async def test_a_new_chat_is_a_new_contact_of_whom_nothing_is_known(
    session: AsyncSession, noon: datetime
) -> None:
    contact = await contacts.load(session, PERSON, now=noon)

    assert contact == Contact(id=contact.id, chat=PERSON, created_at=noon, seen_at=noon)
    assert contact.reachable
    assert not contact.language_chosen


async def test_what_is_saved_is_loaded(session: AsyncSession, noon: datetime) -> None:
    contact = await contacts.load(session, PERSON, now=noon)
    contact.role, contact.language, contact.language_chosen = "guardian", "sv", True
    contact.campus, contact.reachable, contact.state = "kuopio", False, '{"asked": "moi 🙂"}'

    await contacts.save(session, contact, now=noon + HOUR)

    assert await contacts.load(session, PERSON, now=noon + 2 * HOUR) == contact
    assert contact.seen_at == noon + HOUR
    assert contact.created_at == noon


async def test_two_chats_are_two_people(session: AsyncSession, noon: datetime) -> None:
    one = await contacts.load(session, PERSON, now=noon)
    other = await contacts.load(session, OTHER, now=noon)

    assert one.id != other.id


async def test_a_person_who_writes_twice_at_once_is_one_person(database: Database, noon: datetime) -> None:
    async def load() -> int:
        async with database.begin() as session:
            return (await contacts.load(session, PERSON, now=noon)).id

    assert len(set(await asyncio.gather(*(load() for _ in range(5))))) == 1


async def test_two_who_change_a_contact_at_once_lose_nothing(database: Database, noon: datetime) -> None:
    """Staff's answer and the person's next message may be handled by two workers."""

    async def add_one() -> None:
        async with database.begin() as session:
            contact = await contacts.load(session, PERSON, now=noon)
            contact.state = str(int(contact.state.replace("{}", "0")) + 1)
            await asyncio.sleep(0)
            await contacts.save(session, contact, now=noon)

    await add_one()
    await asyncio.gather(*(add_one() for _ in range(5)))

    async with database.begin() as session:
        assert (await contacts.load(session, PERSON, now=noon)).state == "6"


async def live_through_a_case(session: AsyncSession, chat: str, *, now: datetime) -> Contact:
    """Let a person write, be answered, have a case and send what could not be handled."""
    contact = await contacts.load(session, chat, now=now)
    contact.state = f'{{"secret": "{chat}"}}'
    await contacts.save(session, contact, now=now)
    case, _ = await cases.open(
        session,
        contact=contact,
        level=2,
        kind="self-harm",
        campus="kuopio",
        staff_chat=STAFF,
        remind_at=None,
        at=now,
    )
    await turns.add(session, contact.id, by="person", text=f"secret of {chat}", at=now, case_id=case.id)
    await posts.remember(
        session, case_id=case.id, chat=STAFF, ref=chat, direction=Direction.TO_STAFF, origin_ref="1"
    )
    number = chat.removeprefix("telegram:")
    await inbox.put(session, [NewUpdate("telegram", "7", number, chat, f"secret of {chat}")], at=now)
    received = await inbox.take(session, now=now)
    assert received is not None
    await inbox.fail(session, received.inbox_id, error="KeyError", retry_at=None, at=now)
    reply = NewMessage(chat, f"secret of {chat}", Priority.REPLY, now)
    alert = NewMessage(STAFF, f"secret of {chat}", Priority.EMERGENCY, now, important=True, case_id=case.id)
    _, alert_id = await outbox.put(session, [reply, alert], inbox_id=received.inbox_id, at=now)
    await outbox.settle(session, [Settled(alert_id, State.SENT)], at=now)
    await cases.close(session, case.id, at=now)
    return contact


async def readable(session: AsyncSession) -> str:
    """Return all that the database holds, opened."""
    keys = session.info["keys"]
    found = []
    for table in METADATA.sorted_tables:
        for row in await session.execute(select(table)):
            found += [keys.open(value) if isinstance(value, bytes) else str(value) for value in row]
    return "\n".join(found)


async def test_who_is_forgotten_leaves_nothing(session: AsyncSession, noon: datetime) -> None:
    gone = await live_through_a_case(session, PERSON, now=noon)
    stays = await live_through_a_case(session, OTHER, now=noon)

    await contacts.forget(session, gone.id)

    everything = await readable(session)
    assert PERSON not in everything
    assert session.info["keys"].fingerprint(PERSON) not in everything
    assert everything.count(f"secret of {OTHER}") == 4
    for table in (CONTACTS, TURNS, CASES, POSTS):
        assert await session.scalar(select(func.count()).select_from(table)) == 1
    assert (await contacts.everything(session, stays.id))["contact"]["chat"] == OTHER


async def test_an_update_stays_known_after_its_sender_is_forgotten(
    session: AsyncSession, noon: datetime
) -> None:
    contact = await live_through_a_case(session, PERSON, now=noon)

    await contacts.forget(session, contact.id)

    assert await inbox.put(session, [NewUpdate("telegram", "7", "42", PERSON, "again")], at=noon) == 0


async def test_what_comes_after_forgetting_is_not_lost(session: AsyncSession, noon: datetime) -> None:
    """Someone may press "forget me" and write "help" a moment later; and a safety text is on its way."""
    contact = await contacts.load(session, PERSON, now=noon)
    await inbox.put(session, [NewUpdate("telegram", "7", "2", PERSON, "apua")], at=noon)
    safety = NewMessage(PERSON, "112", Priority.EMERGENCY, noon, important=True)
    await outbox.put(session, [safety], inbox_id=None, at=noon)

    await contacts.forget(session, contact.id)

    received = await inbox.take(session, now=noon)
    assert received is not None
    assert received.raw == "apua"
    assert [one.body for one in await outbox.due(session, now=noon, limit=9)] == ["112"]


async def test_an_alert_on_its_way_to_staff_is_not_lost(session: AsyncSession, noon: datetime) -> None:
    """Somebody may write of danger, be frightened by it, and press "forget me" before staff could hear."""
    contact = await contacts.load(session, PERSON, now=noon)
    case, _ = await cases.open(
        session,
        contact=contact,
        level=3,
        kind="suicide",
        campus=None,
        staff_chat=STAFF,
        remind_at=None,
        at=noon,
    )
    alert = NewMessage(STAFF, "alert", Priority.EMERGENCY, noon, important=True, case_id=case.id)
    await outbox.put(session, [alert], inbox_id=None, at=noon)
    await cases.close(session, case.id, at=noon)

    await contacts.forget(session, contact.id)

    assert [one.body for one in await outbox.due(session, now=noon, limit=9)] == ["alert"]


async def test_a_safety_text_that_has_arrived_is_forgotten(session: AsyncSession, noon: datetime) -> None:
    contact = await contacts.load(session, PERSON, now=noon)
    safety = NewMessage(PERSON, "112", Priority.EMERGENCY, noon, important=True)
    [outbox_id] = await outbox.put(session, [safety], inbox_id=None, at=noon)
    await outbox.settle(session, [Settled(outbox_id, State.SENT)], at=noon)

    await contacts.forget(session, contact.id)

    assert await session.scalar(select(func.count()).select_from(OUTBOX)) == 0


async def test_saving_who_was_forgotten_brings_nobody_back(session: AsyncSession, noon: datetime) -> None:
    contact = await contacts.load(session, PERSON, now=noon)

    await contacts.forget(session, contact.id)
    await contacts.save(session, contact, now=noon)
    await contacts.forget(session, contact.id)

    assert await session.scalar(select(func.count()).select_from(CONTACTS)) == 0
    assert await contacts.everything(session, contact.id) == {}


async def test_a_person_can_see_all_that_is_stored_about_them(session: AsyncSession, noon: datetime) -> None:
    contact = await live_through_a_case(session, PERSON, now=noon)
    await live_through_a_case(session, OTHER, now=noon)

    told = await contacts.everything(session, contact.id)

    assert told["contact"]["chat"] == PERSON
    assert told["contact"]["delete_after"] == noon + timedelta(days=180)
    assert [(turn["by"], turn["text"]) for turn in told["turns"]] == [("person", f"secret of {PERSON}")]
    assert [(case["code"], case["status"], case["kind"]) for case in told["cases"]] == [
        ("K-1", "closed", "self-harm")
    ]
    assert [message["body"] for message in told["messages"]] == [f"secret of {PERSON}"]
    assert OTHER not in str(told)


async def test_the_last_turns_come_oldest_first(session: AsyncSession, noon: datetime) -> None:
    contact = await contacts.load(session, PERSON, now=noon)
    other = await contacts.load(session, OTHER, now=noon)
    for number in range(5):
        await turns.add(session, contact.id, by="person", text=str(number), at=noon + number * HOUR)
        await turns.add(session, other.id, by="bot", text="other", at=noon)

    said = await turns.last(session, contact.id, 3)

    assert [(turn.by, turn.text, turn.at) for turn in said] == [
        ("person", str(number), noon + number * HOUR) for number in (2, 3, 4)
    ]


async def test_a_done_update_of_a_forgotten_person_is_empty_too(
    session: AsyncSession, noon: datetime
) -> None:
    """The very update that says "forget me" is done after the forgetting."""
    contact = await contacts.load(session, PERSON, now=noon)
    await inbox.put(session, [NewUpdate("telegram", "7", "2", PERSON, "/unohda")], at=noon)
    received = await inbox.take(session, now=noon)
    assert received is not None

    await contacts.forget(session, contact.id)
    await inbox.done(session, received.inbox_id, at=noon)

    assert (await session.execute(select(INBOX.c.chat, INBOX.c.raw, INBOX.c.chat_key))).one() == (
        None,
        None,
        None,
    )
