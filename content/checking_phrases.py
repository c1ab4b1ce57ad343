"""Phrases that another topic answers better: the matcher is asked about its own examples.

Thirty thousand phrases take a minute, so they are looked at in an order that is the same each time and mixes all
topics, for as long as the caller allows.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from zlib import crc32

from content.faults import Document, Fault, Subject, Where
from content.sources import Sources
from intents.matcher import Matcher

CLEARLY: Final = 60.0  # a weaker lead of another topic is a question to the person, not a wrong answer


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase, and where it stands."""

    text: str
    topic: str
    document: Document
    where: Where


def phrases_of(sources: Sources) -> list[Phrase]:
    """Return every phrase of a pack, well mixed and always in the same order."""
    every = [
        Phrase(text, file.content.topic, file.document, ("phrases", language, number))
        for file in sources.phrases
        for language, texts in file.content.phrases.items()
        for number, text in enumerate(texts)
    ]
    return sorted(every, key=lambda phrase: (crc32(phrase.text.encode()), phrase.topic))


def misled(
    matcher: Matcher, phrases: Sequence[Phrase], is_time_left: Callable[[], bool]
) -> tuple[list[Fault], int]:
    """Return a warning for each phrase that another topic wins clearly, and how many phrases were looked at."""
    found: list[Fault] = []
    for number, phrase in enumerate(phrases):
        if not is_time_left():
            return found, number
        found += _misled(matcher, phrase)
    return found, len(phrases)


def _misled(matcher: Matcher, phrase: Phrase) -> Iterator[Fault]:
    ranked = matcher.rank(phrase.text, limit=2, by_heart=False)
    if not ranked or ranked[0].topic == phrase.topic or ranked[0].score < CLEARLY:
        return
    if matcher.settle(ranked) is None:
        return
    message = (
        f'"{phrase.text}" of "{phrase.topic}" is answered by "{ranked[0].topic}" ({ranked[0].score:.0f}); '
        "move it there, or say more of what it is about"
    )
    yield phrase.document.warning(phrase.where, Subject.MISLED, message)
