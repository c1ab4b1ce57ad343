"""The door through which Telegram brings updates: 200 only for what is kept."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.types import ASGIApp

from bot.web import webhook
from bot.web.server import listen, make_app, serve
from bot.web.webhook import BODY_LIMIT, PATH, SECRET_HEADER
from storage.database import DatabaseAway

SECRET = "zq-secret"
RIGHT = {SECRET_HEADER: SECRET}


class Inbox:
    """Keeps what it receives, or is away."""

    def __init__(self) -> None:
        self.kept: list[bytes] = []
        self.is_away = self.is_slow = False
        self.receiving, self.goes_on = asyncio.Event(), asyncio.Event()

    async def receive(self, body: bytes) -> None:
        self.receiving.set()
        if self.is_slow:
            await self.goes_on.wait()
        if self.is_away:
            raise DatabaseAway("zq")
        self.kept.append(body)


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


async def _always() -> bool:
    return True


def make_webhook(inbox: Inbox) -> ASGIApp:
    routes = webhook.routes(inbox.receive, SECRET)
    return make_app(routes, public_url="http://matala", ready=_always, trusted_paths=[PATH])


@pytest.fixture
async def telegram(inbox: Inbox) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(make_webhook(inbox))
    async with httpx.AsyncClient(transport=transport, base_url="http://matala") as client:
        yield client


async def test_what_is_kept_is_answered_with_200(telegram: httpx.AsyncClient, inbox: Inbox) -> None:
    answer = await telegram.post(PATH, content=b'{"update_id": 1}', headers=RIGHT)

    assert (answer.status_code, inbox.kept) == (200, [b'{"update_id": 1}'])


async def test_what_cannot_be_kept_is_to_be_brought_again(telegram: httpx.AsyncClient, inbox: Inbox) -> None:
    inbox.is_away = True

    answer = await telegram.post(PATH, content=b"{}", headers=RIGHT)

    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert "zq" not in answer.text


@pytest.mark.parametrize(
    "headers",
    [{}, {SECRET_HEADER: ""}, {SECRET_HEADER: "wrong"}, {SECRET_HEADER: SECRET + "x"}, {SECRET_HEADER: "ä"}],
    ids=["none", "empty", "wrong", "longer", "not ASCII"],
)
async def test_without_the_secret_nobody_gets_in(
    headers: dict[str, str], telegram: httpx.AsyncClient, inbox: Inbox
) -> None:
    encoded = {name: value.encode() for name, value in headers.items()}

    answer = await telegram.post(PATH, content=b"{}", headers=encoded)

    assert (answer.status_code, inbox.kept) == (403, [])


async def test_what_is_far_too_large_is_refused(telegram: httpx.AsyncClient, inbox: Inbox) -> None:
    largest = await telegram.post(PATH, content=b"x" * BODY_LIMIT, headers=RIGHT)
    larger = await telegram.post(PATH, content=b"x" * (BODY_LIMIT + 1), headers=RIGHT)

    assert (largest.status_code, larger.status_code) == (200, 413)
    assert len(inbox.kept) == 1


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", PATH, 405), ("POST", "/", 404), ("GET", "/", 404)]
)
async def test_there_is_no_other_way_in(
    method: str, path: str, status: int, telegram: httpx.AsyncClient
) -> None:
    assert (await telegram.request(method, path, headers=RIGHT)).status_code == status


async def test_it_can_be_asked_whether_it_lives(telegram: httpx.AsyncClient) -> None:
    assert (await telegram.get("/healthz")).text == "ok\n"


@pytest.fixture
async def serving(inbox: Inbox) -> AsyncIterator[tuple[asyncio.Task[None], int]]:
    """The door over real HTTP: its task and its port."""
    door = listen("127.0.0.1", 0)
    task = asyncio.create_task(serve(make_webhook(inbox), door, asyncio.Event()))
    yield task, door.getsockname()[1]
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_request_that_ends_too_early_keeps_nothing(
    serving: tuple[asyncio.Task[None], int], inbox: Inbox
) -> None:
    """Telegram brings it again; half an update is none."""
    _, port = serving
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    head = f"POST {PATH} HTTP/1.1\r\nHost: x\r\n{SECRET_HEADER}: {SECRET}\r\nContent-Length: 99\r\n\r\n"
    writer.write(head.encode() + b'{"update_id"')
    await writer.drain()
    writer.close()
    await writer.wait_closed()

    async with httpx.AsyncClient() as client:
        answer = await client.post(f"http://127.0.0.1:{port}{PATH}", content=b"{}", headers=RIGHT)

    assert (answer.status_code, inbox.kept) == (200, [b"{}"])


def test_an_address_that_is_taken_is_refused_before_anything_begins() -> None:
    with listen("127.0.0.1", 0) as taken, pytest.raises(OSError, match="in use"):
        listen("127.0.0.1", taken.getsockname()[1])


async def test_told_to_stop_it_answers_what_it_is_keeping(
    serving: tuple[asyncio.Task[None], int], inbox: Inbox
) -> None:
    task, port = serving
    inbox.is_slow = True
    async with httpx.AsyncClient() as client:
        url = f"http://127.0.0.1:{port}{PATH}"
        bringing = asyncio.create_task(client.post(url, content=b"{}", headers=RIGHT))
        await inbox.receiving.wait()

        task.cancel()
        inbox.goes_on.set()
        answer = await bringing

    assert (answer.status_code, inbox.kept) == (200, [b"{}"])
