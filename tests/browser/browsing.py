"""People's devices: pages of a phone's and a desktop's size, with what their owners have chosen."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import Browser, BrowserContext, Error, Page, Playwright, ViewportSize

from tests.browser.watching import Watch

LOCALE, ZONE = "fi-FI", "Europe/Helsinki"
PATIENCE = (
    10_000.0  # milliseconds that a page may take for what a test waits for, on a machine that may be busy
)


@dataclass(frozen=True)
class Device:
    """What a page is shown on."""

    name: str
    width: int
    height: int
    scale: float = 1.0
    is_phone: bool = False


PHONE = Device("phone", 390, 844, scale=2.0, is_phone=True)
DESKTOP = Device("desktop", 1280, 900)


@dataclass
class Browse:
    """Opens pages, each on a device of its own: nothing is shared between two, cookies least of all."""

    browser: Browser
    watch: Watch
    _contexts: list[BrowserContext] = field(default_factory=list)

    async def __call__(
        self,
        device: Device = PHONE,
        *,
        javascript: bool = True,
        dark: bool = False,
        locale: str = LOCALE,
        **more: Any,
    ) -> Page:
        """Open an empty page; `more` is for Playwright's `new_context`. Its `context` opens others of that device."""
        context = await self.browser.new_context(
            viewport=ViewportSize(width=device.width, height=device.height),
            device_scale_factor=device.scale,
            is_mobile=device.is_phone,
            has_touch=device.is_phone,
            java_script_enabled=javascript,
            color_scheme="dark" if dark else "light",
            locale=locale,
            timezone_id=ZONE,
            **more,
        )
        context.set_default_timeout(PATIENCE)
        self._contexts.append(context)
        self.watch.follow(context)
        return await context.new_page()

    async def close(self) -> None:
        """Close every page, having heard what they still had to say."""
        for context in self._contexts:
            for page in context.pages:
                with suppress(Error):  # it may be on its way elsewhere, or dead
                    await page.evaluate("0")  # what happened before this has then been told
            await context.close()


@asynccontextmanager
async def browsing(playwright: Playwright, url: str, watch: Watch) -> AsyncIterator[Browse]:
    """Connect to a running Chromium; at the end, fail if a page did what no page may."""
    browser = await playwright.chromium.connect_over_cdp(url)
    browse = Browse(browser, watch)
    try:
        yield browse
    finally:
        await browse.close()
        await browser.close()
    assert not watch.faults, "the pages did what no page may:\n" + "\n".join(watch.faults)
