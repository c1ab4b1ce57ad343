"""Albums: pictures that were sent together arrive together, without who sent them, and none is lost."""

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from tests.double.faults import How
from tests.double.seen import Seen
from tests.end_to_end.staffed import ANCHOR, CLAIM, Case, School, staffed

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def school(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[School]:
    async with staffed(tmp_path_factory.mktemp("data")) as school:
        yield school


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def plain(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[School]:
    async with staffed(tmp_path_factory.mktemp("data"), kind="group") as school:
        yield school


@pytest.fixture(autouse=True)
def sound(school: School) -> Iterator[None]:
    yield
    school.is_sound()


def photos(case: Case) -> list[Seen]:
    return [seen for seen in case.group.messages(topic=case.topic.id) if seen.kind == "photo"]


def albums(seen: list[Seen]) -> list[int]:
    """Return how many pictures each album has; one by itself counts 1."""
    groups: dict[str, int] = {}
    for each in seen:
        name = each.raw.get("media_group_id", f"alone {each.id}")
        groups[name] = groups.get(name, 0) + 1
    return list(groups.values())


@pytest.mark.parametrize("number", [2, 10])
async def test_an_album_comes_to_staff_as_one_with_its_caption_masked_before_it(
    school: School, number: int
) -> None:
    case = await school.claimed()

    sent = await case.person.sends_album(number, "kortti 131052-308T")

    await case.hears("kortti [henkilötunnus]")
    await school.telegram.until(lambda: len(photos(case)) == number)
    assert albums(photos(case)) == [number]
    assert [seen.copied_from for seen in photos(case)] == [(case.person.id, each.id) for each in sent]
    assert not any(seen.text for seen in photos(case))


async def test_an_album_of_the_holder_comes_to_the_person_as_one_and_each_picture_is_marked(
    school: School,
) -> None:
    case = await school.claimed()

    sent = await school.kaisa.sends_album(3, "Kartta\n// sisäinen", in_=school.group, topic=case.topic)

    for each in sent:
        await case.has_mark(each, "👍")
    seen = [seen for seen in case.person.inbox if seen.kind == "photo"]
    assert albums(seen) == [3]
    await case.person.hears("Kartta")
    assert not any("sisäinen" in each.text for each in case.person.inbox)


async def test_when_a_picture_is_gone_the_others_come_once_and_staff_hear_of_it(school: School) -> None:
    """Telegram passes over what it cannot copy, and does not say which it was."""
    case = await school.claimed()

    sent = await case.person.sends_album(3)
    await case.person.deletes(sent[1])

    await case.hears("eikä sitä voitu näyttää teille")
    await school.telegram.quiet()
    wanted = [(case.person.id, each.id) for each in (sent[0], sent[2])]
    assert [seen.copied_from for seen in photos(case)] == wanted


async def test_a_lost_answer_leads_to_a_second_copy_of_all_rather_than_to_none(school: School) -> None:
    case = await school.claimed()
    broken = school.telegram.breaks("copyMessages", How.LOST_BEFORE, nth=1, times=1)

    await case.person.sends_album(3)

    await broken.hit()
    await school.telegram.until(lambda: len(photos(case)) == 3)
    assert albums(photos(case)) == [3]


async def test_in_a_plain_group_an_album_says_whose_it_is_and_can_be_answered(plain: School) -> None:
    person = plain.student()
    await person.writes(ANCHOR)
    alert = await plain.group.hears(lambda seen: any(each.text == CLAIM for each in seen.buttons))
    await plain.kaisa.presses_inline(CLAIM, alert, in_=plain.group)
    await person.hears("on nyt tässä")

    await person.sends_album(2)

    lead = await plain.group.hears("lähetti nämä kuvat")
    assert lead.reply_to == alert.id
    last = [await plain.group.hears(lambda seen: seen.kind == "photo") for _ in range(2)][-1]
    await plain.kaisa.writes("Kiitos kuvista", in_=plain.group, reply_to=last)
    await person.hears("Kiitos kuvista")
    plain.is_sound()


async def test_in_a_plain_group_all_of_an_album_goes_though_its_first_picture_alone_is_the_answer(
    plain: School,
) -> None:
    person = plain.student()
    await person.writes(ANCHOR)
    alert = await plain.group.hears(lambda seen: any(each.text == CLAIM for each in seen.buttons))
    await plain.kaisa.presses_inline(CLAIM, alert, in_=plain.group)
    await person.hears("on nyt tässä")

    first = await plain.kaisa.sends_photo(group="77", in_=plain.group, reply_to=alert)
    second = await plain.kaisa.sends_photo(group="77", in_=plain.group)

    for each in (first, second):
        await plain.group.sees(lambda group, each=each: group.message(each).reactions == ["👍"])  # type: ignore[misc]
    assert albums([seen for seen in person.inbox if seen.kind == "photo"]) == [2]
