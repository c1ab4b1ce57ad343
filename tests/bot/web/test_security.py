"""What somebody tries who means harm: guessing, forging, planting, saying too much."""

from collections.abc import AsyncIterator
from datetime import datetime

import httpx
import pytest
from itsdangerous import URLSafeSerializer
from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import Response

from bot.channel import Message as Said
from bot.channel import Part, Style
from bot.web import server, webhook
from bot.web.channel import chat_name
from bot.web.chat_limits import Limits, address_of
from bot.web.chat_passes import COOKIE, Passes
from bot.web.guards import BODY_LIMIT
from content.library import Library
from storage import web_codes
from storage.crypto import Keys
from storage.models import WEB_CHATS
from tests.bot.conftest import Small
from tests.bot.web.chat_scene import Scene, new_key
from tests.bot.web.site_of import Site, opened

MARKUP = "<script>alert(1)</script>**x** [y](javascript:alert(1)) javascript:alert(1)"
DEADLINE = 10.0  # seconds
ODD = ["\0", "\u202e", "ä" * 3000, "'\"><script>", "x" * 20_000, "{language}", "%s"]


@pytest.fixture
def scene(small: Small) -> Scene:
    return Scene(small)


@pytest.fixture
async def site(sakky: Library, noon: datetime) -> AsyncIterator[Site]:
    async with opened(sakky, noon) as at:
        yield at


class TestTooMuch:
    """Whatever is refused unread may have been a cry for help."""

    @pytest.mark.parametrize("path", ["/fi/ask", "/fi/chat", "/chat/messages", "/desk/case/K-1/reply"])
    async def test_a_page_that_refuses_it_says_where_help_is(self, path: str, site: Site) -> None:
        answer = await site.browser.post(path, content=b"x" * (BODY_LIMIT + 1))

        assert answer.status_code == 413
        assert "liian pitkä" in answer.text
        assert 'href="tel:112"' in answer.text
        assert answer.headers["Cache-Control"] == "no-store"

    async def test_the_chats_script_is_told_so_that_it_does_not_send_it_for_ever(self, site: Site) -> None:
        json = {"Content-Type": "application/json", "Accept-Language": "en"}

        answer = await site.browser.post("/chat/messages", content=b"x" * (BODY_LIMIT + 1), headers=json)

        assert (answer.status_code, answer.json()["state"]) == (413, "too_long")
        assert "too long" in answer.json()["text"]
        assert "call 112" in answer.json()["text"]

    async def test_another_sites_form_is_refused_in_words(self, site: Site) -> None:
        answer = await site.browser.post("/fi/ask", headers={"Origin": "https://evil.example"})

        assert answer.status_code == 403
        assert 'href="tel:112"' in answer.text


class TestGuessing:
    async def test_a_code_in_a_message_is_slowed_down_like_one_in_its_own_form(self, small: Small) -> None:
        """A new conversation costs nothing, so a limit of each would be none."""
        scene = Scene(small, limits=Limits(clock=lambda: 0.0))

        answers = [
            await scene.browser().sends(f"jatka BBBBB-BBBB{sign}") for sign in "BCDFGHJKMNPQRSTVWXZ234"
        ]

        assert [each.status_code for each in answers] == [200] * 20 + [429] * 2

    async def test_words_are_not_counted_among_codes(self, small: Small) -> None:
        scene = Scene(small, limits=Limits(clock=lambda: 0.0))

        answers = [await scene.browser().sends("moi") for _ in range(25)]

        assert {each.status_code for each in answers} == {200}

    @pytest.mark.parametrize(
        ("one", "other", "is_same"),
        [
            pytest.param("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True, id="one network"),
            pytest.param("2001:db8:1:2::1", "2001:db8:1:3::1", False, id="two networks"),
            pytest.param("192.0.2.1", "192.0.2.2", False, id="two of the old kind"),
            pytest.param("::ffff:192.0.2.1", "::ffff:192.0.2.2", False, id="the old kind written anew"),
        ],
    )
    def test_a_network_of_one_connection_counts_as_one(self, one: str, other: str, *, is_same: bool) -> None:
        """Whoever has one IPv6 address has 18 quintillion of them."""
        found = [address_of(Request({"type": "http", "client": (each, 1)})) for each in (one, other)]

        assert (found[0] == found[1]) is is_same

    def test_codes_are_too_many_to_be_guessed(self) -> None:
        tries = 10_000 * 24 * 3600 / 15  # in a day, by so many addresses at the pace of the limit
        living = 500

        assert tries * living / len(web_codes.ALPHABET) ** web_codes.LENGTH < 1e-3


class TestPlanting:
    async def test_over_https_no_neighbouring_site_can_plant_a_conversation(self, small: Small) -> None:
        """Session fixation: who planted their own cookie would read what the next one writes."""
        scene = Scene(small, "https://apu.example.fi")
        attacker, victim = scene.browser(), scene.browser()
        answer = await attacker.sends("moi")
        name, _, value = answer.headers["Set-Cookie"].partition(";")[0].partition("=")

        victim.client.cookies.set(COOKIE, value, domain=".example.fi")
        await victim.sends("salaisuus")

        assert name == f"__Host-{COOKIE}"
        assert "Domain" not in answer.headers["Set-Cookie"]
        assert "Path=/;" in answer.headers["Set-Cookie"]
        assert await attacker.said() == ["moi"]

    async def test_another_schools_cookie_opens_nothing(self, small: Small) -> None:
        """Each school has keys of its own."""
        browser, theirs = Scene(small).browser(), Passes(Keys([Keys.generate()]), is_secure=False)
        await browser.sends("moi")
        name = str(URLSafeSerializer("any").loads_unsafe(browser.client.cookies[COOKIE])[1])
        forged, answer = Scene(small).browser(), Response()
        theirs.give(answer, chat_name(name), is_embedded=False)
        forged.client.cookies.set(COOKIE, answer.headers["Set-Cookie"].partition("=")[2].partition(";")[0])

        assert (await forged.news())["posts"] == []

    async def test_a_link_from_another_site_makes_nobody_go_on_with_its_conversation(
        self, scene: Scene
    ) -> None:
        attacker, victim = scene.browser(), scene.browser()
        await attacker.sends("moi")
        page = (await attacker.fills_in("/chat/code")).text
        code = page.partition('<p class="code" role="status"><strong>')[2].partition("<")[0]
        assert len(code) == web_codes.LENGTH + 1

        opened = [
            (await victim.client.get(path, params={"code": code})).status_code
            for path in ("/chat/resume", "/fi/chat")
        ]
        forged = await victim.client.post("/chat/resume", data={"code": code, "token": attacker.token})

        assert opened == [405, 200]
        assert forged.status_code == 409
        assert not victim.client.cookies

    async def test_another_schools_telegram_brings_nothing_here(self) -> None:
        kept: list[bytes] = []

        async def receive(body: bytes) -> None:
            kept.append(body)

        ours, theirs = (Keys([Keys.generate()]).fingerprint("telegram webhook") for _ in range(2))
        app = server.make_app(
            webhook.routes(receive, ours),
            public_url="http://matala",
            ready=_ready,
            trusted_paths=[webhook.PATH],
        )
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://matala") as client:
            answers = [
                (
                    await client.post(webhook.PATH, content=b"{}", headers={webhook.SECRET_HEADER: each})
                ).status_code
                for each in (theirs, b"\xff", ours)
            ]

        assert answers == [403, 403, 200]
        assert len(kept) == 1


class TestMarkup:
    async def test_of_both_sides_it_is_shown_as_text(self, scene: Scene) -> None:
        browser = scene.browser()
        await browser.sends(MARKUP)
        chat = await _chat_of(scene)
        line = Said(chat, (Part("Koulun aikuinen:\n"), Part(MARKUP, Style.VERBATIM)), carries_for="desk:-1")
        await scene.channels["web"].send(line)

        page, told = await browser.opens(), str(await browser.news())

        for shown in (page, told):
            assert "<script>alert" not in shown
            assert '<a href="javascript:' not in shown
            assert shown.count("&lt;script&gt;alert(1)") == 2


class TestForging:
    @pytest.mark.parametrize("path", ["messages", "presses", "code", "resume", "leave"])
    @pytest.mark.parametrize("odd", ODD)
    async def test_an_odd_field_breaks_nothing(self, odd: str, path: str, scene: Scene) -> None:
        browser = scene.browser()
        await browser.opens()
        good = {"token": browser.token, "key": new_key(), "text": "moi", "press": "1-1-0", "code": "B"}

        for name in (*good, "of", "language", "embed"):
            fields = good | {"key": new_key(), name: odd}
            for sent in ({"json": fields}, {"data": fields}):
                answer = await browser.client.post(f"/chat/{path}", **sent)

                assert answer.status_code in {200, 303, 400, 409, 429}, name

    @pytest.mark.parametrize(
        "body",
        [
            pytest.param(b"[" * 60_000, id="nested"),
            pytest.param(b'{"a":' * 10_000, id="nested objects"),
            pytest.param(b'{"token":"\\ud800","text":"\\ud800","key":"\\ud800"}', id="half characters"),
            pytest.param(b'{"token":{"a":1},"text":["x"],"key":1}', id="no texts"),
            pytest.param(b"\xff\xfe", id="no JSON"),
            pytest.param(b"null", id="nothing"),
            pytest.param(b"1" * 60_000, id="a number"),
        ],
    )
    async def test_json_that_no_page_of_ours_sends_is_stale(self, body: bytes, scene: Scene) -> None:
        headers = {"Content-Type": "application/json"}

        answers = [
            await scene.browser().client.post(f"/chat/{path}", content=body, headers=headers)
            for path in ("messages", "presses", "code", "resume", "leave")
        ]

        assert {each.status_code for each in answers} == {409}

    async def test_no_field_of_the_form_names_another_conversation(self, scene: Scene) -> None:
        """What the inbox gets is made of the cookie, whatever else a page sends."""
        one, other = scene.browser(), scene.browser()
        await one.sends("moi")
        chat = str(URLSafeSerializer("any").loads_unsafe(one.client.cookies[COOKIE])[1])

        await other.sends("hei", chat=f"web:{chat}", ref="x", is_edit="1", staff="1", command="unohda")

        assert await one.said() == ["moi"]
        assert await other.said() == ["hei"]

    async def test_nobody_corrects_what_another_said(self, scene: Scene) -> None:
        one, other, key = scene.browser(), scene.browser(), new_key()
        await one.sends("moi", key=key)

        await other.sends("väärä", of=key)

        assert await one.said() == ["moi"]

    @pytest.mark.parametrize(
        "press", ["claim:K-1", "s:claim:K-1", "staff", "0-0-0", "1-1-99", "x-1-0", "1-1--1"]
    )
    async def test_only_a_button_that_was_shown_can_be_pressed(self, press: str, scene: Scene) -> None:
        """No data of a button comes from the page: staff's own can be pressed by no visitor."""
        browser = scene.browser()
        await browser.sends("moi")

        answer = await browser.presses(press)

        assert (answer.status_code, answer.json()["state"]) == (400, "old_button")

    @pytest.mark.parametrize(
        "place", ["999999999999999999-999999999", "٣-٣", "-1--1", "1-1\r\nX: y", "0x1-1", "1" * 99]
    )
    async def test_a_place_that_is_odd_tells_nothing_of_others(self, place: str, scene: Scene) -> None:
        await scene.browser().sends("salaisuus")
        other = scene.browser()
        await other.sends("hei")

        told = await other.news(place)

        assert "salaisuus" not in str(told)


class TestAddresses:
    @pytest.mark.parametrize(
        "origin", ["http://[evil", "http://matala@evil", "//", "http://matala.evil.example", "null", "x"]
    )
    async def test_an_odd_origin_is_another_site(self, origin: str, site: Site) -> None:
        answer = await site.browser.post("/fi/campus", headers={"Origin": origin})

        assert answer.status_code == 403

    @pytest.mark.parametrize("path", ["/fi/topics/", "/fi", "/", "/favicon.ico"])
    @pytest.mark.parametrize("host", ["evil.example", "evil.example:1@x", "x/fi/urgent?"])
    async def test_no_redirect_leads_to_the_host_that_somebody_asked_for(
        self, host: str, path: str, site: Site
    ) -> None:
        answer = await site.get(path, host=host)

        assert answer.headers["Location"].startswith("/")
        assert not answer.headers["Location"].startswith("//")
        assert "evil" not in answer.headers["Location"]

    @pytest.mark.parametrize("host", ["evil.example", "x/fi/urgent?", "evil.example#"])
    async def test_no_page_is_made_of_the_host_that_somebody_asked_for(self, host: str, site: Site) -> None:
        """Pages are kept for others; what one asker says must not be in them."""
        asked = await site.get("/fi/topics/absence", host=host)

        assert asked.text == (await site.get("/fi/topics/absence")).text
        assert "evil" not in asked.text

    @pytest.mark.parametrize(
        "path",
        ["/static/..%2f..%2fsettings.py", "/static/%2e%2e/pages.py", "//evil.example/%2e%2e", "/fi/read/%00"],
    )
    async def test_no_path_leads_out(self, path: str, site: Site) -> None:
        assert (await site.get(path)).status_code == 404


async def _ready() -> bool:
    return True


async def _chat_of(scene: Scene) -> str:
    """Return the name of the only conversation."""
    async with scene.small.database.begin() as session:
        sealed = (await session.execute(select(WEB_CHATS.c.chat))).scalar_one()
    return scene.small.database.keys.open(sealed)
