"""Sees for all open pages at once what another process has written into their conversations."""

import asyncio
import contextlib
from collections.abc import Callable, Collection

from bot.web.bells import Bells
from bot.web.channel import bell
from storage import web_chats
from storage.database import Database, DatabaseAway
from storage.web_chats import WebChat

LOOK_EVERY = 3.0  # seconds; what this process writes rings a bell at once


class Lookout:
    """Rings for what has changed, while anybody listens: one look for all, where each page's own would be hundreds."""

    def __init__(
        self, database: Database, bells: Bells, listening: Callable[[], Collection[str]], *, every: float
    ) -> None:
        """Prepare; `listening` returns the chats of the open pages."""
        self._database = database
        self._bells = bells
        self._listening = listening
        self._every = every
        self._looking: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """See that somebody looks out: a page was opened."""
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look())

    async def _look(self) -> None:
        known: dict[str, WebChat] = {}
        while listening := list(self._listening()):
            with contextlib.suppress(DatabaseAway):
                async with self._database.begin() as session:
                    found = await web_chats.find_all(session, listening)
                for chat in listening:
                    if found.get(chat) != known.get(chat):
                        self._bells.ring(bell(chat))
                known = found
            await asyncio.sleep(self._every)
