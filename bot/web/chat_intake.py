"""What people write in the chat: written down before the page calls it sent, and judged for danger in any case."""

import asyncio
import hashlib
import re
from dataclasses import dataclass

from bot.channel import Message
from bot.continuing import code_in
from bot.lifeline import Lifeline
from bot.web.channel import BOT, NAME, bell, read
from bot.web.chat_limits import CODES_OF_ADDRESS, OF_ADDRESS, OF_CHAT, Limits
from bot.web.chat_posts import Kept, to_json
from bot.web.web import Web
from intents.risk import Level
from storage import inbox, web_chats
from storage.database import DatabaseAway
from storage.inbox import NewUpdate

DATABASE_PATIENCE = 1.5  # seconds that somebody in danger waits for the database before we answer without it
LONGEST = 12_000  # UTF-16 units of one message: three of Telegram's
_KEY = re.compile(r"[A-Za-z0-9_-]{8,60}")


@dataclass(frozen=True, slots=True)
class Coming:
    """Something that a page sends."""

    chat: str
    sent_as: str  # the page's own name for it: sent again, it is the same
    raw: str  # as the channel reads it
    kept: Kept  # as the page shows it
    text: str = ""


@dataclass(frozen=True, slots=True)
class Away:
    """The database is away: nothing was written down; who wrote of danger is shown `reply` meanwhile."""

    reply: Message | None = None


@dataclass(frozen=True, slots=True)
class Busy:
    """Too much came at once, and this is nothing that could not wait; try again after so many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class TooLong:
    """It is too long for one message."""


Taken = Away | Busy | TooLong | None  # None: it is written down


def is_key(text: str) -> bool:
    """Tell whether a page may name what it sends so."""
    return _KEY.fullmatch(text) is not None


def key_of_form(key: str, words: str) -> str:
    """Name what a form without a script sends: gone back to and filled in otherwise, it is something else."""
    return f"{key[:40]}-{hashlib.sha256(words.encode()).hexdigest()[:12]}"


def tidy(text: str) -> str:
    """Bring what a browser sent to what can be kept: one kind of line end, no half characters."""
    return text.replace("\r\n", "\n").replace("\r", "\n").encode(errors="replace").decode().strip()


class ChatIntake:
    """Writes down what pages send."""

    def __init__(self, web: Web, lifeline: Lifeline, limits: Limits) -> None:
        """Prepare."""
        self._web = web
        self._lifeline = lifeline
        self._limits = limits
        self._keeping: set[asyncio.Task[None]] = set()

    async def take(self, coming: Coming, *, address: str) -> Taken:
        """Write one thing down. Nothing is put off before it was judged: what is grave goes past all limits."""
        pause = self._limits.pause(OF_CHAT, coming.chat) or self._limits.pause(OF_ADDRESS, address)
        if not pause and code_in(read(coming.raw)) is not None:
            pause = self._limits.pause(CODES_OF_ADDRESS, address)
        is_long = len(coming.text.encode("utf-16-le")) // 2 > LONGEST
        if (pause or is_long) and not self.is_grave(coming.text):
            return TooLong() if is_long else Busy(pause)
        return await self._take(coming)

    def is_grave(self, text: str) -> bool:
        """Tell whether a text must not wait, be it for a limit or for a form that is too old."""
        return bool(text) and self._web.library().reader.understand(text).risk.level >= Level.CONCERN

    async def _take(self, coming: Coming) -> Away | None:
        """Write it down; who writes of danger does not wait for a slow database."""
        keeping = asyncio.create_task(self._keep(coming))
        self._keeping.add(keeping)
        keeping.add_done_callback(self._end)
        done, _ = await asyncio.wait({keeping}, timeout=DATABASE_PATIENCE)
        if not done and (reply := self._answer(coming)) is not None:
            return Away(reply)  # the page sends it again; if it is there by then, it is there once
        try:
            await asyncio.shield(keeping)
        except DatabaseAway:
            return Away(self._answer(coming))
        return None

    def _end(self, keeping: "asyncio.Task[None]") -> None:
        self._keeping.discard(keeping)
        if not keeping.cancelled():
            keeping.exception()  # whoever still waits for it gets it, too

    def _answer(self, coming: Coming) -> Message | None:
        return self._lifeline.answer(coming.chat, self._update_id(coming), coming.raw)

    async def _keep(self, coming: Coming) -> None:
        now = self._web.clock()
        update = NewUpdate(NAME, BOT, self._update_id(coming), coming.chat, coming.raw)
        async with self._web.database.begin() as session:
            # The inbox knows it longer than the page's posts do: those may be forgotten.
            is_new = await inbox.put(session, [update], at=now)
            if is_new:
                await web_chats.append(
                    session, coming.chat, to_json(coming.kept), at=now, sent_as=coming.sent_as
                )
        if is_new:
            self._web.on_updates()
            self._web.bells.ring(bell(coming.chat))

    def _update_id(self, coming: Coming) -> str:
        """Name the update: a page's own name for it is its conversation's alone."""
        return self._web.database.keys.fingerprint(f"web update {coming.chat} {coming.sent_as}")
