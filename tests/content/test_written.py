"""Tests of what was written of a moment."""

from datetime import UTC, datetime, timedelta

from content.written import MOST, Written

NOON = datetime(2026, 11, 23, 12, 0, 30, tzinfo=UTC)


def test_a_text_is_written_once_in_its_minute() -> None:
    written = Written()
    first = written.once("helpline", NOON, lambda: "open")

    again = written.once("helpline", NOON + timedelta(seconds=29), lambda: "written again")

    assert (first, again) == ("open", "open")


def test_the_next_minute_it_is_written_anew() -> None:
    """A line that closes at one is closed then, to the minute."""
    written = Written()
    written.once("helpline", NOON, lambda: "open")

    assert written.once("helpline", NOON + timedelta(seconds=30), lambda: "closed") == "closed"
    assert written.once("helpline", NOON, lambda: "open before") == "open before"


def test_it_keeps_no_more_than_a_minute_needs() -> None:
    written = Written()

    for number in range(3 * MOST):
        written.once(number, NOON, lambda: "text")

    assert written.once(0, NOON, lambda: "anew") == "anew"
