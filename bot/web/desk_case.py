"""One case: who and how grave, what was said, notes, and what can be done now."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from bot.dialogue import safety
from bot.handoff.alerting import STAFF
from bot.web.desk_events import written
from bot.web.desk_queue import campus_name, clock_time, line_of
from bot.web.desk_visit import Desk, Visit, visiting
from content.library import Library
from content.schema import Role
from intents.language import ANSWERED, Language
from intents.risk import Level
from intents.text import mask_identity_codes
from storage import cases, desk, desk_cases, notes
from storage.cases import Case
from storage.turns import TurnRow

EXPLAINED = 15  # of the person's last lines: how the bot reads each takes a millisecond
PERSON, STAFF_SIDE = "person", "staff"  # who spoke in a turn, as storage names them
DONE = frozenset({"claim", "release", "reply", "note", "close", "hand"})  # what a page may say was just done


@dataclass(frozen=True, slots=True)
class Said:
    """Something that was said, as the page shows it."""

    by: str  # person, bot, staff
    text: str
    at: str
    moment: str  # the same for machines
    understood: str = ""
    is_danger: bool = False
    mark: str = ""
    is_on_its_way: bool = False
    is_before: bool = False  # before the case was opened


@dataclass(frozen=True, slots=True)
class Canned:
    """A canned answer, as this person would read it."""

    id: str
    name: str
    text: str
    finnish: str  # the same for staff, where the person reads another language


@dataclass(frozen=True, slots=True)
class Target:
    """To whom a case may be handed over."""

    value: str
    name: str


async def on_case(desk_: Desk, request: Request) -> Response:
    """Show a case."""
    async with visiting(desk_, request) as visit:
        case = await desk_cases.access(visit.session, request.path_params["code"], reach=visit.reach)
        await visit.notes("looked", case)
        done = request.query_params.get("done", "")
        said = visit.library.say(f"desk.done_{done}", language=STAFF, code=case.code) if done in DONE else ""
        chosen = visit.library.canned.get(request.query_params.get("canned", ""))
        draft = {"text": chosen.text.get(_language_of(case))} if chosen is not None else {}
        return await show(visit, case, said=said, draft=draft)


async def show(
    visit: Visit,
    case: Case,
    *,
    said: str = "",
    refused: str = "",
    draft: Mapping[str, str] | None = None,
) -> Response:
    """Make the page of a case; `refused` says why nothing was done, `draft` is what had been written."""
    session, library = visit.session, visit.library
    waiting = (await desk_cases.waiting(session, visit.reach)).get(case.id)
    before, during = await desk_cases.conversation(session, case)
    line = line_of(case, visit, waiting)
    return visit.desk.page(
        visit.request,
        "desk_case.html",
        status=409 if refused else 200,
        visit=visit,
        line=line,
        talk=_talk(before, during, visit, case),
        notes=[(each, clock_time(each.at, visit.now)) for each in await notes.of(session, case.id)],
        can_reply=line.is_mine,
        is_open=case.status != cases.CLOSED,
        is_there=await desk_cases.is_there(session, case),
        must_be_sure=_must_be_sure(case, is_mine=line.is_mine),
        targets=await _targets(visit, case),
        canned=_canned(library, case),
        outcomes=list(library.outcomes.values()),
        their_language=library.say(f"spoken.{case.language or STAFF}", language=STAFF),
        language_code=_language_of(case),
        line_ref=f"desk-{secrets.token_hex(16)}",
        said=said,
        refused=refused,
        draft=draft or {},
        where="case",
        seen=await written(visit),
    )


def _must_be_sure(case: Case, *, is_mine: bool) -> str:
    """Say what somebody should know before they close a case; "" when there is nothing."""
    if case.status == cases.CLAIMED and not is_mine:
        return "desk.sure_anothers"
    if case.status == cases.NEW and case.level >= Level.CRISIS:
        return "desk.sure_in_danger"
    return ""


def must_be_sure(visit: Visit, case: Case) -> bool:
    """Tell whether closing a case takes a second thought: one click must not end what a colleague does."""
    is_mine = case.status == cases.CLAIMED and case.claimed_by == visit.by(case)
    return bool(_must_be_sure(case, is_mine=is_mine))


def _talk(before: Sequence[TurnRow], during: Sequence[TurnRow], visit: Visit, case: Case) -> list[Said]:
    every = [*before, *during]
    theirs = [turn for turn in every if turn.by == PERSON][-EXPLAINED:]
    return [_said(turn, visit, case, is_before=turn in before, is_explained=turn in theirs) for turn in every]


def _said(turn: TurnRow, visit: Visit, case: Case, *, is_before: bool, is_explained: bool) -> Said:
    understood, is_danger = _understood(turn.text, case, visit.library) if is_explained else ("", False)
    return Said(
        by=turn.by,
        text=mask_identity_codes(turn.text) if turn.by == PERSON else turn.text,
        at=clock_time(turn.at, visit.now),
        moment=turn.at.isoformat(),
        understood=understood,
        is_danger=is_danger,
        mark=turn.mark or "",
        is_on_its_way=turn.by == STAFF_SIDE and bool(turn.ref) and not turn.mark,
        is_before=is_before,
    )


def _understood(text: str, case: Case, library: Library) -> tuple[str, bool]:
    """Say what the bot takes a line to be about, and whether it sees danger in it."""
    found = library.reader.understand(text, role=Role(case.role) if case.role else None)
    if safety.is_danger(found.risk):
        kind = library.say(f"kind.{found.risk.kind}", language=STAFF)
        return f"{kind} ({library.say(f'about.{found.risk.about}', language=STAFF)})", True
    return (library.topic_name(found.topic, STAFF) if found.topic is not None else "", False)


async def _targets(visit: Visit, case: Case) -> list[Target]:
    """List to whom a case may go: colleagues at the desk who may see it, then the staff of other chats."""
    if case.status == cases.CLOSED:
        return []
    keys = visit.desk.web.database.keys
    found: dict[str, Target] = {}
    for each in await desk.present(visit.session, at=visit.now):
        key = f"staff:{keys.fingerprint(each.visitor.staff)}"
        may_see = each.visitor.staff_chat in {None, case.staff_chat}
        if may_see and each.visitor.staff != visit.visitor.staff:
            found[key] = Target(key, each.visitor.name)
    for chat in visit.chats:
        if chat.chat != case.staff_chat:
            found[f"chat:{chat.campus}"] = Target(
                f"chat:{chat.campus}", chat_name(chat.campus, visit.library)
            )
    return list(found.values())


def chat_name(campus: str, library: Library) -> str:
    """Name the staff of a campus, or of all."""
    if campus not in library.campuses:
        return library.say("staff.every_campus", language=STAFF)
    return campus_name(campus, library)


def _language_of(case: Case) -> Language:
    return Language(case.language) if case.language in ANSWERED else STAFF


def _canned(library: Library, case: Case) -> list[tuple[str, list[Canned]]]:
    """List the canned answers by matter, in the person's language."""
    language = _language_of(case)
    matters: dict[str, list[Canned]] = {}
    for each in library.canned.values():
        finnish = "" if language is STAFF else each.text.get(STAFF)
        shown = Canned(each.id, each.name, each.text.get(language), finnish)
        matters.setdefault(each.matter, []).append(shown)
    return list(matters.items())
