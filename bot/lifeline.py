"""When the database is away: whoever writes of danger hears what saves, and staff hear of it, all the same.

Nothing is written down here, and nothing is acknowledged: the update stays with its channel and is handled
in full when the database is back. Then some are told twice; better than not at all.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from bot.channel import Channel, MalformedUpdate, Message, Part, Turn
from bot.dialogue import onboarding, safety
from bot.dialogue.state import Person
from bot.handoff.alerting import STAFF
from bot.handoff.letters import quote
from bot.handoff.routing import route
from content.library import Library
from intents.text import mask_identity_codes
from storage.staff import StaffChat

log = logging.getLogger(__name__)

REMEMBERED = 1000  # updates already answered this way, so that asking for them again writes to nobody again


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
        self._answered: dict[str, None] = {}

    async def rescue(self, chat: str, update_id: str, raw: str) -> bool:
        """Write to a person in danger and to staff at once; return whether there was danger."""
        if update_id in self._answered:
            return False
        channel = self._channels[chat.partition(":")[0]]
        try:
            turn = channel.read(raw)
        except MalformedUpdate:
            return False
        if not isinstance(turn, Turn) or not turn.text:
            return False
        library = self._library()
        understanding = library.reader.understand(turn.text)
        risk = understanding.risk
        if not safety.is_danger(risk):
            return False
        self._answered[update_id] = None
        if len(self._answered) > REMEMBERED:
            del self._answered[next(iter(self._answered))]
        person = onboarding.learn(
            Person(turn.chat, onboarding.at_first(turn)), turn.text, understanding.language, library
        )
        outcome = await channel.send(safety.reply_to(person, risk, library, self._clock()))
        log.error("danger while the database was away", extra={"outcome": type(outcome).__name__})
        staff_chat = route(self._chats(), None)
        if staff_chat is not None:
            lead = Part(library.say("staff.database_away", language=STAFF) + "\n")
            words = quote(mask_identity_codes(turn.text))
            await channel.send(Message(staff_chat.chat, (lead, words)))
        return True
