"""Everything that goes wrong between a program and Telegram, on request: which call, how often, how."""

import random
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any


class How(StrEnum):
    """What happens to a call that a fault meets."""

    TOO_MANY = "too many"  # 429 with retry_after, nothing done
    REFUSED = "refused"  # an error of any code and words, nothing done
    SERVER_ERROR = "server error"  # 500 as the Bot API words it, nothing done
    BAD_GATEWAY = "bad gateway"  # 502 with a page of HTML, nothing done
    HANG = "hang"  # nothing done; no answer for `seconds` (None: for ever), then the connection is cut
    HANG_AFTER = "hang after"  # the same, but it was done
    SLOW = "slow"  # done at once, answered `seconds` later
    LOST_BEFORE = "lost before"  # the connection is cut, nothing done
    LOST_AFTER = "lost after"  # done, then the connection is cut: the answer is lost
    GARBAGE = "garbage"  # done, and the answer is 200 with something that is no JSON


AFTER_THE_EFFECT = frozenset({How.HANG_AFTER, How.LOST_AFTER, How.GARBAGE, How.SLOW})


@dataclass(slots=True)
class Fault:
    """A rule: which calls fail, and how."""

    how: How
    method: str = "*"
    chat: int | None = None
    containing: str | None = None  # a text that the call's parameters must hold
    nth: int = 1  # the first call to fail, counted among those that fit
    times: int | None = 1  # how many fail from there; None is all
    probability: float = 1.0  # of each of those, by the seed
    seed: int = 0
    seconds: float | None = None
    retry_after: int = 1
    code: int = 400
    description: str = "Bad Request: refused by the test"
    migrate_to_chat_id: int | None = None
    seen: int = 0
    hits: int = 0
    dice: random.Random = field(default_factory=random.Random, repr=False)

    def __post_init__(self) -> None:
        self.how = How(self.how)
        self.dice.seed(self.seed)

    def meets(self, method: str, parameters: Mapping[str, Any]) -> bool:
        """Whether this call fails; counts it when the rule fits."""
        if self.method not in ("*", method):
            return False
        if self.chat is not None and str(parameters.get("chat_id")) != str(self.chat):
            return False
        if self.containing is not None and self.containing not in str(dict(parameters)):
            return False
        self.seen += 1
        if self.seen < self.nth or (self.times is not None and self.hits >= self.times):
            return False
        if self.dice.random() >= self.probability:
            return False
        self.hits += 1
        return True

    def told(self) -> dict[str, Any]:
        """Return what a test may read of it."""
        return {key: value for key, value in asdict(self).items() if key != "dice"}


@dataclass(slots=True)
class Faults:
    """The rules in force; the first that meets a call wins."""

    rules: dict[int, Fault] = field(default_factory=dict)
    last: int = 0

    def add(self, fault: Fault) -> int:
        """Put a rule in force; return its number."""
        self.last += 1
        self.rules[self.last] = fault
        return self.last

    def meeting(self, method: str, parameters: Mapping[str, Any]) -> Fault | None:
        """Return the rule that this call falls under, if any."""
        for fault in self.rules.values():
            if fault.meets(method, parameters):
                return fault
        return None
