"""How fast a channel may be written to: waiting our turn is kinder than being told to (429)."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `count` messages in any `seconds`."""

    count: int
    seconds: float


# Telegram (lessons.md, 8): 30 a second overall; one a second to a person, with short bursts; 20 a minute to a group.
OVERALL = Limit(30, 1.0)
PERSON = Limit(5, 5.0)
GROUP = Limit(20, 60.0)


class Pace:
    """Keeps sends within limits. What is urgent passes the overall limit and the group's: Telegram may say no."""

    def __init__(
        self,
        *,
        overall: Limit | None = OVERALL,
        person: Limit | None = PERSON,
        group: Limit | None = GROUP,
        clock: Callable[[], float] | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Prepare; a limit of None does not limit. `clock` is monotonic, in seconds."""
        self._overall, self._person, self._group = overall, person, group
        self._clock = clock or asyncio.get_running_loop().time
        self._sleep = sleep
        self._sent: dict[str, deque[float]] = {}

    async def wait(self, chat: str, *, is_urgent: bool = False) -> None:
        """Wait until one more message may go to a chat, and count it."""
        is_group = chat.partition(":")[2].startswith("-")
        limits = [(chat, self._group if is_group else self._person), ("", self._overall)]
        while not is_urgent:
            pause = max((self._pause(key, limit) for key, limit in limits if limit), default=0.0)
            if pause <= 0:
                break
            await self._sleep(pause)
        for key, limit in limits:
            if limit:
                self._sent.setdefault(key, deque(maxlen=limit.count)).append(self._clock())
        self._forget_quiet_chats()

    def _pause(self, key: str, limit: Limit) -> float:
        """Return the seconds until the oldest of the last `count` sends is old enough."""
        sent = self._sent.get(key)
        if sent is None or len(sent) < limit.count:
            return 0.0
        return sent[0] + limit.seconds - self._clock()

    def _forget_quiet_chats(self) -> None:
        """Keep no list of everybody ever written to."""
        if len(self._sent) > 1000:
            eldest = self._clock() - GROUP.seconds
            self._sent = {key: sent for key, sent in self._sent.items() if sent[-1] > eldest}


def unpaced() -> Pace:
    """Make a pace without limits, for a channel that has none."""
    return Pace(overall=None, person=None, group=None)
