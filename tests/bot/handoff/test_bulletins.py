"""Bulletins and events for staff alone: told in their groups, and nowhere else, whoever says to be staff."""

from dataclasses import replace
from datetime import date, datetime

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from bot.channel import Message
from bot.dialogue import bulletins as readers_bulletins
from bot.dialogue import calendar
from bot.dialogue.state import Person
from bot.handoff import bulletins, lookups
from bot.handoff.letters import Letter
from content.events import Event
from content.library import Library
from content.news import Bulletin
from content.schema import Role
from intents.language import Language
from storage import broadcasts, subscriptions
from storage.subscriptions import Subscription
from tests.bot.handoff.conftest import CHATS, EVERYBODY, KUOPIO, PERSON, messages_to, staff_turn, words

SECRET = "Opettajien palaveri"


def bulletin(*audience: str, campuses: tuple[str, ...] | None = ("kuopio",)) -> Bulletin:
    return Bulletin.model_validate(
        {
            "id": "meeting",
            "title": {"fi": SECRET},
            "text": {"fi": "Klo 15."},
            "audience": audience,
            "campuses": campuses,
            "valid_from": date(2026, 11, 20),
            "valid_until": date(2026, 11, 30),
        }
    )


def telling(sakky: Library, one: Bulletin) -> Library:
    return replace(sakky, news={one.id: one})


async def previewed(session: AsyncSession, library: Library, now: datetime) -> Message:
    letters = await bulletins.on_command(session, staff_turn("meeting"), CHATS, library, now=now)
    return messages_to(KUOPIO.chat, letters)[-1]


async def sent(session: AsyncSession, library: Library, now: datetime) -> list[Letter]:
    """Press what is below the preview."""
    press = (await previewed(session, library, now)).buttons[0][0].press
    return await bulletins.on_press(session, staff_turn(press=press), CHATS, library, now=now)


@pytest.fixture
async def pretender(session: AsyncSession, noon: datetime) -> str:
    """Somebody who subscribed to what is for staff while anybody could."""
    await subscriptions.subscribe(session, PERSON, Subscription("staff"), language="fi", at=noon)
    return PERSON


async def test_what_is_for_staff_goes_to_their_groups_alone(
    session: AsyncSession, sakky: Library, noon: datetime, pretender: str
) -> None:
    library = telling(sakky, bulletin("staff"))

    preview = await previewed(session, library, noon)
    letters = await sent(session, library, noon)

    assert "vain henkilökunnalle: se menee henkilökunnan ryhmiin (1)" in words(preview)
    assert [SECRET in words(each) for each in messages_to(KUOPIO.chat, letters)] == [True]
    assert messages_to(EVERYBODY.chat, letters) == []
    assert messages_to(pretender, letters) == []
    assert await broadcasts.unfinished(session) == []


async def test_for_every_campus_each_group_gets_it_once(
    session: AsyncSession, sakky: Library, noon: datetime
) -> None:
    letters = await sent(session, telling(sakky, bulletin("staff", campuses=None)), noon)

    assert len(messages_to(KUOPIO.chat, letters)) == len(messages_to(EVERYBODY.chat, letters)) == 1


@pytest.mark.usefixtures("pretender")
async def test_what_is_for_guardians_too_goes_to_groups_and_to_those_who_subscribed_as_guardians(
    session: AsyncSession, sakky: Library, noon: datetime
) -> None:
    await subscriptions.subscribe(session, "telegram:502", Subscription("guardian"), language="fi", at=noon)
    library = telling(sakky, bulletin("guardian", "staff"))

    preview = await previewed(session, library, noon)
    letters = await sent(session, library, noon)
    (broadcast,) = await broadcasts.unfinished(session)
    copies = await broadcasts.next_copies(session, broadcast, limit=9)

    assert "Lisäksi se menee henkilökunnan ryhmiin: 1." in words(preview)
    assert len(messages_to(KUOPIO.chat, letters)) == 1
    assert [each.chat for each in copies] == ["telegram:502"]


async def test_what_is_for_guardians_alone_goes_to_no_group(
    session: AsyncSession, sakky: Library, noon: datetime
) -> None:
    await subscriptions.subscribe(session, "telegram:502", Subscription("guardian"), language="fi", at=noon)

    letters = await sent(session, telling(sakky, bulletin("guardian")), noon)

    assert messages_to(KUOPIO.chat, letters) == []


@pytest.mark.parametrize("role", [None, *Role])
def test_nobody_reads_it_in_a_chat_of_their_own(sakky: Library, noon: datetime, role: Role | None) -> None:
    """To say that one is staff is a press of a button (/rooli)."""
    event = Event.model_validate(
        {"id": "meeting", "title": {"fi": SECRET}, "audience": ["staff"], "starts": "2026-11-24 15:00"}
    )
    library = replace(telling(sakky, bulletin("staff")), events=(event,))
    person = Person(PERSON, Language.FI, role=role, campus="kuopio")

    told = calendar.whats_on(person, library, noon)
    of_staff = lookups.on_events(staff_turn(), CHATS, library, now=noon)

    assert readers_bulletins.current(person, library, noon) is None
    assert SECRET not in words(told)
    assert SECRET in words(of_staff[0].outgoing)
