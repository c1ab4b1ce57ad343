"""Events, bulletins, looking things up: as people and staff meet them in Telegram."""

import socket
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
from icalendar import Calendar

from tests.double.people import Person
from tests.double.seen import Seen
from tests.end_to_end.newsroom import SQUIRREL, Newsroom, newsroom

pytestmark = pytest.mark.asyncio(loop_scope="module")


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def room(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Newsroom]:
    address = f"127.0.0.1:{free_port()}"
    settings = {
        "MATALA_TELEGRAM_MODE": "webhook",
        "MATALA_PUBLIC_URL": f"http://{address}",
        "MATALA_LISTEN": address,
    }
    async with newsroom(tmp_path_factory.mktemp("newsroom"), **settings) as room:
        await room.telegram.until(lambda: room.telegram.pending["webhook"])
        yield room
        assert room.telegram.violations == []
        assert [line for line in room.program.log if " error " in line or " critical " in line] == []


def somebody(room: Newsroom, language: str = "fi") -> Person:
    return room.telegram.person("Zvilma", "Rqvist", username=None, language_code=language)


async def all_heard(room: Newsroom, person: Person) -> str:
    await room.telegram.quiet()
    return "\n".join(seen.text for seen in person.inbox)


async def asked(room: Newsroom, words: str, *, by: Person | None = None) -> Seen:
    """Let staff write, and return the answer."""
    room.group.forgets()
    await (by or room.kaisa).writes(words, in_=room.group)
    [answer] = await heard_by_staff(room)
    return answer


async def heard_by_staff(room: Newsroom) -> list[Seen]:
    await room.telegram.quiet()
    return room.group.unheard()


async def subscribed(room: Newsroom, person: Person, campus: str = "Kuopio") -> Seen:
    await person.writes("/tilaa")
    await person.presses_inline("Huoltajille")
    await person.presses_inline(campus)
    return await person.hears("Tilattu")


# ---------------------------------------------------------------- events


async def test_events_of_this_week_are_shown_for_ones_campus(room: Newsroom) -> None:
    """It is Monday the 23rd; breakfast is on Tuesdays, the theme day on Friday."""
    person = somebody(room)

    await person.writes("/tapahtumat")
    common = await person.hears("Tällä viikolla (kaikille kampuksille yhteistä)")
    await person.hears("Missä opiskelet")
    await person.presses_inline("Kuopio")
    mine = await person.hears("Tällä viikolla (Kuopio)")

    assert "Hyvinvointipäivä" in common.text
    assert "Aamupala" not in common.text
    assert "Aamupala\n🕘 tiistaina 24.11. klo 8–8.30\n📍 Kirjasto" in mine.text
    assert "Hyvinvointipäivä\n🕘 perjantaina 27.11." in mine.text
    assert "Vanhempainilta" not in mine.text


async def test_the_question_for_the_campus_can_be_skipped(room: Newsroom) -> None:
    person = somebody(room)

    await person.writes("/tapahtumat")
    await person.presses_inline("Ohita")

    await person.hears("Selvä, ei tarvitse kertoa")


async def test_events_are_told_when_asked_for_in_words_and_in_ones_language(room: Newsroom) -> None:
    person = somebody(room, "en")

    await person.starts("varkaus")
    await person.writes("what events are there at school this week?")

    said = await all_heard(room, person)
    assert "Parents' evening\n🕘 Wednesday 25.11. at 17:30–19" in said
    assert "Languages: Finnish" in said


async def test_the_feed_of_a_campus_is_valid_and_says_the_same(room: Newsroom) -> None:
    url = room.program.settings["MATALA_PUBLIC_URL"]
    async with aiohttp.ClientSession() as web:
        async with web.get(f"{url}/calendar/kuopio.ics?lang=sv") as answer:
            kind, body = answer.headers["Content-Type"], await answer.text()
        async with web.get(f"{url}/calendar/nowhere.ics") as answer:
            missing = answer.status

    events = {str(each["UID"]): each for each in Calendar.from_ical(body).walk("VEVENT")}
    assert (kind, missing) == ("text/calendar; charset=utf-8", 404)
    assert set(events) == {"breakfast@sakky.matala", "theme-day@sakky.matala"}
    assert str(events["breakfast@sakky.matala"]["SUMMARY"]) == "Frukost"


# ---------------------------------------------------------------- subscribing


async def test_subscribing_shows_in_what_is_kept_and_ends_with_it(room: Newsroom) -> None:
    person = somebody(room)

    done = await subscribed(room, person)
    await person.writes("/tiedot")
    kept = await person.hears("mitä sinusta on tallessa")
    await person.writes("/unohda")
    await person.presses_inline("Poista kaikki")
    await person.hears("Kaikki on poistettu")
    await person.writes("/peru")
    nothing = await person.hears("Sinulla ei ole tilauksia")

    assert "Huoltajille, Kuopio" in done.text
    assert "Tilaamasi tiedotteet:\nHuoltajille, Kuopio. Päättyy 28.12.2027." in kept.text
    assert nothing


async def test_one_of_several_subscriptions_can_end(room: Newsroom) -> None:
    person = somebody(room)
    await subscribed(room, person)
    await subscribed(room, person, "Varkaus")

    await person.writes("/peru")
    which = await person.hears("Minkä tilauksen")
    await person.presses_inline("Huoltajille, Kuopio", which)
    left = await person.hears("Tilaus on lopetettu")
    await person.writes("/unsubscribe")
    again = await person.hears("Minkä tilauksen")
    await person.presses_inline("Huoltajille, Varkaus", again)

    assert [each.text for each in which.buttons][:3] == [
        "Huoltajille, Kuopio",
        "Huoltajille, Varkaus",
        "Kaikki",
    ]
    assert "– Huoltajille, Varkaus" in left.text
    assert (await person.hears("Tilaus on lopetettu")).text.count("Varkaus") == 0


async def test_danger_in_the_words_of_a_command_is_heard(room: Newsroom) -> None:
    person = somebody(room)

    await person.writes("/tilaa haluun kuolla")

    await person.hears("112")


# ---------------------------------------------------------------- sending


async def test_a_bulletin_is_seen_confirmed_and_sent_and_says_the_way_out(room: Newsroom) -> None:
    room.group.forgets()
    people = [somebody(room) for _ in range(2)]
    for person in people:
        await subscribed(room, person)
    other = somebody(room)
    await subscribed(room, other, "Varkaus")

    await room.kaisa.writes("/tiedote", in_=room.group)
    listed = await room.group.hears("evening-news: Vanhempainilta tulossa (Huoltajille, Kuopio)")
    await room.kaisa.writes("/tiedote evening-news", in_=room.group)
    shown = await room.group.hears(SQUIRREL)
    preview = await room.group.hears("Lähetetäänkö?")
    await (await room.antti.presses_inline("Lähetä", preview, in_=room.group)).answered()
    got = await people[0].hears(SQUIRREL)
    result = await room.group.hears("on lähetetty")
    await people[0].presses_inline("Lopeta tilaus", got)
    await people[0].hears("Minkä tilauksen")

    assert "spring-news" not in listed.text
    assert "Lukijoita: alle 5" in preview.text
    assert got.text.startswith(shown.text)
    assert "/peru" in got.text
    assert "Perille: alle 5" in result.text
    assert sum(SQUIRREL in seen.text for seen in people[1].inbox) == 1
    assert SQUIRREL not in await all_heard(room, other)
    assert room.telegram.leaks(room.group, of=[*people, other]) == []


async def test_nobody_outside_the_staff_chat_sends_anything(room: Newsroom) -> None:
    person = somebody(room)
    elsewhere = room.telegram.supergroup("Muualla", [person])
    await person.writes("/tiedote evening-news", in_=elsewhere)
    await person.writes("/tiedote evening-news")
    shown = await person.hears(lambda _: True)
    forged = await person.presses_data("bulletin-send:evening-news:00000000", shown)

    await forged.answered()
    await room.telegram.quiet()

    assert SQUIRREL not in await all_heard(room, person)
    assert not any(SQUIRREL in seen.text for seen in elsewhere.from_bot())


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        pytest.param("/tiedote spring-news", "on voimassa 1.3.2027–31.3.2027", id="not yet"),
        pytest.param("/tiedote nothing", "Tällaista tiedotetta ei ole", id="no such bulletin"),
        pytest.param("/haku", "Kirjoita sanat", id="looking for nothing"),
        pytest.param("/haku xyzzyx", "Ei löytynyt", id="nothing found"),
        pytest.param("/vanhentunut", "Kirjoita tunnus", id="flagging nothing"),
        pytest.param("/vanhentunut xyzzyx", "Tällaista tunnusta ei ole", id="flagging what is not there"),
    ],
)
async def test_staff_are_told_what_is_wrong(room: Newsroom, words: str, answer: str) -> None:
    assert answer in (await asked(room, words)).text


async def test_what_staff_looked_at_and_what_is_sent_are_the_same(room: Newsroom, tmp_path: Path) -> None:
    """A reload between the preview and the press: what was not seen does not go out."""
    preview = None
    room.group.forgets()
    await room.kaisa.writes("/tiedote evening-news", in_=room.group)
    preview = await room.group.hears("Tiedotetta ei" if preview else "Kampukset: Kuopio")
    reader = somebody(room)
    await subscribed(room, reader)
    room.group.forgets()
    await room.kaisa.writes("/tiedote evening-news", in_=room.group)
    preview = await room.group.hears("Uusia lukijoita: alle 5")

    forged = preview.buttons[0].data
    assert forged is not None
    press = await room.kaisa.presses_data(forged[:-8] + "0" * 8, preview)

    assert "on muuttunut" in (await press.answered())["text"]
    assert SQUIRREL not in await all_heard(room, reader)


# ---------------------------------------------------------------- looking up


async def test_staff_find_services_and_what_is_not_verified_says_so(room: Newsroom) -> None:
    verified = await asked(room, "/haku kriisipuhelin")
    unverified = await asked(room, "/haku sosiaali- ja kriisipäivystys")
    answer = await asked(room, "/haku ahdistus")

    assert "09 2525 0111" in verified.text
    assert "EI VAHVISTETTU: älä anna opiskelijalle" in unverified.text
    assert "Botin vastaus: " in answer.text


async def test_what_staff_flag_is_listed_for_the_keeper(room: Newsroom) -> None:
    flagged = await asked(room, "/vanhentunut anxiety teksti on vanha")

    listed = await room.matala("flagged")
    done = await room.matala("flagged", "--done", "anxiety")

    assert "anxiety on merkitty vanhentuneeksi" in flagged.text
    assert "anxiety (topic), 1 times, last 2026-11-23: teksti on vanha" in listed
    assert "Nothing is flagged." in done
