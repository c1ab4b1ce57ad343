"""What goes wrong in a staff group: topics deleted, closed or forbidden, limits, lost answers, a bot thrown out."""

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from tests.double.faults import How
from tests.end_to_end.staffed import CLAIM, CLOSE, DANGER, RELEASE, School, staffed

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def school(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[School]:
    async with staffed(tmp_path_factory.mktemp("data")) as school:
        yield school


@pytest.fixture(autouse=True)
def sound(school: School) -> Iterator[None]:
    yield
    school.telegram.mends()
    school.is_sound()


@pytest.mark.parametrize(
    "gone_as", ["message thread not found", "TOPIC_DELETED", "TOPIC_ID_INVALID"], ids=lambda words: words
)
async def test_a_deleted_topic_is_made_anew_once_with_what_was_said(school: School, gone_as: str) -> None:
    case = await school.claimed("oon ollu pois koulusta")
    topics = len(school.group.all_topics())
    await school.telegram.quiet()
    await school.group.deletes_topic(case.topic, gone_as=gone_as)

    await case.person.writes("oletko vielä siellä")
    await case.person.writes("haloo")

    topic = await school.group.has_topic(case.code)
    shown = await school.group.hears("aihe oli poistettu", topic=topic.id)
    assert "Hän: oon ollu pois koulusta" in shown.text
    assert [button.text for button in shown.buttons] == [RELEASE, CLOSE]
    await school.group.hears("oletko vielä siellä", topic=topic.id)
    await school.group.hears("haloo", topic=topic.id)
    line = await school.kaisa.writes("Olen, aihe vain hävisi", in_=school.group, topic=topic)
    await case.person.hears("aihe vain hävisi")
    await school.group.sees(lambda group: group.message(line).reactions == ["👍"])
    assert len(school.group.all_topics()) == topics + 1
    await school.kaisa.presses(CLOSE, shown, in_=school.group)
    await case.person.hears("päätti tämän keskustelun")


async def test_a_photo_to_a_deleted_topic_arrives_in_the_new_one(school: School) -> None:
    case = await school.claimed()
    await school.telegram.quiet()
    await school.group.deletes_topic(case.topic)

    await case.person.sends_photo("tässä kuva")

    topic = await school.group.has_topic(case.code)
    await school.group.hears("tässä kuva", topic=topic.id)
    await school.group.hears(lambda seen: seen.kind == "photo", topic=topic.id)


async def test_a_lone_photo_to_a_deleted_topic_arrives_in_the_new_one(school: School) -> None:
    case = await school.claimed()
    await school.telegram.quiet()
    await school.group.deletes_topic(case.topic)

    await case.person.sends_photo()

    topic = await school.group.has_topic(case.code)
    await school.group.hears(lambda seen: seen.kind == "photo", topic=topic.id)


async def test_a_topic_closed_by_hand_still_takes_the_persons_words(school: School) -> None:
    case = await school.claimed()
    await school.kaisa.closes_topic(case.topic, in_=school.group)

    await case.person.writes("vielä yks juttu")

    await case.hears("vielä yks juttu")


async def test_without_the_right_to_make_topics_cases_go_to_the_general_one(school: School) -> None:
    await school.group.adds_bot("administrator", can_manage_topics=False)
    person = school.student()
    try:
        await person.writes(DANGER)
        alert = await school.group.hears(lambda seen: DANGER in seen.text and bool(seen.buttons))
        assert alert.topic is None
        await school.kaisa.presses_inline(CLAIM, alert, in_=school.group)
        await person.hears("on nyt tässä")

        line = await school.kaisa.writes("Hei, täällä", in_=school.group, reply_to=alert)

        await person.hears("Hei, täällä")
        await school.group.sees(lambda group: group.message(line).reactions == ["👍"])
    finally:
        await school.group.adds_bot("administrator")


async def test_a_closed_topic_without_the_right_to_write_there_loses_no_words(school: School) -> None:
    case = await school.claimed()
    await school.kaisa.closes_topic(case.topic, in_=school.group)
    await school.group.adds_bot("administrator", can_manage_topics=False)
    try:
        await case.person.writes("menikö tämä perille")

        await school.group.hears("menikö tämä perille")
    finally:
        await school.group.adds_bot("administrator")


async def test_a_lost_answer_to_making_a_topic_loses_no_alert(school: School) -> None:
    broken = school.telegram.breaks("createForumTopic", How.LOST_AFTER)
    person = school.student()

    await person.writes(DANGER)

    await broken.hit()
    case = await school.case_of(person, within=20)
    assert DANGER in case.alert.text


async def test_limits_of_a_busy_group_delay_and_lose_nothing(school: School) -> None:
    cases = [await school.claimed() for _ in range(3)]
    school.telegram.breaks(
        "sendMessage", How.TOO_MANY, chat=school.group, times=6, probability=0.5, seed=7, retry_after=1
    )

    for number in range(3):
        for case in cases:
            await case.person.writes(f"viesti {number} {case.code}.")

    for case in cases:
        for number in range(3):
            await case.hears(f"viesti {number} {case.code}.")
    for case in cases:
        said = [line for line in case.lines if "viesti " in line]
        assert [f"viesti {number} {case.code}." in said[number] for number in range(3)] == [True] * 3


async def test_an_emergency_passes_what_waits_for_a_busy_group(school: School) -> None:
    case = await school.claimed()
    await school.telegram.quiet()
    school.telegram.breaks("sendMessage", How.TOO_MANY, containing=case.code, times=2, retry_after=2)
    await case.person.writes("tämä saa odottaa")
    grave = school.student()

    await grave.writes(DANGER)

    alert = (await school.case_of(grave)).alert
    late = await case.hears("tämä saa odottaa")
    assert alert.number < late.number


async def test_thrown_out_of_its_only_group_the_bot_tells_the_truth_and_shows_all_when_back(
    school: School,
) -> None:
    await school.telegram.quiet()
    school.group.forgets()
    await school.group.adds_bot("kicked")
    person, words = school.student(), f"{DANGER} jo tänään"

    await person.writes(words)

    await person.hears("112")
    await person.hears("en saa yhteyttä koulun aikuisiin")

    await school.group.adds_bot("administrator", by=school.kaisa)

    shown = await school.group.hears(lambda seen: words in seen.text and bool(seen.buttons))
    assert "Botti on taas tässä ryhmässä" in shown.text
    await school.kaisa.presses_inline(CLAIM, shown, in_=school.group)
    await person.hears("on nyt tässä")
    await school.kaisa.writes("Hei, olen kuraattori", in_=school.group, topic=shown.topic)
    await person.hears("olen kuraattori")
