"""What the other tests pass by: pages seen seldom, the way out of a chat, and that the night is dark."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.browser.axe import violations
from tests.browser.browsing import DESKTOP, PHONE, Browse, Device
from tests.browser.cast import POST, AtDesk, Guardian, desk_link
from tests.browser.running import Site, running
from tests.browser.watching import Watch

WEATHER = "https://www.ilmatieteenlaitos.fi/"
# How light the page is behind everything, from black (0) to white (1): of its body, its root, or the browser's own.
LIGHTNESS = """() => {
    const own = document.createElement('i');
    own.style.backgroundColor = 'Canvas';
    document.body.append(own);
    const colours = [document.body, document.documentElement, own].map(
        (each) => getComputedStyle(each).backgroundColor.match(/[\\d.]+/g).map(Number));
    const [red, green, blue] = colours.find(([, , , alpha = 1]) => alpha > 0);
    own.remove();
    return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255;
}"""
LOOKS = pytest.mark.parametrize(
    ("device", "is_dark"),
    [
        pytest.param(PHONE, False, id="phone"),
        pytest.param(PHONE, True, id="dark phone"),
        pytest.param(DESKTOP, False, id="desktop"),
        pytest.param(DESKTOP, True, id="dark desktop"),
    ],
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    async with running(tmp_path_factory.mktemp("everybody")) as site:
        yield site


async def asks(page: Page, site: Site) -> None:
    """Let somebody ask for a human in the chat."""
    await page.goto(f"{site.url}/fi/chat")
    guardian = Guardian(page)
    await guardian.asks_for_a_human()
    await guardian.hears("Kerroin koulun aikuisille")


@LOOKS
async def test_axe_finds_nothing_on_pages_of_the_desk_that_are_seen_seldom(
    device: Device, browse: Browse, watch: Watch, site: Site, *, is_dark: bool
) -> None:
    """Each state of a case, a link before it is used, a form of a page that is over, and the way out."""
    watch.forgive("403")
    await asks(await browse(PHONE), site)
    staff = AtDesk(await browse(device, dark=is_dark), site.url)
    page, name = staff.page, f"Kaisa {device.name} {is_dark}"
    found: list[str] = []

    await page.goto(await desk_link(site, name))
    found += await violations(page)
    await page.get_by_role("button", name="Siirry työpöydälle").click()
    code = await staff.opens_the_newest()
    found += await violations(page)
    await staff.claims()
    await staff.closes("Juteltiin, riitti tällä kertaa")
    found += await violations(page)
    await page.goto(f"{site.url}/desk")
    await page.locator("summary", has_text="Suljettu").click()
    found += await violations(page)
    await page.keyboard.press("?")
    await expect(page.locator("#help")).to_be_visible()
    found += await violations(page)

    await staff.opens(code)
    await page.fill("#note", "kesken jäi")
    await page.context.clear_cookies()
    await page.get_by_role("button", name="Tallenna muistiinpano").click()
    await expect(page.locator("textarea")).to_have_value("kesken jäi")
    found += await violations(page)
    await staff.enters(await desk_link(site, name))
    await page.get_by_role("button", name="Poistu").click()
    await expect(page.locator("#content")).to_contain_text("Olet poistunut")
    found += await violations(page)

    assert found == []


@LOOKS
@pytest.mark.parametrize("path", ["fi/chat/embed", "sv/chat", "en/chat"])
async def test_axe_finds_nothing_on_the_chat_in_any_language_nor_within_a_frame(
    path: str, device: Device, browse: Browse, site: Site, *, is_dark: bool
) -> None:
    page = await browse(device, dark=is_dark)
    await page.goto(f"{site.url}/{path}")
    found = await violations(page)

    await Guardian(page).says("112")
    await expect(page.locator(f"{POST}.bot").first).to_be_visible()
    found += await violations(page)

    assert found == []
    assert await page.evaluate("document.documentElement.scrollWidth") <= device.width


@LOOKS
async def test_the_night_is_dark_and_the_day_is_light(
    device: Device, browse: Browse, site: Site, *, is_dark: bool
) -> None:
    """Everywhere: who reads in a dark room with somebody beside them is not lit up by one page."""
    page = await browse(device, dark=is_dark)
    await AtDesk(page, site.url).enters(await desk_link(site, f"Antti {device.name} {is_dark}"))
    light = {"/desk": await page.evaluate(LIGHTNESS)}

    for path in ("/fi/", "/fi/topics/absence", "/fi/ask", "/fi/chat", "/fi/chat/embed", "/desk/overview"):
        await page.goto(site.url + path)
        light[path] = await page.evaluate(LIGHTNESS)

    wrong = {path: each for path, each in light.items() if (each > 0.2 if is_dark else each < 0.8)}
    assert wrong == {}


@pytest.mark.parametrize("device", [PHONE, DESKTOP], ids=lambda device: device.name)
async def test_a_chat_is_left_at_once_and_is_not_where_back_leads(
    device: Device, browse: Browse, watch: Watch, site: Site
) -> None:
    page = await browse(device)
    await page.goto(f"{site.url}/fi/about")
    await asks(page, site)
    watch.trust(WEATHER)
    await page.route(
        f"{WEATHER}**", lambda route: route.fulfill(body="<title>Sää</title>", content_type="text/html")
    )

    await page.click("#exit", no_wait_after=True)

    await page.wait_for_url(WEATHER)
    await page.go_back()
    assert page.url == f"{site.url}/fi/about"
