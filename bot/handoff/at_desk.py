"""What staff do at the desk and not in a chat: replying, noting, handing over.

Taking, giving back and closing are the same functions as everywhere. What is done here is shown in the staff chat
of the case as well, so that whoever looks there knows it.
"""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.channel import Message, Part, StaffTurn
from bot.dialogue.state import say
from bot.handoff import moving
from bot.handoff.alerting import STAFF, on_alert, staff_note, to_staff
from bot.handoff.desk_room import DESK
from bot.handoff.letters import Letter, verbatim
from bot.handoff.reminding import expect_answer, first_reminder, to_released_person
from content.library import Library
from intents.language import Language
from intents.risk import Level
from storage import cases, notes, posts, reminders, turns
from storage.cases import Case
from storage.outbox import Priority
from storage.staff import StaffChat


class Declined(Exception):  # noqa: N818 (named for the case, as all of ours are)
    """What somebody wants to do at the desk cannot be done; `key` names the text that says why."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


async def on_reply(
    session: AsyncSession, turn: StaffTurn, case: Case, library: Library, *, by: str, now: datetime
) -> list[Letter]:
    """Carry a line to the person. `turn.ref` is the line's own name: the same line again goes nowhere.

    Raises:
        Declined: the case is closed, free, or somebody else's.
    """
    if not await posts.is_first(session, case_id=case.id, chat=DESK, ref=turn.ref):
        return []
    if case.status == cases.CLOSED:
        raise Declined("desk.declined_closed")
    if case.status == cases.NEW:
        raise Declined("desk.declined_free")
    if case.claimed_by != by:
        raise Declined("desk.declined_anothers")
    language = Language(case.language or Language.FI)
    lead = Part(library.say("case.staff_says", language=language) + "\n")
    line = Message(case.contact_chat, (lead, verbatim(turn.text)), origin=turn.ref, carries_for=DESK)
    await turns.add(
        session, case.contact_id, by="staff", text=turn.text, at=now, case_id=case.id, ref=turn.ref
    )
    await reminders.answered(session, case.id)
    return [Letter(line, is_important=True, case_id=case.id), *_shown(turn, case, library, "staff.desk_says")]


async def on_note(
    session: AsyncSession, turn: StaffTurn, case: Case, library: Library, *, now: datetime
) -> list[Letter]:
    """Keep a note for colleagues; the same note again is kept once."""
    if not await posts.is_first(session, case_id=case.id, chat=DESK, ref=turn.ref):
        return []
    await notes.add(session, case.id, turn.text, name=turn.name, at=now)
    return _shown(turn, case, library, "staff.desk_notes")


def _shown(turn: StaffTurn, case: Case, library: Library, key: str) -> list[Letter]:
    """Show in the staff chat what somebody wrote at the desk."""
    if case.staff_chat in {None, DESK}:
        return []
    lead = Part(library.say(key, language=STAFF, code=case.code, holder=turn.name) + "\n")
    return [Letter(to_staff(case, lead, verbatim(turn.text)), Priority.STAFF, case_id=case.id)]


async def to_other_chat(
    session: AsyncSession, turn: StaffTurn, case: Case, chat: StaffChat, library: Library, *, now: datetime
) -> list[Letter]:
    """Hand a case over to the staff of another chat, free to be taken; its person hears that somebody else comes.

    Raises:
        Declined: the case is closed.
    """
    if case.status == cases.CLOSED:
        raise Declined("desk.declined_closed")
    remind_at = first_reminder(library, case.campus, Level(case.level), now=now)
    was_held = await cases.release(session, case.id, remind_at=remind_at)
    if not was_held:
        await reminders.reminded(session, case.id, step=0, remind_at=remind_at)
    left = [] if case.staff_chat is None else _left_behind(turn, case, library)
    told = [to_released_person(case, library, now)] if was_held else []
    return [*told, *left, *await moving.to_chat(session, case, chat, library)]


def _left_behind(turn: StaffTurn, case: Case, library: Library) -> list[Letter]:
    # Without the case's number: it is somewhere else by the time that this is sent.
    text = library.say("staff.handed_over", language=STAFF, code=case.code, holder=turn.name)
    note = Message(case.staff_chat or "", (Part(text),), reply_to=case.alert_ref or "")
    return [*on_alert(case, ()), Letter(note, Priority.STAFF)]


async def to_colleague(
    session: AsyncSession,
    turn: StaffTurn,
    case: Case,
    library: Library,
    *,
    to: str,
    name: str,
    now: datetime,
) -> list[Letter]:
    """Hand a case over to a colleague: `to` is their fingerprint, `name` how they are called.

    Raises:
        Declined: it changed hands or was closed meanwhile.
    """
    if case.status == cases.CLOSED or not await cases.pass_on(session, case, by=to, holder=name, at=now):
        raise Declined("desk.declined_changed")
    passed = replace(case, status=cases.CLAIMED, claimed_by=to, holder=name)
    await expect_answer(session, passed, Level(case.level), library, now=now)
    language = Language(case.language or Language.FI)
    key = "case.handed_on" if case.status == cases.CLAIMED else "case.joined"
    joined = say(case.contact_chat, library.say(key, language=language))
    return [
        Letter(joined, is_important=True, case_id=case.id),
        staff_note(passed, "staff.passed_on", library, holder=turn.name, other=name),
    ]
