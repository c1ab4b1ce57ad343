"""Cases that nobody has taken: the ladder of reminders, from the database, one step at a time.

Steps: 0 nothing yet; 1 the case's own chat was reminded; 2 the case went to the fallback chat, or the same chat
again when there is no other; then again and again, ever more slowly. It ends when somebody takes or closes it.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.channel import Message, Part
from bot.handoff.alerting import STAFF, alert, headline, open_buttons, to_staff
from bot.handoff.duty import after_duty_time
from bot.handoff.letters import Letter, urgent
from bot.handoff.routing import fallback, route
from content.library import Library
from intents.risk import Kind, Level
from storage import cases, turns
from storage.cases import Case
from storage.outbox import Priority
from storage.staff import StaffChat

# How long a case may wait before the next step (issue: emergency 2 min, crisis 5 min, else 30 min of duty time).
PATIENCE = {
    Level.EMERGENCY: timedelta(minutes=2),
    Level.CRISIS: timedelta(minutes=5),
    Level.CONCERN: timedelta(minutes=30),
    Level.NONE: timedelta(minutes=30),
}
TO_FALLBACK = 2  # the step at which the fallback chat is asked
SLOWEST = 16  # later reminders come at 2, 4, 8, then every 16 times the patience
LAST_TURNS = 6
UNROUTED = timedelta(minutes=1)  # how often a case without any staff chat looks for one


def first_reminder(library: Library, campus: str | None, level: Level, *, now: datetime) -> datetime:
    """Return when a new case is first reminded of."""
    return _later(library, campus, level, now, PATIENCE[level])


def _later(library: Library, campus: str | None, level: Level, now: datetime, time: timedelta) -> datetime:
    """Danger is counted by the clock, other matters in duty time."""
    return now + time if level >= Level.CRISIS else after_duty_time(library, campus, now, time)


async def remind(
    session: AsyncSession, chats: Sequence[StaffChat], library: Library, *, now: datetime
) -> list[Letter]:
    """Take every case that is due one step up the ladder."""
    letters = []
    for case in await cases.to_remind(session, now=now):
        letters += await _one_step(session, case, chats, library, now=now)
    return letters


async def _one_step(
    session: AsyncSession, case: Case, chats: Sequence[StaffChat], library: Library, *, now: datetime
) -> list[Letter]:
    level = Level(case.level)
    if case.staff_chat is None:
        found = route(chats, case.campus)
        if found is None:
            await cases.reminded(session, case.id, step=case.remind_step, remind_at=now + UNROUTED)
            return []
        due = first_reminder(library, case.campus, level, now=now)
        await cases.reminded(session, case.id, step=case.remind_step, remind_at=due)
        return [await _moved_alert(session, case, found, library)]
    step = case.remind_step + 1
    wait = PATIENCE[level] * min(2 ** max(step - TO_FALLBACK, 0), SLOWEST)
    await cases.reminded(
        session, case.id, step=step, remind_at=_later(library, case.campus, level, now, wait)
    )
    other = fallback(chats, case.staff_chat) if step == TO_FALLBACK else None
    if other is None:
        return [_reminder(case, library, now)]
    gone = Message(case.staff_chat, (Part(library.say("staff.moved_away", language=STAFF, code=case.code)),))
    note = Letter(replace(gone, reply_to=case.alert_ref or ""), Priority.STAFF)
    return [await _moved_alert(session, case, other, library), note]


async def _moved_alert(session: AsyncSession, case: Case, chat: StaffChat, library: Library) -> Letter:
    """Move a case to another chat, with an alert of its own there."""
    await cases.set_staff_chat(session, case.id, chat.chat)
    moved = replace(case, staff_chat=chat.chat, thread=None, alert_ref=None)
    said = await turns.last(session, case.contact_id, LAST_TURNS)
    kind = library.say(f"kind.{Kind(case.kind)}", language=STAFF) if case.kind else ""
    return alert(moved, "", kind, said, library, is_forum=chat.is_forum)


def _reminder(case: Case, library: Library, now: datetime) -> Letter:
    """Remind a chat of a case, loudly, with its buttons."""
    minutes = int((now - case.opened_at).total_seconds() // 60)
    text = library.say(
        "staff.reminder", language=STAFF, minutes=str(minutes), headline=headline(case, library)
    )
    message = replace(to_staff(case, Part(text)), buttons=open_buttons(case, library))
    if case.level >= Level.CRISIS:
        return urgent(message, case_id=case.id)
    return Letter(message, Priority.STAFF, is_important=True, case_id=case.id)
