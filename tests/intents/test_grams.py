"""Texts as vectors: what words bring is remembered, and never changes what a text is."""

import pytest

from intents import grams
from intents.grams import Columns, features, terms
from intents.knowledge import Example, Knowledge
from intents.learning import learn

TEXTS = [
    "unohdin wilman salasanan",
    "mitä tänään on ruokana",
    "mist mä saan uuden salasanan",
    "ruokana on kalaa",
]


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return learn([Example(text, topic=text.split()[0]) for text in TEXTS])


@pytest.fixture
def columns(knowledge: Knowledge) -> Columns:
    """Return the columns with nothing remembered."""
    known = knowledge.columns
    return Columns(known.codes, known.rarity, known.unknown_rarity)


@pytest.mark.parametrize("text", [*TEXTS, "salasanan salasanan", "ruokana kalaa tänään"])
def test_a_text_has_the_features_of_its_words_and_pairs(columns: Columns, text: str) -> None:
    words = text.split()
    codes = {code for term in terms(words) for code in features(term)}

    vector = columns.vector(words)

    assert {*columns.codes[vector.columns].tolist()} == codes & {*columns.codes.tolist()}


def test_a_word_that_was_forgotten_brings_the_same_again(
    columns: Columns, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grams, "REMEMBERED_WORDS", 4)
    words = TEXTS[0].split()
    first = columns.vector(words)

    for number in range(10):
        columns.vector([f"sana{number}"])
    again = columns.vector(words)

    assert again.columns.tolist() == first.columns.tolist()
    assert again.weights.tolist() == first.weights.tolist()
