"""Nights, weekends and holidays; and staff who do not answer: the ladder of reminders, over restarts.

Time passes by starting the program anew with a later clock.
"""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.double.places import Group
from tests.double.seen import Seen
from tests.end_to_end.staffed import ANCHOR, CLAIM, DANGER, School, staffed

pytestmark = pytest.mark.asyncio(loop_scope="module")
EMERGENCY = "mä otin äsken 40 buranaa"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def school(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[School]:
    async with staffed(tmp_path_factory.mktemp("data")) as school:
        yield school


@pytest.fixture(autouse=True)
def sound(school: School) -> Iterator[None]:
    yield
    school.is_sound()


def reminders(group: Group) -> list[Seen]:
    return [seen for seen in group.from_bot() if seen.text.startswith("⏰")]


@pytest.mark.parametrize(
    ("moment", "when"),
    [
        pytest.param("2026-11-27T17:00:00+02:00", "maanantaina klo 8", id="Friday at five"),
        pytest.param("2027-12-06T12:00:00+02:00", "huomenna klo 8", id="Independence Day on a Monday"),
        pytest.param("2026-06-18T17:00:00+03:00", "maanantaina klo 8", id="the evening before Midsummer Eve"),
    ],
)
async def test_outside_duty_hours_the_person_is_told_when_staff_will_answer(
    school: School, moment: str, when: str
) -> None:
    await school.at(moment)
    asking, grave = school.student(), school.student()

    await asking.writes(ANCHOR)
    await grave.writes(DANGER)

    told = await asking.hears("kukaan heistä ei ole paikalla")
    assert f"seuraavan kerran {when}." in told.text
    assert "Nyt auki:" in told.text
    assert "kiinni" not in told.text
    assert "112" in told.text
    honest = await grave.hears("Rehellisesti")
    assert f"seuraavan kerran {when}." in honest.text
    await school.group.hears("menee hänelle")
    await school.group.hears("menee hänelle")


async def test_a_case_of_the_weekend_waits_and_is_answered_on_monday(school: School) -> None:
    await school.at("2026-11-28T23:30:00+02:00")
    school.group.forgets()
    case = await school.opened()
    assert "maanantaina klo 8" in (await case.person.hears("kukaan heistä ei ole paikalla")).text
    await case.person.writes("oon yksin kotona")
    await case.hears("oon yksin kotona")

    await school.at("2026-11-30T08:05:00+02:00")

    assert not any(seen.topic == case.topic.id for seen in reminders(school.group))
    await case.is_claimed(by=school.kaisa)
    await case.gets("Huomenta, luin viestisi", by=school.kaisa)
    await case.person.hears("luin viestisi")


async def test_only_what_waits_is_reminded_of(school: School) -> None:
    await school.at("2026-11-23T15:50:00+02:00")
    school.group.forgets()
    waiting, closed, released = (
        await school.opened(),
        await school.opened(DANGER),
        await school.claimed(DANGER),
    )
    await closed.person.uses("/lopeta")
    await closed.hears("hän päätti keskustelun")
    await released.hears("hoitaa")
    await school.kaisa.presses("Vapauta", in_=school.group)
    await released.hears("vapautti")

    await school.at("2026-11-23T20:00:00+02:00")
    seen = {reminder.topic for reminder in reminders(school.group)}
    assert released.topic.id in seen  # danger is counted by the clock
    assert waiting.topic.id not in seen  # all else in duty time: no worry of staff who are at home
    assert closed.topic.id not in seen

    await school.at("2026-11-24T08:21:00+02:00")
    reminder = await waiting.hears("⏰")
    assert "Odottanut 16 t 3" in reminder.text
    assert next(iter(reminder.buttons)).text == CLAIM


@pytest_asyncio.fixture(loop_scope="module")
async def two_groups(tmp_path: Path) -> AsyncIterator[School]:
    async with staffed(tmp_path, has_second=True, MATALA_NOW="2026-11-28T23:30:00+02:00") as school:
        yield school
        school.is_sound()


async def test_danger_is_reminded_of_by_the_clock_then_given_to_another_group(two_groups: School) -> None:
    school, everybody = two_groups, two_groups.second_group()
    person = school.student()
    await person.starts("kuopio")
    await person.writes(EMERGENCY)
    case = await school.case_of(person)

    await school.after(minutes=2, seconds=10)
    assert len(reminders(school.group)) == 1
    assert everybody.all_topics() == []
    await person.writes("oletteko siellä")
    await case.hears("oletteko siellä")

    await school.after(minutes=2, seconds=10)
    there = await school.case_of(person, group=everybody)
    assert there.code == case.code
    assert EMERGENCY in there.alert.text
    await there.hears("oletteko siellä")
    await case.hears("meni myös toiselle ryhmälle")

    # A long downtime makes one step, not a storm.
    await school.after(days=2)
    assert [len(reminders(group)) for group in (everybody, school.group)] == [1, 1]

    await there.is_claimed(by=school.antti)
    line = await there.gets("Olen Antti, täällä ollaan", by=school.antti)
    await person.hears("täällä ollaan")
    await there.has_mark(line, "👍")
    await school.after(days=1)
    assert len(reminders(everybody)) == 1
    stray = await case.gets("Olen minäkin", by=school.kaisa)
    assert (await case.hears("toisella ryhmällä")).reply_to == stray.id


async def test_who_comes_late_takes_the_case_back_from_the_other_group(two_groups: School) -> None:
    school, everybody = two_groups, two_groups.second_group()
    person = school.student()
    await person.starts("kuopio")
    await person.writes(DANGER)
    case = await school.case_of(person)
    await school.after(minutes=6)
    await school.after(minutes=6)
    there = await school.case_of(person, group=everybody)
    await person.writes("haloo")
    await there.hears("haloo")

    await case.is_claimed(by=school.kaisa)

    await there.hears("otti tapauksen toisessa ryhmässä")
    assert "haloo" in (await case.hears("mitä sen jälkeen on sanottu")).text
    await person.writes("kuka sä oot")
    await case.hears("kuka sä oot")
    line = await case.gets("Kuraattori Kuopiosta", by=school.kaisa)
    await person.hears("Kuraattori Kuopiosta")
    await case.has_mark(line, "👍")
    stray = await there.gets("Minäkin autan", by=school.antti)
    assert (await there.hears("toisella ryhmällä")).reply_to == stray.id
    press = await school.antti.presses_inline(CLAIM, there.alert, in_=everybody)
    assert "Kaisa Kuraattori ehti ensin" in (await press.answered())["text"]


# ---------------------------------------------------------------- no staff at all


async def test_without_any_staff_chat_start_says_so_and_people_are_told_the_truth(tmp_path: Path) -> None:
    async with staffed(tmp_path, MATALA_STAFF_CHATS="") as school:
        assert school.program is not None
        await school.program.says("NO STAFF CHAT IS BOUND")
        person, other, third = school.student(), school.student(), school.student()

        await third.starts()
        await person.writes(DANGER)
        await other.writes(ANCHOR)

        assert "pääset juttelemaan" not in (await third.hears("en juuri nyt tavoita")).text
        await person.hears("112")
        for who in (person, other):
            told = await who.hears("en saa yhteyttä koulun aikuisiin")
            assert "Kerroin koulun aikuisille" not in told.text
            assert "Nyt auki:" in told.text
        # Nobody listens, so the bot goes on helping.
        await other.writes("miten haen asuntoo")
        await other.hears(lambda seen: any(button.text == "Auttoi" for button in seen.buttons))
        await person.writes("en haluu olla yksin")
        await school.telegram.quiet()
        assert school.group.from_bot() == []

        # As soon as a group is bound it hears of both, with all that was said.
        code = await school.code_for("*")
        await school.kaisa.writes(f"/liity {code}", in_=school.group)

        await school.group.hears("henkilökunnan ryhmä")
        case = await school.case_of(person)
        assert DANGER in case.alert.text
        await case.hears("en haluu olla yksin")
        await school.case_of(other)
        await case.is_claimed(by=school.kaisa)
        await person.writes("kiitos")
        await case.hears("kiitos")
        school.is_sound()
