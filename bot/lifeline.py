"""When the database is away: whoever writes of danger hears what saves, and staff hear of it, all the same.

Nothing is written down here, and nothing is acknowledged: the update stays with its channel and is handled
in full when the database is back. Then some are told twice; better than not at all.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.channel import Channel, MalformedUpdate, Message, Outcome, Part, Turn, Wait
from bot.dialogue import onboarding, safety
from bot.dialogue.state import Person
from bot.handoff.alerting import STAFF
from bot.handoff.letters import quote
from bot.handoff.routing import route
from content.library import Library
from intents.text import mask_identity_codes
from storage.database import DatabaseAway
from storage.staff import StaffChat

log = logging.getLogger(__name__)

REMEMBERED = 2000  # who was written to about which update, so that asking for it again writes to nobody again


class Lifeline:
    """Answers danger without a database."""

    def __init__(
        self,
        channels: Mapping[str, Channel],
        library: Callable[[], Library],
        chats: Callable[[], Sequence[StaffChat]],
        *,
        clock: Callable[[], datetime],
    ) -> None:
        """Prepare; `chats` are the staff chats as they were last known."""
        self._channels = channels
        self._library = library
        self._chats = chats
        self._clock = clock
        self._told: dict[tuple[str, str], None] = {}  # update and chat
        self._telling: set[asyncio.Task[None]] = set()

    async def rescue(self, chat: str, update_id: str, raw: str) -> bool:
        """Write to a person in danger and to staff at once; return whether there was danger.

        Called again for an update, it writes only to whom it did not reach before.
        """
        found = self._judge(chat, raw)
        if found is None:
            return False
        for message in filter(None, (found.reply, found.alert)):
            await self._tell(update_id, message)
        return True

    def answer(self, chat: str, update_id: str, raw: str) -> Message | None:
        """Return what to show to a person in danger, for who holds the line to them; None when there is no danger.

        Staff are told beside it: the person does not wait for that.
        """
        found = self._judge(chat, raw)
        if found is None:
            return None
        if found.alert is not None:
            telling = asyncio.create_task(self._tell(update_id, found.alert))
            self._telling.add(telling)
            telling.add_done_callback(self._telling.discard)
        return found.reply

    def _judge(self, chat: str, raw: str) -> "_Danger | None":
        try:
            turn = self._channels[_channel_of(chat)].read(raw)
        except MalformedUpdate:
            return None
        if not isinstance(turn, Turn) or not turn.text:
            return None
        library = self._library()
        understanding = library.reader.understand(turn.text)
        if not safety.is_danger(understanding.risk):
            return None
        person = onboarding.learn(
            Person(turn.chat, onboarding.at_first(turn)), turn.text, understanding.language, library
        )
        reply = safety.reply_to(person, understanding.risk, library, self._clock())
        staff_chat = route(self._chats(), None)
        return _Danger(reply, _alert(staff_chat.chat, turn, library) if staff_chat is not None else None)

    async def _tell(self, update_id: str, message: Message) -> None:
        """Send, unless that was done; what was surely not sent may be tried again."""
        told = (update_id, message.chat)
        if told in self._told:
            return
        self._told[told] = None
        if len(self._told) > REMEMBERED:
            del self._told[next(iter(self._told))]
        outcome: Outcome = Wait(0, "cut short")
        try:
            outcome = await self._channels[_channel_of(message.chat)].send(message)
        except DatabaseAway:  # a channel of our own pages: it shows what the database holds
            outcome = Wait(0, "database away")
        finally:
            if isinstance(outcome, Wait):
                self._told.pop(told, None)
        log.error("danger while the database was away", extra={"outcome": type(outcome).__name__})


@dataclass(frozen=True, slots=True)
class _Danger:
    """What is to be said about a text of danger, to its writer and to staff."""

    reply: Message
    alert: Message | None


def _channel_of(chat: str) -> str:
    return chat.partition(":")[0]


def _alert(chat: str, turn: Turn, library: Library) -> Message:
    lead = Part(library.say("staff.database_away", language=STAFF) + "\n")
    return Message(chat, (lead, quote(mask_identity_codes(turn.text))))
