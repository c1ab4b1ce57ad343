"""The queue of updates with Telegram's offsets: what is kept, what is confirmed, what comes when."""

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from tests.double.api import bot_api

KEPT_FOR = 24 * 3600  # seconds, as Telegram documents
MOST_AT_ONCE = 100
LONGEST_POLL = 50  # seconds; longer timeouts are cut
# How far past the newest update an offset may lie before it counts as one of another counting (TQueue.cpp).
FUTURE_SLACK = 10
NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
ALL_KINDS = frozenset(bot_api().types["Update"].fields) - {"update_id"}


@dataclass(slots=True)
class Waiting:
    """An update that the program has not confirmed yet."""

    body: dict[str, Any]
    chat: int  # whose order it belongs to
    at: float  # on the double's clock
    counting: int  # goes up each time that update ids start anew
    fetched: bool = False  # the program has seen it, but did not say so yet


@dataclass(slots=True)
class UpdateQueue:
    """All that waits, oldest first."""

    clock: Callable[[], float]
    waiting: list[Waiting] = field(default_factory=list)
    allowed: frozenset[str] = ALL_KINDS - NOT_BY_DEFAULT
    next_id: int = field(default_factory=lambda: random.randrange(100_000_000, 900_000_000))
    counting: int = 0
    confirmed: int = 0  # how many were

    def allow(self, kinds: Iterable[str] | None) -> None:
        """Take the program's `allowed_updates`; None leaves it as it was, unknown kinds are passed over."""
        if kinds is None:
            return
        named = frozenset(kinds)
        self.allowed = (named & ALL_KINDS) if named else ALL_KINDS - NOT_BY_DEFAULT

    def put(self, kind: str, content: dict[str, Any], chat: int) -> int | None:
        """Add an update; return its id, or None when the program did not ask for such."""
        if kind not in self.allowed:
            return None
        return self.put_raw({kind: content}, chat)

    def put_raw(self, content: dict[str, Any], chat: int) -> int:
        """Add an update of any shape, known or not."""
        update_id = self.next_id
        self.next_id += 1
        self.waiting.append(Waiting({"update_id": update_id, **content}, chat, self.clock(), self.counting))
        return update_id

    def jump(self, next_id: int) -> None:
        """Go on with another update id, as Telegram does after a silent week; it may be lower."""
        self.next_id = next_id
        self.counting += 1

    def drop_old(self) -> None:
        """Forget what nobody fetched for a day."""
        oldest = self.clock() - KEPT_FOR
        if self.waiting and self.waiting[0].at < oldest:
            self.waiting = [entry for entry in self.waiting if entry.at >= oldest]

    def confirm(self, offset: int) -> None:
        """Forget what an offset confirms; a negative one keeps that many from the end."""
        self.drop_old()
        if offset < 0:
            self._forget(max(len(self.waiting) + offset, 0))
            return
        if not self.waiting:
            return
        counting = self.waiting[0].counting
        newest = max(entry.body["update_id"] for entry in self.waiting if entry.counting == counting)
        if offset > max(newest, self.next_id if counting == self.counting else 0) + FUTURE_SLACK:
            return
        done = 0
        for entry in self.waiting:
            if entry.counting != counting or entry.body["update_id"] >= offset:
                break
            done += 1
        self._forget(done)

    def _forget(self, number: int) -> None:
        self.confirmed += number
        del self.waiting[:number]

    def first(self, limit: int) -> list[dict[str, Any]]:
        """Return the oldest ones, still unconfirmed."""
        self.drop_old()
        given = self.waiting[: min(max(limit, 1), MOST_AT_ONCE)]
        for entry in given:
            entry.fetched = True
        return [entry.body for entry in given]

    def delivered(self, entry: Waiting) -> None:
        """Forget one that a webhook has taken."""
        self.waiting.remove(entry)
        self.confirmed += 1

    def clear(self) -> None:
        """Forget all that waits, as `drop_pending_updates` asks."""
        self.waiting.clear()
