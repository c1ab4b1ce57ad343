"""A case's topic in a forum group: made when its first message goes there, made anew when staff have deleted it."""

import logging
from dataclasses import replace

from bot.channel import Channel, Copy, Message, Outcome, Refusal, Refused, Sent, Unsure, Wait
from bot.handoff import moving
from bot.handoff.alerting import LAST_TURNS, topic_name
from bot.handoff.letters import split
from bot.worker import Parts
from storage import cases, posts, staff, turns
from storage.cases import Case
from storage.outbox import Due
from storage.posts import Direction

log = logging.getLogger(__name__)


async def send(parts: Parts, row: Due, message: Message | Copy, channel: Channel) -> Outcome:
    """Send into a case's topic; make the topic first, and make it anew once if it was deleted."""
    case = await _case_of(parts, row)
    if case is None:
        return await channel.send(message)
    is_forum = await _is_forum(parts, row.chat)
    thread = case.thread or ""
    if is_forum and not thread:
        opened = await _open(parts, case, channel)
        if isinstance(opened, Wait | Unsure):
            return opened
        thread = opened
    outcome = await channel.send(message, thread=thread)
    if not (isinstance(outcome, Refused) and outcome.refusal is Refusal.NO_THREAD):
        return outcome
    opened = await _open(parts, case, channel)
    if isinstance(opened, Wait | Unsure):
        return opened
    if opened:
        await _send_recap(parts, case, channel, opened)
    return await channel.send(replace(message, reply_to=""), thread=opened)


async def of_row(parts: Parts, row: Due) -> str:
    """Return the topic that a row's case has by now; "" without one."""
    case = await _case_of(parts, row)
    return (case.thread or "") if case is not None else ""


async def _open(parts: Parts, case: Case, channel: Channel) -> str | Wait | Unsure:
    """Make a case's topic. Without the right to make one, the group's general topic ("") has to do."""
    chat = case.staff_chat or ""
    name = topic_name(case, parts.library())
    outcome = await channel.open_thread(chat, name)
    match outcome:
        case Sent(ref):
            async with parts.database.begin() as session:
                await cases.set_thread(session, case.id, ref)
                # What is written in a topic answers the message that opened it: so it stays known as this case's.
                await posts.remember(
                    session, case_id=case.id, chat=chat, ref=ref, direction=Direction.TO_STAFF
                )
            return ref
        case Wait() | Unsure():
            return outcome
        case _:
            log.error("cannot make a topic", extra={"case": case.code})
            return ""


async def _send_recap(parts: Parts, case: Case, channel: Channel, thread: str) -> None:
    """Show a case in its new topic: what was said before, and its buttons."""
    async with parts.database.begin() as session:
        said = await turns.last(session, case.contact_id, LAST_TURNS)
    shown = moving.anew(case, said, parts.library(), key="staff.thread_recap")
    for page in split(shown, channel.text_limit):
        outcome = await channel.send(page, thread=thread)
        if isinstance(outcome, Sent) and page.is_alert:
            async with parts.database.begin() as session:
                await cases.set_alert(session, case.id, outcome.ref)


async def _case_of(parts: Parts, row: Due) -> Case | None:
    """Return the case a row belongs to, if its chat is that case's staff chat."""
    if row.case_id is None:
        return None
    async with parts.database.begin() as session:
        try:
            case = await cases.access(session, row.case_id, staff_chat=row.chat)
        except cases.CaseOutOfReach:
            return None
    # A chat may see a case that has moved on, or be the person's own: the topic is elsewhere then.
    return case if case.staff_chat == row.chat else None


async def _is_forum(parts: Parts, chat: str) -> bool:
    async with parts.database.begin() as session:
        return any(each.chat == chat and each.is_forum for each in await staff.chats(session))
