"""How a case begins: who opens it, what staff see of it, what the person is told."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from tests.end_to_end.staffed import ANCHOR, CLAIM, CLOSE, DANGER, WORRY, School, staffed

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def school(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[School]:
    async with staffed(tmp_path_factory.mktemp("data")) as school:
        yield school


@pytest.fixture(autouse=True)
def sound(school: School) -> Iterator[None]:
    yield
    school.is_sound()


async def test_the_anchor_button_reaches_staff_and_says_so(school: School) -> None:
    person = school.student()
    await person.starts("kuopio")
    await person.hears("Moi")

    await person.presses(ANCHOR)

    told = await person.hears("Kerroin koulun aikuisille")
    assert "eivät näe nimeäsi" in told.text
    case = await school.case_of(person)
    assert case.code in case.topic.name
    assert [button.text for button in case.alert.buttons] == [CLAIM, CLOSE]


async def test_the_anchor_button_is_there_from_the_first_message_on(school: School) -> None:
    person = school.student()

    await person.writes("miten haen asuntoo")

    await person.sees(lambda chat: [ANCHOR] in chat.keyboard)


async def test_an_alert_holds_all_that_staff_need(school: School) -> None:
    person = school.student()
    await person.starts("kuopio")
    await person.writes("oon ollu pois koulusta kaks viikkoo")
    await person.writes(DANGER)

    alert = (await school.case_of(person)).alert

    for part in (
        "Kriisi",
        "K-",
        "Kuopio",
        "rooli ei tiedossa",
        "suomi",
        DANGER,
        "itsemurha",
        "kirjoittaja itse",
    ):
        assert part in alert.text
    assert "Hän: oon ollu pois koulusta kaks viikkoo" in alert.text
    assert "Botti: " in alert.text
    assert "menee hänelle" in alert.text


async def test_danger_opens_a_case_by_itself_and_the_safety_reply_comes_first(school: School) -> None:
    person = school.student()

    await person.writes(DANGER)

    case = await school.case_of(person)
    first, second = person.inbox[:2]
    assert "112" in first.text
    assert "kerroin koulun aikuisille, että joku tarvitsee apua" in second.text
    assert "🟠" in case.topic.name


async def test_an_emergency_is_marked_as_one(school: School) -> None:
    person = school.student()

    await person.writes("otin just 40 buranaa")

    case = await school.case_of(person)
    assert "HÄTÄ" in case.alert.text
    assert "🔴" in case.topic.name


async def test_worry_opens_a_case_only_when_the_person_says_yes(school: School) -> None:
    person = school.student()
    topics = len(school.group.all_topics())
    await person.writes(WORRY)
    await person.hears("Haluatko, että koulun aikuinen kirjoittaa")
    await school.telegram.quiet()
    assert len(school.group.all_topics()) == topics

    await person.presses("Kyllä, saa kirjoittaa")

    case = await school.case_of(person)
    assert "Huoli" in case.alert.text
    assert WORRY in case.alert.text


async def test_worry_stays_with_the_bot_when_the_person_says_no(school: School) -> None:
    person = school.student()
    topics = len(school.group.all_topics())
    await person.writes(WORRY)

    await person.presses("Ei nyt")

    await person.hears("Jos mieli muuttuu")
    await school.telegram.quiet()
    assert len(school.group.all_topics()) == topics


async def test_staff_cannot_open_a_case(school: School) -> None:
    topics = len(school.group.all_topics())

    for text in ("/start", "/ihminen", ANCHOR, DANGER):
        await school.kaisa.writes(text, in_=school.group)

    await school.telegram.quiet()
    assert len(school.group.all_topics()) == topics


async def test_a_second_message_joins_the_open_case(school: School) -> None:
    case = await school.opened("tarviin apua opintoihin")

    await case.person.writes("ja vielä yks juttu")

    await case.hears("ja vielä yks juttu")
    await case.person.hears("Välitin tämänkin")
    await school.telegram.quiet()
    assert sum(case.code in topic.name for topic in school.group.all_topics()) == 1


@pytest.mark.parametrize("first", [ANCHOR, DANGER], ids=["asked for", "danger"])
async def test_quick_first_messages_make_one_case_and_one_topic(school: School, first: str) -> None:
    person = school.student()
    topics = len(school.group.all_topics())

    await asyncio.gather(*(person.writes(text) for text in (first, "oletteko siellä", first, "haloo", first)))

    case = await school.case_of(person)
    await case.hears("haloo")
    await school.telegram.quiet()
    assert len(school.group.all_topics()) == topics + 1
    assert case.lines[0] == case.alert.text


async def test_a_burst_of_people_gets_a_topic_each(school: School) -> None:
    people = [school.student() for _ in range(6)]
    topics = len(school.group.all_topics())

    await asyncio.gather(*(person.writes(text) for text in (ANCHOR, "moi", DANGER) for person in people))

    for person in people:
        await person.hears("Kerroin koulun aikuisille")
    await school.telegram.quiet()
    assert len(school.group.all_topics()) == topics + len(people)
    school.group.forgets()


async def test_what_was_written_is_shown_to_the_letter(school: School) -> None:
    person = school.student()
    text = "haluun kuolla <b>nyt</b> & </blockquote> **ei tähtiä** <script>"

    await person.writes(text)

    assert text in (await school.case_of(person)).alert.text


async def test_the_longest_text_arrives_whole_with_the_buttons_at_its_end(school: School) -> None:
    person = school.student()
    words = " ".join(f"sana{number}" for number in range(600))
    text = f"haluun kuolla {words}"[:4096]

    await person.writes(text)

    case = await school.case_of(person)
    await school.telegram.quiet()
    shown = "\n".join(case.lines)
    assert all(word in shown for word in text.split())
    assert [bool(seen.buttons) for seen in school.group.messages(topic=case.topic.id)] == [False, True]


async def test_an_alert_is_one_message_although_much_was_said_before(school: School) -> None:
    person = school.student()
    for number in range(5):
        await person.writes(f"{number} " + "kerron vielä lisää koulusta " * 12)
    text = "haluun kuolla " + "en jaksa tätä enää " * 120

    await person.writes(text)

    case = await school.case_of(person)
    await school.telegram.quiet()
    assert len(school.group.messages(topic=case.topic.id)) == 1
    assert text.strip() in case.alert.text


async def test_a_personal_identity_code_is_masked_everywhere(school: School) -> None:
    case = await school.opened("mun hetu on 131052-308T ja tarviin apua")
    await case.person.writes("siis 131052-308T")
    await case.person.sends_photo("tässä 010199A123B")
    await school.telegram.quiet()

    shown = "\n".join(case.lines)
    assert "131052" not in shown
    assert "010199" not in shown
    assert shown.count("[henkilötunnus]") == 3


async def test_the_anchor_pressed_again_tells_staff_and_makes_no_second_case(school: School) -> None:
    case = await school.opened()
    await case.person.hears("Kerroin koulun aikuisille")

    await case.person.writes(ANCHOR)

    await case.hears("pyytää ihmistä uudestaan")
    await case.person.hears("Viestisi on jo koulun aikuisilla")


async def test_danger_in_a_waiting_case_makes_it_graver(school: School) -> None:
    case = await school.opened("tarviin apua opintoihin")

    await case.person.writes(DANGER)

    louder = await case.hears("tilanne on vakavampi")
    assert "Kriisi" in louder.text
    assert DANGER in louder.text
    await school.group.sees(lambda group: any("🟠" in t.name for t in group.topics if t.id == case.topic.id))
    assert [button.text for button in louder.buttons] == [CLAIM, CLOSE]
    await case.hears(lambda seen: seen.text.endswith(f"kirjoittaa:\n{DANGER}"))
    await case.person.hears("112")


async def test_a_closed_case_is_followed_by_a_new_one(school: School) -> None:
    case = await school.claimed()
    await case.person.presses("Lopeta keskustelu")
    await case.person.hears("Keskustelu on päätetty")

    again = await school.opened(person=case.person)

    assert again.code != case.code
    assert again.topic.id != case.topic.id


async def test_commands_work_while_a_case_is_open(school: School) -> None:
    case = await school.claimed()

    for command, wanted in (("/aiheet", "Mistä näistä"), ("/tietosuoja", "/unohda"), ("/tiedot", case.code)):
        await case.person.uses(command)
        await case.person.hears(wanted)

    await school.telegram.quiet()
    assert not any("/aiheet" in line for line in case.lines)


async def test_forgetting_during_a_case_ends_it_and_tells_staff_only_that(school: School) -> None:
    case = await school.claimed("tarviin apua opintoihin")
    await case.person.uses("/unohda")
    await case.person.presses("Poista kaikki")
    await case.person.hears("Kaikki on poistettu")

    await case.hears("hän poisti tietonsa")
    late = await case.gets("oletko vielä siellä", by=school.kaisa)
    await school.telegram.quiet()
    assert school.group.message(late).reactions == []
    assert not any("oletko vielä siellä" in seen.text for seen in case.person.inbox)
