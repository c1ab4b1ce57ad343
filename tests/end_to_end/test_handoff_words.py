"""What people say in a case: it comes to its topic as it is, but for what would tell who they are."""

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from tests.double.faults import How
from tests.end_to_end.staffed import School, staffed

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def school(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[School]:
    async with staffed(tmp_path_factory.mktemp("data")) as school:
        yield school


@pytest.fixture(autouse=True)
def sound(school: School) -> Iterator[None]:
    yield
    school.is_sound()


async def test_the_persons_words_come_to_the_topic_to_the_letter(school: School) -> None:
    case = await school.claimed()

    await case.person.writes("en <i>tiedä</i> & **mitä** teen")

    line = await case.hears("en <i>tiedä</i> & **mitä** teen")
    assert case.code in line.text


async def test_an_edit_comes_as_one(school: School) -> None:
    case = await school.claimed()
    line = await case.person.writes("tuun huomenna")
    await case.hears("tuun huomenna")

    await case.person.edits(line, "tuun maanantaina")

    assert "muokkasi viestiään" in (await case.hears("tuun maanantaina")).text


async def test_danger_written_by_an_edit_is_noticed(school: School) -> None:
    case = await school.claimed()
    line = await case.person.writes("tuun huomenna")

    await case.person.edits(line, "haluun kuolla")

    await case.person.hears("112")
    await case.hears("tilanne on vakavampi")


@pytest.mark.parametrize("kind", ["photo", "voice", "video", "video_note", "sticker"])
async def test_pictures_and_sound_come_by_copy(school: School, kind: str) -> None:
    case = await school.claimed()

    sent = await getattr(case.person, f"sends_{kind}")()

    copy = await case.hears(lambda seen: seen.kind == kind)
    assert not copy.forwarded
    assert copy.copied_from == (case.person.id, sent.id)


async def test_a_caption_is_masked_and_comes_before_its_photo(school: School) -> None:
    case = await school.claimed()

    await case.person.sends_photo("kortti 131052-308T")

    await case.hears("kortti [henkilötunnus]")
    photo = await case.hears(lambda seen: seen.kind == "photo")
    assert photo.text == ""


async def test_danger_in_a_caption_is_noticed(school: School) -> None:
    case = await school.claimed()

    await case.person.sends_photo("haluun kuolla")

    await case.person.hears("112")
    await case.hears("tilanne on vakavampi")
    await case.hears(lambda seen: seen.kind == "photo")


async def test_an_album_comes_whole(school: School) -> None:
    case = await school.claimed()

    await case.person.sends_album(3, "kuvia kotoa")

    await case.hears("kuvia kotoa")
    for _ in range(3):
        await case.hears(lambda seen: seen.kind == "photo")


@pytest.mark.parametrize("kind", ["contact", "location", "document", "audio"])
async def test_what_may_tell_who_somebody_is_comes_only_with_their_yes(school: School, kind: str) -> None:
    case = await school.claimed()
    names = {"document": ["Todistus_Hqpekkanen.pdf"], "audio": ["Laulu.mp3"]}.get(kind, [])
    await getattr(case.person, f"sends_{kind}")(*names)
    await case.person.hears("Tästä voi näkyä")
    await school.telegram.quiet()
    assert not any(seen.kind == kind for seen in school.group.messages(topic=case.topic.id))

    await case.person.presses("Älä lähetä")

    await case.person.hears("en lähettänyt sitä")
    await school.telegram.quiet()
    assert not any(seen.kind == kind for seen in school.group.messages(topic=case.topic.id))


async def test_what_they_said_yes_to_is_shown(school: School) -> None:
    case = await school.claimed()
    await case.person.sends_location()

    await case.person.presses("Lähetä")

    await case.person.hears("Lähetin sen")
    await case.hears(lambda seen: seen.kind == "location")


@pytest.mark.parametrize("name", ["{first}.pdf", "CV {last}.pdf", "anna.pdf"])
async def test_a_file_named_after_somebody_is_asked_about_even_with_a_caption(
    school: School, name: str
) -> None:
    case = await school.claimed()
    named = name.format(first=case.person.name, last="Rqvystö")

    await case.person.sends_document(named, caption="tässä mun hakemus")

    await case.hears("tässä mun hakemus")
    await case.person.hears("Tästä voi näkyä")
    await school.telegram.quiet()
    assert not any(seen.kind == "document" for seen in school.group.messages(topic=case.topic.id))


@pytest.mark.parametrize("name", ["IMG_20261123_120000.jpg", "20261123-0001.pdf"])
async def test_a_file_named_by_a_machine_comes_at_once(school: School, name: str) -> None:
    case = await school.claimed()

    await case.person.sends_document(name)

    await case.hears(lambda seen: seen.kind == "document")


@pytest.mark.parametrize("kind", ["poll", "dice"])
async def test_what_cannot_be_copied_is_refused_in_words(school: School, kind: str) -> None:
    case = await school.claimed()

    await (case.person.sends_poll("Kuka?") if kind == "poll" else case.person.sends_dice())

    await case.person.hears("Kerro sama sanoilla")


async def test_what_cannot_be_copied_after_all_is_told_to_both(school: School) -> None:
    case = await school.claimed()
    school.telegram.breaks(
        "copyMessage", How.REFUSED, chat=school.group, description="Bad Request: message to copy not found"
    )

    await case.person.sends_photo()

    await case.hears("eikä sitä voitu näyttää teille")
    await case.person.hears("Kerro sama sanoilla")
    assert "siirtyi" not in "\n".join(case.lines)


async def test_names_within_a_message_show_to_nobody(school: School) -> None:
    """A mention of somebody without a username carries their account; a forwarded message its origin."""
    case = await school.claimed()
    mentioned = school.student()
    user = {"id": mentioned.id, "is_bot": False, "first_name": mentioned.name}
    mention = {"type": "text_mention", "offset": 0, "length": 4, "user": user}

    await case.person.sends("text", "kato tätä", extra={"entities": [mention]})
    await case.hears("kato tätä")
    origin = {"type": "user", "sender_user": user, "date": 1}
    await case.person.sends("text", "joku kirjotti näin", extra={"forward_origin": origin})
    await case.hears("joku kirjotti näin")
    await case.person.sends_photo("kuva joltain", extra={"forward_origin": origin})
    photo = await case.hears(lambda seen: seen.kind == "photo")
    assert "forward_origin" not in photo.raw
