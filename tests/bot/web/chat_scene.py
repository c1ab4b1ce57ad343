"""The chat without its sockets: the whole way from a page to the staff and back, and browsers that keep cookies."""

import asyncio
import re
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from html import unescape
from typing import Any

import httpx
from starlette.applications import Starlette

from bot.channel import Channel
from bot.delivery import Delivery
from bot.lifeline import Lifeline
from bot.web import chat
from bot.web.channel import WebChannel
from bot.web.chat_limits import Limits
from bot.web.pages import Pages
from bot.web.server import make_app
from bot.web.web import Web
from bot.worker import Parts, Worker
from storage import staff
from tests.bot.conftest import Small
from tests.fakes import NAME, FakeChannel

ROOT = "http://matala"
PATIENCE = 5.0  # seconds
_POST = re.compile(
    r'<li id="post-(?P<id>[\d-]+)" class="post (?P<kind>[\w ]+)"(?: data-key="(?P<key>[^"]*)")?>.*?'
    r'<div class="words">(?P<words>.*?)</div>(?P<rest>.*?)</li>',
    re.DOTALL,
)
_PICK = re.compile(r'name="press" value="([\d-]+)">(.*?)</button>')


def new_key() -> str:
    return secrets.token_hex(16)


@dataclass(frozen=True)
class Bubble:
    """A bubble as a page shows it."""

    id: str
    kinds: frozenset[str]
    words: str  # without tags
    html: str
    key: str | None
    picks: dict[str, str]  # label -> what is sent when it is pressed


def bubbles(html: str) -> list[Bubble]:
    """Read the bubbles of a page."""
    return [
        Bubble(
            found["id"],
            frozenset(found["kind"].split()),
            unescape(re.sub(r"<[^>]+>", "", found["words"])),
            found["words"],
            found["key"],
            {unescape(label): value for value, label in _PICK.findall(found["rest"])},
        )
        for found in _POST.finditer(html)
    ]


@dataclass
class Browser:
    """A browser at the chat, with a script: it knows its token and its place."""

    client: httpx.AsyncClient
    language: str = "fi"
    token: str = ""
    last: httpx.Response | None = None

    async def opens(self, path: str = "") -> str:
        """Open the page and return its HTML."""
        answer = await self.client.get(f"/{self.language}/chat{path}")
        found = re.search(r'data-token="([^"]+)"', answer.text)
        self.token = found[1] if found else ""
        return answer.text

    async def sends(self, text: str, *, key: str = "", **more: str) -> httpx.Response:
        """Send words, as the page's script does."""
        return await self._posts("/chat/messages", text=text, key=key or new_key(), **more)

    async def presses(self, press: str, *, key: str = "") -> httpx.Response:
        """Press a button."""
        return await self._posts("/chat/presses", press=press, key=key or new_key())

    async def _posts(self, path: str, **fields: str) -> httpx.Response:
        if not self.token:
            await self.opens()
        body = {"token": self.token, "language": self.language, **fields}
        answer = await self.client.post(path, json=body)
        self.token = answer.json().get("token") or self.token
        return answer

    async def fills_in(self, path: str, **fields: str) -> httpx.Response:
        """Send a form, as a browser without scripts does."""
        if not self.token:
            await self.opens()
        body = {"token": self.token, "language": self.language, "key": new_key(), **fields}
        return await self.client.post(path, data=body)

    async def news(self, since: str = "0-0") -> dict[str, Any]:
        """Ask for what is new."""
        answer = await self.client.get("/chat/posts", params={"since": since, "language": self.language})
        told: dict[str, Any] = answer.json()
        return told

    async def sees(self) -> list[Bubble]:
        """Return all bubbles of the conversation."""
        return bubbles("".join(post["html"] for post in (await self.news())["posts"]))

    async def hears(self, words: str) -> Bubble:
        """Wait until somebody else's bubble holds these words."""
        async with asyncio.timeout(PATIENCE):
            while True:
                for each in reversed(await self.sees()):
                    if words.casefold() in each.words.casefold() and "you" not in each.kinds:
                        return each
                await asyncio.sleep(0.02)

    async def said(self) -> list[str]:
        """Return what this person said, as it stands in the conversation."""
        return [each.words for each in await self.sees() if "you" in each.kinds]


@dataclass
class Scene:
    """The program with a chat on the web, and staff in a channel in memory."""

    small: Small
    public_url: str = ROOT
    origins: Sequence[str] = ()
    telegram_name: str = ""
    limits: Limits = field(default_factory=Limits)

    def __post_init__(self) -> None:
        self.channels: dict[str, Channel] = {NAME: self.small.channel}
        parts = Parts(self.small.database, self.channels, lambda: self.small.library, lambda: self.small.now)
        self.delivery = Delivery(parts, self.small.pace)
        self.worker = Worker(parts, on_letters=self.delivery.wake, riding=self.delivery.riding)
        self.chats: list[staff.StaffChat] = []
        self.web = Web(
            self.small.database,
            lambda: self.small.library,
            lambda: self.small.now,
            self.public_url,
            on_updates=self.worker.wake,
            on_letters=self.delivery.wake,
            origins=tuple(self.origins),
        )
        self.channels["web"] = WebChannel(self.small.database, self.web.bells, self.web.clock)
        self.lifeline = Lifeline(
            self.channels, lambda: self.small.library, lambda: self.chats, clock=lambda: self.small.now
        )
        self.app = self._app()

    def _app(self) -> Starlette:
        pages = Pages(self.web.library, public_url=self.public_url, clock=self.web.clock)

        async def ready() -> bool:
            return True

        routes = chat.routes(
            self.web, pages, self.lifeline, telegram_name=lambda: self.telegram_name, limits=self.limits
        )
        return make_app([*pages.routes(), *routes], public_url=self.public_url, ready=ready)

    @property
    def staff_channel(self) -> FakeChannel:
        return self.small.channel

    def browser(self, *, language: str = "fi", **more: Any) -> Browser:
        """Make a browser; its cookies are its own."""
        client = httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app, raise_app_exceptions=False),
            base_url=self.public_url,
            **more,
        )
        return Browser(client, language)

    async def staff_say(self, raw: str, chat: str) -> None:
        """Let staff write in their own channel."""
        await self.small.receives(raw, chat=chat)
        self.worker.wake()

    async def staff_hear(self, words: str) -> str:
        """Wait until staff were told something that holds these words; return it."""
        async with asyncio.timeout(PATIENCE):
            while True:
                for given in self.staff_channel.given:
                    if words in given.text:
                        return given.text
                await asyncio.sleep(0.02)


@asynccontextmanager
async def playing(scene: Scene) -> AsyncIterator[Scene]:
    """Let worker and delivery work."""
    tasks = [asyncio.create_task(job) for job in (scene.worker.run(), scene.delivery.run())]
    try:
        yield scene
    finally:
        scene.web.closing.set()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
