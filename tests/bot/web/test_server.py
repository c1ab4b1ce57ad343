"""What stands before every page: headers, limits, no other site's requests, readable errors, no slow clients."""

import asyncio
import contextlib
import statistics
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.web import guards, server
from bot.web.guards import BODY_LIMIT
from storage.database import DatabaseAway

OURS = "https://apu.example.fi"


async def _echo(request: Request) -> Response:
    return PlainTextResponse(f"{len(await request.body())}")


async def _embedded(_: Request) -> Response:
    policy = guards.CONTENT_POLICY + "frame-ancestors https://www.example.fi"
    return PlainTextResponse("shown elsewhere", headers={"Content-Security-Policy": policy})


async def _away(_: Request) -> Response:
    raise DatabaseAway("zq-secret")


async def _bug(_: Request) -> Response:
    raise RuntimeError("zq-secret")


async def _teapot(_: Request) -> Response:
    raise HTTPException(418, "zq-secret", {"X-Kind": "pot"})


ROUTES = [
    Route("/echo", _echo, methods=["GET", "POST"]),
    Route("/machine", _echo, methods=["POST"]),
    Route("/embedded", _embedded),
    Route("/away", _away),
    Route("/bug", _bug),
    Route("/teapot", _teapot),
]


class Health:
    """Whether the program takes messages."""

    is_ready = True

    async def __call__(self) -> bool:
        return self.is_ready


@pytest.fixture
def health() -> Health:
    return Health()


@pytest.fixture
async def browser(health: Health) -> AsyncIterator[httpx.AsyncClient]:
    app = server.make_app(ROUTES, public_url=OURS, ready=health, trusted_paths=["/machine"])
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=OURS) as client:
        yield client


async def test_it_lives_even_when_it_takes_no_messages(browser: httpx.AsyncClient, health: Health) -> None:
    health.is_ready = False

    assert (await browser.get("/healthz")).status_code == 200
    assert (await browser.get("/readyz")).status_code == 503


async def test_it_is_ready_when_it_takes_messages(browser: httpx.AsyncClient) -> None:
    assert (await browser.get("/readyz")).status_code == 200


@pytest.mark.parametrize("path", ["/echo", "/nowhere", "/bug", "/healthz"])
async def test_every_answer_has_safe_headers(path: str, browser: httpx.AsyncClient) -> None:
    headers = (await browser.get(path)).headers

    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-frame-options"] == "DENY"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["strict-transport-security"].startswith("max-age=")


async def test_what_may_be_shown_elsewhere_says_where(browser: httpx.AsyncClient) -> None:
    headers = (await browser.get("/embedded")).headers

    assert "frame-ancestors https://www.example.fi" in headers["content-security-policy"]
    assert "x-frame-options" not in headers


async def test_plain_http_promises_no_https(health: Health) -> None:
    app = server.make_app(ROUTES, public_url="http://127.0.0.1:8080", ready=health)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:8080"
    ) as plain:
        assert "strict-transport-security" not in (await plain.get("/echo")).headers


FOREIGN = [
    pytest.param({"Origin": "https://evil.example"}, id="another origin"),
    pytest.param({"Origin": "null"}, id="an origin that is hidden"),
    pytest.param({"Origin": "https://apu.example.fi.evil.example"}, id="one that begins as ours"),
    pytest.param({"Sec-Fetch-Site": "cross-site"}, id="another site"),
    pytest.param({"Sec-Fetch-Site": "same-site"}, id="a neighbour's site"),
]


@pytest.mark.parametrize("headers", FOREIGN)
async def test_another_sites_page_changes_nothing(
    headers: dict[str, str], browser: httpx.AsyncClient
) -> None:
    assert (await browser.post("/echo", headers=headers)).status_code == 403


@pytest.mark.parametrize("headers", FOREIGN)
async def test_another_sites_page_may_lead_here(headers: dict[str, str], browser: httpx.AsyncClient) -> None:
    assert (await browser.get("/echo", headers=headers)).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({"Origin": OURS, "Sec-Fetch-Site": "same-origin"}, id="our own page"),
        pytest.param({}, id="no browser at all"),
    ],
)
async def test_our_own_pages_forms_are_taken(headers: dict[str, str], browser: httpx.AsyncClient) -> None:
    assert (await browser.post("/echo", headers=headers)).status_code == 200


async def test_a_machine_that_has_a_secret_of_its_own_may_come_from_anywhere(
    browser: httpx.AsyncClient,
) -> None:
    answer = await browser.post("/machine", headers=FOREIGN[0].values[0], content=b"x" * (BODY_LIMIT + 1))

    assert (answer.status_code, answer.text) == (200, str(BODY_LIMIT + 1))


async def _in_pieces() -> AsyncIterator[bytes]:
    for _ in range(3):
        yield b"x" * (BODY_LIMIT // 2)


async def test_a_body_is_taken_up_to_its_limit(browser: httpx.AsyncClient) -> None:
    largest = await browser.post("/echo", content=b"x" * BODY_LIMIT)
    larger = await browser.post("/echo", content=b"x" * (BODY_LIMIT + 1))
    unannounced = await browser.post("/echo", content=_in_pieces())

    assert (largest.status_code, largest.text) == (200, str(BODY_LIMIT))
    assert (larger.status_code, unannounced.status_code) == (413, 413)


@pytest.mark.parametrize(("path", "status"), [("/away", 503), ("/bug", 500), ("/teapot", 418), ("/x", 404)])
async def test_what_goes_wrong_is_told_without_what_is_inside(
    path: str, status: int, browser: httpx.AsyncClient
) -> None:
    answer = await browser.get(path)

    assert answer.status_code == status
    assert "zq-secret" not in answer.text


async def test_who_meets_a_database_that_is_away_is_told_when_to_come_again(
    browser: httpx.AsyncClient,
) -> None:
    assert (await browser.get("/away")).headers["retry-after"]


async def test_headers_of_an_error_are_kept(browser: httpx.AsyncClient) -> None:
    assert (await browser.get("/teapot")).headers["x-kind"] == "pot"


# ---------------------------------------------------------------- over real HTTP

PATIENCE = 0.2  # seconds, instead of ten
DEADLINE = 10.0


@pytest.fixture
async def port(health: Health, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[int]:
    monkeypatch.setattr(server, "HEADER_SECONDS", PATIENCE)
    monkeypatch.setattr(guards, "BODY_SECONDS", PATIENCE)
    door = server.listen("127.0.0.1", 0)
    app = server.make_app(ROUTES, public_url=OURS, ready=health)
    task = asyncio.create_task(server.serve(app, door, asyncio.Event()))
    yield door.getsockname()[1]
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


@asynccontextmanager
async def connected(port: int) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """Be a client that says what it likes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield reader, writer
    finally:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"GET /echo HTTP/1.1\r\nHost: x\r\n", id="half a head"),
        pytest.param(b"GET /echo HTTP/1.1\r\nHost: x\r\n\r\nGET /echo HT", id="half a second head"),
    ],
)
async def test_who_says_nothing_whole_is_not_waited_for(said: bytes, port: int) -> None:
    async with connected(port) as (reader, writer), asyncio.timeout(DEADLINE):
        writer.write(said)

        heard = await reader.read()  # until the server closes

    assert heard.count(b"200 OK") == said.count(b"\r\n\r\n")


async def test_a_body_that_never_ends_is_given_up(port: int) -> None:
    async with connected(port) as (reader, writer), asyncio.timeout(DEADLINE):
        writer.write(b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\nhal")

        status = await reader.readline()

    assert b" 408 " in status


async def test_a_patient_client_keeps_its_connection(port: int) -> None:
    """Between two requests one may think; only a request that was begun has to end."""
    async with connected(port) as (reader, writer), asyncio.timeout(DEADLINE):
        for _ in range(2):
            writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            head = await reader.readuntil(b"\r\n\r\n")
            body = await reader.readexactly(3)
            assert (head.split(b"\r\n")[0], body) == (b"HTTP/1.1 200 OK", b"ok\n")
            await _passed(2 * PATIENCE)


async def test_a_body_does_not_wait_until_its_head_is_acknowledged(port: int) -> None:
    """On a connection that has been used before, that took every page 40 ms."""
    took = []
    async with connected(port) as (reader, writer), asyncio.timeout(DEADLINE):
        for _ in range(31):
            began = time.perf_counter()
            writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            await reader.readuntil(b"\r\n\r\nok\n")
            took.append(time.perf_counter() - began)

    assert statistics.median(took) < 0.03


async def _passed(seconds: float) -> None:
    """Let the server's own timers come and go."""
    done = asyncio.Event()
    asyncio.get_running_loop().call_later(seconds, done.set)
    await done.wait()
