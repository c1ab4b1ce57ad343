"""JSON is read and written the quick way, and what that refuses the slow way: nothing that came in before is lost."""

import json
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import json_text

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=12,
)


@given(VALUES)
def test_what_is_written_reads_as_it_was(value: object) -> None:
    assert json_text.read(json_text.write(value)) == value


@given(VALUES)
def test_it_reads_what_the_library_writes(value: object) -> None:
    assert json_text.read(json.dumps(value)) == value


def test_letters_are_written_as_they_are_and_nothing_between() -> None:
    assert json_text.write({"a": ["ä", 1]}) == '{"a":["ä",1]}'


def test_half_a_character_is_read_and_written() -> None:
    half = json_text.read('{"text": "\\ud83d"}')

    assert half == {"text": "\ud83d"}
    assert json_text.read(json_text.write(half)) == half


def test_half_a_character_goes_over_the_network_as_a_question_mark() -> None:
    assert json_text.write_bytes({"text": "hei \ud83d"}) == b'{"text":"hei ?"}'


@pytest.mark.parametrize("number", [2**63, 2**64, 2**70, 10**40, -(2**63), -(2**63) - 1, 1234567890123456789])
def test_a_whole_number_of_any_size_is_read_and_written_as_it_is(number: int) -> None:
    text = json_text.write({"id": number})

    for form in (text, text.encode()):
        found = json_text.read(form)["id"]
        assert (type(found), found) == (int, number)


def test_what_is_nested_deeper_than_the_quick_way_goes_is_written() -> None:
    deep: list[object] = []
    for _ in range(400):
        deep = [deep]

    assert json_text.read(json_text.write(deep)) == deep


def test_what_json_does_not_know_is_turned_by_default() -> None:
    class Odd:
        pass

    assert json_text.write([Odd()], default=lambda _: "odd") == '["odd"]'
    with pytest.raises(TypeError):
        json_text.write([Odd()])


@dataclass
class Point:
    x: int


def test_a_dataclass_is_written_by_its_fields() -> None:
    assert json_text.write(Point(1)) == '{"x":1}'


@pytest.mark.parametrize("text", ["", "{", "nope", b"\xff", '{"a": 1} x'])
def test_what_is_no_json_is_refused(text: str | bytes) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        json_text.read(text)
