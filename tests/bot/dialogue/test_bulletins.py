"""Subscribing by buttons: what was pressed long ago, or made up, does nothing."""

from dataclasses import replace

import pytest

from bot.dialogue import bulletins, presses
from bot.dialogue.presses import Verb
from bot.dialogue.state import Person, Wish, WishChange
from content.library import Library
from content.schema import Role
from storage.retention import RETENTION
from storage.subscriptions import EVERY_CAMPUS
from tests.bot.dialogue.conftest import Talk, heard, labels

GUARDIAN_OF_KUOPIO = Wish("guardian", "kuopio")


def test_what_people_are_told_is_how_long_it_is_kept() -> None:
    assert RETENTION["subscriptions"].keep == bulletins.LASTS


def test_who_told_their_role_finds_it_first(person: Person, talk: Talk) -> None:
    step = talk(replace(person, role=Role.GUARDIAN), command="tilaa")

    assert labels(step.replies[0]) == ["Huoltajille", "Opiskelijoille", "Ohita"]


def test_who_says_to_be_staff_cannot_subscribe_to_what_is_for_staff(person: Person, talk: Talk) -> None:
    """Design, section 4: only staff see staff things, and to say so is a press of a button."""
    asked = talk(replace(person, role=Role.STAFF), command="tilaa")
    made_up = talk(person, press=presses.data(Verb.SUBSCRIBE, "staff", "kuopio"))

    assert "Henkilökunnalle" not in labels(asked.replies[0])
    assert made_up.wish is None


def test_the_own_campus_comes_first(person: Person, talk: Talk) -> None:
    step = talk(replace(person, campus="iisalmi"), press=presses.data(Verb.SUBSCRIBE, "student"))

    assert labels(step.replies[1])[0] == "Iisalmi"
    assert labels(step.replies[1])[-1] == "Kaikki kampukset"


@pytest.mark.parametrize("campus", ["kuopio", EVERY_CAMPUS])
def test_a_campus_is_chosen_or_all_of_them(person: Person, talk: Talk, campus: str) -> None:
    step = talk(person, press=presses.data(Verb.SUBSCRIBE, "guardian", campus))

    assert step.wish == WishChange(Wish("guardian", campus), is_wanted=True)
    assert "Päättyy" not in heard(step)
    assert "Huoltajille" in heard(step)


@pytest.mark.parametrize(
    "data",
    [
        "subscribe:headmaster",
        "subscribe:guardian:atlantis",
        "subscribe:guardian:kuopio:more",
        "unsubscribe:a:b:c",
    ],
)
def test_what_nobody_can_have_pressed_is_an_old_button(person: Person, talk: Talk, data: str) -> None:
    step = talk(person, press=data)

    assert step.wish is None
    assert "vanha" in heard(step)


def test_skipping_subscribes_to_nothing(person: Person, talk: Talk) -> None:
    step = talk(person, press=presses.data(Verb.SUBSCRIBE, presses.ANY))

    assert (step.wish, heard(step)) == (None, "Selvä, ei tarvitse kertoa.")


def test_ending_shows_what_is_left(person: Person, talk: Talk) -> None:
    person = replace(person, wishes=(GUARDIAN_OF_KUOPIO, Wish("student", EVERY_CAMPUS)))

    one = talk(person, press=presses.data(Verb.UNSUBSCRIBE, "guardian", "kuopio"))
    every = talk(person, press=presses.data(Verb.UNSUBSCRIBE, presses.YES))

    assert one.wish == WishChange(GUARDIAN_OF_KUOPIO, is_wanted=False)
    assert "Opiskelijoille, Kaikki kampukset" in heard(one)
    assert every.wish == WishChange(None, is_wanted=False)


def test_while_a_school_keeps_no_news_the_topic_is_answered_as_ever(
    person: Person, talk: Talk, sakky: Library
) -> None:
    step = talk(person, press=presses.data(Verb.TOPIC, "current-news"))

    assert sakky.news == {}
    assert "en arvaa" in heard(step)
