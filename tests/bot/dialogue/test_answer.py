"""Answers: which services, in which order, and what is said of each way to reach them."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.channel import Message
from bot.dialogue.answer import SMALL_TALK, all_services, answer, describe, describe_shortly
from bot.dialogue.state import Person
from content.library import Library
from content.nights import FIRST_SERVICES
from content.schema import Role
from intents.language import ANSWERED, Language
from tests.bot.dialogue.conftest import labels


def text_of(message: Message) -> str:
    return "".join(part.text for part in message.parts)


@pytest.mark.parametrize("language", ANSWERED)
@pytest.mark.parametrize("role", Role)
def test_every_topic_is_answered_to_everybody_everywhere(
    sakky: Library, sskky: Library, noon: datetime, role: Role, language: Language
) -> None:
    """A topic whose answer cannot be made is a message that nobody gets."""
    for library in (sakky, sskky):
        for campus in (None, *library.campuses):
            person = Person("telegram:1", language, role=role, campus=campus)
            for topic in library.topics:
                message = answer(person, topic, library, noon)

                assert text_of(message).startswith(library.answer(topic, role=role, language=language)[:20])
                assert message.buttons


def test_three_services_are_enough_at_first_and_the_rest_is_a_press_away(
    person: Person, sakky: Library, noon: datetime
) -> None:
    first = answer(person, "anxiety", sakky, noon)
    everything = all_services(person, "anxiety", sakky, noon)

    assert text_of(first).count("\n\n") == FIRST_SERVICES
    assert labels(first)[0] == "Näytä lisää paikkoja"
    assert text_of(everything).count("\n\n") > FIRST_SERVICES


@pytest.mark.parametrize("topic", sorted(SMALL_TALK))
def test_small_talk_has_no_services_and_asks_for_no_thanks(
    person: Person, sakky: Library, noon: datetime, topic: str
) -> None:
    message = answer(person, topic, sakky, noon)

    assert "Auttoi" not in labels(message)
    assert "⚓ Ihmiselle" in labels(message)


def test_open_and_closed_are_said_of_lines_and_not_of_pages(sakky: Library, noon: datetime) -> None:
    """A page is always there; "open now" beside it would promise a human."""
    for service in sakky.services.values():
        for line in describe(service, Language.FI, sakky, noon).split("\n"):
            assert not (line.startswith("🔗") and "🕘" in line)


def test_unverified_contact_is_never_described(sakky: Library, noon: datetime) -> None:
    for service in sakky.services.values():
        described = describe(service, Language.FI, sakky, noon)
        hidden = [
            each.value for each in service.channels if not service.is_channel_shown(each) and each.value
        ]
        shown = [each.value for each in service.channels if service.is_channel_shown(each)]

        assert not [value for value in hidden if value not in shown and value in described]


def test_in_danger_a_service_is_one_line_with_the_way_that_answers_now(
    sakky: Library, noon: datetime
) -> None:
    night = noon + timedelta(hours=15)
    service = sakky.services["mieli-crisis-line-fi"]

    line = describe_shortly(service, Language.FI, sakky, night)

    assert "\n" not in line
    assert line.endswith("☎ 09 2525 0111 · 🕘 auki aina")


def test_line_that_does_not_speak_ones_language_says_so(sakky: Library, noon: datetime) -> None:
    described = describe(sakky.services["mieli-crisis-line-sv"], Language.FI, sakky, noon)

    assert "palvelee kielillä: ruotsi" in described


def test_button_data_of_every_answer_fits(sakky: Library, noon: datetime) -> None:
    person = Person("telegram:1", Language.FI)

    presses = [
        button.press
        for topic in sakky.topics
        for row in answer(person, topic, sakky, noon).buttons
        for button in row
    ]

    assert all(0 < len(press.encode()) <= 64 for press in presses)


def test_answer_speaks_to_the_role(person: Person, sakky: Library, noon: datetime) -> None:
    guardian = replace(person, role=Role.GUARDIAN)

    assert text_of(answer(person, "absence", sakky, noon)) != text_of(
        answer(guardian, "absence", sakky, noon)
    )


def last_block(message: Message) -> str:
    return text_of(message).split("\n\n")[-1]


@pytest.mark.parametrize(
    ("topic", "hour", "start"),
    [
        pytest.param("gambling", 19, "Nyt vastaa: **Sekasin-chat**", id="evening"),
        pytest.param("gambling", 3, "Nyt vastaa: **MIELI Kriisipuhelin", id="night"),
        pytest.param(
            "it-support", 3, "Jos jokin painaa yöllä: **MIELI Kriisipuhelin", id="practical, at night"
        ),
        pytest.param("it-support", 19, "**Wilma**", id="practical, in the evening"),
        pytest.param("violence-home", 3, "**Hätänumero 112**", id="the first ones answer"),
    ],
)
def test_whoever_writes_when_the_first_ones_are_closed_is_told_who_answers(
    person: Person, sakky: Library, noon: datetime, topic: str, hour: int, start: str
) -> None:
    """Voice, rule 6: if nobody is there, what is open now; it isn't cut away behind a button."""
    message = answer(person, topic, sakky, noon.replace(hour=hour))

    assert last_block(message).startswith(start)


def test_a_practical_matter_lists_the_line_for_nights_last_and_says_why(
    person: Person, sakky: Library, noon: datetime
) -> None:
    message = all_services(person, "travel", sakky, noon)

    assert last_block(message).startswith("Jos jokin painaa yöllä: **MIELI Kriisipuhelin")
