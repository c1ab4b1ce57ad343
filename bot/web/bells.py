"""Wakes who waits for news, within this process; who waits looks from time to time all the same."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


class Bells:
    """Bells by name; one that nobody waits for costs nothing."""

    def __init__(self) -> None:
        self._waiting: dict[str, set[asyncio.Event]] = {}

    def ring(self, name: str) -> None:
        """Wake all who wait for this name."""
        for each in self._waiting.get(name, ()):
            each.set()

    @contextmanager
    def listening(self, name: str) -> Iterator[asyncio.Event]:
        """Give out an event that is set at each ring; who has seen one clears it."""
        event = asyncio.Event()
        self._waiting.setdefault(name, set()).add(event)
        try:
            yield event
        finally:
            others = self._waiting[name]
            others.discard(event)
            if not others:
                del self._waiting[name]
