"""Commands for those who keep the packs: check, new-pack, export, import."""

import argparse
import itertools
import json
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from bot.checking_messages import too_long
from bot.settings import read_settings
from content import hsds, importing, table
from content.checkup import Checkup, all_reviews, examine
from content.faults import Fault, Subject, shown_path
from content.hours import HELSINKI
from content.index import Index
from content.library import PACKS_DIR
from content.new_pack import PackRefused, make
from content.reviewing import Reason
from content.sources import gather

if TYPE_CHECKING:
    from rich.progress import Progress

OK, FAILED, USAGE = 0, 1, 2
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
    making = add("new-pack", on_new_pack, "make the pack of another school", has_pack=False)
    making.add_argument("new", metavar="NAME", help="small letters a-z and digits, such as keuda")
    exporting = add("export", on_export, "write a pack's services for other programs")
    exporting.add_argument("form", choices=["hsds"], help="hsds: Open Referral HSDS 3, JSON")
    exporting.add_argument(
        "--all", action="store_true", help="also what is not verified or is closed, marked so"
    )
    bringing = add("import", on_import, "bring services into a pack, unverified")
    bringing.add_argument("file", nargs="?", type=Path, metavar="FILE", help="HSDS 3 JSON, or a CSV table")
    bringing.add_argument("--template", action="store_true", help="print a table to fill in")


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
    found = all_reviews(PACKS_DIR, today=now.date())
    for owner, reviews in itertools.groupby(found, key=lambda review: review.owner):
        its = list(reviews)
        yield f"{owner} ({len(its)})"
        for review in its:
            fault = review.placed.fault(("id",), _REASONS[review.reason])
            noun = review.placed.noun
            yield f"  {fault.file}:{fault.line}: {noun.id}: {fault.message} ({noun.checked or 'never'})"
        yield ""
    yield "What staff flagged as out of date is in the database: matala flagged"
    yield f"{len(found)} to review." if found else "Nothing to review."


def _now() -> datetime:
    return (read_settings().now or datetime.now(HELSINKI)).astimezone(HELSINKI)


def _print(lines: Iterable[str]) -> int:
    for line in lines:
        print(line)
    return OK


# ---------------------------------------------------------------- new-pack


def on_new_pack(options: argparse.Namespace) -> int:
    """Make the pack of another school, and say what to do with it."""
    try:
        files = make(options.new, PACKS_DIR)
    except PackRefused as refused:
        print(f"matala: {refused}", file=sys.stderr)
        return FAILED
    _print(f"made {shown_path(file)}" for file in files)
    return _print(
        [
            "Fill in what is marked TÄYTÄ, then: matala check",
            f"Try it: matala chat --pack {options.new}   Run it: MATALA_PACK={options.new}",
        ]
    )


# ---------------------------------------------------------------- export, import


def on_export(options: argparse.Namespace) -> int:
    """Write the services of a pack on standard output, as HSDS 3."""
    index = Index(gather(_pack(options), PACKS_DIR))
    services = [placed.noun for placed in index.services.values()]
    page = hsds.export(each for each in services if each.is_shown or options.all)
    return _print([json.dumps(page, ensure_ascii=False, indent=2)])


def on_import(options: argparse.Namespace) -> int:
    """Bring services into a pack, unverified, and report what became of each."""
    if options.template:
        return _print([table.template().rstrip()])
    if options.file is None:
        print("matala import: name a file, or --template\ntry: matala import --help", file=sys.stderr)
        return USAGE
    try:
        pack = _pack(options)
        offers = importing.read_offers(options.file)
        with _bar() as bar:
            task = bar.add_task("services", total=len(offers))
            report = importing.bring_in(
                offers, pack, PACKS_DIR, tell=lambda done: bar.update(task, completed=done)
            )
    except importing.ImportRefused as refused:
        print(f"matala: {refused}", file=sys.stderr)
        return FAILED
    _print(_told(report, pack))
    return FAILED if report.refused else OK


def _told(report: importing.Report, pack: str) -> Iterator[str]:
    yield f"new        {len(report.new)}"
    yield from (f"  {name}" for name in report.new)
    yield f"changed    {len(report.changed)}"
    yield from (f"  {name}: {differences}" for name, differences in report.changed)
    yield f"unchanged  {len(report.unchanged)}"
    yield f"refused    {len(report.refused)}"
    yield from (f"  {name}: {why}" for name, why in report.refused)
    if report.new or report.changed:
        file = shown_path(PACKS_DIR / pack / importing.IMPORTED)
        yield f"In {file}, all unverified: nobody is shown them before you have checked each."


def _bar() -> "Progress":
    """Make a progress bar; beside what is printed, and only where somebody sees it."""
    # Here: no other command draws anything, and every start would wait for it.
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    return Progress(*columns, console=Console(stderr=True), transient=True)


def _pack(options: argparse.Namespace) -> str:
    pack: str = options.pack or read_settings().pack
    return pack
