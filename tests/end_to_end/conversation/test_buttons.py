"""Inline buttons: each does what it says; stale and forged ones get a kind answer and harm nothing."""

import pytest

from tests.double.people import Person
from tests.end_to_end.conversation.school import School, words

pytestmark = pytest.mark.asyncio(loop_scope="session")

# Two matters, told so that neither is clear.
UNCLEAR = "can i talk to somebody about the flat and the money thing"


async def asked_for_a_campus(school: School) -> Person:
    person = school.person()
    await school.answers_to(person, "haluisin jonkun harrastuksen")
    return person


async def test_campus_is_asked_when_the_answer_depends_on_it_and_the_answer_comes_again(
    school: School,
) -> None:
    person = await asked_for_a_campus(school)

    heard = await school.presses(person, "Kuopio")

    assert "Selvä, Kuopio." in heard[0].text
    assert "nuorisopalvelu" in heard[1].text.casefold()


async def test_a_question_below_the_answer_leads_to_what_fits(school: School) -> None:
    """One more fact decides what helps: ill today, or away for weeks."""
    person = school.person()
    await school.answers_to(person, "oon ollu paljon poissa koulusta")

    heard = await school.presses(person, "Sairaana tänään")
    page = await school.presses(person, "📖 Ensimmäinen päivä takaisin")

    assert "Jää rauhassa lepäämään" in heard[0].text
    assert "Päivystysapu" in heard[0].text
    assert "Ensimmäinen päivä takaisin" in page[0].text


async def test_campus_may_be_typed_instead(school: School) -> None:
    person = await asked_for_a_campus(school)

    heard = await school.answers_to(person, "varkaus")

    assert "Selvä, Varkaus." in heard[0].text


async def test_campus_may_be_skipped_and_is_not_asked_again(school: School) -> None:
    person = await asked_for_a_campus(school)

    skipped = await school.presses(person, "Ohita")
    next_answer = await school.answers_to(person, "en pääse aamulla kouluun")

    assert "ei tarvitse kertoa" in words(skipped)
    assert "Missä opiskelet" not in words(next_answer)


async def test_role_changes_to_whom_the_answer_speaks(school: School) -> None:
    person = await asked_for_a_campus(school)
    before = person.inbox[0].text
    await school.answers_to(person, "/rooli")

    heard = await school.presses(person, "Huoltaja")

    assert "Selvä: huoltaja." in heard[0].text
    assert heard[1].text.split("\n")[0] != before.split("\n")[0]


async def test_language_button_answers_the_last_matter_in_that_language(school: School) -> None:
    person = await asked_for_a_campus(school)
    await school.answers_to(person, "/kieli")

    heard = await school.presses(person, "English")

    assert "let's use English" in heard[0].text
    assert "school" in heard[1].text


async def test_menu_leads_to_group_and_topic_and_back(school: School) -> None:
    person = school.person()
    await school.answers_to(person, "/aiheet")

    group = await school.presses(person, "Opinnot")
    back = await school.presses(person, "Takaisin")
    await school.presses(person, "Mieli ja jaksaminen")
    topic = await school.presses(person, "Ahdistus ja jännittäminen")

    assert "Poissaolot" in str([button.text for button in group[0].buttons])
    assert "Mistä näistä on kyse" in words(back)
    assert "ahdistaa" in topic[0].text


async def test_more_shows_every_service(school: School) -> None:
    person = school.person()
    first = await school.answers_to(person, "mua ahdistaa")

    more = await school.presses(person, "Näytä lisää paikkoja")

    assert "täältä saa apua" in more[0].text
    assert len(words(more)) > len(first[0].text) / 2
    assert "Kriisipuhelin" in words(more)


@pytest.mark.parametrize(
    ("button", "answer"),
    [
        pytest.param("Auttoi", "Kiitos, että kerroit", id="helped"),
        pytest.param("Ei auttanut", "Kiitos rehellisyydestä", id="did not help"),
        pytest.param("En tarkoittanut tätä", "Pahoittelut, luin väärin", id="not what I meant"),
        pytest.param("⚓ Ihmiselle", "Kerroin koulun aikuisille", id="a human"),
    ],
)
async def test_ways_on_from_an_answer(school: School, button: str, answer: str) -> None:
    person = school.person()
    heard = await school.answers_to(person, "mua ahdistaa")

    then = await school.presses(person, button, heard[0])

    assert answer in words(then)


async def test_did_you_mean_leads_to_the_topic_that_was_meant(school: School) -> None:
    person = school.person("en")
    heard = await school.answers_to(person, UNCLEAR)
    assert "Did you mean" in heard[0].text
    label = next(button.text for button in heard[0].buttons if "oney" in button.text)

    then = await school.presses(person, label, heard[0])

    assert "Did you mean" not in then[0].text
    assert "money" in words(then)


async def test_something_else_offers_the_topics(school: School) -> None:
    person = school.person("en")
    await school.answers_to(person, UNCLEAR)

    then = await school.presses(person, "Something else")

    assert "Which of these is it about" in words(then)


async def test_not_understood_twice_offers_a_human_more_plainly(school: School) -> None:
    person = school.person()

    first = await school.answers_to(person, "lorem ipsum dolor")
    second = await school.answers_to(person, "höpö höpö höpö")

    assert "Tuota en ymmärtänyt" in first[0].text
    assert "se on minun vikani" in second[0].text
    assert "⚓ Ihmiselle" in [button.text for button in second[0].buttons]


async def test_yes_to_a_human_is_never_too_old(school: School) -> None:
    """Whoever says yes only after writing more still gets a human."""
    person = school.person()
    offered = await school.answers_to(person, "en jaksa enää mitään")
    offer = next(seen for seen in offered if "koulun aikuinen kirjoittaa sinulle" in seen.text)
    await school.answers_to(person, "mulla ei oo rahaa ruokaan")

    heard = await school.presses(person, "Kyllä, saa kirjoittaa", offer)

    assert "Kerroin koulun aikuisille" in words(heard)


async def test_no_to_a_human_is_taken_kindly(school: School) -> None:
    person = school.person()
    await school.answers_to(person, "en jaksa enää mitään")

    heard = await school.presses(person, "Ei nyt")

    assert "Jos mieli muuttuu" in words(heard)


FORGED = [
    pytest.param("roskaa", id="junk"),
    pytest.param("topic:ei-tällaista", id="a topic that is gone"),
    pytest.param("topic", id="no topic"),
    pytest.param("group:<b>", id="a group that never was"),
    pytest.param("campus:helsinki", id="another school's campus"),
    pytest.param("role:rehtori", id="a role that never was"),
    pytest.param("language:uk", id="a language that we do not answer in"),
    pytest.param("helped:anxiety:perhaps", id="neither yes nor no"),
    pytest.param("share:yes:1", id="sharing what nobody asked about"),
    pytest.param("share:yes", id="sharing, too short"),
    pytest.param("end", id="ending what is not there"),
    pytest.param("after:maybe", id="neither helped nor not"),
    pytest.param("claim:K-1", id="a button of staff"),
    pytest.param("close:K-1", id="another button of staff"),
    pytest.param("release:K-1", id="a third button of staff"),
    pytest.param("topic:" + "ä" * 29, id="64 bytes"),
    pytest.param("::::::::", id="colons"),
    pytest.param("MENU", id="in capitals"),
]


@pytest.mark.parametrize("data", FORGED)
async def test_forged_or_stale_press_is_answered_kindly_and_harms_nothing(school: School, data: str) -> None:
    person = school.person()
    first = await school.answers_to(person, "moi")
    staff_saw = len(school.room.messages())

    press = await person.presses_data(data, first[0])
    answer = await press.answered()
    await person.hears("Tuo nappi on jo vanha")

    await school.telegram.quiet()
    assert answer["text"] == "Nappi on vanhentunut"
    assert len(school.room.messages()) == staff_saw
    assert "Minä olen botti" in words(await school.answers_to(person, "/apua"))


async def test_forged_yes_deletes_nothing_but_asks(school: School) -> None:
    """A yes that nobody asked for must not delete a thing."""
    person = school.person()
    first = await school.answers_to(person, "moi")

    press = await person.presses_data("forget:yes", first[0])
    await press.answered()

    await person.hears("Poistetaanko kaikki")
    await school.answers_to(person, "/tiedot")
    assert "sinä: moi" in words(person.inbox)


async def test_press_on_a_message_too_old_to_be_seen_is_answered(school: School) -> None:
    person = school.person()
    first = await school.answers_to(person, "moi")

    press = await person.presses_data("menu", first[0], inaccessible=True)
    await press.answered()

    await person.hears("Mistä näistä on kyse")


async def test_each_press_is_answered_once(school: School) -> None:
    person = school.person()
    first = await school.answers_to(person, "mua ahdistaa")

    presses = [await person.presses_inline("Auttoi", first[0]) for _ in range(5)]
    for press in presses:
        await press.answered()

    await school.telegram.quiet()
    calls = [call.parameters["callback_query_id"] for call in school.telegram.calls_of("answerCallbackQuery")]
    assert [calls.count(press.id) for press in presses] == [1] * 5


async def test_button_data_holds_nothing_of_the_person(school: School) -> None:
    person = school.person()
    await school.answers_to(person, "mua ahdistaa, oon Zqxwilma")
    await school.answers_to(person, "/aiheet")

    data = [button.data or "" for seen in person.inbox for button in seen.buttons]

    assert data
    assert all(len(each.encode()) <= 64 and "zqxwilma" not in each.casefold() for each in data)
