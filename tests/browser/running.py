"""The program that the pages come from, as people run it; it may be killed, and started again where it was."""

import asyncio
import os
import random
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from tests.double import Double
from tests.end_to_end.program import Program

HOST = "127.0.0.1"
# Where no connection that somebody else opens is given its port: ours must still be free when we come back.
PORTS = range(20_000, 32_000)
PATIENCE = 150.0  # seconds; it takes three, and a minute or more when changed packs must be learnt first
PAUSE = 0.05  # seconds between two looks whether the program is ready
SHARED = ("MATALA_CACHE_DIR",)  # what was learnt from the packs serves all programs of this machine


def free_port() -> int:
    """Return a port that nobody listens on."""
    for port in random.sample(PORTS, len(PORTS)):
        with suppress(OSError), socket.create_server((HOST, port)):
            return port
    raise OSError("no port is free")


@dataclass
class Site(Program):
    """A running program with its pages at `url`, be it started again."""

    patience: float = PATIENCE
    port: int = field(default_factory=free_port)

    @property
    def url(self) -> str:
        """Where the pages are, without a slash at its end."""
        return f"http://{HOST}:{self.port}"

    @property
    def is_alive(self) -> bool:
        """Whether it runs."""
        return self.process is not None and self.process.returncode is None

    async def start(self, **settings: str) -> None:
        """Start it, and wait until it takes messages."""
        self.tell()
        shared = {name: os.environ[name] for name in SHARED if name in os.environ}
        await super().start(**shared, MATALA_LISTEN=f"{HOST}:{self.port}", **settings)
        try:
            async with asyncio.timeout(self.patience):
                await self._ready()
        except TimeoutError:
            raise AssertionError("the program is not ready:\n" + "\n".join(self.log)) from None

    async def _ready(self) -> None:
        async with aiohttp.ClientSession() as session:
            while True:
                with suppress(aiohttp.ClientConnectionError):
                    async with session.get(f"{self.url}/readyz") as response:
                        if response.status == 200:
                            return
                await asyncio.sleep(PAUSE)

    def tell(self) -> None:
        """Print what it logged, which pytest shows when the test fails."""
        print(*self.log, sep="\n")


@asynccontextmanager
async def running(
    data: Path, *, pack: str = "sakky", telegram: Double | None = None, **settings: str
) -> AsyncIterator[Site]:
    """Run the program for the length of a `with`, on a Monday at noon unless `MATALA_NOW` says otherwise.

    Its `kill` is a kill -9, and its `start` after that begins on the same data at the same address.
    """
    site = Site(telegram, data)
    try:
        await site.start(MATALA_PACK=pack, **settings)
        yield site
        if site.is_alive:
            await site.stop()
    finally:
        if site.is_alive:
            await site.kill()
        site.tell()
