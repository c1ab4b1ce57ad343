"""The feed of a campus: what calendars on phones make of it is what /tapahtumat says."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from dateutil.rrule import rrulestr
from icalendar import Calendar
from icalendar import Event as Entry

from bot.web.calendar import feed
from content.events import Event, occurrences
from content.hours import HELSINKI
from content.library import Library
from content.schema import Role
from intents.language import Language

WEEKLY = {
    "id": "club",
    "title": {"fi": "Kerho", "sv": "Klubb"},
    "place": {"fi": "Kirjasto; 2. kerros, ovi A"},
    "starts": "2026-10-20 11:00",
    "ends": "2026-10-20 11:45",
    "repeats": "FREQ=WEEKLY;BYDAY=TU",
    "until": "2026-11-10",
    "not_on": ["2026-11-03"],
    "also_on": ["2026-11-05"],
}


def read(library: Library, *events: dict[str, Any], **how: Any) -> list[Entry]:
    """Return the entries of a feed, read as a calendar reads them."""
    library = replace(library, events=tuple(map(Event.model_validate, events)))
    options = {"language": Language.FI, "role": None, "now": datetime(2026, 11, 22, tzinfo=HELSINKI)} | how
    body = feed(library, "kuopio", **options)
    assert b"\r\n" in body
    assert all(len(line) <= 75 for line in body.split(b"\r\n")), "RFC 5545, 3.1"
    return list(Calendar.from_ical(body).walk("VEVENT"))


def test_a_calendar_counts_the_same_times_as_we_do(sakky: Library) -> None:
    [entry] = read(sakky, WEEKLY)
    ours = occurrences(
        [Event.model_validate(WEEKLY)],
        datetime(2026, 1, 1, tzinfo=HELSINKI),
        datetime(2027, 1, 1, tzinfo=HELSINKI),
    )

    rule = rrulestr(entry["RRULE"].to_ical().decode(), dtstart=entry["DTSTART"].dt)
    left_out = [each.dt for each in entry["EXDATE"].dts]
    theirs = {*rule, *(each.dt for each in entry["RDATE"].dts)} - set(left_out)

    assert sorted(theirs) == [each.starts_at for each in ours]
    assert entry["DTSTART"].params["TZID"] == "Europe/Helsinki"


def test_an_all_day_event_ends_on_the_day_after_its_last(sakky: Library) -> None:
    [entry] = read(
        sakky, {"id": "days", "title": {"fi": "Päivät"}, "starts": "2026-11-23", "ends": "2026-11-25"}
    )

    assert (entry["DTSTART"].dt, entry["DTEND"].dt) == (date(2026, 11, 23), date(2026, 11, 26))


@pytest.mark.parametrize(
    ("language", "title"),
    [(Language.SV, "Klubb"), (Language.EN, "Kerho")],
    ids=["in Swedish", "or in Finnish"],
)
def test_words_come_in_a_language_and_with_their_commas(
    sakky: Library, language: Language, title: str
) -> None:
    [entry] = read(sakky, WEEKLY, language=language)

    assert str(entry["SUMMARY"]) == title
    assert str(entry["LOCATION"]) == "Kirjasto; 2. kerros, ovi A"


def test_what_is_elsewhere_or_for_staff_alone_is_left_out(sakky: Library) -> None:
    once = {"title": {"fi": "Ilta"}, "starts": "2026-11-25 17:30"}
    events = (
        {**once, "id": "here", "campuses": ["kuopio"]},
        {**once, "id": "elsewhere", "campuses": ["varkaus"]},
        {**once, "id": "everywhere"},
        {**once, "id": "staff", "audience": ["staff"]},
        {**once, "id": "guardians", "audience": ["guardian"]},
    )

    def uids(role: Role | None) -> list[str]:
        return [str(each["UID"]).partition("@")[0] for each in read(sakky, *events, role=role)]

    assert uids(None) == ["here", "everywhere", "guardians"]
    assert uids(Role.STUDENT) == ["here", "everywhere"]
    assert uids(Role.STAFF) == uids(None), "the address of a feed can be written by anybody"


def test_a_school_without_events_has_an_empty_feed(sakky: Library) -> None:
    assert read(sakky) == []
