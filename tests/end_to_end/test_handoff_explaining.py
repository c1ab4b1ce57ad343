"""Staff ask with /selita how the bot read a message: over the wire, with the real program."""

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from tests.end_to_end.staffed import CLAIM, School, staffed

pytestmark = pytest.mark.asyncio(loop_scope="module")
EXPLAINED = "näin botti lukee tämän nyt"
HOW = "kirjoita vastaukseen /selita"
DANGER = "haluun kuolla"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def school(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[School]:
    async with staffed(tmp_path_factory.mktemp("data"), has_second=True) as school:
        yield school


@pytest.fixture(autouse=True)
def sound(school: School) -> Iterator[None]:
    yield
    school.is_sound()


async def test_an_alert_is_explained_before_and_after_it_is_taken(school: School) -> None:
    person = school.student()
    await person.writes(f"{DANGER} kuopiossa")
    case = await school.case_of(person)

    asked = await school.antti.writes("/selita", in_=school.group, topic=case.topic, reply_to=case.alert)
    first = await case.hears(EXPLAINED)
    await case.is_claimed(by=school.kaisa)
    await school.kaisa.writes("/selita", in_=school.group, topic=case.topic, reply_to=case.alert)
    second = await case.hears(EXPLAINED)

    assert first.reply_to == asked.id
    assert first.text == second.text
    assert "Kriisi, itsemurha-ajatuksia" in first.text
    assert "Peruste:" in first.text
    await school.telegram.quiet()
    assert not any("selita" in seen.text or EXPLAINED in seen.text for seen in person.inbox)


async def test_what_the_anchor_was_pressed_about_and_what_came_later_are_explained(school: School) -> None:
    case = await school.claimed("mistä saan opintotukea kuopiossa?", by=school.kaisa)
    await case.person.writes("ja kuka on mun kuraattori")
    later = await case.hears("kuka on mun kuraattori")

    await school.kaisa.writes("/selitä", in_=school.group, topic=case.topic, reply_to=case.alert)
    of_alert = await case.hears(EXPLAINED)
    await school.kaisa.writes("/selita", in_=school.group, topic=case.topic, reply_to=later)
    of_line = await case.hears(EXPLAINED)

    assert "mistä saan opintotukea kuopiossa?" in of_alert.text
    assert "ei merkkiä vaarasta" in of_alert.text
    assert "kuka on mun kuraattori" in of_line.text
    await school.telegram.quiet()
    assert not any("/selit" in seen.text for seen in case.person.inbox)


async def test_asked_of_nothing_it_says_how(school: School) -> None:
    case = await school.claimed("opiskelen kuopiossa", by=school.kaisa)

    await case.gets("/selita", by=school.kaisa)

    assert HOW in (await case.hears(HOW)).text


async def test_another_staff_chat_and_a_chat_of_nobody_learn_nothing(school: School) -> None:
    """Numbers of messages are each group's own: one of another case's may be the same."""
    person = school.student()
    await person.writes(f"{DANGER} kuopiossa")
    case = await school.case_of(person)
    elsewhere = school.telegram.supergroup("Muu ryhmä", [school.antti])
    second = school.second_group()
    here = await school.antti.writes("moi", in_=second)
    there = await school.antti.writes("moi", in_=elsewhere)

    await school.antti.writes("/selita", in_=second, reply_to=here)
    await school.antti.writes("/selita", in_=elsewhere, reply_to=there)
    told = await second.hears(HOW)
    await school.telegram.quiet()

    assert case.code not in told.text
    assert not any(EXPLAINED in seen.text for seen in [*second.from_bot(), *elsewhere.from_bot()])
    assert not any(HOW in seen.text for seen in elsewhere.from_bot())
    assert any(button.text == CLAIM for button in case.alert.buttons)
