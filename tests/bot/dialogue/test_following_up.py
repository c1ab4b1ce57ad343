"""The one question below an answer: it can be answered, passed over or grow old, and never stands in the way."""

from dataclasses import replace
from datetime import datetime

import pytest

from bot.channel import Message, PressAnswer
from bot.dialogue import presses
from bot.dialogue.presses import DATA_LIMIT, Verb
from bot.dialogue.state import Mode, Person
from content.library import Library
from content.schema import Role
from intents.language import ANSWERED, Language
from tests.bot.dialogue.conftest import Talk, heard, labels

AWAY = "oon ollu paljon poissa koulusta"
QUESTION = "Mikä tätä kuvaa parhaiten?"


def messages_of(replies: tuple[object, ...]) -> list[Message]:
    return [each for each in replies if isinstance(each, Message)]


def test_the_answer_comes_first_and_the_question_below_it(person: Person, talk: Talk, sakky: Library) -> None:
    step = talk(person, AWAY)

    first, question = messages_of(step.replies)
    assert "Auttoi" in labels(first)
    assert question.parts[0].text == QUESTION
    assert labels(question)[-1] == "Ohita"


def test_the_same_matter_is_not_asked_about_twice(person: Person, talk: Talk) -> None:
    step = talk(talk(person, AWAY).person, AWAY)

    assert QUESTION not in heard(step)


def test_staff_are_asked_nothing(person: Person, talk: Talk) -> None:
    step = talk(replace(person, role=Role.STAFF), AWAY)

    assert QUESTION not in heard(step)


def test_after_danger_nothing_more_is_asked(person: Person, talk: Talk, noon: datetime) -> None:
    """The numbers would be buried below questions."""
    lately = person.remembering(safety_at=noon.isoformat(), safety_level=2)

    assert QUESTION not in heard(talk(lately, AWAY))


def test_a_choice_is_answered_with_what_fits_it(person: Person, talk: Talk, sakky: Library) -> None:
    person = replace(person, campus="kuopio")

    step = talk(person, press=presses.data(Verb.CHOICE, "absence", "sick-today"), press_id="1")

    end, reply = step.replies
    assert end == PressAnswer(person.chat, "1", "")
    assert isinstance(reply, Message)
    assert reply.parts[0].text.startswith("Jää rauhassa lepäämään.")
    assert sakky.services["medical-helpline-116117"].name.fi in reply.parts[0].text
    assert step.understood == "absence"
    assert step.person.memory.topic == "absence"


@pytest.mark.parametrize("text", ["Sairaana tänään", "sairaana tänään.", "Ill today"])
def test_a_choice_can_be_typed(person: Person, talk: Talk, text: str) -> None:
    asked = talk(person, AWAY).person

    assert "Jää rauhassa lepäämään." in heard(talk(replace(asked, language_chosen=True), text))


def test_what_was_typed_later_is_read_as_it_is(person: Person, talk: Talk) -> None:
    """ "Alle 18" belongs to a question, and only to the one that was just asked."""
    elsewhere = person.remembering(topic="sleep")

    assert "Jää rauhassa lepäämään." not in heard(talk(elsewhere, "Sairaana tänään"))


def test_guardians_read_their_own(person: Person, talk: Talk) -> None:
    guardian = replace(person, role=Role.GUARDIAN, campus="kuopio")

    step = talk(guardian, press=presses.data(Verb.CHOICE, "absence", "long-away"), press_id="1")

    assert "Pitkä poissaolo painaa koko kotia" in heard(step)


def test_a_choice_may_lead_to_another_topic(person: Person, talk: Talk, sakky: Library) -> None:
    step = talk(person, press=presses.data(Verb.CHOICE, "absence", "anxious"), press_id="1")

    assert sakky.answer("anxiety", role=Role.STUDENT, language=Language.FI) in heard(step)
    assert step.person.memory.topic == "anxiety"


def test_the_campus_is_asked_once_the_question_is_answered(person: Person, talk: Talk) -> None:
    """One question at a time, and only where the answer depends on it."""
    asked = talk(person, AWAY)
    answered = talk(asked.person, press=presses.data(Verb.CHOICE, "absence", "long-away"), press_id="1")

    assert "Missä opiskelet?" not in heard(asked)
    assert "Missä opiskelet?" in heard(answered)


def test_the_question_can_be_passed_over(person: Person, talk: Talk) -> None:
    step = talk(person, press=presses.data(Verb.CHOICE, "absence", presses.ANY), press_id="1")

    assert heard(step) == "Selvä, ei tarvitse kertoa."


@pytest.mark.parametrize(
    "press",
    [
        "choice",
        "choice:absence",
        "choice:absence:gone",
        "choice:gone:sick-today",
        "choice:gone:-",
        "choice:meals:sick-today",
        "choice:absence:sick-today:more",
        "page",
        "page:gone",
        "page:../x",
    ],
)
def test_a_button_that_has_grown_old_leads_to_the_beginning(person: Person, talk: Talk, press: str) -> None:
    step = talk(person, press=press, press_id="1")

    assert heard(step) == "Tuo nappi on jo vanha. Tästä pääset alkuun."


def test_while_a_human_talks_the_bot_asks_nothing(with_human: Person, talk: Talk) -> None:
    assert with_human.mode is Mode.HUMAN
    assert QUESTION not in heard(talk(with_human, AWAY))


@pytest.mark.parametrize("language", ANSWERED)
@pytest.mark.parametrize("role", [Role.STUDENT, Role.GUARDIAN])
def test_every_choice_of_every_question_can_be_pressed_by_whom_it_is_asked(
    sakky: Library, sskky: Library, person: Person, talk: Talk, role: Role, language: Language
) -> None:
    asked = 0
    for library in (sakky, sskky):
        for topic in library.topics.values():
            if topic.follow_up is None or role not in topic.follow_up.roles:
                continue
            for choice in topic.follow_up.choices:
                press = presses.data(Verb.CHOICE, topic.id, choice.id)
                step = talk(replace(person, role=role, language=language), press=press, press_id="1")
                asked += 1

                assert len(press.encode()) <= DATA_LIMIT
                assert "Auttoi" in str(step.replies) or language is not Language.FI
                assert step.understood == (choice.topic or topic.id)
                if role is Role.GUARDIAN and choice.answers is not None:
                    assert choice.answers.guardian is not None, (topic.id, choice.id)
    assert asked
