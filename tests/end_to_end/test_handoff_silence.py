"""Somebody in danger again, in a case that a human has taken: the holder is called, and does not stand in the way."""

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from tests.end_to_end.staffed import CLAIM, DANGER, School, staffed

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def school(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[School]:
    async with staffed(tmp_path_factory.mktemp("data")) as school:
        yield school


@pytest.fixture(autouse=True)
def sound(school: School) -> Iterator[None]:
    yield
    school.is_sound()


async def test_a_silent_holder_is_called_and_then_the_case_is_anybodys(school: School) -> None:
    """The one who took it may have gone home: the others must learn that somebody is in danger."""
    case = await school.opened(DANGER)
    await case.is_claimed(by=school.kaisa)
    await case.gets("Hei, olen tässä.", by=school.kaisa)
    await case.person.hears("olen tässä")
    await school.after(minutes=30)

    await case.person.writes(DANGER)

    await case.person.hears("112")
    await case.hears(DANGER)
    await case.hears("oletko paikalla")
    await school.after(minutes=6)
    called = await case.hears("Kuka vain voi ottaa tapauksen nyt")
    press = await school.antti.presses_inline(CLAIM, called, in_=school.group)
    assert "on nyt sinun" in (await press.answered())["text"]


async def test_a_holder_who_answers_keeps_the_case(school: School) -> None:
    case = await school.opened(DANGER)
    await case.is_claimed(by=school.kaisa)
    await case.gets("Hei, olen tässä.", by=school.kaisa)
    await case.person.hears("olen tässä")
    await school.after(minutes=30)
    await case.person.writes(DANGER)
    await case.hears("oletko paikalla")

    await case.gets("Olen tässä. Missä olet nyt?", by=school.kaisa)

    await case.person.hears("Missä olet nyt?")
    await school.after(minutes=10)
    assert not any("Kuka vain voi ottaa" in line for line in case.lines)


async def test_a_holder_who_is_talking_is_not_called_at_each_line(school: School) -> None:
    case = await school.opened(DANGER)
    await case.is_claimed(by=school.kaisa)
    await case.gets("Hei, olen tässä.", by=school.kaisa)
    await case.person.hears("olen tässä")

    await case.person.writes(DANGER)

    await case.hears(DANGER)
    await school.telegram.quiet()
    assert not any("oletko paikalla" in line for line in case.lines)


async def test_a_claim_alone_answers_nobody_in_danger(school: School) -> None:
    """A button is pressed in a moment, and then the phone rings: the person must not wait for nothing."""
    case = await school.opened(DANGER)
    await case.is_claimed(by=school.kaisa)

    await school.after(minutes=6)

    await case.hears("Kuka vain voi ottaa tapauksen nyt")
    await case.person.hears("joutui lähtemään")
