"""Telegram's rates, for tests of pacing: 30 messages a second, 1/s per person, 20 a minute per group."""

from collections import defaultdict, deque
from dataclasses import dataclass, field

OVERALL = (30, 1.0)  # messages, seconds
PRIVATE = (3, 3.0)  # one a second, with a burst of three
GROUP = (20, 60.0)
# What counts as sending; reading, answering presses and typing signs are free.
COUNTED = ("send", "copy", "forward", "edit", "create", "delete")
FREE = frozenset({"sendChatAction"})


@dataclass(slots=True)
class Limits:
    """Sliding windows of what was let through."""

    on: bool = False
    passed: dict[int, deque[float]] = field(default_factory=lambda: defaultdict(deque))

    def wait_for(self, method: str, chat: int | None, now: float) -> float:
        """Return how long the caller should have waited; 0 lets the call through and counts it."""
        if not self.on or chat is None or method in FREE or not method.startswith(COUNTED):
            return 0.0
        windows = [(0, OVERALL), (chat, PRIVATE if chat > 0 else GROUP)]
        wait = max(self._wait(key, limit, now) for key, limit in windows)
        if wait <= 0:
            for key, _ in windows:
                self.passed[key].append(now)
        return wait

    def _wait(self, key: int, limit: tuple[int, float], now: float) -> float:
        most, seconds = limit
        times = self.passed[key]
        while times and times[0] <= now - seconds:
            times.popleft()
        return times[0] + seconds - now if len(times) >= most else 0.0
