"""The program as users run it: a process of its own, told by its environment where the double is."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.double import Double

ROOT = Path(__file__).parents[2]
MONDAY_NOON = "2026-11-23T12:00:00+02:00"  # staff are on duty
SATURDAY_NIGHT = "2026-11-28T23:30:00+02:00"  # nobody is
READY_WITHIN = 30.0  # seconds; it takes three, on a machine that does nothing else
STOPPED_WITHIN = 10.0


@dataclass
class Program:
    """A running program; what it wrote to its standard error is `log`."""

    telegram: Double | None  # None: the web alone
    data: Path
    settings: dict[str, str] = field(default_factory=dict)
    root: Path = ROOT  # the folder of the program
    patience: float = READY_WITHIN  # seconds until it is ready
    command: tuple[str, ...] = ("-m", "bot.cli", "run")  # of Python
    process: asyncio.subprocess.Process | None = None
    log: list[str] = field(default_factory=list)
    _changed: asyncio.Event = field(default_factory=asyncio.Event)
    _reading: asyncio.Task[None] | None = None

    async def start(self, **settings: str) -> None:
        """Start it, and wait until it says that it is ready."""
        self.settings.update(settings)
        self.log.clear()
        given = {
            **_address(self.telegram),
            "MATALA_DATA_DIR": str(self.data),
            "MATALA_NOW": MONDAY_NOON,
            "MATALA_LISTEN": "127.0.0.1:0",  # any free port: many programs run at once
            **self.settings,
        }
        kept = {name: value for name, value in os.environ.items() if not name.startswith("MATALA_")}
        self.process = await asyncio.create_subprocess_exec(
            sys.executable,
            *self.command,
            cwd=self.root,
            env={**kept, **given},
            stdin=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
        self._reading = asyncio.create_task(self._read())
        await self.says("ready", within=self.patience)

    async def _read(self) -> None:
        assert self.process is not None
        assert self.process.stderr is not None
        async for line in self.process.stderr:
            self.log.append(line.decode(errors="replace").rstrip())
            self._changed.set()
        self._changed.set()

    async def says(self, words: str, *, within: float = 10.0) -> str:
        """Wait for a line of its log; fail with the whole log when it does not come, or the program has ended."""
        try:
            async with asyncio.timeout(within):
                while True:
                    self._changed.clear()
                    for line in self.log:
                        if words in line:
                            return line
                    if self._reading is not None and self._reading.done():
                        break
                    await self._changed.wait()
        except TimeoutError:
            pass
        raise AssertionError(f"the program did not say {words!r}:\n" + "\n".join(self.log))

    async def stop(self) -> int:
        """Stop it in good order and return its exit code."""
        return await self._end(signal.SIGTERM)

    async def kill(self) -> None:
        """Kill it where it stands."""
        await self._end(signal.SIGKILL)

    async def _end(self, how: signal.Signals) -> int:
        assert self.process is not None
        if self.process.returncode is None:
            self.process.send_signal(how)
        async with asyncio.timeout(STOPPED_WITHIN):
            code = await self.process.wait()
        if self._reading is not None:
            await self._reading
        return code


def _address(telegram: Double | None) -> dict[str, str]:
    if telegram is None:
        return {}
    return {"MATALA_TELEGRAM_API": telegram.url, "MATALA_TELEGRAM_TOKEN": telegram.token}


@asynccontextmanager
async def running(telegram: Double, data: Path, **settings: str) -> AsyncIterator[Program]:
    """Run the program for the length of a test."""
    program = Program(telegram, data)
    try:
        await program.start(**settings)
        yield program
    finally:
        if program.process is not None and program.process.returncode is None:
            await program.stop()
