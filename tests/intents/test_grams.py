"""Texts as vectors: what words bring is remembered, and never changes what a text is."""

import zlib

import numpy as np
import pytest

from intents import grams
from intents.counting import counted
from intents.grams import Columns
from intents.knowledge import Example, Knowledge
from intents.learning import learn
from tests.intents.codes import codes_of_text

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
    codes = {*codes_of_text(words)}

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


@pytest.mark.parametrize("least_shared", [1, 2])
def test_a_known_word_brings_what_it_would_if_it_were_new(least_shared: int) -> None:
    texts = [*TEXTS, "mä emmä 🙂 mua it's straße привет", "a moi moikka moi 2026"]
    found = counted([text.split() for text in [*texts, *texts, "uusi"]], least_shared=least_shared)
    rarity = np.linspace(1, 3, len(found.codes), dtype=np.float32)

    for text in [*texts, "mä unohdin salasanat 🙂", "moi uusi"]:
        words = text.split()
        assert text not in texts or found.words.brought(words).keys() == set(words)
        ahead = Columns(found.codes, rarity, 2.0, found.words).vector(words)
        new = Columns(found.codes, rarity, 2.0).vector(words)
        assert ahead.columns.tolist() == new.columns.tolist()
        assert ahead.weights.tolist() == new.weights.tolist()


def test_a_word_that_shares_a_checksum_with_a_known_one_is_not_taken_for_it() -> None:
    known, alike = "plumless", "buckeroo"
    assert zlib.crc32(known.encode()) == zlib.crc32(alike.encode())
    found = counted([[known], [known]], least_shared=1)

    assert found.words.brought([known, alike]).keys() == {known}


def test_what_a_word_of_a_single_text_brings_is_not_kept() -> None:
    """Hardly any message has it, and half of all words are such."""
    found = counted([["moi", "moi", "koulu"], ["koulu"]], least_shared=1)

    assert found.words.brought(["moi", "koulu"]).keys() == {"koulu"}
