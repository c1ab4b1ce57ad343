"""Readers of the site, for `tests.bench.web`: they open its pages over HTTP as browsers do, each its own connection."""

import asyncio
import gzip
import random
import re
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import urlsplit

import aiohttp

LANGUAGES = ("fi", "sv", "en")
CAMPUSES = ("", "kuopio", "varkaus", "iisalmi", "toivala")  # of the sakky pack; "": none chosen
_LINK = re.compile(r'<a [^>]*?href="([^"#?]+)')
_PART = re.compile(r'<(?:link|script|img)\b[^>]*?\b(?:href|src)="(/[^"]+)"[^>]*>')
_FETCHED = re.compile(r'rel="(?:stylesheet|icon|manifest|preload)"|<script|<img')
_OTHER_KINDS = re.compile(r"/\w\w/(chat|ask|campus)|\.(atom|ics)$")
BROWSER = {"Accept-Encoding": "gzip", "Accept": "text/html,*/*", "User-Agent": "bench"}


@dataclass(frozen=True, slots=True)
class Page:
    """An answer as it came over the wire."""

    status: int
    body: bytes
    wire: int  # bytes of head and body as transferred
    etag: str
    is_packed: bool
    ms: float

    @property
    def plain(self) -> bytes:
        """The body unpacked."""
        return gzip.decompress(self.body) if self.is_packed else self.body

    @property
    def text(self) -> str:
        """The body as text."""
        return self.plain.decode()


async def fetch(session: aiohttp.ClientSession, path: str, **headers: str) -> Page:
    """Get something, and leave it as it came."""
    began = time.perf_counter()
    async with session.get(path, headers=headers, allow_redirects=False) as answer:
        body = await answer.read()
        spent = time.perf_counter() - began
        head = sum(len(name) + len(value) + 4 for name, value in answer.raw_headers) + 19
        return Page(
            answer.status,
            body,
            head + len(body),
            answer.headers.get("ETag", ""),
            "Content-Encoding" in answer.headers,
            spent * 1000,
        )


def browser(
    url: str, *, campus: str = "", language: str = "fi", packed: bool = True
) -> aiohttp.ClientSession:
    """Make the browser of one reader, with one connection and the site's own cookie."""
    headers = BROWSER | ({"Cookie": f"matala_site={language}.{campus}"} if campus else {})
    return aiohttp.ClientSession(
        url,
        headers=headers,
        connector=aiohttp.TCPConnector(limit=1),
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
    )


def kind_of(path: str) -> str:
    """Name the kind of a page: "/fi/topics/money" is of "topics/"."""
    parts = path.strip("/").split("/")[1:]
    return "front" if not parts else parts[0] + ("/" if len(parts) > 1 else "")


@dataclass(frozen=True, slots=True)
class Weight:
    """What a page weighs with all that a browser without a cache fetches for it, in bytes."""

    path: str
    wire: int  # as transferred, heads of answers included
    plain: int  # unpacked, without them


@dataclass
class Survey:
    """All pages of the site, as followed by their links."""

    kinds: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))  # paths of pages
    heaviest: Weight = Weight("", 0, 0)
    _parts: dict[str, tuple[int, int]] = field(default_factory=dict)

    async def weigh(self, session: aiohttp.ClientSession, path: str) -> str:
        """Open a page with all that it needs; return its text."""
        page = await fetch(session, path)
        if page.status != 200:
            raise AssertionError(f"{path} answers {page.status}")
        text = page.text
        needed = parts_of(text)
        for part in needed - self._parts.keys():
            found = await fetch(session, part)
            if found.status != 200:
                raise AssertionError(f"{path} needs {part}, which answers {found.status}")
            self._parts[part] = (found.wire, len(found.plain))
        wire = page.wire + sum(self._parts[part][0] for part in needed)
        plain = len(page.plain) + sum(self._parts[part][1] for part in needed)
        self.heaviest = max(self.heaviest, Weight(path, wire, plain), key=lambda weight: weight.wire)
        return text


async def survey(url: str) -> Survey:
    """Follow the links of the site from its front pages, and weigh what is found; the chat's pages, too."""
    found = Survey()
    waiting = [f"/{language}/" for language in LANGUAGES]
    known = set(waiting)
    async with browser(url) as session:
        while waiting:
            path = waiting.pop()
            text = await found.weigh(session, path)
            found.kinds[kind_of(path)].append(path)
            for link in _LINK.findall(text):
                is_page = re.match(r"/(fi|sv|en)/", link) and not _OTHER_KINDS.search(link)
                if is_page and link not in known:
                    known.add(link)
                    waiting.append(link)
        for language in LANGUAGES:
            await found.weigh(session, f"/{language}/chat")
    return found


def parts_of(html: str) -> set[str]:
    """Return the files that a browser fetches for a page: styles, scripts, pictures, its icon."""
    return {urlsplit(unescape(found[1])).path for found in _PART.finditer(html) if _FETCHED.search(found[0])}


@dataclass(slots=True)
class Reader:
    """Somebody who reads page after page, and whose browser keeps what it may."""

    session: aiohttp.ClientSession
    kinds: Sequence[Sequence[str]]
    choice: random.Random
    seen: dict[str, str] = field(default_factory=dict)
    waits: list[float] = field(default_factory=list)
    known: int = 0  # how many of the pages were still as the browser had them

    async def reads(self, until: float, pause: float) -> None:
        """Open pages of all kinds until then, about so many seconds apart."""
        if pause:
            await asyncio.sleep(self.choice.uniform(0, pause))
        while time.monotonic() < until:
            began = time.monotonic()
            path = self.choice.choice(self.choice.choice(self.kinds))
            etag = self.seen.get(path, "")
            page = await fetch(self.session, path, **({"If-None-Match": etag} if etag else {}))
            if page.status not in (200, 304):
                raise AssertionError(f"{path} answers {page.status}")
            self.known += page.status == 304
            self.waits.append(page.ms)
            if page.etag:
                self.seen[path] = page.etag
            if pause:
                pausing = pause * self.choice.uniform(0.5, 1.5)
                await asyncio.sleep(max(0.0, began + pausing - time.monotonic()))


async def read(
    url: str, pages: dict[str, list[str]], *, readers: int, seconds: float, pause: float, seed: int
) -> list[Reader]:
    """Let readers read at once: each in one language mostly, some of them with a campus that they chose."""
    every = []
    for number in range(readers):
        language = LANGUAGES[number % len(LANGUAGES)]
        choice = random.Random(seed * 1000 + number)
        ours = [[path for path in paths if path[1:3] == language] for paths in pages.values()]
        session = browser(url, campus=CAMPUSES[number % len(CAMPUSES)], language=language)
        every.append(Reader(session, [paths for paths in ours if paths], choice))
    until = time.monotonic() + seconds
    try:
        async with asyncio.TaskGroup() as group:
            for each in every:
                group.create_task(each.reads(until, pause))
    finally:
        for each in every:
            await each.session.close()
    return every
