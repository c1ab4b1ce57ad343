"""Finding weights: texts are answered as told, and an example that costs nothing says nothing."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from intents.fitting import AMONG_FEW, AMONG_MANY, TOGETHER, Course, fit
from intents.vectors import Vectors

TWO = csr_matrix(np.eye(2, dtype=np.float32))
NOTHING = csr_matrix((2, 2), dtype=np.float32)


@pytest.fixture
def texts() -> Vectors:
    """Two texts, each of a word of its own, and each word of a feature of its own."""
    return Vectors.of(TWO, TWO, NOTHING, often=np.ones(2, dtype=np.float32), constant=0.3)


@pytest.mark.parametrize("course", [AMONG_MANY, AMONG_FEW], ids=["many", "few"])
def test_each_text_is_answered_as_told(texts: Vectors, course: Course) -> None:
    answers = np.array([[1.0, -1.0], [-1.0, 1.0]], dtype=np.float32)

    scores = texts.scores(fit(texts, answers, np.full((2, 2), 3.0, dtype=np.float32), course))

    assert (np.sign(scores) == answers).all()


def test_costs_of_zero_leave_an_example_out(texts: Vectors) -> None:
    """It would teach a no where it is said that nothing is known."""
    answers = np.array([[1.0], [-1.0]], dtype=np.float32)

    weights = fit(texts, answers, np.array([[1.0], [0.0]], dtype=np.float32), AMONG_FEW)

    assert weights[0, 0] > 0.5
    assert weights[1, 0] == 0


def test_a_question_is_answered_the_same_among_many(texts: Vectors) -> None:
    """Questions are learnt some together, by two threads; which, must not matter."""
    answers = np.array([[1.0], [-1.0]], dtype=np.float32)
    costs = np.ones((2, 1), dtype=np.float32)

    alone, among = (
        fit(texts, *(np.tile(each, several) for each in (answers, costs)), AMONG_MANY)
        for several in (1, 3 * TOGETHER)
    )

    assert among == pytest.approx(np.tile(alone, 3 * TOGETHER))


def test_without_examples_there_are_no_weights() -> None:
    nothing = csr_matrix((0, 0), dtype=np.float32)
    texts = Vectors.of(nothing, nothing, nothing, often=np.ones(0, dtype=np.float32), constant=0.3)

    assert fit(texts, *(np.zeros((0, 1), dtype=np.float32) for _ in range(2)), AMONG_FEW).shape == (1, 1)
