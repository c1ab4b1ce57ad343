"""The double's HTTP side: reads calls as Telegram does, meets them with faults, answers, holds long polls."""

import asyncio
import contextlib
import json
import math
import socket
import time
from typing import Any

from aiohttp import web

from tests.double.api import bot_api
from tests.double.errors import NOT_FOUND, TERMINATED, UNAUTHORIZED, WEBHOOK_ACTIVE, ApiError, too_many
from tests.double.faults import AFTER_THE_EFFECT, Fault, Faults, How
from tests.double.limits import Limits
from tests.double.methods import Request, answer
from tests.double.nouns import Call
from tests.double.state import World
from tests.double.updates import LONGEST_POLL
from tests.double.validation import Upload, parameters

BODY_LIMIT = 64 * 1024 * 1024  # files of up to 50 MB may be sent
HOST = "127.0.0.1"
GATEWAY_PAGE = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>nginx</body>\r\n</html>\r\n"


class Cut(Exception):  # noqa: N818 -- no error: what the test asked for
    """The connection ends here, without an answer."""


class Server:
    """One Bot API on a port of this machine."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.faults = Faults()
        self.limits = Limits()
        self.port = 0
        self._poller: asyncio.Event | None = None
        self._runner: web.AppRunner | None = None
        self._site: web.SockSite | None = None

    @property
    def url(self) -> str:
        """The root to set `MATALA_TELEGRAM_API` to."""
        return f"http://{HOST}:{self.port}"

    @property
    def polling(self) -> bool:
        """Whether a long poll waits."""
        return self._poller is not None

    def application(self) -> web.Application:
        """Return the routes: methods and files."""
        app = web.Application(client_max_size=BODY_LIMIT)
        app.router.add_route("*", "/bot{token}/{method}", self._call)
        app.router.add_get("/file/bot{token}/{path:.+}", self._file)
        return app

    async def start(self, app: web.Application | None = None, *, port: int = 0) -> None:
        """Listen on this port, or on a free one."""
        # A cancelled handler is how the double learns that a long poll's client died.
        self._runner = web.AppRunner(
            app or self.application(), handler_cancellation=True, shutdown_timeout=0.1, access_log=None
        )
        await self._runner.setup()
        self.port = port
        await self.listen()

    async def listen(self) -> None:
        """Accept connections (again)."""
        if self._site is not None or self._runner is None:
            return
        listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((HOST, self.port))
        self.port = listening.getsockname()[1]
        self._site = web.SockSite(self._runner, listening)
        await self._site.start()

    async def refuse(self) -> None:
        """Refuse new connections and cut those that are open, as when the network is gone."""
        if self._site is None or self._runner is None:
            return
        site, self._site = self._site, None
        await site.stop()
        assert self._runner.server is not None
        for connection in list(self._runner.server.connections):
            if connection.transport is not None:
                connection.transport.abort()

    async def stop(self) -> None:
        """Close everything."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _call(self, http: web.Request) -> web.StreamResponse:
        at = time.monotonic()
        try:
            method = self._method(http)
            raw, uploads = await _read(http)
            shown = {
                key: value.file_name if isinstance(value, Upload) else value for key, value in raw.items()
            }
            call = Call(method, shown, at)
        except ApiError as error:
            self._note(error, http.match_info["method"], {})
            return web.json_response(error.envelope(), status=error.code)
        if method != "getUpdates":
            self.world.calls.append(call)
            self.world.in_flight += 1
        try:
            return await self._answered(http, call, raw, uploads)
        except Cut:
            if http.transport is not None:
                http.transport.abort()
            return web.Response()
        finally:
            call.ended_at = time.monotonic()
            if method != "getUpdates" and call.fault is None:
                self.world.in_flight -= 1
            self.world.touch()

    def _method(self, http: web.Request) -> str:
        token = http.match_info["token"]
        if ":" not in token:
            raise NOT_FOUND
        if token != self.world.token:
            raise UNAUTHORIZED
        method = bot_api().lower_case.get(http.match_info["method"].lower())
        if method is None:
            raise ApiError(404, "Not Found: method not found", invalid=True)
        return method

    def _note(self, error: ApiError, method: str, shown: dict[str, Any]) -> None:
        if error.invalid:
            self.world.violations.append(f"{method}: {error.description} {shown or ''}".strip())

    async def _answered(
        self, http: web.Request, call: Call, raw: dict[str, Any], uploads: dict[str, Upload]
    ) -> web.StreamResponse:
        fault = self.faults.meeting(call.method, raw)
        if fault is not None:
            call.fault = fault.how
            if call.method != "getUpdates":
                self.world.in_flight -= 1
            early = await self._before(fault)
            if early is not None:
                call.answer = _body_of(early)
                return early
        status, body = await self._result(call, raw, uploads)
        call.answer = body
        if fault is not None and fault.how in AFTER_THE_EFFECT:
            self.world.touch()
            await self._after(fault)
        if fault is not None and fault.how is How.GARBAGE:
            return web.Response(text='{"ok":tru', content_type="application/json")
        return web.json_response(body, status=status)

    async def _before(self, fault: Fault) -> web.Response | None:
        """Do what a fault does before the effect; None lets the call go on."""
        match fault.how:
            case How.TOO_MANY:
                return _refusal(too_many(fault.retry_after))
            case How.REFUSED:
                moved = fault.migrate_to_chat_id
                parameters = {"migrate_to_chat_id": moved} if moved is not None else None
                return _refusal(ApiError(fault.code, fault.description, parameters=parameters))
            case How.SERVER_ERROR:
                return _refusal(ApiError(500, "Internal Server Error"))
            case How.BAD_GATEWAY:
                return web.Response(status=502, text=GATEWAY_PAGE, content_type="text/html")
            case How.HANG:
                await _pause(fault.seconds)
                raise Cut
            case How.LOST_BEFORE:
                raise Cut
        return None

    async def _after(self, fault: Fault) -> None:
        """Do what a fault does once the call had its effect."""
        match fault.how:
            case How.SLOW:
                await _pause(fault.seconds)
            case How.HANG_AFTER:
                await _pause(fault.seconds)
                raise Cut
            case How.LOST_AFTER:
                raise Cut

    async def _result(
        self, call: Call, raw: dict[str, Any], uploads: dict[str, Upload]
    ) -> tuple[int, dict[str, Any]]:
        try:
            given = parameters(call.method, raw, uploads=uploads)
            call.parameters = {
                key: value.file_name if isinstance(value, Upload) else value for key, value in given.items()
            }
            wait = self.limits.wait_for(call.method, call.chat, time.monotonic())
            if wait > 0:
                raise too_many(max(1, math.ceil(wait)))
            if call.method == "getUpdates":
                result: Any = await self._poll(given)
            else:
                result = answer(self.world, Request(call.method, given, uploads))
        except ApiError as error:
            self._note(error, call.method, call.parameters)
            return error.code, error.envelope()
        return 200, {"ok": True, "result": result}

    async def _poll(self, given: dict[str, Any]) -> list[dict[str, Any]]:
        """Answer getUpdates; a poll that still waits is ended by a newer one."""
        world = self.world
        if world.webhook.url:
            raise WEBHOOK_ACTIVE
        if self._poller is not None:
            self._poller.set()
        ended = self._poller = asyncio.Event()
        world.touch()
        try:
            world.queue.allow(given.get("allowed_updates"))
            world.queue.confirm(given.get("offset", 0))
            limit = given.get("limit", 100)
            deadline = time.monotonic() + min(given.get("timeout", 0), LONGEST_POLL)
            while not (updates := world.queue.first(limit)) and time.monotonic() < deadline:
                await _either(world.arrived, ended, deadline - time.monotonic())
                if ended.is_set():
                    raise TERMINATED
                if world.webhook.url:
                    raise WEBHOOK_ACTIVE
        finally:
            if self._poller is ended:
                self._poller = None
        world.touch()
        return updates

    async def _file(self, http: web.Request) -> web.Response:
        if http.match_info["token"] != self.world.token:
            return _refusal(UNAUTHORIZED)
        for file in self.world.files.values():
            if file.path == http.match_info["path"]:
                return web.Response(body=file.content, content_type="application/octet-stream")
        return _refusal(NOT_FOUND)

    async def made(self, method: str, raw: dict[str, Any]) -> dict[str, Any]:
        """Carry out a call that came as the answer to a webhook's update."""
        call = Call(method, raw, time.monotonic())
        self.world.calls.append(call)
        _, call.answer = await self._result(call, raw, {})
        return call.answer


def _refusal(error: ApiError) -> web.Response:
    return web.json_response(error.envelope(), status=error.code)


def _body_of(response: web.Response) -> dict[str, Any]:
    try:
        body: dict[str, Any] = json.loads(response.text or "")
    except ValueError:
        return {"ok": False, "error_code": response.status}
    return body


async def _pause(seconds: float | None) -> None:
    await asyncio.sleep(seconds) if seconds is not None else await asyncio.Event().wait()


async def _either(one: asyncio.Event, other: asyncio.Event, seconds: float) -> None:
    """Wait until one of two things happens, or for so long."""
    waits = [asyncio.ensure_future(one.wait()), asyncio.ensure_future(other.wait())]
    try:
        await asyncio.wait(waits, timeout=max(seconds, 0), return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(*waits, return_exceptions=True)


async def _read(http: web.Request) -> tuple[dict[str, Any], dict[str, Upload]]:
    """Return the parameters of a call, from wherever Telegram takes them, and the files among them."""
    raw: dict[str, Any] = dict(http.query)
    uploads: dict[str, Upload] = {}
    if not http.body_exists:
        return raw, uploads
    if http.content_type == "application/json":
        try:
            body = await http.json()
        except ValueError:
            raise ApiError(400, "Bad Request: can't parse JSON object", invalid=True) from None
        if not isinstance(body, dict):
            raise ApiError(400, "Bad Request: JSON object expected", invalid=True)
        return raw | body, uploads
    form = await http.post()
    for name, value in form.items():
        if isinstance(value, web.FileField):
            uploads[name] = Upload(value.filename, value.file.read(), value.content_type)
            raw[name] = uploads[name]
        else:
            raw[name] = value
    return raw, uploads
