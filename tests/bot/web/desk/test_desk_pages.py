"""What staff see at the desk."""

from datetime import timedelta

import pytest
from starlette.requests import Request

from bot.channel import Turn
from bot.conversation import on_person_turn
from bot.handoff import rescue
from bot.handoff.desk_room import DESK
from bot.posting import post
from bot.web.desk_events import events
from bot.web.desk_visit import COOKIE
from storage import counts, turns
from storage.desk import SESSION_LASTS
from tests.bot.web.desk.conftest import Office

MINUTE = timedelta(minutes=1)
MARKUP = "<script>alert(1)</script> **lihava** \"'"


async def test_the_queue_shows_the_gravest_first_then_who_has_waited_longest(office: Office) -> None:
    young = await office.opens(person="web:1", at=office.now - MINUTE)
    old = await office.opens(person="web:2", at=office.now - 9 * MINUTE)
    grave = await office.opens(person="web:3", level=3, kind="suicide")
    kaisa = await office.visitor()

    page = await kaisa.sees()

    places = [page.index(f">{case.code}<") for case in (grave, old, young)]
    assert places == sorted(places)
    assert "9 min" in page
    assert "<strong>HÄTÄ</strong>" in page, "danger is said in words, not by colour alone"


async def test_the_queue_shows_one_campus_and_tells_how_many_others_there_are(office: Office) -> None:
    kuopio = await office.opens(person="web:1", campus="kuopio")
    varkaus = await office.opens(person="web:2", campus="varkaus")
    kaisa = await office.visitor()

    page = await kaisa.sees("/desk?campus=varkaus")

    assert f">{varkaus.code}<" in page
    assert f">{kuopio.code}<" not in page
    assert "Muilla kampuksilla: 1" in page


async def test_what_people_wrote_is_shown_as_text(office: Office) -> None:
    case = await office.opens(MARKUP)
    kaisa = await office.visitor()

    page = await kaisa.sees(f"/desk/case/{case.code}")

    assert "&lt;script&gt;alert(1)&lt;/script&gt; **lihava**" in page
    assert "<script>alert" not in page


async def test_what_the_bot_said_looks_as_it_looked_to_the_person(office: Office) -> None:
    case = await office.opens("moi")
    async with office.database.begin() as session:
        await turns.add(session, case.contact_id, by="bot", text="Soita **112**. <b>", at=office.now)
    kaisa = await office.visitor()

    page = await kaisa.sees(f"/desk/case/{case.code}")

    assert "Soita <strong>112</strong>. &lt;b&gt;" in page


async def test_a_case_shows_who_spoke_what_was_understood_and_how_a_line_went(office: Office) -> None:
    case = await office.opens("haluun kuolla", "henkilötunnukseni on 131052-308T")
    kaisa = await office.visitor()
    await kaisa.does(case.code, "claim")
    async with office.database.begin() as session:
        for ref, mark in (("desk-a", "👍"), ("desk-b", "⚠ Ei mennyt perille: hän on estänyt botin")):
            await turns.add(
                session,
                case.contact_id,
                by="staff",
                text="Moi",
                at=office.now + MINUTE,
                case_id=case.id,
                ref=ref,
            )
            await turns.set_mark(session, case.id, ref, mark)

    page = await kaisa.sees(f"/desk/case/{case.code}")

    assert "Vaara: itsemurha-ajatuksia" in page
    assert "✓ perillä" in page
    assert "⚠ Ei mennyt perille: hän on estänyt botin" in page
    assert "131052-308T" not in page, "as everywhere that staff read"
    assert "⚠ viesti ei mennyt perille" in await kaisa.sees()


@pytest.mark.parametrize(
    ("language", "hello", "in_finnish"),
    [
        pytest.param("fi", "Moi, hyvä että kirjoitit", False, id="Finnish"),
        pytest.param("sv", "Hej, bra att du skrev", True, id="Swedish"),
        pytest.param("en", "Hi, good that you wrote", True, id="English"),
        pytest.param("so", "Moi, hyvä että kirjoitit", False, id="a language that nobody here writes"),
    ],
)
async def test_canned_answers_are_shown_as_the_person_would_read_them(
    office: Office, language: str, hello: str, *, in_finnish: bool
) -> None:
    case = await office.opens("moi", language=language)
    kaisa = await office.visitor()
    await kaisa.does(case.code, "claim")

    page = await kaisa.sees(f"/desk/case/{case.code}?canned=hello")

    assert f'required aria-describedby="text-hint">{hello}' in page, (
        "without a script a click fills the field"
    )
    assert ("suomeksi: Moi, hyvä että kirjoitit" in page) is in_finnish


async def test_only_the_holder_is_offered_to_write(office: Office) -> None:
    case = await office.opens("moi")
    kaisa, antti = await office.visitor("Kaisa"), await office.visitor("Antti")
    await kaisa.does(case.code, "claim")

    assert 'name="text"' in await kaisa.sees(f"/desk/case/{case.code}")
    page = await antti.sees(f"/desk/case/{case.code}")
    assert 'name="text"' not in page
    assert "Tapausta hoitaa Kaisa" in page


async def test_small_numbers_are_hidden_in_the_overview(office: Office) -> None:
    """A single question about a rare matter could lead to somebody."""
    async with office.database.begin() as session:
        for topic, times in (("loneliness", 12), ("anxiety", 3), ("bullying", 1)):
            for _ in range(times):
                await counts.asked(session, topic, at=office.now)
        for _ in range(2):
            await counts.feedback(session, "anxiety", helped=True, at=office.now)
    kaisa = await office.visitor()

    page = await kaisa.sees("/desk/overview")

    assert page.count("<span>alle 5</span>") == 2
    assert "<span>12</span>" in page
    assert "Kysymyksiä yhteensä: yli 12" in page, "the sum does not give them away"
    assert "Tarpeeksi moni ei ole vielä vastannut" in page


async def test_a_question_that_was_understood_is_counted_and_a_greeting_is_none(office: Office) -> None:
    async with office.database.begin() as session:
        for text in ("moi", "mua ahistaa iha sikana mennä huomen kouluu"):
            await on_person_turn(session, Turn("web:9", text=text), office.library, now=office.now)

        assert await counts.asked_on(session, office.now.date()) == {"anxiety": 1}


async def test_the_overview_counts_open_cases_by_campus_and_level(office: Office) -> None:
    await office.opens(person="web:1", level=2)
    await office.opens(person="web:2", level=2)
    await office.opens(person="web:3", campus="varkaus", staff_chat="telegram:-7")
    kaisa = await office.visitor()

    page = await kaisa.sees("/desk/overview")

    assert '<th scope="row">Kuopio</th><td>0</td><td>2</td><td>0</td><td>0</td>' in page
    assert '<th scope="row">Varkaus</th>' not in page, "another group's"


async def test_news_tell_codes_and_numbers_and_nothing_that_anybody_wrote(office: Office) -> None:
    case = await office.opens("salaisuus", level=2, kind="suicide")
    kaisa = await office.visitor()
    first = (await kaisa.browser.get("/desk/news")).json()
    await kaisa.does(case.code, "claim")
    async with office.database.begin() as session:
        await turns.add(session, case.contact_id, by="person", text="lisää", at=office.now + MINUTE)
    answer = await kaisa.browser.get("/desk/news")
    second = answer.json()

    assert first["calls"] == {case.code: 2000}
    assert first["words"] == {}
    assert second["calls"] == {}
    assert list(second["words"]) == [case.code]
    assert first["cases"][case.code] != second["cases"][case.code]
    assert "salaisuus" not in answer.text


async def test_the_stream_tells_what_changes_and_ends_with_the_session(office: Office) -> None:
    kaisa = await office.visitor()
    case = await office.opens("moi")
    cookie = f"{COOKIE}={kaisa.browser.cookies[COOKIE]}".encode()
    request = Request({"type": "http", "method": "GET", "headers": [(b"cookie", cookie)]})
    stream = events(office.desk, request)

    first = await anext(stream)
    await kaisa.does(case.code, "claim")
    second = await anext(stream)
    office.now += SESSION_LASTS
    office.web.bells.ring("desk")
    rest = [each async for each in stream]

    assert f'"calls":{{"{case.code}":0}}' in first
    assert '"calls":{}' in second
    assert rest == ["event: over\ndata: {}\n\n"]


async def test_the_stream_ends_when_the_program_does(office: Office) -> None:
    """An orderly stop waits for no browser."""
    kaisa = await office.visitor()
    office.web.closing.set()

    ended = await kaisa.browser.get("/desk/events")

    assert (ended.status_code, ended.text) == (200, "")
    assert ended.headers["content-type"].startswith("text/event-stream")


async def test_what_the_program_failed_on_is_seen_where_there_is_no_group(office: Office) -> None:
    """Nothing is ever silent: a message that could not be handled goes to the humans, whoever they are."""
    kaisa = await office.visitor()
    before = (await kaisa.browser.get("/desk/news")).json()["notice"]
    async with office.database.begin() as session:
        letters = [rescue.notice(DESK, "⚠ Ohjelma epäonnistui tämän viestin kohdalla: <b>apua</b>")]
        await post(session, letters, office.channels["desk"], inbox_id=None, now=office.now)

    page = await kaisa.sees()

    assert "⚠ Ohjelma epäonnistui tämän viestin kohdalla: &lt;b&gt;apua&lt;/b&gt;" in page
    assert (await kaisa.browser.get("/desk/news")).json()["notice"] > before


async def test_notices_of_the_desk_are_not_for_a_group(office: Office) -> None:
    async with office.database.begin() as session:
        letters = [rescue.notice(DESK, "⚠ ei tänne")]
        await post(session, letters, office.channels["desk"], inbox_id=None, now=office.now)
    kaisa = await office.visitor(chat="telegram:-1001")

    assert "ei tänne" not in await kaisa.sees()
