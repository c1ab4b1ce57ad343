"""Which messages are kept for the keepers of content: what was not understood, and nothing of danger."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.dialogue import presses
from bot.dialogue.presses import Verb
from bot.dialogue.state import Outcome, Person
from bot.dialogue.unanswered import LONGEST, MOST_IN_A_ROW, answered_wrongly, kept
from content.library import Library
from intents.language import Language
from intents.matcher import Candidate
from intents.risk import Kind, Level, Risk
from intents.understanding import Understanding
from tests.bot.dialogue.conftest import Talk

STRANGE = "kvzqx flrbn wtfgh"
NOT_UNDERSTOOD = Understanding(Language.FI, Risk(Level.NONE), (Candidate("meals", 9.0),), None)


def test_a_declined_message_is_kept(talk: Talk, person: Person) -> None:
    step = talk(person.remembering(misses=1), STRANGE)  # asked once already: it is not asked again

    assert step.unanswered is not None
    assert step.unanswered.text == STRANGE
    assert step.unanswered.outcome is Outcome.DECLINED


def test_a_message_that_is_asked_about_is_kept_with_what_was_guessed(talk: Talk, person: Person) -> None:
    step = talk(person, "apua siihen")

    assert step.unanswered is not None
    assert step.unanswered.outcome is Outcome.ASKED
    assert step.unanswered.guesses


@pytest.mark.parametrize("text", ["mistä saan opintotukea?", "moi", "haluun puhua ihmiselle"])
def test_what_was_understood_is_not_kept(talk: Talk, person: Person, text: str) -> None:
    assert talk(person, text).unanswered is None


@pytest.mark.parametrize("text", ["haluun kuolla", "en jaksa enää mitään"])
def test_danger_and_worry_are_never_kept(talk: Talk, person: Person, text: str) -> None:
    """They belong to humans, not on lists."""
    assert talk(person, text).unanswered is None


@pytest.mark.parametrize("level", [Level.CONCERN, Level.CRISIS, Level.EMERGENCY])
def test_a_grave_message_is_not_kept_whatever_became_of_it(
    person: Person, level: Level, noon: datetime
) -> None:
    found = replace(NOT_UNDERSTOOD, risk=Risk(level, Kind.DISTRESS))

    assert kept(person, STRANGE, found, Outcome.DECLINED, now=noon) is None


def test_what_follows_a_danger_or_a_worry_is_not_kept(talk: Talk, person: Person, noon: datetime) -> None:
    """ "en tiiä" after "haluun kuolla" is still about that."""
    in_danger = talk(person, "haluun kuolla").person
    worried = talk(person, "en jaksa enää mitään").person

    assert talk(in_danger, STRANGE, now=noon + timedelta(hours=1)).unanswered is None
    assert talk(worried, STRANGE).unanswered is None


def test_what_humans_get_is_not_kept(talk: Talk, waiting: Person, with_human: Person) -> None:
    assert talk(waiting, STRANGE).unanswered is None
    assert talk(with_human, STRANGE).unanswered is None


def test_a_language_in_which_danger_cannot_be_read_is_not_kept(talk: Talk, person: Person) -> None:
    assert talk(person, "мне очень плохо и я не знаю что делать").unanswered is None


@pytest.mark.parametrize(
    ("text", "is_kept"),
    [
        pytest.param("q", False, id="a letter"),
        pytest.param("qz", True, id="two"),
        pytest.param("q" * LONGEST, True, id="as long as may be"),
        pytest.param("q" * (LONGEST + 1), False, id="a story"),
    ],
)
def test_only_what_has_the_length_of_a_phrase_is_kept(
    person: Person, text: str, is_kept: bool, noon: datetime
) -> None:
    assert (kept(person, text, NOT_UNDERSTOOD, Outcome.DECLINED, now=noon) is not None) is is_kept


def test_who_plays_with_the_bot_does_not_fill_the_list(talk: Talk, person: Person) -> None:
    wishes = []
    for _ in range(MOST_IN_A_ROW + 3):
        step = talk(person, STRANGE)
        person = step.person
        wishes.append(step.unanswered)

    assert len([wish for wish in wishes if wish]) == MOST_IN_A_ROW


def test_what_is_kept_is_masked(talk: Talk, person: Person) -> None:
    wish = talk(person, f"{STRANGE} 040 123 4567").unanswered

    assert wish is not None
    assert wish.text == f"{STRANGE} [puhelin]"


class TestNotMeant:
    def test_a_press_says_which_answer_was_not_meant(self, talk: Talk, person: Person) -> None:
        asked = talk(person, press=presses.data(Verb.NOT_MEANT, "it-support"), press_id="1")

        assert asked.not_meant == "it-support"

    def test_a_second_press_says_nothing_more(self, talk: Talk, person: Person) -> None:
        press = presses.data(Verb.NOT_MEANT, "it-support")
        once = talk(person, press=press, press_id="1").person

        assert talk(once, press=press, press_id="2").not_meant == ""

    def test_none_of_these_was_kept_when_it_was_asked(self, talk: Talk, person: Person) -> None:
        press = presses.data(Verb.NOT_MEANT, presses.ANY)

        assert talk(person, press=press, press_id="1").not_meant == ""

    def test_the_message_of_that_answer_is_found_among_the_last(
        self, person: Person, sakky: Library, noon: datetime
    ) -> None:
        said = [STRANGE, "mistä saan opintotukea?", "moi"]

        wish = answered_wrongly(person, "student-finance", said, sakky, now=noon)

        assert wish is not None
        assert (wish.text, wish.outcome) == ("mistä saan opintotukea?", Outcome.NOT_MEANT)

    def test_a_message_that_led_elsewhere_is_not_taken_for_it(
        self, person: Person, sakky: Library, noon: datetime
    ) -> None:
        assert (
            answered_wrongly(person, "dental", ["mistä saan opintotukea?", STRANGE], sakky, now=noon) is None
        )

    def test_a_dangerous_message_is_not_kept_however_it_was_answered(
        self, person: Person, sakky: Library, noon: datetime
    ) -> None:
        found = sakky.reader.understand("haluun kuolla")
        assert found.topic is not None

        assert answered_wrongly(person, found.topic, ["haluun kuolla"], sakky, now=noon) is None
