"""What happens at a school: break-time activity, theme days, parents' evenings, once or again and again."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any, Final, cast

from dateutil.rrule import rrule, rruleset, rrulestr
from pydantic import Field, PlainValidator, StringConstraints, model_validator

from content.hours import HELSINKI
from content.schema import Role
from content.schema_fields import Id, LanguageCode, Line, LocalText, Strict, Url

MAX_ID: Final = 40  # characters, so that an id fits a button's data beside other words
LATEST_AFTER: Final = timedelta(days=2)  # that one occurrence lasts at most: longer ones are written by day
_DAY: Final = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_MOMENT: Final = re.compile(r"(\d{4}-\d\d-\d\d)[ T](\d{1,2})[:.](\d\d)")
# What a rule may say: an end stands in "until", and nothing at a school comes back by the hour.
_RULE: Final = re.compile(
    r"FREQ=(DAILY|WEEKLY|MONTHLY|YEARLY)(;(INTERVAL|BYDAY|BYMONTHDAY|BYMONTH|BYSETPOS|WKST)=[A-Z0-9,+-]+)*"
)
HOW_A_DAY: Final = "write a day as 2026-11-24"
HOW_A_MOMENT: Final = "write 2026-11-24 11:00, or only the day if it lasts all day"


def read_day(value: Any) -> date:
    """Read a day of a pack file."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    found = _DAY.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        raise ValueError(HOW_A_DAY)
    try:
        return date(*(int(each) for each in found.groups()))
    except ValueError:
        raise ValueError(f"there is no such day; {HOW_A_DAY}") from None


def read_moment(value: Any) -> datetime | date:
    """Read a moment of a pack file, in Helsinki's time; a day alone stays one."""
    if isinstance(value, date):
        return value
    found = _MOMENT.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        try:
            return read_day(value)
        except ValueError:
            raise ValueError(HOW_A_MOMENT) from None
    try:
        return datetime.combine(read_day(found[1]), time(int(found[2]), int(found[3])), HELSINKI)
    except ValueError:
        raise ValueError(f"there is no such moment; {HOW_A_MOMENT}") from None


Day = Annotated[date, PlainValidator(read_day)]
Moment = Annotated[datetime | date, PlainValidator(read_moment)]
ShortId = Annotated[Id, StringConstraints(max_length=MAX_ID)]


class Event(Strict):
    """Something that happens at a school."""

    id: ShortId
    title: LocalText
    about: LocalText | None = None
    place: LocalText | None = None
    campuses: tuple[Id, ...] | None = Field(default=None, min_length=1)  # None: every campus
    audience: tuple[Role, ...] | None = Field(default=None, min_length=1)  # None: everybody
    languages: tuple[LanguageCode, ...] = ("fi",)  # that are spoken there
    starts: Moment
    ends: Moment | None = None
    repeats: Line | None = None  # an RRULE (RFC 5545), without its end
    until: Day | None = None  # the last day on which it may happen
    not_on: tuple[Day, ...] = ()  # days on which it is left out
    also_on: tuple[Day, ...] = ()  # more days, at the same time of day
    link: Url | None = None
    source: Line | None = None  # who says so; for keepers

    @model_validator(mode="after")
    def _holds_together(self) -> "Event":
        if self.ends is not None:
            if isinstance(self.ends, datetime) is not self.is_timed:
                raise ValueError(
                    '"starts" and "ends" are both days, or both have a time of day; write them alike'
                )
            if self.ends < self.starts or (self.is_timed and self.ends == self.starts):
                raise ValueError('"ends" is not after "starts"; correct one of them')
            if self.is_timed and self.lasts > LATEST_AFTER:
                raise ValueError('one time may not last longer than two days; use "repeats" and "until"')
        if self.until is not None and self.repeats is None:
            raise ValueError('"until" is the end of what repeats; write "repeats" too, or "ends" instead')
        if self.until is not None and self.until < self.first_day:
            raise ValueError('"until" is before "starts"; correct one of them')
        if self.repeats is not None:
            self._check_rule(self.repeats)
        return self

    def _check_rule(self, rule: str) -> None:
        """See that a rule can be counted by, and that the first time fits it (RFC 5545, 3.8.5.3)."""
        if not _RULE.fullmatch(rule):
            raise ValueError(
                '"repeats" cannot be read; write FREQ=WEEKLY;BYDAY=TU,TH or FREQ=MONTHLY;BYDAY=1MO '
                '(its end goes into "until")'
            )
        try:
            first = next(iter(rrulestr(rule, dtstart=self._wall)), None)
        except (ValueError, TypeError, KeyError, IndexError):
            raise ValueError('"repeats" cannot be read; see FREQ=WEEKLY;BYDAY=TU,TH as an example') from None
        if first != self._wall:
            raise ValueError(f"{self.first_day} does not fit {rule}; let it start on a day of its rule")

    @property
    def is_timed(self) -> bool:
        """Say whether it has a time of day, and does not last whole days."""
        return isinstance(self.starts, datetime)

    @property
    def first_day(self) -> date:
        """Return the day on which it first happens."""
        return self.starts.date() if isinstance(self.starts, datetime) else self.starts

    @property
    def lasts(self) -> timedelta:
        """Return how long one time of it lasts, by the clock on the wall."""
        if isinstance(self.starts, datetime) and isinstance(self.ends, datetime):
            return self.ends.replace(tzinfo=None) - self.starts.replace(tzinfo=None)
        if isinstance(self.starts, datetime):
            return timedelta(0)
        last = self.ends or self.starts
        return last - self.starts + timedelta(days=1)  # whole days, the last one included

    @property
    def _wall(self) -> datetime:
        """Return its first beginning as clocks on the wall show it: rules count by these, over DST changes too."""
        at = self.starts.time() if isinstance(self.starts, datetime) else time()
        return datetime.combine(self.first_day, at)

    def is_at(self, campus: str | None) -> bool:
        """Say whether it concerns a campus; without one, only what is for every campus does."""
        return self.campuses is None or campus in self.campuses

    def is_for(self, role: Role | None) -> bool:
        """Say whether a person sees it who says to have this role.

        Anybody can say to be staff: who says so, or nothing, sees all but what is for staff alone.
        """
        if self.audience is None:
            return True
        return (
            role in self.audience if role in (Role.STUDENT, Role.GUARDIAN) else self.audience != (Role.STAFF,)
        )

    @property
    def is_for_staff(self) -> bool:
        """Say whether it is told in the groups of staff."""
        return self.audience is None or Role.STAFF in self.audience

    def beginnings(self, since: datetime, to: datetime) -> Iterator[datetime]:
        """Yield its beginnings between two moments on the wall, in order."""
        days = rruleset()
        if self.repeats is not None:
            end = datetime.combine(self.until, time.max) if self.until is not None else to
            rule = cast("rrule", rrulestr(self.repeats, dtstart=self._wall))  # one rule makes no set
            days.rrule(rule.replace(until=min(end, to)))
        else:
            days.rdate(self._wall)
        for day in self.also_on:
            days.rdate(datetime.combine(day, self._wall.time()))
        for day in self.not_on:
            days.exdate(datetime.combine(day, self._wall.time()))
        yield from days.between(since, to, inc=True)

    def on(self, day: date) -> Sequence[datetime]:
        """Return its beginnings on a day, on the wall."""
        return list(self.beginnings(datetime.combine(day, time()), datetime.combine(day, time.max)))


class EventsFile(Strict):
    """`events/*.yaml` of a school."""

    events: tuple[Event, ...] = ()


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time that an event happens; moments are zoned, in Helsinki."""

    event: Event
    starts_at: datetime
    ends_at: datetime

    @property
    def last_day(self) -> date:
        """Return the last day that it lasts; midnight belongs to the day before."""
        return max(self.starts_at, self.ends_at - timedelta(microseconds=1)).date()


def occurrences(events: Iterable[Event], since: datetime, to: datetime) -> Sequence[Occurrence]:
    """Return all times at which events are going on or begin from one moment to (before) another, in order."""
    begin, end = (each.astimezone(HELSINKI).replace(tzinfo=None) for each in (since, to))
    found = [
        Occurrence(event, _zoned(wall), _zoned(wall + event.lasts))
        for event in events
        for wall in event.beginnings(begin - event.lasts - timedelta(hours=1), end)
    ]
    shown = [
        each for each in found if each.starts_at < to and (each.ends_at > since or each.starts_at >= since)
    ]
    return sorted(shown, key=lambda each: (each.starts_at, each.event.id))


def week_after(now: datetime) -> tuple[datetime, datetime]:
    """Return what is left of this week: from now to the end of Sunday, in Helsinki."""
    today = now.astimezone(HELSINKI).date()
    monday = today + timedelta(days=7 - today.weekday())
    return now.astimezone(HELSINKI), datetime.combine(monday, time(), HELSINKI)


def _zoned(wall: datetime) -> datetime:
    """Return a moment on the wall as one in time; what falls into spring's missing hour is an hour later."""
    return wall.replace(tzinfo=HELSINKI).astimezone(UTC).astimezone(HELSINKI)
