"""Deliveries to a webhook: one chat's updates in order, chats side by side, again until there is a 2xx."""

import asyncio
import contextlib
import json
from typing import Any

import aiohttp

from tests.double.server import Server
from tests.double.updates import Waiting

FIRST_PAUSE = 0.05  # seconds; Telegram waits longer, tests can't
LONGEST_PAUSE = 2.0
ANSWER_WITHIN = 10.0
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"


class Deliveries:
    """The task that posts, as long as the program has set a webhook."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._task: asyncio.Task[None] | None = None
        self._busy: dict[int, asyncio.Task[None]] = {}

    def start(self) -> None:
        """Begin, in this event loop."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """End, leaving what was not delivered in the queue."""
        tasks = [task for task in (self._task, *self._busy.values()) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _run(self) -> None:
        world = self._server.world
        async with aiohttp.ClientSession() as client:
            while True:
                arrived = world.arrived
                if world.webhook.url:
                    self._begin(client)
                await arrived.wait()

    def _begin(self, client: aiohttp.ClientSession) -> None:
        """Start a delivery for each chat that has something waiting and none under way."""
        world = self._server.world
        world.queue.drop_old()
        for entry in world.queue.waiting:
            if len(self._busy) >= world.webhook.max_connections:
                return
            if entry.chat not in self._busy:
                self._busy[entry.chat] = asyncio.create_task(self._chat(client, entry.chat))

    async def _chat(self, client: aiohttp.ClientSession, chat: int) -> None:
        """Deliver one chat's updates, oldest first, until none is left."""
        world = self._server.world
        pause = FIRST_PAUSE
        try:
            while world.webhook.url and (entry := self._oldest(chat)) is not None:
                if await self._delivered(client, entry):
                    pause = FIRST_PAUSE
                    with contextlib.suppress(ValueError):  # dropped meanwhile
                        world.queue.delivered(entry)
                    world.touch()
                else:
                    await asyncio.sleep(pause)
                    pause = min(pause * 2, LONGEST_PAUSE)
        finally:
            self._busy.pop(chat, None)
            if world.queue.waiting:
                world.wake_intake()

    def _oldest(self, chat: int) -> Waiting | None:
        return next((entry for entry in self._server.world.queue.waiting if entry.chat == chat), None)

    async def _delivered(self, client: aiohttp.ClientSession, entry: Waiting) -> bool:
        world = self._server.world
        headers = {SECRET_HEADER: world.webhook.secret} if world.webhook.secret else {}
        entry.fetched = True
        try:
            timeout = aiohttp.ClientTimeout(total=ANSWER_WITHIN)
            async with client.post(
                world.webhook.url, json=entry.body, headers=headers, timeout=timeout
            ) as answer:
                body = await answer.read()
                if not 200 <= answer.status < 300:
                    self._failed(f"Wrong response from the webhook: {answer.status} {answer.reason}")
                    return False
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            self._failed(f"Connection failed: {type(error).__name__}")
            return False
        await self._carry_out(body)
        return True

    def _failed(self, why: str) -> None:
        hook = self._server.world.webhook
        hook.last_error, hook.last_error_at = why, self._server.world.now()

    async def _carry_out(self, body: bytes) -> None:
        """Make the call that a webhook may answer an update with."""
        try:
            given: Any = json.loads(body or b"null")
        except ValueError:
            return
        if isinstance(given, dict) and isinstance(given.get("method"), str):
            await self._server.made(given.pop("method"), given)
