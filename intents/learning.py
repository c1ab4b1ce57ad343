"""Learns from examples: one linear score for each question, all from the same n-grams.

Done once for a state of the content and kept (`content.learnt`), so it may take seconds; it alone needs scipy.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags, hstack

from intents.finnish import lemma
from intents.grams import Columns, Floats, features, terms
from intents.knowledge import LEVELS, Example, Knowledge, Near, plain
from intents.risk import About, Kind, Level
from intents.text import normalise, tokens

# How much a mistake on an example weighs against large weights. Public sets of hundreds of examples gain up to five
# points from 3 over 0.3; of our banks 1 tells as many first topics right, and more of what is out of scope.
COST_OF_TOPIC, COST_AMONG_FEW = 1.0, 3.0
# Examples of danger count more than calm ones: there are fewer, and a miss is graver than an alarm.
COST_OF_DANGER, COST_OF_CALM = 1.0, 0.3
# A constant feature of every text: what a question's answer is when nothing speaks for or against it.
CONSTANT = 0.3
# Newton's steps, and the conjugate gradients of each. With more, no figure gains.
STEPS, GRADIENTS = 2, 4
# Of many texts, a feature that one of them alone has tells little; most are such, and without them all is a third
# of the size. Few texts need them all.
LEAST_SHARED = 2
MANY = 5_000
# A feature that more examples share says little about which is nearest, and takes the longest to look through.
MOST_SHARED = 300


@dataclass(frozen=True, slots=True)
class _Row:
    example: Example
    words: list[str]


@dataclass(frozen=True, slots=True)
class _Texts:
    columns: Columns
    rows: csr_matrix


def learn(examples: Sequence[Example]) -> Knowledge:
    """Learn what every topic, and every danger, sounds like. Texts without a word teach nothing."""
    rows = [_Row(example, words) for example in examples if (words := tokens(normalise(example.text)))]
    topics = tuple(sorted({row.example.topic for row in rows if row.example.topic is not None}))
    place = {topic: number for number, topic in enumerate(topics)}
    rows.sort(key=lambda row: _order(row.example, place))  # stable: each topic's examples side by side
    texts = _vectors([row.words for row in rows])
    taught = [row.example for row in rows]
    kinds, abouts = _kinds(taught), _abouts(taught)
    answers, costs = _questions(taught, place, kinds, abouts)
    constant = csr_matrix(np.full((len(taught), 1), CONSTANT, dtype=np.float32))
    weights = fit(hstack([texts.rows, constant], format="csr"), answers, costs)
    said = np.array([not example.is_word for example in taught], dtype=bool)
    orders = np.array([_order(example, place) for example in taught], dtype=np.int32)[said]
    return Knowledge(
        columns=texts.columns,
        weights=weights[:-1],
        constant=weights[-1] * CONSTANT,
        topics=topics,
        kinds=kinds,
        abouts=abouts,
        near=_near(
            texts.rows[said] if len(rows) else texts.rows, [row for row in rows if not row.example.is_word]
        ),
        first_of_topic=np.searchsorted(orders, np.arange(len(topics) + 3)).astype(np.int32),
    )


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
    after_topics = len(place) + 1
    after_levels = after_topics + len(LEVELS)
    after_kinds = after_levels + len(kinds)
    shape = (len(examples), after_kinds + len(abouts))
    answers, costs = np.full(shape, -1.0, dtype=np.float32), np.zeros(shape, dtype=np.float32)
    for row, example in enumerate(examples):
        if example.topic is not None or example.is_strange:
            own = len(place) if example.topic is None else place[example.topic]
            answers[row, own] = 1.0
            costs[row, :after_topics] = example.weight * (
                COST_OF_TOPIC if len(examples) >= MANY else COST_AMONG_FEW
            )
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


def fit(rows: csr_matrix, answers: Floats, costs: Floats) -> Floats:
    """Return weights, features x questions, that answer every question for every text as told.

    `answers` (texts x questions) are 1 and -1; a text's score is its vector times the weights. Linear support
    vectors with squared hinge loss, by Newton's method for all questions at once (after Keerthi and
    DeCoste 2005, "A modified finite Newton method for fast solution of large scale linear SVMs").
    """
    turned = rows.T.tocsr()
    squared = turned.copy()
    squared.data = np.square(squared.data)
    weights = np.zeros((rows.shape[1], answers.shape[1]), dtype=np.float32)
    scores = np.zeros_like(answers)
    for _ in range(STEPS):
        pull = 2 * costs * (answers * scores < 1)
        curve = _Curve(rows, turned, pull, along=1.0 + squared @ pull)
        step = _solve(curve, turned @ (pull * (answers - scores)) - weights)
        weights += step
        scores += rows @ step
    return weights


@dataclass(frozen=True, slots=True)
class _Curve:
    """How the slope of the loss changes with the weights, where they are now."""

    rows: csr_matrix
    turned: csr_matrix
    pull: Floats
    along: Floats  # of each weight alone

    def of(self, direction: Floats) -> Floats:
        changed: Floats = direction + self.turned @ (self.pull * (self.rows @ direction))
        return changed


def _solve(curve: _Curve, wanted: Floats) -> Floats:
    """Find the step that the curve asks for, by conjugate gradients; `along` halves how many of them it takes."""
    step, left = np.zeros_like(wanted), wanted.copy()
    direction = left / curve.along
    size = _squares(left, direction)
    for _ in range(GRADIENTS):
        effect = curve.of(direction)
        far = size / np.maximum(_squares(direction, effect), 1e-12)
        step += far * direction
        left -= far * effect
        guess = left / curve.along
        smaller = _squares(left, guess)
        direction = guess + (smaller / np.maximum(size, 1e-12)) * direction
        size = smaller
    return step


def _squares(some: Floats, others: Floats) -> Floats:
    sums: Floats = np.einsum("ij,ij->j", some, others)
    return sums


def _vectors(texts: Sequence[Sequence[str]]) -> _Texts:
    """Turn texts (as words) into vectors of length one, and find how rare each feature is among them.

    Terms repeat, so the features of each are counted once, and multiplied.
    """
    number: dict[str, int] = {}
    base = cache(lemma)  # while we learn: most words come back hundreds of times
    of_text = [[number.setdefault(term, len(number)) for term in terms(words, base)] for words in texts]
    of_term = [features(term, base) for term in number]
    codes, columns = np.unique(_joined(of_term, np.uint32), return_inverse=True)
    grams = _counted(of_term, columns, width=len(codes))
    counts = (_counted(of_text, _joined(of_text, np.int64), width=len(number)) @ grams).tocsr()
    spread = np.bincount(counts.indices, minlength=len(codes))
    kept = spread >= (LEAST_SHARED if len(texts) >= MANY else 1)
    counts, codes, spread = counts[:, kept].tocsr(), codes[kept], spread[kept]
    counts.sort_indices()
    rarity = (np.log((1 + len(texts)) / (1 + spread)) + 1).astype(np.float32)
    counts.data = np.log2(1 + counts.data) * rarity[counts.indices]
    lengths = np.sqrt(np.asarray(counts.multiply(counts).sum(axis=1), dtype=np.float32)).ravel()
    lengths[lengths == 0] = 1.0
    columns_known = Columns(codes, rarity, float(np.log(1 + len(texts)) + 1))
    return _Texts(columns_known, (diags(1 / lengths) @ counts).tocsr().astype(np.float32))


def _near(rows: csr_matrix, taught: Sequence[_Row]) -> Near:
    """Turn the vectors round: for each feature that few examples share, these examples."""
    turned = rows.tocsc()
    shared = np.diff(turned.indptr)
    kept = np.repeat(shared <= MOST_SHARED, shared)
    starts = np.concatenate([[0], np.cumsum(np.where(shared <= MOST_SHARED, shared, 0))])
    return Near(
        tuple(row.example.text for row in taught),
        np.array([_is_danger(row.example) for row in taught], dtype=bool),
        tuple(plain(row.words) for row in taught),
        starts.astype(np.int32),
        turned.indices[kept].astype(np.int32),
        turned.data[kept].astype(np.float32),
    )


def _is_danger(example: Example) -> bool:
    danger = example.danger
    return danger is not None and danger.level > Level.NONE and not danger.is_at_most


def _joined(lists: Sequence[Sequence[int]], kind: type[np.generic]) -> NDArray[np.generic]:
    return np.array([one for several in lists for one in several], dtype=kind)


def _counted(lists: Sequence[Sequence[int]], columns: NDArray[np.generic], *, width: int) -> csr_matrix:
    starts = np.concatenate([[0], np.cumsum([len(several) for several in lists], dtype=np.int64)])
    ones = np.ones(len(columns), dtype=np.float32)
    counted = csr_matrix((ones, columns, starts), shape=(len(lists), width))
    counted.sum_duplicates()
    return counted
