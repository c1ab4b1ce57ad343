"""What is done with a case at the desk: each form is one transaction, through the functions of handoff."""

import re
from collections.abc import Awaitable, Callable, Mapping

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.handoff import at_desk, claiming, closing
from bot.handoff.alerting import STAFF
from bot.handoff.at_desk import Declined
from bot.handoff.desk_room import DESK
from bot.handoff.letters import Letter
from bot.web.desk_case import must_be_sure, show
from bot.web.desk_channel import NEWS
from bot.web.desk_visit import PATH, Desk, Visit, form_of, visiting
from storage import cases, desk, desk_cases
from storage.cases import Case

LONGEST = 4000  # characters of a line: one message, as people read it
_LINE = re.compile(r"desk-[0-9A-Za-z-]{1,59}")  # a line's own name, no longer than its column

Deed = Callable[[Visit, Case], Awaitable[list[Letter]]]


async def on_deed(desk_: Desk, request: Request, name: str) -> Response:
    """Do what a form asks for, and show the case; what cannot be done is said, and nothing written is lost."""
    form = await form_of(request)
    try:
        async with visiting(desk_, request, form) as visit:
            case = await desk_cases.access(visit.session, request.path_params["code"], reach=visit.reach)
            case = await _heard(visit, case)
            letters = await DEEDS[name](visit, case)
            answer = await visit.posts(letters)
            if answer and len(letters) == 1:  # somebody was faster
                case = await cases.access(visit.session, case.id, staff_chat=visit.reach)
                await visit.notes("looked", case)  # what is shown was seen
                return await show(visit, case, refused=answer, draft=form)
            await visit.notes(name, case)
    except Declined as declined:
        return await _show_declined(desk_, request, form, declined.key)
    desk_.web.on_letters()
    desk_.web.bells.ring(NEWS)
    if name == "hand" and not form.get("to", "").startswith("staff:"):
        return RedirectResponse(f"{PATH}?done={name}", 303)  # it may be out of reach now
    return RedirectResponse(f"{PATH}/case/{case.code}?done={name}", 303)


async def _heard(visit: Visit, case: Case) -> Case:
    """Let a case that no staff chat hears of be the desk's: somebody has found it there."""
    if case.staff_chat is not None:
        return case
    await cases.set_staff_chat(visit.session, case.id, DESK)
    return await cases.access(visit.session, case.id, staff_chat=DESK)


async def _show_declined(desk_: Desk, request: Request, form: Mapping[str, str], key: str) -> Response:
    async with visiting(desk_, request, form) as visit:
        case = await desk_cases.access(visit.session, request.path_params["code"], reach=visit.reach)
        await visit.notes("looked", case)
        holder = case.holder or ""
        why = visit.library.say(key, language=STAFF, code=case.code, holder=holder)
        return await show(visit, case, refused=why, draft=form)


# ---------------------------------------------------------------- the deeds


async def _claim(visit: Visit, case: Case) -> list[Letter]:
    turn = visit.turn_in(case)
    return await claiming.on_claim(visit.session, turn, case, visit.library, by=visit.by(case), now=visit.now)


async def _release(visit: Visit, case: Case) -> list[Letter]:
    turn = visit.turn_in(case)
    return await claiming.on_release(
        visit.session, turn, case, visit.library, by=visit.by(case), now=visit.now
    )


async def _reply(visit: Visit, case: Case) -> list[Letter]:
    turn = visit.turn_in(case, text=_words(visit, "text"), ref=_line(visit))
    return await at_desk.on_reply(visit.session, turn, case, visit.library, by=visit.by(case), now=visit.now)


async def _note(visit: Visit, case: Case) -> list[Letter]:
    turn = visit.turn_in(case, text=_words(visit, "note"), ref=_line(visit))
    return await at_desk.on_note(visit.session, turn, case, visit.library, now=visit.now)


async def _close(visit: Visit, case: Case) -> list[Letter]:
    if case.status != cases.CLOSED and must_be_sure(visit, case) and not visit.form.get("sure"):
        raise Declined("desk.declined_unsure")
    outcome = visit.form.get("outcome", "")
    if outcome not in visit.library.outcomes:
        raise Declined("desk.declined_outcome")
    turn = visit.turn_in(case)
    return await closing.by_staff(visit.session, turn, case, visit.library, now=visit.now, outcome=outcome)


async def _hand(visit: Visit, case: Case) -> list[Letter]:
    """Hand a case over, to a colleague or to the staff of another chat."""
    kind, _, to = visit.form.get("to", "").partition(":")
    turn = visit.turn_in(case)
    if kind == "chat":
        chats = [chat for chat in visit.chats if chat.campus == to and chat.chat != case.staff_chat]
        if chats:
            return await at_desk.to_other_chat(
                visit.session, turn, case, chats[-1], visit.library, now=visit.now
            )
    keys = visit.desk.web.database.keys
    for each in await desk.present(visit.session, at=visit.now):
        who, may_see = each.visitor, each.visitor.staff_chat in {None, case.staff_chat}
        if kind == "staff" and may_see and keys.fingerprint(who.staff) == to:
            return await at_desk.to_colleague(
                visit.session, turn, case, visit.library, to=to, name=who.name, now=visit.now
            )
    raise Declined("desk.declined_nobody")


def _words(visit: Visit, field: str) -> str:
    """Return what was written; too much or nothing is declined."""
    text = visit.form.get(field, "").replace("\r\n", "\n").strip()
    if not text:
        raise Declined("desk.declined_empty")
    if len(text) > LONGEST:
        raise Declined("desk.declined_long")
    return text


def _line(visit: Visit) -> str:
    """Return the line's own name, by which it goes out once."""
    line = visit.form.get("line", "")
    if _LINE.fullmatch(line) is None:
        raise Declined("desk.declined_form")
    return line


DEEDS: Mapping[str, Deed] = {
    "claim": _claim,
    "release": _release,
    "reply": _reply,
    "note": _note,
    "close": _close,
    "hand": _hand,
}
