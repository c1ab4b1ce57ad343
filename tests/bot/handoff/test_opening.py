"""A case begins once, and whoever began it hears the truth."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from content.library import Library
from intents.language import Language
from intents.risk import Level
from storage import cases
from tests.bot.handoff.conftest import EVERYBODY, KUOPIO, PERSON, Opens, messages_to, words


async def test_a_second_wish_joins_the_open_case(opens: Opens) -> None:
    first, _ = await opens()

    second, letters = await opens()

    assert second.id == first.id
    assert "pyytää ihmistä uudestaan" in words(messages_to(KUOPIO.chat, letters)[0])


async def test_a_graver_matter_is_said_loudly_with_buttons(opens: Opens) -> None:
    await opens()

    _, letters = await opens("en halua elää", level=Level.CRISIS, is_asked=False)

    [louder] = messages_to(KUOPIO.chat, letters)
    assert "vakavampi" in words(louder)
    assert "en halua elää" in words(louder)
    assert louder.buttons


async def test_the_same_danger_again_is_not_talked_about_again(opens: Opens) -> None:
    await opens("en halua elää", level=Level.CRISIS, is_asked=False)

    _, letters = await opens("en halua elää", level=Level.CRISIS, is_asked=False)

    assert letters == []


async def test_in_a_claimed_case_the_bot_leaves_the_talking_to_the_human(
    opens: Opens, session: AsyncSession, noon: datetime
) -> None:
    case, _ = await opens()
    await cases.claim(session, case.id, by="x", holder="Kaisa", at=noon)

    _, letters = await opens("en halua elää", level=Level.CRISIS, is_asked=False)

    assert messages_to(PERSON, letters) == []
    [louder] = messages_to(KUOPIO.chat, letters)
    assert not louder.buttons


@pytest.mark.parametrize("level", [Level.NONE, Level.CRISIS], ids=["asked", "danger"])
async def test_without_a_staff_chat_the_person_is_not_told_that_staff_know(
    opens: Opens, level: Level
) -> None:
    case, letters = await opens("moi", level=level, chats=())

    assert case.staff_chat is None
    [told] = messages_to(PERSON, letters)
    assert "en saa yhteyttä" in words(told)
    assert "112" in words(told)


async def test_a_case_without_a_staff_chat_is_told_of_when_there_is_one(opens: Opens) -> None:
    await opens("apua jooko", level=Level.CRISIS, chats=())

    case, letters = await opens("haloo")

    assert case.staff_chat == KUOPIO.chat
    assert "apua jooko" in words(messages_to(KUOPIO.chat, letters)[0])


async def test_an_unknown_campus_goes_to_the_group_for_all(opens: Opens) -> None:
    case, letters = await opens(campus=None)

    assert case.staff_chat == EVERYBODY.chat
    assert "vastaa (Reply)" in words(messages_to(EVERYBODY.chat, letters)[0])


async def test_at_night_the_person_hears_when_staff_come_and_what_is_open(
    opens: Opens, noon: datetime, sakky: Library
) -> None:
    _, letters = await opens(at=noon + timedelta(hours=11))

    told = words(messages_to(PERSON, letters)[0])
    assert "huomenna klo 8" in told
    assert sakky.say("case.open_now", language=Language.FI) in told
