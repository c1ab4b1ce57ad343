"""Memory: kept as JSON in the contact's row, across versions of the program."""

import json
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dialogue.state import Memory, Person
from intents.language import Language


@given(st.builds(Memory))
def test_memory_comes_back_as_it_was(memory: Memory) -> None:
    assert Memory.from_json(memory.to_json()) == memory


def test_empty_memory_takes_no_room() -> None:
    assert Memory().to_json() == "{}"


@pytest.mark.parametrize("text", ["", "{}", '{"topic": "", "of_another_version": 7, "pending": "share"}'])
def test_memory_of_another_version_is_read_as_far_as_it_is_known(text: str) -> None:
    assert Memory.from_json(text) == Memory()


def test_memory_holds_only_what_json_can() -> None:
    remembered = replace(Memory(), topic="anxiety", misses=2, introduced=True)

    assert json.loads(remembered.to_json()) == {"topic": "anxiety", "misses": 2, "introduced": True}
    assert {each.type for each in fields(Memory)} <= {"str", "int", "bool", str, int, bool}


def test_remembering_leaves_the_rest() -> None:
    person = Person("telegram:1", Language.FI, campus="kuopio").remembering(topic="stress")

    assert person.remembering(misses=1).memory == Memory(topic="stress", misses=1)
    assert person.campus == "kuopio"
