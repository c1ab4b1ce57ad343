"""The small language of the risk rules: sets of words, in order or near one another, in any inflection.

A pattern is written as `<want> .. <die> !<laugh>`:

    word  stem*  *part*        one word, the beginning of one, a part of a long one
    a|b*|<set>                 any of several
    a_b|c                      "a b" or "c"
    <set>                      a named set; its members may be phrases of several words
    #  #6                      a number (of six and more)
    a b                        a, then b, with few words between (`gap`; fillers are not counted)
    a + b                      nothing but fillers between
    a .. b                     many words between (LONG_GAP)
    a & b                      both in any order, within `span` words
    !a                         a must not stand near
    ^  $                       the beginning, the end of the message

Words are compared folded (no umlauts needed); `dö!` insists on its umlaut.
"""

import heapq
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from intents.risk_matching import Pattern, Piece, Reading, Span, mark, places
from intents.risk_words import Words
from intents.text import fold

GAP = 2  # words between two pieces of a pattern, fillers not counted
LONG_GAP = 8
SPAN = 9  # words from the first to the last group of a pattern in any order
# A full stop counts as so many words: people write. In short. Sentences. And end others properly.
SENTENCE = 2

REMEMBERED = 8_192  # words, with what they mean two megabytes: most of a message's words have come before

SHORTEST_SPELLED = 3  # longer ones are joined by `normalise` already

FILLER = "filler"


class PatternError(ValueError):
    """A pattern or a set that cannot be read; says what is wrong with it."""


_NAME = re.compile(r"<([a-z0-9-]+)>")
_SENTENCE_ENDS = frozenset(".!?;:…()\n")
_LAUGH = re.compile(r"(?<!\w)[:;=]-?d+(?!\w)")  # ":D" as it stands once it is lower case
LAUGH = ":d"  # what all of those are read as, one word
_TOKEN = re.compile(
    r":d(?!\w)|[^\W_](?:['@€]?[^\W_])*|[.!?;:…()]+|,|[^\w\s.!?;:…(),'\"*#\-/\\_<>=&%+\[\]{}|~`^$@€]"
)


@dataclass(frozen=True, slots=True)
class _Means:
    """What follows from the meanings of a word: their marks, and the places of phrases that they may belong to."""

    marks: int
    phrases: tuple[int, ...]


class Vocabulary:
    """All sets and patterns of the rules, numbered; reads texts and finds the patterns in them."""

    def __init__(self, sets: Mapping[str, Sequence[str]], typos: Iterable[str], real: Iterable[str]) -> None:
        self._sets = dict(sets)
        self._typos = frozenset(typos)
        self._atoms: dict[str, int] = {}
        # Phrases of sets, in the order in which they can be found, each with the atoms that it means.
        self._phrases: list[tuple[Pattern, list[int]]] = []
        self._phrase_places: dict[str, int] = {}
        self._phrases_with: dict[int, list[int]] = {}  # by one atom that such a phrase needs
        self._not_phrases: list[tuple[int, Pattern]] = []  # "sydän hakkaa" is no hitting
        self._visiting: set[str] = set()
        self._words = Words()
        for name in self._sets:
            self.atom(f"<{name}>")
        self.filler = self._atoms.get(f"<{FILLER}>", -1)
        self._real = tuple(real)
        self.finish()

    def finish(self) -> None:
        """Call when the last pattern is compiled."""
        self._words.finish(self._real)
        self._forget()

    def _forget(self) -> None:
        self._means: dict[frozenset[int], _Means] = {}
        self._read_as = lru_cache(REMEMBERED)(self._words.read_as)

    @property
    def words(self) -> Words:
        return self._words

    def atom(self, element: str) -> int:
        """Number an element (`word`, `stem*`, `a|b|<set>`, `<set>`), entering its words on first use."""
        element = element.strip()
        if element in self._atoms:
            return self._atoms[element]
        if found := _NAME.fullmatch(element):
            if found[1] not in self._sets:
                raise PatternError(f"no set is called <{found[1]}>")
            members = self._sets[found[1]]
        else:
            members = [part for part in element.split("|") if part]
        if not members:
            raise PatternError(f"nothing in {element!r}")
        if element in self._visiting:
            raise PatternError(f"{element} contains itself")
        self._visiting.add(element)
        number = len(self._atoms)
        self._atoms[element] = number
        self._enter(number, members, typos=element.strip("<>") in self._typos)
        self._visiting.discard(element)
        return number

    def _enter(self, number: int, members: Sequence[str], *, typos: bool) -> None:
        for member in members:
            member = member.strip()
            if not member:
                raise PatternError("an empty member")
            if found := _NAME.fullmatch(member):
                if member in self._visiting:
                    raise PatternError(f"{member} contains itself")
                self.atom(member)
                self._enter(number, self._sets[found[1]], typos=found[1] in self._typos)
            elif member.startswith("-") and (" " in member or "|" in member):
                self._not_phrases.append((number, self.pattern(member[1:], gap=0)))
            elif " " in member or "|" in member or "_" in member:
                self._enter_phrase(number, member.replace("_", " "))
            else:
                self._words.add(member.casefold(), number, typos=typos)

    def _enter_phrase(self, number: int, source: str) -> None:
        if source in self._phrase_places:
            self._phrases[self._phrase_places[source]][1].append(number)
            return
        phrase = self.pattern(source, gap=0)
        place = len(self._phrases)
        self._phrase_places[source] = place
        self._phrases.append((phrase, [number]))
        key = max(piece.atom for group in phrase.groups for piece in group)
        self._phrases_with.setdefault(key, []).append(place)

    def pattern(self, source: str, *, gap: int = GAP, span: int = SPAN) -> Pattern:
        """Compile a pattern; raises PatternError."""
        groups: list[tuple[Piece, ...]] = []
        pieces: list[Piece] = []
        forbidden: list[int] = []
        at_start = at_end = False
        between = gap
        for part in source.split():
            match part:
                case "&":
                    if not pieces:
                        raise PatternError(f"nothing before & in {source!r}")
                    groups.append(tuple(pieces))
                    pieces, between = [], gap
                case "..":
                    between = LONG_GAP
                case "+":
                    between = 0
                case "^":
                    at_start = True
                case "$":
                    at_end = True
                case _ if part.startswith("!"):
                    forbidden.append(self.atom(part[1:]))
                case _:
                    pieces.append(Piece(self.atom(part), between))
                    between = gap
        if not pieces:
            raise PatternError(f"nothing to find in {source!r}")
        groups.append(tuple(pieces))
        needed = 0
        for group in groups:
            for piece in group:
                needed |= mark(piece.atom)
        return Pattern(source, tuple(groups), tuple(forbidden), needed, span, at_start, at_end)

    def read(self, text: str) -> Reading:
        """Read a normalised text."""
        words, breaks, atoms = self._merged(*self._see_through(*self._spelled(*_scan(text))))
        spans: dict[int, Sequence[Span]] = {}
        present = 0
        possible: set[int] = set()
        for at, meanings in enumerate(atoms):
            follows = self._of(meanings)
            present |= follows.marks
            possible.update(follows.phrases)
            here = ((at, at + 1),)
            for atom in meanings:
                known = spans.setdefault(atom, here)  # nearly always all there is: no list for each
                if isinstance(known, list):
                    known.append(here[0])
                elif known is not here:
                    spans[atom] = [*known, *here]
        last = len(words)
        while last and not words[last - 1][0].isalnum():
            last -= 1
        places = self._places(words, breaks, atoms)
        reading = Reading(tuple(words), places, tuple(breaks), spans, present, last)
        return self._with_phrases(reading, spans, possible)

    def _of(self, meanings: frozenset[int]) -> _Means:
        """Return what follows from a word's meanings, remembered: most words have come before."""
        found = self._means.get(meanings)
        if found is None:
            if len(self._means) >= REMEMBERED:
                self._means.clear()
            marks = 0
            for atom in meanings:
                marks |= mark(atom)
            phrases = {place for atom in meanings for place in self._phrases_with.get(atom, ())}
            found = self._means[meanings] = _Means(marks, tuple(phrases))
        return found

    def _spelled(self, words: list[str], breaks: list[int]) -> tuple[list[str], list[int]]:
        """Join short words that were spelled ("d i e"), which could be real letters anywhere else."""
        at = 0
        while at + SHORTEST_SPELLED <= len(words):
            if len(words[at]) > 1:
                at += 1
                continue
            end = at
            while end < len(words) and len(words[end]) == 1 and words[end].isalpha():
                end += 1
            whole = "".join(words[at:end])
            if end - at >= SHORTEST_SPELLED and whole in self._words.exact:
                words[at:end] = [whole]
                breaks[at + 1 : end] = []
            at = max(at + 1, end - SHORTEST_SPELLED)
        return words, breaks

    def _with_phrases(
        self, reading: Reading, spans: dict[int, Sequence[Span]], possible: Iterable[int]
    ) -> Reading:
        """Return the reading with the phrases of sets that are in it; `possible` are the places of some."""
        present = reading.present
        for atom, phrase in self._not_phrases:
            if atom in spans:
                used = {at for match in places(phrase, reading) for at in match}
                spans[atom] = [span for span in spans[atom] if not used.intersection(range(*span))]
        waiting = list(possible)
        heapq.heapify(waiting)
        done = -1
        while waiting:
            place = heapq.heappop(waiting)
            phrase, meanings = self._phrases[place]
            if place <= done or phrase.needed & present != phrase.needed:
                continue
            done = place
            found = {(used[0], used[-1] + 1) for used in places(phrase, reading)}
            for atom in meanings if found else ():
                if atom not in spans:
                    for later in self._phrases_with.get(atom, ()):
                        heapq.heappush(waiting, later)
                spans[atom] = sorted({*spans.get(atom, ()), *found})
                present |= mark(atom)
        return Reading(reading.words, reading.places, reading.breaks, spans, present, reading.last)

    def _places(
        self, words: Sequence[str], breaks: Sequence[int], atoms: Sequence[frozenset[int]]
    ) -> tuple[int, ...]:
        places, place = [], 0
        for at, meanings in enumerate(atoms):
            if breaks[at] == 2:
                place += SENTENCE
            places.append(place)
            if self.filler not in meanings and words[at][0].isalnum():
                place += 1
        return tuple(places)

    def _see_through(
        self, words: Iterable[str], breaks: Iterable[int]
    ) -> tuple[list[str], list[int], list[frozenset[int]]]:
        """Return the words with what they mean; typos are seen through, joined words taken apart."""
        out_words: list[str] = []
        out_breaks: list[int] = []
        out_atoms: list[frozenset[int]] = []
        for word, before in zip(words, breaks, strict=True):
            for part, meanings in self._read_as(word):
                out_words.append(part)
                out_breaks.append(before)
                out_atoms.append(meanings)
                before = 0
        return out_words, out_breaks, out_atoms

    def _merged(
        self, words: list[str], breaks: list[int], atoms: list[frozenset[int]]
    ) -> tuple[list[str], list[int], list[frozenset[int]]]:
        """Join words that were split ("itse murha") where a part means nothing by itself."""
        at = 0
        while at + 1 < len(words):
            first, second = words[at], words[at + 1]
            if (
                breaks[at + 1] == 0
                and not (atoms[at] and atoms[at + 1])
                and first.isalpha()
                and second.isalpha()
                and not self._words.is_real(first)
                and not self._words.is_real(second)
                and self._words.is_merged(first + second)
            ):
                words[at : at + 2] = [first + second]
                atoms[at : at + 2] = [self._words.atoms(fold(first + second))]
                del breaks[at + 1]
            at += 1
        return words, breaks, atoms


def _scan(text: str) -> tuple[list[str], list[int]]:
    words: list[str] = []
    breaks: list[int] = []
    pending = 0
    for token in _TOKEN.findall(_LAUGH.sub(f" {LAUGH} ", text)):
        first = token[0]
        if token == LAUGH:
            words.append(token)
            breaks.append(pending)
            pending = 0
        elif first == ",":
            pending = max(pending, 1)
        elif first in _SENTENCE_ENDS:
            pending = 2
        else:
            words.append(token.removesuffix("'s").replace("'", "") if "'" in token else token)
            breaks.append(pending)
            pending = 0
    return words, breaks
