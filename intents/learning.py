"""Learns from examples: one linear score for each question, all from the same n-grams.

Done once for a state of the content and kept (`content.learnt`), so it may take seconds; it alone needs scipy.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from intents.counting import Spread, counted
from intents.fitting import AMONG_FEW, AMONG_MANY, fit
from intents.grams import Floats
from intents.knowledge import LEVELS, STEP_BITS, STEPS, Example, Knowledge, Near, plain
from intents.packed import Texts
from intents.risk import About, Kind, Level
from intents.text import normalise, tokens
from intents.vectors import Weighed, weighed

# How much a mistake on an example weighs against large weights. Public sets of hundreds of examples gain up to five
# points from 3 over 0.3; of our banks 1 tells as many first topics right, and more of what is out of scope.
COST_OF_TOPIC, COST_AMONG_FEW = 1.0, 3.0
# Examples of danger count more than calm ones: there are fewer, and a miss is graver than an alarm.
COST_OF_DANGER, COST_OF_CALM = 1.0, 0.3
# Of many texts, a feature that few of them have tells little; most are such, and without them all is a third of the
# size, and sooner learnt. Without those of four texts danger and topics are heard as well, within what one line more
# or less makes. Few texts need them all.
LEAST_SHARED = 5
MANY = 5_000
# A feature that more examples share says little about which is nearest, and takes the longest to look through: with
# 60 or 300 as many first topics of the development set are right.
MOST_SHARED = 150
MOST_IN_FOUR_BYTES = 2 ** (32 - int(STEP_BITS))  # examples that can be numbered so, beside a weight


@dataclass(frozen=True, slots=True)
class _Row:
    example: Example
    words: list[str]


def learn(examples: Sequence[Example], *, spread: Spread = map) -> Knowledge:
    """Learn what every topic, and every danger, sounds like. Texts without a word teach nothing.

    What is read text by text is done in two parts, which `spread` may do side by side.
    """
    texts = [example.text for example in examples]
    half = len(texts) // 2
    read = chain.from_iterable(spread(_read, [texts[:half], texts[half:]]))
    rows = [_Row(example, words.split()) for example, words in zip(examples, read, strict=True) if words]
    topics = tuple(sorted({row.example.topic for row in rows if row.example.topic is not None}))
    place = {topic: number for number, topic in enumerate(topics)}
    rows.sort(key=lambda row: _order(row.example, place))  # stable: each topic's examples side by side
    is_many = len(rows) >= MANY
    least_shared = LEAST_SHARED if is_many else 1
    found = counted([row.words for row in rows], least_shared=least_shared, spread=spread)
    known = weighed(found)
    taught = [row.example for row in rows]
    kinds, abouts = _kinds(taught), _abouts(taught)
    answers, costs = _questions(taught, place, kinds, abouts)
    weights = fit(known.vectors, answers, costs, AMONG_MANY if is_many else AMONG_FEW)
    said = np.array([not example.is_word for example in taught], dtype=bool)
    orders = np.array([_order(example, place) for example in taught], dtype=np.int32)[said]
    return Knowledge(
        columns=known.columns,
        row_of=known.row_of,
        weights=weights[:-1] * known.part[:, np.newaxis],
        unit=np.ones(weights.shape[1], dtype=np.float32),
        constant=weights[-1] * known.vectors.constant,
        topics=topics,
        kinds=kinds,
        abouts=abouts,
        near=_near(found.counts, known, said, [row for row in rows if not row.example.is_word]),
        first_of_topic=np.searchsorted(orders, np.arange(len(topics) + 3)).astype(np.int32),
    )


def _read(texts: Sequence[str]) -> list[str]:
    """Return each text's words, with blanks between: one text goes to another process sooner than ten words."""
    return [" ".join(tokens(normalise(text))) for text in texts]


def _order(example: Example, place: dict[str, int]) -> int:
    """Topics first, then what is strange, then what speaks of danger alone."""
    if example.topic is not None:
        return place[example.topic]
    return len(place) if example.is_strange else len(place) + 1


def _kinds(examples: Sequence[Example]) -> tuple[Kind, ...]:
    return tuple(sorted({each.danger.kind for each in examples if each.danger and each.danger.kind}))


def _abouts(examples: Sequence[Example]) -> tuple[About, ...]:
    return tuple(sorted({each.danger.about for each in examples if each.danger and each.danger.about}))


def _questions(
    examples: Sequence[Example], place: dict[str, int], kinds: Sequence[Kind], abouts: Sequence[About]
) -> tuple[Floats, Floats]:
    """Return what the answer to each question is, for each example, and how much it counts (0: not at all)."""
    number: dict[Example, int] = {}  # of those that teach the same: some hundred
    same = [number.setdefault(example._replace(text="", is_word=False), len(number)) for example in examples]
    cost = COST_OF_TOPIC if len(examples) >= MANY else COST_AMONG_FEW
    answers, costs = _answers(list(number), place, kinds, abouts, cost)
    return answers[same], costs[same]


def _answers(
    examples: Sequence[Example],
    place: dict[str, int],
    kinds: Sequence[Kind],
    abouts: Sequence[About],
    cost_of_topic: float,
) -> tuple[Floats, Floats]:
    after_topics = len(place) + 1
    after_levels = after_topics + len(LEVELS)
    after_kinds = after_levels + len(kinds)
    shape = (len(examples), after_kinds + len(abouts))
    answers, costs = np.full(shape, -1.0, dtype=np.float32), np.zeros(shape, dtype=np.float32)
    for row, example in enumerate(examples):
        if example.topic is not None or example.is_strange:
            own = len(place) if example.topic is None else place[example.topic]
            answers[row, own] = 1.0
            costs[row, :after_topics] = example.weight * cost_of_topic
        danger = example.danger
        if danger is None:
            continue
        at_least = np.array([danger.level >= level for level in LEVELS])
        answers[row, after_topics:after_levels][at_least] = 1.0
        is_danger = danger.level > Level.NONE
        costs[row, after_topics:after_levels] = (
            COST_OF_DANGER if is_danger and not danger.is_at_most else COST_OF_CALM
        )
        if danger.is_at_most:
            costs[row, after_topics:after_levels][at_least] = 0.0
            continue
        if is_danger and danger.kind is not None:
            answers[row, after_levels + kinds.index(danger.kind)] = 1.0
            costs[row, after_levels:after_kinds] = COST_OF_CALM
        if is_danger and danger.about is not None:
            answers[row, after_kinds + abouts.index(danger.about)] = 1.0
            costs[row, after_kinds:] = COST_OF_CALM
    return answers, costs


def _near(counts: csr_matrix, known: Weighed, said: NDArray[np.bool_], taught: Sequence[_Row]) -> Near:
    """Return, for each feature that few examples share, these examples."""
    is_there = csr_matrix(
        (np.ones(counts.nnz, dtype=np.float32), counts.indices, counts.indptr), counts.shape
    )
    shared = (is_there @ said.astype(np.float32)).astype(np.int32)
    few = np.flatnonzero((shared > 0) & (shared <= MOST_SHARED))
    counts = counts[few]
    kept = said[counts.indices]
    number = np.cumsum(said) - 1
    texts = counts.indices[kept]
    strengths = np.log2(1 + counts.data[kept]) * known.shares[texts]
    weights = strengths * np.repeat(known.columns.rarity[few], shared[few])
    rows = (number[texts] << STEP_BITS) + (weights * STEPS).astype(np.uint16)
    lengths = np.zeros_like(shared)
    lengths[few] = shared[few]
    return Near(
        texts=Texts.of([row.example.text for row in taught]),
        is_danger=np.array([_is_danger(row.example) for row in taught], dtype=bool),
        plain=Texts.of([plain(row.words) for row in taught]),
        ends=np.cumsum(lengths, dtype=np.int32),
        lengths=lengths,
        rows=rows.astype(np.uint32 if len(taught) <= MOST_IN_FOUR_BYTES else np.uint64),
    )


def _is_danger(example: Example) -> bool:
    danger = example.danger
    return danger is not None and danger.level > Level.NONE and not danger.is_at_most
