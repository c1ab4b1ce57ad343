"""Going on elsewhere: a code that the web chat has given brings its conversation to the chat it is written in."""

import re
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.channel import Turn
from bot.dialogue import onboarding
from bot.dialogue.onboarding import with_anchor
from bot.dialogue.state import Memory, Person, say
from bot.handoff import closing
from bot.handoff.alerting import staff_note
from bot.handoff.letters import Letter
from content.library import Library
from intents.language import Language
from storage import contacts, continuing, web_chats, web_codes
from storage.cases import Case
from storage.continuing import Continued

LINK = "jatka"  # how a deep link's payload begins: /start jatka-BCDFG-23456
_SIGN = "[b-df-hjkmnp-tv-xz2-9]"  # of a code, see `storage.web_codes`: no word has five of them in a row
_CODE = re.compile(
    rf"(?:(?:jatka|fortsätt|fortsatt|continue)[\s:_-]*({_SIGN}{{5}})\W*({_SIGN}{{5}})|({_SIGN}{{5}})\s*[-–]\s*({_SIGN}{{5}}))\W*",
    re.IGNORECASE,
)


def code_in(turn: Turn) -> str | None:
    """Return the code that a turn consists of; None when it is about something else."""
    if turn.command not in {"", "start", LINK} or turn.press or turn.is_edit:
        return None
    found = _CODE.fullmatch(f"{LINK if turn.command == LINK else ''} {turn.text}".strip())
    return None if found is None else "".join(filter(None, found.groups()))


async def on_code(
    session: AsyncSession, turn: Turn, code: str, library: Library, *, now: datetime
) -> list[Letter]:
    """Bring the conversation of a code here; say plainly when the code is wrong, used or too old."""
    chat = await web_codes.use(session, code, at=now)
    if chat is None or chat == turn.chat:
        contact = await contacts.load(session, turn.chat, now=now)
        language = Language(contact.language) if contact.language else onboarding.at_first(turn)
        key = "chat.code.wrong" if chat is None else "chat.code.here"
        person = Person(turn.chat, language, memory=Memory.from_json(contact.state))
        return [Letter(with_anchor(person, library.say(key, language=language), library))]
    found = await continuing.go_on(session, chat, turn.chat, now=now)
    if _channel(chat) == _channel(turn.chat):
        await web_chats.join(session, chat, turn.chat)
    else:  # elsewhere there is no page to show it; what was said is known all the same
        await web_chats.forget(session, chat)
    if found is None:  # it was forgotten meanwhile
        contact = await contacts.load(session, turn.chat, now=now)
        found = Continued(contact)
    language = Language(found.contact.language) if found.contact.language else onboarding.at_first(turn)
    person = Person(turn.chat, language)
    key = "chat.goes_on_with_staff" if found.case is not None else "chat.goes_on"
    return [
        Letter(with_anchor(person, library.say(key, language=language), library), is_important=True),
        Letter(say(chat, library.say("chat.went_on", language=language))),
        *on_joined(found, library),
    ]


def _channel(chat: str) -> str:
    return chat.partition(":")[0]


def on_joined(found: Continued, library: Library) -> list[Letter]:
    """Tell staff when two cases turned out to be one person's: of one, the other is the end."""
    if found.closed is None or found.case is None:
        return []
    return [
        *_told(found.case, "staff.case_joined", found.closed, library),
        *_told(found.closed, "staff.case_went_on", found.case, library),
        *closing.put_away(found.closed),
    ]


def _told(case: Case, key: str, other: Case, library: Library) -> list[Letter]:
    if case.staff_chat is None:
        return []
    return [staff_note(case, key, library, other=other.code)]
