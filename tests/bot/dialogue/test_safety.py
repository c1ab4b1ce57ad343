"""Danger: the whole reply, the short one, and when which."""

import itertools
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.channel import Message
from bot.dialogue import safety
from bot.dialogue.state import Mode, Person
from content.library import Library
from content.schema import Role
from intents.language import ANSWERED, Language
from intents.risk import About, Kind, Level, Risk
from tests.bot.dialogue.conftest import Talk, heard

SUICIDE = Risk(Level.CRISIS, Kind.SUICIDE)
NIGHT = timedelta(hours=15, minutes=30)
A_SCREEN = 900  # characters that a phone shows without scrolling, or nearly


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("language", ANSWERED)
def test_every_danger_has_a_short_reply_with_112_and_somebody_who_answers_now(
    person: Person, sakky: Library, noon: datetime, kind: Kind, language: Language
) -> None:
    """Of whomever, to whomever, in the middle of the night."""
    for about, role in itertools.product(About, Role):
        someone = replace(person, language=language, role=role)

        reply = safety.reply_to(someone, Risk(Level.CRISIS, kind, about), sakky, noon + NIGHT)

        text = "".join(part.text for part in reply.parts)
        assert "**112**" in text.split("\n\n")[0]
        assert sakky.say("open.always", language=language) in text
        assert len(text) < A_SCREEN
        assert reply.anchor.startswith("⚓")


def test_reply_goes_with_an_alert(person: Person, sakky: Library, noon: datetime) -> None:
    step = safety.respond(person, SUICIDE, "low-mood", sakky, noon)

    assert step.is_safety
    assert step.handoff is not None
    assert step.handoff.risk == SUICIDE
    assert not step.handoff.is_asked


@pytest.mark.parametrize(
    ("risk", "after", "is_short"),
    [
        pytest.param(SUICIDE, timedelta(minutes=1), True, id="the same again"),
        pytest.param(SUICIDE, timedelta(minutes=11), False, id="the same, later"),
        pytest.param(Risk(Level.EMERGENCY, Kind.SUICIDE), timedelta(minutes=1), False, id="graver"),
        pytest.param(Risk(Level.CRISIS, Kind.VIOLENCE), timedelta(minutes=1), False, id="another danger"),
        pytest.param(
            Risk(Level.CRISIS, Kind.SUICIDE, About.FRIEND), timedelta(minutes=1), False, id="another's"
        ),
    ],
)
def test_short_reply_only_while_the_whole_one_is_in_sight(
    person: Person, sakky: Library, noon: datetime, risk: Risk, after: timedelta, is_short: bool
) -> None:
    first = safety.respond(person, SUICIDE, "", sakky, noon)

    second = safety.respond(first.person, risk, "", sakky, noon + after)

    assert (heard(second) == sakky.say("safety.again_unheard", language=Language.FI)) is is_short
    assert "112" in heard(second)


def test_one_who_writes_on_and_on_gets_the_whole_reply_again(
    person: Person, sakky: Library, noon: datetime
) -> None:
    """A line every five minutes for an hour: the numbers must not be gone for good."""
    whole = 0
    for minute in range(0, 60, 5):
        step = safety.respond(person, SUICIDE, "", sakky, noon + timedelta(minutes=minute))
        person = step.person
        whole += heard(step) != sakky.say("safety.again_unheard", language=Language.FI)

    assert whole == 6


def test_offer_of_a_human_can_be_declined(person: Person, sakky: Library) -> None:
    offer = safety.offer_human(person, sakky)

    assert isinstance(offer, Message)
    assert len(offer.buttons) == 2


@pytest.mark.parametrize(
    ("level", "is_danger"),
    [(Level.NONE, False), (Level.CONCERN, False), (Level.CRISIS, True), (Level.EMERGENCY, True)],
)
def test_crisis_and_emergency_are_danger(level: Level, is_danger: bool) -> None:
    assert safety.is_danger(Risk(level)) is is_danger


@pytest.mark.parametrize(
    ("mode", "key"),
    [
        pytest.param(Mode.WAITING, "safety.again", id="staff hear them"),
        pytest.param(Mode.HUMAN, "safety.again", id="somebody is there"),
        pytest.param(Mode.BOT, "safety.again_unheard", id="no staff hear them"),
    ],
)
def test_the_short_reply_promises_staff_only_where_they_hear(sakky: Library, mode: Mode, key: str) -> None:
    person = Person("telegram:1", Language.FI, mode=mode)

    assert safety.remind(person, sakky).parts[0].text == sakky.say(key, language=Language.FI)


async def test_while_nobody_is_there_the_numbers_are_shown_again_but_not_at_each_line(
    talk: Talk, waiting: Person, noon: datetime
) -> None:
    """A long night: who goes on writing sees who answers now, and is not buried in numbers."""
    night = noon + timedelta(hours=10)
    step = talk(replace(waiting, is_in_danger=True), "haluan kuolla", now=night)
    spoken = []
    for minutes in (5, 29, 31, 40, 62):
        step = talk(step.person, "en saa unta", now=night + timedelta(minutes=minutes))
        spoken.append("ennen heitä" in heard(step))
        assert step.relay is not None

    assert spoken == [False, False, True, False, True]
    assert "112" in heard(step)


async def test_in_duty_hours_or_without_danger_the_numbers_are_not_shown_again(
    talk: Talk, waiting: Person, noon: datetime
) -> None:
    in_duty = talk(replace(waiting, is_in_danger=True), "en saa unta", now=noon)
    calm = talk(waiting, "en saa unta", now=noon + timedelta(hours=10))

    assert "ennen heitä" not in heard(in_duty)
    assert "ennen heitä" not in heard(calm)
