"""An answer: a few sentences in plain words, then who helps, where, and whether they are there now."""

import pytest

from tests.double.seen import Seen
from tests.end_to_end.conversation.school import School, words

pytestmark = pytest.mark.asyncio(loop_scope="session")


def blocks(seen: Seen) -> list[str]:
    return seen.text.split("\n\n")


async def test_answer_has_its_matter_its_services_and_its_ways_on(school: School) -> None:
    person = school.person()

    heard = await school.answers_to(person, "mua ahistaa iha sikana mennä huomen kouluu")

    matter, *services = blocks(heard[0])
    assert 2 <= matter.count(". ") + matter.count(".\n") + 1 <= 7
    assert 1 <= len(services) <= 3
    assert all(service.count("\n") >= 1 for service in services)
    labels = [button.text for button in heard[0].buttons]
    assert labels == [
        "Näytä lisää paikkoja",
        "📖 Kun paniikki iskee",
        "Auttoi",
        "Ei auttanut",
        "En tarkoittanut tätä",
        "⚓ Ihmiselle",
    ]


async def test_services_are_those_of_the_campus(school: School) -> None:
    """Nobody in Iisalmi is sent to Kuopio."""
    texts = {}
    for campus in ("kuopio", "iisalmi"):
        person = school.person()
        await person.starts(f"{campus}-absence")
        await school.heard_by(person)
        texts[campus] = words(await school.presses(person, "Näytä lisää paikkoja"))

    assert texts["kuopio"] != texts["iisalmi"]
    assert "Iisalmi" not in texts["kuopio"]
    assert "Kuopio" not in texts["iisalmi"]


async def test_markup_of_people_is_shown_to_the_letter(school: School) -> None:
    """<b> & co. are words like others; ours alone are bold."""
    person = school.person()
    text = '<b>Zqmarkup</b> haluan kuolla & <a href="tg://user?id=1">x</a> **y** </blockquote>'

    await school.answers_to(person, text)

    alert = await school.room.hears("Zqmarkup")
    assert text in alert.text
    assert not [each for each in alert.entities if each["type"] == "text_link"]


async def test_long_text_reaches_staff_whole(school: School) -> None:
    person = school.person()
    text = "haluan kuolla. " + " ".join(f"sana{number}" for number in range(450))
    assert len(text) < 4096

    await school.answers_to(person, text)

    seen = words(school.room.messages())
    assert "sana0 " in seen
    assert "sana449" in seen


async def test_nothing_previews_or_tells_more_than_it_says(school: School) -> None:
    person = school.person()
    await school.answers_to(person, "mua ahdistaa")

    sent = [
        call for call in school.telegram.calls_of("sendMessage") if call.parameters["chat_id"] == person.id
    ]

    assert sent
    assert all("is_disabled" in str(call.parameters["link_preview_options"]) for call in sent)


async def test_greeting_before_the_matter_is_not_the_matter(school: School) -> None:
    person = school.person()

    heard = await school.answers_to(person, "moi! mulla ei oo rahaa ruokaan")

    assert "raha" in heard[0].text


async def test_guardian_is_spoken_to_as_one(school: School) -> None:
    person = school.person()

    heard = await school.answers_to(person, "Poika ei ole käynyt koulussa kahteen viikkoon, mitä teen?")

    assert "nuorelta" in heard[0].text


async def test_while_nobody_is_there_yet_words_are_passed_on_and_that_is_said_once(school: School) -> None:
    person = school.person()
    await school.answers_to(person, "/ihminen")

    first = await school.answers_to(person, "se koskee mun työssäoppimista")
    before = len(person.inbox)
    await person.writes("en tiiä jatkanko siellä")
    await school.room.hears("en tiiä jatkanko siellä")
    await school.telegram.quiet()

    assert "Välitin tämänkin" in words(first)
    assert len(person.inbox) == before
