"""Misspelt words, put back: an unknown word that is one slip away from a known one is read as that one.

N-grams forgive a slip at a word's edge; one in the middle of a short word spoils most of them. Slips are those of
thumbs: a letter dropped, doubled, another one in its place, two swapped (OSA counts them); a blank too many or too few.
What is mended is a second reading, never the only one: rare words are unknown too, and right as they stand.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA

from intents.text import fold

Codes = NDArray[np.uint32]

# Shorter words have too many real neighbours one letter away.
SHORTEST, LONGEST = 5, 25
# A joined word is taken apart, and parts are put together, into words of that many letters that are that common.
SHORTEST_PART, LEAST_COMMON = 3, 3
SHORTEST_JOINED = 8
# Unknown words with what they likely are: each is asked about two or three times a message.
REMEMBERED = 1_024
# A word's code adds up its letters, each times a power of this: with a letter less, it is found without a sum anew.
_FACTOR = 16_777_619
_INVERSE = pow(_FACTOR, -1, 2**32)
_POWERS = np.array([pow(_FACTOR, power, 2**32) for power in range(LONGEST + 1)], dtype=np.uint32)


@dataclass(frozen=True, slots=True)
class Mended:
    """A second reading of some words, and how much of them it changed, 0 to 1."""

    words: list[str]
    share: float


class Spelling:
    """The words that examples are made of; immutable."""

    def __init__(self, texts: Iterable[str]) -> None:
        """Read the words of plain (folded) texts."""
        self._counts = dict(Counter(word for text in texts for word in text.split()))
        self._lately: dict[str, tuple[str, ...]] = {}  # what unknown words likely are
        self._last: tuple[tuple[str, ...], Mended] = ((), Mended([], 0.0))
        self._remains = _Remains.of(
            [word for word in self._counts if SHORTEST - 1 <= len(word) <= LONGEST + 1 and word.isalpha()]
        )

    def mended(self, words: Sequence[str]) -> Mended:
        """Return the words, slips of known words replaced by these.

        The last answer is remembered: topics and danger are asked about the same words, one after the other.
        """
        asked = tuple(words)
        if self._last[0] != asked:
            self._last = (asked, self._mended(asked))
        return self._last[1]

    def _mended(self, words: tuple[str, ...]) -> Mended:
        folded = [fold(word) for word in words]
        known = [plain in self._counts for plain in folded]
        if all(known):
            return Mended(list(words), 0.0)  # as most messages are
        read: list[str] = []
        looked_at = changed = at = 0
        while at < len(words):
            better, end = self._meant(words, folded, known, at)
            size = sum(map(len, words[at:end]))
            is_changed = better != words[at:end]
            looked_at += size if is_changed or size >= SHORTEST else 0
            changed += size if is_changed else 0
            read += better
            at = end
        return Mended(read, changed / looked_at if changed else 0.0)

    def _meant(
        self, words: tuple[str, ...], folded: Sequence[str], known: Sequence[bool], at: int
    ) -> tuple[tuple[str, ...], int]:
        """Return what is likely meant by the word at a place, and where the next one to look at stands.

        Two of which one is unknown, and which are a known word together, are meant as that.
        """
        nxt = at + 1
        if nxt < len(words) and not (known[at] and known[nxt]):
            whole = folded[at] + folded[nxt]
            if len(whole) >= SHORTEST and whole in self._counts:
                return (words[at] + words[nxt],), nxt + 1
        return words[at:nxt] if known[at] else self._better(words[at], folded[at]), nxt

    def _better(self, word: str, plain: str) -> tuple[str, ...]:
        """Return what an unknown word (and how it is folded) is likely meant to be, else the word itself."""
        if not SHORTEST <= len(plain) <= LONGEST or not plain.isalpha():
            return (word,)
        found = self._lately.get(plain)
        if found is None:
            if len(self._lately) >= REMEMBERED:
                self._lately.clear()
            found = self._lately[plain] = self._likely(plain)
        return found or (word,)

    def _likely(self, plain: str) -> tuple[str, ...]:
        near = self._one_slip_off(plain)
        if near:
            return (max(near, key=lambda each: (self._counts[each], each)),)
        return self._apart(plain)

    def _one_slip_off(self, word: str) -> list[str]:
        """Return the known words one slip away."""
        return [each for each in self._remains.alike(word) if OSA.distance(word, each, score_cutoff=1) <= 1]

    def _apart(self, plain: str) -> tuple[str, ...]:
        """Take a joined word apart into two common ones; nothing when it isn't made of such."""
        if len(plain) < SHORTEST_JOINED:
            return ()
        count = self._counts.get
        cuts = range(SHORTEST_PART, len(plain) - SHORTEST_PART + 1)
        common, at = max((min(count(plain[:at], 0), count(plain[at:], 0)), at) for at in cuts)
        return (plain[:at], plain[at:]) if common >= LEAST_COMMON else ()


@dataclass(frozen=True, slots=True, eq=False)
class _Remains:
    """What is left of words of which a letter is dropped: whatever is one slip off shares something with that."""

    words: list[str]
    codes: Codes  # of each word, and of each without one of its letters; sorted
    rows: NDArray[np.int32]  # for each of these, of which word

    @classmethod
    def of(cls, words: list[str]) -> Self:
        """Find what is left of words, of all at once."""
        letters = np.frombuffer("".join(words).encode("utf-32-le"), dtype="<u4")
        lengths = np.array([*map(len, words)], dtype=np.int32)
        row_of = np.repeat(np.arange(len(words), dtype=np.int32), lengths)
        starts = np.cumsum(lengths, dtype=np.int32) - lengths
        added = letters * _POWERS[np.arange(len(letters), dtype=np.int32) - starts[row_of]]
        summed = np.concatenate([np.zeros(1, dtype=np.uint32), np.cumsum(added, dtype=np.uint32)])
        whole = summed[starts + lengths] - summed[starts]
        before = summed[:-1] - summed[starts][row_of]
        without = before + (whole[row_of] - before - added) * np.uint32(_INVERSE)
        codes = np.concatenate([whole, without])
        order = np.argsort(codes)
        return cls(
            words, codes[order], np.concatenate([np.arange(len(words), dtype=np.int32), row_of])[order]
        )

    def alike(self, word: str) -> set[str]:
        """Return the words that may be one slip off, and few others."""
        if not self.words:
            return set()
        asked = np.array(_remains(word), dtype=np.uint32)
        places = self.codes.searchsorted(asked)
        is_there = self.codes.take(places, mode="clip") == asked
        return {self.words[row] for place in places[is_there].tolist() for row in self._rows_from(place)}

    def _rows_from(self, place: int) -> list[int]:
        """Return the rows of all that have the code that stands there first."""
        end = self.codes.searchsorted(self.codes[place], side="right")
        rows: list[int] = self.rows[place:end].tolist()
        return rows


def _remains(word: str) -> list[int]:
    """Return the codes of a word, and of it without each of its letters."""
    added = [ord(letter) * power for letter, power in zip(word, _POWERS.tolist(), strict=False)]
    after, before = sum(added), 0
    codes = [after]
    for each in added:
        after -= each
        codes.append(before + after * _INVERSE)
        before += each
    return [code & 0xFFFF_FFFF for code in codes]
