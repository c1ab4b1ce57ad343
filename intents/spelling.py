"""Misspelt words, put back: an unknown word that is one slip away from a known one is read as that one.

N-grams forgive a slip at a word's edge; one in the middle of a short word spoils most of them. Slips are those of
thumbs: a letter dropped, doubled, another one in its place, two swapped (OSA counts them); a blank too many or too few.
What is mended is a second reading, never the only one: rare words are unknown too, and right as they stand.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA

from intents.text import fold

# Shorter words have too many real neighbours one letter away.
SHORTEST, LONGEST = 5, 25
# So many letters are looked up: one slip leaves a word's first letters or its last ones whole. With three, swapped
# letters in words of five stay unseen; it costs three points there.
EDGE = 2
# A joined word is taken apart, and parts are put together, into words of that many letters that are that common.
SHORTEST_PART, LEAST_COMMON = 3, 3
SHORTEST_JOINED = 8


@dataclass(frozen=True, slots=True)
class Mended:
    """A second reading of some words, and how much of them it changed, 0 to 1."""

    words: list[str]
    share: float


class Spelling:
    """The words that examples are made of; immutable."""

    def __init__(self, texts: Iterable[str]) -> None:
        """Read the words of plain (folded) texts."""
        self._counts = Counter(word for text in texts for word in text.split())
        self._by_edge: dict[tuple[str, int], list[str]] = {}
        self._last: tuple[tuple[str, ...], Mended] = ((), Mended([], 0.0))
        for word in self._counts:
            if SHORTEST - 1 <= len(word) <= LONGEST + 1 and word.isalpha():
                for edge in _edges(word):
                    self._by_edge.setdefault((edge, len(word)), []).append(word)

    def mended(self, words: Sequence[str]) -> Mended:
        """Return the words, slips of known words replaced by these.

        The last answer is remembered: topics and danger are asked about the same words, one after the other.
        """
        asked = tuple(words)
        if self._last[0] != asked:
            self._last = (asked, self._mended(asked))
        return self._last[1]

    def _mended(self, words: Sequence[str]) -> Mended:
        read: list[str] = []
        looked_at = changed = 0
        for word, is_split in self._with_parts_joined(words):
            better = [word] if is_split else self._better(word)
            is_changed = is_split or better != [word]
            looked_at += len(word) if is_changed or len(word) >= SHORTEST else 0
            changed += len(word) if is_changed else 0
            read += better
        return Mended(read, changed / looked_at if changed else 0.0)

    def _with_parts_joined(self, words: Sequence[str]) -> Iterator[tuple[str, bool]]:
        """Yield the words; two of which one is unknown, and which are a known word together, as that one."""
        waiting = ""
        for word in words:
            if waiting and self._are_parts(waiting, word):
                yield waiting + word, True
                waiting = ""
                continue
            if waiting:
                yield waiting, False
            waiting = word
        if waiting:
            yield waiting, False

    def _are_parts(self, first: str, second: str) -> bool:
        whole = fold(first + second)
        return (
            len(whole) >= SHORTEST
            and whole in self._counts
            and not (fold(first) in self._counts and fold(second) in self._counts)
        )

    def _better(self, word: str) -> list[str]:
        """Return what an unknown word is likely meant to be, else the word itself."""
        plain = fold(word)
        if not SHORTEST <= len(plain) <= LONGEST or plain in self._counts or not plain.isalpha():
            return [word]
        lengths = (len(plain) - 1, len(plain), len(plain) + 1)  # no slip changes it by more
        known = [
            each for edge in _edges(plain) for size in lengths for each in self._by_edge.get((edge, size), ())
        ]
        near = process.extract(plain, known, scorer=OSA.distance, score_cutoff=1, limit=None)
        if near:
            return [max((self._counts[each], each) for each, _, _ in near)[1]]
        return self._apart(plain) or [word]

    def _apart(self, plain: str) -> list[str]:
        """Take a joined word apart into two common ones; nothing when it isn't made of such."""
        if len(plain) < SHORTEST_JOINED:
            return []
        cuts = range(SHORTEST_PART, len(plain) - SHORTEST_PART + 1)
        parts = [(min(self._counts[plain[:at]], self._counts[plain[at:]]), at) for at in cuts]
        common, at = max(parts)
        return [plain[:at], plain[at:]] if common >= LEAST_COMMON else []


def _edges(word: str) -> tuple[str, str]:
    return f"{word[:EDGE]}-", f"-{word[-EDGE:]}"
