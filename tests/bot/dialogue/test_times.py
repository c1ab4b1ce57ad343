"""Times in words, as seen from now, in Helsinki."""

from datetime import datetime

import pytest

from bot.dialogue.times import HELSINKI, clock, open_state, when
from content.hours import parse
from content.library import Library
from intents.language import Language

MONDAY = datetime(2026, 11, 23, 12, 0, tzinfo=HELSINKI)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=HELSINKI)


@pytest.mark.parametrize(
    ("moment", "language", "written"),
    [
        ("2026-11-23T09:00", Language.FI, "9"),
        ("2026-11-23T09:30", Language.FI, "9.30"),
        ("2026-11-23T09:05", Language.SV, "9.05"),
        ("2026-11-23T09:30", Language.EN, "9:30"),
        ("2026-11-23T00:00", Language.FI, "0"),
    ],
)
def test_clock_is_written_as_in_the_language(moment: str, language: Language, written: str) -> None:
    assert clock(at(moment), language) == written


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        pytest.param("2026-11-23T15:00", "klo 15", id="today"),
        pytest.param("2026-11-24T08:00", "huomenna klo 8", id="tomorrow"),
        pytest.param("2026-11-27T08:00", "perjantaina klo 8", id="this week"),
        pytest.param("2026-11-29T08:00", "sunnuntaina klo 8", id="six days on"),
        pytest.param("2026-11-30T08:00", "30.11. klo 8", id="a week on"),
        pytest.param("2027-01-07T09:30", "7.1. klo 9.30", id="next year"),
    ],
)
def test_moment_is_said_as_near_as_it_is(moment: str, said: str, sakky: Library) -> None:
    assert when(at(moment), MONDAY, sakky, Language.FI) == said


def test_utc_is_shown_in_helsinki(sakky: Library) -> None:
    moment = datetime.fromisoformat("2026-11-23T22:30:00+00:00")

    assert when(moment, MONDAY, sakky, Language.FI) == "huomenna klo 0.30"


@pytest.mark.parametrize(
    ("hours", "now", "said"),
    [
        pytest.param("24/7", MONDAY, "🕘 auki aina", id="always"),
        pytest.param("Mon-Fri 9-16", MONDAY, "🕘 auki nyt, sulkeutuu klo 16", id="open"),
        pytest.param("daily 9-24", MONDAY, "🕘 auki nyt, sulkeutuu klo 24", id="until midnight"),
        pytest.param(
            "daily 18-02", at("2026-11-23T23:00"), "🕘 auki nyt, sulkeutuu huomenna klo 2", id="past midnight"
        ),
        pytest.param(
            "Mon-Fri 9-16", at("2026-11-27T17:00"), "🕘 nyt kiinni, aukeaa maanantaina klo 9", id="weekend"
        ),
        pytest.param(
            "Mon-Fri 9-16; PH off", at("2026-12-24T17:00"), "aukeaa maanantaina klo 9", id="Christmas"
        ),
        pytest.param("2026-12-24 10-12", at("2027-01-01T12:00"), "🕘 nyt kiinni", id="never again"),
    ],
)
def test_open_state_says_until_or_from_when(hours: str, now: datetime, said: str, sakky: Library) -> None:
    assert said in open_state(parse(hours), now, sakky, Language.FI)
