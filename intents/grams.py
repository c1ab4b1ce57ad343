"""Texts as weighted character n-grams: the features by which texts are compared, and from which we learn."""

import math
import zlib
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, chain, pairwise
from typing import Self

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
# With their features, four megabytes: most of a message's words have come before. (The banks have 48,000.)
REMEMBERED_WORDS = 8_192
PAIR = " "  # between the two words of a pair
LEMMA_MARK = "="  # no token contains it, so that a base form never passes for an n-gram
KIND_MARK = "#"  # likewise
# A greeting, a thanks, a yes: its kind counts as two n-grams, beside the letters of the word.
KIND_WEIGHT = 2

_KINDS = word_tables.written_forms(word_tables.read("kinds.txt"))

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]  # there are far fewer columns and texts than 2**31
Codes = NDArray[np.uint32]
Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Vector:
    """A text in an index's terms: columns, and their weights, of length one together."""

    columns: Ints
    weights: Floats


@dataclass(frozen=True, slots=True)
class _Word:
    """What a word brings into a text's vector: its features' places, and either half of its pairs' codes."""

    places: Places
    first: int  # the code of its base form, with which a pair's code begins
    second: bytes

    @classmethod
    def of(cls, places: Places, base: str) -> Self:
        """Keep a folded base form as pairs need it: to end a code takes a fifth of making it."""
        return cls(places, code(base), (PAIR + base).encode())


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """The known features, as sorted codes, each with its rarity (idf) among the texts that were learnt from.

    Codes instead of the n-grams themselves: a tenth of the memory. Two n-grams in a hundred thousand share one.
    """

    codes: Codes
    rarity: Floats
    unknown_rarity: float
    _words: dict[str, _Word] = field(default_factory=dict, repr=False)

    def __len__(self) -> int:
        return len(self.codes)

    def vector(self, words: Sequence[str]) -> Vector:
        """Return a text's weights; features that no known text has make the others lighter."""
        places = self._places_of(words[:MOST_WORDS])
        if not len(places):
            return Vector(np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.float32))
        places.sort()
        is_edge = np.ones(len(places) + 1, dtype=bool)
        np.not_equal(places[1:], places[:-1], out=is_edge[1:-1])
        edges = is_edge.nonzero()[0]
        distinct = places[edges[:-1]]
        strengths = np.log2(1 + edges[1:] - edges[:-1]).astype(np.float32)
        end = int(distinct.searchsorted(len(self.codes)))  # the unknown ones come last
        columns, unknown = distinct[:end].astype(np.int32), strengths[end:]
        weights = strengths[:end] * self.rarity.take(columns)
        squares = float(weights @ weights) + self.unknown_rarity**2 * float(unknown @ unknown)
        return Vector(columns, weights / np.float32(math.sqrt(squares) or 1.0))

    def _places_of(self, words: Sequence[str]) -> Places:
        """Return the places of all that the words bring, and of their pairs."""
        known = [self._words.get(word) for word in words]
        new = self._met({word for word, brought in zip(words, known, strict=True) if not brought})
        all_bring = [brought or new[word] for word, brought in zip(words, known, strict=True)]
        pairs = [zlib.crc32(second.second, first.first) for first, second in pairwise(all_bring)]
        return np.concatenate([self._places(pairs), *[each.places for each in all_bring]])

    def _met(self, words: Collection[str]) -> dict[str, _Word]:
        """Return what new words bring, and remember it; all their features are looked up at once."""
        if not words:
            return {}
        if len(self._words) >= REMEMBERED_WORDS:
            for word in list(self._words)[: REMEMBERED_WORDS // 2]:  # the oldest
                self._words.pop(word, None)
        base = {word: lemma(word) for word in words}
        codes = {word: features(word, base.__getitem__) for word in words}
        places = self._places([*chain.from_iterable(codes.values())])
        ends = accumulate(map(len, codes.values()))
        new = {
            word: _Word.of(places[end - len(codes[word]) : end].copy(), fold(base[word]))
            for word, end in zip(codes, ends, strict=True)
        }
        self._words.update(new)
        return new

    def _places(self, codes: Sequence[int]) -> Places:
        """Return the columns of features by their codes; for unknown ones numbers beyond them, each its own."""
        asked = np.array(codes, dtype=np.uint32)
        places = self.codes.searchsorted(asked)
        size = len(self.codes)
        if not size:
            return asked.astype(np.int64)
        is_unknown = self.codes[np.minimum(places, size - 1)] != asked
        places[is_unknown] = size + asked[is_unknown].astype(np.int64)
        return places


def terms(words: Sequence[str], base: Callable[[str], str] = lemma) -> list[str]:
    """Return what a text is made of: its words, and the base forms of each two that stand side by side.

    The pairs ("ei jaksa") are worth five points of danger heard, at one false alarm in a hundred everyday lines.
    """
    words = words[:MOST_WORDS]
    return [*words, *_pairs([fold(base(word)) for word in words])]


def _pairs(bases: Sequence[str]) -> list[str]:
    return [f"{first}{PAIR}{second}" for first, second in pairwise(bases)]


def features(term: str, base: Callable[[str], str] = lemma) -> list[int]:
    """Return the codes of a term's features: a pair itself; a word's n-grams, its written form's, its base form.

    What a spoken word is in writing counts as much as what was typed; a base form as one n-gram more. Together
    they are worth one to two points on the phrase banks, held out.
    """
    if PAIR in term:
        return [code(term)]
    found = [gram for form in forms(term) for gram in grams(fold(form))]
    return found + marks(term, base)


def forms(word: str) -> list[str]:
    """Return the forms of a word whose n-grams are features: as typed, and where that differs as written."""
    standard = written(word)
    return [word] if standard == word else [word, *standard.split()]


def marks(word: str, base: Callable[[str], str] = lemma) -> list[int]:
    """Return the codes of what a word is beside its letters: its base form, and what kind of greeting."""
    found = [code(LEMMA_MARK + fold(base(word)))]
    if word in _KINDS:
        found += KIND_WEIGHT * [code(KIND_MARK + _KINDS[word])]
    return found


def code(feature: str) -> int:
    """Return the number that a feature goes by."""
    return zlib.crc32(feature.encode())


def grams(folded: str) -> Iterable[int]:
    """Return the codes of the n-grams of a folded word; `intents.counting` finds those of many at once."""
    padded = f" {folded} "
    size = len(padded)
    places = [(at, at + n) for n in range(SHORTEST, min(LONGEST, size) + 1) for at in range(size - n + 1)]
    if padded.isascii():  # as nearly all are once folded: each letter is a byte
        letters = padded.encode()
        return [zlib.crc32(letters[start:end]) for start, end in places]
    return [code(padded[start:end]) for start, end in places]
