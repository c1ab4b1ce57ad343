"""Going on elsewhere, leaving, being forgotten: nothing is lost, but for what somebody wants forgotten."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.web.chat_limits import Limits
from storage import staff
from storage.models import CONTACTS, TURNS, WEB_CHATS, WEB_CODES, WEB_POSTS
from tests.bot.conftest import Small
from tests.bot.web.chat_scene import Browser, Scene, bubbles, playing
from tests.fakes import OTHER, PERSON, STAFF_ROOM, staff_writes, writes

ANCHOR = "⚓ Haluan puhua ihmiselle"


@pytest.fixture
async def scene(small: Small) -> AsyncIterator[Scene]:
    await small.binds(STAFF_ROOM)
    scene = Scene(small, telegram_name="matalabot")
    async with small.database.begin() as session:
        scene.chats = await staff.chats(session)
    async with playing(scene):
        yield scene


async def code_of(browser: Browser) -> str:
    """Ask for a code, as the page does."""
    await browser.opens()
    page = (await browser.fills_in("/chat/code")).text
    found = re.search(r"<strong>([A-Z0-9]{5}-[A-Z0-9]{5})</strong>", page)
    assert found, page
    return found[1]


async def count(scene: Scene, table: object) -> int:
    async with scene.small.database.begin() as session:
        return len((await session.execute(table.select())).all())  # type: ignore[attr-defined]


class TestAnotherBrowser:
    async def test_a_code_brings_the_conversation_there(self, scene: Scene) -> None:
        phone, computer = scene.browser(), scene.browser()
        await phone.sends("moi")
        await phone.hears("botti")

        answer = await computer.fills_in("/chat/resume", code=(await code_of(phone)).lower())

        assert answer.status_code == 303
        assert await computer.said() == ["moi"]
        await computer.opens()
        await computer.sends("täällä taas")
        assert await phone.said() == ["moi", "täällä taas"], "both show it from now on"

    async def test_what_was_said_there_before_comes_along(self, scene: Scene) -> None:
        phone, computer = scene.browser(), scene.browser()
        await phone.sends("moi")
        await phone.hears("botti")
        await computer.sends("hei vaan")
        await computer.hears("botti")

        await computer.fills_in("/chat/resume", code=await code_of(phone))

        assert await computer.said() == ["moi", "hei vaan"]
        assert await count(scene, CONTACTS) == 1

    async def test_two_open_cases_become_one_and_staff_hear_of_it(self, scene: Scene) -> None:
        phone, computer = scene.browser(), scene.browser()
        await phone.sends("haluan tappaa itseni")
        await scene.staff_hear("K-1")
        await computer.sends(ANCHOR)
        await scene.staff_hear("K-2")

        await computer.fills_in("/chat/resume", code=await code_of(phone))

        await scene.staff_hear("Se jatkuu tässä")
        assert "K-1" in await scene.staff_hear("K-2 on suljettu")

    @pytest.mark.parametrize("code", ["", "BBBBB-BBBBB", "x" * 500, "moi"])
    async def test_a_wrong_code_is_said_to_be_wrong(self, code: str, scene: Scene) -> None:
        answer = await scene.browser().fills_in("/chat/resume", code=code)

        assert answer.status_code == 400
        assert "Koodi ei toimi" in answer.text
        assert "set-cookie" not in answer.headers

    async def test_a_code_works_once_and_for_a_day(self, scene: Scene) -> None:
        phone = scene.browser()
        await phone.sends("moi")
        used, old = await code_of(phone), await code_of(phone)
        await scene.browser().fills_in("/chat/resume", code=used)

        again = await scene.browser().fills_in("/chat/resume", code=used)
        scene.small.now += timedelta(hours=25)
        late = await scene.browser().fills_in("/chat/resume", code=old)

        assert (again.status_code, late.status_code) == (400, 400)

    async def test_guessing_is_slowed_down(self, small: Small) -> None:
        browser = Scene(small, limits=Limits(clock=lambda: 0.0)).browser()

        answers = [await browser.fills_in("/chat/resume", code="BBBBB-BBBBB") for _ in range(22)]

        assert [each.status_code for each in answers] == [400] * 20 + [429] * 2

    async def test_without_a_conversation_there_is_no_code(self, scene: Scene) -> None:
        browser = scene.browser()

        assert "kun olet kirjoittanut" in await browser.opens()
        assert (await browser.fills_in("/chat/code")).status_code == 409


class TestTelegram:
    async def test_the_page_shows_the_way_there(self, scene: Scene) -> None:
        phone = scene.browser()
        await phone.sends("moi")
        await phone.opens()

        page = (await phone.fills_in("/chat/code")).text

        assert re.search(r'href="https://t\.me/matalabot\?start=jatka-[A-Z0-9]{5}-[A-Z0-9]{5}"', page)

    @pytest.mark.parametrize("how", ["link", "typed"])
    async def test_the_conversation_goes_on_there(self, how: str, scene: Scene) -> None:
        phone = scene.browser()
        await phone.sends("moi")
        await phone.hears("botti")
        code = await code_of(phone)
        raw = (
            writes(PERSON, f"jatka-{code}", command="start")
            if how == "link"
            else writes(PERSON, f" {code.lower()} ")
        )

        await scene.staff_say(raw, PERSON)
        await scene.staff_channel.gets(PERSON)

        assert "Muistan" in scene.staff_channel.texts(PERSON)[0]
        await phone.hears("jatkuu nyt muualla")
        assert await phone.said() == [], "what was said went along"
        assert await count(scene, TURNS) == 2

    async def test_staff_go_on_answering_there(self, scene: Scene) -> None:
        phone = scene.browser()
        await phone.sends(ANCHOR)
        await scene.staff_hear("K-1")
        ref = str(100 + len(scene.staff_channel.given))
        await scene.staff_say(
            staff_writes(STAFF_ROOM, "", press="claim:K-1", press_id="p", ref=ref), STAFF_ROOM
        )
        await scene.staff_hear("Kaisla")
        await scene.staff_say(writes(PERSON, await code_of(phone)), PERSON)
        await scene.staff_channel.gets(PERSON)

        await scene.staff_say(staff_writes(STAFF_ROOM, "moi taas", reply_to=ref, ref="77"), STAFF_ROOM)

        await scene.staff_hear("moi taas")
        assert any("moi taas" in text for text in scene.staff_channel.texts(PERSON))

    async def test_a_wrong_code_is_answered_plainly(self, scene: Scene) -> None:
        await scene.staff_say(writes(OTHER, "jatka-BBBBB-BBBBB", command="start"), OTHER)
        await scene.staff_channel.gets(OTHER)

        assert "Koodi ei toimi" in scene.staff_channel.texts(OTHER)[0]


class TestForgetting:
    async def test_all_is_forgotten_and_the_page_says_so(self, scene: Scene) -> None:
        browser = scene.browser()
        await browser.sends("moi")
        await browser.hears("botti")
        before = (await browser.news())["place"]
        await code_of(browser)
        await browser.sends("/unohda")
        asked = await browser.hears("poistetaanko")

        await browser.presses(next(iter(asked.picks.values())))
        await browser.hears("Kaikki on poistettu")

        told = await browser.news(before)
        assert told["whole"], "an open page takes away what it shows"
        [last] = bubbles("".join(post["html"] for post in told["posts"]))
        assert "Kaikki on poistettu" in last.words
        assert [await count(scene, table) for table in (CONTACTS, TURNS, WEB_CODES)] == [0, 0, 0]
        assert [await count(scene, table) for table in (WEB_CHATS, WEB_POSTS)] == [1, 1], "the farewell"

    async def test_what_the_page_keeps_is_in_the_records(self, scene: Scene) -> None:
        browser = scene.browser()
        await browser.sends("moi")
        await browser.hears("botti")

        await browser.sends("/tiedot")

        assert "Chatin sivu verkossa" in (await browser.hears("Chatin sivu")).words

    async def test_this_device_forgets_and_says_what_remains(self, scene: Scene) -> None:
        browser = scene.browser()
        await browser.sends("moi")
        await browser.opens()

        answer = await browser.fills_in("/chat/leave")
        page = await browser.client.get(answer.headers["Location"])

        assert answer.status_code == 303
        assert "Max-Age=0" in answer.headers["Set-Cookie"]
        assert "30 päivässä" in page.text
        assert bubbles(page.text) == []
        assert await count(scene, WEB_POSTS) > 0

    async def test_staff_who_talk_with_them_hear_that_it_was_left(self, scene: Scene) -> None:
        browser = scene.browser()
        await browser.sends(ANCHOR)
        await scene.staff_hear("K-1")
        await browser.opens()

        await browser.fills_in("/chat/leave")

        await scene.staff_hear("unohtamaan")

    async def test_what_is_said_of_privacy_is_true_of_the_web(self, scene: Scene) -> None:
        browser = scene.browser()

        await browser.sends("/tietosuoja")

        assert "satunnainen tunniste" in (await browser.hears("30 päivässä")).words

    async def test_a_message_sent_again_after_forgetting_comes_back_as_nothing(self, scene: Scene) -> None:
        """The page did not hear that it had arrived; the inbox knows it all the same."""
        browser = scene.browser()
        await browser.sends("moi", key="a" * 32)
        await browser.hears("botti")
        await browser.sends("/unohda")
        asked = await browser.hears("poistetaanko")
        await browser.presses(next(iter(asked.picks.values())))
        await browser.hears("Kaikki on poistettu")

        answer = await browser.sends("moi", key="a" * 32)

        assert answer.status_code == 200
        assert await browser.said() == []
