"""The program as `matala run` starts it, with a clock at its door: what each page takes of the server itself.

Counted is from when the application gets a request until the last byte of the answer is with the system: what else
the event loop does meanwhile counts, waiting for one's turn behind other readers does not. Of CPU is counted what the
thread spent in that time.
"""

import json
import time
from collections.abc import Callable
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot import cli
from bot.web import server

TIMES = "/bench/times"  # asked for, it tells path, status and milliseconds of each answer, and begins anew


class Timed:
    """Takes the time of all that the application answers, but of streams."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._times: list[tuple[str, int, float, float]] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request."""
        if scope["type"] != "http" or scope["path"] == TIMES:
            await self._tell(send)
            return
        status = 0

        async def send_on(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        began, cpu = time.perf_counter(), time.thread_time()
        await self._app(scope, receive, send_on)
        if not scope["path"].endswith("/events"):
            spent, cpu = time.perf_counter() - began, time.thread_time() - cpu
            self._times.append((scope["path"], status, spent * 1000, cpu * 1000))

    async def _tell(self, send: Send) -> None:
        body, self._times = json.dumps(self._times).encode(), []
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": body})


def timing(make: Callable[..., ASGIApp]) -> Callable[..., ASGIApp]:
    """Let what makes the application make one that is timed."""

    def make_timed(*arguments: Any, **more: Any) -> ASGIApp:
        return Timed(make(*arguments, **more))

    return make_timed


if __name__ == "__main__":
    server.make_app = timing(server.make_app)
    cli.main(["run"])
