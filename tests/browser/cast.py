"""Who plays in the stories: a guardian in the chat of the web, staff at the desk; each is a page of a real browser."""

import asyncio
import os
import re
import sys
from dataclasses import dataclass
from datetime import datetime, timedelta

from playwright.async_api import Page, expect

from tests.browser.running import HOST, Site
from tests.end_to_end.program import MONDAY_NOON, ROOT

POST = "#chat-log > .post"
SOON = 40_000.0  # milliseconds: a page that lost its server waits longer and longer before it asks again
LINK_WITHIN = 60.0  # seconds: the command is a program of its own
LINK = re.compile(r"https?://\S+/desk/enter/\S+")


@dataclass
class Guardian:
    """Somebody at the website, and in its chat."""

    page: Page

    async def says(self, text: str) -> None:
        """Write and send."""
        await self.page.fill("#chat-text", text)
        await self.page.press("#chat-text", "Enter")

    async def hears(self, text: str) -> None:
        """Wait for a text, which stands there once."""
        await expect(self.page.locator(f"{POST}:not(.you)", has_text=text)).to_have_count(1, timeout=SOON)

    async def has_said(self, *texts: str) -> None:
        """Wait until the page shows that all of this was sent, each once and in this order."""
        await expect(self.page.locator(".pending")).to_have_count(0, timeout=SOON)
        await expect(self.page.locator(f"{POST}.you .words")).to_have_text(list(texts), timeout=SOON)

    async def asks_for_a_human(self) -> None:
        """Press the anchor button."""
        await self.page.locator("#chat-anchor").click()

    async def presses(self, label: str) -> None:
        """Press a button below a message."""
        await self.page.get_by_role("button", name=label, exact=True).last.click()


@dataclass
class AtDesk:
    """Somebody of the staff at the desk."""

    page: Page
    url: str

    async def enters(self, link: str) -> None:
        """Come in by a link."""
        await self.page.goto(link)
        await self.page.get_by_role("button", name="Siirry työpöydälle").click()
        await expect(self.page).to_have_url(f"{self.url}/desk")

    async def opens_the_newest(self) -> str:
        """Open the case of the queue that was opened last; return its code."""
        free = self.page.locator("tr.is-free")
        await expect(free.first).to_be_visible()
        codes = await free.evaluate_all("rows => rows.map(row => row.dataset.case)")
        code: str = max(codes, key=lambda code: int(code.partition("-")[2]))
        await self.opens(code)
        return code

    async def opens(self, code: str) -> None:
        """Go to a case, from wherever."""
        await self.page.goto(f"{self.url}/desk/case/{code}")
        await expect(self.page.locator("h1")).to_contain_text(code)

    async def claims(self) -> None:
        """Take the case that is shown."""
        await self.page.get_by_role("button", name="Otan tämän").click()
        await expect(self.page.get_by_text("on nyt sinun")).to_be_visible()

    async def replies(self, text: str) -> None:
        """Answer the person, and wait until it has arrived."""
        await self.page.fill("#text", text)
        await self.sends(text)

    async def sends(self, text: str) -> None:
        """Send what is in the field already."""
        await self.page.get_by_role("button", name="Lähetä").click()
        await expect(self.page.get_by_text("Vastaus lähti.")).to_be_visible()
        line = self.page.locator(".by-staff", has_text=text)
        await expect(line).to_have_count(1)
        await expect(line.locator(".mark")).to_have_text("✓ perillä")

    async def hears(self, text: str) -> None:
        """Wait for a text in the conversation, which stands there once."""
        await expect(self.page.locator(".talk .words", has_text=text)).to_have_count(1, timeout=SOON)

    async def closes(self, outcome: str) -> None:
        """Close the case that is shown."""
        await self.page.locator("summary", has_text="Sulje tapaus").click()
        await self.page.select_option("#outcome", label=outcome)
        await self.page.locator("form[action$='/close'] button").click()
        await expect(self.page.get_by_text("on suljettu.")).to_be_visible()


async def desk_link(site: Site, name: str) -> str:
    """Ask the real command for a link, on the server, beside the running program."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot.cli", "desk-link", "--name", name),
        cwd=ROOT,
        env={
            "PATH": os.defpath,
            "MATALA_DATA_DIR": str(site.data),
            "MATALA_LISTEN": f"{HOST}:{site.port}",
            "MATALA_NOW": believed(site).isoformat(),
        },
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    told, complaint = await asyncio.wait_for(process.communicate(), LINK_WITHIN)
    found = LINK.search(told.decode())
    assert found is not None, complaint.decode()
    return found[0]


def believed(site: Site) -> datetime:
    """Return the time at which the program believed to have started."""
    return datetime.fromisoformat(site.settings.get("MATALA_NOW", MONDAY_NOON))


async def comes_back(site: Site) -> None:
    """Start the killed program on its data, a minute after it had begun: time never goes back."""
    await site.start(MATALA_NOW=(believed(site) + timedelta(minutes=1)).isoformat())
