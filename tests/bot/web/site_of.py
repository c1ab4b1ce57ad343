"""The site of a school as browsers meet it: the program's own routes, headers and error pages, and a clock to set."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import cast

import httpx
from starlette.applications import Starlette

from bot.web import calendar, errors, server, site
from bot.web.pages import Pages
from bot.web.web import Web
from content.library import Library
from storage.database import Database

ADDRESS = "http://matala"


@dataclass
class Site:
    """A browser at the site, and what changes while it is there."""

    browser: httpx.AsyncClient
    library: Library
    now: datetime

    async def get(self, path: str, **headers: str) -> httpx.Response:
        """Open a page."""
        return await self.browser.get(
            path, headers={name.replace("_", "-"): headers[name] for name in headers}
        )

    async def ask(self, text: str, *, language: str = "fi", role: str = "guardian") -> httpx.Response:
        """Write into the box."""
        return await self.browser.post(f"/{language}/ask", data={"text": text, "role": role})

    async def choose(self, campus: str, *, back: str = "/fi/") -> httpx.Response:
        """Choose a campus."""
        return await self.browser.post("/fi/campus", data={"campus": campus, "back": back})


async def _always() -> bool:
    return True


@asynccontextmanager
async def opened(library: Library, now: datetime) -> AsyncIterator[Site]:
    """Open the site of a library at a moment; both may be changed while it is open."""
    at = Site(cast("httpx.AsyncClient", None), library, now)
    transport = httpx.ASGITransport(_app(at, ADDRESS))
    async with httpx.AsyncClient(transport=transport, base_url=ADDRESS) as browser:
        at.browser = browser
        yield at


@asynccontextmanager
async def served(library: Library, now: datetime) -> AsyncIterator[str]:
    """Serve the site for real browsers; give its address."""
    door = server.listen("127.0.0.1", 0)
    address = f"http://127.0.0.1:{door.getsockname()[1]}"
    app = _app(Site(cast("httpx.AsyncClient", None), library, now), address)
    serving = asyncio.create_task(server.serve(app, door, asyncio.Event()))
    yield address
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)


def _app(at: Site, address: str) -> Starlette:
    # The site asks no database for anything: there is none.
    web = Web(
        cast("Database", None),
        lambda: at.library,
        lambda: at.now,
        address,
        on_updates=lambda: None,
        on_letters=lambda: None,
        has_telegram=True,
    )
    pages = Pages(web.library, public_url=address, clock=web.clock)
    return server.make_app(
        [*pages.routes(), *calendar.routes(web.library, web.clock), *site.routes(web, pages)],
        public_url=address,
        ready=_always,
        error_page=errors.page_maker(web, pages),
    )
