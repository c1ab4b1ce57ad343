"""Texts as weighted character n-grams: the features by which texts are compared, and from which we learn."""

import math
import zlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import chain
from typing import Any, NamedTuple, Self

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
# With their features, two megabytes: most of a message's words have come before. (The banks have 68,000.)
REMEMBERED_WORDS = 8_192
LEMMA_MARK = "="  # no token contains it, so that a base form never passes for an n-gram
KIND_MARK = "#"  # likewise
# A greeting, a thanks, a yes: its kind counts as two n-grams, beside the letters of the word.
KIND_WEIGHT = 2

_KINDS = word_tables.written_forms(word_tables.read("kinds.txt"))

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]  # there are far fewer columns and texts than 2**31
Codes = NDArray[np.uint32]

# By how often a text has a feature: the logarithm, as one word twice does not say twice as much.
_STRENGTHS = np.log2(1 + np.arange(4_096)).astype(np.float32)
_ENDS = np.array([-1, 2**32])  # before and after all columns, so that the first and the last have neighbours
_FOUR_BYTES = 0xFFFF_FFFF
_FNV_PRIME = 16_777_619  # of the checksum FNV-1a with four bytes: it spreads one half of a pair over all bits


@dataclass(frozen=True, slots=True)
class Vector:
    """A text in an index's terms: columns, and their weights, of length one together."""

    columns: NDArray[np.intp]
    weights: Floats


class _Word(NamedTuple):
    """What a word brings into a text's vector."""

    base: int  # the code of its base form
    unknown: int  # how many features it has that are no columns
    columns: NDArray[Any]  # of its other features, in no order; one that it has twice stands there twice


@dataclass(frozen=True, slots=True, eq=False)
class KnownWords:
    """What the words of the learnt texts bring, found ahead: five in six words of messages are among them."""

    numbers: NDArray[np.uint64]  # by which the words go, sorted
    bring: Codes  # for each of these: its base form, how many features are unknown, where its columns begin and end
    columns: Ints

    @classmethod
    def of(cls, words: Sequence[str], bases: Codes, unknown: Ints, columns: Ints, starts: Ints) -> Self:
        """Put words so that they are found again; `starts` are where each one's columns begin, and the end."""
        numbers = np.array(list(map(_number, words)), dtype=np.uint64)
        order = np.argsort(numbers)
        bring = np.stack([bases, unknown, starts[:-1], starts[1:]], axis=1, dtype=np.uint32, casting="unsafe")
        return cls(numbers[order], bring[order], columns)

    @classmethod
    def none(cls) -> Self:
        """Return no words at all."""
        nothing = np.zeros(0, dtype=np.int32)
        return cls.of([], nothing.astype(np.uint32), nothing, nothing, np.zeros(1, dtype=np.int32))

    def brought(self, words: Collection[str]) -> dict[str, _Word]:
        """Return what those words bring that are known."""
        if not len(self.numbers):
            return {}
        asked = np.array([*map(_number, words)], dtype=np.uint64)
        rows = self.numbers.searchsorted(asked)
        is_known = (self.numbers.take(rows, mode="clip") == asked).tolist()
        bring = self.bring.take(rows, axis=0, mode="clip").tolist()
        return {
            word: _Word(base, unknown, self.columns[start:end])
            for word, (base, unknown, start, end), known in zip(words, bring, is_known, strict=True)
            if known
        }


def _number(word: str) -> int:
    """Return the number that a word goes by: two checksums of different make, so that hardly any two share one."""
    letters = word.encode()
    return zlib.crc32(letters) << 32 | zlib.adler32(letters)


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """The known features, as sorted codes, each with its rarity (idf) among the texts that were learnt from.

    Codes instead of the n-grams themselves: a tenth of the memory. Two n-grams in a hundred thousand share one.
    """

    codes: Codes
    rarity: Floats
    unknown_rarity: float
    ahead: KnownWords = field(default_factory=KnownWords.none, repr=False)
    _words: dict[str, _Word] = field(default_factory=dict, repr=False)

    def __len__(self) -> int:
        return len(self.codes)

    def vector(self, words: Sequence[str]) -> Vector:
        """Return a text's weights; features that no known text has make the others lighter."""
        if not words:
            return Vector(np.zeros(0, dtype=np.intp), np.zeros(0, dtype=np.float32))
        columns, unknown = self._brought(words[:MOST_WORDS])
        columns.sort()
        # Where the end before them stands, and where each column stands last.
        lasts = (columns[1:] != columns[:-1]).nonzero()[0]
        columns = columns.take(lasts[1:])
        weights = _STRENGTHS.take(lasts[1:] - lasts[:-1], mode="clip")
        weights *= self.rarity.take(columns)
        square = float(weights @ weights) + self.unknown_rarity**2 * unknown
        weights /= np.float32(math.sqrt(square) or 1.0)
        return Vector(columns, weights)

    def _brought(self, words: Sequence[str]) -> tuple[NDArray[np.intp], int]:
        """Return the columns of all that the words and their pairs bring, and how many features are unknown.

        Beside them stand the ends, one before all columns and one after.
        """
        known = {word: met for word in words if (met := self._words.get(word)) is not None}
        new = [word for word in dict.fromkeys(words) if word not in known]
        known |= self.ahead.brought(new) if new else {}
        codes = {word: features(word) for word in new if word not in known}
        bases = [codes[word][0] if word in codes else known[word].base for word in words]
        # All are looked up at once: the features of words that nobody knows, and the pairs.
        columns, is_column = self._columns(
            [*chain.from_iterable(codes.values()), *map(pair, bases, bases[1:])]
        )
        start = 0
        for word, own in codes.items():
            end = start + len(own)
            found = columns[start:end][is_column[start:end]]
            known[word] = _Word(own[0], len(own) - len(found), found)
            start = end
        self._remember({word: known[word] for word in new})
        of_pairs = columns[start:][is_column[start:]]
        brought = [known[word] for word in words]
        unknown = len(words) - 1 - len(of_pairs) + sum([each.unknown for each in brought])
        return np.concatenate([_ENDS, of_pairs, *[each.columns for each in brought]]), unknown

    def _remember(self, new: Mapping[str, _Word]) -> None:
        if len(self._words) >= REMEMBERED_WORDS:
            for word in list(self._words)[: REMEMBERED_WORDS // 2]:  # the oldest
                self._words.pop(word, None)
        self._words.update(new)

    def _columns(self, codes: Sequence[int]) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
        """Return the columns of features by their codes, and which of them are columns at all."""
        asked = np.array(codes, dtype=np.uint32)
        columns = self.codes.searchsorted(asked)
        if not len(self.codes):
            return columns, np.zeros(len(asked), dtype=bool)
        return columns, self.codes.take(columns, mode="clip") == asked


def features(word: str) -> list[int]:
    """Return the codes of a word's features: its base form first, its n-grams, and those of its written form.

    What a spoken word is in writing counts as much as what was typed; a base form as one n-gram more. Together
    they are worth one to two points on the phrase banks, held out.
    """
    return marks(word) + [gram for form in forms(word) for gram in grams(fold(form))]


def pair(first: int, second: int) -> int:
    """Return the code of two words that stand side by side, by the codes of their base forms.

    Pairs ("ei jaksa") are worth five points of danger heard, at one false alarm in a hundred everyday lines.
    """
    return (first * _FNV_PRIME ^ second) & _FOUR_BYTES


def pairs(firsts: Codes, seconds: Codes) -> Codes:
    """Return the codes of many pairs."""
    return firsts * np.uint32(_FNV_PRIME) ^ seconds


def forms(word: str) -> list[str]:
    """Return the forms of a word whose n-grams are features: as typed, and where that differs as written."""
    standard = written(word)
    return [word] if standard == word else [word, *standard.split()]


def marks(word: str) -> list[int]:
    """Return the codes of what a word is beside its letters: its base form, and what kind of greeting."""
    found = [code(LEMMA_MARK + fold(lemma(word)))]
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
    places = _slices(size)
    if padded.isascii():  # as nearly all are once folded: each letter is a byte
        letters = padded.encode()
        return [zlib.crc32(letters[place]) for place in places]
    return [code(padded[place]) for place in places]


@cache
def _slices(size: int) -> list[slice]:
    return [slice(at, at + n) for n in range(SHORTEST, min(LONGEST, size) + 1) for at in range(size - n + 1)]
