"""/tiedot shows all that is kept, in words; /unohda asks, and then forgets."""

import sqlite3

import pytest

from tests.end_to_end.conversation.school import School, words

pytestmark = pytest.mark.asyncio(loop_scope="session")

PERSONAL = {
    "contacts": "SELECT count(*) FROM contacts",
    "turns": "SELECT count(*) FROM turns",
    "cases": "SELECT count(*) FROM cases",
    "posts": "SELECT count(*) FROM posts",
    "inbox": "SELECT count(*) FROM inbox WHERE chat_key IS NOT NULL OR raw IS NOT NULL",
}


def rows(school: School) -> dict[str, int]:
    """Count the rows that hold something of people."""
    with sqlite3.connect(school.program.data / "matala.db") as database:
        return {table: database.execute(query).fetchone()[0] for table, query in PERSONAL.items()}


async def test_records_show_everything_in_words(school: School) -> None:
    person = school.person()
    await person.starts("kuopio")
    await school.heard_by(person)
    await school.answers_to(person, "mulla ei oo rahaa <b>ruokaan</b> & vuokraan")
    await school.answers_to(person, "haluun kuolla")

    shown = words(await school.answers_to(person, "/tiedot"))

    assert str(person.id) in shown
    assert "suomi, Kuopio" in shown
    assert "23.11.2026" in shown
    assert "sinä: mulla ei oo rahaa <b>ruokaan</b> & vuokraan" in shown
    assert "botti: " in shown
    assert "botti arvioi: kriisi, itsemurha-ajatuksia, Kuopio, odottaa aikuista" in shown
    assert "kerroin koulun aikuisille" in shown
    assert not {"{", "None", "telegram:", "safety_at"} & set(shown.split())


async def test_records_hold_what_staff_wrote(school: School) -> None:
    person = school.person()
    await school.answers_to(person, "/ihminen")
    topic = await school.room.has_topic("K-")
    await school.staff.presses("Otan tämän", in_=school.room)
    await person.hears("Koulun aikuinen on nyt tässä")
    await school.staff.writes("Hei, kerro vain rauhassa", in_=school.room, topic=topic)
    await person.hears("Hei, kerro vain rauhassa")
    await school.telegram.quiet()

    shown = words(await school.answers_to(person, "/tiedot"))

    assert "koulun aikuinen: Hei, kerro vain rauhassa" in shown
    assert "aikuinen hoitaa" in shown


async def test_forgetting_asks_first_and_may_be_called_off(school: School) -> None:
    person = school.person()
    await school.answers_to(person, "mua ahdistaa")

    asked = await school.answers_to(person, "/unohda")
    kept = await school.presses(person, "Älä poista")
    shown = await school.answers_to(person, "/tiedot")

    assert "Poistetaanko kaikki" in words(asked)
    assert "mitään ei poistettu" in words(kept)
    assert "sinä: mua ahdistaa" in words(shown)


async def test_forgetting_leaves_nothing_in_the_database(school: School) -> None:
    before = rows(school)
    person = school.person()
    await school.answers_to(person, "mua ahdistaa, oon Zqwerosa")
    await school.answers_to(person, "/unohda")

    heard = await school.presses(person, "Poista kaikki")

    assert "Kaikki on poistettu" in words(heard)
    assert rows(school) == before


async def test_forgetting_with_an_open_case_ends_it_and_says_so_to_staff(school: School) -> None:
    before = rows(school)
    person = school.person()
    await school.answers_to(person, "haluun kuolla")
    topic = await school.room.has_topic("K-")
    await school.answers_to(person, "/unohda")

    await school.presses(person, "Poista kaikki")

    assert rows(school) == before
    told = await school.room.hears("hän poisti tietonsa")
    assert told.topic == topic.id


async def test_first_words_after_forgetting_are_those_of_a_stranger(school: School) -> None:
    person = school.person()
    await person.starts("kuopio")
    await school.heard_by(person)
    await school.answers_to(person, "/unohda")
    await school.presses(person, "Poista kaikki")

    heard = await school.answers_to(person, "moi")
    shown = await school.answers_to(person, "/tiedot")

    assert "Minä olen botti" in words(heard)
    assert "Kuopio" not in words(shown)


async def test_everything_that_is_long_comes_in_pieces_that_telegram_takes(school: School) -> None:
    person = school.person()
    for text in ("mua ahdistaa", "mulla ei oo rahaa", "mua kiusataan", "oon yksinäinen", "en saa nukuttua"):
        await school.answers_to(person, text)

    heard = await school.answers_to(person, "/tiedot")

    assert len(heard) > 1
    assert all(len(seen.text.encode("utf-16-le")) // 2 <= 4096 for seen in heard)
    assert all(text in words(heard) for text in ("sinä: mua ahdistaa", "sinä: en saa nukuttua"))


async def test_privacy_is_told_in_plain_words(school: School) -> None:
    person = school.person()

    heard = await school.answers_to(person, "/tietosuoja")
    asked = await school.answers_to(person, "näkeekö opettajat mitä mä kirjotan tänne")

    assert "Jos joku on vaarassa, heidän täytyy hakea apua" in words(heard)
    assert "salattuina" in words(heard)
    assert "näkee" in words(asked) or "näe" in words(asked)
