"""Misspelt words, put back: an unknown word that is one slip away from a known one is read as that one.

N-grams forgive a slip at a word's edge; one in the middle of a short word spoils most of them. Slips are those of
thumbs: a letter dropped, doubled, another one in its place, two swapped (OSA counts them); a blank too many or too few.
What is mended is a second reading, never the only one: rare words are unknown too, and right as they stand.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA

from intents.text import fold

# Shorter words have too many real neighbours one letter away.
SHORTEST, LONGEST = 5, 25
# A joined word is taken apart, and parts are put together, into words of that many letters that are that common.
SHORTEST_PART, LEAST_COMMON = 3, 3
SHORTEST_JOINED = 8
SHORTEST_HALF = 2
REMEMBERED = (
    1_024  # unknown words with what they likely are: each is asked about two or three times a message
)


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
        known = [word for word in self._counts if SHORTEST - 1 <= len(word) <= LONGEST + 1 and word.isalpha()]
        self._by_first_half = _by_half(known, lambda word, half: word[:half])
        self._by_last_half = _by_half(known, lambda word, half: word[-half:])

    def mended(self, words: Sequence[str]) -> Mended:
        """Return the words, slips of known words replaced by these.

        The last answer is remembered: topics and danger are asked about the same words, one after the other.
        """
        asked = tuple(words)
        if self._last[0] != asked:
            self._last = (asked, self._mended(asked))
        return self._last[1]

    def _mended(self, words: Sequence[str]) -> Mended:
        folded = [fold(word) for word in words]
        if all(plain in self._counts for plain in folded):
            return Mended(list(words), 0.0)  # as most messages are
        read: list[str] = []
        looked_at = changed = 0
        for word, plain, is_joined in self._with_parts_joined(words, folded):
            better = (word,) if is_joined else self._better(word, plain)
            is_changed = is_joined or better != (word,)
            looked_at += len(word) if is_changed or len(word) >= SHORTEST else 0
            changed += len(word) if is_changed else 0
            read += better
        return Mended(read, changed / looked_at if changed else 0.0)

    def _with_parts_joined(
        self, words: Sequence[str], folded: Sequence[str]
    ) -> Iterator[tuple[str, str, bool]]:
        """Yield the words, folded too; two of which one is unknown, and which are a known word together, as that."""
        waiting = ("", "")
        for word, plain in zip(words, folded, strict=True):
            if waiting[0] and self._are_parts(waiting[1], plain):
                yield waiting[0] + word, waiting[1] + plain, True
                waiting = ("", "")
                continue
            if waiting[0]:
                yield *waiting, False
            waiting = (word, plain)
        if waiting[0]:
            yield *waiting, False

    def _are_parts(self, first: str, second: str) -> bool:
        if first in self._counts and second in self._counts:
            return False
        whole = first + second
        return len(whole) >= SHORTEST and whole in self._counts

    def _better(self, word: str, plain: str) -> tuple[str, ...]:
        """Return what an unknown word (and how it is folded) is likely meant to be, else the word itself."""
        if not SHORTEST <= len(plain) <= LONGEST or plain in self._counts or not plain.isalpha():
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
        """Return the known words one slip away: it leaves a word's first half or its second half whole."""
        alike: list[str] = []
        for length in (len(word) - 1, len(word), len(word) + 1):  # no slip changes it by more
            half = _half(length)
            alike += self._by_first_half.get(f"{length}{word[:half]}", ())
            alike += self._by_last_half.get(f"{length}{word[-half:]}", ())
        near = process.extract(word, alike, scorer=OSA.distance, score_cutoff=1, limit=None)
        return [found for found, _, _ in near]

    def _apart(self, plain: str) -> tuple[str, ...]:
        """Take a joined word apart into two common ones; nothing when it isn't made of such."""
        if len(plain) < SHORTEST_JOINED:
            return ()
        count = self._counts.get
        cuts = range(SHORTEST_PART, len(plain) - SHORTEST_PART + 1)
        common, at = max((min(count(plain[:at], 0), count(plain[at:], 0)), at) for at in cuts)
        return (plain[:at], plain[at:]) if common >= LEAST_COMMON else ()


def _half(length: int) -> int:
    return max(SHORTEST_HALF, (length - 1) // 2)


def _by_half(words: Iterable[str], half_of: Callable[[str, int], str]) -> dict[str, tuple[str, ...]]:
    """Put words by their length and a half of them, in one text: a pair as the key takes twice the memory."""
    found: dict[str, list[str]] = {}
    for word in words:
        found.setdefault(f"{len(word)}{half_of(word, _half(len(word)))}", []).append(word)
    return {length_and_half: tuple(alike) for length_and_half, alike in found.items()}
