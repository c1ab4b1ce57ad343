"""Chats as tests read them: what stands there, and waiting for what should come."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Self, TypeVar

from tests.double.seen import KINDS, Seen, TopicSeen
from tests.double.stage import Stage

if TYPE_CHECKING:
    from tests.double.people import Person

PATIENCE = 10.0  # seconds that a test waits for what should come at once
TRANSCRIPT_LINES = 40
T = TypeVar("T")
Wanted = str | Callable[[Seen], bool]


class NotHeard(AssertionError):  # noqa: N818 -- it fails a test
    """What a test waited for did not come; holds the transcript."""


def fits(wanted: Wanted, seen: Seen) -> bool:
    """Whether a message is what a test waits for: holds the text, or satisfies the predicate."""
    return wanted in seen.text if isinstance(wanted, str) else wanted(seen)


class Place:
    """A chat, as far as it can be read."""

    def __init__(self, stage: Stage, chat: int, name: str) -> None:
        self._stage = stage
        self.id = chat
        self.name = name
        self._heard: set[tuple[int, int, int]] = set()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name} {self.id}>"

    def everything(self) -> list[Seen]:
        """Return all messages, by whomever, deleted ones too."""
        return [Seen(kept["raw"], kept) for kept in self._stage.do("messages", chat=self.id)]

    def from_bot(self) -> list[Seen]:
        """Return what the bot sent here and what still stands, service messages left out."""
        return [
            seen
            for seen in self.everything()
            if seen.by_bot
            and not seen.deleted
            and not seen.kind.startswith(("forum_topic", "pinned", "new_chat"))
        ]

    @property
    def keyboard(self) -> list[list[str]]:
        """The reply keyboard that shows, as texts."""
        shown = self._stage.do("keyboard", chat=self.id) or {}
        return [[button["text"] for button in row] for row in shown.get("keyboard", [])]

    def transcript(self) -> str:
        """Return the latest lines of the chat, to be read when a test fails."""
        lines = [seen.line() for seen in self.everything()[-TRANSCRIPT_LINES:]]
        return f"--- {self.name}\n" + "\n".join(lines or ["(nothing)"]) + "\n---"

    def unheard(self, *, topic: int | None = None) -> list[Seen]:
        """Return what the bot sent or edited since a test last heard it, oldest first."""
        return [
            seen
            for seen in self.from_bot()
            if self._key(seen) not in self._heard and (topic is None or seen.topic == topic)
        ]

    def _key(self, seen: Seen) -> tuple[int, int, int]:
        return seen.chat, seen.id, len(seen.versions)

    def forgets(self) -> None:
        """Take everything up to now for heard."""
        self._heard.update(self._key(seen) for seen in self.from_bot())

    async def hears(self, wanted: Wanted, *, within: float = PATIENCE, topic: int | None = None) -> Seen:
        """Return the first message of the bot that fits and was not heard before; wait for it."""

        def heard() -> Seen | None:
            return next((seen for seen in self.unheard(topic=topic) if fits(wanted, seen)), None)

        seen = await waited(self._stage, heard, within)
        if seen is None:
            raise NotHeard(f"{self.name} did not hear {wanted!r} within {within} s\n{self.transcript()}")
        self._heard.add(self._key(seen))
        return seen

    async def sees(self, holds: Callable[[Self], bool], *, within: float = PATIENCE) -> None:
        """Wait until something holds of this chat (a message is deleted, a reaction is there)."""
        if not await waited(self._stage, lambda: holds(self) or None, within):
            raise NotHeard(f"{self.name} did not see it within {within} s\n{self.transcript()}")

    def message(self, message: "int | Seen") -> Seen:
        """Return a message as it stands now."""
        number = message if isinstance(message, int) else message.id
        return next(seen for seen in self.everything() if seen.id == number)


class Group(Place):
    """A group of staff: plain, supergroup or forum."""

    @property
    def topics(self) -> list[TopicSeen]:
        """The topics that there are; deleted ones are left out."""
        return [topic for topic in self.all_topics() if not topic.deleted]

    def all_topics(self) -> list[TopicSeen]:
        """Return the topics, deleted ones too."""
        return [TopicSeen(**topic) for topic in self._stage.do("topics", chat=self.id)]

    def messages(self, *, topic: int | None = None) -> list[Seen]:
        """Return what stands in the group or in one topic, service messages left out."""
        return [
            seen
            for seen in self.everything()
            if not seen.deleted and seen.kind in (*KINDS, "other") and (topic is None or seen.topic == topic)
        ]

    async def has_topic(self, named: str = "", *, within: float = PATIENCE) -> TopicSeen:
        """Return the newest topic whose name holds this; wait for it."""

        def found() -> TopicSeen | None:
            return next((topic for topic in reversed(self.topics) if named in topic.name), None)

        topic = await waited(self._stage, found, within)
        if topic is None:
            names = [topic.name for topic in self.all_topics()]
            raise NotHeard(f"{self.name} has no topic {named!r}, but {names}\n{self.transcript()}")
        return topic

    async def migrates(self, *, forum: bool = False) -> int:
        """Become a supergroup; return the old id."""
        old = self.id
        self.id = self._stage.do("migrate", chat=old, forum=forum)
        return old

    async def adds_bot(
        self, status: str = "administrator", *, by: "Person | None" = None, **rights: bool
    ) -> None:
        """Add the bot, promote or demote it ("member"), or throw it out ("kicked")."""
        self._stage.do("put_bot", chat=self.id, status=status, rights=rights, by=by.id if by else None)

    async def takes_in(self, person: "Person", status: str = "member") -> None:
        """Let somebody join or rise ("administrator"), or go ("left", "kicked")."""
        self._stage.do("put_member", chat=self.id, person=person.id, status=status)

    async def deletes_topic(self, topic: int | TopicSeen, *, gone_as: str | None = None) -> None:
        """Delete a topic by an administrator's hand."""
        self._stage.do("delete_topic", chat=self.id, topic=topic_id(topic), gone_as=gone_as)


def topic_id(topic: int | TopicSeen | None) -> int | None:
    return topic.id if isinstance(topic, TopicSeen) else topic


def message_id(message: int | Seen | None) -> int | None:
    return message.id if isinstance(message, Seen) else message


async def waited(stage: Stage, found: Callable[[], T | None], within: float) -> T | None:
    """Return what `found` finds, looking again at each change; None when the time is up."""
    deadline = time.monotonic() + within
    while True:
        version = stage.do("version")
        if (result := found()) is not None:
            return result
        left = deadline - time.monotonic()
        if left <= 0:
            return None
        await stage.changed(version, left)
