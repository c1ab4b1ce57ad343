"""What is on at school: with the address of the same for a calendar of one's own, where there is one."""

from dataclasses import replace
from datetime import datetime

import pytest

from bot.dialogue import calendar
from bot.dialogue.state import Person
from bot.web.calendar import PATH
from content.events import Event
from content.library import Library
from content.schema import Role
from intents.language import Language
from tests.bot.dialogue.conftest import CHAT

SITE = "https://matala.example.fi"
FEED = f"{SITE}/calendar/kuopio.ics"


@pytest.fixture
def lively(sakky: Library) -> Library:
    """A school where something happens."""
    event = Event.model_validate({"id": "evening", "title": {"fi": "Ilta"}, "starts": "2026-11-24 15:00"})
    return replace(sakky, events=(event,))


def last_line(person: Person, library: Library, now: datetime) -> str:
    return calendar.whats_on(person, library, now).parts[0].text.split("\n\n")[-1]


def test_the_address_is_that_of_the_page() -> None:
    assert calendar.FEED == PATH


@pytest.mark.parametrize(
    ("language", "role", "address"),
    [
        pytest.param(Language.FI, None, FEED, id="as it is"),
        pytest.param(Language.SV, None, f"{FEED}?lang=sv", id="in Swedish"),
        pytest.param(Language.EN, Role.GUARDIAN, f"{FEED}?lang=en&role=guardian", id="for a guardian"),
    ],
)
def test_the_feed_of_ones_campus_is_told(
    lively: Library, noon: datetime, language: Language, role: Role | None, address: str
) -> None:
    person = Person(CHAT, language, role=role, campus="kuopio", site=SITE)

    assert last_line(person, lively, noon).endswith(f": {address}")


@pytest.mark.parametrize(
    ("campus", "site"),
    [
        pytest.param("kuopio", "", id="no pages"),
        pytest.param("kuopio", "http://127.0.0.1:8080", id="pages on this machine alone"),
        pytest.param(None, SITE, id="no campus"),
    ],
)
def test_an_address_that_leads_nowhere_is_not_told(
    lively: Library, noon: datetime, campus: str | None, site: str
) -> None:
    assert "ics" not in last_line(Person(CHAT, Language.FI, campus=campus, site=site), lively, noon)


def test_a_school_that_keeps_no_calendar_has_no_feed_to_tell(sakky: Library, noon: datetime) -> None:
    person = Person(CHAT, Language.FI, campus="kuopio", site=SITE)

    assert "ics" not in last_line(person, replace(sakky, events=()), noon)
