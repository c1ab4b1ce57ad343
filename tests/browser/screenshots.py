"""Pictures of the pages for docs and README, on a phone and a desktop: `make screenshots`."""

import asyncio
import tempfile
from dataclasses import replace
from pathlib import Path

from playwright.async_api import Page, async_playwright, expect

from tests.browser.browsing import DESKTOP, PHONE, Browse, browsing
from tests.browser.cast import POST, AtDesk, Guardian, desk_link
from tests.browser.chromium import ROOT, Chromium
from tests.browser.running import Site, running
from tests.browser.watching import Watch

FOLDER = ROOT / "docs" / "screenshots"
DEVICES = (replace(PHONE, scale=1.5), replace(DESKTOP, height=760))
LARGEST = 250_000  # bytes of a picture: whoever clones the repository fetches them all
BEFORE, NOW = "2026-11-23T11:42:00+02:00", "2026-11-23T11:58:00+02:00"
WORRIES = ("mua ahdistaa mennä kouluun", "mä en jaksa enää elää")  # of two who wait for an adult
ASKED, ANSWERED, THANKS = (
    "Poika ei ole käynyt koulussa kahteen viikkoon. En tiedä, mitä teen.",
    "Hei, olen koulun kuraattori. Hyvä että kirjoitit. Mitä arvelet, mikä koulussa painaa häntä eniten?",
    "Hänellä ei taida olla siellä ketään kaveria.",
)


async def comes(browse: Browse, site: Site) -> Guardian:
    """Let somebody of Kuopio open the chat."""
    page = await browse(PHONE)
    await page.goto(f"{site.url}/fi/chat")
    guardian = Guardian(page)
    await guardian.says("/kampus")
    await guardian.presses("Kuopio")
    await expect(page.locator(f"{POST}.bot")).to_have_count(2)
    return guardian


async def plays(browse: Browse, site: Site) -> tuple[Guardian, AtDesk, str]:
    """Let three people ask for help, and one of them be answered; return the answered one, staff, and the case."""
    for worry in WORRIES:
        student = await comes(browse, site)
        await student.asks_for_a_human()
        await student.hears("koulun aikuisille")
        await student.says(worry)
        await expect(student.page.locator(".pending")).to_have_count(0)
    await site.stop()
    await site.start(MATALA_NOW=NOW)
    guardian = await comes(browse, site)
    await guardian.asks_for_a_human()
    await guardian.hears("Kerroin koulun aikuisille")
    await guardian.says(ASKED)

    staff = AtDesk(await browse(DESKTOP), site.url)
    await staff.enters(await desk_link(site, "Kaisa Kuraattori"))
    code = await staff.opens_the_newest()
    await staff.hears(ASKED)
    await staff.claims()
    await staff.replies(ANSWERED)
    await guardian.hears(ANSWERED)
    await guardian.says(THANKS)
    await staff.hears(THANKS)
    return guardian, staff, code


async def draw(browse: Browse, site: Site, folder: Path) -> list[Path]:
    """Take a picture of each page on each device, and return where they are."""
    guardian, staff, code = await plays(browse, site)
    chats, desk = [await each.page.context.storage_state() for each in (guardian, staff)]
    pages = (
        # name, path, whose cookies
        ("front", "/fi/", None),
        ("topic", "/fi/topics/absence", None),
        ("chat", "/fi/chat", chats),
        ("desk", "/desk", desk),
        ("case", f"/desk/case/{code}", desk),
    )
    pictures = []
    for name, path, cookies in pages:
        for device in DEVICES:
            page = await browse(device, storage_state=cookies)
            answer = await page.goto(site.url + path)
            assert answer is not None
            assert answer.ok, f"{path}: {answer.status}"
            pictures.append(await take(page, folder / f"{name}-{device.name}.png"))
    return pictures


async def take(page: Page, picture: Path) -> Path:
    """Take a picture of what is on the screen, in a conversation what was said last; of a case on a desktop, of all."""
    is_whole = picture.name == "case-desktop.png"  # else what stands beside the conversation is not in it
    said = page.locator("#chat-log > .post, .talk .words")
    if await said.count() and not is_whole:
        await said.last.evaluate("last => last.scrollIntoView({block: 'center'})")
    drawn = await page.screenshot(path=picture, animations="disabled", full_page=is_whole)
    assert len(drawn) <= LARGEST, f"{picture.name} has {len(drawn)} bytes"
    return picture


async def main() -> None:
    """Run the program on data of its own, and draw it anew."""
    chromium, watch = Chromium(), Watch()
    watch.forgive("")  # anything: this draws what is there, and the tests judge it
    try:
        with tempfile.TemporaryDirectory() as data:
            async with (
                running(Path(data), MATALA_NOW=BEFORE) as site,
                async_playwright() as playwright,
                browsing(playwright, chromium.url(), watch) as browse,
            ):
                for picture in await draw(browse, site, FOLDER):
                    print(picture.relative_to(ROOT))
    finally:
        chromium.stop()


if __name__ == "__main__":
    asyncio.run(main())
