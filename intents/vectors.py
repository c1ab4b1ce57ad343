"""Texts as vectors to learn from: what was counted in them, weighted by rarity, each of length one."""

from dataclasses import dataclass
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack

from intents.counting import Counted
from intents.grams import Columns, Floats, Ints

# A constant feature of every text: what a question's answer is when nothing speaks for or against it.
CONSTANT = 0.3


@dataclass(frozen=True, slots=True)
class _Table:
    """A sparse table, and the same turned round: to multiply with whole rows is fast, both ways."""

    rows: csr_matrix
    turned: csr_matrix

    @classmethod
    def of(cls, rows: csr_matrix) -> Self:
        return cls(rows, rows.T.tocsr())

    def squared(self) -> csr_matrix:
        """Return the turned table with each number squared."""
        turned = self.turned
        return csr_matrix((np.square(turned.data), turned.indices, turned.indptr), shape=turned.shape)


@dataclass(frozen=True, slots=True)
class Vectors:
    """Texts as vectors: each the sum of its terms' vectors, and what that leaves to say.

    Texts have few terms, and terms few features: to multiply with one after the other takes a third of the time.
    """

    terms: _Table  # texts x terms
    features: _Table  # terms x features
    rest: _Table  # texts x features
    often: Floats  # how many features each of these stands for, of the same weight in each text
    constant: float  # what each text has of the last feature: a question's answer when nothing else speaks

    @classmethod
    def of(
        cls, terms: csr_matrix, features: csr_matrix, rest: csr_matrix, *, often: Floats, constant: float
    ) -> Self:
        """Add the constant feature to texts whose terms' vectors and what they leave to say are known."""
        size = features.shape[1] + 1
        features = csr_matrix((features.data, features.indices, features.indptr), (features.shape[0], size))
        rest = hstack([rest, np.full((rest.shape[0], 1), constant, dtype=np.float32)], format="csr")
        often = np.append(often, np.float32(1))
        return cls(_Table.of(terms), _Table.of(features), _Table.of(rest), often, constant)

    @property
    def size(self) -> int:
        """How many features there are."""
        return int(self.features.rows.shape[1])

    def scores(self, weights: Floats) -> Floats:
        """Multiply each text with weights of features."""
        scores: Floats = self.terms.rows @ (self.features.rows @ weights)
        scores += self.rest.rows @ weights
        return scores

    def pulls(self, pulled: Floats) -> Floats:
        """Add up the texts, each as often as it is pulled."""
        pulls: Floats = self.features.turned @ (self.terms.turned @ pulled)
        pulls += self.rest.turned @ pulled
        return pulls

    def curve(self, pull: Floats) -> Floats:
        """Add up the squares of the texts' weights, for each of the features that these stand for.

        Nearly: a feature that two terms of a text have counts for each alone.
        """
        distinct, place = _distinct_columns(pull)
        curve: Floats = self.features.squared() @ (self.terms.squared() @ distinct)
        curve += self.rest.squared() @ distinct
        curve /= self.often[:, np.newaxis]
        return curve[:, place]


@dataclass(frozen=True, slots=True)
class Weighed:
    """What was counted in texts, as vectors; features that the same terms have as often are one there."""

    columns: Columns
    vectors: Vectors
    row_of: Ints  # for each column, which feature of the vectors
    part: Floats  # of a weight of each of these, for each of the columns that it stands for
    shares: Floats  # by which each text's weights are made of length one together


def weighed(found: Counted) -> Weighed:
    """Find how rare each feature is among the texts, and weigh them."""
    texts = found.terms.shape[0]
    spread = np.diff(found.counts.indptr)
    rarity = (np.log((1 + texts) / (1 + spread)) + 1).astype(np.float32)
    again = _again(found.counts)
    shares = _shares(found, rarity, again)
    alike = _alike(found.features, spread)
    weights = rarity[alike.first] * np.sqrt(alike.often)
    rest = _rest(again, alike, weights, shares)
    terms, features = _times(found.terms, shares), _times(found.features[alike.first], weights)
    return Weighed(
        columns=Columns(found.codes, rarity, float(np.log(1 + texts) + 1), found.words),
        vectors=Vectors.of(terms, features.T.tocsr(), rest, often=alike.often, constant=CONSTANT),
        row_of=alike.of_each,
        part=np.sqrt(1 / alike.often),
        shares=shares,
    )


def _times(rows: csr_matrix, factors: Floats) -> csr_matrix:
    """Multiply each row."""
    factor = np.repeat(factors, np.diff(rows.indptr))
    return csr_matrix((rows.data * factor, rows.indices, rows.indptr), shape=rows.shape)


class _Again(NamedTuple):
    """Where a text has a feature more than once: its weight is the logarithm of that, and no sum over terms."""

    features: NDArray[np.intp]
    texts: Ints
    counts: Floats
    strengths: Floats


def _again(counts: csr_matrix) -> _Again:
    where = np.flatnonzero(counts.data > 1)
    often = counts.data[where]
    features = np.searchsorted(counts.indptr, where, side="right") - 1
    return _Again(features, counts.indices[where], often, np.log2(1 + often))


def _shares(found: Counted, rarity: Floats, again: _Again) -> Floats:
    """Return what makes each text's weights of length one together."""
    squares = np.square(rarity, dtype=np.float64)
    lengths = found.terms @ (squares @ found.features)
    too_much = (again.counts - np.square(again.strengths)) * squares[again.features]
    lengths -= np.bincount(again.texts, too_much, minlength=len(lengths))
    shares: Floats = (1 / np.sqrt(np.where(lengths > 0, lengths, 1.0))).astype(np.float32)
    return shares


class _Alike(NamedTuple):
    """Features that the same terms have as often, as parts of one rare word: to learn they are one, of more weight."""

    first: NDArray[np.intp]  # one for all that are alike, those in most texts first
    of_each: Ints  # for each feature, which of these
    often: Floats  # how many features each of these stands for


def _alike(features: csr_matrix, spread: NDArray[np.integer[Any]]) -> _Alike:
    # Of numbers at random, one for each term, only the very same terms have the same sum.
    sums = features @ np.random.default_rng(0).random(features.shape[1])
    _, first, of_each, often = np.unique(sums, return_index=True, return_inverse=True, return_counts=True)
    order = np.argsort(-spread[first], kind="stable")
    place = np.empty(len(order), dtype=np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    return _Alike(first[order], place[of_each], often[order].astype(np.float32))


def _rest(again: _Again, alike: _Alike, weights: Floats, shares: Floats) -> csr_matrix:
    """Return, texts x features, what the sum of a text's terms has too much."""
    place = np.full(len(alike.of_each), -1, dtype=np.int32)
    place[alike.first] = np.arange(len(alike.first), dtype=np.int32)
    columns = place[again.features]
    kept = columns >= 0
    columns, rows = columns[kept], again.texts[kept]
    too_little = (again.strengths - again.counts)[kept] * weights[columns] * shares[rows]
    return csr_matrix((too_little, (rows, columns)), shape=(len(shares), len(alike.first)))


def _distinct_columns(dense: Floats) -> tuple[Floats, list[int]]:
    """Return different columns once, and for each where it is among them: at first most questions ask for the same."""
    columns = np.ascontiguousarray(dense.T)
    number: dict[bytes, int] = {}
    place = [number.setdefault(column.tobytes(), len(number)) for column in columns]
    return np.ascontiguousarray(columns[[place.index(each) for each in range(len(number))]].T), place
