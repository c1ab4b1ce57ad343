"""What stands before every page: safe headers, limits to what is sent in, and nothing from other sites' pages."""

import asyncio
from collections.abc import Callable
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

BODY_LIMIT = 64 * 1024  # bytes; the longest form is a message of some thousand characters
BODY_SECONDS = 10.0  # for a body to come in whole
UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})

# No script and no style but those of our own files; nobody else's page may show ours, unless it is said so.
CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; "
)
NOWHERE = "frame-ancestors 'none'"
HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY + NOWHERE,
    "X-Content-Type-Options": "nosniff",
    # Where somebody comes from is nobody's business. Not "no-referrer": browsers then send `Origin: null` with our own
    # forms, which could not be told from those of other sites.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "X-Frame-Options": "DENY",  # for browsers that do not know frame-ancestors
}
A_YEAR = "max-age=31536000; includeSubDomains"

ErrorPage = Callable[[Request, int], Response]  # what is answered, by its status


class SafeHeaders:
    """Puts the headers above on every answer that does not say otherwise itself."""

    def __init__(self, app: ASGIApp, *, is_secure: bool) -> None:
        self._app = app
        self._headers = HEADERS | ({"Strict-Transport-Security": A_YEAR} if is_secure else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request."""

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
                if "location" in headers:
                    headers["location"] = _path_of(headers["location"])
                if (
                    "frame-ancestors" in headers["Content-Security-Policy"]
                    and NOWHERE not in (headers["Content-Security-Policy"])
                ):
                    del headers["X-Frame-Options"]  # the policy names who may; this header could not
            await send(message)

        await self._app(scope, receive, send_safely if scope["type"] == "http" else send)


def _path_of(address: str) -> str:
    """Return where a redirect leads on this site: none leads elsewhere, whatever host somebody has asked for."""
    parts = urlsplit(address)
    return parts._replace(scheme="", netloc="", path="/" + parts.path.lstrip("/")).geturl()


class TooLarge(Exception):  # noqa: N818 (named for the case, as all of ours are)
    """More came in than any form of ours holds."""


class BodyLimit:
    """Takes in no more than BODY_LIMIT, in no more than BODY_SECONDS."""

    def __init__(self, app: ASGIApp, *, page: ErrorPage, besides: tuple[str, ...]) -> None:
        self._app = app
        self._page = page
        self._besides = besides

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request."""
        if scope["type"] != "http" or scope["path"] in self._besides or scope["method"] not in UNSAFE:
            await self._app(scope, receive, send)
            return
        try:
            body = await self._body(Headers(scope=scope), receive)
        except TooLarge:
            await self._page(Request(scope), 413)(scope, receive, send)
            return
        except TimeoutError:
            await self._page(Request(scope), 408)(scope, receive, send)
            return
        given = False

        async def receive_body() -> Message:
            nonlocal given
            if given:
                return await receive()
            given = True
            return {"type": "http.request", "body": body, "more_body": False}

        await self._app(scope, receive_body, send)

    async def _body(self, headers: Headers, receive: Receive) -> bytes:
        announced = headers.get("content-length", "")
        if announced.isdigit() and int(announced) > BODY_LIMIT:
            raise TooLarge
        chunks, size, has_more = [], 0, True
        async with asyncio.timeout(BODY_SECONDS):
            while has_more:
                message = await receive()
                chunks.append(message.get("body", b""))
                size += len(chunks[-1])
                if size > BODY_LIMIT:
                    raise TooLarge
                has_more = message["type"] == "http.request" and message.get("more_body", False)
        return b"".join(chunks)


class SameOrigin:
    """Lets nothing change that another site's page asks for."""

    def __init__(self, app: ASGIApp, *, origin: str, page: ErrorPage, besides: tuple[str, ...]) -> None:
        self._app = app
        self._page = page
        self._host = urlsplit(origin).netloc
        self._besides = besides

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request."""
        is_guarded = scope["type"] == "http" and scope["method"] in UNSAFE
        if is_guarded and scope["path"] not in self._besides and not self._is_ours(Headers(scope=scope)):
            await self._page(Request(scope), 403)(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _is_ours(self, headers: Headers) -> bool:
        """Tell by what a browser says of where a request comes from; what no browser sent holds nobody's cookie."""
        if (origin := headers.get("origin")) is not None:
            return _host_of(origin) in {self._host, headers.get("host", "")} - {""}
        return headers.get("sec-fetch-site", "none") in {"same-origin", "none"}


def _host_of(origin: str) -> str:
    try:
        return urlsplit(origin).netloc
    except ValueError:  # no browser says so
        return ""
