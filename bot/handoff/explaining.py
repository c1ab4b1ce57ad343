"""/selita: how the bot reads a person's message, for the staff who wonder what it made of it."""

import unicodedata

from sqlalchemy.ext.asyncio import AsyncSession

from bot.channel import Message, Part, StaffTurn
from bot.dialogue import safety
from bot.dialogue.onboarding import guess_role, is_foreign
from bot.handoff.alerting import STAFF
from bot.handoff.letters import Letter, quote, verbatim
from content.library import Library
from content.schema import Role
from intents.matcher import Candidate
from intents.risk import Level, Risk
from intents.text import mask_identity_codes
from intents.understanding import Understanding
from storage import cases, posts, turns
from storage.cases import Case, CaseOutOfReach
from storage.outbox import Priority

COMMAND = "selita"
AS_WRITTEN = (
    "/selitä"  # a command has no ä, for Telegram; for everybody else it has, and the person must not get it
)
QUOTED = 200  # characters of the message: which one it is, not what it says
REASON = 300  # characters of why it is danger
NEAREST = 80  # characters of the nearest phrase
WORDINGS = 3  # of a message that was edited: the last ones


def is_meant(turn: StaffTurn) -> bool:
    """Tell whether a line of staff asks for an explanation."""
    text = unicodedata.normalize("NFC", turn.text).casefold().lstrip()
    return turn.command == COMMAND or (not turn.command and text.startswith(AS_WRITTEN))


async def on_explain(session: AsyncSession, turn: StaffTurn, library: Library) -> list[Letter]:
    """Explain the message that was answered; one of no case of this chat is none, and tells nothing.

    It is read anew, from what is stored of it, by the content of now.
    """
    if not turn.is_member:
        return []
    case = await _case_of(session, turn)
    ref = await posts.origin(session, chat=turn.chat, ref=turn.reply_to) if case is not None else None
    if case is None:
        return [_reply(turn, None, Part(library.say("staff.explain_how", language=STAFF)))]
    texts = await turns.wordings(session, case.contact_id, ref) if ref else []
    if not texts:
        return [_reply(turn, case, Part(library.say("staff.explain_nothing", language=STAFF)))]
    return [_reply(turn, case, *explain(text, case, library)) for text in texts[-WORDINGS:]]


async def _case_of(session: AsyncSession, turn: StaffTurn) -> Case | None:
    """Find the case of the answered message, if this chat may see it.

    What is written in a topic without answering anything answers, for Telegram, the message that opened it.
    """
    is_answer = turn.reply_to and turn.reply_to != turn.thread
    case_id = await posts.find(session, chat=turn.chat, ref=turn.reply_to) if is_answer else None
    if case_id is None:
        return None
    try:
        return await cases.access(session, case_id, staff_chat=turn.chat)
    except CaseOutOfReach:
        return None


def explain(text: str, case: Case, library: Library) -> list[Part]:
    """Write how a text of a case is read: its language, its risk and why, the topic, what else was near."""
    role = Role(case.role) if case.role else guess_role(text)
    found = library.reader.understand(text, role=role, with_phrases=True)
    parts = [
        Part(library.say("staff.explained", language=STAFF, code=case.code) + "\n"),
        quote(_shortened(text, QUOTED)),
        Part(f"\n{_language(found, library)}\n{_risk(found.risk, library)}"),
    ]
    if found.risk.reason:
        why = library.say("staff.explain_reason", language=STAFF)
        parts += [Part(f"\n{why} "), verbatim(_shortened(found.risk.reason, REASON))]
    parts.append(Part("\n" + _decision(found, library)))
    if found.candidates:
        parts.append(Part("\n" + library.say("staff.explain_nearest", language=STAFF)))
    for candidate in found.candidates:
        name = library.topic_name(candidate.topic, STAFF)
        parts += [Part(f"\n· {name} {candidate.score:.0f} "), verbatim(_phrase(candidate))]
    return parts


def _language(found: Understanding, library: Library) -> str:
    unknown = library.say("staff.explain_no_language", language=STAFF)
    name = library.say(f"spoken.{found.language}", language=STAFF) if found.language else unknown
    return library.say("staff.explain_language", language=STAFF, name=name)


def _risk(risk: Risk, library: Library) -> str:
    if risk.level is Level.NONE:
        return library.say("staff.explain_no_risk", language=STAFF)
    return library.say(
        "staff.explain_risk",
        language=STAFF,
        level=library.say(f"level.{risk.level.name.lower()}", language=STAFF),
        kind=library.say(f"kind.{risk.kind}", language=STAFF),
        about=library.say(f"about.{risk.about}", language=STAFF),
    )


def _decision(found: Understanding, library: Library) -> str:
    """Say what the bot does about it."""
    if safety.is_danger(found.risk):
        return library.say("staff.explain_safety", language=STAFF)
    if found.risk.level is Level.CONCERN:
        return library.say("staff.explain_concern", language=STAFF)
    if found.topic is not None:
        topic = library.topic_name(found.topic, STAFF)
        answered = library.say("staff.explain_answered", language=STAFF, topic=topic)
        if found.second is None:
            return answered
        second = library.topic_name(found.second, STAFF)
        return f"{answered} {library.say('staff.explain_second', language=STAFF, topic=second)}"
    if is_foreign(found.language):
        return library.say("staff.explain_foreign", language=STAFF)
    asked = found.worth_asking()
    if not asked:
        return library.say("staff.explain_declined", language=STAFF)
    topics = ", ".join(library.topic_name(each.topic, STAFF) for each in asked)
    return library.say("staff.explain_asked", language=STAFF, topics=topics)


def _phrase(candidate: Candidate) -> str:
    return f"({_shortened(candidate.phrase, NEAREST)})" if candidate.phrase else ""


def _shortened(text: str, most: int) -> str:
    """Write somebody's words on one line, no longer than so."""
    words = mask_identity_codes(" ".join(text.split()))
    return words if len(words) <= most else words[:most] + "…"


def _reply(turn: StaffTurn, case: Case | None, *parts: Part) -> Letter:
    """Answer below the command. As a letter of its case it is forgotten with it."""
    message = Message(turn.chat, parts, reply_to=turn.ref)
    return Letter(message, Priority.STAFF, case_id=case.id if case else None)
