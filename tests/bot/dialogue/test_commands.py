"""Commands of people: what each leads to."""

from dataclasses import replace

import pytest

from bot.dialogue.commands import COMMANDS, KNOWN_COMMANDS
from bot.dialogue.state import Person
from tests.bot.dialogue.conftest import Talk, heard


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("mode", ["stranger", "person", "waiting", "with_human"])
def test_each_command_leads_somewhere_in_every_state(
    command: str, mode: str, talk: Talk, request: pytest.FixtureRequest
) -> None:
    step = talk(request.getfixturevalue(mode), command=command)

    assert step.replies or step.handoff or step.exports or step.ends_case
    assert not step.forgets


def test_commands_are_those_that_telegram_can_hold() -> None:
    """1-32 small letters, digits and underscores each; Bot API, BotCommand."""
    assert all(name.isascii() and name.islower() and len(name) <= 32 for name in KNOWN_COMMANDS)


def test_ending_ends_only_what_is_there(
    person: Person, with_human: Person, waiting: Person, talk: Talk
) -> None:
    assert not talk(person, command="lopeta").ends_case
    assert talk(waiting, command="lopeta").ends_case
    assert talk(with_human, command="lopeta").ends_case


def test_records_are_asked_for(person: Person, talk: Talk) -> None:
    assert talk(person, command="tiedot").exports


@pytest.mark.parametrize(
    ("payload", "campus", "topic"),
    [
        ("kuopio", "kuopio", ""),
        ("KUOPIO", "kuopio", ""),
        ("kuopio-anxiety", "kuopio", "anxiety"),
        ("kuopio-no-place-to-sleep", "kuopio", "no-place-to-sleep"),
        ("no-place-to-sleep", None, "no-place-to-sleep"),
        ("kuopio-gone", "kuopio", ""),
        ("helsinki-anxiety", None, ""),
        ("-", None, ""),
        ("", None, ""),
    ],
)
def test_payload_of_a_link_is_campus_and_topic(
    stranger: Person, talk: Talk, payload: str, campus: str | None, topic: str
) -> None:
    step = talk(stranger, payload, command="start")

    assert step.person.campus == campus
    assert step.understood == topic
    assert "botti" in heard(step)


def test_words_typed_after_start_are_answered(stranger: Person, talk: Talk) -> None:
    assert talk(stranger, "mulla ei oo rahaa", command="start").understood == "money-trouble"


@pytest.mark.parametrize("text", ["ABCD-EFGH", ""])
def test_a_staff_code_in_a_private_chat_is_answered_and_goes_to_nobody(
    talk: Talk, with_human: Person, text: str
) -> None:
    step = talk(with_human, text, command="liity")

    assert step.relay is None
    assert "siinä ryhmässä" in heard(step)


def test_without_any_staff_chat_the_greeting_promises_nobody(talk: Talk, stranger: Person) -> None:
    alone = replace(stranger, has_staff=False)

    for step in (talk(alone, command="start"), talk(alone, "moi"), talk(alone, "mistä saan opintotukea")):
        assert "en juuri nyt tavoita" in heard(step)
        assert "pääset juttelemaan" not in heard(step)
    assert "pääset juttelemaan" in heard(talk(stranger, command="start"))
