"""Cases that nobody has taken, or answers: the ladder of reminders, from the database, one step at a time.

A taken case in danger whose holder is silent is given back to all, and goes up the same ladder. Without danger the
holder is reminded first, after an hour of duty.

Steps: 0 nothing yet; 1 the case's own chat was reminded; 2 the case went to the fallback chat, or the same chat
again when there is no other; then again and again, ever more slowly. It ends when somebody takes or closes it.
"""

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.channel import Message, Part
from bot.dialogue.state import say
from bot.handoff import moving
from bot.handoff.alerting import STAFF, claimed_buttons, headline, open_buttons, posted_for, to_staff
from bot.handoff.duty import after_duty_time, is_on_duty, next_duty
from bot.handoff.letters import Letter
from bot.handoff.routing import fallback, route
from bot.logs import describe
from content.library import Library
from intents.language import Language
from intents.risk import Level
from storage import cases, reminders
from storage.cases import Case
from storage.database import DatabaseAway
from storage.outbox import Priority
from storage.staff import StaffChat

log = logging.getLogger(__name__)

# How long a case may wait before the next step (issue: emergency 2 min, crisis 5 min, else 30 min of duty time).
PATIENCE = {
    Level.EMERGENCY: timedelta(minutes=2),
    Level.CRISIS: timedelta(minutes=5),
    Level.CONCERN: timedelta(minutes=30),
    Level.NONE: timedelta(minutes=30),
}
ANSWER_WITHIN = timedelta(
    hours=1
)  # of duty time: who writes to somebody that has their case waits no longer unseen
OFFERED_AFTER = timedelta(minutes=30)  # of duty time, from the reminder to the holder on
LAST_STEP = 1  # of a taken case: its holder was reminded, or nobody waits for them since there is danger
TO_FALLBACK = 2  # the step at which the fallback chat is asked
SLOWEST = 16  # later reminders come at 2, 4, 8, then every 16 times the patience
TWO_DAYS = 48  # hours; from there on days say it better


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
    if not chats:
        return []  # they stay due: the first staff chat that is bound hears of them at once
    letters: list[Letter] = []
    for case in await reminders.due(session, now=now):
        try:
            async with session.begin_nested():
                letters += await _one_step(session, case, chats, library, now=now)
        except DatabaseAway:
            raise
        except Exception as error:  # noqa: BLE001 - one case must not keep all others from being heard of
            log.critical("a case cannot be reminded of", extra={"case": case.code, "error": describe(error)})
    return letters


async def _one_step(
    session: AsyncSession, case: Case, chats: Sequence[StaffChat], library: Library, *, now: datetime
) -> list[Letter]:
    level = Level(case.level)
    if case.status == cases.CLAIMED and case.remind_step < LAST_STEP:
        return await _remind_holder(session, case, library, now=now)
    if case.status == cases.CLAIMED:
        return await _give_back(session, case, library, now=now)
    found = route(chats, case.campus) if case.staff_chat is None else None
    if found is not None:
        due = first_reminder(library, case.campus, level, now=now)
        await reminders.reminded(session, case.id, step=case.remind_step, remind_at=due)
        return await moving.to_chat(session, case, found, library)
    step = case.remind_step + 1
    wait = PATIENCE[level] * min(2 ** max(step - TO_FALLBACK, 0), SLOWEST)
    await reminders.reminded(
        session, case.id, step=step, remind_at=_later(library, case.campus, level, now, wait)
    )
    other = fallback(chats, case.staff_chat) if step == TO_FALLBACK else None
    if other is None:
        return [_reminder(case, library, now)]
    text = library.say("staff.moved_away", language=STAFF, code=case.code)
    gone = Message(case.staff_chat or "", (Part(text),), reply_to=case.alert_ref or "")
    return [*await moving.to_chat(session, case, other, library), Letter(gone, Priority.STAFF)]


async def expect_answer(
    session: AsyncSession, case: Case, level: Level, library: Library, *, now: datetime
) -> None:
    """See that whoever has a case answers: at once in danger of this level, else within an hour of duty."""
    if level >= Level.CRISIS:
        await reminders.expect_answer(session, case.id, by=now + PATIENCE[level], step=LAST_STEP)
        return
    by = after_duty_time(library, case.campus, now, ANSWER_WITHIN)
    await reminders.expect_answer(session, case.id, by=by)


async def _remind_holder(
    session: AsyncSession, case: Case, library: Library, *, now: datetime
) -> list[Letter]:
    """Remind the holder of a case once that somebody waits for their answer."""
    again = after_duty_time(library, case.campus, now, OFFERED_AFTER)
    await reminders.holder_reminded(session, case.id, step=LAST_STEP, remind_at=again)
    text = library.say("staff.holder_awaited", language=STAFF, code=case.code, holder=case.holder or "")
    return [posted_for(case, replace(to_staff(case, Part(text)), buttons=claimed_buttons(case, library)))]


async def _give_back(session: AsyncSession, case: Case, library: Library, *, now: datetime) -> list[Letter]:
    """Open a case to everybody again, because its holder has not answered."""
    again = first_reminder(library, case.campus, Level(case.level), now=now)
    await cases.release(session, case.id, remind_at=again)
    key = "staff.holder_silent" if case.level >= Level.CRISIS else "staff.holder_away"
    text = library.say(key, language=STAFF, code=case.code, holder=case.holder or "")
    message = replace(to_staff(case, Part(text)), buttons=open_buttons(case, library))
    return [to_released_person(case, library, now), posted_for(case, message)]


def to_released_person(case: Case, library: Library, now: datetime) -> Letter:
    """Tell a person that whoever was with them is not any more, and when somebody reads this."""
    language = Language(case.language or Language.FI)
    text = library.say("case.released", language=language)
    if not is_on_duty(library, case.campus, now):
        when = next_duty(library, case.campus, now, language)
        text += " " + library.say("case.next_read", language=language, when=when)
    return Letter(say(case.contact_chat, text), is_important=True)


def _reminder(case: Case, library: Library, now: datetime) -> Letter:
    """Remind a chat of a case, loudly, with its buttons."""
    waited = duration(now - case.opened_at, library)
    text = library.say("staff.reminder", language=STAFF, waited=waited, headline=headline(case, library))
    return posted_for(case, replace(to_staff(case, Part(text)), buttons=open_buttons(case, library)))


def duration(time: timedelta, library: Library) -> str:
    """Write how long somebody has waited, as one would say it: "2 min", "1 t 5 min", "3 pv"."""
    hours, minutes = divmod(int(time.total_seconds() // 60), 60)
    if hours >= TWO_DAYS:
        return library.say("staff.days", language=STAFF, days=str(hours // 24))
    if hours:
        return library.say("staff.hours", language=STAFF, hours=str(hours), minutes=str(minutes))
    return library.say("staff.minutes", language=STAFF, minutes=str(minutes))
