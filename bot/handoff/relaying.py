"""Carrying words across, both ways, without who wrote them; and telling staff how each line went.

Where a line goes is decided by stored ids alone: the case of a topic, or of the message that was answered.
"""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.channel import Copy, Message, Outgoing, Part, Reaction, Refusal, StaffTurn
from bot.dialogue.state import Person, Relay, say
from bot.handoff.alerting import STAFF, staff_note, to_staff
from bot.handoff.letters import Letter, verbatim
from content.library import Library
from intents.language import Language
from intents.text import mask_identity_codes
from storage import cases, notes, posts, reminders, turns
from storage.cases import Case
from storage.outbox import Priority

NOTE = "//"  # a line that begins so stays among staff
DELIVERED = "👍"  # on a staff line that reached the person (Telegram has a fixed list of reactions)
KEPT = "✍"  # on a note: seen, and kept among staff


def to_case(case: Case, person: Person, relay: Relay, library: Library) -> list[Letter]:
    """Carry what a person sent to the staff of their case: words by copy, never by forward."""
    if case.staff_chat is None:
        return []
    letters: list[Outgoing] = []
    if relay.text:
        key = "staff.person_edited" if relay.is_edit else "staff.person_says"
        lead = Part(library.say(key, language=STAFF, code=case.code) + "\n")
        words = verbatim(mask_identity_codes(relay.text))
        letters.append(to_staff(case, lead, words, origin=relay.ref))
    if relay.media is not None and not relay.is_edit:
        copy = Copy(
            case.staff_chat,
            from_chat=person.chat,
            ref=relay.ref,
            origin=relay.ref,
            reply_to="" if case.thread else case.alert_ref or "",
            without_caption=True,  # the caption went above, masked
            album=relay.media.album,
            lead=_whose_album(case, relay, library),
        )
        letters.append(copy)
    # The rank of the alert, so that nothing overtakes it. In doubt they go again: these are the words that count.
    return [Letter(each, Priority.STAFF, is_important=True, case_id=case.id) for each in letters]


def _whose_album(case: Case, relay: Relay, library: Library) -> str:
    """Say whose an album is where there are no topics: copied together, pictures cannot answer the alert."""
    is_shown = case.thread or relay.text or relay.media is None or not relay.media.album
    return "" if is_shown else library.say("staff.person_album", language=STAFF, code=case.code)


async def find_case(session: AsyncSession, turn: StaffTurn) -> Case | None:
    """Find the case that a staff line belongs to: by its topic, else by the message it answers.

    What is written in a topic answers, for Telegram, the message that opened it: so a topic that a case has left
    still tells whose it was.
    """
    if turn.is_forum and turn.thread:
        case = await cases.find_by_thread(session, turn.chat, turn.thread)
        if case is not None:
            return case
    if turn.reply_to:
        case_id = await posts.find(session, chat=turn.chat, ref=turn.reply_to)
        if case_id is not None:
            return await cases.access(session, case_id, staff_chat=turn.chat)
    if turn.media is not None and turn.media.album:
        case_id = await posts.find(session, chat=turn.chat, ref=_album(turn.media.album))
        if case_id is not None:
            return await cases.access(session, case_id, staff_chat=turn.chat)
    return None


def _album(name: str) -> str:
    """Name an album among the messages of a chat."""
    return f"album {name}"


def is_colleagues(turn: StaffTurn, case: Case, *, by: str) -> bool:
    """Tell whether a line is of somebody who does not hold the case: colleagues talk among themselves."""
    is_held_here = case.status == cases.CLAIMED and case.staff_chat == turn.chat
    is_note = turn.text.strip().startswith(NOTE)
    return is_held_here and not turn.is_nameless and not is_note and case.claimed_by != by


async def on_staff_line(
    session: AsyncSession, turn: StaffTurn, case: Case, library: Library, *, now: datetime
) -> list[Letter]:
    """Carry a line of staff to the person, unless it is a note or the case is not theirs; then it stays where it is.

    What a colleague of the holder wrote (`is_colleagues`) does not come here.
    """
    text = turn.text.strip()
    if not turn.is_edit and (note := notes_in(text)):
        await notes.add(session, case.id, note, name=turn.name, at=now)
    if text.startswith(NOTE):
        return [Letter(Reaction(turn.chat, turn.ref, KEPT), Priority.STAFF)]
    if case.status == cases.CLOSED:
        return [_not_sent(turn, case, library, "staff.line_closed")]
    if case.staff_chat != turn.chat:
        return [_not_sent(turn, case, library, "staff.line_moved")]
    if case.status == cases.NEW:
        return [_not_sent(turn, case, library, "staff.line_unclaimed")]
    if turn.is_nameless:
        return [_not_sent(turn, case, library, "staff.line_nameless")]
    if turn.command:
        return [_not_sent(turn, case, library, "staff.line_command")]
    if turn.media is not None and not turn.media.may_be_copied:
        return [_not_sent(turn, case, library, "staff.line_cannot")]
    language = Language(case.language or Language.FI)
    letters: list[Outgoing] = []
    if text := without_notes(text):
        key = "case.staff_corrects" if turn.is_edit else "case.staff_says"
        lead = Part(library.say(key, language=language) + "\n")
        letters.append(
            Message(case.contact_chat, (lead, verbatim(text)), origin=turn.ref, carries_for=turn.chat)
        )
        await turns.add(session, case.contact_id, by="staff", text=text, at=now, case_id=case.id)
    if turn.media is not None and not turn.is_edit:
        copy = Copy(
            case.contact_chat,
            from_chat=turn.chat,
            ref=turn.ref,
            origin=turn.ref,
            carries_for=turn.chat,
            without_caption=True,  # it went above, without notes
            album=turn.media.album,
        )
        letters.append(copy)
        if turn.media.album:  # only its first picture may be the answer to a message of the case
            await posts.remember(
                session,
                case_id=case.id,
                chat=turn.chat,
                ref=_album(turn.media.album),
                direction=posts.Direction.TO_STAFF,
            )
    if letters:
        await reminders.answered(session, case.id)
    return [Letter(each, is_important=True, case_id=case.id) for each in letters]


def notes_in(text: str) -> str:
    """Return what is a note for colleagues in a line of staff: all of it when it begins so, else its lines that do."""
    if text.startswith(NOTE):
        return text.removeprefix(NOTE).strip()
    lines = (line.strip() for line in text.split("\n"))
    return "\n".join(line.removeprefix(NOTE).strip() for line in lines if line.startswith(NOTE))


def without_notes(text: str) -> str:
    """Leave out the lines that are notes for colleagues, wherever in a message they stand."""
    lines = text.split("\n")
    return "\n".join(line for line in lines if not line.lstrip().startswith(NOTE)).strip()


def _not_sent(turn: StaffTurn, case: Case, library: Library, key: str) -> Letter:
    """Tell whoever wrote a line that it did not go to the person, and why."""
    text = library.say(key, language=STAFF, code=case.code)
    message = Message(turn.chat, (Part(f"⚠ {text}"),), reply_to=turn.ref)
    return Letter(message, Priority.STAFF, case_id=case.id)


def on_delivered(staff_chat: str, ref: str) -> Letter:
    """Mark a staff line that reached the person."""
    return Letter(Reaction(staff_chat, ref, DELIVERED), Priority.STAFF)


def on_not_copied(case: Case, library: Library) -> list[Letter]:
    """Tell both sides that something other than words could not be carried to staff."""
    language = Language(case.language or Language.FI)
    return [
        staff_note(case, "staff.not_copied", library),
        Letter(say(case.contact_chat, library.say("media.cannot", language=language))),
    ]


def on_refused(staff_chat: str, ref: str, refusal: Refusal, case_id: int | None, library: Library) -> Letter:
    """Tell staff that a line did not reach the person, and why."""
    reason = library.say(f"refusal.{refusal.name.lower()}", language=STAFF)
    text = library.say("staff.line_refused", language=STAFF, reason=reason)
    message = Message(staff_chat, (Part(f"⚠ {text}"),), reply_to=ref)
    return Letter(message, Priority.STAFF, is_important=True, case_id=case_id)
