"""The web server: one application for site, chat, desk and Telegram's webhook, and what guards all of them."""

import asyncio
import contextlib
import logging
import socket
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, ExceptionHandler
from uvicorn.protocols.http.h11_impl import H11Protocol

from bot.logs import describe
from bot.web.guards import BodyLimit, ErrorPage, SafeHeaders, SameOrigin
from storage.database import DatabaseAway

log = logging.getLogger(__name__)

STOP_SECONDS = 5  # that an orderly stop waits for requests under way
KEEP_ALIVE_SECONDS = 20  # that a connection may idle between two requests
HEADER_SECONDS = 10.0  # for a client to say what it wants: who is slower holds a connection for nothing
READ_SECONDS = 30.0  # in which a client takes something of what it asked for
READ_LEAST = 4096  # bytes of it; the slowest phone takes that in two seconds
LONGEST_HEADERS = 16 * 1024  # bytes

Readiness = Callable[[], Awaitable[bool]]


def make_app(
    routes: Sequence[BaseRoute],
    *,
    public_url: str,
    ready: Readiness,
    trusted_paths: Sequence[str] = (),
    error_page: ErrorPage | None = None,
) -> ASGIApp:
    """Make the application.

    `public_url` is where browsers find it; `trusted_paths` are those of other machines, which prove who they are
    by a secret of their own; `error_page` makes a page for people out of a status.
    """

    async def on_health(_: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def on_ready(_: Request) -> Response:
        return PlainTextResponse("ready\n") if await ready() else PlainTextResponse("not ready\n", 503)

    page = error_page or _plain_page
    app = Starlette(
        routes=[Route("/healthz", on_health), Route("/readyz", on_ready), *routes],
        middleware=[
            Middleware(BodyLimit, page=page, besides=tuple(trusted_paths)),
            Middleware(SameOrigin, origin=public_url, page=page, besides=tuple(trusted_paths)),
        ],
        exception_handlers=_on_errors(page),
    )
    # Outermost: what Starlette answers to a bug of ours passes by its own list of middleware.
    return SafeHeaders(app, is_secure=public_url.startswith("https://"))


def _plain_page(_: Request, status: int) -> Response:
    return PlainTextResponse(f"{status}\n", status)


def _on_errors(page: ErrorPage) -> Mapping[Any, ExceptionHandler]:
    """Answer what goes wrong with a readable page; nothing of the error itself leaves the program."""

    async def on_http(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        response = page(request, status)
        for name, value in (getattr(error, "headers", None) or {}).items():
            response.headers[name] = value
        return response

    async def on_away(request: Request, _: Exception) -> Response:
        response = page(request, 503)
        response.headers["Retry-After"] = "5"
        return response

    async def on_bug(request: Request, error: Exception) -> Response:
        log.error("page failed", extra={"error": describe(error)})
        return page(request, 500)  # Starlette raises it again, and `Server` logs it

    return {HTTPException: on_http, DatabaseAway: on_away, Exception: on_bug}


def listen(host: str, port: int) -> socket.socket:
    """Take the address, before anything else is begun.

    Raises:
        OSError: it is somebody else's, or no address of this machine.
    """
    return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)


async def serve(app: ASGIApp, door: socket.socket, closing: asyncio.Event) -> None:
    """Serve until cancelled; then `closing` ends what streams, and requests under way are answered first."""
    config = uvicorn.Config(
        app,
        http=_Patient,
        ws="none",
        log_config=None,
        access_log=False,  # it would write down who asked for what
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=STOP_SECONDS,
        h11_max_incomplete_event_size=LONGEST_HEADERS,
        lifespan="off",
    )
    server = _Server(config)
    try:
        await server.serve(sockets=[door])
    finally:
        closing.set()
        if server.started:
            await server.shutdown(sockets=[door])
        door.close()


class _Server(uvicorn.Server):
    """uvicorn without its own handling of signals: they are the whole program's."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class _Patient(H11Protocol):
    """HTTP, but not for ever: who asks for nothing whole, or takes nothing of the answer, is hung up on."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Begin to wait for the first request."""
        super().connection_made(transport)
        # asyncio does it for sockets that say they are TCP; those of `socket.create_server` do not. Else the body of an
        # answer waits up to 40 ms for the browser to acknowledge the head.
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        transport.set_write_buffer_limits(high=0)  # so that we hear of whatever is not taken
        self._expect()

    def pause_writing(self) -> None:
        """Wait for the client to take what it asked for; what waits for it stands in memory."""
        super().pause_writing()
        self._await_reading()

    def resume_writing(self) -> None:
        """Wait no more: all is taken."""
        super().resume_writing()
        self._reading.cancel()

    def _await_reading(self) -> None:
        size = self.transport.get_write_buffer_size()
        self._reading = self.loop.call_later(READ_SECONDS, self._hang_up, size)

    def _hang_up(self, size_before: int) -> None:
        if size_before - self.transport.get_write_buffer_size() < READ_LEAST:
            self.transport.abort()  # to close it would be to wait for its reading
        else:
            self._await_reading()

    def data_received(self, data: bytes) -> None:
        """Wait for the rest of a request, once something of it has come."""
        is_between = self.cycle is None or self.cycle.response_complete
        super().data_received(data)
        if is_between and self._begun is None:
            self._expect()

    def _expect(self) -> None:
        known = self.cycle
        self._begun: asyncio.TimerHandle | None = self.loop.call_later(HEADER_SECONDS, self._give_up, known)

    def _give_up(self, known: object) -> None:
        self._begun = None
        is_still_waiting = self.cycle is known and (known is None or self.cycle.response_complete)
        if is_still_waiting and self.transport is not None and not self.transport.is_closing():
            self.transport.close()
        elif self.conn.trailing_data[0]:  # it began its next request behind the one before
            self._expect()
