"""Texts as weighted character n-grams: the features by which texts are compared, and from which we learn."""

import math
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from intents import word_tables
from intents.finnish import lemma, written
from intents.text import fold

# Inside words, with a blank at each end. Five letters catch stems; a sixth adds size and nothing else, and so does
# taking pairs, once a bank is large (measured on the phrase banks, held out).
SHORTEST, LONGEST = 3, 5
# Words past these are not compared: it bounds the time, and no sensible message has its matter only there.
MOST_WORDS = 100
REMEMBERED = 4  # vectors: those of one message
PAIR = " "  # between the two words of a pair
LEMMA_MARK = "="  # no token contains it, so that a base form never passes for an n-gram
KIND_MARK = "#"  # likewise
# A greeting, a thanks, a yes: its kind counts as two n-grams, beside the letters of the word.
KIND_WEIGHT = 2

_KINDS = word_tables.written_forms(word_tables.read("kinds.txt"))

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]  # there are far fewer columns and texts than 2**31
Codes = NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Vector:
    """A text in an index's terms: columns, and their weights, of length one together."""

    columns: Ints
    weights: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """The known features, as sorted codes, each with its rarity (idf) among the texts that were learnt from.

    Codes instead of the n-grams themselves: a tenth of the memory. Two n-grams in a hundred thousand share one.
    """

    codes: Codes
    rarity: Floats
    unknown_rarity: float
    _lately: dict[tuple[str, ...], Vector] = field(default_factory=dict, repr=False)

    def __len__(self) -> int:
        return len(self.codes)

    def vector(self, words: Sequence[str]) -> Vector:
        """Return a text's weights; features that no known text has make the others lighter.

        The last few are remembered: topics and danger are asked about the same words, one after the other.
        """
        asked = tuple(words)
        if asked not in self._lately:
            if len(self._lately) >= REMEMBERED:
                self._lately.clear()
            self._lately[asked] = self._vector(asked)
        return self._lately[asked]

    def _vector(self, words: Sequence[str]) -> Vector:
        base = cache(lemma)  # of this text alone: it is asked for each word two or three times
        found = [code for term in terms(words, base) for code in features(term, base)]
        codes, counts = np.unique(np.array(found, dtype=np.uint32), return_counts=True)
        strengths = np.log2(1 + counts).astype(np.float32)
        columns = np.searchsorted(self.codes, codes).astype(np.int32)
        columns[columns == len(self.codes)] = 0
        known = self.codes[columns] == codes if len(self.codes) else np.zeros(len(codes), dtype=bool)
        weights = strengths[known] * self.rarity[columns[known]]
        unknown = self.unknown_rarity**2 * float(np.square(strengths[~known]).sum())
        length = math.sqrt(float(weights @ weights) + unknown)
        return Vector(columns[known], weights / np.float32(length or 1.0))


def terms(words: Sequence[str], base: Callable[[str], str] = lemma) -> list[str]:
    """Return what a text is made of: its words, and the base forms of each two that stand side by side.

    The pairs ("ei jaksa") are worth five points of danger heard, at one false alarm in a hundred everyday lines.
    """
    words = words[:MOST_WORDS]
    bases = [fold(base(word)) for word in words]
    return [*words, *(f"{first}{PAIR}{second}" for first, second in pairwise(bases))]


def features(term: str, base: Callable[[str], str] = lemma) -> list[int]:
    """Return the codes of a term's features: a pair itself; a word's n-grams, its written form's, its base form.

    What a spoken word is in writing counts as much as what was typed; a base form as one n-gram more. Together
    they are worth one to two points on the phrase banks, held out.
    """
    if PAIR in term:
        return [zlib.crc32(term.encode())]
    standard = written(term)
    forms = [term] if standard == term else [term, *standard.split()]
    found = [gram for form in forms for gram in _grams(form)]
    found.append(LEMMA_MARK + fold(base(term)))
    if term in _KINDS:
        found += KIND_WEIGHT * [KIND_MARK + _KINDS[term]]
    return [zlib.crc32(gram.encode()) for gram in found]


def _grams(word: str) -> Iterable[str]:
    padded = f" {fold(word)} "
    size = len(padded)
    for n in range(SHORTEST, min(LONGEST, size) + 1):
        for at in range(size - n + 1):
            yield padded[at : at + n]
