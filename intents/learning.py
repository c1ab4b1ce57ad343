"""Learns from examples: one linear score for each question, all from the same n-grams.

Done once for a state of the content and kept (`content.learnt`), so it may take seconds; it alone needs scipy.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags, hstack

from intents.finnish import lemma
from intents.grams import MOST_WORDS, PAIR, Codes, Columns, Floats, features
from intents.knowledge import LEVELS, MOST_COUNTED, Example, Knowledge, Near, Texts, plain
from intents.risk import About, Kind, Level
from intents.text import fold, normalise, tokens

# How much a mistake on an example weighs against large weights. Public sets of hundreds of examples gain up to five
# points from 3 over 0.3; of our banks 1 tells as many first topics right, and more of what is out of scope.
COST_OF_TOPIC, COST_AMONG_FEW = 1.0, 3.0
# Examples of danger count more than calm ones: there are fewer, and a miss is graver than an alarm.
COST_OF_DANGER, COST_OF_CALM = 1.0, 0.3
# A constant feature of every text: what a question's answer is when nothing speaks for or against it.
CONSTANT = 0.3
# Newton's steps, and the conjugate gradients of each. With more, no figure gains.
STEPS, GRADIENTS = 2, 4
# So many questions are learnt together: their weights stay near the processor, which takes a third less time than
# all at once. More threads than two gain little, and a server has other work.
TOGETHER, THREADS = 24, 2
# Of many texts, a feature that one of them alone has tells little; most are such, and without them all is a third
# of the size. Few texts need them all.
LEAST_SHARED = 2
MANY = 5_000
# A feature that more examples share says little about which is nearest, and takes the longest to look through.
MOST_SHARED = 300
MOST_IN_TWO_BYTES = 2**16  # examples that can be numbered so


@dataclass(frozen=True, slots=True)
class _Row:
    example: Example
    words: list[str]


@dataclass(frozen=True, slots=True)
class _Vectors:
    columns: Columns
    rows: csr_matrix
    counts: csr_matrix  # how often each text has each feature
    shares: Floats  # by which each text's weights are made of length one together


@dataclass(frozen=True, slots=True)
class _Texts:
    """The vectors to learn from, as they are, turned round, and that with each weight squared."""

    rows: csr_matrix
    turned: csr_matrix
    squared: csr_matrix

    @classmethod
    def by_columns(cls, rows: csr_matrix, order: NDArray[np.intp]) -> Self:
        """Put columns in this order: with the commonest side by side products take half as long."""
        place = np.empty(len(order), dtype=np.int32)
        place[order] = np.arange(len(order), dtype=np.int32)
        ordered = csr_matrix((rows.data.copy(), place[rows.indices], rows.indptr), shape=rows.shape)
        ordered.sort_indices()
        turned = ordered.T.tocsr()
        squared = csr_matrix((np.square(turned.data), turned.indices, turned.indptr), shape=turned.shape)
        return cls(ordered, turned, squared)


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
        row_of=np.arange(len(texts.columns), dtype=np.int32),
        weights=weights[:-1],
        unit=np.ones(weights.shape[1], dtype=np.float32),
        constant=weights[-1] * CONSTANT,
        topics=topics,
        kinds=kinds,
        abouts=abouts,
        near=_near(texts, said, [row for row in rows if not row.example.is_word]),
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
    vectors with squared hinge loss, by Newton's method for several questions at once (after Keerthi and
    DeCoste 2005, "A modified finite Newton method for fast solution of large scale linear SVMs").
    """
    order = np.argsort(-np.bincount(rows.indices, minlength=rows.shape[1]), kind="stable")
    texts = _Texts.by_columns(rows, order)
    weights = np.empty((rows.shape[1], answers.shape[1]), dtype=np.float32)

    def fit_some(first: int) -> None:
        some = np.s_[:, first : first + TOGETHER]
        weights[order, some[1]] = _fit(
            texts, np.ascontiguousarray(answers[some]), np.ascontiguousarray(costs[some])
        )

    with ThreadPoolExecutor(THREADS) as pool:  # scipy lets others run while it multiplies
        list(pool.map(fit_some, range(0, answers.shape[1], TOGETHER)))
    return weights


def _fit(texts: _Texts, answers: Floats, costs: Floats) -> Floats:
    weights = np.zeros((texts.rows.shape[1], answers.shape[1]), dtype=np.float32)
    scores = np.zeros_like(answers)
    for number in range(STEPS):
        pull = 2 * costs * (answers * scores < 1)
        # At first no score pulls less than another, and most questions ask for the same.
        along = texts.squared @ pull if number else _times_alike(texts.squared, pull)
        along += 1
        left = texts.turned @ (pull * (answers - scores))
        left -= weights
        _step(texts, pull, along, left, weights=weights, scores=scores)
    return weights


def _step(
    texts: _Texts, pull: Floats, along: Floats, left: Floats, *, weights: Floats, scores: Floats
) -> None:
    """Move weights and scores as the curve of the loss asks for, by conjugate gradients; `left` is used up.

    `along` is the curve along each weight alone: to divide by it halves how many gradients it takes.
    """
    direction = left / along
    size = _squares(left, direction)
    for number in range(GRADIENTS):
        seen = texts.rows @ direction
        pulled = pull * seen
        far = size / np.maximum(_squares(direction, direction) + _squares(pulled, seen), 1e-12)
        weights += far * direction
        scores += far * seen
        if number == GRADIENTS - 1:
            return
        effect = texts.turned @ pulled
        effect += direction
        effect *= far
        left -= effect
        guess = left / along
        smaller = _squares(left, guess)
        direction *= smaller / np.maximum(size, 1e-12)
        direction += guess
        size = smaller


def _times_alike(matrix: csr_matrix, dense: Floats) -> Floats:
    """Multiply with a matrix of which most columns are the same."""
    columns = np.ascontiguousarray(dense.T)
    number: dict[bytes, int] = {}
    place = [number.setdefault(column.tobytes(), len(number)) for column in columns]
    distinct = [place.index(each) for each in range(len(number))]
    product: Floats = (matrix @ np.ascontiguousarray(columns[distinct].T))[:, place]
    return product


def _squares(some: Floats, others: Floats) -> Floats:
    sums: Floats = np.einsum("ij,ij->j", some, others)
    return sums


def _vectors(texts: Sequence[Sequence[str]]) -> _Vectors:
    """Turn texts (as words) into vectors of length one, and find how rare each feature is among them.

    Words and pairs repeat, so the features of each are found once, and multiplied.
    """
    counts, codes = _counted(texts)
    spread = np.bincount(counts.indices, minlength=len(codes))
    kept = spread >= _least_shared(len(texts))
    counts, codes, spread = counts[:, kept].tocsr(), codes[kept], spread[kept]
    counts.sort_indices()
    rarity = (np.log((1 + len(texts)) / (1 + spread)) + 1).astype(np.float32)
    weights = csr_matrix(
        (np.log2(1 + counts.data) * rarity[counts.indices], counts.indices, counts.indptr), shape=counts.shape
    )
    lengths = np.sqrt(np.asarray(weights.multiply(weights).sum(axis=1), dtype=np.float32)).ravel()
    lengths[lengths == 0] = 1.0
    shares = (1 / lengths).astype(np.float32)
    columns_known = Columns(codes, rarity, float(np.log(1 + len(texts)) + 1))
    return _Vectors(columns_known, (diags(shares) @ weights).tocsr().astype(np.float32), counts, shares)


def _least_shared(texts: int) -> int:
    return LEAST_SHARED if texts >= MANY else 1


def _counted(texts: Sequence[Sequence[str]]) -> tuple[csr_matrix, Codes]:
    """Return how often each text has each feature, and the features' codes; most that are not kept are left out."""
    texts = [words[:MOST_WORDS] for words in texts]
    number: dict[str, int] = {}
    words = np.array(
        [number.setdefault(word, len(number)) for text in texts for word in text], dtype=np.int64
    )
    text_of = np.repeat(np.arange(len(texts)), [len(text) for text in texts])
    base = cache(lemma)
    of_word = [features(word, base) for word in number]
    bases: dict[str, int] = {}
    base_of = np.array([bases.setdefault(fold(base(word)), len(bases)) for word in number], dtype=np.int64)
    beside = text_of[:-1] == text_of[1:]
    both = (base_of[words[:-1]] * len(bases) + base_of[words[1:]])[beside]
    pairs, of_both, often = np.unique(both, return_inverse=True, return_counts=True)
    shared = often >= _least_shared(len(texts))
    names = list(bases)
    of_pair = [
        features(f"{names[first]}{PAIR}{names[second]}")
        for first, second in zip(
            *(each.tolist() for each in np.divmod(pairs[shared], len(bases) or 1)), strict=True
        )
    ]
    kept = shared[of_both]
    place = len(number) + np.cumsum(shared) - 1
    has = csr_matrix(
        (
            np.ones(len(words) + int(kept.sum()), dtype=np.float32),
            (
                np.concatenate([text_of, text_of[:-1][beside][kept]]),
                np.concatenate([words, place[of_both[kept]]]),
            ),
        ),
        shape=(len(texts), len(of_word) + len(of_pair)),
    )
    codes, grams = _of_terms(of_word + of_pair)
    # No more texts can have a feature than have the terms with it: what is too rare for certain isn't counted.
    at_most = grams.astype(bool).T @ np.bincount(has.indices, minlength=has.shape[1])
    enough = at_most >= _least_shared(len(texts))
    return (has @ grams[:, enough]).tocsr(), codes[enough]


def _of_terms(terms: Sequence[Sequence[int]]) -> tuple[Codes, csr_matrix]:
    """Return the codes of all terms' features, and how often each term has each."""
    flat = np.array([code for several in terms for code in several], dtype=np.uint32)
    codes, columns = np.unique(flat, return_inverse=True)
    starts = np.concatenate([[0], np.cumsum([len(several) for several in terms], dtype=np.int64)])
    ones = np.ones(len(columns), dtype=np.float32)
    counted = csr_matrix((ones, columns, starts), shape=(len(terms), len(codes)))
    counted.sum_duplicates()
    return codes, counted


def _near(texts: _Vectors, said: NDArray[np.bool_], taught: Sequence[_Row]) -> Near:
    """Turn the counts round: for each feature that few examples share, these examples."""
    turned = (texts.counts[said] if len(said) else texts.counts).tocsc()
    shared = np.diff(turned.indptr)
    kept = np.repeat(shared <= MOST_SHARED, shared)
    starts = np.concatenate([[0], np.cumsum(np.where(shared <= MOST_SHARED, shared, 0))])
    return Near(
        texts=Texts.of([row.example.text for row in taught]),
        is_danger=np.array([_is_danger(row.example) for row in taught], dtype=bool),
        plain=Texts.of([plain(row.words) for row in taught]),
        starts=starts.astype(np.int32),
        rows=turned.indices[kept].astype(np.uint16 if len(taught) <= MOST_IN_TWO_BYTES else np.int32),
        counts=np.minimum(turned.data[kept], MOST_COUNTED).astype(np.uint8),
        rarity=texts.columns.rarity,
        shares=texts.shares[said] if len(said) else texts.shares,
    )


def _is_danger(example: Example) -> bool:
    danger = example.danger
    return danger is not None and danger.level > Level.NONE and not danger.is_at_most
