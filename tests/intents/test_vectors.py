"""Weighing what was counted: texts that are learnt from look as they would when they are asked about."""

import numpy as np
import pytest

from intents.counting import counted
from intents.vectors import weighed

TEXTS = [
    ["ei", "jaksa", "ei"],
    ["ei", "jaksa", "enää"],
    ["salasana", "salasanan", "salasana"],
    ["mä", "oon", "moi"],
    ["😀"],
]


@pytest.mark.parametrize("text", TEXTS, ids=" ".join)
def test_a_text_is_weighed_as_when_it_is_asked_about(text: list[str]) -> None:
    """A feature that two words of a text share counts once, by its logarithm; so does one that a word has twice."""
    known = weighed(counted(TEXTS, least_shared=1))
    weights = np.random.default_rng(1).random((known.vectors.size, 3), dtype=np.float32)

    learnt = known.vectors.scores(weights)[TEXTS.index(text)]

    vector = known.columns.vector(text)
    rows = known.row_of[vector.columns]
    asked = vector.weights @ (weights[rows] * known.part[rows, np.newaxis])
    assert learnt == pytest.approx(asked + known.vectors.constant * weights[-1], abs=1e-5)


def test_features_of_the_same_terms_are_one() -> None:
    known = weighed(counted([["salasana"], ["koulu"]], least_shared=1))

    assert known.vectors.size == 2 + 1  # a constant one at the end
    assert sorted(known.row_of.tolist()).count(0) > 1


def test_pulls_are_scores_turned_round() -> None:
    vectors = weighed(counted(TEXTS, least_shared=1)).vectors
    texts = vectors.scores(np.eye(vectors.size, dtype=np.float32))

    assert vectors.pulls(np.eye(len(TEXTS), dtype=np.float32)) == pytest.approx(texts.T)
