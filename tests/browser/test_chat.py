"""The chat in a real browser: on a phone and a desktop, on a line that breaks, without scripts, in the dark."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.browser.axe import violations
from tests.browser.browsing import DESKTOP, PHONE, Browse, Device
from tests.browser.running import Site, running
from tests.browser.watching import Watch

CUT_OFF = (
    "net::ERR_INTERNET_DISCONNECTED",
    "net::ERR_CONNECTION_REFUSED",
    "net::ERR_",
    "Failed to load resource",
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    async with running(Path(tmp_path_factory.mktemp("chat"))) as site:
        yield site


async def say(page: Page, text: str) -> None:
    """Write and send, by the keyboard."""
    await page.fill("#chat-text", text)
    await page.press("#chat-text", "Enter")


def bubbles(page: Page, kind: str = "") -> str:
    return f"#chat-log > .post{kind}"


async def test_a_person_is_answered_and_the_focus_stays(phone: Page, site: Site) -> None:
    await phone.goto(f"{site.url}/fi/chat")
    await say(phone, "moi")

    await expect(phone.locator(bubbles(phone, ".bot")).first).to_contain_text("botti")
    await expect(phone.locator("#chat-text")).to_be_focused()
    await expect(phone.locator("#chat-text")).to_have_value("")
    await expect(phone.locator(bubbles(phone, ".you"))).to_have_count(1)
    await expect(phone.locator(".pending")).to_have_count(0)


async def test_shift_and_enter_begin_a_new_line(desktop: Page, site: Site) -> None:
    await desktop.goto(f"{site.url}/fi/chat")
    await desktop.fill("#chat-text", "eka")
    await desktop.press("#chat-text", "Shift+Enter")
    await desktop.keyboard.type("toka")
    await desktop.keyboard.press("Enter")

    words = desktop.locator(bubbles(desktop, ".you .words"))
    await expect(words).to_have_count(1)
    assert await words.first.inner_text() == "eka\ntoka"


async def test_markup_stays_text(phone: Page, site: Site) -> None:
    await phone.goto(f"{site.url}/fi/chat")
    await say(phone, "<img src=x onerror=alert(1)> <b>moi</b>")
    await expect(phone.locator(bubbles(phone, ".bot")).first).to_be_visible()

    words = phone.locator(bubbles(phone, ".you .words"))
    assert await words.inner_text() == "<img src=x onerror=alert(1)> <b>moi</b>"
    assert await phone.locator("#chat-log img, #chat-log b").count() == 0


async def test_a_button_and_the_anchor_are_pressed(phone: Page, site: Site) -> None:
    await phone.goto(f"{site.url}/fi/chat")
    await say(phone, "/kieli")
    await phone.get_by_role("button", name="Svenska").click()
    await expect(phone.locator(bubbles(phone, ".press"))).to_contain_text("Svenska")
    await expect(phone.locator("#chat-anchor")).to_contain_text("prata med en människa")

    await phone.locator("#chat-anchor").click()

    await expect(phone.locator(bubbles(phone, ".you:not(.press)")).last).to_contain_text("⚓")


async def test_the_last_message_is_corrected_in_place(phone: Page, site: Site) -> None:
    await phone.goto(f"{site.url}/fi/chat")
    await say(phone, "moi mua ahistaa")
    await expect(phone.locator(bubbles(phone, ".bot")).first).to_be_visible()

    await phone.get_by_role("button", name="Muokkaa").click()
    await expect(phone.locator("#chat-text")).to_have_value("moi mua ahistaa")
    await say(phone, "moi mua ahdistaa paljon")

    mine = phone.locator(bubbles(phone, ".you"))
    await expect(mine).to_have_count(1)
    await expect(mine).to_contain_text("moi mua ahdistaa paljon")
    await expect(mine).to_contain_text("muokattu")


async def test_what_is_written_without_a_line_goes_when_it_is_back(
    phone: Page, watch: Watch, site: Site
) -> None:
    watch.forgive(*CUT_OFF)
    await phone.goto(f"{site.url}/fi/chat")
    await phone.context.set_offline(True)

    await say(phone, "eka")
    await say(phone, "toka")
    await expect(phone.locator("#chat-offline")).to_be_visible()
    await expect(phone.locator(".pending")).to_have_count(2)
    await phone.context.set_offline(False)

    await expect(phone.locator(bubbles(phone, ".bot")).first).to_be_visible()
    await expect(phone.locator(".pending")).to_have_count(0)
    await expect(phone.locator(bubbles(phone, ".you .words"))).to_have_text(["eka", "toka"])
    await expect(phone.locator("#chat-offline")).to_be_hidden()


async def test_what_waits_survives_a_reload_and_what_is_half_written_too(
    phone: Page, watch: Watch, site: Site
) -> None:
    watch.forgive(*CUT_OFF)
    await phone.goto(f"{site.url}/fi/chat")
    await phone.route("**/chat/messages", lambda route: route.abort())
    await say(phone, "tärkeä")
    await phone.fill("#chat-text", "kesken")
    await expect(phone.locator(".pending")).to_have_count(1)

    await phone.unroute("**/chat/messages")
    await phone.reload()

    await expect(phone.locator("#chat-text")).to_have_value("kesken")
    await expect(phone.locator(bubbles(phone, ".bot")).first).to_be_visible()
    await expect(phone.locator(bubbles(phone, ".you .words"))).to_have_text(["tärkeä"])


async def test_an_answer_that_is_lost_makes_no_second_message(phone: Page, watch: Watch, site: Site) -> None:
    """The server has it, the page does not know; so it sends the same again."""
    watch.forgive(*CUT_OFF)
    lost = 0

    async def lose(route) -> None:  # type: ignore[no-untyped-def]
        nonlocal lost
        await route.fetch()
        lost += 1
        await (route.abort() if lost == 1 else route.fallback())

    await phone.goto(f"{site.url}/fi/chat")
    await phone.route("**/chat/messages", lose)
    await say(phone, "vain kerran")

    await expect(phone.locator(bubbles(phone, ".bot")).first).to_be_visible()
    await phone.reload()
    await expect(phone.locator(bubbles(phone, ".you .words"))).to_have_text(["vain kerran"])
    assert lost >= 2


async def test_the_server_is_killed_and_comes_back(browse: Browse, watch: Watch, tmp_path: Path) -> None:
    watch.forgive(*CUT_OFF)
    async with running(tmp_path) as site:
        page = await browse(PHONE)
        await page.goto(f"{site.url}/fi/chat")
        await say(page, "moi")
        await expect(page.locator(bubbles(page, ".bot")).first).to_be_visible()

        await site.kill()
        await say(page, "oletko siellä")
        await expect(page.locator(".pending")).to_have_count(1)
        await site.start()

        await expect(page.locator(".pending")).to_have_count(0, timeout=40_000)
        await expect(page.locator(bubbles(page, ".you .words"))).to_have_text(["moi", "oletko siellä"])
        await expect(page.locator(bubbles(page, ".you ~ .bot")).nth(1)).to_be_visible(timeout=20_000)


async def test_where_nothing_is_told_the_page_asks(phone: Page, watch: Watch, site: Site) -> None:
    """Something between swallows the stream: a school's filter, an old proxy."""
    watch.forgive(*CUT_OFF)
    await phone.route("**/chat/events*", lambda route: route.fulfill(status=502, body=""))
    await phone.goto(f"{site.url}/fi/chat")
    await say(phone, "moi")

    await expect(phone.locator(bubbles(phone, ".bot")).first).to_contain_text("botti")


async def test_without_scripts_one_writes_and_reads(plain_phone: Page, site: Site) -> None:
    await plain_phone.goto(f"{site.url}/fi/chat")
    await plain_phone.fill("#chat-text", "moi")
    await plain_phone.click("#chat-send")

    await expect(plain_phone.locator(bubbles(plain_phone, ".you"))).to_contain_text("moi")
    await expect(plain_phone.locator(bubbles(plain_phone, ".bot")).first).to_contain_text("botti")
    await expect(plain_phone.get_by_role("link", name="Päivitä")).to_be_visible()
    await plain_phone.click("#chat-anchor")
    await expect(plain_phone.locator(bubbles(plain_phone, ".you")).last).to_contain_text("⚓")


async def test_a_code_brings_the_conversation_to_another_device(browse: Browse, site: Site) -> None:
    phone, computer = await browse(PHONE), await browse(DESKTOP)
    await phone.goto(f"{site.url}/fi/chat")
    await say(phone, "moi täältä")
    await expect(phone.locator(bubbles(phone, ".bot")).first).to_be_visible()
    await phone.reload()
    await phone.locator(".options summary").click()
    await phone.get_by_role("button", name="Näytä koodi").click()
    code = await phone.locator(".code strong").inner_text()

    await computer.goto(f"{site.url}/fi/chat")
    await computer.locator(".options summary").click()
    await computer.fill("#chat-code", code)
    await computer.get_by_role("button", name="Jatka keskustelua").click()

    await expect(computer.locator(bubbles(computer, ".you"))).to_contain_text("moi täältä")


async def test_this_device_forgets(phone: Page, site: Site) -> None:
    await phone.goto(f"{site.url}/fi/chat")
    await say(phone, "moi")
    await expect(phone.locator(bubbles(phone, ".bot")).first).to_be_visible()
    await phone.reload()
    await phone.locator(".options summary").click()
    await phone.locator("#chat-leave button").click()

    await expect(phone.locator("#chat-notice")).to_contain_text("unohtanut")
    await expect(phone.locator(bubbles(phone))).to_have_count(0)
    assert await phone.context.cookies() == []


async def test_all_is_forgotten_before_ones_eyes(phone: Page, site: Site) -> None:
    await phone.goto(f"{site.url}/fi/chat")
    await say(phone, "moi")
    await expect(phone.locator(bubbles(phone, ".bot")).first).to_be_visible()
    await say(phone, "/unohda")
    await phone.locator(".pick").first.click()

    await expect(phone.locator(bubbles(phone))).to_have_count(1)
    await expect(phone.locator(bubbles(phone))).to_contain_text("Kaikki on poistettu")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("device", [PHONE, DESKTOP], ids=["phone", "desktop"])
async def test_everybody_can_use_it(device: Device, dark: bool, browse: Browse, site: Site) -> None:
    page = await browse(device, dark=dark)
    await page.goto(f"{site.url}/fi/chat")
    assert await violations(page) == []

    await say(page, "/kieli")
    await expect(page.locator(".pick").first).to_be_visible()
    await page.locator("#chat-anchor").click()
    await say(page, "haluan kuolla")
    await expect(page.locator(".saves").first).to_be_visible()
    assert await violations(page) == []

    await page.reload()
    await page.locator(".options summary").click()
    await page.get_by_role("button", name="Näytä koodi").click()
    assert await violations(page) == []
    width = await page.evaluate("document.documentElement.scrollWidth")
    assert width <= device.width, "nothing stands out at the side"


async def test_the_way_to_write_is_in_sight_on_a_low_screen(browse: Browse, site: Site) -> None:
    """The keyboard of a phone takes half of it."""
    page = await browse(Device("low", 360, 380, is_phone=True))
    await page.goto(f"{site.url}/fi/chat")
    await say(page, "moi")
    await expect(page.locator(bubbles(page, ".bot")).first).to_be_attached()

    for which in ("#chat-text", "#chat-send", "#chat-anchor"):
        await expect(page.locator(which)).to_be_in_viewport(ratio=0.9)


async def test_quick_exit_leaves_nothing_to_go_back_to(phone: Page, watch: Watch, site: Site) -> None:
    watch.forgive("elsewhere", *CUT_OFF)
    await phone.goto(f"{site.url}/fi/chat")

    await phone.locator("#exit").click()

    await phone.wait_for_url(lambda url: "chat" not in url)


class TestOnASchoolsOwnPage:
    @pytest_asyncio.fixture(loop_scope="module")
    async def school(self, site: Site) -> AsyncIterator[str]:
        """Serve a page of the school that carries the snippet; its origin is another than ours."""
        page = (
            '<!doctype html><html lang="sv"><head><title>Skolan</title><link rel="icon" href="data:,"></head>'
            f'<body><main><h1>Skolan</h1></main><script src="{site.url}/chat.js" data-language="fi" defer></script>'
            "</body></html>"
        ).encode()

        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            head = (
                "HTTP/1.1 200 OK",
                "Content-Type: text/html",
                f"Content-Length: {len(page)}",
                "Connection: close",
            )
            writer.write("\r\n".join((*head, "", "")).encode() + page)
            await writer.drain()
            writer.close()

        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        server.close()

    async def test_where_it_is_not_allowed_nothing_is_shown(
        self, school: str, desktop: Page, watch: Watch, site: Site
    ) -> None:
        watch.forgive("frame-ancestors", "Failed to load resource", "ERR_BLOCKED_BY_RESPONSE", "policy")
        watch.trust(site.url)
        await desktop.goto(school)
        await desktop.get_by_role("button", name="Juttele ja saa apua").click()
        await desktop.wait_for_timeout(700)

        assert all("/chat/embed" not in frame.url for frame in desktop.frames)

    async def test_where_it_is_allowed_one_chats_in_the_frame(
        self, school: str, browse: Browse, watch: Watch, site: Site, tmp_path: Path
    ) -> None:
        async with running(tmp_path, MATALA_WEB_ORIGINS=school) as allowing:
            watch.trust(site.url)
            watch.trust(allowing.url)
            page = await browse(DESKTOP)
            await page.route(
                "**/chat.js", lambda route: route.continue_(url=f"{allowing.url}/chat.js")
            )  # the page names the other program
            await page.goto(school)
            await page.get_by_role("button", name="Juttele ja saa apua").click()
            frame = page.frame_locator("iframe")
            await frame.locator("#chat-text").fill("moi")
            await frame.locator("#chat-text").press("Enter")

            await expect(frame.locator("#chat-log .bot").first).to_contain_text("botti")
            assert await violations(page) == []
