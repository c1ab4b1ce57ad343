"""Language: guessed, sticky, changed by a button and then kept; whole conversations stay in one language."""

import re

import pytest

from tests.double.people import Person
from tests.double.seen import Seen
from tests.end_to_end.conversation.school import School, words

pytestmark = pytest.mark.asyncio(loop_scope="session")

# Words that only Finnish has, and that our texts are full of.
FINNISH = re.compile(
    r"\b(?:ja|on|voit|sinun|olen|koulun|aikuinen|aikuisille|nyt kiinni|auki|klo|että|kirjoita|huomenna|kukaan|tai)\b",
    re.IGNORECASE,
)


@pytest.mark.parametrize(
    ("device", "text", "said"),
    [
        pytest.param("fi", "jag har inga pengar till mat", "pengar", id="Swedish on a Finnish phone"),
        pytest.param("fi", "i have no money for food", "money", id="English on a Finnish phone"),
        pytest.param("en", "mulla ei oo rahaa ruokaan", "raha", id="Finnish on an English phone"),
        pytest.param("sv", "ahistaa", "ahdistaa", id="one Finnish word on a Swedish phone"),
    ],
)
async def test_first_words_decide_over_the_device(school: School, device: str, text: str, said: str) -> None:
    person = school.person(device)

    heard = await school.answers_to(person, text)

    assert said in heard[0].text.casefold()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Мені дуже погано, я не знаю що робити", id="Ukrainian"),
        pytest.param("Мне нужна помощь с учебой, пожалуйста", id="Russian"),
        pytest.param("أحتاج إلى مساعدة في دراستي من فضلك", id="Arabic"),
    ],
)
async def test_language_that_we_cannot_read_gets_honesty_112_and_a_human(school: School, text: str) -> None:
    person = school.person("uk")

    heard = await school.answers_to(person, text)

    assert "I cannot read other languages" in heard[0].text
    assert "112" in heard[0].text
    await school.presses(person, "To a human")
    assert text in words(school.room.messages())


async def test_one_foreign_word_does_not_change_the_language(school: School) -> None:
    person = school.person()
    await school.answers_to(person, "mulla ei oo rahaa ruokaan")

    heard = await school.answers_to(person, "help")

    assert FINNISH.search(words(heard))


async def test_whole_sentence_changes_the_language(school: School) -> None:
    person = school.person()
    await school.answers_to(person, "moi")

    heard = await school.answers_to(person, "i have no money for food this week")

    assert "money" in heard[0].text.casefold()


async def test_chosen_language_is_kept_whatever_is_written(school: School) -> None:
    person = school.person()
    await school.answers_to(person, "/kieli")
    await school.presses(person, "English")

    heard = await school.answers_to(person, "mulla ei oo rahaa ruokaan ja vuokra on maksamatta")

    assert "money" in heard[0].text.casefold()


def own_words(heard: list[Seen]) -> str:
    """Return what the program says, without names of services, addresses and where they are."""
    lines = words(heard).split("\n")
    return "\n".join(line for line in lines if not line.startswith(("☎", "💬", "🔗", "✉", "📍")))


CONVERSATION = {
    "sv": [
        "hej",
        "jag har ångest inför skolan",
        "jag har inga pengar till mat",
        "jag blir mobbad",
        "kukkuu",
        "/apua",
        "/aiheet",
        "/kampus",
        "/rooli",
        "/tietosuoja",
        "/lopeta",
        "jag vill dö",
        "jag vill verkligen dö",
        "/unohda",
    ],
    "en": [
        "hello",
        "i am anxious about school",
        "i have no money for food",
        "i am being bullied",
        "kukkuu",
        "/apua",
        "/aiheet",
        "/kampus",
        "/rooli",
        "/tietosuoja",
        "/lopeta",
        "i want to die",
        "i really want to die",
        "/unohda",
    ],
}


async def talk(school: School, person: Person, language: str) -> list[Seen]:
    await school.answers_to(person, "/kieli")
    heard = await school.presses(person, {"sv": "Svenska", "en": "English"}[language])
    for text in CONVERSATION[language]:
        heard += await school.answers_to(person, text)
    return heard


@pytest.mark.parametrize("language", ["sv", "en"])
async def test_whole_conversation_holds_no_finnish_sentence(school: School, language: str) -> None:
    """Names of services stay as they are; whatever the program says is in the language of the person."""
    person = school.person(language)

    heard = await talk(school, person, language)

    found = [line for line in own_words(heard).split("\n") if len(FINNISH.findall(line)) > 1]
    assert found == []
    labels = [button.text for seen in heard for button in seen.buttons]
    assert not {"Takaisin", "Ohita", "Aiheet", "⚓ Ihmiselle", "Auttoi"} & set(labels)
