"""What staff say in a case: what goes to the person, what stays, and how its writer learns which it was."""

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from tests.double.faults import How
from tests.end_to_end.staffed import CLAIM, CLOSE, School, staffed

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def school(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[School]:
    async with staffed(tmp_path_factory.mktemp("data")) as school:
        yield school


@pytest.fixture(autouse=True)
def sound(school: School) -> Iterator[None]:
    yield
    school.is_sound()


async def test_the_holders_line_goes_to_the_person_and_is_marked(school: School) -> None:
    case = await school.claimed()

    line = await case.gets("Hei, mikä on tilanne & <olo>?", by=school.kaisa)

    heard = await case.person.hears("Hei, mikä on tilanne & <olo>?")
    assert heard.text.startswith("👤 Koulun aikuinen:")
    assert "Kaisa" not in heard.text
    await case.has_mark(line, "👍")


async def test_lines_that_follow_each_other_keep_their_order(school: School) -> None:
    case = await school.claimed()

    lines = [await case.gets(f"rivi {number}.", by=school.kaisa) for number in range(8)]

    for line in lines:
        await case.has_mark(line, "👍")
    said = [seen.text.splitlines()[-1] for seen in case.person.inbox if "rivi" in seen.text]
    assert said == [f"rivi {number}." for number in range(8)]


@pytest.mark.parametrize("note", ["// soitanko kotiin?", "  // soitanko", "//soitanko\nkotiin"])
async def test_a_note_stays_among_staff(school: School, note: str) -> None:
    case = await school.claimed()

    line = await case.gets(note, by=school.kaisa)

    await case.has_mark(line, "✍")
    await school.telegram.quiet()
    assert not any("soitanko" in seen.text for seen in case.person.inbox)


async def test_a_note_within_a_message_stays_while_the_rest_goes(school: School) -> None:
    case = await school.claimed()

    line = await case.gets("Nähdään huomenna.\n// ilmoitan rehtorille\nSopiiko kymmeneltä?", by=school.kaisa)

    heard = await case.person.hears("Nähdään huomenna.")
    assert heard.text.endswith("Nähdään huomenna.\nSopiiko kymmeneltä?")
    await case.has_mark(line, "👍")


async def test_what_a_colleague_writes_stays_among_staff(school: School) -> None:
    case = await school.claimed(by=school.kaisa)

    line = await case.gets("Tunnen hänet, kysy kotoa", by=school.antti)
    hint = await case.hears("Tämä jäi teille: Kaisa Kuraattori hoitaa")
    await case.gets("tai soita", by=school.antti)

    await school.telegram.quiet()
    assert hint.reply_to == line.id
    assert sum("jäi teille" in each for each in case.lines) == 1, "once in an hour is enough"
    assert school.group.message(line).reactions == []
    assert not any("Tunnen hänet" in seen.text for seen in case.person.inbox)


async def test_a_line_before_the_case_is_taken_is_not_sent_and_says_why(school: School) -> None:
    case = await school.opened()

    line = await case.gets("Hei!", by=school.kaisa)

    warning = await case.hears("⚠ Ei mennyt perille")
    assert CLAIM in warning.text
    assert warning.reply_to == line.id
    assert not any("Hei!" in seen.text for seen in case.person.inbox)


async def test_a_line_after_the_case_was_closed_is_not_sent_and_says_why(school: School) -> None:
    case = await school.claimed()
    await school.kaisa.presses(CLOSE, in_=school.group)
    await case.person.hears("päätti tämän keskustelun")

    line = await case.gets("Vielä yksi asia", by=school.kaisa)

    warning = await case.hears("on suljettu")
    assert warning.text.startswith("⚠")
    assert warning.reply_to == line.id


async def test_a_line_to_who_blocked_the_bot_is_marked_with_the_reason(school: School) -> None:
    case = await school.claimed()
    await case.person.blocks()
    await case.hears("hän on estänyt botin")

    lines = [await case.gets(f"Oletko siellä? {number}", by=school.kaisa) for number in range(3)]

    for line in lines:
        warning = await case.hears(lambda seen, line=line: seen.reply_to == line.id)
        assert warning.text.startswith("⚠ Ei mennyt perille")
        assert "estänyt" in warning.text
        assert school.group.message(line).reactions == []


async def test_who_blocked_the_bot_and_returns_goes_on_where_they_were(school: School) -> None:
    case = await school.claimed()
    await case.person.blocks()
    await case.hears("hän on estänyt botin")

    await case.person.writes("anteeksi, palasin")

    await case.hears("hän poisti botin eston")
    await case.hears("anteeksi, palasin")
    line = await case.gets("Hyvä että palasit", by=school.kaisa)
    await case.person.hears("Hyvä että palasit")
    await case.has_mark(line, "👍")


async def test_an_anonymous_admin_is_told_that_nobody_knows_who_writes(school: School) -> None:
    case = await school.claimed(by=school.kaisa)

    line = await school.kaisa.writes("Hei!", in_=school.group, topic=case.topic, anonymous=True)

    warning = await case.hears("nimettömänä ylläpitäjänä")
    assert warning.reply_to == line.id
    assert not any("Hei!" in seen.text for seen in case.person.inbox)


async def test_a_correction_reaches_the_person(school: School) -> None:
    case = await school.claimed()
    line = await case.gets("Tavataan kello 9", by=school.kaisa)
    await case.person.hears("Tavataan kello 9")

    await school.kaisa.edits(line, "Tavataan kello 10")

    heard = await case.person.hears("Tavataan kello 10")
    assert "korjasi viestiään" in heard.text


async def test_a_mistyped_command_does_not_reach_the_person(school: School) -> None:
    case = await school.claimed()

    await case.gets("/sulje tapaus nyt", by=school.kaisa)

    await case.hears("näyttää komennolta")
    assert not any("tapaus nyt" in seen.text for seen in case.person.inbox)


@pytest.mark.parametrize("kind", ["photo", "voice", "video", "sticker", "document", "location"])
async def test_what_staff_send_besides_words_reaches_the_person(school: School, kind: str) -> None:
    case = await school.claimed()
    where = {"in_": school.group, "topic": case.topic}
    send = getattr(school.kaisa, f"sends_{kind}")

    line = await (send("aikataulu.pdf", **where) if kind == "document" else send(**where))

    copy = await case.person.hears(lambda seen: seen.kind == kind)
    assert not copy.forwarded
    await case.has_mark(line, "👍")


async def test_a_captioned_photo_of_staff_goes_with_its_words_but_not_its_notes(school: School) -> None:
    case = await school.claimed()

    line = await school.kaisa.sends_photo("Kartta tässä\n// älä kerro", in_=school.group, topic=case.topic)

    await case.person.hears(lambda seen: seen.text.endswith("Kartta tässä"))
    photo = await case.person.hears(lambda seen: seen.kind == "photo")
    assert photo.text == ""
    await case.has_mark(line, "👍")


async def test_a_poll_of_staff_is_refused_in_words(school: School) -> None:
    case = await school.claimed()

    await school.kaisa.sends_poll("Milloin?", in_=school.group, topic=case.topic)

    await case.hears("tällaista en pysty välittämään")


async def test_a_line_whose_answer_was_lost_is_marked_once_it_is_sure(school: School) -> None:
    case = await school.claimed()
    school.telegram.breaks("sendMessage", How.BAD_GATEWAY, chat=case.person)

    line = await case.gets("Kuuluuko?", by=school.kaisa)

    await case.person.hears("Kuuluuko?")
    await case.has_mark(line, "👍")


async def test_a_long_line_reaches_the_person_whole(school: School) -> None:
    case = await school.claimed()
    text = " ".join(f"ohje{number}" for number in range(480))

    line = await case.gets(text, by=school.kaisa)

    await case.has_mark(line, "👍")
    said = "\n".join(seen.text for seen in case.person.inbox)
    assert all(word in said.split() for word in text.split())


async def test_talk_in_a_topic_that_is_no_case_concerns_nobody(school: School) -> None:
    other = await school.kaisa.opens_topic("Kahvilista", in_=school.group)
    sent = len(school.group.from_bot())

    await school.kaisa.writes("Kuka keittää?", in_=school.group, topic=other)
    await school.antti.writes("// minä", in_=school.group, topic=other)
    await school.antti.writes("yleinen asia", in_=school.group)

    await school.telegram.quiet()
    assert len(school.group.from_bot()) == sent


async def test_a_line_in_a_colleagues_case_goes_to_nobody(school: School) -> None:
    mine, theirs = await school.claimed(by=school.kaisa), await school.claimed(by=school.antti)

    await theirs.gets("Tämä oli toiselle", by=school.kaisa)

    await school.telegram.quiet()
    for person in (mine.person, theirs.person):
        assert not any("Tämä oli toiselle" in seen.text for seen in person.inbox)


async def test_a_line_goes_to_the_case_of_its_topic_whatever_it_answers(school: School) -> None:
    """A reply across topics cannot be made in Telegram; an answer to an old line of the same topic can."""
    case = await school.claimed()
    await case.person.writes("eka")
    first = await case.hears("eka")
    await case.person.writes("toka")

    line = await school.kaisa.writes("vastaus ekaan", in_=school.group, reply_to=first)

    await case.person.hears("vastaus ekaan")
    await case.has_mark(line, "👍")
