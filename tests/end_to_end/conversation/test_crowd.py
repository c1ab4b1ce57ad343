"""Twenty people at once, each with a story of their own: everybody is answered, in order, with what is theirs."""

import asyncio
from dataclasses import dataclass

import pytest

from tests.double.people import Person
from tests.end_to_end.conversation.school import School, words

pytestmark = pytest.mark.asyncio(loop_scope="session")

# What somebody writes, and words that only the answer to that holds.
MATTERS = [
    ("mulla ei oo rahaa ruokaan", "raha"),
    ("mua ahdistaa koulu", "ahdistaa"),
    ("mua kiusataan", "kiusa"),
    ("oon yksinäinen", "yksin"),
    ("en saa nukuttua", "un"),
    ("haluun vaihtaa alaa", "ala"),
]


@dataclass
class Story:
    """What one of the twenty writes, in order, and what they must hear."""

    person: Person
    lines: list[str]
    answers: list[str]


def story(school: School, number: int) -> Story:
    """Make a story; every fourth person is in danger, every other begins with a greeting."""
    person = school.person()
    matters = [MATTERS[(number + step) % len(MATTERS)] for step in range(3)]
    lines = [f"{text}" for text, _ in matters]
    answers = [answer for _, answer in matters]
    if number % 2:
        lines, answers = ["moi", *lines], ["Minä olen botti", *answers]
    if number % 4 == 0:
        lines = [*lines, f"haluun kuolla, tarina{number}x"]
    return Story(person, lines, answers)


async def test_twenty_people_at_once_are_answered_in_order_without_crosstalk(school: School) -> None:
    stories = [story(school, number) for number in range(20)]

    async def tell(told: Story) -> None:
        for line in told.lines:
            await told.person.writes(line)
            await asyncio.sleep(0)  # the others write in between

    await asyncio.gather(*map(tell, stories))
    await school.telegram.quiet(lasting=1.0, within=60)

    for told in stories:
        heard = [seen.text for seen in told.person.inbox]
        at = 0
        for answer in told.answers:
            at = next(
                (place for place, text in enumerate(heard[at:], at) if answer.casefold() in text.casefold()),
                -1,
            )
            assert at >= 0, f"{told.lines} -> {heard}: no {answer!r} in its place"
    # What saves may overtake the rest, so it is looked for anywhere; nobody else hears it.
    saved = ["Se, mitä kerrot, on vakavaa" in words(told.person.inbox) for told in stories]
    assert saved == [number % 4 == 0 for number in range(20)]
    alerts = words(school.room.messages())
    assert all(alerts.count(f"tarina{number}x") == 1 for number in range(0, 20, 4))


async def test_twenty_lines_of_one_person_are_answered_in_their_order(school: School) -> None:
    """People in distress write fast; none of it may be dropped or mixed up."""
    person = school.person()
    await school.answers_to(person, "/ihminen")

    for number in range(20):
        await person.writes(f"rivi {number}x")
    await school.room.hears("rivi 19x", within=30)
    await school.telegram.quiet()

    seen = words(school.room.messages())
    places = [seen.index(f"rivi {number}x") for number in range(20)]
    assert places == sorted(places)
