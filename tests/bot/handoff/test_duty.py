"""Who answers when: computed from the pack's hours, over nights, weekends, holidays and the turn of the clocks."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.handoff.duty import after_duty_time, is_on_duty, next_duty
from content.hours import is_open
from content.library import Library
from intents.language import Language

HELSINKI = ZoneInfo("Europe/Helsinki")
TWO_YEARS = 2 * 366 * 24 * 60  # minutes
moments = st.integers(0, TWO_YEARS).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=HELSINKI)


@pytest.mark.parametrize(
    ("moment", "when"),
    [
        pytest.param("2026-11-27T17:00", "maanantaina klo 8", id="Friday at five"),
        pytest.param("2026-11-28T23:30", "maanantaina klo 8", id="Saturday night"),
        pytest.param("2026-11-29T12:00", "huomenna klo 8", id="Sunday"),
        pytest.param("2026-11-30T07:59", "klo 8", id="a minute before"),
        pytest.param("2026-11-30T16:00", "huomenna klo 8", id="at closing time"),
        pytest.param("2027-12-06T12:00", "huomenna klo 8", id="Independence Day"),
        pytest.param("2027-12-03T17:00", "tiistaina klo 8", id="the Friday before it"),
        pytest.param("2026-06-18T17:00", "maanantaina klo 8", id="before Midsummer Eve"),
        pytest.param("2026-12-23T17:00", "maanantaina klo 8", id="before Christmas"),
        pytest.param("2027-03-25T17:00", "tiistaina klo 8", id="before Easter"),
        pytest.param("2026-10-24T12:00", "maanantaina klo 8", id="the clocks go back"),
        pytest.param("2026-03-28T12:00", "maanantaina klo 8", id="the clocks go forward"),
    ],
)
def test_outside_duty_hours_the_next_ones_are_named(sakky: Library, moment: str, when: str) -> None:
    assert not is_on_duty(sakky, "kuopio", at(moment))
    assert next_duty(sakky, "kuopio", at(moment), Language.FI) == when


@pytest.mark.parametrize(
    ("language", "when"), [("sv", "på måndag kl. 8"), ("en", "on Monday at 8")], ids=["sv", "en"]
)
def test_the_time_is_told_in_the_persons_language(sakky: Library, language: str, when: str) -> None:
    assert next_duty(sakky, None, at("2026-11-27T17:00"), Language(language)) == when


@pytest.mark.parametrize(
    ("opened", "due"),
    [
        pytest.param("2026-11-23T12:00", "2026-11-23T12:30", id="in the middle of a day"),
        pytest.param("2026-11-23T15:50", "2026-11-24T08:20", id="over night"),
        pytest.param("2026-11-23T15:30", "2026-11-23T16:00", id="to the last minute"),
        pytest.param("2026-11-27T15:45", "2026-11-30T08:15", id="over the weekend"),
        pytest.param("2026-11-28T23:30", "2026-11-30T08:30", id="from a Saturday night"),
        pytest.param("2027-12-03T15:59", "2027-12-07T08:29", id="over Independence Day"),
        pytest.param("2026-12-23T15:40", "2026-12-28T08:10", id="over Christmas"),
    ],
)
def test_what_can_wait_waits_in_duty_time(sakky: Library, opened: str, due: str) -> None:
    assert after_duty_time(sakky, "kuopio", at(opened), timedelta(minutes=30)) == at(due)


@given(moment=moments, minutes=st.integers(1, 2000))
def test_duty_time_passes_only_while_somebody_is_there(
    sakky: Library, moment: datetime, minutes: int
) -> None:
    time = timedelta(minutes=minutes)

    due = after_duty_time(sakky, "kuopio", moment, time)

    assert due - moment >= time
    hours = sakky.duty("kuopio")
    assert is_open(hours, due - timedelta(seconds=1))


@given(moment=moments, less=st.integers(1, 600), more=st.integers(1, 600))
def test_more_patience_is_never_due_earlier(sakky: Library, moment: datetime, less: int, more: int) -> None:
    first = after_duty_time(sakky, None, moment, timedelta(minutes=less))

    assert after_duty_time(sakky, None, moment, timedelta(minutes=less + more)) > first
