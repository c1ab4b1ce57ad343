"""The words that the risk rules stand on: looked up in any inflection, seen through typos and disguises."""

import re
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, field

from rapidfuzz import process
from rapidfuzz.distance import OSA

from intents.text import fold, normalise

# Shorter words have too many real neighbours one letter away ("kuolla": kuulla, tuolla, huolla).
SHORTEST_WITH_TYPO = 5
# From this length on, two wrong letters still leave one word that can be meant.
SHORTEST_WITH_TWO_TYPOS = 9
SHORTEST_STEM_WITH_TYPO = 6
PREFIX = SHORTEST_STEM_WITH_TYPO - 1
SHORTEST_COMPOUND = 8  # "sydänlääke": looked into for parts
# A stem that leaves more letters than this of a word is no sign that the word is known as it stands.
LONGEST_ENDING = 5
# A joined word is taken apart only when it is long enough to be two, and short enough to be worth it.
SHORTEST_JOINED, LONGEST_JOINED = 7, 60
SHORTEST_PART, LONGEST_PART = 3, 20
# Shorter words that people do join to others ("enhaluaelää"); any two letters would make words of endings.
SMALL_PARTS = frozenset(
    {"en", "ei", "ee", "mä", "ma", "oo", "et", "ja", "se", "me", "my", "to", "av", "om", "no"}
)
# "kuo lla": shorter wholes are made by chance of two small words.
SHORTEST_MERGED = 6
LONGEST_WORD = 60  # what is longer is no word, and its typos are not looked for
MOST_CENSORED = 12  # of starred words per text; each is compared with the whole vocabulary

# The words that a written one is read as (itself, if it isn't joined of several), each with its numbered meanings.
Meant = tuple[tuple[str, frozenset[int]], ...]

_CENSORED = re.compile(r"(?<![\w*])[^\W\d_](?:[^\W_]|[*#•]){1,30}")
_STARS = re.compile(r"[*#•]+")
_SIGNS = str.maketrans({"@": "a", "€": "e", "4": "a", "3": "e", "0": "o", "1": "i", "5": "s", "7": "t"})
_SIGNS_L = str.maketrans({"@": "a", "€": "e", "4": "a", "3": "e", "0": "o", "1": "l", "5": "s", "7": "t"})
_NUMBER = re.compile(r"(\d{1,6})(?:x|kpl|st|pcs|kertaa)?")
_HAS_SIGN = re.compile(r"[@€\d]")


@dataclass(slots=True)
class Words:
    """A vocabulary: which atoms (numbered meanings) a word stands for. Filled by `add`, then only read.

    There are thousands of words, and few different meanings: those that are the same are one set in memory.
    """

    exact: dict[str, frozenset[int]] = field(default_factory=dict)
    stems: dict[str, frozenset[int]] = field(default_factory=dict)
    not_exact: dict[str, frozenset[int]] = field(default_factory=dict)
    not_stems: dict[str, frozenset[int]] = field(default_factory=dict)
    inside: dict[str, frozenset[int]] = field(default_factory=dict)  # parts of compounds: *lääk*
    numbers: list[tuple[int, int]] = field(default_factory=list)  # (at least, atom)
    typo_words: dict[str, list[str]] = field(default_factory=dict)  # by their first letter
    typo_stems: dict[str, list[str]] = field(default_factory=dict)  # by their beginning less one letter
    real: frozenset[str] = frozenset()  # words that look like a misspelt danger and are none
    lengths: tuple[int, ...] = ()  # of the stems, so that no other beginnings are looked up
    _meanings: dict[frozenset[int], frozenset[int]] = field(default_factory=dict)  # each once

    def add(self, member: str, atom: int, *, typos: bool) -> None:
        """Let a member of a set mean an atom: `word`, `stem*`, `*part*`, `-exception`, `#6`; `dö!` is never folded."""
        if member.startswith("#"):
            self.numbers.append((int(member[1:] or 0), atom))
            return
        if member.startswith("*"):
            letters = member.strip("*")
            for form in {letters, fold(letters)}:
                self._mean(self.inside, form, atom)
            return
        excluded, stem = member.startswith("-"), member.endswith("*")
        letters = normalise(member.lstrip("-").rstrip("*!")).replace("'", "")
        forms = {letters} if member.endswith("!") else {letters, fold(letters)}
        table = (
            (self.not_stems if stem else self.not_exact) if excluded else self.stems if stem else self.exact
        )
        for form in forms:
            self._mean(table, form, atom)
        if typos and not excluded:
            self._expect_typos(fold(letters), stem=stem)

    def finish(self, real: Iterable[str]) -> None:
        self._meanings.clear()
        for table in (self.exact, self.stems, self.not_exact, self.not_stems, self.inside):
            for form, meant in table.items():
                table[form] = self._meanings.setdefault(meant, meant)
        self.real = frozenset(fold(word) for word in real)
        self.lengths = tuple(
            sorted({len(stem) for stem in self.stems} | {len(stem) for stem in self.not_stems})
        )

    def _expect_typos(self, word: str, *, stem: bool) -> None:
        if len(word) < (SHORTEST_STEM_WITH_TYPO if stem else SHORTEST_WITH_TYPO):
            return
        for key in _beginnings(word) if stem else word[0]:
            known = (self.typo_stems if stem else self.typo_words).setdefault(key, [])
            if word not in known:
                known.append(word)

    def _mean(self, table: dict[str, frozenset[int]], form: str, atom: int) -> None:
        table[form] = table.get(form, frozenset()) | {atom}

    def read_as(self, word: str) -> Meant:
        """Return a word with what it means, seen through typos and the like; or what it was joined of, likewise."""
        meanings = self.atoms(word)
        if len(word) < SHORTEST_PART or (meanings and self.is_known(word)):
            return ((word, meanings),)
        folded = fold(word)
        parts = self.parts(folded) or (self.parts(word) if word != folded else None)
        if parts and not self.misspelt_whole(folded):
            return tuple((part, self.atoms(part)) for part in parts)
        if folded not in self.real:
            meanings = self._once(meanings | self.seen_through(word))
        return ((word, meanings),)

    def atoms(self, word: str) -> frozenset[int]:
        """Return what a word means as it is written (umlauts or none)."""
        return self._once(frozenset(self._atoms(word)))

    def _once(self, meanings: frozenset[int]) -> frozenset[int]:
        return self._meanings.get(meanings, meanings)

    def _atoms(self, word: str) -> set[int]:
        found = set(self.exact.get(word, ()))
        for length in self.lengths:
            if length > len(word):
                break
            beginning = word[:length]
            if beginning in self.stems:
                found |= self.stems[beginning]
            if beginning in self.not_stems:
                found -= self.not_stems[beginning]
        if len(word) >= SHORTEST_COMPOUND:
            for part, meant in self.inside.items():
                if part in word:
                    found |= meant
        if word in self.not_exact:
            found -= self.not_exact[word]
        if word[0].isdigit() and (number := _NUMBER.fullmatch(word)):
            found.update(atom for least, atom in self.numbers if int(number[1]) >= least)
        return found

    def is_known(self, word: str) -> bool:
        """Is a word so surely what it means that no typo and no joined words need be looked for?"""
        if word in self.exact or word in self.not_exact:
            return True
        shortest = max(SHORTEST_WITH_TYPO, len(word) - LONGEST_ENDING)
        return any(word[:length] in self.stems for length in self.lengths if shortest <= length <= len(word))

    def is_real(self, word: str) -> bool:
        return fold(word) in self.real

    def seen_through(self, word: str) -> Set[int]:
        """Return what a word means that is in no set as it stands: signs for letters, or a typo."""
        if len(word) > LONGEST_WORD:
            return set()
        if _HAS_SIGN.search(word):
            for table in (_SIGNS, _SIGNS_L):
                plain = word.translate(table)
                if plain.isalpha() and (found := self.atoms(plain) or self._misspelt(fold(plain))):
                    return found
            return set()
        return self._misspelt(fold(word))

    def _misspelt(self, word: str) -> set[int]:
        found = self.misspelt_whole(word) or (set() if word in self.real else self._misspelt_stem(word))
        return found - self._excluded(word) if found else found

    def _excluded(self, word: str) -> set[int]:
        """Return what a word does not mean by an exception of a set: it is no typo of it, either."""
        excluded = set(self.not_exact.get(word, ()))
        for length in self.lengths:
            excluded |= self.not_stems.get(word[:length], frozenset())
        return excluded

    def misspelt_whole(self, word: str) -> set[int]:
        """Return what a folded word means as a typo of a whole known one."""
        if len(word) < SHORTEST_WITH_TYPO - 1 or word in self.real:
            return set()
        best = [
            (count, meant)
            for meant, count in _near(word, self.typo_words.get(word[0], ()))
            if count <= _allowed(meant)
        ]
        fewest = min(best, default=(0, ""))[0]
        return set().union(*(self.exact.get(meant, ()) for count, meant in best if count == fewest))

    def _misspelt_stem(self, word: str) -> set[int]:
        if len(word) < SHORTEST_STEM_WITH_TYPO:
            return set()
        found: set[int] = set()
        for key in _beginnings(word):
            for stem in self.typo_stems.get(key, ()):
                if stem[0] == word[0] and _begins_nearly(word, stem):
                    found |= self.stems.get(stem, frozenset())
        return found

    def parts(self, word: str) -> list[str] | None:
        """Take a joined word apart ("haluunkuolla") when it is made of known words and nothing else."""
        if not SHORTEST_JOINED <= len(word) <= LONGEST_JOINED or self.is_real(word):
            return None
        # best[i]: the fewest parts that word[:i] is made of, each known.
        best: list[list[str] | None] = [[]] + [None] * len(word)
        for start in range(len(word) - 1):
            before = best[start]
            if before is None:
                continue
            for end in range(start + 2, min(start + LONGEST_PART, len(word)) + 1):
                part = word[start:end]
                if part not in self.exact or (len(part) < SHORTEST_PART and part not in SMALL_PARTS):
                    continue
                now = best[end]
                if now is None or len(before) + 1 < len(now):
                    best[end] = [*before, part]
        found = best[len(word)]
        return found if found is not None and len(found) > 1 else None

    def is_merged(self, whole: str) -> bool:
        return len(whole) >= SHORTEST_MERGED and fold(whole) in self.exact and not self.is_real(whole)

    def uncensored(self, text: str) -> str:
        """Put the letters back into starred words ("k**lla") where one known word fits."""
        if not _STARS.search(text):
            return text
        budget = iter(range(MOST_CENSORED))
        return _CENSORED.sub(lambda found: self._uncensored_word(found[0], budget), text)

    def _uncensored_word(self, word: str, budget: Iterator[int]) -> str:
        inner = word.rstrip("*#•")
        if not _STARS.search(word) or (inner.isalpha() and len(inner) >= SHORTEST_WITH_TYPO):
            return word
        if next(budget, None) is None:
            return word
        letters = _STARS.sub("", word).casefold()
        if len(letters) < 2:
            return word
        pattern = re.compile(
            "".join(
                f".{{1,{len(part) + 1}}}" if part[0] in "*#•" else re.escape(part)
                for part in _split_stars(word)
            )
        )
        fits = [
            known
            for table in (self.exact, self.stems)
            for known in table
            if known[0] == letters[0] and len(known) > 2 and pattern.fullmatch(known)
        ]
        # As many letters as were there, then a word of danger rather than another.
        return min(fits, key=lambda fit: (abs(len(fit) - len(word)), not self._is_grave(fit)), default=word)

    def _is_grave(self, word: str) -> bool:
        return word in self.typo_words.get(word[0], ()) or word in self.typo_stems.get(word[:PREFIX], ())


def _split_stars(word: str) -> list[str]:
    return [part.casefold() for part in re.split(r"([*#•]+)", word) if part]


def _beginnings(word: str) -> list[str]:
    """Return a word's first letters with one left out: two words that begin one typo apart share one of these."""
    return [word[:at] + word[at + 1 : PREFIX + 1] for at in range(PREFIX + 1)]


def _near(word: str, known: Sequence[str]) -> list[tuple[str, int]]:
    """Return the known words at most two typos away, with how many."""
    near = process.extract(word, known, scorer=OSA.distance, score_cutoff=2, limit=None)
    return [(meant, int(count)) for meant, count, _ in near]


def _begins_nearly(word: str, stem: str) -> bool:
    """Does a word begin with a stem, or with one that is a typo away from it?"""
    shortest = max(SHORTEST_STEM_WITH_TYPO, len(stem) - 1)
    ends = range(shortest, min(len(word), len(stem) + 1) + 1)
    return any(OSA.distance(word[:end], stem, score_cutoff=1) <= 1 for end in ends)


def _allowed(word: str) -> int:
    return 2 if len(word) >= SHORTEST_WITH_TWO_TYPOS else 1
