"""What is new reaches an open page in its order, and one that comes back from where it was."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from bot.channel import Message, Part
from bot.web import chat_live
from bot.web.channel import WebChannel
from bot.web.chat_posts import Said, to_json
from bot.web.server import listen, serve
from storage import outbox, web_chats
from storage.models import WEB_CHATS
from storage.outbox import State
from tests.bot.conftest import Small
from tests.bot.web.chat_scene import Browser, Scene, playing
from tests.fakes import STAFF_ROOM

PATIENCE = 5.0  # seconds


@pytest.fixture
async def scene(small: Small) -> AsyncIterator[Scene]:
    await small.binds(STAFF_ROOM)
    async with playing(Scene(small)) as scene:
        yield scene


@asynccontextmanager
async def served(scene: Scene) -> AsyncIterator[Browser]:
    """Serve the chat over real HTTP, and open a browser at it."""
    door = listen("127.0.0.1", 0)
    task = asyncio.create_task(serve(scene.app, door, scene.web.closing))
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{door.getsockname()[1]}") as client:
        yield Browser(client)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def events(
    browser: Browser, since: str = "", *, count: int, header: bool = False
) -> list[dict[str, Any]]:
    """Listen until so many posts have come."""
    asked: dict[str, Any] = {"headers": {"Last-Event-ID": since}} if header else {"params": {"since": since}}
    told: list[dict[str, Any]] = []
    async with asyncio.timeout(PATIENCE), browser.client.stream("GET", "/chat/events", **asked) as stream:
        assert stream.headers["Content-Type"].startswith("text/event-stream")
        async for line in stream.aiter_lines():
            if line.startswith("data: "):
                told.append(json.loads(line.removeprefix("data: ")))
            if sum(len(each["posts"]) for each in told) >= count:
                break
    return told


def ids(told: list[dict[str, Any]]) -> list[str]:
    return [post["id"] for each in told for post in each["posts"]]


async def test_an_open_page_hears_at_once(scene: Scene) -> None:
    async with served(scene) as browser:
        await browser.sends("moi")
        listening = asyncio.create_task(events(browser, count=2))
        await asyncio.sleep(0)

        told = await listening

    assert "moi" in told[0]["posts"][0]["html"]
    assert ids(told) == [f"{ids(told)[0].partition('-')[0]}-{each}" for each in range(1, len(ids(told)) + 1)]


async def test_an_open_page_hears_what_another_process_has_written(
    small: Small, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No bell rings for that, and on PostgreSQL several programs may share the work."""
    monkeypatch.setattr(chat_live, "LOOK_EVERY", 0.05)
    await small.binds(STAFF_ROOM)
    async with playing(Scene(small)) as scene, served(scene) as browser:
        await browser.sends("moi")
        await browser.hears("botti")
        there = (await browser.news())["place"]
        listening = asyncio.create_task(events(browser, there, count=1))
        await asyncio.sleep(0.2)
        async with small.database.begin() as session:
            sealed = (await session.scalars(select(WEB_CHATS.c.chat))).one()
            chat = small.database.keys.open(sealed)
            await web_chats.append(session, chat, to_json(Said("muualta")), at=small.now)

        assert "muualta" in (await listening)[0]["posts"][0]["html"]


@pytest.mark.parametrize("header", [True, False], ids=["of itself", "opened anew"])
async def test_a_page_that_comes_back_gets_what_it_missed(header: bool, scene: Scene) -> None:
    async with served(scene) as browser:
        await browser.sends("moi")
        await browser.hears("botti")
        told = await events(browser, count=2)
        place = told[-1]["place"]
        await browser.sends("mua ahdistaa tosi paljon")

        missed = await events(browser, place, count=2, header=header)

    assert ids(told) + ids(missed) == sorted(
        ids(told) + ids(missed), key=lambda each: int(each.rpartition("-")[2])
    )
    assert not set(ids(told)) & set(ids(missed))


async def test_a_stream_ends_when_the_program_stops(scene: Scene) -> None:
    async with served(scene) as browser:
        await browser.sends("moi")
        async with asyncio.timeout(PATIENCE), browser.client.stream("GET", "/chat/events") as stream:
            async for _ in stream.aiter_lines():
                scene.web.closing.set()


async def test_who_has_no_conversation_is_told_to_ask_no_more(scene: Scene) -> None:
    answer = await scene.browser().client.get("/chat/events")

    assert answer.status_code == 204


@pytest.mark.parametrize("since", ["", "x", "0-0", "1-", "99999999999999999999-1", "-1--1", "1-1" * 50])
async def test_a_place_that_is_none_is_the_beginning_or_another_conversations(
    since: str, scene: Scene
) -> None:
    browser = scene.browser()
    await browser.sends("moi")

    told = await browser.news(since)

    assert told["posts"]


async def test_nobody_hears_what_another_is_told(scene: Scene) -> None:
    one, other = scene.browser(), scene.browser()
    await one.sends("salainen asia")
    place = (await one.news())["place"]
    chat_id = place.partition("-")[0]

    await other.sends("moi")
    told = await other.news(f"{chat_id}-0")

    assert "salainen" not in json.dumps(told)


class TestTheChannel:
    async def test_one_thing_sent_twice_under_its_name_is_shown_once(self, small: Small) -> None:
        """We were killed between showing it and noting that it went."""
        scene = Scene(small)
        channel = WebChannel(small.database, scene.web.bells, scene.web.clock)
        message = Message("web:aa", (Part("vastaus"),))

        first = await channel.known_as("outbox 7", is_urgent=False).send(message)
        again = await channel.known_as("outbox 7", is_urgent=False).send(message)

        assert first == again
        async with small.database.begin() as session:
            found = await web_chats.find(session, "web:aa")
        assert found is not None
        assert found.last == 1

    async def test_what_was_being_shown_at_each_of_many_kills_is_shown_in_the_end(self, small: Small) -> None:
        """Elsewhere a second doubt is the last; here a copy too many would show nowhere."""
        await small.posts("vastaus", chat="web:aa")
        for _ in range(4):
            async with small.database.begin() as session:
                await outbox.due(session, now=small.now, limit=9)
            async with small.database.begin() as session:
                await Scene(small).delivery.settle(session)

        await Scene(small).delivery.flush()

        assert await small.states() == [State.SENT]
