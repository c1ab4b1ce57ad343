"""Edits: what becomes dangerous is danger; a corrected typo is not answered twice."""

import pytest

from tests.end_to_end.conversation.school import School, words

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_edit_that_becomes_dangerous_is_answered_as_danger(school: School) -> None:
    person = school.person()
    written = await person.writes("haluan koiran")
    await school.heard_by(person)
    before = len(person.inbox)

    await person.edits(written, "haluan kuolla")
    await school.telegram.quiet()

    new = person.inbox[before:]
    assert "112" in new[0].text
    assert "haluan kuolla" in words(school.room.messages())


async def test_caption_that_becomes_dangerous_is_answered_as_danger(school: School) -> None:
    person = school.person()
    photo = await person.sends_photo("kato")
    await school.heard_by(person)

    await person.edits(photo, "haluan kuolla")

    await person.hears("112")


@pytest.mark.parametrize(
    ("first", "then"),
    [
        pytest.param("mua ahistaaa", "mua ahistaa", id="a typo"),
        pytest.param("kukkuu vaan", "kukkuu vaan!", id="not understood"),
        pytest.param("en jaksa enää mitään!!", "en jaksa enää mitään", id="worry"),
    ],
)
async def test_corrected_typo_is_not_answered_twice(school: School, first: str, then: str) -> None:
    person = school.person()
    written = await person.writes(first)
    await school.heard_by(person)
    before = len(person.inbox)

    await person.edits(written, then)
    await school.telegram.quiet()

    assert len(person.inbox) == before


async def test_edit_to_another_matter_is_answered(school: School) -> None:
    person = school.person()
    written = await person.writes("mua ahdistaa")
    await school.heard_by(person)
    before = len(person.inbox)

    await person.edits(written, "mulla ei oo rahaa ruokaan")
    await school.telegram.quiet()

    assert "raha" in person.inbox[before].text


async def test_place_that_moves_is_answered_once(school: School) -> None:
    """A live location is an edit every few seconds."""
    person = school.person()
    place = await person.sends_location()
    await school.heard_by(person)
    before = len(person.inbox)

    for step in range(3):
        moved = {"location": {"latitude": 62.9, "longitude": 27.6 + step / 100}}
        school.telegram.stage.do("edit", chat=person.id, message=place.id, changes=moved)
    await school.telegram.quiet()

    assert len(person.inbox) == before
