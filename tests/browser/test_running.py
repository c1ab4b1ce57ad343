"""The program beside the browser: it answers where it is said to, and comes back there when it was killed."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Error, Page

from tests.browser.running import Site, running
from tests.browser.watching import Watch
from tests.double.process import started


@pytest_asyncio.fixture(loop_scope="module")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    """The program without Telegram."""
    async with running(tmp_path_factory.mktemp("site")) as site:
        yield site


async def _status(url: str) -> int:
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        return response.status


async def test_program_serves_pages_is_killed_and_comes_back(site: Site, phone: Page, watch: Watch) -> None:
    """A page that is open meanwhile finds it again at the same place, on the same data."""
    watch.forgive("favicon.ico")  # what is on the page is not the matter here
    await phone.goto(site.url)
    key = (site.data / "secret.key").read_bytes()

    await site.kill()
    watch.forgive("ERR_CONNECTION_REFUSED")
    with pytest.raises(Error, match="ERR_CONNECTION_REFUSED"):
        await phone.goto(site.url)
    await site.start()
    answer = await phone.goto(site.url)

    assert answer is not None
    assert answer.ok
    assert [await _status(f"{site.url}/{path}") for path in ("healthz", "readyz")] == [200, 200]
    assert (site.data / "secret.key").read_bytes() == key


async def test_pages_stand_beside_telegram(tmp_path_factory: pytest.TempPathFactory) -> None:
    """What a guardian writes on the web may be answered by staff in their group."""
    async with (
        started() as (telegram, _),
        running(tmp_path_factory.mktemp("both"), telegram=telegram) as site,
    ):
        assert await _status(site.url) == 200
        await site.says("telegram=met")


async def test_a_program_that_does_not_start_says_why(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("none")

    with pytest.raises(AssertionError, match="nosuch"):
        async with running(folder, pack="nosuch"):
            pytest.fail("it started")
