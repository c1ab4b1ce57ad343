"""Which updates are in hand, on a file that outlives the process: what kills the program is not taken for ever.

A transaction cannot tell: it dies with the process. The file is written past the disk's cache only by the system,
whenever it likes; that a power cut loses it does no harm.
"""

import asyncio
import contextlib
import logging
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

log = logging.getLogger(__name__)

IN_HAND = "in-hand"  # the file's name, in the data folder
FILE_MODE = 0o600
REMEMBERED = 64  # updates that the program died over; more are no longer one bad message
LONGEST = 16384  # bytes that are read of the file


class Takings:
    """What is being handled now, and over what the program has died, how often."""

    def __init__(self, path: Path | None = None) -> None:
        """Read what a process before this one left in hand; without a path, remember nothing beyond this one."""
        self._deaths: dict[str, int] = {}
        self._held: dict[str, int] = {}  # how often each is in hand just now
        self._gate = asyncio.Lock()  # passed by whatever is taken in hand, closed while a suspect is
        self._is_idle = asyncio.Event()  # nothing is in hand
        self._is_idle.set()
        self._file: int | None = None
        self._length = 0  # of what the file holds
        self._is_late = False  # the file still names what was put down
        if path is None:
            return
        try:
            self._file = os.open(path, os.O_RDWR | os.O_CREAT, FILE_MODE)
            self._read(os.pread(self._file, LONGEST, 0).decode("ascii", "replace"))
        except OSError as error:
            log.warning("cannot note what is in hand", extra={"reason": error.strerror})
        self._write()
        self._cut()

    def _read(self, text: str) -> None:
        """Take over what was noted: what was in hand has seen the process die once more."""
        for line in text.splitlines()[: REMEMBERED * 2]:
            name, _, rest = line.partition(" ")
            deaths, _, held = rest.partition(" ")
            if name and deaths.isdecimal() and held in {"0", "1"}:  # anything else was cut off by the death
                self._deaths[name] = int(deaths) + int(held)
        for name in list(self._deaths)[:-REMEMBERED]:
            del self._deaths[name]

    def deaths(self, name: str) -> int:
        """Return over how many handlings of an update in a row the program has died."""
        return self._deaths.get(name, 0)

    @asynccontextmanager
    async def holding_in_turn(self, name: str) -> AsyncIterator[None]:
        """Hold an update as `holding` does; what the program has died over is held with nothing else in hand.

        Else what lies beside it in several workers' hands would be blamed for the next death with it.
        """
        with contextlib.ExitStack() as in_hand:
            async with self._gate:
                if self.deaths(name):
                    await self._is_idle.wait()
                    with self.holding(name):
                        yield
                    return
                in_hand.enter_context(self.holding(name))
            yield

    @contextmanager
    def holding(self, name: str) -> Iterator[None]:
        """Note that an update is in hand; however that ends, if it ends, the program has not died over it.

        That it ended reaches the file with the next update that is taken in hand, or by `rest`.
        """
        self._held[name] = self._held.get(name, 0) + 1
        self._is_idle.clear()
        self._write()
        try:
            yield
        finally:
            self._held[name] -= 1
            if not self._held[name]:
                del self._held[name]
            self._deaths.pop(name, None)
            self._is_late = True
            if not self._held:
                self._is_idle.set()

    def rest(self) -> None:
        """Note what was put down; called when nothing else is about to be taken in hand."""
        if self._is_late:
            self._write()

    def _write(self) -> None:
        self._is_late = False
        if self._file is None:
            return
        names = dict.fromkeys([*self._deaths, *self._held])
        text = "".join(f"{name} {self._deaths.get(name, 0)} {int(name in self._held)}\n" for name in names)
        with contextlib.suppress(OSError):  # a full disk must not stop anybody from being answered
            # Empty lines over the rest of what was longer: cutting it off would be another call with every message.
            os.pwrite(self._file, text.ljust(self._length, "\n").encode("ascii", "replace"), 0)
            self._length = len(text)

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self.rest()
            self._cut()
            os.close(self._file)
            self._file = None

    def _cut(self) -> None:
        if self._file is not None:
            with contextlib.suppress(OSError):
                os.ftruncate(self._file, self._length)
