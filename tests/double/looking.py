"""What tests ask about the world, as plain calls with plain values."""

from typing import Any

from tests.double.nouns import Raw
from tests.double.server import Server
from tests.double.state import World

PRESENT = frozenset({"creator", "administrator", "member"})  # the statuses of those who are there


class Looking:
    """All that can be asked; nothing here changes anything."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._world: World = server.world

    def people(self) -> list[Raw]:
        """Return everybody, with what identifies them."""
        return [account.user() | {"phone": account.phone} for account in self._world.people.values()]

    def members(self, *, chat: int) -> list[int]:
        """Return who is in a group now; in a private chat, the person."""
        place = self._world.chats[chat]
        if place.person is not None:
            return [place.person.id]
        return [number for number, member in place.members.items() if member.status in PRESENT]

    def messages(self, *, chat: int, since: int = 0) -> list[Raw]:
        """Return a chat's messages numbered above `since`, deleted ones included."""
        return [kept.to_json() for kept in self._world.chats[chat].messages.values() if kept.number > since]

    def answers(self, *, chat: int) -> list[str]:
        """Return the texts that presses in a chat were answered with."""
        queries = self._world.queries.values()
        return [query.answer["text"] for query in queries if query.chat == chat and query.answer]

    def topics(self, *, chat: int) -> list[Raw]:
        """Return a forum's topics, deleted ones included."""
        return [
            {"id": topic.id, "name": topic.name, "closed": topic.closed, "deleted": topic.deleted}
            for topic in self._world.chats[chat].topics.values()
        ]

    def keyboard(self, *, chat: int) -> Raw | None:
        """Return the reply keyboard that the chat shows."""
        return self._world.chats[chat].keyboard

    def calls(self, *, since: int = 0) -> list[Raw]:
        """Return the program's calls, but for getUpdates."""
        return [
            {
                "method": call.method,
                "parameters": call.parameters,
                "at": call.at,
                "ended_at": call.ended_at,
                "answer": call.answer,
                "fault": call.fault,
            }
            for call in self._world.calls[since:]
        ]

    def violations(self) -> list[str]:
        """Return each call that the Bot API's description forbids."""
        return list(self._world.violations)

    def settings(self) -> list[Any]:
        """Return what the bot has set about itself: pairs of drawer and content."""
        return [[list(key), value] for key, value in self._world.settings.items()]

    def files(self) -> dict[str, str]:
        """Return the file names by file id."""
        return {file.id: file.name for file in self._world.files.values()}

    def pending(self) -> Raw:
        """Return how many updates wait, how many of those were fetched, how many are confirmed."""
        queue = self._world.queue
        return {
            "waiting": len(queue.waiting),
            "fetched": sum(entry.fetched for entry in queue.waiting),
            "confirmed": queue.confirmed,
            "in_flight": self._world.in_flight,
            "allowed": sorted(queue.allowed),
            "webhook": self._world.webhook.url,
        }

    def polling(self) -> bool:
        """Whether a long poll waits."""
        return self._server.polling

    def version(self) -> int:
        """Return a number that goes up with each change."""
        return self._world.version
