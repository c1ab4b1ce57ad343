"""The chat on the web as a channel: what is sent is written below the conversation, and its pages are told.

What people write or press there becomes JSON (`written`, `pressed`) and goes through the inbox like any update.
"""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.channel import (
    Channel,
    CommandMenu,
    Copy,
    Edit,
    MalformedUpdate,
    Message,
    Outcome,
    Outgoing,
    PressAnswer,
    Reaction,
    Reading,
    Refusal,
    Refused,
    Sent,
    TopicClosing,
    TopicNaming,
    Turn,
    text_message,
)
from bot.web.bells import Bells
from bot.web.chat_posts import Shown, Voice, to_json
from storage import web_chats
from storage.database import Database

NAME = "web"
BOT = "chat"  # whose updates these are, beside those of other channels' bots
_COMMAND = re.compile(r"/([a-z0-9_]{1,32})(?:\s+(.*))?", re.DOTALL | re.IGNORECASE)


def chat_name(name: str) -> str:
    """Name a conversation for the rest of the program, by what its browser's cookie holds."""
    return f"{NAME}:{name}"


def bell(chat: str) -> str:
    """Name the bell that is rung when something new stands in a conversation."""
    return f"chat {chat}"


def written(chat: str, ref: str, text: str, *, language: str, is_edit: bool = False) -> str:
    """Make the raw update of something written; `ref` names it, also when it is corrected."""
    return _raw(chat=chat, ref=ref, text=text, language=language, is_edit=is_edit)


def pressed(chat: str, ref: str, press: str, *, language: str) -> str:
    """Make the raw update of a pressed button."""
    return _raw(chat=chat, ref=ref, press=press, language=language)


def _raw(**fields: str | bool) -> str:
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":"))


def read(raw: str) -> Turn:
    """Read a raw update.

    Raises:
        MalformedUpdate: neither `written` nor `pressed` wrote it.
    """
    try:
        fields: dict[str, Any] = json.loads(raw)
        chat, ref, text = str(fields["chat"]), str(fields["ref"]), str(fields.get("text", ""))
        press, language = str(fields.get("press", "")), str(fields.get("language", ""))
        is_edit = bool(fields.get("is_edit"))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise MalformedUpdate(type(error).__name__) from None
    found = _COMMAND.fullmatch(text)
    command, text = (found[1].casefold(), (found[2] or "").strip()) if found else ("", text)
    return Turn(
        chat, ref=ref, text=text, command=command, press=press, is_edit=is_edit, language_hint=language
    )


class WebChannel:
    """Writes what is sent below the conversation that it is for."""

    name = NAME
    text_limit = 4096  # what a page could bear is more; but letters to staff elsewhere are split by this, too

    def __init__(self, database: Database, bells: Bells, clock: Callable[[], datetime]) -> None:
        """Prepare; the bells are those that open pages listen to."""
        self._database = database
        self._bells = bells
        self._clock = clock
        self._sent_as: str | None = None
        self._is_urgent = False

    def known_as(self, name: str, *, is_urgent: bool) -> Channel:
        """Return itself for sending one thing under a name: a second copy of it is shown once."""
        other = WebChannel(self._database, self._bells, self._clock)
        other._sent_as, other._is_urgent = name, is_urgent
        return other

    def read(self, raw: str) -> Reading:
        """Read a raw update. Raises MalformedUpdate."""
        return read(raw)

    async def send(self, outgoing: Outgoing, *, thread: str = "") -> Outcome:
        """Show one outgoing thing; `thread` is never given, these chats have no topics.

        Raises:
            DatabaseAway: nothing was written.
        """
        match outgoing:
            case Message():
                # What carries somebody's words says whose message they were; the bot's own carries nobody's.
                is_staffs = bool(outgoing.origin or outgoing.carries_for)
                return await self._show(outgoing, Voice.STAFF if is_staffs else Voice.BOT)
            case Edit():
                return await self._show(outgoing)
            case PressAnswer(chat, _, text) if text:
                return await self._show(text_message(chat, text))
            case Copy():
                return Refused(Refusal.WORDS_ONLY, "the web chat shows words only", chat=thread)
            case Reaction() | PressAnswer() | TopicClosing() | TopicNaming() | CommandMenu():
                return Sent()

    async def _show(self, what: Outgoing, voice: Voice = Voice.BOT) -> Outcome:
        body = to_json(Shown(replace(what, chat=""), voice, self._is_urgent))  # its chat is where it stands
        async with self._database.begin() as session:
            place = await web_chats.append(session, what.chat, body, at=self._clock(), sent_as=self._sent_as)
        self._bells.ring(bell(what.chat))
        return Sent(str(place.number))

    async def open_thread(self, chat: str, name: str) -> Outcome:
        """Refuse: these chats have no topics."""
        return Refused(Refusal.GONE, f"no topics in {chat}" if name else "no name")

    async def is_there(self) -> bool:
        """Tell that a conversation takes what it is given, whoever looks at it."""
        return True
