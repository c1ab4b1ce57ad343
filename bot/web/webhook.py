"""The door through which Telegram brings updates: 200 only when they are in the inbox."""

import asyncio
import hmac
import logging
from collections.abc import Awaitable, Callable

from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from storage.database import DatabaseAway

log = logging.getLogger(__name__)

PATH = "/telegram"
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
BODY_LIMIT = 1024 * 1024  # bytes; an update is a few kilobytes
BODY_SECONDS = 10.0  # for it to come in whole


def routes(receive: Callable[[bytes], Awaitable[None]], secret: str) -> list[Route]:
    """Make the route; `receive` keeps an update or raises DatabaseAway."""

    async def on_update(request: Request) -> Response:
        if not hmac.compare_digest(request.headers.get(SECRET_HEADER, "").encode(), secret.encode()):
            log.warning("webhook: wrong secret")
            return PlainTextResponse("This door is for Telegram only.\n", 403)
        try:
            async with asyncio.timeout(BODY_SECONDS):
                body = await _body(request)
        except ClientDisconnect:
            return PlainTextResponse("The request ended too early.\n", 400)
        except TimeoutError:
            return PlainTextResponse("The request came too slowly.\n", 408)
        if body is None:
            return PlainTextResponse("The request is too large.\n", 413)
        try:
            await receive(body)
        except DatabaseAway:
            return PlainTextResponse(
                "Cannot keep this just now; bring it again.\n", 503, {"Retry-After": "5"}
            )
        return Response()

    return [Route(PATH, on_update, methods=["POST"])]


async def _body(request: Request) -> bytes | None:
    """Read a request's body; None when it is larger than an update can be."""
    chunks, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > BODY_LIMIT:
            return None
        chunks.append(chunk)
    return b"".join(chunks)
