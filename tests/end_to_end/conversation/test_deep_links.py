"""Deep links: `?start=kuopio` from a poster, `?start=kuopio-anxiety` from a page about the matter."""

import pytest

from tests.end_to_end.conversation.school import School, words

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_campus_of_the_link_is_known_from_then_on(school: School) -> None:
    person = school.person()

    await person.starts("kuopio")
    heard = await school.heard_by(person)
    answer = await school.answers_to(person, "oon ollu paljon poissa koulusta")

    assert "Savon ammattiopiston botti" in heard[0].text
    assert "Missä opiskelet" not in words(answer)


async def test_topic_of_the_link_is_answered_at_once(school: School) -> None:
    person = school.person()

    await person.starts("kuopio-anxiety")
    heard = await school.heard_by(person)

    assert "Savon ammattiopiston botti" in heard[0].text
    assert "ahdistaa" in heard[1].text
    assert len(heard) == 2


async def test_topic_without_a_campus_is_answered_too(school: School) -> None:
    person = school.person()

    await person.starts("money-trouble")
    heard = await school.heard_by(person)

    assert "raha" in heard[1].text


@pytest.mark.parametrize("payload", ["helsinki", "kuopio-ei-tallaista", "-", "kuopio-", "A" * 64, "123"])
async def test_unknown_payload_is_greeted_like_no_payload(school: School, payload: str) -> None:
    person = school.person()

    await person.starts(payload)
    heard = await school.heard_by(person)

    assert "Savon ammattiopiston botti" in heard[0].text
    assert "Mistä näistä on kyse" in heard[1].text


async def test_second_link_of_another_campus_changes_the_campus(school: School) -> None:
    person = school.person()
    await person.starts("kuopio")
    await school.heard_by(person)

    await person.starts("iisalmi")
    await school.heard_by(person)
    await school.answers_to(person, "/tiedot")

    assert "Iisalmi" in words(person.inbox)


async def test_link_greets_in_the_language_of_the_device(school: School) -> None:
    """The letters of a payload are nobody's words: they tell nothing about a language."""
    person = school.person("sv")

    await person.starts("kuopio-anxiety")
    heard = await school.heard_by(person)

    assert "Det här är en bot" in heard[0].text


async def test_link_to_a_grave_matter_answers_and_alarms_nobody(school: School) -> None:
    """Whoever follows a link to help said nothing yet: the words of the link are ours."""
    person = school.person()
    topics = len(school.room.topics)

    await person.starts("kuopio-sexual-violence")
    heard = await school.heard_by(person)

    assert len(school.room.topics) == topics
    assert len(heard) == 2
