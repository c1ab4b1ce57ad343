"""Asking what was learnt: the nearest examples are found as if all were sorted."""

import numpy as np
import pytest

from intents.knowledge import CLASSES, STEPS, Example, likeness, nearest
from intents.learning import learn
from intents.packed import Texts


@pytest.mark.parametrize(
    ("size", "near", "found"),
    [
        pytest.param(30, 5, 30, id="of few examples all"),
        pytest.param(400, 200, 50, id="fewer than classes"),
        pytest.param(20 * CLASSES + 7, 3_000, 50, id="many"),
        pytest.param(20 * CLASSES + 7, 20, 20, id="hardly any is near"),
        pytest.param(20 * CLASSES, 0, 0, id="none is near"),
    ],
)
def test_the_nearest_are_those_of_all(size: int, near: int, found: int) -> None:
    generator = np.random.default_rng(5)
    cosines = np.zeros(size, dtype=np.uint16)
    cosines[generator.choice(size, near, replace=False)] = generator.integers(1, STEPS, near)

    rows = nearest(cosines, 50)

    assert len(rows) == found
    assert sorted(cosines[rows]) == sorted(cosines)[size - found :]


def test_nearest_of_one_class_are_found_too() -> None:
    """Rows that share a class hide each other's nearness there, not in the end."""
    cosines = np.zeros(200 * CLASSES, dtype=np.uint16)
    alike = np.arange(0, 60 * CLASSES, CLASSES)
    cosines[alike] = np.linspace(30_000, 50_000, 60)
    cosines[1:100] = 6_000

    assert sorted(nearest(cosines, 50).tolist()) == alike[10:].tolist()


def test_an_example_is_as_near_to_itself_as_can_be() -> None:
    texts = ["unohdin wilman salasanan", "ruoka ruoka ruokana", "mist mä saan uuden salasanan"]
    known = learn([Example(text, topic=str(number)) for number, text in enumerate(texts)])

    near = [known.near.cosines(known.hear(text.split()).vector) for text in texts]

    assert [each.argmax() for each in near] == [0, 1, 2]
    assert [each.max() / STEPS for each in near] == pytest.approx([1, 1, 1], abs=0.002)


def test_nearness_is_remembered_for_the_last_text_alone() -> None:
    known = learn([Example("unohdin wilman salasanan", topic="a"), Example("ruokalista", topic="b")])

    first = known.cosines(["wilman", "salasanan"])

    assert known.cosines(("wilman", "salasanan")) is first
    assert known.cosines(["ruokalista"]) is not first
    assert known.cosines(["wilman", "salasanan"]) is not first
    assert known.cosines(["wilman", "salasanan"]).tolist() == first.tolist()


def test_likeness_heeds_the_order_of_letters() -> None:
    examples = Texts.of(["ruokalista", "listaruoka", "xyz"])

    same, disorder, other = likeness("ruokalista", examples, np.arange(3)).tolist()

    assert same == 1
    assert 0 < disorder < 1
    assert other == 0
