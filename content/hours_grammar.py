"""The mini grammar of opening hours: `Mon-Thu 9-15; Sat,Sun,PH,PH-eve 15-21; 2026-12-24 off`.

Rules are separated by ";", and each has days and times:

- days: `daily`, weekdays (`Mon-Fri`, `Mon,Wed`), `PH` (public holidays), `PH-eve` (their eves), `2026-12-24`,
  `2026-12-23..2027-01-06`, `12-24` and `06-15..08-10` (each year); several are joined by ","
- times: `9-16`, `9-12,13-15`, `22-02:30` (ends after midnight, belongs to its first day), or `off`
- `24/7` for round the clock

A later rule wins on the days that it names, and one that would take away an exception is refused. Rules for
weekdays do not hold on a public holiday between Monday and Friday. Midsummer Eve and Christmas Eve, when
Finland is closed, count both as holidays and as eves; where there is a rule for eves, it wins on them.
"""

import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
SATURDAY: Final = 5

_DAY: Final = 24 * 60  # minutes
_LEAP_YEAR: Final = 2024  # in which 29 February may be named


class HoursError(ValueError):
    """Opening hours that cannot be read; the message says which part and what to write instead."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Minutes from midnight; `end` is greater than 24 hours where it lies on the next day."""

    start: int
    end: int

    def __str__(self) -> str:
        return f"{_clock(self.start)}-{_clock(self.end)}"


@dataclass(frozen=True, slots=True, order=True)
class Dates:
    """One date or a range of them, both ends included; without `yearly` the years count."""

    first: date
    last: date
    yearly: bool

    def __contains__(self, day: date) -> bool:
        if not self.yearly:
            return self.first <= day <= self.last
        first, last = (self.first.month, self.first.day), (self.last.month, self.last.day)
        here = (day.month, day.day)
        return first <= here <= last if first <= last else here >= first or here <= last

    def __str__(self) -> str:
        form = "%m-%d" if self.yearly else "%Y-%m-%d"
        ends = [f"{self.first:{form}}", f"{self.last:{form}}"]
        return ends[0] if self.first == self.last else "..".join(ends)


@dataclass(frozen=True, slots=True)
class Rule:
    """Days and the times on them; no times means closed."""

    spans: tuple[Span, ...]
    daily: bool = False
    weekdays: frozenset[int] = frozenset()
    holidays: bool = False
    eves: bool = False
    dates: tuple[Dates, ...] = ()

    def __str__(self) -> str:
        days = [
            *(["daily"] if self.daily else []),
            *(_run(first, last) for first, last in weekday_runs(self.weekdays)),
            *(["PH"] if self.holidays else []),
            *(["PH-eve"] if self.eves else []),
            *(str(dates) for dates in self.dates),
        ]
        return f"{','.join(days)} {','.join(map(str, self.spans)) or 'off'}"


@dataclass(frozen=True, slots=True)
class Hours:
    """Parsed opening hours; `str` of them is the shortest text that parses to the same."""

    rules: tuple[Rule, ...]

    @property
    def is_round_the_clock(self) -> bool:
        """Say whether it never closes, on no day of any year."""
        return self.rules == _ROUND_THE_CLOCK

    def __str__(self) -> str:
        return "24/7" if self.is_round_the_clock else "; ".join(map(str, self.rules))


_ALL_DAY: Final = Span(0, _DAY)
_ROUND_THE_CLOCK: Final = (Rule(spans=(_ALL_DAY,), daily=True),)


def parse(text: str) -> Hours:
    """Read opening hours; raise HoursError with the part that is wrong and what to write."""
    parts = [part.strip() for part in text.split(";")]
    if not any(parts):
        raise HoursError('no opening hours; write for example "Mon-Fri 9-16", or null when not known')
    if not all(parts):
        raise HoursError('there is an empty rule; remove the ";" that has nothing beside it')
    rules = tuple(_rule(part) for part in parts)
    _refuse_hidden(rules)
    return Hours(rules)


def _rule(part: str) -> Rule:
    if part == "24/7":
        return _ROUND_THE_CLOCK[0]
    words = re.sub(r"\s*,\s*", ",", part).split()
    if len(words) != 2:
        raise HoursError(f'"{part}" is not days and times; write for example "Mon-Fri 9-16" or "PH off"')
    days, times = words
    spans = () if times == "off" else _spans(times)
    daily, eves, on_holidays, weekdays, dates = False, False, False, set[int](), list[Dates]()
    for day in days.split(","):
        match day:
            case "daily":
                daily = True
            case "PH":
                on_holidays = True
            case "PH-eve":
                eves = True
            case _ if day[:1].isdigit():
                dates.append(_dates(day))
            case _:
                weekdays |= _weekdays(day)
    if daily and weekdays:
        raise HoursError(f'"{part}" names weekdays beside "daily"; write two rules, the weekdays last')
    return Rule(spans, daily, frozenset(weekdays), on_holidays, eves, tuple(sorted(set(dates))))


def _weekdays(text: str) -> set[int]:
    first, _, last = text.partition("-")
    for name in (first, last or first):
        if name not in WEEKDAYS:
            raise HoursError(
                f'unknown day "{name}"; days are {", ".join(WEEKDAYS)}, daily, PH, PH-eve, 2026-12-24, 12-24'
            )
    start, end = WEEKDAYS.index(first), WEEKDAYS.index(last or first)
    length = (end - start) % 7 + 1  # Fri-Mon goes round the week
    return {(start + step) % 7 for step in range(length)}


def _dates(text: str) -> Dates:
    ends = text.split("..")
    yearly = [re.fullmatch(r"\d\d-\d\d", end) is not None for end in ends]
    if len(ends) > 2 or len(set(yearly)) > 1:
        raise HoursError(
            f'"{text}" is not a range of dates; write 2026-12-23..2027-01-06 or, for each year, 12-23..01-06'
        )
    first, last = _date(ends[0]), _date(ends[-1])
    if last < first and not yearly[0]:
        raise HoursError(f'"{text}" ends before it begins; put the earlier date first')
    return Dates(first, last, yearly[0])


def _date(text: str) -> date:
    full = f"{_LEAP_YEAR}-{text}" if re.fullmatch(r"\d\d-\d\d", text) else text
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", full):
        raise HoursError(f'"{text}" is not a date; write 2026-12-24 or, for each year, 12-24')
    try:
        return date.fromisoformat(full)
    except ValueError as error:
        raise HoursError(f'"{text}" is not in the calendar; correct the month or the day') from error


def _spans(text: str) -> tuple[Span, ...]:
    spans = sorted(_span(part) for part in text.split(","))
    for earlier, later in itertools.pairwise(spans):
        if later.start <= earlier.end:
            raise HoursError(f"the times {earlier} and {later} meet or overlap; write them as one")
    if spans[-1].end - _DAY > spans[0].start:
        raise HoursError(f"the times {spans[-1]} reach over {spans[0]} of the next day; shorten one of them")
    return tuple(spans)


def _span(text: str) -> Span:
    clock = r"(\d{1,2})(?::(\d\d))?"
    found = re.fullmatch(f"{clock}-{clock}", text)
    if found is None:
        raise HoursError(f'"{text}" is not a time; write for example 9-16, 9:30-12 or 22-02:30, or "off"')
    hours = [int(found[1]), int(found[3])]
    minutes = [int(found[2] or 0), int(found[4] or 0)]
    start, end = (hour * 60 + minute for hour, minute in zip(hours, minutes, strict=True))
    if max(minutes) > 59 or start >= _DAY or end > _DAY:
        raise HoursError(f'"{text}" is not on the clock; hours go from 0 to 24, minutes from 00 to 59')
    if start == end:
        raise HoursError(f'"{text}" begins and ends at the same time; write 0-24 for the whole day or "off"')
    return Span(start, end if end > start else end + _DAY)


def _refuse_hidden(rules: tuple[Rule, ...]) -> None:
    """Refuse what the keeper cannot have meant: an exception or a rule that a later one takes away."""
    for index, rule in enumerate(rules):
        for later in rules[index + 1 :]:
            if _hides(later, rule):
                raise HoursError(f'"{rule}" would be hidden by "{later}", which comes later; put it last')
        rest = frozenset[int]().union(*(later.weekdays for later in rules[index + 1 :]))
        if rule.weekdays and rule.weekdays <= rest and not (rule.holidays or rule.eves or rule.dates):
            raise HoursError(
                f'"{rule}" never holds, since later rules name its days; remove it or put it last'
            )


def _hides(later: Rule, earlier: Rule) -> bool:
    ordinary = later.daily or bool(later.weekdays)
    special = later.holidays or later.eves
    yearly = any(dates.yearly for dates in later.dates)
    return (
        (later.daily and (earlier.daily or bool(earlier.weekdays)))
        or (earlier.holidays and (later.daily or any(day >= SATURDAY for day in later.weekdays)))
        or (earlier.holidays and later.holidays)
        or (earlier.eves and (ordinary or later.eves))
        or (bool(earlier.dates) and (ordinary or special))
        or (yearly and any(not dates.yearly for dates in earlier.dates))
    )


def weekday_runs(weekdays: Iterable[int]) -> list[tuple[int, int]]:
    """Return weekdays as runs (first, last), Monday first: {0, 1, 2, 5} -> [(0, 2), (5, 5)]."""
    runs: list[tuple[int, int]] = []
    for day in sorted(weekdays):
        if runs and runs[-1][1] == day - 1:
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    return runs


def _run(first: int, last: int) -> str:
    return WEEKDAYS[first] if first == last else f"{WEEKDAYS[first]}-{WEEKDAYS[last]}"


def _clock(minutes: int) -> str:
    hour, minute = divmod(minutes if minutes <= _DAY else minutes - _DAY, 60)
    return f"{hour}:{minute:02}" if minute else str(hour)
