"""Where a driver acts: the double of this process, or one in a process of its own (process.py)."""

import asyncio
from typing import Any, Protocol

from tests.double.operations import Operations
from tests.double.server import Server


class Stage(Protocol):
    """What a driver needs."""

    @property
    def url(self) -> str:
        """The Bot API's root."""
        ...

    @property
    def token(self) -> str:
        """The bot's token."""
        ...

    def do(self, operation: str, **arguments: Any) -> Any:
        """Carry out one of operations.py's methods."""
        ...

    async def changed(self, since: int, seconds: float) -> None:
        """Return once the version is above `since`, or after so long."""
        ...

    async def refuse(self) -> None:
        """Refuse connections."""
        ...

    async def listen(self) -> None:
        """Accept connections again."""
        ...


class LocalStage:
    """The double in this event loop."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self._operations = Operations(server).by_name()

    @property
    def url(self) -> str:
        return self.server.url

    @property
    def token(self) -> str:
        return self.server.world.token

    def do(self, operation: str, **arguments: Any) -> Any:
        return self._operations[operation](**arguments)

    async def changed(self, since: int, seconds: float) -> None:
        world = self.server.world
        if world.version > since:
            return
        try:
            async with asyncio.timeout(seconds):
                await world.changed.wait()
        except TimeoutError:
            return

    async def refuse(self) -> None:
        await self.server.refuse()

    async def listen(self) -> None:
        await self.server.listen()
