"""The first message is answered as it is, whatever it is."""

from collections.abc import Awaitable, Callable

import pytest

from tests.double.people import Person
from tests.double.seen import Seen
from tests.end_to_end.conversation.school import ANCHOR, School, words

pytestmark = pytest.mark.asyncio(loop_scope="session")

FIRST_WORDS = [
    pytest.param("mua ahistaa iha sikana mennä huomen kouluu", "ahdistaa", id="a matter"),
    pytest.param("moi", "Minä olen botti", id="a greeting"),
    pytest.param("mikä on ranskan pääkaupunki", "botti", id="nothing of ours"),
    pytest.param("🙂🙂🙂", "En saanut tuosta sanoja", id="emojis alone"),
    pytest.param("🙃" * 1000, "En saanut tuosta sanoja", id="a thousand emojis"),
    pytest.param("\u200b\u200d\u2060", "En saanut tuosta sanoja", id="what cannot be seen"),
    pytest.param("?", "En saanut tuosta sanoja", id="a question mark"),
    pytest.param("mua ahdistaa koulu " * 215, "ahdistaa", id="4,085 characters"),
    pytest.param("x" * 4096, "botti", id="4,096 characters of one word"),
    pytest.param("<b>moi & hei</i> <script>", "botti", id="markup"),
    pytest.param("/start", "Savon ammattiopiston botti", id="start"),
    pytest.param("/start ei-tällaista", "Savon ammattiopiston botti", id="start with an unknown payload"),
    pytest.param("/apua", "Kirjoita tähän omin sanoin", id="help"),
    pytest.param("/apua mua ahdistaa koulu", "ahdistaa", id="help with words"),
    pytest.param("/xyzzy", "botti", id="an unknown command"),
    pytest.param("/", "botti", id="a slash"),
    pytest.param("/tiedot", "mitä sinusta on tallessa", id="what is kept"),
    pytest.param("/aiheet", "Mistä näistä on kyse", id="topics"),
    pytest.param("/kieli", "Millä kielellä", id="language"),
    pytest.param("/kampus", "Missä opiskelet", id="campus"),
    pytest.param("/rooli", "Kuka sinä olet", id="role"),
    pytest.param("/tietosuoja", "salattuina", id="privacy"),
    pytest.param("/unohda", "Poistetaanko kaikki", id="forgetting"),
    pytest.param("/lopeta", "ei ole mitään päätettävää", id="ending"),
    pytest.param("/ihminen", "Kerroin koulun aikuisille", id="a human"),
    pytest.param("haluan puhua jollekin ihmiselle", "Kerroin koulun aikuisille", id="a human, in words"),
    pytest.param("⚓ Haluan puhua ihmiselle", "Kerroin koulun aikuisille", id="the anchor button"),
]


@pytest.mark.parametrize(("text", "answer"), FIRST_WORDS)
async def test_first_words_are_answered(school: School, text: str, answer: str) -> None:
    """No registration, no question before the answer; then the person knows what this is, and has the anchor."""
    person = school.person()

    heard = await school.answers_to(person, text)

    assert answer in words(heard)
    assert "botti" in words(heard)
    assert [row[0][0] for row in [person.keyboard]] == [ANCHOR + " Haluan puhua ihmiselle"]
    assert len(heard) <= 4


Sending = Callable[[Person], Awaitable[Seen]]

FIRST_THINGS: list[tuple[str, Sending]] = [
    ("sticker", lambda person: person.sends_sticker()),
    ("photo", lambda person: person.sends_photo()),
    ("voice", lambda person: person.sends_voice()),
    ("video note", lambda person: person.sends_video_note()),
    ("video", lambda person: person.sends_video()),
    ("animation", lambda person: person.sends_animation()),
    ("document", lambda person: person.sends_document("omat tiedot.pdf")),
    ("audio", lambda person: person.sends_audio()),
    ("contact", lambda person: person.sends_contact()),
    ("location", lambda person: person.sends_location()),
    ("poll", lambda person: person.sends_poll("Onko tämä botti?")),
    ("dice", lambda person: person.sends_dice()),
]


@pytest.mark.parametrize("send", [pytest.param(send, id=name) for name, send in FIRST_THINGS])
async def test_first_thing_that_is_no_text_is_answered_kindly(school: School, send: Sending) -> None:
    """It is said that a bot cannot read it, and that nobody sees it."""
    person = school.person()

    await send(person)
    heard = await school.heard_by(person)

    assert "botti" in words(heard)
    assert "sanoilla" in words(heard)
    assert person.keyboard[0][0].startswith(ANCHOR)


async def test_what_telegram_may_invent_next_is_answered_too(school: School) -> None:
    person = school.person()

    await person.sends("hologram", {"depth": 3})
    heard = await school.heard_by(person)

    assert "botti" in words(heard)


async def test_answer_comes_first_and_then_who_answered(school: School) -> None:
    """They read the first line; that it is a bot is said once, and not again."""
    person = school.person()

    first = await school.answers_to(person, "mulla ei oo rahaa ruokaan")
    second = await school.answers_to(person, "mistä saan asunnon")

    assert "raha" in first[0].text
    assert "Minä olen botti" in first[1].text
    assert "Minä olen botti" not in words(second)


async def test_caption_is_read_like_a_text(school: School) -> None:
    person = school.person()

    await person.sends_photo("mua ahdistaa ihan kauheesti koulu")
    heard = await school.heard_by(person)

    assert "ahdistaa" in heard[0].text
    assert "kuvia" in heard[-1].text


async def test_album_is_answered_once(school: School) -> None:
    person = school.person()

    await person.sends_album(5)
    heard = await school.heard_by(person)

    assert len(heard) == 1


async def test_question_whether_it_is_a_bot_gets_an_honest_answer(school: School) -> None:
    person = school.person()
    await school.answers_to(person, "moi")

    heard = await school.answers_to(person, "oletko sä ihminen vai botti")

    assert "Olen botti, en ihminen" in words(heard)
