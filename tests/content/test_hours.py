"""Opening hours: a person in need must not be sent to a closed door."""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from content import hours as opening
from content.hours import HELSINKI, HORIZON_DAYS, Hours, HoursError, OpenState, parse
from content.hours_grammar import WEEKDAYS, Rule, Span
from content.hours_words import describe
from intents.language import Language


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=HELSINKI)


def shown(moment: datetime | None) -> str | None:
    return None if moment is None else f"{moment:%Y-%m-%d %H:%M}"


# 23.11.2026 is a Monday, 27.11. a Friday; 6.12.2026 (Independence Day) a Sunday, 24.12. a Thursday.
@pytest.mark.parametrize(
    ("text", "moment", "is_open"),
    [
        pytest.param("24/7", "2026-12-25T03:00", True, id="round the clock at Christmas"),
        pytest.param("Mon-Fri 9-16", "2026-11-23T09:00", True, id="the first minute"),
        pytest.param("Mon-Fri 9-16", "2026-11-23T08:59", False, id="a minute before"),
        pytest.param("Mon-Fri 9-16", "2026-11-27T15:59", True, id="Friday, last minute"),
        pytest.param("Mon-Fri 9-16", "2026-11-27T16:00", False, id="Friday evening"),
        pytest.param("Mon-Fri 9-16", "2026-11-28T12:00", False, id="Saturday"),
        pytest.param("Mon-Fri 9-12,13-15", "2026-11-23T12:30", False, id="lunch"),
        pytest.param("Mon,Wed 16-20; Tue,Thu-Fri 9-13", "2026-11-25T17:00", True, id="Wednesday evening"),
        pytest.param("Mon,Wed 16-20; Tue,Thu-Fri 9-13", "2026-11-26T17:00", False, id="Thursday evening"),
        pytest.param("Fri-Sat 22-02:30", "2026-11-28T02:29", True, id="after midnight of Friday"),
        pytest.param("Fri-Sat 22-02:30", "2026-11-29T02:30", False, id="after the end, Sunday"),
        pytest.param("Fri-Sat 22-02:30", "2026-11-27T01:00", False, id="the night before Friday"),
        pytest.param("Fri-Mon 10-12", "2026-11-23T11:00", True, id="a run round the week"),
        pytest.param("daily 18-24", "2026-11-23T23:59", True, id="the last minute before midnight"),
        pytest.param("daily 18-24", "2026-11-24T00:00", False, id="midnight"),
        pytest.param("daily 9-16; Mon off", "2026-11-23T10:00", False, id="a later rule wins"),
        pytest.param("Mon-Fri 9-16", "2026-12-25T10:00", False, id="Christmas Day is no weekday"),
        pytest.param("Mon-Fri 9-16", "2026-12-24T10:00", False, id="Christmas Eve is no weekday"),
        pytest.param("Mon-Fri 9-16", "2026-06-19T10:00", False, id="Midsummer Eve is no weekday"),
        pytest.param("Mon-Fri 9-16", "2027-12-06T10:00", False, id="Independence Day on a Monday"),
        pytest.param("Mon-Fri 9-16", "2026-12-31T10:00", True, id="New Year's Eve is a weekday"),
        pytest.param("Mon-Sun 9-16", "2026-12-06T10:00", True, id="Sunday rules hold on a holiday"),
        pytest.param("daily 9-16", "2026-12-25T10:00", True, id="daily holds on a holiday"),
        pytest.param("daily 9-16; PH off", "2026-12-24T10:00", False, id="Christmas Eve counts as a holiday"),
        pytest.param("daily 9-16; PH off", "2026-06-20T10:00", False, id="Midsummer Day"),
        pytest.param("Mon-Thu 9-15; Sat,Sun,PH,PH-eve 15-21", "2026-12-24T16:00", True, id="an eve by name"),
        pytest.param("Mon-Thu 9-15; PH-eve 15-21", "2026-12-31T10:00", False, id="eve, not weekday"),
        pytest.param("Mon-Thu 9-15; PH-eve 15-21", "2026-05-13T16:00", True, id="eve of Ascension Day"),
        pytest.param("PH-eve 15-21; PH off", "2026-12-24T16:00", True, id="on a named eve its rule wins"),
        pytest.param("PH-eve 15-21; PH off", "2026-12-25T16:00", False, id="a holiday is no eve"),
        pytest.param("24/7; 2026-12-24 off", "2026-12-24T12:00", False, id="one date"),
        pytest.param("24/7; 2026-12-24 off", "2027-12-24T12:00", True, id="not the next year"),
        pytest.param("daily 9-16; 12-24 10-14", "2027-12-24T15:00", False, id="each year"),
        pytest.param("daily 9-16; 2026-12-23..2027-01-06 off", "2027-01-06T10:00", False, id="last day"),
        pytest.param("daily 9-16; 2026-12-23..2027-01-06 off", "2027-01-07T10:00", True, id="day after"),
        pytest.param(
            "daily 9-16; 12-23..01-06 off", "2026-01-02T10:00", False, id="each year, round new year"
        ),
        pytest.param("daily 9-16; 06-15..08-10 off", "2030-07-01T10:00", False, id="July, each year"),
        pytest.param("daily 22-02; 12-24 off", "2026-12-24T01:00", True, id="the evening's night"),
    ],
)
def test_open_or_closed(text: str, moment: str, is_open: bool) -> None:
    assert opening.is_open(parse(text), at(moment)) is is_open


@pytest.mark.parametrize(
    ("text", "moment", "closes", "opens"),
    [
        pytest.param("24/7", "2026-11-23T12:00", None, None, id="never closes"),
        pytest.param("Mon-Fri 9-16", "2026-11-23T12:00", "2026-11-23 16:00", "2026-11-24 09:00", id="open"),
        pytest.param("Mon-Fri 9-16", "2026-11-27T17:00", None, "2026-11-30 09:00", id="Friday evening"),
        pytest.param("Mon-Fri 9-16", "2026-12-23T17:00", None, "2026-12-28 09:00", id="over Christmas"),
        pytest.param("Mon-Fri 9-16", "2026-06-18T17:00", None, "2026-06-22 09:00", id="over midsummer"),
        pytest.param(
            "daily 18-24; Sun 0-24",
            "2026-11-28T20:00",
            "2026-11-30 00:00",
            "2026-11-30 18:00",
            id="days joined",
        ),
        pytest.param(
            "daily 18-24", "2026-11-23T23:00", "2026-11-24 00:00", "2026-11-24 18:00", id="to midnight"
        ),
        pytest.param(
            "Fri-Sat 22-02:30", "2026-11-28T01:00", "2026-11-28 02:30", "2026-11-28 22:00", id="in the night"
        ),
        pytest.param("2026-12-24 9-12", "2026-10-01T12:00", None, None, id="too far away to tell"),
        pytest.param("2026-12-24 9-12", "2026-10-26T12:00", None, "2026-12-24 09:00", id="near"),
        pytest.param("daily off", "2026-11-23T12:00", None, None, id="never open"),
        pytest.param("daily 0-24; 2027-11-01 off", "2026-11-23T12:00", None, None, id="closes in a year"),
        pytest.param(
            "daily 0-24; 2026-12-01 off",
            "2026-11-23T12:00",
            "2026-12-01 00:00",
            "2026-12-02 00:00",
            id="round the clock but one day",
        ),
        # Clocks go forward on 29.3.2026, from 3 to 4, and back on 25.10.2026, from 4 to 3.
        pytest.param(
            "daily 22-06", "2026-03-29T02:00", "2026-03-29 06:00", "2026-03-29 22:00", id="short night"
        ),
        pytest.param(
            "daily 3:30-9", "2026-03-29T02:00", None, "2026-03-29 04:00", id="opens in the lost hour"
        ),
        pytest.param(
            "daily 1-3:30", "2026-03-29T02:00", "2026-03-29 04:00", "2026-03-30 01:00", id="closes in it"
        ),
        pytest.param("daily 3-3:30", "2026-03-29T02:00", None, "2026-03-30 03:00", id="lost altogether"),
        pytest.param(
            "daily 22-06", "2026-10-25T02:00", "2026-10-25 06:00", "2026-10-25 22:00", id="long night"
        ),
        pytest.param(
            "daily 1-3:30", "2026-10-25T02:00", "2026-10-25 03:30", "2026-10-26 01:00", id="first 3:30"
        ),
    ],
)
def test_when_it_closes_and_opens(text: str, moment: str, closes: str | None, opens: str | None) -> None:
    state = opening.status(parse(text), at(moment))

    assert (shown(state.closes_at), shown(state.opens_at)) == (closes, opens)


def test_the_second_three_thirty_of_autumn_is_after_closing() -> None:
    """The clock shows 3:15 twice in the night of 25.10.2026; only the first is before 3:30."""
    hours = parse("daily 1-3:30")
    first = datetime(2026, 10, 25, 0, 15, tzinfo=UTC)

    assert opening.is_open(hours, first)
    assert not opening.is_open(hours, first + timedelta(hours=1))


def test_any_time_zone_means_the_same_moment() -> None:
    hours = parse("Mon-Fri 9-16")

    assert opening.status(hours, datetime(2026, 11, 23, 7, tzinfo=UTC)) == OpenState(
        is_open=True, closes_at=at("2026-11-23T16:00"), opens_at=at("2026-11-24T09:00")
    )


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zoned"):
        opening.is_open(parse("24/7"), datetime(2026, 11, 23, 7))  # noqa: DTZ001 (that is the point)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no opening hours"),
        ("Mon-Fri 9-16;", "empty rule"),
        ("weekdays 9-16", 'unknown day "weekdays"'),
        ("ma-pe 9-16", 'unknown day "ma"'),
        ("mon 9-16", 'unknown day "mon"'),
        ("Mon-Fri", "not days and times"),
        ("9-16", "not days and times"),
        ("Mon and Wed 9-16", "not days and times"),
        ("Mon 9", '"9" is not a time'),
        ("Mon 9.30-12", '"9.30-12" is not a time'),
        ("Mon 9-25", "not on the clock"),
        ("Mon 24-25", "not on the clock"),
        ("Mon 9:75-10", "not on the clock"),
        ("Mon 9-9", "same time"),
        ("Mon 9-12,11-15", "meet or overlap"),
        ("Mon 9-12,12-15", "meet or overlap"),
        ("Mon 22-10,8-9", "of the next day"),
        ("daily 22-10,9:30-12", "next day"),
        ("Mon-Fri 24/7", "not a time"),
        ("daily,Mon 9-16", "weekdays beside"),
        ("2026-02-30 off", "not in the calendar"),
        ("13-24 off", "not in the calendar"),
        ("24.12. off", "not a date"),
        ("2027-01-06..2026-12-23 off", "ends before it begins"),
        ("2026-12-23..01-06 off", "not a range"),
        ("2026-12-23..2026-12-24..2026-12-25 off", "not a range"),
        ("PH off; daily 9-16", "put it last"),
        ("PH off; Sat-Sun 9-16", "put it last"),
        ("PH-eve off; Mon 9-16", "put it last"),
        ("12-24 off; Mon-Fri 9-16", "put it last"),
        ("2026-12-24 off; PH 9-12", "put it last"),
        ("2026-12-24 off; 12-24 9-12", "put it last"),
        ("Mon 9-16; daily 9-12", "put it last"),
        ("Fri 9-12; Mon-Fri 9-16", "never holds"),
    ],
)
def test_what_cannot_be_read_is_told_with_what_to_write(text: str, says: str) -> None:
    with pytest.raises(HoursError) as refused:
        parse(text)

    assert says in str(refused.value)


def test_exceptions_may_stand_before_weekdays_that_they_never_meet() -> None:
    hours = parse("Sat,Sun,PH 15-21; Mon-Thu 9-15")

    assert opening.is_open(hours, at("2026-12-25T16:00"))


@pytest.mark.parametrize(
    ("text", "fi", "sv", "en"),
    [
        ("24/7", "ympäri vuorokauden", "dygnet runt", "around the clock"),
        ("daily 18-24", "joka päivä klo 18-24", "varje dag kl. 18-24", "every day 18-24"),
        ("Mon-Fri 9-16", "arkisin klo 9-16", "vardagar kl. 9-16", "weekdays 9-16"),
        ("Mon-Fri 8-16; PH off", "arkisin klo 8-16", "vardagar kl. 8-16", "weekdays 8-16"),
        (
            "daily 9:30-12; PH off",
            "joka päivä klo 9.30-12; pyhinä kiinni",
            "varje dag kl. 9.30-12; helgdagar stängt",
            "every day 9:30-12; public holidays closed",
        ),
        (
            "Mon,Wed 16-20; Tue,Thu-Fri 9-12,13-15",
            "ma ja ke klo 16-20; ti ja to-pe klo 9-12 ja 13-15",
            "mån och ons kl. 16-20; tis och tors-fre kl. 9-12 och 13-15",
            "Mon and Wed 16-20; Tue and Thu-Fri 9-12 and 13-15",
        ),
        (
            "Mon-Thu 9-15; Sat,Sun,PH,PH-eve 15-21",
            "ma-to klo 9-15; viikonloppuisin, pyhinä ja pyhien aattoina klo 15-21",
            "mån-tors kl. 9-15; veckoslut, helgdagar och dagar före helgdagar kl. 15-21",
            "Mon-Thu 9-15; weekends, public holidays and eves of public holidays 15-21",
        ),
        ("Fri-Sat 22-02:30", "pe-la klo 22-2.30", "fre-lör kl. 22-2.30", "Fri-Sat 22-2:30"),
        (
            "Mon 0-24; 06-15..08-10 off",
            "ma ympäri vuorokauden; 15.6.-10.8. kiinni",
            "mån dygnet runt; 15.6-10.8 stängt",
            "Mon around the clock; 15.6.-10.8. closed",
        ),
    ],
)
def test_hours_in_words(text: str, fi: str, sv: str, en: str) -> None:
    told = [describe(parse(text), language) for language in (Language.FI, Language.SV, Language.EN)]

    assert told == [fi, sv, en]


def test_past_exceptions_are_not_told() -> None:
    hours = parse("Mon-Fri 9-16; 2026-12-23..2027-01-06 off")

    before = describe(hours, Language.FI, today=date(2027, 1, 6))
    after = describe(hours, Language.FI, today=date(2027, 1, 7))

    assert before == "arkisin klo 9-16; 23.12.2026-6.1.2027 kiinni"
    assert after == "arkisin klo 9-16"


def test_a_language_without_words_is_told_in_finnish() -> None:
    assert describe(parse("24/7"), Language.SO) == "ympäri vuorokauden"


# --- Properties ----------------------------------------------------------------------------------

# The machine that runs the tests may be busy with others.
unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
clocks = st.integers(0, 24 * 4 - 1).map(lambda quarter: f"{quarter // 4:02}:{quarter % 4 * 15:02}")
times = st.one_of(
    st.just("off"),
    st.lists(clocks, min_size=2, max_size=4, unique=True).map(
        lambda marks: ",".join(
            f"{start}-{end}" for start, end in zip(sorted(marks)[::2], sorted(marks)[1::2], strict=False)
        )
    ),
    st.tuples(clocks, clocks).filter(lambda ends: ends[0] != ends[1]).map("-".join),
    st.just("0-24"),
)
weekdays = st.lists(st.sampled_from(WEEKDAYS), min_size=1, max_size=4).map(",".join)
dates = st.dates(date(2026, 1, 1), date(2027, 12, 31))
special = st.one_of(
    st.sampled_from(["PH", "PH-eve", "PH,PH-eve"]),
    dates.map(lambda day: f"{day:%m-%d}"),
    st.tuples(dates, dates).map(lambda ends: f"{ends[0]:%m-%d}..{ends[1]:%m-%d}"),
    dates.map(str),
    st.tuples(dates, dates).map(lambda ends: f"{min(ends)}..{max(ends)}"),
)
rules = st.tuples(st.one_of(st.just("daily"), weekdays, special), times).map(" ".join)


def _readable(text: str) -> bool:
    try:
        parse(text)
    except HoursError:
        return False
    return True


texts = st.lists(rules, min_size=1, max_size=4).map("; ".join).filter(_readable)
all_hours = texts.map(parse)
# Around both changes of the clock, midsummer and Christmas, and anywhere in two years.
moments = st.one_of(
    *(
        st.datetimes(datetime(2026, month, day), datetime(2026, month, day) + timedelta(days=4))  # noqa: DTZ001
        for month, day in [(3, 27), (6, 17), (10, 23), (12, 22)]
    ),
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)),  # noqa: DTZ001 (zoned below)
).map(lambda moment: moment.replace(tzinfo=UTC))


@unhurried
@given(all_hours)
def test_written_hours_parse_to_the_same(hours: Hours) -> None:
    assert parse(str(hours)) == hours


@unhurried
@given(all_hours)
def test_all_hours_can_be_told_in_words(hours: Hours) -> None:
    assert all(describe(hours, language) for language in Language)


@unhurried
@given(st.text(alphabet="Mon-Fri,;PHeve 0123456789:.dailyoff/", max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(HoursError):
        parse(text)


def _just_before(moment: datetime) -> datetime:
    """In UTC: Python subtracts from what a zone's clock shows, which in spring may be a time that there is not."""
    return moment.astimezone(UTC) - timedelta(microseconds=1)


@unhurried
@given(all_hours, moments)
@example(parse("daily 03:00-00:00"), datetime(2026, 3, 28, 23, tzinfo=UTC))
def test_it_is_closed_until_it_opens(hours: Hours, now: datetime) -> None:
    opens = opening.opens_at(hours, now)

    if opens is not None:
        assert now < opens <= now + timedelta(days=HORIZON_DAYS)
        assert opening.is_open(hours, opens)
        assert not opening.is_open(hours, _just_before(opens))


@unhurried
@given(all_hours, moments)
def test_it_is_open_until_it_closes(hours: Hours, now: datetime) -> None:
    closes = opening.closes_at(hours, now)

    if closes is None:
        assert not opening.is_open(hours, now) or opening.is_open(
            hours, now + timedelta(days=HORIZON_DAYS - 2)
        )
    else:
        assert opening.is_open(hours, now)
        assert opening.is_open(hours, _just_before(closes))
        assert not opening.is_open(hours, closes)


@unhurried
@given(all_hours, moments)
def test_a_closed_service_is_closed_all_the_way_to_its_opening(hours: Hours, now: datetime) -> None:
    state = opening.status(hours, now)

    if not state.is_open:
        end = state.opens_at or now + timedelta(days=3)
        steps = [now + (end - now) * step / 40 for step in range(40)]
        assert not any(opening.is_open(hours, step) for step in steps)


def test_round_the_clock_has_one_spelling() -> None:
    assert parse("daily 0-24") == parse("24/7") == Hours((Rule(spans=(Span(0, 24 * 60),), daily=True),))
