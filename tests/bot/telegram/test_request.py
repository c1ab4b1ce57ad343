"""The way to the Bot API, against a server that behaves as badly as servers do."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from telegram.error import Conflict, InvalidToken, NetworkError, RetryAfter, TelegramError, TimedOut

from bot.telegram.request import AiohttpRequest, NotSent, ServerAway, ServerFault, seconds_to_wait

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
SECRET = "123:zq-secret"


class Place:
    """A server that answers as the test says."""

    def __init__(self) -> None:
        self.handler: Handler | None = None
        self.root = ""

    async def handle(self, request: web.Request) -> web.StreamResponse:
        assert self.handler is not None
        return await self.handler(request)

    def answers(self, status: int, body: bytes | str) -> None:
        async def answer(_: web.Request) -> web.Response:
            return web.Response(status=status, body=body)

        self.handler = answer

    @property
    def url(self) -> str:
        return f"{self.root}/bot{SECRET}/getUpdates"


@pytest.fixture
async def place() -> AsyncIterator[Place]:
    place = Place()
    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", place.handle)
    async with TestServer(app, shutdown_timeout=0.1) as server:
        place.root = str(server.make_url("")).rstrip("/")
        yield place


@pytest.fixture
async def request_object() -> AsyncIterator[AiohttpRequest]:
    request = AiohttpRequest()
    await request.initialize()
    yield request
    await request.shutdown()


async def test_updates_come_as_they_are(place: Place, request_object: AiohttpRequest) -> None:
    place.answers(200, '{"ok": true, "result": [{"update_id": 1, "brand_new": {}}, 7]}')

    updates = await request_object.get_updates(place.url, {"timeout": 0}, seconds=5)

    assert updates == [{"update_id": 1, "brand_new": {}}, 7]


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (409, '{"ok": false, "description": "Conflict: terminated by other getUpdates"}', Conflict),
        (401, '{"ok": false, "description": "Unauthorized"}', InvalidToken),
        (404, '{"ok": false, "description": "Not Found"}', InvalidToken),
        (429, '{"ok": false, "parameters": {"retry_after": 7}}', RetryAfter),
        (429, '{"ok": false}', RetryAfter),
        (400, '{"ok": false, "description": "Bad Request"}', NetworkError),
        (500, "oops", ServerFault),
        (502, "<html>", ServerAway),
        (503, "", ServerAway),
        (200, "<html>", TelegramError),
        (200, "[]", TelegramError),
        (200, '{"ok": true}', TelegramError),
        (200, '{"ok": true, "result": {}}', TelegramError),
        (200, "[" * 100_000, TelegramError),
    ],
)
async def test_each_trouble_has_its_error(
    status: int,
    body: str,
    error: type[TelegramError],
    place: Place,
    request_object: AiohttpRequest,
) -> None:
    place.answers(status, body)

    with pytest.raises(error):
        await request_object.get_updates(place.url, {}, seconds=5)


async def test_no_connection_is_surely_not_sent_and_no_error_holds_the_token(
    place: Place, request_object: AiohttpRequest
) -> None:
    url = f"http://127.0.0.1:1/bot{SECRET}/sendMessage"

    with pytest.raises(NotSent) as caught:
        await request_object.do_request(url, "POST")

    assert SECRET not in repr(caught.value)
    assert caught.value.__suppress_context__


async def test_a_lost_answer_is_a_doubt(place: Place, request_object: AiohttpRequest) -> None:
    async def cut(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.close()
        return web.Response()

    place.handler = cut

    with pytest.raises(NetworkError) as caught:
        await request_object.do_request(place.url, "POST")

    assert not isinstance(caught.value, NotSent)
    assert SECRET not in repr(caught.value)


async def test_a_hanging_answer_times_out(place: Place, request_object: AiohttpRequest) -> None:
    released = asyncio.Event()

    async def hang(_: web.Request) -> web.StreamResponse:
        await released.wait()
        return web.Response()

    place.handler = hang

    with pytest.raises(TimedOut):
        await request_object.do_request(place.url, "POST", read_timeout=0.05)
    released.set()


async def test_an_answer_that_cannot_be_read_is_written_to_no_log(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(TelegramError) as caught:
        AiohttpRequest.parse_json_payload(b'{"ok": true, "result": {"text": "zq words of somebody')

    assert "zq" not in caplog.text
    assert "zq" not in str(caught.value)


async def test_before_it_is_initialised_it_says_so() -> None:
    with pytest.raises(RuntimeError, match="not initialised"):
        await AiohttpRequest().do_request("http://127.0.0.1:1/", "POST")


async def test_it_can_be_closed_twice() -> None:
    request = AiohttpRequest()
    await request.initialize()
    await request.shutdown()
    await request.shutdown()


@pytest.mark.parametrize("wait", [7, timedelta(seconds=7)])
def test_how_long_to_wait_is_understood_in_both_of_the_library_s_forms(wait: int | timedelta) -> None:
    assert seconds_to_wait(RetryAfter(wait)) == 7.0


def test_the_library_does_not_warn_of_its_future_each_time() -> None:
    assert os.environ["PTB_TIMEDELTA"] == "1"
