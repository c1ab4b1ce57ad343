"""The door through which Telegram brings updates: 200 only when they are in the inbox."""

import contextlib
import hmac
import logging
import socket
from collections.abc import Awaitable, Callable, Iterator, Sequence

import uvicorn
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from storage.database import DatabaseAway

log = logging.getLogger(__name__)

PATH = "/telegram"
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
BODY_LIMIT = 1024 * 1024  # bytes; an update is a few kilobytes
STOP_SECONDS = 5  # that an orderly stop waits for requests under way


def make_webhook(
    receive: Callable[[bytes], Awaitable[None]], secret: str, others: Sequence[Route] = ()
) -> Starlette:
    """Make the web application; `receive` keeps an update or raises DatabaseAway, `others` are for everybody."""

    async def on_update(request: Request) -> Response:
        if not hmac.compare_digest(request.headers.get(SECRET_HEADER, "").encode(), secret.encode()):
            log.warning("webhook: wrong secret")
            return PlainTextResponse("This door is for Telegram only.\n", 403)
        try:
            body = await _body(request)
        except ClientDisconnect:
            return PlainTextResponse("The request ended too early.\n", 400)
        if body is None:
            return PlainTextResponse("The request is too large.\n", 413)
        try:
            await receive(body)
        except DatabaseAway:
            return PlainTextResponse(
                "Cannot keep this just now; bring it again.\n", 503, {"Retry-After": "5"}
            )
        return Response()

    async def on_health(_: Request) -> Response:
        return PlainTextResponse("ok\n")

    return Starlette(
        routes=[
            Route(PATH, on_update, methods=["POST"]),
            Route("/healthz", on_health, methods=["GET"]),
            *others,
        ]
    )


async def _body(request: Request) -> bytes | None:
    """Read a request's body; None when it is larger than an update can be."""
    chunks, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > BODY_LIMIT:
            return None
        chunks.append(chunk)
    return b"".join(chunks)


def listen(host: str, port: int) -> socket.socket:
    """Take the address, before anything else is begun.

    Raises:
        OSError: it is somebody else's, or no address of this machine.
    """
    return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)


async def serve(web: Starlette, door: socket.socket) -> None:
    """Serve until cancelled; then requests under way are answered first."""
    config = uvicorn.Config(
        web,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=STOP_SECONDS,
        lifespan="off",
    )
    server = _Server(config)
    try:
        await server.serve(sockets=[door])
    finally:
        if server.started:
            await server.shutdown(sockets=[door])
        door.close()


class _Server(uvicorn.Server):
    """uvicorn without its own handling of signals: they are the whole program's."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
