"""A new key takes over at the next start; after that nothing needs the old one."""

from datetime import datetime

import pytest
from sqlalchemy import select

from storage import cases, contacts, inbox, outbox, posts, staff, turns, unanswered, unsettled
from storage.contacts import Contact
from storage.crypto import Keys, WrongKey
from storage.database import Database
from storage.inbox import NewUpdate
from storage.models import CONTACTS
from storage.outbox import NewMessage, Priority
from storage.posts import Direction

PERSON = "telegram:42"
STAFF = "telegram:-1001"


@pytest.fixture(scope="module")
def new_key() -> str:
    return Keys.generate()


async def live(database: Database, at: datetime) -> Contact:
    """Write something into every table that keeps secrets."""
    async with database.begin() as session:
        contact = await contacts.load(session, PERSON, now=at)
        contact.state, contact.campus = '{"asked": 1}', "kuopio"
        await contacts.save(session, contact, now=at)
        case, _ = await cases.open(
            session,
            contact=contact,
            level=2,
            kind="self-harm",
            campus="kuopio",
            staff_chat=STAFF,
            remind_at=at,
            at=at,
        )
        await cases.claim(session, case.id, by="telegram:7", holder="KN", at=at)
        await cases.set_thread(session, case.id, "5")
        await turns.add(session, contact.id, by="person", text="moi", at=at, case_id=case.id)
        await unanswered.put(session, "häh", language="fi", outcome="declined", guesses=(), at=at)
        await posts.remember(
            session, case_id=case.id, chat=STAFF, ref="9", direction=Direction.TO_STAFF, origin_ref="1"
        )
        await posts.remember(session, case_id=case.id, chat=PERSON, ref="8", direction=Direction.TO_PERSON)
        await staff.bind(session, STAFF, "kuopio", False, at=at, title="Kuraattorit")
        await inbox.put(session, [NewUpdate("telegram", "7", "1", PERSON, "raw")], at=at)
        await outbox.put(session, [NewMessage(PERSON, "body", Priority.REPLY, at)], inbox_id=1, at=at)
    return contact


async def assert_all_is_there(database: Database, contact: Contact, at: datetime) -> None:
    """Find by name, open and read everything that `live` has written."""
    async with database.begin() as session:
        assert await contacts.load(session, PERSON, now=at) == contact
        case = await cases.access(session, "K-1", staff_chat=STAFF)
        assert (case.contact_chat, case.claimed_by, case.holder) == (PERSON, "telegram:7", "KN")
        assert await cases.find_by_thread(session, STAFF, "5") == case
        assert [turn.text for turn in await turns.last(session, contact.id, 9)] == ["moi"]
        assert [each.text for each in await unanswered.everything(session)] == ["häh"]
        assert await posts.find(session, chat=STAFF, ref="9") == case.id
        assert await posts.find(session, chat=PERSON, ref="8") == case.id
        assert [(one.chat, one.title) for one in await staff.chats(session)] == [(STAFF, "Kuraattorit")]
        received = await inbox.take(session, now=at)
        assert received is not None
        assert (received.raw, received.chat_key) == ("raw", database.keys.fingerprint(PERSON))
        [message] = await outbox.due(session, now=at, limit=9)
        assert (message.body, message.chat_key) == ("body", database.keys.fingerprint(PERSON))


async def test_after_one_start_with_both_the_old_key_can_be_dropped(
    url: str, database: Database, key: str, new_key: str, noon: datetime
) -> None:
    contact = await live(database, noon)
    await database.close()

    await (await Database.open(url, Keys.parse(f"{new_key},{key}"))).close()
    rotated = await Database.open(url, Keys.parse(new_key))

    await assert_all_is_there(rotated, contact, noon)
    await rotated.close()
    with pytest.raises(WrongKey):
        await Database.open(url, Keys.parse(key))


async def test_a_new_key_that_nobody_uses_yet_changes_nothing(
    url: str, database: Database, key: str, new_key: str, noon: datetime
) -> None:
    """With several workers, all have to know the new key before one of them seals with it."""
    contact = await live(database, noon)
    await database.close()

    await (await Database.open(url, Keys.parse(f"{key},{new_key}"))).close()
    unchanged = await Database.open(url, Keys.parse(key))

    await assert_all_is_there(unchanged, contact, noon)
    await unchanged.close()


async def test_while_a_worker_still_seals_with_the_old_key_the_others_find_and_open_it(
    url: str, database: Database, key: str, new_key: str, noon: datetime
) -> None:
    ahead = await Database.open(url, Keys.parse(f"{new_key},{key}"))
    contact = await live(database, noon)

    async with ahead.begin() as session:
        found = await contacts.load(session, PERSON, now=noon)
        case = await cases.access(session, "K-1", staff_chat=STAFF)
        assert await posts.find(session, chat=STAFF, ref="9") == case.id
        await unsettled.move_chat(session, PERSON, "telegram:4242")
        [message] = await outbox.due(session, now=noon, limit=9)
    await ahead.close()

    assert found == contact
    assert message.chat == "telegram:4242"


async def test_what_is_touched_is_found_under_the_newest_key_from_then_on(
    url: str, database: Database, key: str, new_key: str, noon: datetime
) -> None:
    ahead = await Database.open(url, Keys.parse(f"{new_key},{key}"))
    await live(database, noon)

    async with ahead.begin() as session:
        await contacts.save(session, await contacts.load(session, PERSON, now=noon), now=noon)
        chat_key, chat = (await session.execute(select(CONTACTS.c.chat_key, CONTACTS.c.chat))).one()
    await ahead.close()

    assert chat_key == Keys.parse(new_key).fingerprint(PERSON)
    assert Keys.parse(new_key).open(chat) == PERSON


async def test_two_workers_that_met_one_chat_under_two_keys_do_not_stop_the_next_start(
    url: str, database: Database, key: str, new_key: str, noon: datetime
) -> None:
    ahead = await Database.open(url, Keys.parse(f"{new_key},{key}"))
    async with ahead.begin() as session:
        newer = await contacts.load(session, PERSON, now=noon)
    await ahead.close()
    await live(database, noon)

    rotated = await Database.open(url, Keys.parse(f"{new_key},{key}"))

    async with rotated.begin() as session:
        assert (await contacts.load(session, PERSON, now=noon)).id == newer.id
    await rotated.close()
