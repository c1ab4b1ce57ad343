"""What is guessed about people, and what is not."""

from dataclasses import replace
from datetime import datetime

import pytest

from bot.channel import Turn
from bot.dialogue import onboarding
from bot.dialogue.state import Person
from content.library import Library
from content.schema import Role
from intents.language import Language
from tests.bot.dialogue.conftest import CHAT, Talk, heard, labels


@pytest.mark.parametrize(
    ("text", "role"),
    [
        pytest.param("poikani ei mene kouluun", Role.GUARDIAN, id="my son"),
        pytest.param(
            "Poika ei ole käynyt koulussa kahteen viikkoon", Role.GUARDIAN, id="the son, first of all"
        ),
        pytest.param("tytär on ollut poissa koulusta", Role.GUARDIAN, id="the daughter, first of all"),
        pytest.param("meidän nuori pelaa yöt", Role.GUARDIAN, id="our young one"),
        pytest.param("kysyn huoltajana", Role.GUARDIAN, id="as a guardian"),
        pytest.param("min son går inte i skolan", Role.GUARDIAN, id="Swedish"),
        pytest.param("my daughter won't go to school", Role.GUARDIAN, id="English"),
        pytest.param("mun poikaystävä jätti mut", None, id="a boyfriend"),
        pytest.param("poika ei puhu mulle koulussa", None, id="a boy at school"),
        pytest.param("tyttö on ihana mun koulussa", None, id="a girl at school"),
        pytest.param("my boyfriend hit me", None, id="boyfriend in English"),
        pytest.param("äiti ei ymmärrä mua", None, id="one's own mother"),
    ],
)
def test_guardian_is_known_by_how_they_speak_of_the_child(text: str, role: Role | None) -> None:
    assert onboarding.guess_role(text) is role


@pytest.mark.parametrize(
    ("text", "campus"),
    [
        ("opiskelen Kuopiossa", "kuopio"),
        ("oon siilinjärvellä", "siilinjarvi"),
        ("VARKAUDEN kampus", "varkaus"),
        ("asun helsingissä", None),
        ("kuopiosta varkaus on tunnin päässä", None),
    ],
)
def test_campus_is_known_when_exactly_one_is_named(text: str, campus: str | None, sakky: Library) -> None:
    assert onboarding.guess_campus(text, sakky) == campus


def test_only_campus_of_a_school_needs_no_asking(stranger: Person, sskky: Library) -> None:
    assert onboarding.settled(stranger, sskky).campus == "salo"


@pytest.mark.parametrize(
    ("hint", "language"),
    [
        ("sv-FI", Language.SV),
        ("en", Language.EN),
        ("fi", Language.FI),
        ("uk", Language.FI),
        ("", Language.FI),
    ],
)
def test_first_language_is_that_of_the_device(hint: str, language: Language) -> None:
    assert onboarding.at_first(Turn(CHAT, language_hint=hint)) is language


@pytest.mark.parametrize(
    ("text", "guessed", "language"),
    [
        pytest.param("what the hell man", Language.EN, Language.EN, id="a sentence"),
        pytest.param("whatever", Language.EN, Language.FI, id="a word"),
        pytest.param("???", None, Language.FI, id="no sign"),
        pytest.param("я не знаю що робити", Language.UK, Language.EN, id="one that we do not answer in"),
    ],
)
def test_language_is_sticky(
    person: Person, sakky: Library, text: str, guessed: Language | None, language: Language
) -> None:
    assert onboarding.learn(person, text, guessed, sakky).language is language


def test_chosen_language_is_not_guessed_away(person: Person, sakky: Library) -> None:
    chosen = replace(person, language=Language.SV, language_chosen=True)

    assert onboarding.learn(chosen, "this is a whole sentence", Language.EN, sakky).language is Language.SV


def test_campus_is_asked_only_where_it_matters_and_once(person: Person, talk: Talk) -> None:
    first = talk(person, "haluisin jonkun harrastuksen")
    second = talk(first.person, "haluisin jonkun harrastuksen nyt")

    assert "Ohita" in labels(first.replies[-1])
    assert "Missä opiskelet" not in heard(second)


def test_typed_campus_answers_the_question(person: Person, talk: Talk) -> None:
    asked = talk(person, "haluisin jonkun harrastuksen").person

    step = talk(asked, "Varkaus")

    assert step.person.campus == "varkaus"
    assert "Selvä, Varkaus." in heard(step)


def test_campus_that_was_not_asked_for_is_learnt_in_passing(person: Person, talk: Talk) -> None:
    step = talk(person, "opiskelen iisalmessa ja mulla ei oo rahaa ruokaan")

    assert step.person.campus == "iisalmi"
    assert step.understood == "money-trouble"


def test_every_question_can_be_skipped(person: Person, sakky: Library, noon: datetime) -> None:
    assert "Ohita" in labels(onboarding.ask_campus(person, sakky))
    assert "Ohita" in labels(onboarding.ask_role(person, sakky))
