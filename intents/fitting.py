"""Finds the weights that answer many questions about texts: linear support vectors, by conjugate gradients."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from intents.grams import Floats
from intents.vectors import Vectors

# With four, a point and a half fewer first topics of hands that were left out are right; with six, no more are.
GRADIENTS = 5
# How much a weight's own size counts where its curve is guessed. With 1, as the loss has it, features that few texts
# have are learnt later: a point less of topics and of danger heard, held out. 0.03 and 0.2 tell no difference.
OWN_CURVE = 0.2
# So many questions are learnt together: their weights stay near the processor, which takes a third less time than
# all at once. More threads than two gain little, and a server has other work.
TOGETHER, THREADS = 24, 2
LEAST = 1e-12  # nothing is divided by less: a question that no text answers has no curve
NO = -1.0


def fit(vectors: Vectors, answers: Floats, costs: Floats) -> Floats:
    """Return weights, features x questions (the constant one last), that answer each question for each text as told.

    `answers` (texts x questions) are 1 and -1; a text's score is its vector times the weights. Linear support
    vectors with squared hinge loss: few texts are answered too clearly to pull, so the loss is nearly a square.
    """
    weights = np.empty((vectors.size, answers.shape[1]), dtype=np.float32)
    turns = THREADS * -(-answers.shape[1] // (THREADS * TOGETHER))  # as many for each thread

    def fit_some(some: NDArray[np.intp]) -> None:
        weights[:, some] = _fit(
            vectors, np.ascontiguousarray(answers[:, some]), np.ascontiguousarray(costs[:, some])
        )

    with ThreadPoolExecutor(THREADS) as pool:  # scipy lets others run while it multiplies
        list(pool.map(fit_some, np.array_split(np.arange(answers.shape[1]), turns)))
    return weights


def _fit(vectors: Vectors, answers: Floats, costs: Floats) -> Floats:
    """Go down the loss along conjugate gradients, each divided by the curve along each weight alone.

    It begins where all is answered with no, as nearly all is: from nothing, two gradients more lead there.
    """
    weights = np.zeros((vectors.size, answers.shape[1]), dtype=np.float32)
    weights[-1] = NO / vectors.constant
    scores = np.full_like(answers, NO)
    pull = 2 * costs  # at first of each text; then of those that are not answered clearly enough
    curve = vectors.curve(pull)
    curve += OWN_CURVE
    direction, before = np.zeros_like(weights), np.ones(answers.shape[1], dtype=np.float32)
    for number in range(GRADIENTS):
        if number:
            pull = 2 * costs * (answers * scores < 1)
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
