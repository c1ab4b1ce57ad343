"""The way into a double of another process: operations.py's methods over HTTP, and a stage to call them."""

import asyncio
import http.client
import json
import threading
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from tests.double.acting import Impossible
from tests.double.stage import LocalStage

CALL_WITHIN = 30.0  # seconds; an operation takes milliseconds, waiting for a change as long as is asked
LONGEST_WAIT = 20.0


def application(stage: LocalStage) -> web.Application:
    """Return the routes of the control side; its port is its own, for the other may refuse connections."""

    async def do(request: web.Request) -> web.Response:
        try:
            result = stage.do(request.match_info["operation"], **await request.json())
        except (Impossible, KeyError, TypeError) as error:
            return web.json_response({"impossible": f"{type(error).__name__}: {error}"}, status=400)
        return web.json_response({"result": result})

    async def changed(request: web.Request) -> web.Response:
        asked = await request.json()
        await stage.changed(asked["since"], min(asked["seconds"], LONGEST_WAIT))
        return web.json_response({"result": None})

    async def refuse(request: web.Request) -> web.Response:
        await stage.refuse()
        return web.json_response({"result": None})

    async def listen(request: web.Request) -> web.Response:
        await stage.listen()
        return web.json_response({"result": None})

    app = web.Application()
    app.router.add_post("/control/do/{operation}", do)
    app.router.add_post("/control/changed", changed)
    app.router.add_post("/control/refuse", refuse)
    app.router.add_post("/control/listen", listen)
    return app


class RemoteStage:
    """A double in another process; operations block for the moment they take, so as to read as locally."""

    def __init__(self, url: str, control: str, token: str) -> None:
        self.url = url
        self.token = token
        self._address = urlsplit(control).netloc
        self._threads = threading.local()
        self._connections: list[http.client.HTTPConnection] = []

    def do(self, operation: str, **arguments: Any) -> Any:
        return self._post(f"do/{operation}", arguments)

    async def changed(self, since: int, seconds: float) -> None:
        await asyncio.to_thread(self._post, "changed", {"since": since, "seconds": seconds})

    async def refuse(self) -> None:
        await asyncio.to_thread(self._post, "refuse", {})

    async def listen(self) -> None:
        await asyncio.to_thread(self._post, "listen", {})

    def close(self) -> None:
        """Close the connections of all threads."""
        for connection in self._connections:
            connection.close()

    def _post(self, path: str, arguments: dict[str, Any]) -> Any:
        connection = self._connection()
        connection.request(
            "POST", f"/control/{path}", json.dumps(arguments), {"Content-Type": "application/json"}
        )
        body = json.loads(connection.getresponse().read())
        if "impossible" in body:
            raise Impossible(body["impossible"])
        return body["result"]

    def _connection(self) -> http.client.HTTPConnection:
        connection: http.client.HTTPConnection | None = getattr(self._threads, "connection", None)
        if connection is None:
            connection = http.client.HTTPConnection(self._address, timeout=CALL_WITHIN)
            self._threads.connection = connection
            self._connections.append(connection)
        return connection
