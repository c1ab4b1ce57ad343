"""Commands: set by scope and language, each does what it says, those of staff only among staff."""

import pytest

from bot.dialogue.commands import COMMANDS
from bot.handoff.staff_room import STAFF_COMMANDS
from tests.end_to_end.conversation.school import School, words

pytestmark = pytest.mark.asyncio(loop_scope="session")

PRIVATE = {"type": "all_private_chats"}


@pytest.mark.parametrize("language", ["", "sv", "en"])
async def test_commands_are_set_for_private_chats_in_each_language(school: School, language: str) -> None:
    await school.telegram.until(lambda: school.telegram.commands(PRIVATE, language))

    commands = school.telegram.commands(PRIVATE, language)

    wanted = [
        "start",
        "apua",
        "aiheet",
        "ihminen",
        "kieli",
        "kampus",
        "rooli",
        "tietosuoja",
        "tiedot",
        "unohda",
    ]
    assert commands[: len(wanted)] == wanted
    assert commands == list(COMMANDS)


async def test_commands_are_told_in_the_language_of_the_device(school: School) -> None:
    await school.telegram.until(lambda: school.telegram.commands(PRIVATE, "en"))

    said = {
        key[2]: value
        for key, value in school.telegram.settings
        if key[0] == "commands" and "private" in key[1]
    }

    assert [each["description"] for each in said[""]][1] == "Mitä täällä voi tehdä"
    assert [each["description"] for each in said["sv"]][1] == "Vad man kan göra här"
    assert [each["description"] for each in said["en"]][1] == "What you can do here"


async def test_staff_commands_are_set_for_staff_chats_alone(school: School) -> None:
    scope = {"type": "chat", "chat_id": school.room.id}
    await school.telegram.until(lambda: school.telegram.commands(scope))

    assert school.telegram.commands(scope) == list(STAFF_COMMANDS)
    both = set(STAFF_COMMANDS) & set(school.telegram.commands(PRIVATE))
    assert both == {"tapahtumat"}, "it tells staff in their chat what it tells nobody else"
    assert school.telegram.commands() == []


@pytest.mark.parametrize("command", ["/tapaukset", "/selita", "/ohje"])
async def test_staff_command_of_a_person_is_taken_for_words(school: School, command: str) -> None:
    person = school.person()
    open_cases = len(school.room.topics)

    heard = await school.answers_to(person, command)

    assert "K-" not in words(heard)
    assert "ryhmä" not in words(heard)
    assert len(school.room.topics) == open_cases


async def test_command_of_a_person_does_nothing_in_the_staff_chat(school: School) -> None:
    """/unohda in the group forgets nobody."""
    before = len(school.room.messages())

    await school.staff.uses("/unohda", in_=school.room)
    await school.staff.uses("/tiedot", in_=school.room)
    await school.telegram.quiet()

    assert len(school.room.messages()) == before + 2


async def test_mistyped_command_is_read_whole_and_judged(school: School) -> None:
    person = school.person()

    heard = await school.answers_to(person, "/en jaksa enää haluan kuolla")

    assert "112" in heard[0].text
    assert "en jaksa enää haluan kuolla" in words(school.room.messages())


@pytest.mark.parametrize("command", ["/apua", "/aiheet", "/kieli", "/tiedot", "/unohda", "/start", "/lopeta"])
async def test_words_of_danger_after_a_command_are_judged(school: School, command: str) -> None:
    person = school.person()

    heard = await school.answers_to(person, f"{command} haluan kuolla")

    assert "112" in heard[0].text


async def test_command_with_the_name_of_the_bot_works(school: School) -> None:
    person = school.person()

    heard = await school.answers_to(person, "/aiheet@matala_test_bot")

    assert "Mistä näistä on kyse" in words(heard)


async def test_human_with_words_brings_the_words_along(school: School) -> None:
    person = school.person()

    heard = await school.answers_to(person, "/ihminen mulla on asiaa kesätyöstä")

    assert "Kerroin koulun aikuisille" in words(heard)
    assert "mulla on asiaa kesätyöstä" in words(school.room.messages())


async def test_commands_still_work_while_a_human_is_there(school: School) -> None:
    person = school.person()
    await school.answers_to(person, "/ihminen")
    await school.staff.presses("Otan tämän", in_=school.room)
    await person.hears("Koulun aikuinen on nyt tässä")

    topics = await school.answers_to(person, "/aiheet")
    ended = await school.answers_to(person, "/lopeta")

    assert "Mistä näistä on kyse" in words(topics)
    assert "Keskustelu on päätetty" in words(ended)
