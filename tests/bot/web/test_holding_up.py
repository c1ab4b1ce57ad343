"""Who reads nothing, or listens too often, holds up nobody else."""

import asyncio
import socket
from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Message

from bot.web import server
from bot.web.chat_live import MOST_OF_CHAT
from bot.web.chat_passes import COOKIE
from tests.bot.conftest import Small
from tests.bot.web.chat_scene import Scene

DEADLINE = 10.0  # seconds
LARGE = b"x" * 8_000_000


async def _large(_: Request) -> Response:
    return PlainTextResponse(LARGE)


async def _ready() -> bool:
    return True


@pytest.fixture
async def port(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[int]:
    monkeypatch.setattr(server, "READ_SECONDS", 0.2)
    door = server.listen("127.0.0.1", 0)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 16_384)
    app = server.make_app([Route("/large", _large)], public_url="http://matala", ready=_ready)
    task = asyncio.create_task(server.serve(app, door, asyncio.Event()))
    yield door.getsockname()[1]
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_who_reads_nothing_of_an_answer_is_hung_up_on(port: int) -> None:
    """Else what they asked for would stand in memory for as long as they like."""
    loop = asyncio.get_running_loop()
    with socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.setblocking(False)
        await loop.sock_connect(client, ("127.0.0.1", port))
        await loop.sock_sendall(client, b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n")
        over = asyncio.Event()
        loop.call_later(1.0, over.set)
        await over.wait()

        async with asyncio.timeout(DEADLINE):
            got = await _all_of(client)

    assert 0 < got < len(LARGE)


async def test_who_reads_slowly_gets_all(port: int) -> None:
    async with asyncio.timeout(DEADLINE), httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        got = 0
        async with client.stream("GET", "/large") as answer:
            async for chunk in answer.aiter_raw():
                got += len(chunk)
                await asyncio.sleep(0)

    assert got == len(LARGE)


async def test_one_visitor_holds_only_so_many_streams_be_they_opened_at_once(small: Small) -> None:
    scene = Scene(small)
    browser = scene.browser()
    await browser.sends("moi")
    cookie = f"{COOKIE}={browser.client.cookies[COOKIE]}".encode()
    heard, over = [0] * 20, asyncio.Event()

    async def receive() -> Message:
        await over.wait()
        return {"type": "http.disconnect"}

    async def listens(which: int) -> None:
        async def send(message: Message) -> None:
            heard[which] += bool(message.get("body"))

        scope = {
            "type": "http",
            "asgi": {"spec_version": "2.3"},  # as the server calls us: it tells of who goes away
            "method": "GET",
            "path": "/chat/events",
            "query_string": b"",
            "headers": [(b"cookie", cookie)],
        }
        await scene.app(scope, receive, send)

    listening = [asyncio.create_task(listens(which)) for which in range(20)]
    async with asyncio.timeout(DEADLINE):
        await asyncio.wait(listening, timeout=0.5)
        over.set()
        await asyncio.gather(*listening)

    assert sum(map(bool, heard)) == MOST_OF_CHAT


async def _all_of(client: socket.socket) -> int:
    """Read until the other side is gone; return how much there was."""
    loop, got = asyncio.get_running_loop(), 0
    while True:
        try:
            chunk = await loop.sock_recv(client, 65_536)
        except ConnectionError:
            return got
        if not chunk:
            return got
        got += len(chunk)
