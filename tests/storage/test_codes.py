"""Codes that people read aloud and type."""

import pytest

from storage import codes

SIGNS = "BCD234"


def test_a_code_is_drawn_in_two_halves_of_its_signs_alone() -> None:
    code = codes.draw(SIGNS, 8)

    halves = code.split("-")
    assert [len(half) for half in halves] == [4, 4]
    assert set("".join(halves)) <= set(SIGNS)


@pytest.mark.parametrize("typed", ["BCD-234", "bcd 234", " b c d – 2 3 4.", "BCD234"])
def test_a_code_is_known_however_it_was_typed(typed: str) -> None:
    assert codes.plain(typed, SIGNS) == "BCD234"
