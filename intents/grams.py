"""Texts as weighted character n-grams: the features by which texts are compared, and from which we learn."""

import math
import zlib
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, chain, pairwise
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from intents import word_tables
from intents.finnish import lemma, written
from intents.packed import Texts
from intents.text import fold

# Inside words, with a blank at each end. Five letters catch stems; a sixth adds size and nothing else, and so does
# taking pairs, once a bank is large (measured on the phrase banks, held out).
SHORTEST, LONGEST = 3, 5
# Words past these are not compared: it bounds the time, and no sensible message has its matter only there.
MOST_WORDS = 100
# With their features, two megabytes: most of a message's words have come before. (The banks have 68,000.)
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
Places = Ints  # columns of known features; for unknown ones numbers beyond those

# By how often a text has a feature: the logarithm, as one word twice does not say twice as much.
_STRENGTHS = np.log2(1 + np.arange(4_096)).astype(np.float32)
_LEFT_OFF = np.uint32(2)  # bits of a code, so that what is unknown has its number in four bytes


@dataclass(frozen=True, slots=True)
class Vector:
    """A text in an index's terms: columns, and their weights, of length one together."""

    columns: Ints
    weights: Floats


class _Word(NamedTuple):
    """What a word brings into a text's vector: its features' places, and either half of its pairs' codes."""

    places: Places
    first: int  # the code of its base form, with which a pair's code begins: to end it takes a fifth of making it
    second: bytes


@dataclass(frozen=True, slots=True, eq=False)
class KnownWords:
    """What the words of the learnt texts bring, found ahead: five in six words of messages are among them."""

    codes: Codes  # of the words, sorted
    rows: Ints  # for each of these, which word it is
    words: Texts
    firsts: Codes  # of the folded base form of each word, as the first half of a pair
    seconds: Texts  # the same as the second half
    places: Places
    starts: Ints  # for each word, where its places begin; one more at the end

    @classmethod
    def of(cls, words: Sequence[str], bases: Sequence[str], places: Places, starts: Ints) -> Self:
        """Put words so that they are found again, each with its folded base form and its features' places."""
        codes = np.array([code(word) for word in words], dtype=np.uint32)
        rows = np.argsort(codes, kind="stable").astype(np.int32)
        firsts = np.array([code(base) for base in bases], dtype=np.uint32)
        seconds = Texts.of([PAIR + base for base in bases])
        return cls(codes[rows], rows, Texts.of(words), firsts, seconds, places, starts)

    @classmethod
    def none(cls) -> Self:
        """Return no words at all."""
        return cls.of([], [], np.zeros(0, dtype=np.int32), np.zeros(1, dtype=np.int32))

    def brought(self, words: Collection[str]) -> dict[str, _Word]:
        """Return what those words bring that are known. (Of two with one code it knows the first.)"""
        if not len(self.codes):
            return {}
        asked = [word.encode() for word in words]
        codes = np.array([zlib.crc32(each) for each in asked], dtype=np.uint32)
        rows = self.rows.take(self.codes.searchsorted(codes), mode="clip")
        begins, ends = self.starts.take(rows).tolist(), self.starts.take(rows + 1).tolist()
        firsts, seconds = self.firsts.take(rows).tolist(), self.seconds.raw(rows)
        known = self.words.raw(rows)
        return {
            word: _Word(self.places[begins[each] : ends[each]], firsts[each], seconds[each])
            for each, word in enumerate(words)
            if known[each] == asked[each]
        }


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
        places = self._places_of(words[:MOST_WORDS])
        if not len(places):
            return Vector(np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.float32))
        places.sort()
        is_edge = np.ones(len(places) + 1, dtype=bool)
        np.not_equal(places[1:], places[:-1], out=is_edge[1:-1])
        edges = is_edge.nonzero()[0]
        distinct = places[edges[:-1]]
        strengths = _STRENGTHS.take(edges[1:] - edges[:-1], mode="clip")
        end = int(distinct.searchsorted(np.int32(len(self.codes))))  # the unknown ones come last
        columns, unknown = distinct[:end], strengths[end:]
        weights = strengths[:end] * self.rarity.take(columns)
        squares = float(weights @ weights) + self.unknown_rarity**2 * float(unknown @ unknown)
        return Vector(columns, weights / np.float32(math.sqrt(squares) or 1.0))

    def _places_of(self, words: Sequence[str]) -> Places:
        """Return the places of all that the words bring, and of their pairs."""
        known = [*map(self._words.get, words)]
        if None in known:
            new = self._met({word for word, brought in zip(words, known, strict=True) if brought is None})
            known = [brought or new[word] for word, brought in zip(words, known, strict=True)]
        brought = [each for each in known if each is not None]
        pairs = [zlib.crc32(second.second, first.first) for first, second in pairwise(brought)]
        return np.concatenate([self._places(pairs), *[each.places for each in brought]])

    def _met(self, words: Collection[str]) -> dict[str, _Word]:
        """Return what new words bring, and remember it; all their features are looked up at once."""
        if not words:
            return {}
        if len(self._words) >= REMEMBERED_WORDS:
            for word in list(self._words)[: REMEMBERED_WORDS // 2]:  # the oldest
                self._words.pop(word, None)
        new = self.ahead.brought(words)
        if len(new) < len(words):
            new |= self._worked_out([word for word in words if word not in new])
        self._words.update(new)
        return new

    def _worked_out(self, words: Sequence[str]) -> dict[str, _Word]:
        base = {word: lemma(word) for word in words}
        codes = {word: features(word, base.__getitem__) for word in words}
        places = self._places([*chain.from_iterable(codes.values())])
        ends = accumulate(map(len, codes.values()))
        return {
            word: _Word(places[end - len(codes[word]) : end], *_halves(fold(base[word])))
            for word, end in zip(codes, ends, strict=True)
        }

    def _places(self, codes: Sequence[int]) -> Places:
        """Return the columns of features by their codes; for unknown ones numbers beyond them, each its own."""
        asked = np.array(codes, dtype=np.uint32)
        size = len(self.codes)
        if not size:
            return beyond(asked, size)
        places = self.codes.searchsorted(asked)
        is_unknown = self.codes.take(places, mode="clip") != asked
        return np.where(is_unknown, beyond(asked, size), places.astype(np.int32))


def _halves(base: str) -> tuple[int, bytes]:
    return code(base), (PAIR + base).encode()


def beyond(codes: Codes, size: int) -> Places:
    """Return numbers beyond so many columns for features that are none of these; four codes share one."""
    return (codes >> _LEFT_OFF).astype(np.int32) + np.int32(size)


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
