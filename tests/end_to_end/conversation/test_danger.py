"""Danger: the reply that saves comes at once, in every state, in their language; staff are told together with it."""

import sqlite3

import pytest

from tests.double.people import Person
from tests.end_to_end.conversation.school import School, words

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def with_a_human(school: School) -> Person:
    """Return somebody whose case a member of staff has taken."""
    person = school.person()
    await school.answers_to(person, "/ihminen")
    await school.staff.presses("Otan tämän", in_=school.room)
    await person.hears("Koulun aikuinen on nyt tässä")
    await school.telegram.quiet()
    return person


@pytest.mark.parametrize(
    ("device", "text", "said"),
    [
        pytest.param("fi", "haluun kuolla", ["112", "09 2525 0111", "Sekasin"], id="suicide, fi"),
        pytest.param("sv", "jag vill dö", ["112", "116117"], id="suicide, sv"),
        pytest.param("en", "i want to kill myself", ["112", "116117"], id="suicide, en"),
        pytest.param("fi", "otin 40 panadolia", ["112", "Myrkytystietokeskus"], id="overdose"),
        pytest.param("fi", "isä hakkaa mua", ["112", "Nollalinja", "080 005 005"], id="violence"),
        pytest.param(
            "fi", "mut raiskattiin eilen", ["112", "Nollalinja", "ei ole sinun vikasi"], id="sexual violence"
        ),
        pytest.param("fi", "mulla ei oo paikkaa missä nukkua ens yönä", ["112"], id="nowhere to sleep"),
        pytest.param("fi", "ammun kaikki huomenna koulussa", ["112"], id="threat"),
    ],
)
async def test_reply_gives_112_and_the_lines_for_the_matter(
    school: School, device: str, text: str, said: list[str]
) -> None:
    person = school.person(device)

    heard = await school.answers_to(person, text)

    assert all(each in heard[0].text for each in said)
    assert "112" in heard[0].text.split("\n")[0]
    assert len(heard) <= 3


async def test_reply_says_what_is_open_now(school: School) -> None:
    person = school.person()

    heard = await school.answers_to(person, "haluun kuolla")

    assert "Kriisipuhelin (suomi) ☎ 09 2525 0111 · 🕘 auki aina" in heard[0].text
    assert "auki nyt, sulkeutuu klo 24" in heard[0].text


async def test_reply_is_followed_by_the_offer_of_humans_and_what_the_bot_is(school: School) -> None:
    person = school.person()

    heard = await school.answers_to(person, "haluun kuolla")

    assert "Minä olen botti, ja kerroin koulun aikuisille" in heard[1].text
    assert "He eivät näe nimeäsi" in heard[1].text


async def test_alert_and_reply_are_written_down_in_one_transaction(school: School) -> None:
    """Neither may be there without the other: both rows come of the same update."""
    person = school.person()

    await school.answers_to(person, "haluun kuolla")

    with sqlite3.connect(school.program.data / "matala.db") as database:
        rows = database.execute(
            "SELECT priority, is_important, count(DISTINCT chat_key) FROM outbox"
            " WHERE inbox_id = (SELECT max(inbox_id) FROM outbox) GROUP BY priority, is_important"
        ).fetchall()
    assert rows == [(0, 1, 2)]  # urgent and important, all of them; to the person and to staff


async def test_staff_are_alerted_with_the_words_and_a_way_to_take_it(school: School) -> None:
    person = school.person()

    await school.answers_to(person, "haluun kuolla, mä oon Zqwiksu")

    alert = await school.room.hears("haluun kuolla, mä oon Zqwiksu")
    assert "Kriisi" in alert.text
    assert [button.text for button in alert.buttons] == ["Otan tämän", "Sulje"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param(
            "mun kaveri sano et se tappaa ittensä", ["Teet oikein", "112", "aikuiselle"], id="a friend"
        ),
        pytest.param(
            "poikani uhkaa tappaa itsensä", ["Teet oikein", "112", "pysy lähellä"], id="one's child"
        ),
        pytest.param(
            "kaveri on ottanut lääkkeitä yliannostuksen", ["112", "missä hän on"], id="a friend's overdose"
        ),
    ],
)
async def test_worried_one_gets_the_reply_for_them(school: School, text: str, said: list[str]) -> None:
    person = school.person()

    heard = await school.answers_to(person, text)

    assert all(each in heard[0].text for each in said)
    assert "haluat kuolla" not in heard[0].text


async def test_worry_about_a_friend_is_not_answered_as_ones_own(school: School) -> None:
    """A tired friend is no danger yet; still the advice is for the one who worries."""
    person = school.person()

    heard = await school.answers_to(person, "kaveri laitto mulle et se ei jaksa enää")

    assert "112" in words(heard)
    assert "Kuulostaa siltä, että kannettavaa on enemmän" not in words(heard)


async def test_caption_is_judged(school: School) -> None:
    person = school.person()

    await person.sends_photo("haluan kuolla")
    heard = await school.heard_by(person)

    assert "112" in heard[0].text


async def test_danger_in_a_claimed_case_is_answered_by_the_bot_too(school: School) -> None:
    """The human may be away from the screen for a moment."""
    person = await with_a_human(school)

    heard = await school.answers_to(person, "haluun kuolla")

    assert "112" in heard[0].text
    assert "haluun kuolla" in words(school.room.messages())


async def test_the_bot_is_silent_in_a_claimed_case_otherwise(school: School) -> None:
    person = await with_a_human(school)
    before = len(person.inbox)

    await person.writes("mua ahdistaa ja väsyttää")
    await school.room.hears("mua ahdistaa ja väsyttää")
    await school.telegram.quiet()

    assert len(person.inbox) == before


async def test_danger_while_a_question_waits_is_answered_first(school: School) -> None:
    """Asked about the campus, or whether to delete everything: what saves comes before all."""
    person = school.person()
    await school.answers_to(person, "/unohda")

    heard = await school.answers_to(person, "haluun kuolla")

    assert "112" in heard[0].text


async def test_repeated_lines_get_the_short_reply_which_still_says_112(school: School) -> None:
    """The numbers must stay in sight; a graver line, or another danger, gets the whole reply again."""
    person = school.person()
    await school.answers_to(person, "haluun kuolla")

    again = await school.answers_to(person, "haluun oikeesti kuolla")
    other = await school.answers_to(person, "isä hakkaa mua")

    assert "112" in words(again)
    assert len(again) == 1
    assert len(again[0].text) < 200
    assert "Nollalinja" in words(other)


async def test_one_person_in_danger_makes_one_case(school: School) -> None:
    person = school.person()
    topics = len(school.room.topics)

    for text in ("haluun kuolla", "en jaksa enää", "haluun oikeesti kuolla"):
        await person.writes(text)
    await school.heard_by(person)

    assert len(school.room.topics) == topics + 1


@pytest.mark.parametrize(
    "text",
    [
        "kuolen nauruun tälle videolle",
        "puhelimen akku kuoli",
        "pelissä kuolin taas",
        "mun isoisä kuoli viime viikolla",
    ],
)
async def test_idioms_alarm_nobody(school: School, text: str) -> None:
    person = school.person()
    topics = len(school.room.topics)

    await school.answers_to(person, text)

    assert len(school.room.topics) == topics
