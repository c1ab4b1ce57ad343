"""Commands for those who keep the packs: check, new-pack, export, import."""

import argparse
import itertools
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any, Final

from bot.checking_messages import too_long
from bot.settings import read_settings
from content.checkup import Checkup, all_reviews, examine
from content.faults import Fault, Subject
from content.hours import HELSINKI
from content.reviewing import Reason

OK, FAILED = 0, 1
FIRST: Final = 5  # warnings of one subject that are shown without --all
SECONDS: Final = 20.0  # for trying phrases with the matcher; all of them take a minute

_REASONS: Final = {
    Reason.OVERDUE: "shown, checked too long ago",
    Reason.UNDATED: "shown, no date of checking",
    Reason.UNVERIFIED: "hidden until somebody verifies it",
}


def register(add: Any) -> None:
    """Add these commands to the parser of `matala`."""
    checking = add("check", on_check, "check all packs", has_pack=False)
    checking.add_argument("--all", action="store_true", help="show every warning, and try every phrase")
    checking.add_argument(
        "--stale", action="store_true", help="list what to review, by owner, and nothing else"
    )
    checking.add_argument(
        "--seconds",
        type=float,
        default=SECONDS,
        help="time for trying phrases with the matcher (default: %(default)g)",
    )


# ---------------------------------------------------------------- check


def on_check(options: argparse.Namespace) -> int:
    """Check all packs: 0 and a summary, or 1 and a line for each fault."""
    now = _now()
    if options.stale:
        return _print(_stale(now))
    checkup = examine(today=now.date(), is_time_left=_timer(options.seconds, is_endless=options.all))
    faults = sorted({*checkup.faults, *(fault for pack in checkup.packs for fault in too_long(pack, now))})
    errors = [fault for fault in faults if not fault.is_warning]
    warnings = [fault for fault in faults if fault.is_warning]
    _print(map(str, errors))
    if errors:
        return FAILED
    _print(_by_subject(warnings, shown=None if options.all else FIRST))
    return _print(_summary(checkup, len(warnings)))


def _timer(seconds: float, *, is_endless: bool) -> Callable[[], bool]:
    """Return a question whether time is left; it begins to run when it is first asked."""
    ends: list[float] = []

    def is_time_left() -> bool:
        if not ends:
            ends.append(time.monotonic() + seconds)
        return is_endless or time.monotonic() < ends[0]

    return is_time_left


def _by_subject(warnings: list[Fault], *, shown: int | None) -> Iterator[str]:
    """Yield warnings under the title of their subject, what matters most first."""
    for subject in Subject:
        its = [fault for fault in warnings if fault.subject is subject]
        if its:
            yield f"{subject} ({len(its)})"
            yield from (f"  {fault}" for fault in its[:shown])
            if shown is not None and len(its) > shown:
                yield f"  ... and {len(its) - shown} more: matala check --all"
            yield ""


def _summary(checkup: Checkup, warnings: int) -> Iterator[str]:
    if checkup.seen < checkup.phrases:
        yield f"{checkup.seen} of {checkup.phrases} phrases were tried in the time given; --all tries every one."
    yield f"The packs are in order{f', {warnings} warnings' if warnings else ''}."


def _stale(now: datetime) -> Iterator[str]:
    """Yield what to review, by owner, what people are shown first."""
    found = all_reviews(today=now.date())
    for owner, reviews in itertools.groupby(found, key=lambda review: review.owner):
        its = list(reviews)
        yield f"{owner} ({len(its)})"
        for review in its:
            fault = review.placed.fault(("id",), _REASONS[review.reason])
            service = review.placed.noun
            yield f"  {fault.file}:{fault.line}: {service.id}: {fault.message} ({service.checked or 'never'})"
        yield ""
    yield f"{len(found)} services to review." if found else "Nothing to review."


def _now() -> datetime:
    return (read_settings().now or datetime.now(HELSINKI)).astimezone(HELSINKI)


def _print(lines: Iterable[str]) -> int:
    for line in lines:
        print(line)
    return OK
