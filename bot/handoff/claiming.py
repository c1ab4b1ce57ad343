"""Taking a case and giving it back. Who presses first has it; the others learn who was faster."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.channel import Button, PressAnswer, StaffTurn
from bot.dialogue import presses
from bot.dialogue.presses import Verb
from bot.dialogue.state import say
from bot.handoff import moving
from bot.handoff.alerting import STAFF, claimed_buttons, on_alert, open_buttons, staff_note
from bot.handoff.letters import Letter
from bot.handoff.reminding import expect_answer, first_reminder, to_released_person
from content.library import Library
from intents.language import Language
from intents.risk import Level
from storage import cases
from storage.cases import Case
from storage.outbox import Priority


async def on_claim(
    session: AsyncSession, turn: StaffTurn, case: Case, library: Library, *, by: str, now: datetime
) -> list[Letter]:
    """Give the case to the first who presses, and tell the person that somebody is there."""
    if not await cases.claim(session, case.id, by=by, holder=turn.name, at=now):
        current = await cases.access(session, case.id, staff_chat=turn.chat)
        return [_answer(turn, _why_not(current, by, library))]
    case, moved = await moving.to_where_it_is_taken(session, turn, case, library)
    # A pressed button has helped nobody yet: who takes a case is expected to write.
    await expect_answer(session, case, Level(case.level), library, now=now)
    language = Language(case.language or Language.FI)
    end = Button(library.say("button.end", language=language), presses.data(Verb.END))
    joined = say(case.contact_chat, library.say("case.joined", language=language), buttons=((end,),))
    return [
        _answer(turn, library.say("staff.yours", language=STAFF, code=case.code)),
        Letter(joined, is_important=True, case_id=case.id),
        *on_alert(case, claimed_buttons(case, library), besides=turn.ref),
        staff_note(
            case, "staff.claimed_at_desk" if turn.is_at_desk else "staff.claimed", library, holder=turn.name
        ),
        *moved,
    ]


async def on_release(
    session: AsyncSession, turn: StaffTurn, case: Case, library: Library, *, by: str, now: datetime
) -> list[Letter]:
    """Put a case back for a colleague to take. Anybody on the team may: its holder may have gone home ill."""
    remind_at = first_reminder(library, case.campus, Level(case.level), now=now)
    if not await cases.release(session, case.id, remind_at=remind_at):
        return [_answer(turn, _why_not(case, by, library))]
    return [
        _answer(turn, ""),
        to_released_person(case, library, now),
        *on_alert(case, open_buttons(case, library), besides=turn.ref),
        staff_note(case, "staff.released", library, holder=turn.name),
    ]


def _why_not(case: Case, by: str, library: Library) -> str:
    if case.status == cases.CLOSED:
        return library.say("staff.is_closed", language=STAFF, code=case.code)
    if case.status == cases.NEW:
        return library.say("staff.is_free", language=STAFF, code=case.code)
    if case.claimed_by == by:
        return library.say("staff.already_yours", language=STAFF, code=case.code)
    return library.say("staff.taken", language=STAFF, code=case.code, holder=case.holder or "")


def _answer(turn: StaffTurn, text: str) -> Letter:
    return Letter(PressAnswer(turn.chat, turn.press_id, text), Priority.EMERGENCY)
