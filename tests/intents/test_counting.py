"""Counting features of many texts: the very ones that are found for one text, each as often as it is there."""

import zlib
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from intents.counting import brought, counted
from intents.grams import LEMMA_MARK, MOST_WORDS, code, features, pair
from intents.text import normalise, tokens
from tests.intents.codes import codes_of_text

WORDS = [
    "",
    "a",
    "mä",
    "emmä",
    "moi",
    "moimoi",
    "it's",
    "straße",
    "äiti",
    "привет",
    "\N{GRINNING FACE}",
    "2026",
]


def found(words: list[str]) -> list[list[int]]:
    """Return the codes of each word, found for all at once."""
    codes, of, _ = brought(words)
    return [sorted(codes[of == word].tolist()) for word in range(len(words))]


def base_form(base: str) -> int:
    return code(f"{LEMMA_MARK}{base}")


def test_words_have_the_same_features_alone_and_among_many() -> None:
    """What was learnt is asked by these codes: one that differs would never be found."""
    assert found(WORDS) == [sorted(features(word)) for word in WORDS]


@given(st.lists(st.text(max_size=12), max_size=6))
def test_so_have_words_of_any_letters(texts: list[str]) -> None:
    words = [word for text in texts for word in tokens(normalise(text))]

    assert found(words) == [sorted(features(word)) for word in words]


@pytest.mark.parametrize("gram", [" mo", "moi ", "äiti"])
def test_a_code_is_a_checksum(gram: str) -> None:
    assert code(gram) == zlib.crc32(gram.encode())


def test_a_text_has_the_features_of_its_words_and_pairs() -> None:
    texts = [["ei", "jaksa", "ei"], ["ei", "jaksa"], ["moi"], []]

    known = counted(texts, least_shared=1)

    for text, column in zip(texts, known.counts.toarray().T, strict=True):
        often = Counter(codes_of_text(text))
        assert dict(zip(known.codes.tolist(), column, strict=True)) == {
            each: often[each] for each in known.codes.tolist()
        }
    assert (known.features @ known.terms.T).toarray() == pytest.approx(known.counts.toarray())


def test_what_too_few_texts_have_is_left_out() -> None:
    known = counted([["ei", "jaksa"], ["ei", "jaksa"], ["moi"]], least_shared=2)

    assert code("jaks") in known.codes
    assert pair(base_form("ei"), base_form("jaks")) in known.codes
    assert code("moi ") not in known.codes
    assert np.diff(known.counts.indptr).min() == 2


def test_words_past_the_most_are_not_counted() -> None:
    known = counted([["moi"] * MOST_WORDS + ["salasana"]], least_shared=1)

    assert code("moi ") in known.codes
    assert code("sala") not in known.codes
