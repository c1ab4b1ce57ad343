"""Topics are found through typos: for each kind of noise, the floor that held-out phrases of the packs keep.

A tenth of the phrases is held out, the rest is learnt; which, and where the thumbs slip, is seeded. To keep the test
short only every third topic is taken: more is right than among all of them, and the losses are alike.
"""

import hashlib
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import pytest
import yaml

from content.library import PACKS_DIR
from intents.knowledge import Example
from intents.learning import learn
from intents.matcher import Matcher
from intents.spelling import Spelling
from intents.text import fold, normalise, tokens

Noise = Callable[[str, random.Random], str]

SHORTEST_MISTYPED = 5  # as the bar counts: one typo in every word of five letters or more
SHORTEST_SPLIT = 8
TAKEN = 3  # of so many topics, one
MOST_LOST = 0.10  # with one typo in every such word
_ROWS = ("qwertyuiopå", "asdfghjklöä", "zxcvbnm")


def neighbours(letter: str) -> list[str]:
    """Return the letters beside, above and below one on a Finnish keyboard."""
    for number, row in enumerate(_ROWS):
        if letter in row:
            at = row.index(letter)
            beside = row[max(0, at - 1) : at] + row[at + 1 : at + 2]
            others = [_ROWS[each] for each in (number - 1, number + 1) if 0 <= each < len(_ROWS)]
            return list(beside + "".join(other[at : at + 1] for other in others))
    return [letter]


def neighbour(word: str, at: int, rng: random.Random) -> str:
    return word[:at] + rng.choice(neighbours(word[at])) + word[at + 1 :]


def dropped(word: str, at: int, _rng: random.Random) -> str:
    return word[:at] + word[at + 1 :]


def doubled(word: str, at: int, _rng: random.Random) -> str:
    return word[: at + 1] + word[at:]


def swapped(word: str, at: int, _rng: random.Random) -> str:
    at = min(at, len(word) - 2)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def mistyped(*slips: Callable[[str, int, random.Random], str]) -> Noise:
    """Return a noise that makes one slip in each longer word."""

    def noise(text: str, rng: random.Random) -> str:
        return " ".join(
            rng.choice(slips)(word, rng.randrange(len(word)), rng)
            if len(word) >= SHORTEST_MISTYPED and word.isalpha()
            else word
            for word in tokens(normalise(text))
        )

    return noise


def without_dots(text: str, _rng: random.Random) -> str:
    return fold(normalise(text))


def joined(text: str, rng: random.Random) -> str:
    """Lose one blank in three."""
    return "".join(word + ("" if rng.random() < 1 / 3 else " ") for word in text.split()).strip()


def split(text: str, rng: random.Random) -> str:
    """Put a blank into each long word."""
    return " ".join(
        f"{word[:at]} {word[at:]}"
        if len(word) >= SHORTEST_SPLIT and (at := rng.randint(3, len(word) - 3))
        else word
        for word in text.split()
    )


@dataclass(frozen=True, slots=True)
class Held:
    """What was learnt, and the phrases that were not."""

    matcher: Matcher
    spelling: Spelling
    phrases: Sequence[tuple[str, str]]  # text, topic

    def right(self, noise: Noise) -> float:
        """Return the share of first topics that are right when the phrases are typed with a noise."""
        found = [(self.first(noise(text, random.Random(text))), topic) for text, topic in self.phrases]
        return sum(first == topic for first, topic in found) / len(found)

    def first(self, text: str) -> str:
        """Return the likeliest topic; the mended reading counts as much as was mended."""
        words = tokens(normalise(text))
        mended = self.spelling.mended(words)
        sums = self.matcher.sums(words) * (1 - mended.share)
        if mended.share:
            sums += self.matcher.sums(mended.words) * mended.share
        return self.matcher.topics[int(sums[:-1].argmax())]


def phrases() -> Iterator[tuple[str, str]]:
    for number, path in enumerate(sorted((PACKS_DIR / "common" / "phrases").glob("*.yaml"))):
        if number % TAKEN:
            continue
        file = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
        for texts in file["phrases"].values():
            yield from ((text, file["topic"]) for text in texts)


def is_held_out(text: str) -> bool:
    return int(hashlib.sha256(text.encode()).hexdigest(), 16) % 10 == 0


@pytest.fixture(scope="module")
def held() -> Held:
    taught = [Example(text, topic=topic) for text, topic in phrases() if not is_held_out(text)]
    knowledge = learn(taught)
    held_out = [each for each in phrases() if is_held_out(each[0])]
    return Held(Matcher(knowledge), Spelling(knowledge.near.plain), held_out)


@pytest.fixture(scope="module")
def clean(held: Held) -> float:
    return held.right(lambda text, _rng: text)


def test_held_out_phrases_are_understood(clean: float) -> None:
    assert clean >= 0.75


@pytest.mark.parametrize(
    ("noise", "most_lost"),
    [
        pytest.param(mistyped(neighbour, dropped, doubled, swapped), MOST_LOST, id="any slip"),
        pytest.param(mistyped(neighbour), 0.07, id="a neighbouring key"),
        pytest.param(mistyped(dropped), 0.12, id="a letter dropped"),
        pytest.param(mistyped(doubled), 0.04, id="a letter doubled"),
        pytest.param(mistyped(swapped), 0.07, id="two letters swapped"),
        pytest.param(without_dots, 0.01, id="no dots"),
        pytest.param(joined, 0.03, id="words joined"),
        pytest.param(split, 0.03, id="words split"),
    ],
)
def test_noise_costs_little(held: Held, clean: float, noise: Noise, most_lost: float) -> None:
    """The bounds leave points for changes in the banks; a slip in every longer word may cost ten (4 measured)."""
    assert clean - held.right(noise) <= most_lost
