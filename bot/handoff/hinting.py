"""Saying how one answers, to staff whose line went to nobody: kindly, once in an hour for a case."""

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.channel import Message, Part, StaffTurn
from bot.handoff.alerting import STAFF
from bot.handoff.letters import Letter
from bot.handoff.relaying import NOTE
from content.library import Library
from storage import cases, counts
from storage.cases import Case
from storage.crypto import Keys
from storage.outbox import Priority

EVERY = timedelta(hours=1)  # staff also talk with each other there: a hint at each line would be in the way


async def on_loose_line(
    session: AsyncSession, turn: StaffTurn, library: Library, keys: Keys, *, now: datetime
) -> list[Letter]:
    """Tell the holder of a case that a line which answers nothing went to nobody; others may chat as they like."""
    if turn.reply_to or turn.thread or turn.is_edit or turn.text.lstrip().startswith(NOTE):
        return []
    known = keys.fingerprints(turn.staff)
    held = [case for case in await cases.open_in(session, turn.chat) if case.claimed_by in known]
    if not held:
        return []
    case = max(held, key=lambda each: each.claimed_at or each.opened_at)
    key = "staff.hint_topic" if turn.is_forum else "staff.hint_reply"
    return await _hint(session, turn, case, library, key, is_in_case=not turn.is_forum, now=now)


async def on_colleagues_line(
    session: AsyncSession, turn: StaffTurn, case: Case, library: Library, *, now: datetime
) -> list[Letter]:
    """Tell a colleague of the holder that their line stayed among staff."""
    if turn.is_edit:
        return []
    return await _hint(session, turn, case, library, "staff.hint_colleague", is_in_case=True, now=now)


async def _hint(
    session: AsyncSession,
    turn: StaffTurn,
    case: Case,
    library: Library,
    key: str,
    *,
    is_in_case: bool,
    now: datetime,
) -> list[Letter]:
    if not await counts.is_time(session, f"{key} {case.code}", every=EVERY, at=now):
        return []
    text = library.say(key, language=STAFF, code=case.code, holder=case.holder or "")
    message = Message(turn.chat, (Part(text),), reply_to=turn.ref)
    return [Letter(message, Priority.STAFF, case_id=case.id if is_in_case else None)]
