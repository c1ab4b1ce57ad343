"""Which topic a text is about: topics ranked by what their phrases taught, with a score that means something.

Three witnesses are heard. A linear layer, trained over character n-grams when the phrases are loaded, has
learnt what tells topics apart. The nearest phrase knows what was said just so. rapidfuzz compares the nearest
phrases letter by letter, order included, and names the one that a person would call the most alike. Partial
and weighted ratios are not among them: by those, one-word phrases win over everything.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from rapidfuzz import fuzz

from intents.grams import Floats, Index, Ints, Vector
from intents.politeness import matter
from intents.text import fold, normalise, tokens

# A score says how often the best candidate was right when it was that strong, in percent, as measured on 420
# labelled messages of students, guardians and staff. What is more often wrong than right is asked about:
ENOUGH = 50.0
# Two topics nearer each other than this are both offered: of such answers more than a third were wrong.
LEAD = 10.0
# What is weaker was right one time in seven at most: nothing to offer to a person.
WORTH_ASKING = 15.0
MOST_ASKED = 3  # more buttons than that are not read

# How the witnesses' sum becomes a score: the sum at which half were right, and how sharply that turns.
HALF_RIGHT, SHARPNESS = 0.26, 3.6

# Shares of the witnesses in a score.
LINEAR_SHARE, NEAR_SHARE, ALIKE_SHARE = 0.8, 0.1, 0.1
# What speaks for a text being strange is taken from every topic by this much. With some 120 examples, 82 %
# of labelled messages out of scope are declined instead of 75 %, with as many others answered.
STRANGE_PULL = 0.5
# As many of the nearest phrases are compared letter by letter; more change nothing and cost time.
COMPARED = 50

# Ridge: how much the layer prefers small weights. Between 0.3 and 2 nothing moves by a point.
SMALLNESS = 1.0
# Conjugate gradients go on until so much of the error is left, which takes some five rounds for the phrase
# banks, ten for ten thousand phrases of one narrow field. Beyond it nothing gains, before it points are
# lost (with the error at 0.3, two points on the banks; at 1.8, twenty on BANKING77). Time grows with the
# phrases, not with their cube as by solving at once.
ERROR_LEFT = 0.1
# The commonest n-grams are solved for at once; more of them cost more than the rounds that they save.
COMMON_COLUMNS = 512
MOST_ROUNDS = 30


@dataclass(frozen=True, slots=True)
class Phrase:
    """An example of how people say what a topic is about."""

    topic: str
    text: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A topic that a text may be about; the phrase is the example that spoke most for it."""

    topic: str
    score: float  # 0-100: how sure that is, see ENOUGH
    phrase: str = ""


class Matcher:
    """Phrases, learnt once; ranks topics for a text.

    `strange` are examples of what no topic covers (the weather, homework, jokes): what is like them gets lower
    scores, so that it is asked about or declined.
    """

    def __init__(self, phrases: Sequence[Phrase], strange: Sequence[str] = ()) -> None:
        self._topics = sorted({phrase.topic for phrase in phrases if tokens(normalise(phrase.text))})
        number = {topic: n for n, topic in enumerate(self._topics)}
        nowhere = len(self._topics)  # after all topics: whatever is strange
        known = [(number.get(phrase.topic), phrase.text) for phrase in phrases] + [
            (nowhere, text) for text in strange
        ]
        kept = [
            (topic, text, words)
            for topic, text in known
            if topic is not None and (words := tokens(normalise(text)))
        ]
        kept.sort(key=lambda example: example[0])  # each topic's phrases side by side; stable
        self._texts = [text for _, text, _ in kept]
        self._plain = [_plain(words) for _, _, words in kept]
        topic_of = np.array([topic for topic, _, _ in kept], dtype=np.int32)
        self._starts = np.searchsorted(topic_of, np.arange(nowhere + 1))
        self._index = Index([words for _, _, words in kept])
        self._layer = _Layer(
            self._index.give_up_vectors(), topic_of, topics=nowhere + 1, width=self._index.width
        )

    def rank(self, text: str, *, limit: int = 5) -> list[Candidate]:
        """Return the likeliest topics, best first; none when nothing in the text is known."""
        words = matter(tokens(normalise(text)))
        if not words or not self._topics:
            return []
        vector = self._index.vector(words)
        if not len(vector.columns):
            return []
        near = self._index.cosines(vector)
        alike = self._alike(_plain(words), near)
        witnessed = (
            LINEAR_SHARE * self._layer.scores(vector)
            + NEAR_SHARE * self._best_of_each(near)
            + ALIKE_SHARE * self._best_of_each(alike)
        )
        scores = witnessed[:-1] - STRANGE_PULL * max(0.0, float(witnessed[-1]))
        best = np.argsort(-scores, kind="stable")[:limit]
        return [self._candidate(topic, scores[topic], near + alike) for topic in best if scores[topic] > 0]

    def _best_of_each(self, likeness: Floats) -> Floats:
        """Return the greatest likeness to a phrase of each topic, and to anything strange."""
        best = np.zeros(len(self._starts), dtype=np.float32)
        some = self._starts < len(likeness)  # there may be nothing strange
        best[some] = np.maximum.reduceat(likeness, self._starts[some])
        return best

    def _alike(self, plain: str, near: Floats) -> Floats:
        """Return likeness letter by letter, 0 to 1, of the nearest phrases; 0 for all the others."""
        alike = np.zeros_like(near)
        count = min(COMPARED, len(near))
        for row in np.argpartition(-near, count - 1)[:count]:
            alike[row] = fuzz.ratio(plain, self._plain[row]) / 100
        return alike

    def _candidate(self, topic: int, score: float, likeness: Floats) -> Candidate:
        start, end = self._starts[topic], self._starts[topic + 1]
        row = start + int(np.argmax(likeness[start:end]))
        return Candidate(self._topics[topic], _percent(float(score)), self._texts[row])


class _Layer:
    """One linear score per topic, learnt by ridge regression over the n-grams."""

    def __init__(self, vectors: Sequence[Vector], topic_of: Ints, *, topics: int, width: int) -> None:
        self._vectors = vectors
        self._weights = np.zeros((width, topics), dtype=np.float32)
        self._learn(topic_of)
        self._vectors = ()

    def scores(self, vector: Vector) -> Floats:
        """Return how much each topic is spoken for: about 1 for a phrase of its own, about 0 for others."""
        return _dot(vector.weights, self._weights[vector.columns])

    def _learn(self, topic_of: Ints) -> None:
        """Find shares of the phrases, by conjugate gradients, whose sum is the weights."""
        left = np.zeros((len(topic_of), self._weights.shape[1]), dtype=np.float32)  # yet unexplained
        left[np.arange(len(topic_of)), topic_of] = 1.0
        shares = np.zeros_like(left)
        guess = _Guess(self._vectors)
        step = guess.of(left)
        size, enough = _columnwise(left, step), ERROR_LEFT**2 * _squares(left)
        for _ in range(MOST_ROUNDS):
            if _squares(left) <= enough:
                break
            effect = self._alike(step) + SMALLNESS * step
            far = size / _not_zero(_columnwise(step, effect))
            shares += far * step
            left -= far * effect
            guessed = guess.of(left)
            smaller = _columnwise(left, guessed)
            step = guessed + (smaller / _not_zero(size)) * step
            size = smaller
        self._gather(shares)

    def _alike(self, shares: Floats) -> Floats:
        """Return what every phrase would score if the phrases counted with these shares."""
        self._gather(shares)
        scored = np.empty_like(shares)
        for row, vector in enumerate(self._vectors):
            scored[row] = self.scores(vector)
        return scored

    def _gather(self, shares: Floats) -> None:
        self._weights[:] = 0.0
        for vector, share in zip(self._vectors, shares, strict=True):
            self._weights[vector.columns] += vector.weights[:, None] * share  # no column twice in a vector


def _percent(witnessed: float) -> float:
    """Turn what the witnesses say together into a score."""
    strength = math.pow(max(0.0, witnessed), SHARPNESS)
    return round(100 * strength / (strength + math.pow(HALF_RIGHT, SHARPNESS)), 1)


def _dot(row: Floats, columns: Floats) -> Floats:
    product: Floats = row @ columns
    return product


class _Guess:
    """Guesses the shares from the commonest n-grams alone, for which they can be solved at once.

    These are what most phrases have in common, and what gradients alone are slow to find: it halves the rounds.
    """

    def __init__(self, vectors: Sequence[Vector]) -> None:
        self._common = np.zeros((len(vectors), COMMON_COLUMNS), dtype=np.float32)
        for row, vector in enumerate(vectors):
            common = vector.columns < COMMON_COLUMNS  # the index puts the commonest first
            self._common[row, vector.columns[common]] = vector.weights[common]
        explained = _squares(self._common) / max(1, len(vectors))
        self._rest = np.float32(SMALLNESS + 1.0 - explained)
        own = self._common.T @ self._common + self._rest * np.eye(COMMON_COLUMNS, dtype=np.float32)
        self._solved: Floats = np.linalg.inv(own).astype(np.float32)

    def of(self, left: Floats) -> Floats:
        """Return shares that would explain about what is left."""
        guessed: Floats = (left - self._common @ (self._solved @ (self._common.T @ left))) / self._rest
        return guessed


def _columnwise(some: Floats, others: Floats) -> Floats:
    sums: Floats = np.einsum("ij,ij->j", some, others)
    return sums


def _squares(numbers: Floats) -> float:
    return float(np.einsum("ij,ij->", numbers, numbers))


def _not_zero(numbers: Floats) -> Floats:
    return np.maximum(numbers, np.float32(1e-12))


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
