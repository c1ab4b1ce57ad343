"""One person in two chats becomes one person in one: nothing of either is lost, and no other is touched."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from storage import cases, contacts, continuing, outbox, subscriptions, turns
from storage.cases import Case
from storage.contacts import Contact
from storage.outbox import NewMessage, Priority
from storage.subscriptions import Subscription

OLD, NEW, STRANGER = "web:aa", "telegram:42", "telegram:43"
STAFF = "telegram:-1001"
HOUR = timedelta(hours=1)


async def know(session: AsyncSession, chat: str, noon: datetime, **what: Any) -> Contact:
    """Make somebody known, who has said something."""
    contact = await contacts.load(session, chat, now=noon)
    for name, value in what.items():
        setattr(contact, name, value)
    await contacts.save(session, contact, now=noon)
    await turns.add(session, contact.id, by="person", text=f"moi {chat}", at=noon)
    return contact


async def open_case(session: AsyncSession, contact: Contact, level: int, noon: datetime) -> Case:
    case, _ = await cases.open(
        session,
        contact=contact,
        level=level,
        kind="",
        campus=None,
        staff_chat=STAFF,
        remind_at=None,
        at=noon,
    )
    return case


async def words(session: AsyncSession, contact_id: int) -> list[str]:
    return [turn.text for turn in await turns.last(session, contact_id, 10)]


async def test_what_was_said_goes_along(session: AsyncSession, noon: datetime) -> None:
    await know(
        session, OLD, noon, campus="kuopio", language="sv", language_chosen=True, state='{"topic":"x"}'
    )
    stranger = await know(session, STRANGER, noon)

    found = await continuing.go_on(session, OLD, NEW, now=noon)

    assert found is not None
    now_known = await contacts.load(session, NEW, now=noon)
    assert (now_known.campus, now_known.language, now_known.state) == ("kuopio", "sv", '{"topic":"x"}')
    assert await words(session, now_known.id) == [f"moi {OLD}"]
    assert await contacts.find(session, OLD) is None
    assert await words(session, stranger.id) == [f"moi {STRANGER}"]


async def test_who_is_known_there_already_is_one_person_now(session: AsyncSession, noon: datetime) -> None:
    await know(session, NEW, noon, role="guardian", language="en", language_chosen=True)
    await know(session, OLD, noon, campus="kuopio", language="fi", state='{"topic":"x"}')

    await continuing.go_on(session, OLD, NEW, now=noon)

    known = await contacts.load(session, NEW, now=noon)
    assert (known.role, known.campus, known.language) == ("guardian", "kuopio", "en")
    assert known.state == '{"topic":"x"}', "the conversation that goes on"
    assert await words(session, known.id) == [f"moi {NEW}", f"moi {OLD}"]


async def test_where_one_goes_on_as_before_what_comes_along_only_fills_in(
    session: AsyncSession, noon: datetime
) -> None:
    await know(session, NEW, noon, campus="varkaus", state='{"topic":"y"}')
    await know(session, OLD, noon, campus="kuopio", role="student", state='{"topic":"x"}')

    await continuing.go_on(session, OLD, NEW, now=noon, keeps_state=True)

    known = await contacts.load(session, NEW, now=noon)
    assert (known.role, known.campus, known.state) == ("student", "varkaus", '{"topic":"y"}')


async def test_an_open_case_goes_along_and_is_answered_there(session: AsyncSession, noon: datetime) -> None:
    case = await open_case(session, await know(session, OLD, noon), 1, noon)

    found = await continuing.go_on(session, OLD, NEW, now=noon)

    assert found is not None
    assert found.closed is None
    assert found.case is not None
    assert (found.case.id, found.case.contact_chat) == (case.id, NEW)


@pytest.mark.parametrize(
    ("old", "new", "stays"),
    [
        pytest.param((3, False), (1, False), "old", id="the graver"),
        pytest.param((1, False), (3, True), "new", id="the graver, which is taken"),
        pytest.param((1, False), (1, True), "new", id="else the one that somebody has taken"),
        pytest.param((1, False), (1, False), "old", id="else the older"),
    ],
)
async def test_of_two_open_cases_one_stays_open(
    old: tuple[int, bool], new: tuple[int, bool], stays: str, session: AsyncSession, noon: datetime
) -> None:
    """One person has one open case; the other is closed, not deleted."""
    made = {}
    for name, chat, (level, is_claimed) in (("old", OLD, old), ("new", NEW, new)):
        made[name] = await open_case(session, await know(session, chat, noon), level, noon)
        if is_claimed:
            await cases.claim(session, made[name].id, by="9", holder="Kaisla", at=noon)

    found = await continuing.go_on(session, OLD, NEW, now=noon)

    assert found is not None
    assert found.case is not None
    assert found.closed is not None
    other = "new" if stays == "old" else "old"
    assert (found.case.id, found.closed.id) == (made[stays].id, made[other].id)
    closed = await cases.access(session, found.closed.id, staff_chat=STAFF)
    assert closed.status == cases.CLOSED
    assert closed.contact_chat == NEW


async def test_what_waits_to_be_sent_goes_to_the_new_chat(session: AsyncSession, noon: datetime) -> None:
    await know(session, OLD, noon)
    await outbox.put(
        session, [NewMessage(OLD, "{}", Priority.REPLY, noon, important=True)], inbox_id=None, at=noon
    )

    await continuing.go_on(session, OLD, NEW, now=noon)

    assert [row.chat for row in await outbox.due(session, now=noon + HOUR, limit=9)] == [NEW]


async def test_a_wish_for_bulletins_goes_along_once(session: AsyncSession, noon: datetime) -> None:
    await know(session, OLD, noon)
    for chat, audience in ((OLD, "student"), (OLD, "guardian"), (NEW, "student")):
        await subscriptions.subscribe(session, chat, Subscription(audience), language="fi", at=noon)

    await continuing.go_on(session, OLD, NEW, now=noon)

    assert sorted(each.audience for each in await subscriptions.of(session, NEW)) == ["guardian", "student"]
    assert await subscriptions.of(session, OLD) == []


async def test_nobody_known_is_nobody_moved(session: AsyncSession, noon: datetime) -> None:
    assert await continuing.go_on(session, OLD, NEW, now=noon) is None
    assert await contacts.find(session, NEW) is None
