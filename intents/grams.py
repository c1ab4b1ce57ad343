"""Texts as weighted character n-grams: the features by which texts are compared, and from which we learn."""

import math
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from intents.finnish import lemma, written
from intents.text import fold

# Inside words, with a blank at each end. Five letters catch stems; a sixth adds size and nothing else, and so does
# taking pairs, once a bank is large (measured on the phrase banks, held out).
SHORTEST, LONGEST = 3, 5
# Words past these are not compared: it bounds the time, and no sensible message has its matter only there.
MOST_WORDS = 100
LEMMA_MARK = "="  # no token contains it, so that a base form never passes for an n-gram

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]  # there are far fewer columns and texts than 2**31
Codes = NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Vector:
    """A text in an index's terms: columns, and their weights, of length one together."""

    columns: Ints
    weights: Floats


@dataclass(frozen=True, slots=True)
class Columns:
    """The known features, as sorted codes, each with its rarity (idf) among the texts that were learnt from.

    Codes instead of the n-grams themselves: a tenth of the memory. Two n-grams in a hundred thousand share one.
    """

    codes: Codes
    rarity: Floats
    unknown_rarity: float

    def __len__(self) -> int:
        return len(self.codes)

    def vector(self, words: Sequence[str]) -> Vector:
        """Return a text's weights; features that no known text has make the others lighter."""
        codes, counts = np.unique(
            np.array([code for word in words[:MOST_WORDS] for code in features(word)], dtype=np.uint32),
            return_counts=True,
        )
        strengths = np.log2(1 + counts).astype(np.float32)
        columns = np.searchsorted(self.codes, codes).astype(np.int32)
        columns[columns == len(self.codes)] = 0
        known = self.codes[columns] == codes if len(self.codes) else np.zeros(len(codes), dtype=bool)
        weights = strengths[known] * self.rarity[columns[known]]
        unknown = self.unknown_rarity**2 * float(np.square(strengths[~known]).sum())
        length = math.sqrt(float(weights @ weights) + unknown)
        return Vector(columns[known], weights / np.float32(length or 1.0))


def features(word: str) -> list[int]:
    """Return the codes of a word's features: its n-grams, those of its written form, and its base form.

    What a spoken word is in writing counts as much as what was typed; a base form as one n-gram more. Together
    they are worth one to two points on the phrase banks, held out.
    """
    standard = written(word)
    forms = [word] if standard == word else [word, *standard.split()]
    found = [gram for form in forms for gram in _grams(form)]
    found.append(LEMMA_MARK + fold(lemma(word)))
    return [zlib.crc32(gram.encode()) for gram in found]


def _grams(word: str) -> Iterable[str]:
    padded = f" {fold(word)} "
    size = len(padded)
    for n in range(SHORTEST, min(LONGEST, size) + 1):
        for at in range(size - n + 1):
            yield padded[at : at + n]
