"""When the database is away: danger is answered all the same, each time once."""

import pytest

from bot.channel import Outcome, Unsure, Wait
from bot.lifeline import Lifeline
from content.library import Library
from storage.database import DatabaseAway
from storage.staff import StaffChat
from tests.bot.conftest import Small
from tests.fakes import PERSON, STAFF_ROOM, FakeChannel, staff_writes, writes

DANGER = writes(PERSON, "haluan tappaa itseni 010190-123A")


@pytest.fixture
def lifeline(small: Small) -> Lifeline:
    chats = [StaffChat(STAFF_ROOM, "*", is_forum=False)]
    return Lifeline({"fake": small.channel}, lambda: small.library, lambda: chats, clock=lambda: small.now)


async def test_danger_is_answered_and_staff_hear_of_it(lifeline: Lifeline, small: Small) -> None:
    assert await lifeline.rescue(PERSON, "1", DANGER)

    [reply] = small.channel.texts(PERSON)
    [alert] = small.channel.texts(STAFF_ROOM)
    assert "112" in reply
    assert "haluan tappaa itseni [henkilötunnus]" in alert


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(writes(PERSON, "moi"), id="no danger"),
        pytest.param(writes(PERSON, ""), id="no words"),
        pytest.param(staff_writes(STAFF_ROOM, "haluan tappaa itseni"), id="staff among themselves"),
        pytest.param("{}", id="nothing that can be read"),
    ],
)
async def test_all_else_waits_for_the_database(raw: str, lifeline: Lifeline, small: Small) -> None:
    assert not await lifeline.rescue(PERSON, "1", raw)
    assert small.channel.given == []


async def test_asked_again_for_the_same_update_it_writes_to_nobody_again(
    lifeline: Lifeline, small: Small
) -> None:
    await lifeline.rescue(PERSON, "1", DANGER)
    await lifeline.rescue(PERSON, "1", DANGER)
    assert len(small.channel.given) == 2

    await lifeline.rescue(PERSON, "2", DANGER)
    assert len(small.channel.given) == 4


@pytest.mark.parametrize(
    ("outcome", "copies"),
    [(Wait(1, "asked to wait"), 2), (Unsure("TimedOut"), 1)],
    ids=["not sent", "perhaps"],
)
async def test_what_was_surely_not_sent_is_sent_when_asked_again(
    outcome: Outcome, copies: int, lifeline: Lifeline, small: Small
) -> None:
    small.channel.will(PERSON, outcome)

    await lifeline.rescue(PERSON, "1", DANGER)
    await lifeline.rescue(PERSON, "1", DANGER)

    assert len(small.channel.texts(PERSON)) == copies
    assert len(small.channel.texts(STAFF_ROOM)) == 1, "who was reached is left in peace"


async def test_without_any_staff_chat_the_person_is_answered_all_the_same(
    sakky: Library, small: Small
) -> None:
    alone = Lifeline({"fake": small.channel}, lambda: sakky, lambda: (), clock=lambda: small.now)

    assert await alone.rescue(PERSON, "1", DANGER)

    assert len(small.channel.given) == 1


async def test_staff_hear_of_it_by_their_own_channel(sakky: Library, small: Small) -> None:
    """The person writes on the web, the staff are in Telegram."""
    others = FakeChannel("other")
    chats = [StaffChat("other:-1", "*", is_forum=False)]
    lifeline = Lifeline(
        {"fake": small.channel, "other": others}, lambda: sakky, lambda: chats, clock=lambda: small.now
    )

    await lifeline.rescue(PERSON, "1", DANGER)

    assert [given.chat for given in small.channel.given] == [PERSON]
    assert [given.chat for given in others.given] == ["other:-1"]


async def test_who_holds_the_line_gets_the_reply_itself_and_staff_are_told_once(
    lifeline: Lifeline, small: Small
) -> None:
    """A page shows it at once; no channel could, while the database is away."""
    reply = lifeline.answer(PERSON, "1", DANGER)
    again = lifeline.answer(PERSON, "1", DANGER)
    await small.channel.gets(STAFF_ROOM)

    assert reply is not None
    assert reply == again
    assert "112" in reply.parts[0].text
    assert [given.chat for given in small.channel.given] == [STAFF_ROOM]
    assert lifeline.answer(PERSON, "2", writes(PERSON, "moi")) is None


async def test_staff_whose_own_channel_needs_the_database_do_not_stop_the_rescue(
    lifeline: Lifeline, small: Small
) -> None:
    small.channel.will(STAFF_ROOM, DatabaseAway("away"))

    assert await lifeline.rescue(PERSON, "1", DANGER)
    await lifeline.rescue(PERSON, "1", DANGER)

    assert len(small.channel.texts(PERSON)) == 1
    assert len(small.channel.texts(STAFF_ROOM)) == 2, "they are told as soon as they can be"
