"""In a group with topics each case has one of its own, whatever staff delete and whatever the bot may not do."""

import pytest

from bot.channel import Message, Refusal, Refused, Wait
from storage import cases
from storage.cases import Case
from tests.bot.conftest import Small
from tests.fakes import PERSON, STAFF_ROOM, Given, writes

TOPIC = f"{STAFF_ROOM} topic"  # what the channel calls the making of one


@pytest.fixture
async def forum(small: Small) -> Small:
    """A person in danger, of whom a group with topics has yet to hear."""
    await small.binds(STAFF_ROOM, is_forum=True)
    await says(small, "haluan tappaa itseni zq")
    return small


async def says(small: Small, text: str) -> None:
    """Let the person write something, and the worker handle it."""
    await small.receives(writes(PERSON, text), chat=PERSON)
    await small.handles()


async def the_case(small: Small) -> Case:
    async with small.database.begin() as session:
        [case] = await cases.open_in(session, STAFF_ROOM)
    return case


def to_staff(small: Small) -> list[Given]:
    return [given for given in small.channel.given if given.chat == STAFF_ROOM]


async def test_the_first_message_makes_the_topic_and_the_next_go_there_too(forum: Small) -> None:
    await forum.delivery.flush()
    await says(forum, "ootteko siellä")
    await forum.delivery.flush()

    case = await the_case(forum)
    alert, line = to_staff(forum)
    assert case.thread
    assert alert.thread == line.thread == case.thread
    assert "ootteko" in line.text


async def test_while_no_topic_can_be_made_the_alert_waits_for_it(forum: Small) -> None:
    forum.channel.will(TOPIC, Wait(30, "asked to wait"))

    await forum.delivery.flush()
    assert to_staff(forum) == []
    forum.waits(30)
    await forum.delivery.flush()

    [alert] = to_staff(forum)
    assert alert.thread == (await the_case(forum)).thread != ""


async def test_without_the_right_to_make_topics_the_general_one_has_to_do(
    forum: Small, caplog: pytest.LogCaptureFixture
) -> None:
    forum.channel.will(TOPIC, Refused(Refusal.INVALID, "not enough rights"))

    await forum.delivery.flush()

    [alert] = to_staff(forum)
    assert (alert.thread, (await the_case(forum)).thread) == ("", None)
    assert "cannot make a topic" in caplog.text


async def test_a_deleted_topic_is_made_anew_with_what_was_said_and_its_buttons(forum: Small) -> None:
    """What the next line answered is not there any more, so it answers nothing."""
    await forum.delivery.flush()
    old = (await the_case(forum)).thread
    forum.channel.will(STAFF_ROOM, Refused(Refusal.NO_THREAD, "message thread not found"))
    await says(forum, "ootteko siellä")

    await forum.delivery.flush()

    _, refused, recap, line = to_staff(forum)
    case = await the_case(forum)
    assert (refused.thread, recap.thread, line.thread) == (old, case.thread, case.thread)
    assert case.thread != old
    assert "zq" in recap.text
    assert isinstance(recap.outgoing, Message)
    assert recap.outgoing.buttons
    assert isinstance(line.outgoing, Message)
    assert (line.text, line.outgoing.reply_to) == (refused.text, "")
