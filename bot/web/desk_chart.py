"""Bars, drawn on the server; every number stands in words beside its bar, and small ones are hidden."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.handoff.alerting import STAFF
from content.library import Library

HIDDEN_BELOW = 5  # of what people ask about: a number this small could lead to somebody
FULL = 100.0  # the longest bar, in percent of the room


@dataclass(frozen=True, slots=True)
class Bar:
    """A number by its name, as a bar and in words."""

    name: str
    number: str  # "12", "alle 5"
    width: float  # 0-100
    kind: str = ""  # how it is coloured, where that says something that its name says too


def bars(counted: Mapping[str, int], library: Library, *, most: int, hides: bool = True) -> list[Bar]:
    """Draw the largest numbers, the largest first; equal and hidden ones in the order of their names."""
    shown = {name: count for name, count in counted.items() if count > 0}
    top = max([HIDDEN_BELOW if hides else 1, *shown.values()])
    ordered = sorted(shown.items(), key=lambda pair: (-_seen(pair[1], hides=hides), pair[0]))
    return [
        Bar(name, number(count, library, hides=hides), FULL * _seen(count, hides=hides) / top)
        for name, count in ordered[:most]
    ]


def _seen(count: int, *, hides: bool) -> int:
    """Return what may be seen of a number: of hidden ones not even which is larger."""
    return HIDDEN_BELOW - 1 if hides and 0 < count < HIDDEN_BELOW else count


def number(count: int, library: Library, *, hides: bool = True) -> str:
    """Write a number; one from 1 to 4 as "fewer than five"."""
    if hides and 0 < count < HIDDEN_BELOW:
        return library.say("desk.few", language=STAFF, most=str(HIDDEN_BELOW))
    return str(count)


def total(counts: Iterable[int], library: Library) -> str:
    """Write a sum; where parts are hidden, only that it is larger than the others: they could be told from it."""
    every = [count for count in counts if count > 0]
    shown = sum(count for count in every if count >= HIDDEN_BELOW)
    if shown == sum(every) or not shown:
        return number(sum(every), library)
    return library.say("desk.more_than", language=STAFF, number=str(shown))
