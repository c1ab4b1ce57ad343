"""The site of a school as browsers meet it: the program's own routes, headers and error pages, and a clock to set."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import cast

import httpx

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
async def opened(library: Library, now: datetime, *, raises: bool = True) -> AsyncIterator[Site]:
    """Open the site of a library at a moment; both may be changed while it is open."""
    at = Site(cast("httpx.AsyncClient", None), library, now)
    # The site asks no database for anything: there is none.
    web = Web(
        cast("Database", None),
        lambda: at.library,
        lambda: at.now,
        ADDRESS,
        on_updates=lambda: None,
        on_letters=lambda: None,
        has_telegram=True,
    )
    pages = Pages(web.library, public_url=ADDRESS, clock=web.clock)
    app = server.make_app(
        [*pages.routes(), *calendar.routes(web.library, web.clock), *site.routes(web, pages)],
        public_url=ADDRESS,
        ready=_always,
        error_page=errors.page_maker(web, pages),
    )
    transport = httpx.ASGITransport(app, raise_app_exceptions=raises)
    async with httpx.AsyncClient(transport=transport, base_url=ADDRESS) as browser:
        at.browser = browser
        yield at
