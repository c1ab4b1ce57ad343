"""The chat keeps others out: forms of other pages, other conversations' forms, other sites' frames; and danger is
answered though nothing can be written down."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from itsdangerous import URLSafeSerializer

from bot.web.chat_passes import COOKIE
from storage import staff
from storage.database import Database, DatabaseAway
from tests.bot.conftest import Small
from tests.bot.web.chat_scene import Scene, bubbles, new_key, playing
from tests.fakes import STAFF_ROOM

DANGER = "haluan tappaa itseni"
SCHOOL = "https://www.koulu.fi"


@pytest.fixture
async def scene(small: Small) -> AsyncIterator[Scene]:
    await small.binds(STAFF_ROOM)
    scene = Scene(small)
    async with small.database.begin() as session:
        scene.chats = await staff.chats(session)
    return scene


class TestForms:
    @pytest.mark.parametrize("path", ["messages", "presses", "code", "resume", "leave"])
    async def test_another_sites_page_gets_nothing_done(self, path: str, scene: Scene) -> None:
        browser = scene.browser()
        await browser.sends("moi")

        answer = await browser.client.post(
            f"/chat/{path}",
            data={"token": browser.token, "text": "x"},
            headers={"Origin": "https://evil.example"},
        )

        assert answer.status_code == 403
        assert await browser.said() == ["moi"]

    @pytest.mark.parametrize("path", ["messages", "presses", "code", "resume", "leave"])
    @pytest.mark.parametrize("token", ["", "x", "WyJhYSIsZmFsc2Vd.aaaa.bbbb"])
    async def test_a_form_without_our_token_is_stale(self, token: str, path: str, scene: Scene) -> None:
        browser = scene.browser()
        await browser.sends("moi")

        answer = await browser.client.post(
            f"/chat/{path}", data={"token": token, "text": "x", "key": new_key(), "code": "x", "press": "x"}
        )

        assert answer.status_code == 409
        assert await browser.said() == ["moi"]

    async def test_a_token_is_good_for_its_own_conversation_alone(self, scene: Scene) -> None:
        one, other, third = scene.browser(), scene.browser(), scene.browser()
        await one.sends("moi")
        await third.opens()
        fresh = third.token
        await other.sends("hei")

        for token in (one.token, fresh):
            other.token = token
            assert (
                await other.client.post(
                    "/chat/messages", json={"token": token, "text": "x", "key": new_key()}
                )
            ).status_code == 409
        assert await other.said() == ["hei"]

    async def test_a_page_that_was_stale_goes_on_by_itself(self, scene: Scene) -> None:
        browser, key = scene.browser(), new_key()
        await browser.sends("moi")
        browser.token = "old"

        stale = await browser.sends("vielä", key=key)
        again = await browser.sends("vielä", key=key)

        assert (stale.status_code, again.status_code) == (409, 200)
        assert await browser.said() == ["moi", "vielä"]


class TestCookies:
    async def test_nothing_is_given_before_something_is_said(self, scene: Scene) -> None:
        browser = scene.browser()

        await browser.opens()

        assert not browser.client.cookies

    async def test_no_script_and_no_other_site_gets_hold_of_it(self, scene: Scene) -> None:
        answer = await scene.browser().sends("moi")

        cookie = answer.headers["Set-Cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert "Secure" not in cookie, "on http it would not be kept"

    async def test_where_all_is_https_it_goes_by_https_alone(self, small: Small) -> None:
        answer = await Scene(small, "https://apu.example.fi").browser().sends("moi")

        assert "; Secure" in answer.headers["Set-Cookie"]

    @pytest.mark.parametrize("value", ["", "x", "aa" * 16, URLSafeSerializer("guess").dumps("a" * 32)])
    async def test_a_made_up_one_opens_nothing(self, value: str, scene: Scene) -> None:
        browser = scene.browser()
        browser.client.cookies.set(COOKIE, value)

        assert bubbles(await browser.opens()) == []
        assert (await browser.news())["posts"] == []

    async def test_its_name_is_not_what_the_conversation_is_found_by(self, scene: Scene) -> None:
        """Whoever reads the database finds no cookie in it."""
        browser = scene.browser()
        await browser.sends("moi")

        file = scene.small.database._engine.url.database
        assert file is not None
        with open(file, "rb") as stored:  # noqa: ASYNC230 - small
            content = stored.read()
        name = URLSafeSerializer("any").loads_unsafe(browser.client.cookies[COOKIE])[1]
        assert isinstance(name, str)
        assert name.encode() not in content


class TestFrames:
    async def test_the_page_itself_stands_in_nobodys_frame(self, small: Small) -> None:
        scene = Scene(small, origins=[SCHOOL])

        answer = await scene.browser().client.get("/fi/chat")

        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Frame-Options"] == "DENY"

    async def test_the_frame_is_for_the_schools_own_pages(self, small: Small) -> None:
        scene = Scene(small, origins=[SCHOOL])

        answer = await scene.browser().client.get("/fi/chat/embed")

        policy = answer.headers["Content-Security-Policy"]
        assert re.search(r"frame-ancestors ([^;]+)", policy)[1] == f"'self' {SCHOOL}"  # type: ignore[index]
        assert "script-src 'self'" in policy
        assert "X-Frame-Options" not in answer.headers

    async def test_its_cookie_goes_along_there_and_is_that_sites_alone(self, small: Small) -> None:
        scene = Scene(small, "https://apu.example.fi", origins=[SCHOOL])
        browser = scene.browser()
        await browser.opens("/embed")

        answer = await browser.sends("moi", embed="1")

        assert "SameSite=None; Secure; Partitioned" in answer.headers["Set-Cookie"]

    async def test_a_frame_in_which_no_cookie_is_kept_is_noticed(self, scene: Scene) -> None:
        browser = scene.browser()
        await browser.opens("/embed")
        assert (await browser.news())["kept"]

        browser.client.cookies.clear()
        assert not (await browser.news())["kept"]

    async def test_the_script_may_be_used_elsewhere_and_holds_its_words(self, small: Small) -> None:
        answer = await Scene(small, "https://apu.example.fi").browser().client.get("/chat.js")

        assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert answer.headers["Content-Type"].startswith("text/javascript")
        assert '"root": "https://apu.example.fi"' in answer.text
        assert "Juttele ja saa apua" in answer.text


class TestDatabaseAway:
    @asynccontextmanager
    async def _away(self, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
        @asynccontextmanager
        async def begin(_: Database) -> AsyncIterator[None]:
            raise DatabaseAway("away")
            yield

        with monkeypatch.context() as patch:
            patch.setattr(Database, "begin", begin)
            yield

    async def test_danger_is_answered_on_the_page_and_staff_hear_of_it(
        self, scene: Scene, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        browser, key = scene.browser(), new_key()
        await browser.opens()

        async with self._away(monkeypatch):
            answer = await browser.sends(DANGER, key=key)
            await browser.sends(DANGER, key=key)
            await scene.staff_hear(DANGER)

        assert (answer.status_code, answer.json()["state"]) == (503, "away")
        assert 'href="tel:112"' in answer.json()["saves"]
        assert len(scene.staff_channel.given) == 1, "staff are told once"
        async with playing(scene):
            assert (await browser.sends(DANGER, key=key)).status_code == 200
            await browser.hears("112")
        assert await browser.said() == [DANGER]

    async def test_all_else_waits_on_the_page(self, scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
        browser = scene.browser()
        await browser.opens()

        async with self._away(monkeypatch):
            answer = await browser.sends("moi")

        assert answer.status_code == 503
        assert answer.json()["saves"] == ""
        assert int(answer.headers["Retry-After"]) > 0

    async def test_without_a_script_the_words_stay_in_the_box(
        self, scene: Scene, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        browser = scene.browser()
        await browser.opens()

        async with self._away(monkeypatch):
            answer = await browser.fills_in("/chat/messages", text=DANGER)

        assert answer.status_code == 503
        assert f"{DANGER}</textarea>" in answer.text
        assert 'href="tel:112">112</a>' in answer.text

    async def test_who_was_here_before_sees_a_page_to_write_on(
        self, scene: Scene, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        browser = scene.browser()
        await browser.sends("moi")

        async with self._away(monkeypatch):
            page = await browser.opens()

        assert 'id="chat-text"' in page

    async def test_danger_does_not_wait_for_a_slow_database(
        self, scene: Scene, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("bot.web.chat_intake.DATABASE_PATIENCE", 0.05)
        browser, key = scene.browser(), new_key()
        await browser.opens()
        async with scene.small.database.begin() as session:
            await session.connection()
            answer = await asyncio.wait_for(browser.sends(DANGER, key=key), 5)

        assert answer.status_code == 503
        assert "112" in answer.json()["saves"]
        await browser.sends(DANGER, key=key)
        assert await browser.said() == [DANGER], "what was under way was written down, once"
