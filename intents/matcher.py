"""Which topic a text is about: topics ranked by what their phrases taught, with a score that means something.

Three witnesses are heard. A linear layer, trained over character n-grams when the phrases are loaded, has
learnt what tells topics apart. The nearest phrase knows what was said just so. rapidfuzz compares the nearest
phrases letter by letter, order included, and names the one that a person would call the most alike. Partial
and weighted ratios are not among them: by those, one-word phrases win over everything.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from rapidfuzz import fuzz

from intents.grams import Floats, Index, Ints, Vector
from intents.text import fold, normalise, tokens

ENOUGH = 40.0
LEAD = 5.0
WORTH_ASKING = 20.0
MOST_ASKED = 3

# Shares of the witnesses in a score.
LINEAR_SHARE, NEAR_SHARE, ALIKE_SHARE = 0.6, 0.25, 0.15
# As many of the nearest phrases are compared letter by letter; more change nothing and cost time.
COMPARED = 50

# The layer's width: the commonest n-grams have columns of their own, the others share the rest. Twice as
# many gave the same accuracy as all n-grams; these lose a few tenths of a point and train in a quarter of
# the time.
OWN_COLUMNS, SHARED_COLUMNS = 1536, 512
# Ridge: how much the layer prefers small weights. Between 0.3 and 2 nothing moves by a point.
SMALLNESS = 1.0


@dataclass(frozen=True, slots=True)
class Phrase:
    """An example of how people say what a topic is about."""

    topic: str
    text: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A topic that a text may be about; the phrase is the example that spoke most for it."""

    topic: str
    score: float  # 0-100; 100 = one of its phrases, word for word
    phrase: str = ""


class Matcher:
    """Phrases, learnt once; ranks topics for a text."""

    def __init__(self, phrases: Sequence[Phrase]) -> None:
        kept = [(phrase, words) for phrase in phrases if (words := tokens(normalise(phrase.text)))]
        kept.sort(key=lambda pair: pair[0].topic)  # each topic's phrases side by side; stable
        self._phrases = [phrase for phrase, _ in kept]
        self._plain = [_plain(words) for _, words in kept]
        self._topics = sorted({phrase.topic for phrase in self._phrases})
        number = {topic: n for n, topic in enumerate(self._topics)}
        self._topic_of = np.array([number[phrase.topic] for phrase in self._phrases], dtype=np.int64)
        self._starts = np.searchsorted(self._topic_of, np.arange(len(self._topics)))
        self._index = Index([words for _, words in kept])
        self._layer = _Layer(
            self._index.vectors, self._topic_of, topics=len(self._topics), width=self._index.width
        )

    def rank(self, text: str, *, limit: int = 5) -> list[Candidate]:
        """Return the likeliest topics, best first; none when nothing in the text is known."""
        words = tokens(normalise(text))
        if not words or not self._phrases:
            return []
        vector = self._index.vector(words)
        if not len(vector.columns):
            return []
        near = self._index.cosines(vector)
        alike = self._alike(_plain(words), near)
        scores = (
            LINEAR_SHARE * self._layer.scores(vector)
            + NEAR_SHARE * np.maximum.reduceat(near, self._starts)
            + ALIKE_SHARE * np.maximum.reduceat(alike, self._starts)
        )
        best = np.argsort(-scores, kind="stable")[:limit]
        return [self._candidate(topic, scores[topic], near + alike) for topic in best if scores[topic] > 0]

    def _alike(self, plain: str, near: Floats) -> Floats:
        """Return likeness letter by letter, 0 to 1, of the nearest phrases; 0 for all the others."""
        alike = np.zeros_like(near)
        count = min(COMPARED, len(near))
        for row in np.argpartition(-near, count - 1)[:count]:
            alike[row] = fuzz.ratio(plain, self._plain[row]) / 100
        return alike

    def _candidate(self, topic: int, score: float, likeness: Floats) -> Candidate:
        end = self._starts[topic + 1] if topic + 1 < len(self._topics) else len(self._phrases)
        row = self._starts[topic] + int(np.argmax(likeness[self._starts[topic] : end]))
        return Candidate(self._topics[topic], round(100 * min(1.0, float(score)), 1), self._phrases[row].text)


class _Layer:
    """One linear score per topic, learnt by ridge regression over the n-grams."""

    def __init__(self, vectors: Sequence[Vector], topic_of: Ints, *, topics: int, width: int) -> None:
        columns = np.arange(width, dtype=np.int64)
        # Multiplicative hashing: the same at every start, unlike Python's own.
        mixed = (columns * 2654435761) % 2**32
        rare = columns >= OWN_COLUMNS
        self._slot = np.where(rare, OWN_COLUMNS + (mixed >> 8) % SHARED_COLUMNS, columns)
        self._sign = np.where(rare & ((mixed >> 28) % 2 == 1), -1.0, 1.0).astype(np.float32)
        self._weights = self._learn(vectors, topic_of, topics)

    def scores(self, vector: Vector) -> Floats:
        """Return how much each topic is spoken for: about 1 for a phrase of its own, about 0 for others."""
        signed: Floats = vector.weights * self._sign[vector.columns]
        return np.dot(signed, self._weights[self._slot[vector.columns]]).astype(np.float32)

    def _learn(self, vectors: Sequence[Vector], topic_of: Ints, topics: int) -> Floats:
        size, width = len(vectors), OWN_COLUMNS + SHARED_COLUMNS
        seen = np.zeros((size, width), dtype=np.float32)
        for row, vector in enumerate(vectors):
            np.add.at(seen[row], self._slot[vector.columns], vector.weights * self._sign[vector.columns])
        wanted = np.zeros((size, topics), dtype=np.float32)
        wanted[np.arange(size), topic_of] = 1.0
        if size < width:  # the same solution, from the smaller side
            pull = SMALLNESS * np.eye(size, dtype=np.float32)
            return seen.T @ np.linalg.solve(seen @ seen.T + pull, wanted)
        pull = SMALLNESS * np.eye(width, dtype=np.float32)
        return np.linalg.solve(seen.T @ seen + pull, seen.T @ wanted)


def settle(ranked: Sequence[Candidate]) -> str | None:
    """Return the topic to answer with, or None when the person should be asked."""
    match ranked:
        case [best, second, *_] if best.score - second.score < LEAD:
            return None
        case [best, *_] if best.score >= ENOUGH:
            return best.topic
    return None


def worth_asking(ranked: Sequence[Candidate]) -> list[Candidate]:
    """Return what to offer as "did you mean"; nothing when it would be guessing."""
    return [candidate for candidate in ranked if candidate.score >= WORTH_ASKING][:MOST_ASKED]


def _plain(words: Sequence[str]) -> str:
    return fold(" ".join(words))


def learn(pairs: Iterable[tuple[str, str]]) -> Matcher:
    """Build a matcher of (text, label) pairs, with no pack: labels may be any strings."""
    return Matcher([Phrase(label, text) for text, label in pairs])
