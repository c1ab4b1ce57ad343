"""Texts as weighted character n-grams: the features by which the matcher compares them."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from intents.finnish import lemma, written
from intents.text import fold

# Inside words, with a blank at each end. Two letters catch typos in short words, five catch stems; a sixth
# adds size and nothing else (measured on Finnish chat phrases).
SHORTEST, LONGEST = 2, 5
# Words past these are not compared: it bounds the time, and no sensible message has its matter only there.
MOST_WORDS = 100
# What a spoken word is in writing counts as much as what was typed; a base form as one n-gram more.
# Together they are worth one to two points on the phrase banks, held out.
WRITTEN_WEIGHT = 1.0
LEMMA_WEIGHT = 1.0
LEMMA_MARK = "="  # no token contains it, so that a base form never passes for an n-gram

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]  # there are far fewer columns and texts than 2**31


@dataclass(frozen=True, slots=True)
class Vector:
    """A text in an index's terms: columns, and their weights, of length one together."""

    columns: Ints
    weights: Floats


class Index:
    """Known texts (as words of normalised text), ready to be compared with others by tf-idf and cosine."""

    def __init__(self, texts: Sequence[Sequence[str]]) -> None:
        features = _Features()
        counted = [features.of(words) for words in texts]
        spread: dict[str, int] = {}
        for counts in counted:
            for feature in counts:
                spread[feature] = spread.get(feature, 0) + 1
        # The most widespread first: the linear layer keeps columns of their own for these.
        ordered = sorted(spread, key=lambda feature: (-spread[feature], feature))
        self._columns = {feature: column for column, feature in enumerate(ordered)}
        size = self._size = len(texts)
        self._rarity = np.array(
            [math.log((1 + size) / (1 + spread[feature])) + 1 for feature in ordered], dtype=np.float32
        )
        self._unknown = math.log(1 + size) + 1
        self._vectors = [self._weighted(counts, length_of_unknown=0.0) for counts in counted]
        self._post()

    def give_up_vectors(self) -> list[Vector]:
        """Hand over the known texts' vectors, once: what is learnt from them needs no second copy of the index."""
        vectors, self._vectors = self._vectors, []
        return vectors

    @property
    def width(self) -> int:
        """The number of columns."""
        return len(self._columns)

    def vector(self, words: Sequence[str]) -> Vector:
        """Return a text's weights; features that no known text has make the others lighter."""
        counts = _Features().of(words)
        strange = sum(math.log2(1 + n) ** 2 for feature, n in counts.items() if feature not in self._columns)
        return self._weighted(counts, length_of_unknown=strange * self._unknown**2)

    def cosines(self, vector: Vector) -> Floats:
        """Return the nearness of a vector to each known text, 0 to 1."""
        if not len(vector.columns):
            return np.zeros(self._size, dtype=np.float32)
        spans = [slice(self._starts[column], self._starts[column + 1]) for column in vector.columns]
        rows = np.concatenate([self._rows[span] for span in spans])
        lengths = [span.stop - span.start for span in spans]
        weights = np.concatenate([self._weights[span] for span in spans]) * np.repeat(vector.weights, lengths)
        return np.bincount(rows, weights, minlength=self._size).astype(np.float32)

    def _weighted(self, counts: dict[str, float], *, length_of_unknown: float) -> Vector:
        known = [(self._columns[feature], n) for feature, n in counts.items() if feature in self._columns]
        columns = np.array([column for column, _ in known], dtype=np.int32)
        weights = np.log2(1 + np.array([n for _, n in known], dtype=np.float32)) * self._rarity[columns]
        length = math.sqrt(float(weights @ weights) + length_of_unknown)
        return Vector(columns, weights / np.float32(length or 1.0))

    def _post(self) -> None:
        """Turn the vectors round: for each column, the rows that have it."""
        columns = np.concatenate(
            [vector.columns for vector in self._vectors] or [np.zeros(0, dtype=np.int32)]
        )
        weights = np.concatenate(
            [vector.weights for vector in self._vectors] or [np.zeros(0, dtype=np.float32)]
        )
        rows = np.repeat(
            np.arange(self._size, dtype=np.int32), [len(vector.columns) for vector in self._vectors]
        )
        order = np.argsort(columns, kind="stable")
        self._rows, self._weights = rows[order], weights[order]
        self._starts = np.searchsorted(columns[order], np.arange(self.width + 1))


class _Features:
    """Counts features of texts; remembers words while it lives, since phrases repeat them."""

    def __init__(self) -> None:
        self._by_word: dict[str, dict[str, float]] = {}

    def of(self, words: Iterable[str]) -> dict[str, float]:
        counts: dict[str, float] = {}
        for word in list(words)[:MOST_WORDS]:
            if word not in self._by_word:
                self._by_word[word] = _of_word(word)
            for feature, n in self._by_word[word].items():
                counts[feature] = counts.get(feature, 0.0) + n
        return counts


def _of_word(word: str) -> dict[str, float]:
    counts: dict[str, float] = {}
    standard = written(word)
    forms = [(word, 1.0)]
    if standard != word:
        forms += [(part, WRITTEN_WEIGHT) for part in standard.split()]
    for form, weight in forms:
        for gram in _grams(form):
            counts[gram] = counts.get(gram, 0.0) + weight
    counts[LEMMA_MARK + fold(lemma(word))] = LEMMA_WEIGHT
    return counts


def _grams(word: str) -> list[str]:
    padded = f" {fold(word)} "
    size = len(padded)
    return [
        padded[at : at + n] for n in range(SHORTEST, min(LONGEST, size) + 1) for at in range(size - n + 1)
    ]
