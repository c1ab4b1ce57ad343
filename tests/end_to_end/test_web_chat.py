"""The web chat of the real program: killed at any moment, it answers after its restart; never not at all."""

import asyncio
import random
import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import pytest

from tests.bot.web.chat_scene import Browser
from tests.browser.running import Site, running
from tests.storage.postgres import Postgres
from tests.storage.postgres import running as running_postgres

PEOPLE = 12
ROUNDS = 3  # of kills; fewer than it takes for a message to be blamed for them (`bot.worker.DEATHS`)


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    with running_postgres() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
async def site(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Site]:
    """The program, on each database."""
    settings = {}
    if request.param == "postgresql":
        server: Postgres = request.getfixturevalue("postgres")
        settings["MATALA_DATABASE_URL"] = await server.make(f"chat_{secrets.token_hex(8)}")
    async with running(tmp_path, **settings) as site:
        yield site


@pytest.fixture
async def browsers(site: Site) -> AsyncIterator[list[Browser]]:
    """Some people's browsers."""
    async with AsyncExitStack() as stack:
        clients = [httpx.AsyncClient(base_url=site.url, timeout=10) for _ in range(PEOPLE)]
        yield [Browser(await stack.enter_async_context(each)) for each in clients]


@pytest.fixture
def browser(browsers: list[Browser]) -> Browser:
    return browsers[0]


async def sends_until_taken(browser: Browser, text: str, *, key: str = "") -> None:
    """Send as the page does: the same again, until it is heard that it has arrived."""
    key = key or secrets.token_hex(16)
    async with asyncio.timeout(60):
        while True:
            try:
                answer = await browser.sends(text, key=key)
            except (httpx.TransportError, ValueError):
                await asyncio.sleep(0.1)
                continue
            if answer.status_code == 200:
                return
            await asyncio.sleep(0.1)


async def test_a_person_is_answered_and_danger_is_seen(browser: Browser) -> None:
    await browser.sends("mua ahdistaa tosi paljon mennä kouluun")
    await browser.hears("ahdist")
    await browser.sends("haluan tappaa itseni")

    assert "saves" in (await browser.hears("Jos olet nyt vaarassa")).kinds


async def test_killed_between_what_was_sent_and_its_answer(site: Site, browsers: list[Browser]) -> None:
    """What the page was told is sent is answered after the restart: once or twice, never not at all."""
    for each in browsers:
        await each.opens()
    for round_ in range(ROUNDS):
        sending = [asyncio.create_task(sends_until_taken(each, f"/kieli {round_}")) for each in browsers]
        await asyncio.sleep(random.uniform(0.005, 0.08))
        await site.kill()
        # Without this, the clock of the tests would begin at noon again, before what was being sent.
        await site.start(MATALA_NOW=f"2026-11-23T12:0{round_ + 1}:00+02:00")
        await asyncio.gather(*sending)

    for each in browsers:
        async with asyncio.timeout(30):
            while await asked(each) < ROUNDS:  # noqa: ASYNC110 - another process answers
                await asyncio.sleep(0.1)
        said = await each.said()
        assert said == [f"/kieli {round_}" for round_ in range(ROUNDS)], "each once, in their order"
        assert await asked(each) == ROUNDS, "what is shown twice under one name is shown once"


async def asked(browser: Browser) -> int:
    """Return how often the bot has asked for the language."""
    return sum("Svenska" in each.picks for each in await browser.sees())


async def test_a_restart_loses_nothing_of_what_was_shown(site: Site, browser: Browser) -> None:
    await browser.sends("moi")
    await browser.hears("botti")
    before, place = await browser.sees(), (await browser.news())["place"]

    await site.kill()
    await site.start()

    assert await browser.sees() == before
    assert (await browser.news(place))["posts"] == []


async def test_nothing_of_a_person_is_logged(site: Site, browser: Browser) -> None:
    await browser.sends("sanasto zqxy haluan kuolla")
    await browser.hears("112")
    await site.stop()

    written = "\n".join(site.log)
    assert "zqxy" not in written
    assert "127.0.0.1 " not in written
    assert "web:" not in written
