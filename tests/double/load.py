"""Many people writing at a given rate; timed is from a message being there to the first reply to it."""

import asyncio
import time
from collections.abc import Callable, Sequence

from tests.double.nouns import Raw
from tests.double.state import World


class Load:
    """One run: open loop, so a slow program meets the same rate as a fast one."""

    def __init__(self, world: World, people: Sequence[int], messages: int, rate: float | None) -> None:
        self.people = people
        self.messages = messages
        self.rate = rate
        self.written = 0
        self.latencies: list[float] = []
        self.began_at = 0.0
        self.last_at = 0.0
        self._open: dict[int, list[float]] = {person: [] for person in people}
        self._task: asyncio.Task[None] | None = None
        self._world = world
        world.on_sent.append(self._sent)

    def start(self, write: Callable[[int], object]) -> None:
        """Begin, in this event loop."""
        self._task = asyncio.create_task(self._run(write))

    async def _run(self, write: Callable[[int], object]) -> None:
        self.began_at = time.monotonic()
        for number in range(self.messages):
            if self.rate is not None:
                await asyncio.sleep(max(0.0, self.began_at + number / self.rate - time.monotonic()))
            person = self.people[number % len(self.people)]
            self._open[person].append(time.monotonic())
            write(person)
            self.written += 1

    def _sent(self, chat: int) -> None:
        """Close the oldest message of this person that has no reply; further replies count for nothing."""
        if waiting := self._open.get(chat):
            self.last_at = time.monotonic()
            self.latencies.append(self.last_at - waiting.pop(0))
            if len(self.latencies) == self.messages:
                self._world.on_sent.remove(self._sent)

    def report(self) -> Raw:
        """Return the figures so far."""
        done = len(self.latencies) >= self.messages
        return {
            "written": self.written,
            "answered": len(self.latencies),
            "done": done,
            "seconds": max(self.last_at - self.began_at, 0.0),
            "latencies": self.latencies if done else [],
        }
