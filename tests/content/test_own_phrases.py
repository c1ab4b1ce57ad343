"""Each topic's own phrases lead to it, in three languages, and to no neighbour: all of them are tried.

Known by heart, each of them does. Read as if nobody had written it, a few do not: people say the same words of two
matters ("hej hej sen" is a greeting and a farewell), and some stand where a neighbour has the better right to them. How
few, the bounds say, so that the banks stay sound; `matala check --all` names each.
"""

import re
from collections import Counter
from dataclasses import dataclass, field

import pytest

from content.checking_phrases import CLEARLY, Phrase, phrases_of
from content.library import PACKS_DIR, load
from content.sources import COMMON, gather, pack_names
from intents.matcher import Matcher

LEAST = 0.95  # of a topic's phrases in one language that rank their own topic first
LEAST_OF_GREETINGS = 0.90  # "how are you", "hello, is somebody there": asked of the bot as well
MOST_MISLED = 0.006  # of all phrases rank another topic first ...
MOST_ANSWERED_WRONGLY = 0.003  # ... and are answered by it, without a question back
# "po-russki" in its own letters asks for that language, and is answered in it: no topic has its phrases
# (tests/end_to_end/conversation/test_languages.py).
_IN_OTHER_LETTERS = re.compile("[\u0400-\u06ff]")
PLAINEST = 3  # of each topic and language, the first ones in its file: these all lead to it


@dataclass
class Tried:
    """How the phrases of one school fared."""

    number: Counter[tuple[str, str]] = field(default_factory=Counter)  # by topic and language
    misled: list[Phrase] = field(default_factory=list)
    answered_wrongly: list[Phrase] = field(default_factory=list)


def tried(matcher: Matcher, phrases: list[Phrase]) -> Tried:
    found = Tried()
    for phrase in phrases:
        found.number[_kind(phrase)] += 1
        ranked = matcher.rank(phrase.text, limit=2, by_heart=False)
        if ranked and ranked[0].topic == phrase.topic:
            continue
        found.misled.append(phrase)
        if ranked and ranked[0].score >= CLEARLY and matcher.settle(ranked) is not None:
            found.answered_wrongly.append(phrase)
    return found


def _kind(phrase: Phrase) -> tuple[str, str]:
    return phrase.topic, str(phrase.where[1])


def _is_among_the_plainest(phrase: Phrase) -> bool:
    number = phrase.where[2]
    return isinstance(number, int) and number < PLAINEST and COMMON in phrase.document.path.parts[-3:-1]


@pytest.mark.parametrize("school", pack_names(PACKS_DIR))
def test_every_phrase_leads_to_its_own_topic(school: str) -> None:
    """All of a school's, some 35 000, by its own reader: one test, so that they are tried once."""
    reader = load(school).reader
    phrases = [
        each for each in phrases_of(gather(school, PACKS_DIR)) if not _IN_OTHER_LETTERS.search(each.text)
    ]

    led = ((each, reader.understand(each.text).topic) for each in phrases)

    assert [(each.text, each.topic, topic) for each, topic in led if topic != each.topic] == []
    assert len(phrases) > 30_000


@pytest.mark.parametrize("school", pack_names(PACKS_DIR))
def test_phrases_would_lead_to_their_own_topic_were_they_new(school: str) -> None:
    """What others write is like them, and has to find the way by that."""
    found = tried(load(school).reader.matcher, phrases_of(gather(school, PACKS_DIR)))

    misled, every = Counter(map(_kind, found.misled)), found.number.total()
    least = {kind: LEAST_OF_GREETINGS if kind[0] == "greeting" else LEAST for kind in found.number}
    shares = {kind: 1 - misled[kind] / number for kind, number in found.number.items()}
    assert {kind: share for kind, share in shares.items() if share < least[kind]} == {}
    assert [each.text for each in found.misled if _is_among_the_plainest(each)] == []
    assert len(found.misled) <= MOST_MISLED * every, [each.text for each in found.misled]
    assert len(found.answered_wrongly) <= MOST_ANSWERED_WRONGLY * every, [
        each.text for each in found.answered_wrongly
    ]
    assert every > 30_000
