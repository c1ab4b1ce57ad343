"""People in the chat and staff at the desk, for `tests.bench.web`: over HTTP, with the streams that pages listen to.

Everybody checks what they get: a message of another's, one twice or one missing ends the bench.
"""

import asyncio
import json
import re
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from html import unescape
from typing import Any

import aiohttp

from tests.bot.web.chat_scene import Bubble, bubbles

ANCHOR = "⚓ Haluan puhua ihmiselle"
# Each is answered in one message at once, and by words of its own.
QUESTIONS = (
    "miten haen opintotukea",
    "mistä saan todistuksen opinnoista",
    "mitä ruokalassa on tänään",
    "miten vaihdan alaa",
    "miten saan opiskelijakortin",
    "mulla on rahat loppu",
)
OPENING = 40  # characters: so much of an answer tells it from all others
PATIENCE = 30.0  # seconds for one answer; far more than any bar
_TOKEN = re.compile(r'data-token="([^"]+)"')
_COOKIE = re.compile(r"matala_chat=([^;]*)")


class MixedUp(AssertionError):  # noqa: N818 (named for the case, as all of ours are)
    """Somebody got what was not theirs, or the same twice, or not what they should have got."""


@dataclass(slots=True)
class Talker:
    """Somebody with the page of the chat open."""

    number: int
    session: aiohttp.ClientSession
    answers: dict[str, str]  # how the answer to each question begins
    token: str = ""
    cookie: str = ""
    place: str = "0-0"
    sent: list[str] = field(default_factory=list)  # keys, in their order
    got: dict[str, Bubble] = field(default_factory=dict)  # by their ids
    should_hear: list[str] = field(default_factory=list)  # of staff
    waits: list[float] = field(default_factory=list)  # milliseconds from sending to what answered it
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _listening: asyncio.Task[None] | None = None
    heard_at: dict[str, float] = field(default_factory=dict)  # when each bubble was there, by its id

    async def opens(self, text: str) -> None:
        """Open the page, say the first thing, and listen from then on, as the page's script does."""
        async with self.session.get("/fi/chat") as answer:
            found = _TOKEN.search(await answer.text())
        if found is None:
            raise MixedUp("the page of the chat has no token")
        self.token = found[1]
        await self.sends(text)
        self._listening = asyncio.create_task(self._listen())

    async def sends(self, text: str) -> str:
        """Send words; return their key once the server has them."""
        key = secrets.token_hex(16)
        body = {"text": text, "key": key, "token": self.token, "language": "fi"}
        async with self.session.post("/chat/messages", json=body, headers=self._headers()) as answer:
            told = await answer.json()
            if told["state"] != "sent":
                raise MixedUp(f"what was sent was not taken: {answer.status} {told['state']}")
            for each in answer.headers.getall("Set-Cookie", []):
                if given := _COOKIE.search(each):
                    self.cookie = given[1]
        self.token = told["token"]
        self.sent.append(key)
        return key

    def _headers(self) -> dict[str, str]:
        return {"Cookie": f"matala_chat={self.cookie}"} if self.cookie else {}

    async def asks(self, question: str) -> None:
        """Ask something, wait for its answer, and note how long that took."""
        known, began = set(self.got), time.perf_counter()
        key = await self.sends(question)
        answer = await self._until(lambda: self._after(key, known))
        if not answer.words.strip().startswith(self.answers.get(question, "")):
            raise MixedUp(f"chat {self.number} asked {question!r} and got {answer.words[:OPENING]!r}")
        self.waits.append((self.heard_at[answer.id] - began) * 1000)

    def _after(self, key: str, known: set[str]) -> Bubble | None:
        """Return the first bubble of the bot's below one's own of this key."""
        is_below = False
        for each in self.got.values():
            is_below |= each.key == key
            if is_below and "bot" in each.kinds and each.id not in known:
                return each
        return None

    async def is_answered(self, text: str) -> None:
        """Say something, and wait for the bot's answer to it, whatever that is."""
        known = set(self.got)
        key = await self.sends(text)
        await self._until(lambda: self._after(key, known))

    async def hears(self, text: str) -> float:
        """Wait for words of staff; return when they were there."""
        bubble = await self._until(
            lambda: next(
                (each for each in self.got.values() if text in each.words and "staff" in each.kinds), None
            )
        )
        return self.heard_at[bubble.id]

    async def first_answer(self) -> Bubble:
        """Wait for what answers the first thing that was said."""
        return await self._until(lambda: self._after(self.sent[0], set()))

    async def _until(self, look: Callable[[], Bubble | None]) -> Bubble:
        async with asyncio.timeout(PATIENCE):
            while (found := look()) is None:
                if self._listening is not None and self._listening.done():
                    self._listening.result()
                    raise MixedUp(f"the stream of chat {self.number} has ended")
                self._news.clear()
                await self._news.wait()
        return found

    async def _listen(self) -> None:
        query = {"since": self.place, "language": "fi"}
        timeout = aiohttp.ClientTimeout(total=None)
        async with self.session.get(
            "/chat/events", params=query, headers=self._headers(), timeout=timeout
        ) as answer:
            if answer.status != 200:
                raise MixedUp(f"the stream of chat {self.number} answers {answer.status}")
            async for line in answer.content:
                if line.startswith(b"data: "):
                    self._take(json.loads(line[6:]), time.perf_counter())

    def _take(self, change: dict[str, Any], at: float) -> None:
        self.place = change["place"]
        for bubble in bubbles("".join(post["html"] for post in change["posts"])):
            self.got[bubble.id] = bubble
            self.heard_at.setdefault(bubble.id, at)
        self._news.set()

    async def is_whole(self) -> None:
        """See that all that stands in the conversation came by the stream, and that it is this person's alone.

        Raises:
            MixedUp: it is not.
        """
        async with self.session.get(
            "/chat/posts", params={"since": "0-0", "language": "fi"}, headers=self._headers()
        ) as answer:
            told = await answer.json()
        stands = bubbles("".join(post["html"] for post in told["posts"]))
        if [each.id for each in stands] != list(self.got):
            raise MixedUp(f"chat {self.number} was told of {len(self.got)} posts and has {len(stands)}")
        if [each.key for each in stands if each.key] != self.sent:
            raise MixedUp(f"chat {self.number} holds other words than were sent, or in another order")
        of_staff = [
            each.words.strip() for each in stands if "staff" in each.kinds and "vastaus" in each.words
        ]
        if of_staff != self.should_hear:
            raise MixedUp(f"chat {self.number} has {of_staff} of staff, not {self.should_hear}")

    async def leaves(self) -> None:
        """Close the page."""
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.gather(self._listening, return_exceptions=True)


async def answers_of(session: aiohttp.ClientSession) -> dict[str, str]:
    """Learn how the answer to each question begins, in a chat of its own each."""
    found = {}
    for number, question in enumerate(QUESTIONS):
        talker = Talker(-number, session, {})
        await talker.opens(question)
        found[question] = (await talker.first_answer()).words.strip()[:OPENING]
        await talker.leaves()
    if len(set(found.values())) != len(QUESTIONS):
        raise MixedUp(f"two questions have one answer: {found}")
    return found


@dataclass(slots=True)
class Colleague:
    """Somebody of the staff at the desk."""

    session: aiohttp.ClientSession
    cookie: str = ""
    pages: list[float] = field(default_factory=list)  # milliseconds of each page

    async def enters(self, link: str) -> None:
        """Enter by a link."""
        async with self.session.post(link, allow_redirects=False) as answer:
            given = re.search(r"matala_desk=([^;]*)", answer.headers.get("Set-Cookie", ""))
        if given is None:
            raise MixedUp(f"the desk does not open: {answer.status}")
        self.cookie = given[1]

    async def looks(self, path: str) -> str:
        """Open a page of the desk."""
        began = time.perf_counter()
        async with self.session.get(path, headers=self._headers()) as answer:
            text = await answer.text()
        if answer.status != 200:
            raise MixedUp(f"{path} answers {answer.status}")
        self.pages.append((time.perf_counter() - began) * 1000)
        return text

    def _headers(self) -> dict[str, str]:
        return {"Cookie": f"matala_desk={self.cookie}"}

    async def does(self, code: str, deed: str, **form: str) -> float:
        """Send a form of a case's page; return when it was sent."""
        page = await self.looks(f"/desk/case/{code}")
        hidden = {name: _hidden(page, name) for name in ("proof", "line") if _hidden(page, name)}
        began = time.perf_counter()
        async with self.session.post(
            f"/desk/case/{code}/{deed}", data=hidden | form, headers=self._headers(), allow_redirects=False
        ) as answer:
            if answer.status != 303:
                raise MixedUp(f"{deed} of {code} answers {answer.status}")
        return began

    async def listens(self) -> None:
        """Hear what is new at the desk, for as long as the task runs."""
        timeout = aiohttp.ClientTimeout(total=None)
        async with self.session.get("/desk/events", headers=self._headers(), timeout=timeout) as answer:
            async for _ in answer.content:
                pass


def _hidden(page: str, name: str) -> str:
    found = re.search(rf'<input type="hidden" name="{name}" value="([^"]*)"', page)
    return unescape(found[1]) if found else ""
