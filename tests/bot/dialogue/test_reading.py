"""Pages and the ladder: shown to those for whom they are written, in their words, and within one message."""

from dataclasses import replace
from datetime import datetime

import pytest

from bot.channel import Message
from bot.dialogue import presses
from bot.dialogue.answer import answer
from bot.dialogue.presses import Verb
from bot.dialogue.reading import asks_about_anchor, read_ladder, read_page
from bot.dialogue.state import Person
from bot.telegram.render import as_plain
from content.checking_care import MESSAGE_LIMIT, utf16
from content.library import Library
from content.schema import Role
from content.schema_fields import FullText
from content.schema_pages import LadderFile
from intents.language import ANSWERED, Language
from tests.bot.dialogue.conftest import Talk, heard, labels


@pytest.mark.parametrize("language", ANSWERED)
@pytest.mark.parametrize("role", Role)
def test_every_page_and_ladder_fits_in_one_message(
    sakky: Library, sskky: Library, person: Person, noon: datetime, role: Role, language: Language
) -> None:
    for library in (sakky, sskky):
        assert library.ladder is not None
        for campus in (None, *library.campuses):
            reader = replace(person, role=role, language=language, campus=campus)
            shown = [read_page(reader, page, library, noon) for page in library.pages]
            shown.append(read_ladder(reader, library.ladder, library))

            assert all(utf16(as_plain(each.parts)) <= MESSAGE_LIMIT for each in shown)
            assert all(each.buttons for each in shown)


def test_a_page_is_a_press_away_from_the_answer(person: Person, talk: Talk, sakky: Library) -> None:
    below = [labels(each) for each in talk(person, "en saa unta").replies if isinstance(each, Message)]

    step = talk(person, press=presses.data(Verb.PAGE, "sleep-rhythm"), press_id="1")

    assert "📖 Unirytmi takaisin" in below[0]
    assert heard(step).startswith("**Unirytmi takaisin**\n\nKun yö ja päivä")


@pytest.mark.parametrize(
    ("role", "titles"),
    [
        pytest.param(Role.STUDENT, ["📖 Ensimmäinen päivä takaisin"], id="students"),
        pytest.param(
            Role.GUARDIAN, ["📖 Miten puhua poissaoloista", "Näin koulu tukee poissaoloissa"], id="guardians"
        ),
        pytest.param(
            Role.STAFF, ["📖 Huolen puheeksi ottaminen", "Näin koulu tukee poissaoloissa"], id="staff"
        ),
    ],
)
def test_each_role_is_offered_what_is_written_for_it(
    person: Person, sakky: Library, noon: datetime, role: Role, titles: list[str]
) -> None:
    offered = labels(answer(replace(person, role=role), "absence", sakky, noon))

    reading = [each for each in offered if each.startswith(("📖", "Näin koulu"))]
    assert reading == titles


def test_a_page_opened_in_another_role_is_still_read(person: Person, sakky: Library, noon: datetime) -> None:
    """Whoever says later that they are a guardian may press what they were shown before."""
    guardian = replace(person, role=Role.GUARDIAN)

    assert "Kun yö ja päivä" in read_page(guardian, "sleep-rhythm", sakky, noon).parts[0].text


@pytest.mark.parametrize(("role", "words"), [(Role.GUARDIAN, "Näet alaikäisen"), (Role.STAFF, "Ota itse")])
def test_the_ladder_speaks_to_guardians_and_to_staff(
    person: Person, talk: Talk, role: Role, words: str
) -> None:
    step = talk(replace(person, role=role), press=presses.data(Verb.LADDER), press_id="1")

    assert words in heard(step)


def test_numbers_that_the_school_has_not_told_are_not_shown(
    sakky: Library, sskky: Library, person: Person
) -> None:
    """Design, section 4: nothing is invented; the pack says that it does not know."""
    for library in (sakky, sskky):
        assert library.ladder is not None
        shown = read_ladder(replace(person, role=Role.GUARDIAN), library.ladder, library).parts[0].text

        assert not library.ladder.has_numbers
        assert "en sano lukuja" in shown


def test_numbers_that_the_school_has_told_are_shown(sakky: Library, person: Person) -> None:
    assert sakky.ladder is not None
    first, *rest = sakky.ladder.rungs
    at = FullText(fi="10 tuntia jaksossa", sv="10 timmar", en="10 hours")
    ladder: LadderFile = sakky.ladder.model_copy(
        update={"rungs": (first.model_copy(update={"at": at}), *rest)}
    )

    shown = read_ladder(replace(person, role=Role.GUARDIAN), ladder, sakky).parts[0].text

    assert "**1. Poissaolo huomataan** (10 tuntia jaksossa)" in shown
    assert "en sano lukuja" not in shown


def test_without_a_ladder_there_is_no_button_and_an_old_one_is_stale(
    person: Person, talk: Talk, sakky: Library, noon: datetime
) -> None:
    without = replace(sakky, ladder=None)
    guardian = replace(person, role=Role.GUARDIAN)

    assert "Näin koulu tukee poissaoloissa" not in labels(answer(guardian, "absence", without, noon))


@pytest.mark.parametrize(
    "text",
    [
        "mikä tämä ankkurinappi on",
        "mitä ankkurinapista tapahtuu?",
        "Vad är ankarknappen",
        "what does the anchor button do",
    ],
)
def test_to_ask_what_the_button_does_is_not_to_press_it(person: Person, talk: Talk, text: str) -> None:
    """Nobody is alerted by a question about the button."""
    step = talk(person, text)

    assert step.handoff is None
    assert "⚓" in heard(step)
    assert "112" in heard(step)


@pytest.mark.parametrize(
    "text",
    [
        "haluun puhua ihmiselle",
        "vedin liikaa nappeja",
        "⚓ mikä tämä on",
        "painoin ankkuria",
        "mikä ankkuri on",
    ],
)
def test_other_words_are_no_question_about_the_button(text: str) -> None:
    """A pill is "nappi" too, and whatever begins with the anchor is a call for a human."""
    assert not asks_about_anchor(text)


def test_danger_goes_before_a_question_about_the_button(person: Person, talk: Talk) -> None:
    step = talk(person, "mikä ankkurinappi on, haluan kuolla")

    assert step.is_safety
    assert step.handoff is not None
