"""Events: read strictly, counted by the clock on the wall, and found at fault with file and line."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from content.events import Event, occurrences, week_after
from content.hours import HELSINKI
from content.schema import Role
from tests.content.conftest import Packs

CLUB = {
    "id": "club",
    "title": {"fi": "Kerho"},
    "starts": "2026-10-20 11:00",
    "ends": "2026-10-20 11.45",
    "repeats": "FREQ=WEEKLY;BYDAY=TU",
    "until": "2026-11-10",
    "not_on": ["2026-11-03"],
    "also_on": ["2026-11-05"],
}


def event(**changes: Any) -> Event:
    return Event.model_validate({key: value for key, value in (CLUB | changes).items() if value is not None})


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=HELSINKI)


def times(one: Event, since: str, to: str) -> list[str]:
    found = occurrences([one], at(since), at(to))
    return [f"{each.starts_at:%d.%m. %H:%M%z}-{each.ends_at:%H:%M}" for each in found]


def test_a_weekly_event_keeps_its_hour_when_clocks_go_back() -> None:
    """Clocks went back on 25 October 2026."""
    assert times(event(), "2026-10-01", "2026-12-01") == [
        "20.10. 11:00+0300-11:45",
        "27.10. 11:00+0200-11:45",
        "05.11. 11:00+0200-11:45",  # also on
        "10.11. 11:00+0200-11:45",  # the last
    ]


def test_what_falls_into_the_hour_that_spring_skips_is_an_hour_later() -> None:
    night = event(starts="2027-03-28 03:30", ends=None, repeats=None, until=None, not_on=None, also_on=None)

    assert times(night, "2027-03-27", "2027-03-30") == ["28.03. 04:30+0300-04:30"]


@pytest.mark.parametrize(
    ("since", "is_there"),
    [
        pytest.param("2026-10-20 10:59", True, id="before it"),
        pytest.param("2026-10-20 11:44", True, id="while it goes on"),
        pytest.param("2026-10-20 11:45", False, id="when it is over"),
    ],
)
def test_an_event_is_on_until_it_ends(since: str, is_there: bool) -> None:
    assert bool(times(event(), since, "2026-10-21")) is is_there


def test_one_that_lasts_all_day_and_longer_is_on_until_midnight_of_its_last() -> None:
    week = event(starts="2026-11-23", ends="2026-11-25", repeats=None, until=None, not_on=None, also_on=None)

    assert times(week, "2026-11-25 23:59", "2026-11-30") == ["23.11. 00:00+0200-00:00"]
    assert times(week, "2026-11-26", "2026-11-30") == []


def test_the_first_monday_of_each_month() -> None:
    monthly = event(
        starts="2026-09-07 17:00",
        ends=None,
        repeats="FREQ=MONTHLY;BYDAY=1MO",
        until=None,
        not_on=None,
        also_on=None,
    )

    assert times(monthly, "2026-10-01", "2026-12-31") == [
        "05.10. 17:00+0300-17:00",
        "02.11. 17:00+0200-17:00",
        "07.12. 17:00+0200-17:00",
    ]


def test_this_week_ends_on_sunday_at_midnight_in_helsinki() -> None:
    late_on_sunday = datetime(2026, 11, 22, 21, 59, tzinfo=UTC)

    assert week_after(late_on_sunday)[1] == at("2026-11-23")
    assert week_after(datetime(2026, 11, 22, 22, 0, tzinfo=UTC))[1] == at("2026-11-30")


@pytest.mark.parametrize(
    ("role", "audience", "is_for"),
    [
        pytest.param(None, None, True, id="for all"),
        pytest.param(None, ["guardian"], True, id="who told no role sees guardians' evenings"),
        pytest.param(None, ["staff"], False, id="but nothing for staff alone"),
        pytest.param(Role.STUDENT, ["guardian"], False, id="a student sees no guardians' evening"),
        pytest.param(
            Role.STAFF, ["staff", "guardian"], True, id="who says to be staff sees what is not theirs alone"
        ),
        pytest.param(Role.STAFF, ["staff"], False, id="to say so is not enough"),
        pytest.param(Role.STAFF, ["guardian"], True, id="nor does it hide what others see"),
    ],
)
def test_whom_an_event_is_for(role: Role | None, audience: list[str] | None, is_for: bool) -> None:
    assert event(audience=audience).is_for(role) is is_for


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        pytest.param({"starts": "20.10.2026"}, "write 2026-11-24 11:00", id="a Finnish date"),
        pytest.param(
            {"starts": "2026-13-01 11:00"}, "no such moment|write 2026-11-24", id="a thirteenth month"
        ),
        pytest.param({"starts": "2026-10-20 25:00"}, "no such moment", id="a 25th hour"),
        pytest.param({"ends": "2026-10-20"}, "write them alike", id="a day beside a moment"),
        pytest.param({"ends": "2026-10-20 10:00"}, "not after", id="over before it begins"),
        pytest.param({"ends": "2026-10-25 10:00"}, "two days", id="one time that lasts five days"),
        pytest.param({"repeats": "every tuesday"}, "cannot be read", id="words for a rule"),
        pytest.param({"repeats": "FREQ=HOURLY"}, "cannot be read", id="by the hour"),
        pytest.param(
            {"repeats": "FREQ=WEEKLY;UNTIL=20261201"}, "cannot be read", id="an end inside the rule"
        ),
        pytest.param({"repeats": "FREQ=WEEKLY;BYDAY=XX"}, "cannot be read", id="no such weekday"),
        pytest.param({"repeats": "FREQ=WEEKLY;BYDAY=MO"}, "does not fit", id="begins on another weekday"),
        pytest.param({"repeats": "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"}, "does not fit", id="never"),
        pytest.param({"repeats": None}, '"until" is the end of what repeats', id="an end of nothing"),
        pytest.param({"until": "2026-10-01"}, '"until" is before', id="ends before it begins"),
        pytest.param({"id": "a" * 41}, "at most 40", id="an id too long for a button"),
        pytest.param({"where": "here"}, "Extra inputs", id="an unknown key"),
    ],
)
def test_what_cannot_be_right_is_refused(changes: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValidationError, match=complaint):
        event(**changes)


EVENTS = """\
events:
  - id: club
    title: {fi: Kerho, sv: Klubb, en: Club}
    campuses: [kuopio]
    starts: "2026-10-20 11:00"
    repeats: "FREQ=WEEKLY;BYDAY=TU"
"""


def test_a_school_has_its_events(packs: Packs) -> None:
    packs.write("school/events/autumn.yaml", EVENTS)

    [found] = packs.load().events

    assert (found.id, found.first_day) == ("club", date(2026, 10, 20))


def test_an_event_changes_the_version_of_the_content(packs: Packs) -> None:
    before = packs.load().version
    packs.write("school/events/autumn.yaml", EVENTS)

    assert packs.load().version != before


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        pytest.param(
            "campuses: [kuopio]",
            "campuses: [kuopio, varkaus]",
            'events.yaml:4: there is no campus "varkaus"',
            id="campus",
        ),
        pytest.param("BYDAY=TU", "BYDAY=WE", "does not fit", id="the rule"),
        pytest.param(
            '    starts: "2026-10-20 11:00"\n', "", 'events.yaml:2: "starts" is missing', id="no time"
        ),
        pytest.param(
            "    repeats:", "    repeat:", 'events.yaml:6: unknown key "repeat"', id="a misspelt key"
        ),
        pytest.param(
            "Kerho,", '"Kerho, soita 017 214 3000",', None, id="a number in a title is a matter of taste"
        ),
        pytest.param(
            "    campuses:",
            '    about: {fi: "Soita 017 214 3000", sv: a, en: b}\n    campuses:',
            'write in "source" who says so',
            id="a number that nobody vouches for",
        ),
        pytest.param(
            "    campuses:",
            "    about: {fi: 'Tule {name}', sv: a, en: b}\n    campuses:",
            "braces",
            id="braces",
        ),
        pytest.param(
            "    repeats:",
            '    not_on: ["2026-10-21"]\n    repeats:',
            "would not happen on 2026-10-21",
            id="no such day",
        ),
    ],
)
def test_a_fault_names_its_line(packs: Packs, old: str, new: str, fault: str | None) -> None:
    packs.write("school/events/events.yaml", EVENTS.replace(old, new))

    faults = packs.faults()

    if fault is None:
        assert faults == []
    else:
        assert len(faults) == 1
        assert fault in faults[0]
        assert faults[0].startswith("school/events/events.yaml:")


def test_two_events_of_one_id_are_a_fault_across_files(packs: Packs) -> None:
    packs.write("school/events/a.yaml", EVENTS)
    packs.write("school/events/b.yaml", EVENTS)

    assert packs.faults() == [
        'school/events/b.yaml:2: the id "club" stands also in events/a.yaml:2; give one of them another'
    ]
