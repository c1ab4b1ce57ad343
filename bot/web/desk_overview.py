"""The overview: how much waits where, what people ask about today, what they do not find; and the audit log."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from bot.handoff.alerting import SIGNS, STAFF
from bot.web.desk_chart import Bar, bars, number, total
from bot.web.desk_events import written
from bot.web.desk_queue import campus_name, clock_time
from bot.web.desk_visit import Desk, Visit, visiting
from content.library import Library
from intents.risk import Level
from storage import audit, counts, desk_cases, flags, unanswered
from storage.cases import CaseOutOfReach
from storage.flags import Flag

MOST_TOPICS = 12  # what people ask most
HELPFUL_DAYS = 30  # in which answers helped or did not
LEVELS = (Level.EMERGENCY, Level.CRISIS, Level.CONCERN, Level.NONE)


@dataclass(frozen=True, slots=True)
class CampusRow:
    """Open cases of a campus by level: staff know each of them, so nothing is hidden."""

    name: str
    counts: tuple[int, ...]  # in the order of LEVELS
    total: int


@dataclass(frozen=True, slots=True)
class Helpful:
    """How often the answers to a topic helped."""

    name: str
    helped: str
    did_not: str


async def on_overview(desk_: Desk, request: Request) -> Response:
    """Show the overview."""
    async with visiting(desk_, request) as visit:
        session, library = visit.session, visit.library
        today = visit.now.date()
        asked = _named(await counts.asked_on(session, today), library)
        waiting = await unanswered.waiting(session)
        helped = await counts.helpful_since(session, today - timedelta(days=HELPFUL_DAYS - 1))
        flagged = await flags.flagged(session)
        by_level = await desk_cases.levels_by_campus(session, visit.reach)
        await visit.notes("overview")
        return desk_.page(
            request,
            "desk_overview.html",
            visit=visit,
            levels=[
                (SIGNS[each], library.say(f"level.{each.name.lower()}", language=STAFF)) for each in LEVELS
            ],
            campuses=_campuses(by_level, library),
            asked=bars(asked, library, most=MOST_TOPICS),
            asked_total=total(asked.values(), library),
            unanswered=_unanswered(waiting, library),
            unanswered_total=total(waiting.values(), library),
            helpful=_helpful(helped, library),
            helpful_days=str(HELPFUL_DAYS),
            flagged=[(_flagged_name(each, library), each) for each in flagged],
            where="overview",
            seen=await written(visit),
        )


def _campuses(by_level: Mapping[tuple[str | None, int], int], library: Library) -> list[CampusRow]:
    there = {campus for campus, _ in by_level}
    rows = []
    for campus in (*library.campuses, None):
        numbers = tuple(by_level.get((campus, int(level)), 0) for level in LEVELS)
        if campus in there:
            rows.append(CampusRow(campus_name(campus, library), numbers, sum(numbers)))
    return rows


def _named(asked: Mapping[str, int], library: Library) -> dict[str, int]:
    return {
        library.topic_name(topic, STAFF): times for topic, times in asked.items() if topic in library.topics
    }


def _unanswered(waiting: Mapping[str, int], library: Library) -> list[Bar]:
    named = {
        library.say(f"desk.unanswered_{outcome}", language=STAFF): times for outcome, times in waiting.items()
    }
    return bars(named, library, most=len(named))


def _helpful(helped: Mapping[str, tuple[int, int]], library: Library) -> Sequence[Helpful]:
    """List what did not help most often first; where few have answered, nothing is said."""
    known = [
        (topic, yes, no)
        for topic, (yes, no) in helped.items()
        if topic in library.topics and number(yes + no, library) == str(yes + no)
    ]
    return [
        Helpful(library.topic_name(topic, STAFF), number(yes, library), number(no, library))
        for topic, yes, no in sorted(known, key=lambda each: (-each[2], each[0]))[:MOST_TOPICS]
    ]


def _flagged_name(flag: Flag, library: Library) -> str:
    """Name what is flagged, as people know it; its id where it is gone."""
    if flag.subject in library.services:
        return library.services[flag.subject].name.get(STAFF)
    if flag.subject in library.topics:
        return library.topic_name(flag.subject, STAFF)
    return flag.subject


async def on_audit(desk_: Desk, request: Request) -> Response:
    """Show who saw or did what, to those who see all cases."""
    async with visiting(desk_, request) as visit:
        if visit.visitor.staff_chat is not None:
            raise CaseOutOfReach
        code = request.query_params.get("case", "").replace("\0", "").strip().upper()
        found = await audit.deeds(visit.session, case_code=code or None)
        await visit.notes("audit")
        return desk_.page(
            request,
            "desk_audit.html",
            visit=visit,
            deeds=[(each, clock_time(each.at, visit.now), _deed(each.deed, visit)) for each in found],
            code=code,
            where="audit",
            seen=await written(visit),
        )


def _deed(deed: str, visit: Visit) -> str:
    return visit.library.say(f"desk.deed_{deed}", language=STAFF)
