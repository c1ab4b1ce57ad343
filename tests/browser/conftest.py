"""Pages of a real browser. A test asks for one (`phone`, `dark_desktop`), or for `browse` to open what it likes.

All tests of a module here share a loop, as what drives the browser is slow to start. So must the fixtures beside
them: `@pytest_asyncio.fixture(loop_scope="module")`, and `scope="module"` besides for a program that all may share.
"""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Page, Playwright, async_playwright

from tests.browser.browsing import DESKTOP, PHONE, Browse, browsing
from tests.browser.chromium import Chromium
from tests.browser.watching import Watch

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let each test of this folder run in its module's loop."""
    for item in items:
        if item.path.is_relative_to(HERE) and pytest_asyncio.is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="module"), append=False)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    """The browser of this test process; it starts with the first test that asks for a page."""
    browser = Chromium()
    yield browser
    browser.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def playwright() -> AsyncIterator[Playwright]:
    """What drives the browser."""
    async with async_playwright() as playwright:
        yield playwright


@pytest.fixture
def watch() -> Watch:
    """What looks over the shoulder of each page; here a test forgives what it itself brings about."""
    return Watch()


@pytest_asyncio.fixture(loop_scope="module")
async def browse(playwright: Playwright, chromium: Chromium, watch: Watch) -> AsyncIterator[Browse]:
    """Open pages: `await browse(DESKTOP, javascript=False, dark=True, locale="sv-FI")`."""
    async with browsing(playwright, chromium.url(), watch) as browse:
        yield browse


@pytest_asyncio.fixture(loop_scope="module")
async def phone(browse: Browse) -> Page:
    """A page on a phone."""
    return await browse(PHONE)


@pytest_asyncio.fixture(loop_scope="module")
async def desktop(browse: Browse) -> Page:
    """A page on a desktop."""
    return await browse(DESKTOP)


@pytest_asyncio.fixture(loop_scope="module")
async def dark_phone(browse: Browse) -> Page:
    """A page on a phone in dark mode."""
    return await browse(PHONE, dark=True)


@pytest_asyncio.fixture(loop_scope="module")
async def dark_desktop(browse: Browse) -> Page:
    """A page on a desktop in dark mode."""
    return await browse(DESKTOP, dark=True)


@pytest_asyncio.fixture(loop_scope="module")
async def plain_phone(browse: Browse) -> Page:
    """A page on a phone without JavaScript."""
    return await browse(PHONE, javascript=False)


@pytest_asyncio.fixture(loop_scope="module")
async def plain_desktop(browse: Browse) -> Page:
    """A page on a desktop without JavaScript."""
    return await browse(DESKTOP, javascript=False)
