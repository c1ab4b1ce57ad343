"""Words of danger seen through typos: those that a person would see, however they are looked for."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from intents.risk_words import SHORTEST_WITH_TWO_TYPOS, Words

WHOLE = ["kuolla", "itsari", "itsemurha", "masentunut", "viillell"]
STEMS = ["viiltel", "hakkaav", "ahdistu"]


@pytest.fixture(scope="module")
def words() -> Words:
    found = Words()
    for atom, word in enumerate(WHOLE):
        found.add(word, atom, typos=True)
    for atom, stem in enumerate(STEMS, start=len(WHOLE)):
        found.add(f"{stem}*", atom, typos=True)
    found.finish(["kuulla"])
    return found


def slips(word: str) -> set[str]:
    """Return a word with one slip of a thumb."""
    cuts = [(word[:at], word[at:]) for at in range(1, len(word) + 1)]
    return {
        *(left + right[1:] for left, right in cuts),
        *(left + letter + right for (left, right), letter in product(cuts, "ae")),
        *(left + letter + right[1:] for (left, right), letter in product(cuts, "ae")),
        *(left + right[1] + right[0] + right[2:] for left, right in cuts if len(right) > 1),
    }


@pytest.mark.parametrize("word", WHOLE)
def test_one_slip_in_a_word_is_seen_through(words: Words, word: str) -> None:
    missed = {typo for typo in slips(word) if WHOLE.index(word) not in words.misspelt_whole(typo)}

    assert missed <= {"kuulla"}  # a word of its own


@pytest.mark.parametrize("word", [word for word in WHOLE if len(word) >= SHORTEST_WITH_TWO_TYPOS])
def test_two_slips_in_a_long_word_are_seen_through(words: Words, word: str) -> None:
    twice = {typo for once in sorted(slips(word))[::7] for typo in slips(once)}
    near = {typo for typo in twice if OSA.distance(typo, word) == 2}

    assert near
    assert all(WHOLE.index(word) in words.misspelt_whole(typo) for typo in near)


@pytest.mark.parametrize("stem", STEMS)
def test_one_slip_in_the_stem_of_a_word_is_seen_through(words: Words, stem: str) -> None:
    atom = len(WHOLE) + STEMS.index(stem)

    assert all(atom in words.seen_through(f"{typo}ntaan") for typo in slips(stem))


@given(word=st.text("kuolaitse", min_size=4, max_size=10))
def test_what_is_further_off_is_another_word(words: Words, word: str) -> None:
    near = {atom for atom, known in enumerate(WHOLE) if OSA.distance(word, known) <= 2}

    assert words.misspelt_whole(word) <= near
