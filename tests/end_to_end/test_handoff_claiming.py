"""Taking a case, giving it back, closing it; and buttons in the wrong hands."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from tests.end_to_end.staffed import ANCHOR, CLAIM, CLOSE, DANGER, RELEASE, School, staffed

pytestmark = pytest.mark.asyncio(loop_scope="module")
OUT_OF_REACH = "Tämä nappi ei ole enää käytössä täällä."


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def school(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[School]:
    async with staffed(tmp_path_factory.mktemp("data")) as school:
        yield school


@pytest.fixture(autouse=True)
def sound(school: School) -> Iterator[None]:
    yield
    school.is_sound()


async def test_who_takes_a_case_has_it_and_the_person_is_told(school: School) -> None:
    case = await school.opened("tarviin apua opintoihin")

    press = await school.kaisa.presses_inline(CLAIM, case.alert, in_=school.group)

    assert (await press.answered())["text"] == f"{case.code} on nyt sinun."
    await case.hears("Kaisa Kuraattori hoitaa")
    joined = await case.person.hears("Koulun aikuinen on nyt tässä")
    assert "Kaisa" not in joined.text
    await school.group.sees(
        lambda group: [b.text for b in group.message(case.alert).buttons] == [RELEASE, CLOSE]
    )


async def test_of_two_who_press_at_once_one_has_it_and_the_other_learns_who(school: School) -> None:
    case = await school.opened()

    presses = [
        await who.presses_inline(CLAIM, case.alert, in_=school.group) for who in (school.kaisa, school.antti)
    ]
    answers = sorted([(await press.answered())["text"] for press in presses])

    assert [f"{case.code} on nyt sinun." in answers, any("ehti ensin" in text for text in answers)] == [
        True,
        True,
    ]
    await school.telegram.quiet()
    assert sum("Koulun aikuinen on nyt tässä" in seen.text for seen in case.person.inbox) == 1


async def test_pressing_twice_is_answered_kindly(school: School) -> None:
    case = await school.claimed()

    press = await school.kaisa.presses_inline(CLAIM, case.alert, in_=school.group)

    assert (await press.answered())["text"] == f"{case.code} on jo sinun."


async def test_a_released_case_is_taken_by_a_colleague(school: School) -> None:
    case = await school.claimed("tarviin apua opintoihin")
    await case.hears("hoitaa")

    await school.kaisa.presses(RELEASE, in_=school.group)
    await case.hears("vapautti tapauksen")
    await case.person.hears("joutui lähtemään")
    await case.person.writes("hei oletko vielä siellä")
    await case.hears("hei oletko vielä siellä")
    await case.is_claimed(by=school.antti)
    line = await case.gets("Täällä Antti, jatketaan", by=school.antti)

    await case.person.hears("jatketaan")
    await case.has_mark(line, "👍")


async def test_a_colleague_may_release_the_case_of_somebody_who_went_home(school: School) -> None:
    case = await school.claimed(by=school.kaisa)
    await case.hears("hoitaa")

    await school.antti.presses(RELEASE, in_=school.group)

    await case.hears("Antti Nuorisotyöntekijä vapautti")
    await case.is_claimed(by=school.antti)


async def test_staff_close_a_case_and_the_person_says_whether_it_helped(school: School) -> None:
    case = await school.claimed()
    await case.hears("hoitaa")

    await school.kaisa.presses(CLOSE, in_=school.group)

    await case.hears("suljettu")
    told = await case.person.hears("päätti tämän keskustelun")
    assert [button.text for button in told.buttons] == ["Auttoi", "Ei auttanut"]
    await case.person.presses("Auttoi", told)
    await case.person.hears("Hyvä kuulla")
    await school.group.sees(lambda group: not group.message(case.alert).buttons)
    await school.group.sees(lambda group: all(t.closed for t in group.topics if t.id == case.topic.id))


async def test_the_person_closes_a_case_and_staff_learn_of_it(school: School) -> None:
    case = await school.claimed()

    await case.person.presses("Lopeta keskustelu")

    told = await case.person.hears("Keskustelu on päätetty")
    assert [button.text for button in told.buttons] == ["Auttoi", "Ei auttanut"]
    await case.hears("hän päätti keskustelun")
    await school.group.sees(lambda group: not group.message(case.alert).buttons)
    await case.person.presses("Ei auttanut", told)
    await case.person.hears("Älä jää tähän")


async def test_an_unclaimed_case_can_be_closed_by_either_side(school: School) -> None:
    first, second = await school.opened(), await school.opened()

    await first.person.uses("/lopeta")
    await school.antti.presses(CLOSE, second.alert, in_=school.group)

    await first.hears("hän päätti keskustelun")
    await second.person.hears("päätti tämän keskustelun")


async def test_a_colleague_who_closes_is_asked_whether_they_mean_it(school: School) -> None:
    """A thumb that slips ends nobody's conversation."""
    case = await school.claimed()
    await school.antti.presses(CLOSE, school.group.message(case.alert), in_=school.group)
    question = await case.hears(f"Suljetaanko {case.code}? Sitä hoitaa Kaisa")

    await school.antti.presses("Ei", question, in_=school.group)

    await school.group.sees(lambda group: "jää auki" in group.message(question).text)
    await case.gets("vieläkö olet siellä", by=school.kaisa)
    await case.person.hears("vieläkö olet siellä")

    await school.antti.presses(CLOSE, school.group.message(case.alert), in_=school.group)
    question = await case.hears(f"Suljetaanko {case.code}?")
    await school.antti.presses("Kyllä", question, in_=school.group)
    await case.person.hears("päätti tämän keskustelun")
    await school.group.sees(lambda group: not group.message(question).buttons)
    await school.group.sees(lambda group: not group.message(case.alert).buttons)


async def test_nobody_in_danger_is_closed_away_by_one_press(school: School) -> None:
    person = school.student()
    await person.writes(DANGER)
    case = await school.case_of(person)
    await school.kaisa.presses(CLOSE, case.alert, in_=school.group)

    question = await case.hears("eikä kukaan ole vielä vastannut hänelle")

    assert not any("päätti tämän keskustelun" in seen.text for seen in person.inbox)
    await school.kaisa.presses("Kyllä", question, in_=school.group)
    await person.hears("päätti tämän keskustelun")


async def test_closing_twice_closes_once(school: School) -> None:
    case = await school.claimed()
    alert = school.group.message(case.alert)
    await school.kaisa.presses(CLOSE, alert, in_=school.group)
    await case.person.hears("päätti tämän keskustelun")

    press = await school.antti.presses_inline(CLOSE, alert, in_=school.group)

    assert (await press.answered())["text"] == f"{case.code} on jo suljettu."
    claim = await school.antti.presses_inline(CLAIM, case.alert, in_=school.group)
    assert (await claim.answered())["text"] == f"{case.code} on jo suljettu."
    await school.telegram.quiet()
    assert sum("päätti tämän keskustelun" in seen.text for seen in case.person.inbox) == 1


@pytest.mark.parametrize("data", ["claim:{code}", "close:{code}", "release:{code}"])
async def test_a_button_in_a_group_that_is_no_staff_chat_does_nothing(school: School, data: str) -> None:
    case = await school.opened("tarviin apua opintoihin")
    stranger = school.telegram.person("Vrqstranger")
    elsewhere = school.telegram.group("Muu ryhmä", [stranger])
    message = await stranger.writes("moi", in_=elsewhere)

    press = await stranger.presses_data(data.format(code=case.code), message)

    assert (await press.answered())["text"] == OUT_OF_REACH
    await school.telegram.quiet()
    assert case.lines == [case.alert.text]
    assert elsewhere.from_bot() == []


@pytest.mark.parametrize(
    "data",
    [
        "claim:K-99999",
        "claim:",
        "claim",
        "close:K-0",
        "nonsense",
        "claim:K-99999999999999999999",
        "claim:'; --",
        "topic:anxiety",
    ],
)
async def test_a_button_with_a_code_that_is_none_is_refused_and_tells_nothing(
    school: School, data: str
) -> None:
    message = await school.kaisa.writes("moi", in_=school.group)

    press = await school.kaisa.presses_data(data, message)

    assert (await press.answered())["text"] == OUT_OF_REACH


async def test_who_is_no_member_of_the_group_cannot_press_its_buttons(school: School) -> None:
    """In a public group anybody can; Telegram says who is a member."""
    outsider = school.telegram.person("Gqnelaine")
    case = await school.opened()
    press = {
        "id": "424242",
        "from": {"id": outsider.id, "is_bot": False, "first_name": "Gqnelaine"},
        "message": case.alert.raw,
        "chat_instance": "1",
        "data": f"claim:{case.code}",
    }

    school.telegram.sends_raw({"callback_query": press}, chat=school.group)

    await school.telegram.quiet()
    assert [button.text for button in school.group.message(case.alert).buttons] == [CLAIM, CLOSE]
    [answer] = [
        call.parameters["text"]
        for call in school.telegram.calls_of("answerCallbackQuery")
        if call.parameters["callback_query_id"] == "424242"
    ]
    assert answer == OUT_OF_REACH


async def test_staff_buttons_do_nothing_in_a_private_chat(school: School) -> None:
    case = await school.opened("tarviin apua opintoihin")
    other = school.student()
    await other.writes("moi")
    shown = await other.hears("botti")

    press = await other.presses_data(f"claim:{case.code}", shown)

    assert "vanhentunut" in (await press.answered())["text"]
    await school.telegram.quiet()
    assert case.lines == [case.alert.text]


async def test_the_bot_is_silent_in_a_claimed_case(school: School) -> None:
    case = await school.claimed("tarviin apua opintoihin")
    await school.telegram.quiet()
    said = len(case.person.inbox)

    for text in ("mua ahdistaa tosi paljon", "en jaksa enää mitään", "miten haen asuntolaan", "moi"):
        await case.person.writes(text)
        await case.hears(text)

    await school.telegram.quiet()
    assert len(case.person.inbox) == said


async def test_danger_in_a_claimed_case_brings_the_safety_reply_and_nothing_else(school: School) -> None:
    case = await school.claimed("tarviin apua opintoihin")
    await school.telegram.quiet()
    said = len(case.person.inbox)

    await case.person.writes(DANGER)

    await case.hears("tilanne on vakavampi")
    await case.hears(DANGER)
    await school.telegram.quiet()
    assert len(case.person.inbox) == said + 1
    assert "112" in case.person.inbox[-1].text


async def test_the_anchor_in_a_claimed_case_says_that_somebody_is_there(school: School) -> None:
    case = await school.claimed()

    await case.person.writes(ANCHOR)

    await case.person.hears("Joku heistä on jo tässä kanssasi")
    await case.hears("pyytää ihmistä uudestaan")


async def test_staff_see_their_open_cases_and_only_those(school: School) -> None:
    waiting, taken = await school.opened(), await school.claimed()
    closed = await school.claimed()
    await closed.person.uses("/lopeta")
    await closed.hears("hän päätti keskustelun")

    await school.kaisa.uses("/tapaukset", in_=school.group)

    lines = (await school.group.hears("Avoimet tapaukset")).text.splitlines()
    assert any(waiting.code in line and "odottaa ottajaa" in line for line in lines)
    assert any(taken.code in line and "hoitaa Kaisa" in line for line in lines)
    assert not any(closed.code + " " in line for line in lines)


async def test_many_who_press_at_once_give_the_case_to_one(school: School) -> None:
    team = [school.telegram.person(f"Tqimi{number}") for number in range(8)]
    for member in team:
        await school.group.takes_in(member)
    case = await school.opened()

    presses = await asyncio.gather(
        *(member.presses_inline(CLAIM, case.alert, in_=school.group) for member in team)
    )
    answers = [(await press.answered())["text"] for press in presses]

    assert sum("on nyt sinun" in answer for answer in answers) == 1
    assert sum("ehti ensin" in answer for answer in answers) == len(team) - 1
