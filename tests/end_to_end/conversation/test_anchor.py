"""The anchor button: there after the first exchange, in every state and language, and it works in each."""

import pytest

from tests.double.people import Person
from tests.end_to_end.conversation.school import ANCHOR, School, words

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def press_anchor(school: School, person: Person) -> str:
    """Press the button that shows below the chat, and return what is heard."""
    person.forgets()
    await person.presses(person.keyboard[0][0])
    return words(await school.heard_by(person))


@pytest.mark.parametrize(
    ("device", "text", "label"),
    [
        pytest.param("fi", "moi", "⚓ Haluan puhua ihmiselle", id="fi"),
        pytest.param("sv", "hej", "⚓ Jag vill prata med en människa", id="sv"),
        pytest.param("en", "hello", "⚓ I want to talk to a human", id="en"),
        pytest.param("uk", "Мені дуже погано сьогодні", "⚓ I want to talk to a human", id="uk"),
        pytest.param(None, "/start", "⚓ Haluan puhua ihmiselle", id="no language known"),
    ],
)
async def test_button_is_there_after_the_first_exchange(
    school: School, device: str | None, text: str, label: str
) -> None:
    person = school.person(device)

    heard = await school.answers_to(person, text)

    assert person.keyboard == [[label]]
    shown = next(seen.kept["keyboard"] for seen in heard if seen.keyboard)
    assert shown["is_persistent"]


async def test_button_follows_the_language(school: School) -> None:
    person = school.person()
    await school.answers_to(person, "/kieli")

    await school.presses(person, "Svenska")

    assert person.keyboard == [["⚓ Jag vill prata med en människa"]]


async def test_button_brings_a_human_and_says_so(school: School) -> None:
    person = school.person()
    await school.answers_to(person, "mulla ei oo rahaa ruokaan")

    heard = await press_anchor(school, person)

    assert "Kerroin koulun aikuisille" in heard
    assert "He eivät näe nimeäsi" in heard
    assert "mulla ei oo rahaa ruokaan" in words(school.room.messages())


async def test_button_works_while_waiting_and_with_a_human_and_after(school: School) -> None:
    """Pressing twice does no harm, and a new case can be opened once the old one is closed."""
    person = school.person()
    await school.answers_to(person, "moi")
    await press_anchor(school, person)
    topic = await school.room.has_topic("K-")

    waiting = await press_anchor(school, person)
    await school.staff.presses("Otan tämän", in_=school.room)
    await person.hears("Koulun aikuinen on nyt tässä")
    claimed = await press_anchor(school, person)
    await school.staff.presses("Sulje", in_=school.room)
    await person.hears("Auttoiko tämä?")
    again = await press_anchor(school, person)

    assert "jo koulun aikuisilla" in waiting
    assert "jo tässä kanssasi" in claimed
    assert "Kerroin koulun aikuisille" in again
    assert (await school.room.has_topic("K-")).id != topic.id


async def test_button_works_after_forgetting(school: School) -> None:
    person = school.person()
    await school.answers_to(person, "/unohda")
    await school.presses(person, "Poista kaikki")

    heard = await press_anchor(school, person)

    assert "Kerroin koulun aikuisille" in heard


async def test_old_button_of_another_language_still_works(school: School) -> None:
    """The keyboard of a chat may be older than the language that was chosen since."""
    person = school.person()
    await school.answers_to(person, "moi")

    heard = await school.answers_to(person, "⚓ I want to talk to a human")

    assert "Kerroin koulun aikuisille" in words(heard)


async def test_words_after_the_anchor_are_judged(school: School) -> None:
    """Somebody types the sign and then what is wrong: that is no mere press."""
    person = school.person()
    await school.answers_to(person, "moi")

    heard = await school.answers_to(person, "⚓ haluan kuolla")

    assert "112" in heard[0].text
    assert ANCHOR + " haluan kuolla" in words(school.room.messages())
