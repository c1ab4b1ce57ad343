"""The queue: who waits, the gravest first, then those who have waited longest."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from starlette.requests import Request
from starlette.responses import Response

from bot.handoff.alerting import SIGNS, STAFF
from bot.handoff.reminding import duration
from bot.web.desk_events import notices, written
from bot.web.desk_visit import Desk, Visit, visiting
from content.hours import HELSINKI
from content.library import Library
from intents.risk import Kind, Level
from storage import cases, desk_cases
from storage.cases import Case
from storage.desk_cases import Waiting

NO_CAMPUS = "-"  # in the filter: cases of which it is not known
AT_ONCE = timedelta(0)  # a machine's clock may have been set back since
FOREVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class CaseLine:
    """What is seen of a case at a glance."""

    code: str
    level: str  # none, concern, crisis, emergency
    sign: str
    level_name: str
    matter: str  # the kind of danger; "" when there is none
    campus: str
    role: str
    language: str
    status: str
    holder: str
    is_mine: bool
    opened: str
    waited: str  # how long; "" when nothing waits
    not_arrived: bool
    outcome: str = ""


def line_of(case: Case, visit: Visit, waiting: Waiting | None = None) -> CaseLine:
    """Write a case on one line."""
    library, level = visit.library, Level(case.level)
    outcome = library.outcomes.get(case.outcome or "")
    since = waiting.since if waiting is not None else None
    return CaseLine(
        code=case.code,
        level=level.name.lower(),
        sign=SIGNS[level],
        level_name=library.say(f"level.{level.name.lower()}", language=STAFF),
        matter=library.say(f"kind.{case.kind}", language=STAFF) if case.kind in set(Kind) else "",
        campus=campus_name(case.campus, library),
        role=library.say(f"role.{case.role}" if case.role else "staff.role_unknown", language=STAFF),
        language=library.say(f"spoken.{case.language or STAFF}", language=STAFF),
        status=case.status,
        holder=case.holder or "",
        is_mine=case.status == cases.CLAIMED and case.claimed_by == visit.by(case),
        opened=clock_time(case.opened_at, visit.now),
        waited=duration(max(visit.now - since, AT_ONCE), library) if since is not None else "",
        not_arrived=waiting is not None and bool(waiting.not_arrived),
        outcome=outcome.name if outcome is not None else "",
    )


def campus_name(campus: str | None, library: Library) -> str:
    """Name a campus, or say that it is not known."""
    known = library.campuses.get(campus or "")
    return known.name.get(STAFF) if known else library.say("staff.campus_unknown", language=STAFF)


def clock_time(moment: datetime, now: datetime) -> str:
    """Write when something was: the time, and the day unless it is today's."""
    there, today = moment.astimezone(HELSINKI), now.astimezone(HELSINKI).date()
    time = f"{there:%H.%M}"
    return time if there.date() == today else f"{there.day}.{there.month}. {time}"


async def on_queue(desk_: Desk, request: Request) -> Response:
    """Show the queue."""
    async with visiting(desk_, request) as visit:
        found = await desk_cases.open_cases(visit.session, visit.reach)
        waiting = await desk_cases.waiting(visit.session, visit.reach)
        closed = await desk_cases.closed_lately(visit.session, visit.reach, now=visit.now)
        await visit.notes("looked")
        seen, told = await written(visit), await notices(visit)
    library = visit.library
    campuses = _campuses([*found, *closed], library)
    chosen = request.query_params.get("campus", "")
    chosen = chosen if chosen in dict(campuses) else ""
    ordered = sorted((case for case in found if _is_of(case, chosen)), key=lambda case: _rank(case, waiting))
    return desk_.page(
        request,
        "desk_queue.html",
        visit=visit,
        lines=[line_of(case, visit, waiting.get(case.id)) for case in ordered],
        closed=[line_of(case, visit) for case in closed if _is_of(case, chosen)],
        campuses=campuses,
        chosen=chosen,
        others=len(found) - len(ordered),
        said=library.say("desk.done_hand", language=STAFF)
        if request.query_params.get("done") == "hand"
        else "",
        notices=[(each, clock_time(each.at, visit.now)) for each in told],
        where="queue",
        seen=seen,
    )


def _is_of(case: Case, campus: str) -> bool:
    return not campus or (case.campus or NO_CAMPUS) == campus


def _campuses(found: Sequence[Case], library: Library) -> list[tuple[str, str]]:
    """Return the campuses to choose from, when there is more than one."""
    there = {case.campus or NO_CAMPUS for case in found}
    named = [(campus, campus_name(campus, library)) for campus in (*library.campuses, NO_CAMPUS)]
    return [each for each in named if each[0] in there] if len(there) > 1 else []


def _rank(case: Case, waiting: dict[int, Waiting]) -> tuple[int, datetime]:
    """Order by urgency, then by how long somebody has waited; those who wait for nothing come last of their level."""
    its = waiting.get(case.id)
    return -case.level, (its.since if its is not None else None) or FOREVER
