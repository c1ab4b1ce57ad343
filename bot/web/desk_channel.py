"""The desk as a channel: alerts and notes need no sending, since its pages show the cases themselves.

What is sent here only wakes those who look, and tells how their own lines went. What is of no case they read from
the outbox, where it stays for some days.
"""

from collections.abc import Callable

from bot.channel import (
    Copy,
    MalformedUpdate,
    Message,
    Outcome,
    Outgoing,
    Reaction,
    Reading,
    Refusal,
    Refused,
    Sent,
)
from bot.handoff.desk_room import DESK
from storage import posts, turns
from storage.database import Database

NAME = DESK.partition(":")[0]
NEWS = "desk"  # the bell of those who look at the desk


class DeskChannel:
    """Takes whatever is said to the desk."""

    name = NAME
    text_limit = 2**20  # nothing is sent in pieces that is not sent at all

    def __init__(self, database: Database, ring: Callable[[str], None]) -> None:
        """Prepare; `ring` wakes those who look at the desk."""
        self._database = database
        self._ring = ring

    def read(self, raw: str) -> Reading:
        """Refuse: what staff do at the desk comes through its own pages, not through the inbox."""
        raise MalformedUpdate(f"nothing comes in by the desk ({len(raw)} characters)")

    async def send(self, outgoing: Outgoing, *, thread: str = "") -> Outcome:
        """Take note of one outgoing thing; `thread` is never given, the desk has no topics."""
        if isinstance(outgoing, Copy):
            return Refused(Refusal.INVALID, "the desk shows words only", chat=thread)
        sign = _sign(outgoing)
        if sign is not None:
            await self._mark(*sign)
        self._ring(NEWS)
        return Sent()

    async def _mark(self, ref: str, mark: str) -> None:
        async with self._database.begin() as session:
            case_id = await posts.find(session, chat=DESK, ref=ref)
            if case_id is not None:
                await turns.set_mark(session, case_id, ref, mark)

    async def open_thread(self, chat: str, name: str) -> Outcome:
        """Refuse: the desk has no topics."""
        return Refused(Refusal.GONE, f"no topics in {chat}" if name else "no name")

    async def is_there(self) -> bool:
        """Tell that it takes what it is given."""
        return True


def _sign(outgoing: Outgoing) -> tuple[str, str] | None:
    """Read what is said about one line: which, and what."""
    match outgoing:
        case Reaction(_, ref, emoji):
            return ref, emoji
        case Message(_, parts, reply_to=ref) if ref:
            return ref, "".join(part.text for part in parts).replace("**", "")
    return None
