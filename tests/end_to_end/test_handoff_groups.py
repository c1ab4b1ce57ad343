"""The staff's groups: with topics and without, bound by settings or by a code, one for each campus or one for all."""

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta

import pytest
import pytest_asyncio

from bot.handoff.staff_room import STAFF_COMMANDS
from tests.double.places import Group
from tests.double.seen import Seen
from tests.end_to_end.program import MONDAY_NOON, ROOT
from tests.end_to_end.staffed import ANCHOR, CLAIM, DANGER, School, staffed

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def school(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[School]:
    """Kuopio works in a plain group: no topics, replies only."""
    async with staffed(tmp_path_factory.mktemp("data"), kind="group") as school:
        yield school


@pytest.fixture(autouse=True)
def sound(school: School) -> Iterator[None]:
    yield
    school.is_sound()


def is_alert(seen: Seen) -> bool:
    return "menee hänelle" in seen.text and any(button.text == CLAIM for button in seen.buttons)


def menu(school: School, group: Group) -> list[str]:
    """Return the commands that a group is shown."""
    return school.telegram.commands({"type": "chat", "chat_id": group.id})


# ---------------------------------------------------------------- a group without topics


async def test_without_topics_the_holders_replies_go_to_the_person(school: School) -> None:
    person = school.student()
    await person.writes(ANCHOR)
    alert = await school.group.hears(is_alert)
    assert "vastaa (Reply)" in alert.text
    await school.kaisa.presses_inline(CLAIM, alert, in_=school.group)
    await person.hears("on nyt tässä")

    line = await school.kaisa.writes("Moi, täällä ollaan", in_=school.group, reply_to=alert)

    await person.hears("Moi, täällä ollaan")
    await school.group.sees(lambda group: group.message(line).reactions == ["👍"])


async def test_without_topics_a_reply_to_any_of_the_cases_messages_counts(school: School) -> None:
    person = school.student()
    await person.writes(ANCHOR)
    alert = await school.group.hears(is_alert)
    await school.kaisa.presses_inline(CLAIM, alert, in_=school.group)
    await person.writes("en tiedä mistä aloittaa")
    shown = await school.group.hears("en tiedä mistä aloittaa")
    assert shown.reply_to == alert.id

    await school.kaisa.writes("Aloita mistä vain", in_=school.group, reply_to=shown)

    await person.hears("Aloita mistä vain")


async def test_without_topics_what_is_no_reply_stays_among_staff(school: School) -> None:
    person = school.student()
    await person.writes(ANCHOR)
    alert = await school.group.hears(is_alert)
    await school.kaisa.presses_inline(CLAIM, alert, in_=school.group)
    await person.hears("on nyt tässä")

    line = await school.kaisa.writes("mihin aikaan palaveri", in_=school.group)
    await school.antti.writes("kympiltä", in_=school.group, reply_to=alert)

    hint = await school.group.hears("Tämä ei mennyt kenellekään")
    assert hint.reply_to == line.id
    await school.group.hears("Tämä jäi teille: Kaisa")
    assert not any("palaveri" in seen.text or "kympiltä" in seen.text for seen in person.inbox)


async def test_without_topics_how_to_answer_is_said_once_in_an_hour_and_only_to_who_holds_a_case(
    school: School,
) -> None:
    person = school.student()
    await person.writes(ANCHOR)
    alert = await school.group.hears(is_alert)
    await school.kaisa.presses_inline(CLAIM, alert, in_=school.group)
    await person.hears("on nyt tässä")

    await school.antti.writes("kahvia?", in_=school.group)
    await school.kaisa.writes("tulen kohta", in_=school.group)
    await school.group.hears("Tämä ei mennyt kenellekään")
    await school.kaisa.writes("tai heti", in_=school.group)

    await school.telegram.quiet()
    assert not any("ei mennyt kenellekään" in seen.text for seen in school.group.unheard())


async def test_without_topics_two_cases_do_not_mix(school: School) -> None:
    one, two = school.student(), school.student()
    await one.writes(ANCHOR)
    first = await school.group.hears(is_alert)
    await two.writes(ANCHOR)
    second = await school.group.hears(is_alert)
    await school.kaisa.presses_inline(CLAIM, first, in_=school.group)
    await school.kaisa.presses_inline(CLAIM, second, in_=school.group)
    await one.hears("on nyt tässä")
    await two.hears("on nyt tässä")

    await school.kaisa.writes("tämä on ykköselle", in_=school.group, reply_to=first)
    await school.kaisa.writes("tämä on kakkoselle", in_=school.group, reply_to=second)

    await one.hears("tämä on ykköselle")
    await two.hears("tämä on kakkoselle")
    assert not any("kakkoselle" in seen.text for seen in one.inbox)
    assert not any("ykköselle" in seen.text for seen in two.inbox)


async def test_a_reply_to_an_old_case_is_not_sent_and_says_why(school: School) -> None:
    person = school.student()
    await person.writes(ANCHOR)
    alert = await school.group.hears(is_alert)
    await school.kaisa.presses_inline(CLAIM, alert, in_=school.group)
    await person.hears("on nyt tässä")
    await person.uses("/lopeta")
    await school.group.hears("päätti keskustelun")

    line = await school.kaisa.writes("vielä yksi", in_=school.group, reply_to=alert)

    assert (await school.group.hears("on suljettu")).reply_to == line.id


# ---------------------------------------------------------------- bound by a code


async def bound(school: School, campus: str, group: Group) -> Group:
    """Make a group a staff chat, whichever tests came before."""
    school.others.append(group)
    await school.antti.writes(f"/liity {await school.code_for(campus)}", in_=group)
    await group.hears("henkilökunnan ryhmä")
    return group


async def test_a_group_binds_itself_by_a_code_and_gets_its_campus_cases(school: School) -> None:
    code = await school.code_for("varkaus")
    group = school.telegram.supergroup("Varkauden tuki", [school.antti])
    school.others.append(group)

    await school.antti.writes(f"/liity {code.lower()}", in_=group)

    assert "Varkaus" in (await group.hears("Tämä ryhmä on nyt henkilökunnan ryhmä")).text
    await school.telegram.until(lambda: menu(school, group) == list(STAFF_COMMANDS))
    person = school.student()
    await person.starts("varkaus")
    await person.writes(ANCHOR)
    assert "Varkaus" in (await group.hears(is_alert)).text
    await school.telegram.quiet()
    assert not any(is_alert(seen) for seen in school.group.unheard())


@pytest.mark.parametrize("text", ["/liity", "/liity AAAA-BBBB", "/liity moi vaan", f"/liity {'X' * 3000}"])
async def test_a_wrong_code_is_refused_kindly(school: School, text: str) -> None:
    group = school.telegram.group("Joku muu", [school.antti])

    await school.antti.writes(text, in_=group)

    assert "Koodi ei kelpaa" in (await group.hears("Koodi")).text


async def test_a_code_binds_once(school: School) -> None:
    code = await school.code_for("iisalmi")
    mine = school.telegram.group("Iisalmen tuki", [school.antti])
    theirs = school.telegram.group("Uteliaat", [school.telegram.person("Uqtelias")])
    school.others.append(mine)
    await school.antti.writes(f"/liity {code}", in_=mine)
    await mine.hears("henkilökunnan ryhmä")

    await school.antti.writes(f"/liity {code}", in_=mine)
    await mine.hears("Koodi ei kelpaa")
    intruder = school.telegram.person("Txunkeilija")
    await theirs.takes_in(intruder)
    await intruder.writes(f"/liity {code}", in_=theirs)

    await theirs.hears("Koodi ei kelpaa")


async def test_an_old_code_is_refused(school: School) -> None:
    yesterday = (datetime.fromisoformat(MONDAY_NOON) - timedelta(hours=25)).isoformat()
    code = await school.code_for("iisalmi", now=yesterday)
    group = school.telegram.group("Myöhästyneet", [school.antti])

    await school.antti.writes(f"/liity {code}", in_=group)

    await group.hears("Koodi ei kelpaa")


async def test_a_code_for_no_campus_is_not_made(school: School) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot.cli", "staff-code", "--campus", "helsinki"),
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "MATALA_DATA_DIR": str(school.data)},
        stderr=asyncio.subprocess.PIPE,
    )
    _, told = await asyncio.wait_for(process.communicate(), 30)

    assert process.returncode != 0
    assert "kuopio" in told.decode()


async def test_a_new_group_is_told_how_it_becomes_a_staff_group(school: School) -> None:
    group = school.telegram.group("Uusi ryhmä", [school.kaisa], bot="left")

    await group.adds_bot("member", by=school.kaisa)

    await group.hears("/liity KOODI")


async def test_a_group_that_is_no_staff_chat_gets_no_answers(school: School) -> None:
    group = school.telegram.group("Kaveriporukka", [school.antti])

    for text in ("/tapaukset", "/ohje", "/start", DANGER, "moi"):
        await school.antti.writes(text, in_=group)

    await school.telegram.quiet()
    assert group.from_bot() == []


async def test_a_campus_without_a_group_reaches_somebody_all_the_same(school: School) -> None:
    """No group for all was bound: staff of another campus are humans, too."""
    person = school.student()
    await person.starts("siilinjarvi")

    await person.writes(DANGER)

    groups = (school.group, *school.others)
    await school.telegram.until(lambda: any(is_alert(seen) for group in groups for seen in group.unheard()))
    for group in groups:
        group.forgets()


async def test_a_group_for_all_takes_what_no_other_does(school: School) -> None:
    code = await school.code_for("*")
    group = school.telegram.forum("Koko koulun tuki", [school.antti])
    school.others.append(group)
    await school.antti.writes(f"/liity {code}", in_=group)
    assert "kaikki kampukset" in (await group.hears("henkilökunnan ryhmä")).text
    unknown, known = school.student(), school.student()

    await unknown.writes(ANCHOR)
    await known.starts("kuopio")
    await known.writes(ANCHOR)

    case = await school.case_of(unknown, group=group)
    assert "kampus ei tiedossa" in case.alert.text
    await school.group.hears(is_alert)


async def test_another_campus_cannot_press_or_answer(school: School) -> None:
    person = school.student()
    await person.starts("kuopio")
    await person.writes(ANCHOR)
    alert = await school.group.hears(is_alert)
    code = next(word for word in alert.text.split() if word.startswith("K-"))
    varkaus = await bound(school, "varkaus", school.telegram.group("Varkauden väki", [school.antti]))
    message = await school.antti.writes("moi", in_=varkaus)

    press = await school.antti.presses_data(f"claim:{code}", message)

    assert "ei ole enää käytössä" in (await press.answered())["text"]
    await school.antti.uses("/tapaukset", in_=varkaus)
    assert code + " " not in (await varkaus.hears("apau")).text


# ---------------------------------------------------------------- a group that changes


async def test_a_group_that_becomes_a_supergroup_keeps_its_cases(school: School) -> None:
    person = school.student()
    await person.starts("kuopio")
    await person.writes(ANCHOR)
    alert = await school.group.hears(is_alert)
    await school.kaisa.presses_inline(CLAIM, alert, in_=school.group)
    await person.hears("on nyt tässä")
    await person.writes("mun juttu on tämä")
    await school.group.hears("mun juttu on tämä")
    code = next(word for word in alert.text.split() if word.startswith("K-"))

    await school.group.migrates()

    shown = await school.group.hears(lambda seen: code + " " in seen.text and "superryhmäksi" in seen.text)
    assert "mun juttu on tämä" in shown.text
    await school.telegram.until(lambda: menu(school, school.group) == list(STAFF_COMMANDS))
    await school.kaisa.writes("jatketaan täällä", in_=school.group, reply_to=shown)
    await person.hears("jatketaan täällä")
    await person.writes("joo jatketaan")
    await school.group.hears("joo jatketaan")
    await school.kaisa.presses("Sulje", shown, in_=school.group)
    await person.hears("päätti tämän keskustelun")


async def test_a_group_that_lost_the_bot_is_passed_over(school: School) -> None:
    everybody = await bound(school, "*", school.telegram.forum("Koko koulun väki", [school.antti]))
    await school.telegram.quiet()
    everybody.forgets()
    await school.group.adds_bot("kicked")
    person = school.student()
    await person.starts("kuopio")

    await person.writes(DANGER)

    case = await school.case_of(person, group=everybody)
    assert DANGER in case.alert.text
    await case.is_claimed(by=school.antti)
    await person.writes("kuka siellä")
    await case.hears("kuka siellä")
