"""Texts as weighted character n-grams: the features by which texts are compared, and from which we learn."""

import math
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain, pairwise

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
REMEMBERED_WORDS = 4_096  # with their features, two megabytes: most of a message's words have come before
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
    """What a word brings into a text's vector: its features' places, and its base form for pairs."""

    places: Places
    base: str


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
        is_first = np.ones(len(places), dtype=bool)
        np.not_equal(places[1:], places[:-1], out=is_first[1:])
        begins = is_first.nonzero()[0]
        columns = places[begins]
        counts = np.empty(len(begins), dtype=np.int64)
        np.subtract(begins[1:], begins[:-1], out=counts[:-1])
        counts[-1] = len(places) - begins[-1]
        strengths = np.log2(1 + counts).astype(np.float32)
        end = int(columns.searchsorted(len(self.codes)))  # the unknown ones come last
        weights = strengths[:end] * self.rarity[columns[:end]]
        unknown = self.unknown_rarity**2 * float(np.square(strengths[end:]).sum())
        length = math.sqrt(float(weights @ weights) + unknown)
        return Vector(columns[:end].astype(np.int32), weights / np.float32(length or 1.0))

    def _places_of(self, words: Sequence[str]) -> Places:
        """Return the places of all that the words bring, and of their pairs; all new ones are looked up at once."""
        known = {word: self._words.get(word) for word in words}
        base = {word: lemma(word) for word, brought in known.items() if brought is None}
        new = {word: features(word, base.__getitem__) for word in base}
        bases = {word: fold(base[word]) if brought is None else brought.base for word, brought in known.items()}
        pairs = [_code(pair) for pair in _pairs([bases[word] for word in words])]
        found = self._places([*chain.from_iterable(new.values()), *pairs])
        at = 0
        for word, codes in new.items():
            known[word] = self._remembered(word, _Word(found[at : at + len(codes)].copy(), bases[word]))
            at += len(codes)
        return np.concatenate([found[at:], *(known[word].places for word in words)])

    def _remembered(self, word: str, brought: _Word) -> _Word:
        if len(self._words) >= REMEMBERED_WORDS:
            self._words.clear()
        self._words[word] = brought
        return brought

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
        return [_code(term)]
    standard = written(term)
    forms = [term] if standard == term else [term, *standard.split()]
    found = [code for form in forms for code in _grams(form)]
    found.append(_code(LEMMA_MARK + fold(base(term))))
    if term in _KINDS:
        found += KIND_WEIGHT * [_code(KIND_MARK + _KINDS[term])]
    return found


def _code(feature: str) -> int:
    return zlib.crc32(feature.encode())


def _grams(word: str) -> Iterable[int]:
    padded = f" {fold(word)} "
    size = len(padded)
    places = [(at, at + n) for n in range(SHORTEST, min(LONGEST, size) + 1) for at in range(size - n + 1)]
    if padded.isascii():  # as nearly all are once folded: each letter is a byte
        letters = padded.encode()
        return [zlib.crc32(letters[start:end]) for start, end in places]
    return [_code(padded[start:end]) for start, end in places]
