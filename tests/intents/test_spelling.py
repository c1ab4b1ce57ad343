"""A thumb that slipped: the word that was meant is read beside what was typed."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from intents.spelling import SHORTEST, Spelling

KNOWN = Spelling(
    [
        "unohdin wilman salasanan",
        "en paase kirjautumaan",
        "mita tanaan on ruokana",
        "mihin aikaan ruokana on kalaa",
        "ruokana on kalaa taas",
        "aikaan taas aikaan",
    ]
)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        pytest.param("salasnan", "salasanan", id="dropped"),
        pytest.param("sallasanan", "salasanan", id="doubled"),
        pytest.param("salsaanan", "salasanan", id="swapped"),
        pytest.param("salasamam", "salasamam", id="two slips are too many"),
        pytest.param("salaxanan", "salasanan", id="another letter"),
        pytest.param("aslasanan", "salasanan", id="swapped at the start"),
        pytest.param("ruonaka", "ruonaka", id="two letters changed places across a third"),
        pytest.param("tänäan", "tänäan", id="dots are no slip"),
        pytest.param("kaalaa", "kalaa", id="short"),
        pytest.param("klaa", "klaa", id="too short to tell"),
        pytest.param("volcano", "volcano", id="unknown"),
        pytest.param("unohdin", "unohdin", id="known"),
    ],
)
def test_a_slip_is_mended(typed: str, meant: str) -> None:
    assert KNOWN.mended([typed]).words == [meant]


def test_a_word_that_was_split_is_joined() -> None:
    assert KNOWN.mended(["wilman", "sala", "sanan"]).words == ["wilman", "salasanan"]


def test_words_that_were_joined_are_taken_apart() -> None:
    assert KNOWN.mended(["ruokanakalaa"]).words == ["ruokanakalaa"]
    assert KNOWN.mended(["aikaanruokana"]).words == ["aikaan", "ruokana"]


def test_two_known_words_stay_apart() -> None:
    known = Spelling(["ruoka lista", "ruokalista"])

    assert known.mended(["ruoka", "lista"]).words == ["ruoka", "lista"]


@pytest.mark.parametrize(
    ("words", "share"),
    [
        pytest.param(["unohdin", "salasanan"], 0.0, id="nothing"),
        pytest.param(["salasnan"], 1.0, id="all of it"),
        pytest.param(["unohdin", "salsana"], 0.0, id="unknown as it is"),
        pytest.param(["wilman", "kaalaa"], 0.5, id="half of it"),
        pytest.param([], 0.0, id="no words"),
    ],
)
def test_how_much_was_mended_is_told(words: list[str], share: float) -> None:
    assert KNOWN.mended(words).share == share


def test_without_words_nothing_is_mended() -> None:
    assert Spelling([]).mended(["salasnan", "on"]).words == ["salasnan", "on"]


@given(
    st.sets(st.text("aeiks\N{CYRILLIC SMALL LETTER ZHE}", min_size=4, max_size=9), min_size=1),
    st.data(),
)
def test_whichever_known_word_is_one_slip_away_is_found(known: set[str], data: st.DataObject) -> None:
    word = data.draw(st.sampled_from(sorted(known)))
    at = data.draw(st.integers(0, len(word) - 1))
    before, letter, after = word[:at], word[at], word[at + 1 :]
    dropped, doubled, replaced = before + after, before + letter + word[at:], f"{before}i{after}"
    swapped = before + after[:1] + letter + after[1:]

    for typed in (dropped, doubled, replaced, swapped):
        near = [each for each in known if OSA.distance(typed, each) <= 1]
        is_left = typed in known or len(typed) < SHORTEST or not near
        assert Spelling(known).mended([typed]).words == [typed if is_left else max(near)]


@given(st.lists(st.text(min_size=1, max_size=30), max_size=8))
def test_any_words_are_borne(words: list[str]) -> None:
    mended = KNOWN.mended(words)

    assert 0 <= mended.share <= 1
    assert (mended.words == words) or mended.share > 0


def test_a_long_message_is_mended_in_bounded_time() -> None:
    known = Spelling(f"sana{number}a salasana{number}n" for number in range(100))
    started = time.perf_counter()

    known.mended(["salasnan", "kirjatumaan"] * 50)

    assert time.perf_counter() - started < 1.0
