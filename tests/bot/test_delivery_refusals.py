"""What the channel refuses: it goes in another form, to somebody else, or staff hear of it."""

from dataclasses import replace

import pytest

from bot.aftermath import _bare
from bot.channel import (
    Button,
    CommandMenu,
    Message,
    Part,
    Reaction,
    Refusal,
    Refused,
    text_message,
)
from bot.delivery import GO_ROUND_AFTER
from storage import staff
from storage.outbox import Priority
from tests.bot.conftest import Small
from tests.fakes import PERSON, SECOND_ROOM, STAFF_ROOM

NOT_ARRIVED = "ei mennyt perille"


async def test_what_telegram_finds_wrong_goes_out_as_bare_words(small: Small) -> None:
    small.channel.will(PERSON, Refused(Refusal.INVALID, "BUTTON_DATA_INVALID"))
    message = text_message(PERSON, "**112**", buttons=((Button("x", "y" * 99),),))
    await small.posts(message, chat=PERSON, priority=Priority.EMERGENCY, important=True)

    await small.delivery.flush()

    bare = small.channel.given[-1].outgoing
    assert isinstance(bare, Message)
    assert (small.channel.texts(PERSON)[-1], bare.buttons) == ("**112**", ())


@pytest.mark.parametrize("chat", [PERSON, STAFF_ROOM])
async def test_what_is_refused_bare_as_well_ends_there(chat: str, small: Small) -> None:
    await small.binds(STAFF_ROOM, SECOND_ROOM)
    small.channel.will(chat, *[Refused(Refusal.INVALID, "wrong")] * 50)
    await small.posts("words", chat=chat, important=True)

    for _ in range(5):
        await small.delivery.flush()
        small.waits(3600)

    assert small.channel.texts(chat)[:2] == ["words", "words"]
    notes = [given.text for given in small.channel.given[2:]]
    assert all(NOT_ARRIVED in note for note in notes)
    assert len(notes) <= 2


async def test_a_person_who_blocked_us_is_known_as_unreachable_and_staff_hear_of_what_they_miss(
    small: Small,
) -> None:
    await small.binds(STAFF_ROOM)
    small.channel.will(PERSON, Refused(Refusal.BLOCKED, "Forbidden"))
    await small.posts("112", chat=PERSON, important=True)

    await small.delivery.flush()

    assert NOT_ARRIVED in small.channel.texts(STAFF_ROOM)[0]


async def test_staff_hear_of_each_line_that_did_not_arrive(small: Small) -> None:
    await small.binds(STAFF_ROOM)
    small.channel.will(PERSON, *[Refused(Refusal.BLOCKED, "Forbidden")] * 2)
    lines = [
        replace(text_message(PERSON, text), carries_for=STAFF_ROOM, origin=text) for text in ("one", "two")
    ]
    await small.posts(*lines, chat=PERSON, important=True)

    await small.delivery.flush()

    notes = [given.outgoing for given in small.channel.given if given.chat == STAFF_ROOM]
    assert [note.reply_to for note in notes if isinstance(note, Message)] == ["one", "two"]


async def test_a_group_that_moved_takes_what_waits_with_it(small: Small) -> None:
    await small.binds(STAFF_ROOM)
    small.channel.will(STAFF_ROOM, Refused(Refusal.MOVED, "supergroup", chat="fake:-77"))
    await small.posts("one", "two", chat=STAFF_ROOM)

    await small.delivery.flush()

    assert [text for text in small.channel.texts("fake:-77") if text] == ["one", "two"]
    assert any(isinstance(given.outgoing, CommandMenu) for given in small.channel.given)
    async with small.database.begin() as session:
        assert [each.chat for each in await staff.chats(session)] == ["fake:-77"]


async def test_an_alert_that_one_staff_chat_refuses_goes_to_another(small: Small) -> None:
    await small.binds(STAFF_ROOM, SECOND_ROOM)
    small.channel.will(STAFF_ROOM, Refused(Refusal.GONE, "kicked"))
    await small.receives('{"is": "Turn", "chat": "fake:1", "text": "haluan tappaa itseni zq"}', chat=PERSON)
    await small.handles()

    await small.delivery.flush()

    assert "zq" in "".join(small.channel.texts(SECOND_ROOM))


async def test_staff_chats_that_all_refuse_are_not_asked_in_a_circle_without_pause(small: Small) -> None:
    await small.binds(STAFF_ROOM, SECOND_ROOM)
    for chat in (STAFF_ROOM, SECOND_ROOM):
        small.channel.will(chat, *[Refused(Refusal.GONE, "kicked")] * 3)
    await small.receives('{"is": "Turn", "chat": "fake:1", "text": "haluan tappaa itseni zq"}', chat=PERSON)
    await small.handles()

    await small.delivery.flush()
    asked = len([given for given in small.channel.given if given.chat != PERSON])
    assert asked <= 4
    for _ in range(8):
        small.now += GO_ROUND_AFTER
        await small.delivery.flush()

    assert "zq" in "".join(given.text for given in small.channel.given[-3:]), "once one of them is back"


async def test_a_sign_that_is_refused_bothers_nobody(small: Small) -> None:
    await small.binds(STAFF_ROOM)
    small.channel.will(STAFF_ROOM, Refused(Refusal.INVALID, "REACTION_INVALID"))
    await small.posts(Reaction(STAFF_ROOM, "5", "👍"), chat=STAFF_ROOM)

    await small.delivery.flush()

    assert len(small.channel.given) == 1


def test_bare_words_keep_every_word() -> None:
    message = Message(PERSON, (Part("a **b**"), Part("\nc")), buttons=((Button("x", "y"),),), reply_to="5")

    assert "".join(part.text for part in _bare(message).parts) == "a **b**\nc"
