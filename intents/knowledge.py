"""What was learnt from examples, as arrays: `intents.learning` makes it, the matcher and the sense of danger ask it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import Indel

from intents.grams import Columns, Floats, Ints, KnownWords, Vector
from intents.packed import Texts
from intents.risk import About, Kind, Level
from intents.text import fold

Steps = NDArray[np.uint16]
Arrays = Mapping[str, NDArray[Any]]

# The levels that are asked for one by one: "is it at least that?"
LEVELS = (Level.CONCERN, Level.CRISIS, Level.EMERGENCY)

# Of a question's greatest weight: what a byte holds. No score is off by more than a hundredth for it, and of a file of
# weights the half is read that two bytes would take.
WEIGHT_STEPS = 127
REMEMBERED = 12  # readings: those of one message, of many sentences too
# As many of the nearest examples are compared letter by letter; with 50 no more is right, and it takes longer.
COMPARED = 30
# Nearness as whole numbers, in so many steps: two bytes hold them, and four a row of examples and a weight together,
# of twice as many examples as there are.
STEP_BITS = np.uint8(15)
STEPS = np.uint16(2**15 - 1)
CLASSES = 512  # of examples, by their numbers: ten times as many as are looked for, so that few share one


@dataclass(frozen=True, slots=True)
class Danger:
    """What an example says of danger."""

    level: Level
    kind: Kind | None = None
    about: About | None = None
    is_at_most: bool = False  # it may be less: this says only that it is not more


class Example(NamedTuple):
    """A text, and what it teaches: about topics, about danger, or both. A tuple, as there are tens of thousands."""

    text: str
    topic: str | None = None  # None: it says nothing of topics
    danger: Danger | None = None  # None: it says nothing of danger
    is_strange: bool = False  # no topic covers it
    is_word: bool = False  # from a vocabulary: it teaches, but nobody wrote it as a message
    weight: float = 1.0  # how much it counts


@dataclass(frozen=True, slots=True)
class Near:
    """Examples by their features, to find those nearest to a text."""

    texts: Texts
    is_danger: NDArray[np.bool_]
    plain: Texts  # the same, ready to be compared letter by letter
    ends: Ints  # for each column, where its rows end
    lengths: Ints  # for each column, how many rows it has
    # Each row, times 2**STEP_BITS, and the weight there of the column's feature in STEPS: each text has length one.
    rows: NDArray[np.uint32] | NDArray[np.uint64]

    def cosines(self, vector: Vector) -> Steps:
        """Return the nearness of a text to each example, 0 to 1 in STEPS, by features that few examples share."""
        lengths = self.lengths.take(vector.columns)
        # All columns' rows, one column's after the other's: how far each column's stand from there, and a count.
        places = (self.ends.take(vector.columns) - lengths.cumsum()).repeat(lengths)
        places += np.arange(len(places))
        rows = self.rows.take(places)
        weights = vector.weights.repeat(lengths)
        weights *= (rows & STEPS).astype(np.uint16)
        rows >>= STEP_BITS
        found = np.zeros(len(self.texts), dtype=np.uint16)
        np.add.at(found, rows, weights.astype(np.uint16))
        return found


def likeness(text: str, examples: Texts, rows: NDArray[np.intp]) -> Floats:
    """Compare a plain text with some examples letter by letter, order included: 1 for the same, 0 for nothing alike.

    Partial and weighted ratios are not asked: by those, one-word examples win over everything.
    """
    found: Floats = process.cdist([text], examples.several(rows), scorer=Indel.normalized_similarity)[0]
    return found


def nearest(cosines: Steps, most: int = COMPARED) -> NDArray[np.intp]:
    """Return the rows of the nearest examples; of more than `most`, what shares no feature is not near.

    Looked for among those that may be: of so many classes of rows, `most` have a nearest row at least as near as the
    `most`-th of all has. To sort out all that share a feature takes three times as long.
    """
    if len(cosines) <= most:
        return np.arange(len(cosines))
    least = 0
    if (height := len(cosines) // CLASSES) and most <= CLASSES:
        nearest_of_class = cosines[: height * CLASSES].reshape(height, CLASSES).max(axis=0)
        nearest_of_class.partition(CLASSES - most)
        least = int(nearest_of_class[CLASSES - most])
    rows = (cosines >= max(least, 1)).nonzero()[0]
    return rows if len(rows) <= most else rows[np.argpartition(cosines[rows], len(rows) - most)[-most:]]


@dataclass(frozen=True, slots=True)
class Heard:
    """What was learnt, asked about one text: its features, and its score of every question."""

    vector: Vector
    scores: Floats


@dataclass(frozen=True, slots=True)
class Knowledge:
    """The features, a column of weights for each question, and the examples themselves.

    The questions, in order: each topic; "none of them"; each of LEVELS; each kind; about whom.
    """

    columns: Columns
    row_of: Ints  # for each column its row of `weights`: many features say the same of every question
    weights: Floats | NDArray[np.int8]  # rows x questions, in steps of `unit` (one for each question)
    unit: Floats
    constant: Floats  # of each question, whatever the text is
    topics: tuple[str, ...]
    kinds: tuple[Kind, ...]
    abouts: tuple[About, ...]
    near: Near
    first_of_topic: (
        Ints  # rows of `near`: each topic's, then the strange ones', then those of danger; and the end
    )
    _lately: dict[tuple[str, ...], Heard] = field(default_factory=dict, repr=False, compare=False)
    _lately_near: dict[tuple[str, ...], Steps] = field(default_factory=dict, repr=False, compare=False)

    def hear(self, words: Sequence[str]) -> Heard:
        """Return features and scores of the words of a text.

        The last few are remembered: topics and danger are asked about the same words, one after the other.
        """
        asked = tuple(words)
        found = self._lately.get(asked)
        if found is None:
            while len(self._lately) >= REMEMBERED:
                del self._lately[next(iter(self._lately))]
            vector = self.columns.vector(asked)
            found = self._lately[asked] = Heard(vector, self.scores(vector))
        return found

    def cosines(self, words: Sequence[str]) -> Steps:
        """Return the nearness of the words of a text to each example, in STEPS.

        The last one's is remembered, as in `hear`.
        """
        asked = tuple(words)
        found = self._lately_near.get(asked)
        if found is None:
            self._lately_near.clear()
            found = self._lately_near[asked] = self.near.cosines(self.hear(asked).vector)
        return found

    def scores(self, vector: Vector) -> Floats:
        """Return the score of every question: about 1 for a clear yes, -1 or less for a clear no."""
        if not len(vector.columns):
            return np.full(self.weights.shape[1], -1.0, dtype=np.float32)
        asked = self.weights.take(self.row_of.take(vector.columns), axis=0).astype(np.float32, copy=False)
        found: Floats = vector.weights @ asked * self.unit + self.constant
        return found

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return all of it as arrays that a file can hold.

        Weights are whole numbers there, in WEIGHT_STEPS.
        """
        unit = np.abs(self.weights).max(axis=0, initial=1e-9).astype(np.float32) / WEIGHT_STEPS
        ahead = self.columns.ahead
        row_of, weights = self._shared_rows(np.rint(self.weights / unit).astype(np.int8))
        return {
            "codes": self.columns.codes,
            "rarity": self.columns.rarity,
            "unknown_rarity": np.array([self.columns.unknown_rarity]),
            "word_numbers": ahead.numbers,
            "words_bring": ahead.bring,
            "word_columns": ahead.columns,
            "row_of": row_of,
            "weights": weights,
            "unit": self.unit * unit,
            "constant": self.constant,
            "topics": _packed(self.topics),
            "kinds": _packed(self.kinds),
            "abouts": _packed(self.abouts),
            "texts": self.near.texts.letters,
            "text_starts": self.near.texts.starts,
            "is_danger": self.near.is_danger,
            "plain": self.near.plain.letters,
            "plain_starts": self.near.plain.starts,
            "near_ends": self.near.ends,
            "near_lengths": self.near.lengths,
            "near_rows": self.near.rows,
            "first_of_topic": self.first_of_topic,
        }

    def _shared_rows(self, weights: NDArray[np.int8]) -> tuple[Ints, NDArray[np.int8]]:
        """Return each column's row, and the rows, each once, those of the commonest features first.

        A fifth fewer rows; and of a file that is mapped, what everyday messages ask for lies together.
        """
        # Of numbers at random, one for each question, only the very same rows have the same sum.
        sums = weights @ np.random.default_rng(0).random(weights.shape[1])
        _, first, number = np.unique(sums, return_index=True, return_inverse=True)
        number_of = number[self.row_of]
        commonest = np.full(len(first), np.inf, dtype=np.float32)
        np.minimum.at(commonest, number_of, self.columns.rarity)
        order = np.argsort(commonest, kind="stable")
        place = np.empty(len(order), dtype=np.int32)
        place[order] = np.arange(len(order), dtype=np.int32)
        return place[number_of], weights[first[order]]


def from_arrays(arrays: Arrays) -> Knowledge:
    """Return what `Knowledge.arrays` gave. Raises KeyError or ValueError when they are something else."""
    ahead = KnownWords(arrays["word_numbers"], arrays["words_bring"], arrays["word_columns"])
    columns = Columns(arrays["codes"], arrays["rarity"], float(arrays["unknown_rarity"][0]), ahead)
    near = Near(
        Texts(arrays["texts"], arrays["text_starts"]),
        arrays["is_danger"],
        Texts(arrays["plain"], arrays["plain_starts"]),
        arrays["near_ends"],
        arrays["near_lengths"],
        arrays["near_rows"],
    )
    return Knowledge(
        columns=columns,
        row_of=arrays["row_of"],
        weights=arrays["weights"],
        unit=arrays["unit"],
        constant=arrays["constant"],
        topics=_unpacked(arrays["topics"]),
        kinds=tuple(map(Kind, _unpacked(arrays["kinds"]))),
        abouts=tuple(map(About, _unpacked(arrays["abouts"]))),
        near=near,
        first_of_topic=arrays["first_of_topic"],
    )


def plain(words: Sequence[str]) -> str:
    """Write the words of a normalised text as they are compared letter by letter."""
    return fold(" ".join(words))


def _packed(texts: Sequence[str]) -> NDArray[np.uint8]:
    return np.frombuffer(json.dumps(texts).encode(), dtype=np.uint8)


def _unpacked(packed: NDArray[Any]) -> tuple[str, ...]:
    return tuple(json.loads(packed.tobytes()))
