"""How fast a channel may be written to: waiting our turn is kinder than being told to (429).

Nobody waits in here: it says which chats may be written to and how many messages may go. What may not go stays
in the outbox, where something graver can pass it.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

WITHOUT_LIMITS = ("web:", "desk:")  # chats on our own pages
MANY_CHATS = 1000  # beyond that, chats that have been quiet are forgotten


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
    """Keeps sends within limits. What is urgent is counted but asks for no leave: Telegram may say no."""

    def __init__(
        self,
        *,
        overall: Limit | None = OVERALL,
        person: Limit | None = PERSON,
        group: Limit | None = GROUP,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        """Prepare; a limit of None does not limit. `clock` is monotonic, in seconds."""
        self._overall, self._person, self._group = overall, person, group
        self._clock = clock
        self._sent: dict[str, tuple[Limit, deque[float]]] = {}  # by chat, when its last messages went
        self._sent_overall: deque[float] = deque(maxlen=overall.count if overall else 0)

    def count(self, key: str, chat: str) -> None:
        """Note that a message goes to a chat now; `key` is what `full` will call it."""
        if chat.startswith(WITHOUT_LIMITS):
            return
        now = self._clock()
        self._sent_overall.append(now)
        limit = self._group if is_group(chat) else self._person
        if limit is not None:
            self._sent.setdefault(key, (limit, deque(maxlen=limit.count)))[1].append(now)
            if len(self._sent) > MANY_CHATS:
                self._sent = {
                    each: (limit, sent)
                    for each, (limit, sent) in self._sent.items()
                    if sent[-1] + limit.seconds > now
                }

    def full(self) -> set[str]:
        """Return the chats that may not be written to just now."""
        now = self._clock()
        return {key for key, (limit, sent) in self._sent.items() if _pause(limit, sent, now) > 0}

    def room(self, most: int) -> int:
        """Return how many of `most` messages may go now, whatever their chats."""
        if self._overall is None:
            return most
        since = self._clock() - self._overall.seconds
        return min(most, self._overall.count - sum(at > since for at in self._sent_overall))

    def opens_in(self) -> float | None:
        """Return the seconds until more may go than now; None when nothing is held up."""
        now = self._clock()
        pauses = [_pause(limit, sent, now) for limit, sent in self._sent.values()]
        if self._overall is not None:
            pauses.append(_pause(self._overall, self._sent_overall, now))
        return min((pause for pause in pauses if pause > 0), default=None)


def is_group(chat: str) -> bool:
    """Tell a group from a person by the name of the chat."""
    return chat.partition(":")[2].startswith("-")


def _pause(limit: Limit, sent: deque[float], now: float) -> float:
    """Return the seconds until the oldest of the last `count` sends is old enough."""
    return sent[0] + limit.seconds - now if len(sent) == limit.count else 0.0


def unpaced() -> Pace:
    """Make a pace without limits, for a channel that has none."""
    return Pace(overall=None, person=None, group=None)
