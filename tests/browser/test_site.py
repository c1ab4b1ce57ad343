"""The site in a real browser: found, read, asked and left by people, with and without scripts, by day and by night."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
import pytest_asyncio
from playwright.async_api import Page

from content.library import Library
from tests.bot.web.site_of import served
from tests.bot.web.test_site import PATHS
from tests.browser.axe import violations
from tests.browser.browsing import DESKTOP, PHONE, Browse, Device
from tests.browser.watching import Watch

LOOKS = pytest.mark.parametrize(
    ("device", "dark"),
    [(PHONE, False), (PHONE, True), (DESKTOP, False), (DESKTOP, True)],
    ids=["phone", "dark phone", "desktop", "dark desktop"],
)
WEATHER = "https://www.ilmatieteenlaitos.fi/"
ASKED = (
    "haluun kuolla",
    "isä hakkaa mua kotona",
    "poika ei ole käynyt koulussa kahteen viikkoon",
    "Здравствуйте, мне нужна помощь с учёбой",
    "asdkjh qwlekj zxmcnb",
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site(sakky: Library) -> AsyncIterator[str]:
    """The site of a school with several campuses, on a Monday at noon."""
    async with served(sakky, datetime(2026, 11, 23, 10, 0, tzinfo=UTC)) as address:
        yield address


async def ask(page: Page, text: str) -> None:
    """Write into the box, and send it."""
    await page.fill("#ask-text", text)
    await page.click("form.ask button")
    await page.wait_for_load_state()


# ---------------------------------------------------------------- for everybody


@pytest.mark.parametrize(
    ("language", "device", "dark"),
    [
        pytest.param("fi", PHONE, False, id="phone"),
        pytest.param("fi", PHONE, True, id="dark phone"),
        pytest.param("fi", DESKTOP, False, id="desktop"),
        pytest.param("fi", DESKTOP, True, id="dark desktop"),
        pytest.param("sv", PHONE, True, id="Swedish dark phone"),
        pytest.param("en", DESKTOP, False, id="English desktop"),
    ],
)
async def test_axe_finds_nothing_on_any_page(
    language: str, device: Device, dark: bool, browse: Browse, site: str
) -> None:
    """With everything unfolded, and no page wider than the device."""
    page = await browse(device, dark=dark)
    for path in PATHS:
        await page.goto(f"{site}/{language}{path}")
        await page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")

        assert await violations(page) == [], path
        assert await page.evaluate("document.documentElement.scrollWidth") <= device.width, path


@LOOKS
async def test_axe_finds_nothing_on_what_the_box_answers(
    device: Device, dark: bool, browse: Browse, watch: Watch, site: str
) -> None:
    page = await browse(device, dark=dark)
    for text in ASKED:
        await page.goto(f"{site}/fi/ask")
        await ask(page, text)

        assert await violations(page) == [], text
    watch.forgive("404")
    await page.goto(f"{site}/fi/nothing")
    assert await violations(page) == []


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
async def test_no_page_is_wider_than_the_smallest_phone(language: str, browse: Browse, site: str) -> None:
    """Nor than a desktop on which everything is shown four times as large (WCAG 1.4.10)."""
    page = await browse(Device("small phone", 320, 640, is_phone=True))
    for path in PATHS:
        await page.goto(f"{site}/{language}{path}")

        assert await page.evaluate("document.documentElement.scrollWidth") <= 320, path


async def test_the_keyboard_alone_is_enough(desktop: Page, site: str) -> None:
    """The first stop leads past the menu; the box is filled in and sent without a mouse."""
    await desktop.goto(f"{site}/fi/")

    await desktop.keyboard.press("Tab")
    assert await desktop.evaluate("document.activeElement.className") == "skip"
    await desktop.keyboard.press("Enter")
    await desktop.keyboard.press("Tab")
    assert await desktop.evaluate("document.activeElement.id") == "ask-text"
    await desktop.keyboard.type("opintotuki")
    for _ in range(2):  # who asks, the button
        await desktop.keyboard.press("Tab")
    await desktop.keyboard.press("Enter")

    await desktop.wait_for_selector(".found")


# ---------------------------------------------------------------- a guardian


@pytest.mark.parametrize(
    ("locale", "asked", "answer"),
    [
        pytest.param("fi-FI", "poika ei käy koulussa", "Poissaolot", id="Finnish"),
        pytest.param("sv-FI", "min son går inte i skolan", "Frånvaro", id="Swedish"),
        pytest.param("en-GB", "my son is absent from school", "Absence", id="English"),
    ],
)
async def test_a_guardian_finds_help_in_each_language(
    locale: str, asked: str, answer: str, browse: Browse, site: str
) -> None:
    """From the bare address to somebody who answers."""
    page = await browse(PHONE, locale=locale)
    await page.goto(site)

    await ask(page, asked)
    await page.click(".found h2 a")

    await page.wait_for_url(f"{site}/{locale[:2]}/topics/absence")
    assert answer in await page.inner_text("h1")
    assert await page.locator(".card a[href^='tel:']").count() > 0


async def test_danger_is_answered_at_once(phone: Page, site: str) -> None:
    """What saves stands on the first screen, before anything has to be scrolled."""
    await phone.goto(f"{site}/fi/")

    await ask(phone, "haluun kuolla")

    box = await phone.locator(".safety").bounding_box()
    call = await phone.locator(".alarm-button").bounding_box()
    assert box is not None
    assert call is not None
    assert box["y"] < call["y"] < PHONE.height
    assert phone.url == f"{site}/fi/ask"


async def test_all_of_it_works_without_scripts(plain_phone: Page, site: str) -> None:
    """Campus, language, box, way out."""
    await plain_phone.goto(f"{site}/fi/topics/violence-home")
    await plain_phone.select_option("#campus", "iisalmi")
    await plain_phone.click("form.campus button")
    await plain_phone.wait_for_url(f"{site}/fi/topics/violence-home")
    assert await plain_phone.input_value("#campus") == "iisalmi"

    await plain_phone.click("nav.tongues a[lang='sv']")
    await plain_phone.wait_for_url(f"{site}/sv/topics/violence-home")
    assert await plain_phone.input_value("#campus") == "iisalmi"
    assert (await plain_phone.get_attribute("#exit", "href") or "").startswith("https://")

    await plain_phone.goto(f"{site}/sv/ask")
    await ask(plain_phone, "jag vill dö")
    assert await plain_phone.locator(".safety").count() == 1


# ---------------------------------------------------------------- leaving


@pytest.mark.parametrize("way", ["button", "escape"])
async def test_a_page_on_violence_is_left_at_once(way: str, phone: Page, watch: Watch, site: str) -> None:
    """Out of sight, and out of the way back."""
    watch.trust(WEATHER)
    await phone.route(
        f"{WEATHER}**", lambda route: route.fulfill(body="<title>Sää</title>", content_type="text/html")
    )
    await phone.goto(f"{site}/fi/about")
    await phone.goto(f"{site}/fi/topics/violence-home")

    if way == "button":
        await phone.click("#exit", no_wait_after=True)
    else:
        await phone.keyboard.press("Escape")
        await phone.keyboard.press("Escape")

    await phone.wait_for_url(WEATHER)
    await phone.go_back()
    assert phone.url == f"{site}/fi/about"


async def test_one_escape_does_nothing(phone: Page, site: str) -> None:
    await phone.goto(f"{site}/fi/topics/violence-home")

    await phone.keyboard.press("Escape")

    assert await phone.inner_text("h1") == "Väkivalta kotona tai suhteessa"
