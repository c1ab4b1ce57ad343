"""Find compiled patterns in a text that was read: which words a danger, an idiom or a phrase stands on."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

FORBIDDEN_NEAR = 10  # words on either side in which a forbidden one is looked for
MOST_STARTS = 40  # of a pattern tried in one text: bounds the work on "kuolen kuolen kuolen ..."

# Which atoms stand in a text is told by so many bits, several atoms sharing one: a first look that may say "perhaps"
# for nothing (the words themselves decide then) but never "no" wrongly. One bit for each atom took most of the time.
MARKS = 1024

Span = tuple[int, int]  # first word, and the one after the last
Owner = TypeVar("Owner")


@dataclass(frozen=True, slots=True)
class Piece:
    atom: int
    gap: int  # words allowed before it


@dataclass(frozen=True, slots=True)
class Pattern:
    """A compiled pattern: groups of pieces; the groups stand in any order."""

    source: str
    groups: tuple[tuple[Piece, ...], ...]
    forbidden: tuple[int, ...]
    needed: int  # marks of the atoms without which it cannot match
    span: int
    at_start: bool
    at_end: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as the patterns see it: its words, and where each atom stands."""

    words: tuple[str, ...]
    places: tuple[int, ...]  # the words counted without fillers, sentence ends counted extra
    breaks: tuple[int, ...]  # before each word: 0 none, 1 a comma, 2 the end of a sentence
    spans: Mapping[int, Sequence[Span]]
    present: int  # marks of the atoms that stand somewhere
    last: int  # number of words, emojis and the like at the end not counted
    explained: frozenset[int] = frozenset()  # places of words that an exception has explained

    def quote(self, used: Iterable[int]) -> str:
        return " ".join(self.words[at] for at in sorted(set(used)))

    def left(self) -> list[list[str]]:
        """Return the words that no exception has explained, sentence by sentence."""
        sentences: list[list[str]] = [[]]
        for at, word in enumerate(self.words):
            if self.breaks[at] == 2 and sentences[-1]:
                sentences.append([])
            if at not in self.explained:
                sentences[-1].append(word)
        return [sentence for sentence in sentences if sentence]

    def holds(self, atom: int, at: int) -> bool:
        return any(start <= at < end for start, end in self.spans.get(atom, ()))


class Patterns(Generic[Owner]):
    """Patterns with what they belong to, by that atom of each which the fewest of them need.

    A text has few of these atoms, so that hardly any pattern is looked at that cannot match.
    """

    def __init__(self, owned: Iterable[tuple[Owner, Pattern]]) -> None:
        self._owned = list(owned)
        needed = [{piece.atom for group in pattern.groups for piece in group} for _, pattern in self._owned]
        often = Counter(atom for atoms in needed for atom in atoms)
        # For each atom the numbers of the patterns, with the marks that each needs.
        self._by_rarest: dict[int, list[tuple[int, int]]] = {}
        for number, atoms in enumerate(needed):
            rarest = min(atoms, key=lambda atom: (often[atom], atom))
            self._by_rarest.setdefault(rarest, []).append((number, self._owned[number][1].needed))

    def possible(self, reading: Reading) -> list[tuple[Owner, Pattern]]:
        """Return those that may match, in their order: the others need what isn't there."""
        present = reading.present
        numbers = [
            number
            for atom in self._by_rarest.keys() & reading.spans.keys()
            for number, needed in self._by_rarest[atom]
            if needed & present == needed
        ]
        return [self._owned[number] for number in sorted(numbers)]


def mark(atom: int) -> int:
    return 1 << atom % MARKS


def without(reading: Reading, blanked: set[int]) -> Reading:
    """The same text with some words meaning nothing: an exception has explained them."""
    if not blanked:
        return reading
    spans: dict[int, list[Span]] = {}
    present = 0
    for atom, places in reading.spans.items():
        left = [span for span in places if not any(at in blanked for at in range(*span))]
        if left:
            spans[atom] = left
            present |= mark(atom)
    return replace(reading, spans=spans, present=present, explained=reading.explained | blanked)


def find(pattern: Pattern, reading: Reading) -> Iterator[tuple[int, ...]]:
    """Yield the places of the words of each match, in order."""
    if pattern.needed & reading.present != pattern.needed:
        return iter(())  # nearly always: no generator is started for it
    return _matches(pattern, reading)


def _matches(pattern: Pattern, reading: Reading) -> Iterator[tuple[int, ...]]:
    for used in places(pattern, reading):
        if pattern.at_start and used[0] != 0:
            continue
        if pattern.at_end and used[-1] < reading.last - 1:
            continue
        if not any(_is_near(atom, used, reading) for atom in pattern.forbidden):
            yield used


def places(pattern: Pattern, reading: Reading) -> Iterator[tuple[int, ...]]:
    """Yield where the groups of a pattern stand, whatever else it asks for (a place, forbidden words)."""
    first, *others = pattern.groups
    if not others:
        yield from _sequence(first, reading)
        return
    found = [list(_sequence(group, reading)) for group in others]
    if not all(found):
        return
    for used in _sequence(first, reading):
        together = set(used)
        for matches in found:
            best = _nearest(together, matches, reading, pattern.span)
            if best is None:
                break
            together.update(best)
        else:
            yield tuple(sorted(together))


def _nearest(
    together: set[int], matches: Sequence[tuple[int, ...]], reading: Reading, span: int
) -> tuple[int, ...] | None:
    low, high = reading.places[min(together)], reading.places[max(together)]
    best, width = None, span + 1
    for used in matches:
        if together.isdisjoint(used):
            wide = max(high, reading.places[used[-1]]) - min(low, reading.places[used[0]])
            if wide < width:
                best, width = used, wide
    return best


def _sequence(pieces: Sequence[Piece], reading: Reading) -> Iterator[tuple[int, ...]]:
    for start, end in _both_ends(reading.spans.get(pieces[0].atom, ())):
        used = _followed(pieces, 1, tuple(range(start, end)), reading)
        if used is not None:
            yield used


def _both_ends(spans: Sequence[Span]) -> Sequence[Span]:
    if len(spans) <= MOST_STARTS:
        return spans
    half = MOST_STARTS // 2
    return [*spans[:half], *spans[-half:]]


def _followed(
    pieces: Sequence[Piece], at: int, used: tuple[int, ...], reading: Reading
) -> tuple[int, ...] | None:
    """Return the words used with those of the pieces from `at` on, when these follow."""
    if at == len(pieces):
        return used
    piece = pieces[at]
    end = used[-1] + 1
    spans = reading.spans.get(piece.atom, ())
    here = reading.places[used[-1]]
    for index in range(bisect_left(spans, (end, 0)), len(spans)):
        start, stop = spans[index]
        if reading.places[start] - here - _weight(reading, used[-1]) > piece.gap:
            break
        found = _followed(pieces, at + 1, (*used, *range(start, stop)), reading)
        if found is not None:
            return found
    return None


def _weight(reading: Reading, at: int) -> int:
    """How far the next word stands when nothing is between: 1, or 0 after a filler."""
    return min(1, (reading.places[at + 1] - reading.places[at]) if at + 1 < len(reading.places) else 1)


def _is_near(atom: int, used: tuple[int, ...], reading: Reading) -> bool:
    low = max(0, used[0] - FORBIDDEN_NEAR)
    high = used[-1] + FORBIDDEN_NEAR
    return any(
        low <= start <= high
        and not set(range(start, end)) & set(used)
        and _same_sentence(reading, start, used)
        for start, end in reading.spans.get(atom, ())
    )


def _same_sentence(reading: Reading, at: int, used: tuple[int, ...]) -> bool:
    if at < used[0]:
        return all(reading.breaks[between] < 2 for between in range(at + 1, used[0] + 1))
    return all(reading.breaks[between] < 2 for between in range(used[-1] + 1, at + 1))
