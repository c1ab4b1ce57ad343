"""Cases that go to another staff chat: because nobody answered, it is gone, or it became another chat."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession

from bot.channel import Message, Part, StaffTurn
from bot.handoff.alerting import (
    LAST_TURNS,
    STAFF,
    alert,
    claimed_buttons,
    headline,
    open_buttons,
    posted_for,
    recap,
)
from bot.handoff.letters import Letter, quote
from content.library import Library
from intents.risk import Kind
from storage import cases, reminders, turns, unsettled
from storage.cases import Case
from storage.outbox import Priority
from storage.staff import StaffChat
from storage.turns import TurnRow

LONG_CASE = 100  # turns told anew at most: who takes over reads what was said, not only how it ended


async def to_chat(session: AsyncSession, case: Case, chat: StaffChat, library: Library) -> list[Letter]:
    """Move a case to another chat: an alert of its own there, all that was said, and what still waits to be sent."""
    await _move(session, case, chat.chat)
    moved = replace(case, staff_chat=chat.chat, thread=None, alert_ref=None)
    before, during = await _said(session, case)
    kind = library.say(f"kind.{Kind(case.kind)}", language=STAFF) if case.kind else ""
    letters = [alert(moved, "", kind, before or during, library, is_forum=chat.is_forum)]
    if before and during:
        letters.append(posted_for(moved, story(moved, during, library, key="staff.said_meanwhile")))
    return letters


async def to_where_it_is_taken(
    session: AsyncSession, turn: StaffTurn, case: Case, library: Library
) -> tuple[Case, list[Letter]]:
    """Bring a case back to a chat that it was moved away from, because somebody takes it there after all."""
    if case.staff_chat == turn.chat:
        return case, []
    await _move(session, case, turn.chat)
    if turn.thread:
        await cases.set_thread(session, case.id, turn.thread)
    await cases.set_alert(session, case.id, turn.ref)
    here = replace(case, staff_chat=turn.chat, thread=turn.thread or None, alert_ref=turn.ref)
    letters = []
    if case.staff_chat is not None:
        text = library.say("staff.taken_elsewhere", language=STAFF, code=case.code, holder=turn.name)
        letters.append(
            Letter(Message(case.staff_chat, (Part(text),), reply_to=case.alert_ref or ""), Priority.STAFF)
        )
    _, during = await _said(session, case)
    if during:
        letters.append(posted_for(here, story(here, during, library, key="staff.said_meanwhile")))
    return here, letters


async def to_supergroup(session: AsyncSession, old: str, new: str, library: Library) -> list[Letter]:
    """Show the open cases of a group that became another chat once more: its old messages are out of reach."""
    found = await cases.open_in(session, old)
    await cases.move_chat(session, old, new)
    moved = [replace(case, staff_chat=new, thread=None, alert_ref=None) for case in found]
    return [await _shown_anew(session, case, library, key="staff.group_moved") for case in moved]


async def back_in(session: AsyncSession, chat: str, library: Library) -> list[Letter]:
    """Show the open cases of a staff chat that the bot was put out of and is in again: alerts may have been lost.

    Those that nobody could hear of meanwhile are its own from now on.
    """
    for case in await cases.unheard(session):
        await cases.set_staff_chat(session, case.id, chat)
        await reminders.reminded(session, case.id, step=0, remind_at=case.remind_at)
    found = await cases.open_in(session, chat)
    return [await _shown_anew(session, case, library, key="staff.back_in") for case in found]


async def _shown_anew(session: AsyncSession, case: Case, library: Library, *, key: str) -> Letter:
    before, during = await _said(session, case)
    return posted_for(case, anew(case, [*before, *during], library, key=key))


def anew(case: Case, said: Sequence[TurnRow], library: Library, *, key: str) -> Message:
    """Show a case again where what was shown of it is gone: headline, what was said, the buttons it should have."""
    lead = library.say(key, language=STAFF, code=case.code)
    holder = library.say(f"staff.status_{case.status}", language=STAFF, holder=case.holder or "")
    buttons = claimed_buttons(case, library) if case.status == cases.CLAIMED else open_buttons(case, library)
    return Message(
        case.staff_chat or "",
        (Part(f"{headline(case, library)} · {holder}\n{lead}\n"), quote(recap(said, library, is_whole=True))),
        buttons=buttons,
        is_alert=True,
    )


def story(case: Case, said: Sequence[TurnRow], library: Library, *, key: str) -> Message:
    """Tell what was said in a case while it was elsewhere."""
    lead = Part(library.say(key, language=STAFF, code=case.code) + "\n")
    return Message(case.staff_chat or "", (lead, quote(recap(said, library, is_whole=True))))


async def _move(session: AsyncSession, case: Case, chat: str) -> None:
    await cases.set_staff_chat(session, case.id, chat)
    if case.staff_chat is not None:
        await unsettled.move_case(session, case.id, case.staff_chat, chat)


async def _said(session: AsyncSession, case: Case) -> tuple[list[TurnRow], list[TurnRow]]:
    """Return the last turns up to the one that opened a case, and all those since."""
    said = await turns.last(session, case.contact_id, LONG_CASE)
    before = [turn for turn in said if turn.at <= case.opened_at]
    return before[-LAST_TURNS:], [turn for turn in said if turn.at > case.opened_at]
