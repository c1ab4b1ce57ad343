"""Opening hours in words that people read: "arkisin klo 9-16; pyhinä kiinni"."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from content.hours_grammar import Dates, Hours, Rule, Span, weekday_runs
from intents.language import Language

_WORKDAYS: Final = (0, 4)
_WEEKEND: Final = (5, 6)
_MIDNIGHT: Final = 24 * 60


@dataclass(frozen=True, slots=True)
class _Words:
    round_the_clock: str
    daily: str
    workdays: str
    weekend: str
    days: tuple[str, ...]
    holidays: str
    eves: str
    closed: str
    at: str  # stands before the times
    also: str  # joins the last two days
    minutes: str  # separates hours and minutes
    day_form: str
    year_form: str


_WORDS: Final = {
    Language.FI: _Words(
        round_the_clock="ympäri vuorokauden",
        daily="joka päivä",
        workdays="arkisin",
        weekend="viikonloppuisin",
        days=("ma", "ti", "ke", "to", "pe", "la", "su"),
        holidays="pyhinä",
        eves="pyhien aattoina",
        closed="kiinni",
        at="klo ",
        also=" ja ",
        minutes=".",
        day_form="{0.day}.{0.month}.",
        year_form="{0.day}.{0.month}.{0.year}",
    ),
    Language.SV: _Words(
        round_the_clock="dygnet runt",
        daily="varje dag",
        workdays="vardagar",
        weekend="veckoslut",
        days=("mån", "tis", "ons", "tors", "fre", "lör", "sön"),
        holidays="helgdagar",
        eves="dagar före helgdagar",
        closed="stängt",
        at="kl. ",
        also=" och ",
        minutes=".",
        day_form="{0.day}.{0.month}",
        year_form="{0.day}.{0.month}.{0.year}",
    ),
    Language.EN: _Words(
        round_the_clock="around the clock",
        daily="every day",
        workdays="weekdays",
        weekend="weekends",
        days=("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
        holidays="public holidays",
        eves="eves of public holidays",
        closed="closed",
        at="",
        also=" and ",
        minutes=":",
        day_form="{0.day}.{0.month}.",
        year_form="{0.day}.{0.month}.{0.year}",
    ),
}


def describe(hours: Hours, language: Language, *, today: date | None = None) -> str:
    """Return the hours in words (Finnish where we lack the language); `today` leaves out what is past."""
    words = _WORDS.get(language, _WORDS[Language.FI])
    if hours.is_round_the_clock:
        return words.round_the_clock
    told = [rule for rule in hours.rules if not _is_past(rule, today) and not _is_understood(rule, hours)]
    return "; ".join(_rule(rule, words) for rule in told or hours.rules)


def _is_past(rule: Rule, today: date | None) -> bool:
    is_ordinary = rule.daily or rule.weekdays or rule.holidays or rule.eves
    return (
        today is not None
        and not is_ordinary
        and all(not dates.yearly and dates.last < today for dates in rule.dates)
    )


def _is_understood(rule: Rule, hours: Hours) -> bool:
    """ "Weekdays 8-16" says already that holidays are closed."""
    if rule != Rule(spans=(), holidays=True):
        return False
    return all(not other.daily and not other.weekdays & set(_WEEKEND) for other in hours.rules)


def _rule(rule: Rule, words: _Words) -> str:
    days = _join(_days(rule, words), words.also)
    if not rule.spans:
        return f"{days} {words.closed}"
    if rule.spans == (Span(0, _MIDNIGHT),):
        return f"{days} {words.round_the_clock}"
    return f"{days} {words.at}{_join([_span(span, words) for span in rule.spans], words.also)}"


def _days(rule: Rule, words: _Words) -> list[str]:
    days = [words.daily] if rule.daily else []
    days += [_run(run, words) for run in weekday_runs(rule.weekdays)]
    days += [words.holidays] if rule.holidays else []
    days += [words.eves] if rule.eves else []
    return days + [_dates(dates, words) for dates in rule.dates]


def _run(run: tuple[int, int], words: _Words) -> str:
    first, last = run
    if run == _WORKDAYS:
        return words.workdays
    if run == _WEEKEND:
        return words.weekend
    if first == last:
        return words.days[first]
    return f"{words.days[first]}-{words.days[last]}"


def _dates(dates: Dates, words: _Words) -> str:
    form = words.day_form if dates.yearly else words.year_form
    ends = [form.format(dates.first), form.format(dates.last)]
    return ends[0] if dates.first == dates.last else "-".join(ends)


def _span(span: Span, words: _Words) -> str:
    return f"{_clock(span.start, words)}-{_clock(span.end, words)}"


def _clock(minutes: int, words: _Words) -> str:
    hour, minute = divmod(minutes if minutes <= _MIDNIGHT else minutes - _MIDNIGHT, 60)
    return f"{hour}{words.minutes}{minute:02}" if minute else str(hour)


def _join(parts: Sequence[str], also: str) -> str:
    *rest, last = parts
    return f"{', '.join(rest)}{also}{last}" if rest else last
