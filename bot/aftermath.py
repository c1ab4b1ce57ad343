"""What follows from how a message went: signs for staff, another chat for an alert, a note about what is lost."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.channel import Copy, Message, Outcome, Outgoing, Part, Refusal, Refused, Sent, Style, Unsure
from bot.handoff import albums, moving, opening, relaying, rescue
from bot.handoff.alerting import STAFF, posted_for
from bot.handoff.letters import Letter, urgent
from bot.handoff.routing import bound, fallback, route
from bot.worker import move_chat
from content.library import Library
from storage import broadcasts, cases, contacts, outbox, posts, staff, subscriptions
from storage.cases import Case
from storage.outbox import Due, Settled
from storage.posts import Direction
from storage.staff import StaffChat

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Ended:
    """An attempt to send a row, and how it ended."""

    row: Due
    outgoing: Outgoing
    outcome: Outcome
    settled: Settled


async def follow(session: AsyncSession, ended: Ended, library: Library, *, now: datetime) -> list[Letter]:
    """Note what is to be remembered of a message that went or didn't; return what is to be said about it."""
    row, outgoing = ended.row, ended.outgoing
    match ended.outcome:
        case Sent() as sent:
            return await _on_sent(session, row, outgoing, sent)
        case Refused(Refusal.MOVED, _, chat):
            return await move_chat(session, row.chat, chat, library)
        case Refused(Refusal.UNREADABLE):
            return await _on_unreadable(session, row, library)
        case Refused() as refused:
            return await _on_refused(session, row, outgoing, refused, library, now=now)
        case Unsure(reason):
            log.warning("uncertain", extra={"outbox_id": row.outbox_id, "reason": reason})
            if ended.settled.retry_at is None and row.inbox_id is not None:
                return await on_given_up(session, library)
    return []


def goes_round(ended: Ended) -> bool:
    """Tell whether what follows may end as this did: two staff chats, both gone, would be asked in a circle.

    What an answer leads to goes at once; what that leads to in turn takes its time.
    """
    if not isinstance(ended.outcome, Refused) or not isinstance(ended.outgoing, Message):
        return False
    refusal = ended.outcome.refusal
    is_gone = refusal is Refusal.GONE or (
        refusal is Refusal.INVALID and ended.outgoing == _bare(ended.outgoing)
    )
    return is_gone and ended.row.inbox_id is None


async def on_given_up(session: AsyncSession, library: Library) -> list[Letter]:
    """Write to staff that something may not have arrived, and will not be sent once more."""
    desk = route(await staff.chats(session), None)
    if desk is None:
        return []
    reason = library.say("refusal.uncertain", language=STAFF)
    return [rescue.notice(desk.chat, library.say("staff.letter_refused", language=STAFF, reason=reason))]


async def _on_sent(session: AsyncSession, row: Due, outgoing: Outgoing, sent: Sent) -> list[Letter]:
    """Remember which case a message in a staff chat belongs to; tell staff that their line arrived."""
    carries_for = getattr(outgoing, "carries_for", "")
    origins = outgoing.refs if isinstance(outgoing, Copy) else (getattr(outgoing, "origin", ""),)
    direction = Direction.TO_PERSON if carries_for else Direction.TO_STAFF
    for ref, origin in zip((sent.ref, *sent.more), origins, strict=False):
        if row.case_id is None or not ref:
            continue
        await posts.remember(
            session,
            case_id=row.case_id,
            chat=row.chat,
            ref=ref,
            origin_ref=origin or None,
            direction=direction,
        )
        if isinstance(outgoing, Message) and outgoing.is_alert and direction is Direction.TO_STAFF:
            await cases.set_alert(session, row.case_id, ref)
    return [relaying.on_delivered(carries_for, origin) for origin in origins] if carries_for else []


async def _on_unreadable(session: AsyncSession, row: Due, library: Library) -> list[Letter]:
    """Tell staff that a message which waited cannot be read any more, and went to nobody."""
    log.critical("message set aside", extra={"outbox_id": row.outbox_id, "reason": Refusal.UNREADABLE})
    desk = route(await staff.chats(session), None)
    if desk is None:
        return []
    code = None if row.case_id is None else cases.code_of(row.case_id)
    return [urgent(Message(desk.chat, (Part(rescue.unreadable_words(code, library)),)))]


async def _on_refused(
    session: AsyncSession, row: Due, outgoing: Outgoing, refused: Refused, library: Library, *, now: datetime
) -> list[Letter]:
    """Show staff what did not go out; find an alert another chat."""
    if outbox.goes_once(row.priority):
        return await _on_bulletin_refused(session, row, refused)
    log.error(
        "refused",
        extra={"outbox_id": row.outbox_id, "refusal": refused.refusal, "kind": type(outgoing).__name__},
    )
    if refused.refusal is Refusal.BLOCKED:
        # What else waits for them is tried as well, so that staff learn of each of their lines.
        await contacts.set_reachable(session, row.chat, False)
    is_fault = refused.refusal is Refusal.INVALID
    if is_fault and isinstance(outgoing, Copy) and outgoing.more:
        singly = albums.one_by_one(outgoing)
        return [Letter(each, outbox.Priority(row.priority), row.important, row.case_id) for each in singly]
    carries_for = getattr(outgoing, "carries_for", "")
    if carries_for:
        origin = getattr(outgoing, "origin", "")
        return [relaying.on_refused(carries_for, origin, refused.refusal, row.case_id, library)]
    if not isinstance(outgoing, Message | Copy):
        return []  # a sign, a changed button: nothing that somebody waits for
    if is_fault and isinstance(outgoing, Message) and outgoing != _bare(outgoing):
        return [Letter(_bare(outgoing), outbox.Priority(row.priority), row.important, row.case_id)]
    chats = await staff.chats(session)
    if bound(chats, row.chat) is not None:
        return await _on_refused_by_staff(session, row, outgoing, chats, library, is_fault=is_fault, now=now)
    desk = route(chats, None)
    if desk is None or not (row.important or is_fault):
        return []
    reason = library.say(f"refusal.{refused.refusal.name.lower()}", language=STAFF)
    return [rescue.notice(desk.chat, library.say("staff.letter_refused", language=STAFF, reason=reason))]


async def _on_bulletin_refused(session: AsyncSession, row: Due, refused: Refused) -> list[Letter]:
    """Note it for the bulletin's result, by which staff hear of it; whoever has blocked us has unsubscribed."""
    log.info("bulletin refused", extra={"outbox_id": row.outbox_id, "refusal": refused.refusal})
    if refused.refusal is Refusal.BLOCKED:
        await contacts.set_reachable(session, row.chat, False)
        await subscriptions.unsubscribe(session, row.chat)
        await broadcasts.note_blocked(session, row.outbox_id)
    return []


async def _on_refused_by_staff(
    session: AsyncSession,
    row: Due,
    outgoing: Message | Copy,
    chats: Sequence[StaffChat],
    library: Library,
    *,
    is_fault: bool,
    now: datetime,
) -> list[Letter]:
    """See that what a staff chat refused is seen by staff all the same."""
    case = await _case_shown(session, row)
    if isinstance(outgoing, Copy):
        return [] if case is None else relaying.on_not_copied(case, library)
    if is_fault and case is None:
        log.critical("staff could not be told", extra={"outbox_id": row.outbox_id})
        return []  # a fault of ours: another chat would refuse it as well
    return await _elsewhere(session, row, outgoing, case, chats, library, now=now)


async def _elsewhere(
    session: AsyncSession,
    row: Due,
    message: Message,
    case: Case | None,
    chats: Sequence[StaffChat],
    library: Library,
    *,
    now: datetime,
) -> list[Letter]:
    """Give another staff chat what one refused: a case goes there whole, and stays."""
    if case is not None and case.staff_chat not in {None, row.chat}:  # gone already: this follows it
        return [posted_for(case, replace(message, chat=case.staff_chat or "", reply_to=""))]
    other = fallback(chats, row.chat)
    if other is None:
        log.critical("an alert reached nobody", extra={"outbox_id": row.outbox_id})
        return await opening.on_nobody(session, case, library, now=now) if case else []
    if case is None:
        return [urgent(Message(other.chat, message.parts))]
    return await moving.to_chat(session, case, other, library)


def _bare(message: Message) -> Message:
    """Take away all that a channel could find wrong with a message; the words are what counts."""
    text = "".join(part.text for part in message.parts)
    return Message(message.chat, (Part(text, Style.VERBATIM),), is_alert=message.is_alert)


async def _case_shown(session: AsyncSession, row: Due) -> Case | None:
    """Return the case of a row in a staff chat, wherever it is now."""
    if row.case_id is None:
        return None
    try:
        return await cases.access(session, row.case_id, staff_chat=row.chat)
    except cases.CaseOutOfReach:
        return None
