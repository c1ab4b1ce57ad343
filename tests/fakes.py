"""A channel in memory: what it is given stands in a list, and what becomes of it is said beforehand."""

import asyncio
import json
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from bot.channel import MalformedUpdate, Message, Outcome, Outgoing, Reading, Sent, StaffTurn, Turn

NAME = "fake"
PERSON, OTHER = f"{NAME}:1", f"{NAME}:2"
STAFF_ROOM, SECOND_ROOM = f"{NAME}:-1", f"{NAME}:-2"


def writes(chat: str, text: str, **more: Any) -> str:
    """Make the raw update of something that a person wrote."""
    return json.dumps({"is": "Turn", "chat": chat, "text": text, "ref": "1", **more})


def staff_writes(chat: str, text: str, **more: Any) -> str:
    """Make the raw update of something that staff wrote."""
    return json.dumps(
        {"is": "StaffTurn", "chat": chat, "staff": "9", "name": "Kaisla", "ref": "1", "text": text, **more}
    )


@dataclass(frozen=True, slots=True)
class Given:
    """What the channel was given to send."""

    outgoing: Outgoing
    thread: str

    @property
    def chat(self) -> str:
        return self.outgoing.chat

    @property
    def text(self) -> str:
        parts = self.outgoing.parts if isinstance(self.outgoing, Message) else ()
        return "".join(part.text for part in parts)


@dataclass
class FakeChannel:
    """Keeps what it is given; each chat's `outcomes` come in turn, then all is taken."""

    name: str = NAME
    text_limit: int = 4096
    given: list[Given] = field(default_factory=list)
    outcomes: dict[str, deque[Outcome | Exception]] = field(default_factory=dict)
    answers: bool = True  # whether it is there
    held: set[str] = field(default_factory=set)  # chats whose sends do not come to an end
    released: asyncio.Event = field(default_factory=asyncio.Event)
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def gets(self, chat: str) -> None:
        """Wait until it was given something for a chat."""
        while not self.texts(chat):
            self._changed.clear()
            await self._changed.wait()

    def will(self, chat: str, *outcomes: Outcome | Exception) -> None:
        """Say what becomes of the next messages to a chat."""
        self.outcomes.setdefault(chat, deque()).extend(outcomes)

    def texts(self, chat: str) -> list[str]:
        """Return the words that a chat was given, copies included."""
        return [given.text for given in self.given if given.chat == chat]

    def read(self, raw: str) -> Reading:
        fields = json.loads(raw)
        match fields.pop("is", ""):
            case "Turn":
                return Turn(**fields)
            case "StaffTurn":
                return StaffTurn(**fields)
        raise MalformedUpdate("unknown")

    async def send(self, outgoing: Outgoing, *, thread: str = "") -> Outcome:
        self.given.append(Given(outgoing, thread))
        self._changed.set()
        if outgoing.chat in self.held:
            await self.released.wait()
        return self._outcome(outgoing.chat)

    async def open_thread(self, chat: str, name: str) -> Outcome:
        return self._outcome(f"{chat} topic")

    async def is_there(self) -> bool:
        return self.answers

    def _outcome(self, chat: str) -> Outcome:
        outcomes = self.outcomes.get(chat)
        outcome = outcomes.popleft() if outcomes else Sent(str(100 + len(self.given)))
        if isinstance(outcome, Exception):
            raise outcome
        return outcome
