"""When a service or a school's staff can be reached: open now, till when, from when again.

Hours are written in the grammar of `content.hours_grammar`; moments are zoned, and counted in Europe/Helsinki.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

import holidays

from content.hours_grammar import SATURDAY, Hours, HoursError, Span, parse

__all__ = [
    "HELSINKI",
    "HORIZON_DAYS",
    "Hours",
    "HoursError",
    "OpenState",
    "closes_at",
    "is_open",
    "opens_at",
    "parse",
    "status",
]

HELSINKI: Final = ZoneInfo("Europe/Helsinki")
HORIZON_DAYS: Final = 60  # who opens later than this is closed as far as a person in need is concerned


@dataclass(frozen=True, slots=True)
class OpenState:
    """What can be promised at one moment; times in Helsinki, None where nothing comes within 60 days."""

    is_open: bool
    closes_at: datetime | None
    opens_at: datetime | None


def is_open(hours: Hours, at: datetime) -> bool:
    """Say whether it is open at this moment."""
    now = at.astimezone(UTC)
    return any(start <= now < end for start, end in _openings(hours, _local_day(at), 0))


def closes_at(hours: Hours, at: datetime) -> datetime | None:
    """Return when the present opening ends; None when it is closed, or doesn't end within 60 days."""
    if hours.is_round_the_clock:
        return None
    now, day = at.astimezone(UTC), _local_day(at)
    last = _moment(day + timedelta(days=HORIZON_DAYS), 0)
    for start, end in _openings(hours, day, HORIZON_DAYS):
        if start <= now < end:
            return end.astimezone(HELSINKI) if end < last else None
    return None


def opens_at(hours: Hours, at: datetime) -> datetime | None:
    """Return the next opening after this moment, also while it is open; None: not within 60 days."""
    if hours.is_round_the_clock:
        return None
    now = at.astimezone(UTC)
    last = now + timedelta(days=HORIZON_DAYS)
    for start, _ in _openings(hours, _local_day(at), HORIZON_DAYS + 1):
        if now < start <= last:
            return start.astimezone(HELSINKI)
    return None


def status(hours: Hours, at: datetime) -> OpenState:
    """Return all three answers at once."""
    return OpenState(is_open(hours, at), closes_at(hours, at), opens_at(hours, at))


def _openings(hours: Hours, day: date, days: int) -> Iterator[tuple[datetime, datetime]]:
    """Yield openings in UTC, from the day before (they may last over midnight); those that touch are one."""
    current: tuple[datetime, datetime] | None = None
    for step in range(-1, days + 1):
        for start, end in _day_openings(hours, day + timedelta(days=step)):
            if current is not None and start <= current[1]:
                current = (current[0], max(current[1], end))
                continue
            if current is not None:
                yield current
            current = (start, end)
    if current is not None:
        yield current


@lru_cache(maxsize=8192)  # about a hundred services' hours for two months: a menu is shown at once
def _day_openings(hours: Hours, day: date) -> tuple[tuple[datetime, datetime], ...]:
    spans = ((_moment(day, span.start), _moment(day, span.end)) for span in _spans_of(hours, day))
    # What lies in the hour that spring skips is no opening.
    return tuple((start, end) for start, end in spans if start < end)


def _spans_of(hours: Hours, day: date) -> tuple[Span, ...]:
    """Return what the last rule that names this day says."""
    is_holiday, is_eve = _is_holiday(day), _is_eve(day)
    has_eves = is_eve and any(rule.eves for rule in hours.rules)
    weekday_holds = day.weekday() >= SATURDAY or not is_holiday
    for rule in reversed(hours.rules):
        if (
            any(day in dates for dates in rule.dates)
            or (rule.eves and is_eve)
            or (rule.holidays and is_holiday and not has_eves)
            or (day.weekday() in rule.weekdays and weekday_holds)
            or rule.daily
        ):
            return rule.spans
    return ()


def _is_holiday(day: date) -> bool:
    return day in _public_holidays(day.year)


def _is_eve(day: date) -> bool:
    """Say whether a holiday follows; a holiday is an eve only if its name says so (Midsummer, Christmas)."""
    if _is_holiday(day):
        return _public_holidays(day.year)[day].endswith(" Eve")
    return _is_holiday(day + timedelta(days=1))


@lru_cache(maxsize=16)
def _public_holidays(year: int) -> dict[date, str]:
    return dict(holidays.country_holidays("FI", years=year, language="en_US").items())


def _moment(day: date, minutes: int) -> datetime:
    """Return wall clock time in UTC: the first of two when clocks go back, the jump when they go on."""
    wall = datetime.combine(day, time()) + timedelta(minutes=minutes)
    moment = wall.replace(tzinfo=HELSINKI).astimezone(UTC)
    back = moment.astimezone(HELSINKI)
    if back.replace(tzinfo=None) != wall:  # between 3 and 4 in spring: the clock jumps to 4
        moment = back.replace(minute=0).astimezone(UTC)
    return moment


def _local_day(at: datetime) -> date:
    if at.tzinfo is None:
        raise ValueError("a moment without a time zone; pass a zoned datetime")
    return at.astimezone(HELSINKI).date()
