"""The desk in a real browser: live, by keyboard, without scripts, in the dark, and for everybody to read."""

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from bot.commands_desk import make_desk_link
from bot.settings import Settings
from tests.browser.axe import violations
from tests.browser.browsing import DESKTOP, PHONE, Browse, Device
from tests.browser.running import HOST, Site, running
from tests.browser.watching import Watch
from tests.end_to_end.program import MONDAY_NOON

CHAT = "#chat-log > .post"
ANCHOR = "⚓"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    async with running(Path(tmp_path_factory.mktemp("desk"))) as site:
        yield site


async def enters(page: Page, site: Site, name: str = "Kaisa") -> None:
    """Let somebody of the staff enter by a link from the server."""
    settings = Settings(
        data_dir=site.data,
        listen=f"{HOST}:{site.port}",
        now=datetime.fromisoformat(MONDAY_NOON),
        _env_file=None,  # type: ignore[call-arg]  # pydantic-settings' own
    )
    said: list[str] = []
    await make_desk_link(settings, None, name, said.append)
    await page.goto(said[0])
    await page.get_by_role("button", name="Siirry työpöydälle").click()
    await expect(page).to_have_url(f"{site.url}/desk")


async def asks(page: Page, site: Site, text: str) -> None:
    """Let a student write something on the web that goes to staff."""
    await page.goto(f"{site.url}/fi/chat")
    await page.fill("#chat-text", text)
    await page.press("#chat-text", "Enter")
    await expect(page.locator(f"{CHAT}.bot").first).to_be_visible()


async def test_staff_answer_a_student_of_the_web_chat_and_neither_reloads(browse: Browse, site: Site) -> None:
    """The whole way: danger, an alert that shows by itself, a claim by a key, an answer, the sign that it arrived."""
    student, staff = await browse(PHONE), await browse(DESKTOP)
    await enters(staff, site)
    await expect(staff.get_by_text("Kukaan ei odota juuri nyt.")).to_be_visible()

    await asks(student, site, "haluun kuolla")
    await expect(staff.locator("tr[data-case]")).to_have_count(1)
    await expect(staff.locator("#news")).to_contain_text("Uusi avunpyyntö odottaa")
    assert (await staff.title()).startswith("●")

    await staff.keyboard.press("j")
    await staff.keyboard.press("Enter")
    await expect(staff.locator(".talk")).to_contain_text("Vaara: itsemurha-ajatuksia")
    await expect(staff.locator("#tools")).to_be_visible()
    await staff.keyboard.press("c")
    await expect(student.locator(f"{CHAT}", has_text="Koulun aikuinen on nyt tässä")).to_be_visible()
    await expect(staff.get_by_text("on nyt sinun")).to_be_visible()
    await expect(staff.locator("#tools")).to_be_visible()
    await staff.keyboard.press("r")
    await expect(staff.locator("#text")).to_be_focused()
    await staff.keyboard.type("Olen tässä. Missä olet?")
    await staff.get_by_role("button", name="Lähetä").dblclick()
    await expect(student.locator(f"{CHAT}", has_text="Missä olet?")).to_have_count(1)
    await expect(staff.locator(".by-staff .mark")).to_have_text("✓ perillä")

    await staff.fill("#text", "kesken")
    await student.fill("#chat-text", "kotona")
    await student.press("#chat-text", "Enter")
    await expect(staff.locator(".talk")).to_contain_text("kotona")
    await expect(staff.locator("#text")).to_have_value("kesken")


async def test_without_scripts_forms_do_it_all(browse: Browse, site: Site) -> None:
    student, staff = await browse(PHONE), await browse(PHONE, javascript=False)
    await asks(student, site, "mä en jaksa enää elää")
    await enters(staff, site, "Antti")

    await staff.locator("tr.is-free a").first.click()
    await staff.get_by_role("button", name="Otan tämän").click()
    await staff.get_by_text("Valmiit vastaukset").click()
    await staff.get_by_role("link", name="Käytä: Missä olet").click()
    await expect(staff.locator("#text")).to_have_value(
        "Olen tässä. Jos olet vaarassa, soita heti 112. Missä olet juuri nyt, ja onko joku kanssasi?"
    )
    await staff.get_by_role("button", name="Lähetä").click()

    await expect(staff.get_by_text("Vastaus lähti.")).to_be_visible()
    await expect(student.locator(f"{CHAT}", has_text="Missä olet juuri nyt")).to_be_visible()


async def test_keys_can_be_turned_off_and_are_no_keys_while_one_writes(browse: Browse, site: Site) -> None:
    """WCAG 2.1.4: who speaks to their computer must not close a case by saying a word."""
    staff = await browse(DESKTOP)
    await enters(staff, site, "Bertta")

    await expect(staff.get_by_role("button", name="Pikanäppäimet")).to_be_visible()
    await staff.keyboard.press("?")
    await expect(staff.locator("#help")).to_be_visible()
    await staff.keyboard.press("Escape")
    await staff.get_by_role("button", name="Pikanäppäimet").click()
    await staff.locator("h1").click()
    await staff.keyboard.press("?")

    await expect(staff.locator("#help")).to_be_hidden()
    await staff.reload()
    await expect(staff.get_by_role("button", name="Pikanäppäimet")).to_have_attribute("aria-pressed", "false")


@pytest.mark.parametrize("device", [PHONE, DESKTOP], ids=lambda device: device.name)
@pytest.mark.parametrize("is_dark", [False, True], ids=["light", "dark"])
async def test_every_page_is_for_everybody(
    browse: Browse, site: Site, watch: Watch, device: Device, *, is_dark: bool
) -> None:
    student, staff = await browse(PHONE), await browse(device, dark=is_dark)
    watch.forgive("404", "403")
    await asks(student, site, "haluun kuolla")
    await enters(staff, site, f"Kaisa {device.name} {is_dark}")
    code = await staff.locator("tr.is-free").first.get_attribute("data-case")
    await staff.goto(f"{site.url}/desk/case/{code}")
    await staff.get_by_role("button", name="Otan tämän").click()
    await staff.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    found = await violations(staff)

    for path in ("", "/overview", "/audit", "/case/K-99", "/enter/none"):
        await staff.goto(f"{site.url}/desk{path}")
        found += await violations(staff)
        wide = await staff.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wide <= 0, f"{path} scrolls sideways"

    assert found == []
