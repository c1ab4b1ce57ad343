"""When the program itself fails on a message: it goes to humans with a note, and the person hears where help is."""

from collections.abc import Sequence
from datetime import datetime

from bot.channel import Message, Part, StaffTurn, Turn
from bot.dialogue import onboarding, safety
from bot.dialogue.state import Person
from bot.handoff.alerting import STAFF
from bot.handoff.letters import Letter, quote, urgent
from bot.handoff.routing import route
from content.library import Library
from intents.risk import Kind, Level, Risk
from intents.text import mask_identity_codes
from storage.outbox import Priority
from storage.staff import StaffChat

LAST_WORDS = (
    "En osannut käsitellä viestiäsi. Jos sinä tai joku muu on vaarassa, soita **112**.\n\n"
    "Jag kunde inte hantera ditt meddelande. Om du eller någon annan är i fara, ring **112**.\n\n"
    "I could not handle your message. If you or somebody else is in danger, call **112**."
)
LAST_WORDS_TO_STAFF = (
    "⚠ Joku kirjoitti, eikä ohjelma pystynyt käsittelemään viestiä ollenkaan. Hänelle kerrottiin 112. "
    "Viesti on tallessa; kerro ylläpidolle heti."
)
NOT_UNDERSTOOD = Risk(Level.CRISIS, Kind.UNKNOWN, reason="not understood")


def letters(
    turn: Turn | StaffTurn | None,
    chats: Sequence[StaffChat],
    library: Library,
    *,
    is_last: bool,
    now: datetime,
) -> list[Letter]:
    """Write what can still be done about a message that the program failed on.

    At the first failure only somebody in danger is written to: the next attempt will probably answer. At the
    last one everybody is, and the message itself goes to staff.
    """
    if isinstance(turn, StaffTurn):
        text = library.say("staff.line_failed", language=STAFF)
        return (
            [Letter(Message(turn.chat, (Part(text),), reply_to=turn.ref), Priority.STAFF)] if is_last else []
        )
    written = []
    risk = library.reader.understand(turn.text).risk if turn is not None and turn.text else NOT_UNDERSTOOD
    is_danger = safety.is_danger(risk)
    if turn is not None and (is_danger or is_last):
        person = Person(turn.chat, onboarding.at_first(turn))
        written.append(urgent(safety.reply_to(person, risk if is_danger else NOT_UNDERSTOOD, library, now)))
    staff_chat = route(chats, None)
    if staff_chat is not None and is_last:
        key = "staff.not_handled" if turn is not None else "staff.malformed"
        parts = [Part(library.say(key, language=STAFF))]
        if turn is not None and turn.text:
            parts += [Part("\n"), quote(mask_identity_codes(turn.text))]
        written.append(urgent(Message(staff_chat.chat, tuple(parts))))
    return written


def untouched(
    turn: Turn | StaffTurn | None, chat: str, chats: Sequence[StaffChat], library: Library
) -> list[Letter]:
    """Write about a message over which the program has died again and again: it goes to staff as it is, unjudged."""
    written = _last_words(chat)
    desk = route(chats, None)
    if desk is not None:
        parts = [Part(library.say("staff.killed_us", language=STAFF))]
        if turn is not None and turn.text:
            parts += [Part("\n"), quote(mask_identity_codes(turn.text))]
        written.append(urgent(Message(desk.chat, tuple(parts))))
    return written


def unreadable(chat: str, code: str | None, chats: Sequence[StaffChat], library: Library) -> list[Letter]:
    """Write about a message that was kept and cannot be read any more; `chat` is "" when not even that is known."""
    written = _last_words(chat)
    desk = route(chats, None)
    if desk is not None:
        written.append(urgent(Message(desk.chat, (Part(unreadable_words(code, library)),))))
    return written


def unreadable_words(code: str | None, library: Library) -> str:
    """Say that a message was kept and cannot be read, and of which case it is."""
    return library.say(
        "staff.unreadable", language=STAFF, code=code or library.say("staff.no_code", language=STAFF)
    )


def last_resort(chat: str, chats: Sequence[StaffChat]) -> list[Letter]:
    """Write when even `letters` fails: in words that stand here, since neither pack nor reader can be relied on."""
    desk = route(chats, None)
    written = _last_words(chat)
    if desk is not None:
        written.append(urgent(Message(desk.chat, (Part(LAST_WORDS_TO_STAFF),))))
    return written


def _last_words(chat: str) -> list[Letter]:
    """Write to a person in three languages; to nobody when the chat is a group, or is not known any more."""
    return [] if not chat or _is_group(chat) else [urgent(Message(chat, (Part(LAST_WORDS),)))]


def _is_group(chat: str) -> bool:
    return chat.partition(":")[2].startswith("-")


def notice(chat: str, text: str) -> Letter:
    """Write a line to staff that belongs to no case."""
    return Letter(Message(chat, (Part(text),)), Priority.STAFF)
