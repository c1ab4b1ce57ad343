"""Pictures of the pages for docs and README, on a phone and a desktop: `make screenshots`."""

import asyncio
import tempfile
from pathlib import Path

from playwright.async_api import async_playwright

from tests.browser.browsing import DESKTOP, PHONE, Browse, browsing
from tests.browser.chromium import ROOT, Chromium
from tests.browser.running import running
from tests.browser.watching import Watch

FOLDER = ROOT / "docs" / "screenshots"
PAGES = (
    # name, path
    ("front", "/fi/"),
)


async def draw(browse: Browse, url: str, folder: Path) -> list[Path]:
    """Take a picture of each page on each device, and return where they are."""
    pictures = []
    for name, path in PAGES:
        for device in (PHONE, DESKTOP):
            page = await browse(device)
            answer = await page.goto(url + path)
            assert answer is not None
            assert answer.ok, f"{path}: {answer.status}"
            pictures.append(folder / f"{name}-{device.name}.png")
            await page.screenshot(path=pictures[-1], animations="disabled")
    return pictures


async def main() -> None:
    """Run the program on data of its own, and draw it anew."""
    chromium, watch = Chromium(), Watch()
    watch.forgive("")  # anything: this draws what is there, and the tests judge it
    try:
        with tempfile.TemporaryDirectory() as data:
            async with (
                running(Path(data)) as site,
                async_playwright() as playwright,
                browsing(playwright, chromium.url(), watch) as browse,
            ):
                for picture in await draw(browse, site.url, FOLDER):
                    print(picture.relative_to(ROOT))
    finally:
        chromium.stop()


if __name__ == "__main__":
    asyncio.run(main())
