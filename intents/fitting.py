"""Finds the weights that answer many questions about texts: linear support vectors, by conjugate gradients."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from intents.grams import Floats
from intents.vectors import Vectors

# So many questions are learnt together: their weights stay near the processor, which takes a third less time than
# all at once. More threads than two gain little, and a server has other work.
TOGETHER, THREADS = 24, 2
LEAST = 1e-12  # nothing is divided by less: a question that no text answers has no curve


@dataclass(frozen=True, slots=True)
class Course:
    """How to go down the loss: what decides how soon, and where, one may stop before its end."""

    start: float  # the score of every question for every text, to begin with
    own_curve: float  # how much a weight's own size counts where its curve is guessed; 1 in the loss itself
    rounds: int  # before each it is asked which texts are not answered clearly enough: these pull
    gradients: int  # of each round
    is_afresh: bool  # a round forgets the direction and the curve of the one before


# Of many texts, nearly all answer nearly every question with no. From there, six gradients tell three points more first
# topics right than eight from nothing, by these scores alone and held out, and part danger from calm a point better.
# To begin each in the direction of the last, though other texts pull, is worth half a point of both. With five, two to
# four points less of danger are heard at one calm line in twenty alarmed; with seven no more. An own share of 0.2, not
# 1, is worth half a point and more of danger, and costs as much of topics where the likest example has no say.
AMONG_MANY = Course(start=-1.0, own_curve=0.2, rounds=6, gradients=1, is_afresh=False)
# Of some hundred texts, to begin with nothing is worth one to three points of public sets, and so are two of Newton's
# steps, after Keerthi and DeCoste 2005, "A modified finite Newton method for fast solution of large scale linear SVMs".
AMONG_FEW = Course(start=0.0, own_curve=1.0, rounds=2, gradients=4, is_afresh=True)


def fit(vectors: Vectors, answers: Floats, costs: Floats, course: Course) -> Floats:
    """Return weights, features x questions (the constant one last), that answer each question for each text as told.

    `answers` (texts x questions) are 1 and -1; a text's score is its vector times the weights. Linear support
    vectors with squared hinge loss: what is answered clearly, on its side of 1 or -1, costs nothing.
    """
    weights = np.empty((vectors.size, answers.shape[1]), dtype=np.float32)
    turns = THREADS * -(-answers.shape[1] // (THREADS * TOGETHER))  # as many for each thread

    def fit_some(some: NDArray[np.intp]) -> None:
        asked = np.ascontiguousarray(answers[:, some]), np.ascontiguousarray(costs[:, some])
        weights[:, some] = _fit(vectors, *asked, course)

    with ThreadPoolExecutor(THREADS) as pool:  # scipy lets others run while it multiplies
        list(pool.map(fit_some, np.array_split(np.arange(answers.shape[1]), turns)))
    return weights


def _fit(vectors: Vectors, answers: Floats, costs: Floats, course: Course) -> Floats:
    """Go down along conjugate gradients, each divided by the curve along each weight alone: it halves their number."""
    weights = np.zeros((vectors.size, answers.shape[1]), dtype=np.float32)
    weights[-1] = course.start / vectors.constant
    scores = np.full_like(answers, course.start)
    direction, before = np.zeros_like(weights), np.ones(answers.shape[1], dtype=np.float32)
    for number in range(course.rounds):
        pull = 2 * costs * (answers * scores < 1) if number else 2 * costs  # at first each text's
        if course.is_afresh or not number:
            direction[:] = 0
            curve = vectors.curve(pull)
            curve += course.own_curve
        for _ in range(course.gradients):
            left = vectors.pulls(pull * (answers - scores))
            left -= weights
            guess = left / curve
            size = _products(left, guess)
            direction *= size / np.maximum(before, LEAST)
            direction += guess
            before = size
            seen = vectors.scores(direction)
            bend = _products(direction, direction) + _products(pull * seen, seen)
            far = _products(left, direction) / np.maximum(bend, LEAST)
            weights += np.multiply(far, direction, out=guess)
            seen *= far
            scores += seen
    return weights


def _products(some: Floats, others: Floats) -> Floats:
    products: Floats = np.einsum("ij,ij->j", some, others)
    return products
