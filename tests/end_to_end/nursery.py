"""Programs that are born fast, and die or break where they are told to: `python -m tests.end_to_end.nursery`.

One process loads everything once and forks: each child is a whole program of its own (`matala run`), told by its
environment as ever. It may be given a point of its code; once SIGUSR1 arms it, it kills itself with -9 when it
has passed that point so many times. The points are put round the program's functions here, so that the program
itself knows nothing of them.
"""

import asyncio
import ctypes
import functools
import json
import os
import random
import signal
import sys
import threading
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

from tests.end_to_end.program import ROOT

PR_SET_PDEATHSIG = 1  # prctl: die with the parent
PATIENCE = 30.0

# ---------------------------------------------------------------- in the child

POINTS = {
    # point: (module, class or "", function, whether it counts on leaving rather than on entering)
    "fetched": ("bot.telegram.intake", "Intake", "receive", False),
    "put": ("storage.inbox", "", "put", True),
    "kept": ("bot.telegram.intake", "Intake", "receive", True),
    "taken": ("bot.worker", "Worker", "_take", True),
    "decided": ("bot.worker", "Worker", "_handle", True),
    "posted": ("bot.worker", "", "post", True),
    "done": ("storage.inbox", "", "done", True),
    "handled": ("bot.worker", "Worker", "handle_next", True),
    "due": ("storage.outbox", "", "due", True),
    "marked": ("bot.delivery", "Delivery", "_send", False),
    "sending": ("bot.telegram.delivery", "TelegramChannel", "_write", False),
    "sent": ("bot.telegram.delivery", "TelegramChannel", "_write", True),
    "opened": ("bot.telegram.delivery", "TelegramChannel", "open_thread", True),
    "settled": ("storage.outbox", "", "settle", True),
    "followed": ("bot.delivery", "Delivery", "_follow_safely", True),
}
FOUND_NOTHING: tuple[Any, ...] = (None, False, [])  # such a pass is no stage of anything


class _Fate:
    """Where and when this process dies."""

    def __init__(self, point: str, nth: int, delay: float) -> None:
        self.left, self.is_armed, self.delay = nth, False, delay
        signal.signal(signal.SIGUSR1, self._arm)
        if point in POINTS:
            self._watch(*POINTS[point])

    def _arm(self, *_: object) -> None:
        self.is_armed = True
        if self.delay:
            threading.Timer(self.delay, _die).start()

    def _watch(self, module: str, owner: str, name: str, on_leaving: bool) -> None:
        place: Any = sys.modules[module]
        place = getattr(place, owner) if owner else place
        real: Callable[..., Awaitable[Any]] = getattr(place, name)

        @functools.wraps(real)
        async def watched(*arguments: Any, **named: Any) -> Any:
            if not on_leaving:
                self._pass()
            result = await real(*arguments, **named)
            if on_leaving and (name not in {"_take", "due", "handle_next"} or result not in FOUND_NOTHING):
                self._pass()
            return result

        setattr(place, name, watched)

    def _pass(self) -> None:
        if self.is_armed:
            self.left -= 1
            if self.left <= 0:
                _die()


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class Broken(Exception):  # noqa: N818
    """What the breakages below raise."""


def _break_handler() -> None:
    """Let the worker fail on each message that says so."""
    import bot.worker

    real = bot.worker.on_person_turn

    async def broken(session: Any, turn: Any, *more: Any, **named: Any) -> Any:
        if BREAKS in turn.text:
            raise Broken
        return await real(session, turn, *more, **named)

    bot.worker.on_person_turn = broken


def _break_process() -> None:
    """Let the process die in the handling of each message that says so."""
    import bot.worker

    real = bot.worker.on_person_turn

    async def deadly(session: Any, turn: Any, *more: Any, **named: Any) -> Any:
        if BREAKS in turn.text:
            _die()
        return await real(session, turn, *more, **named)

    bot.worker.on_person_turn = deadly


def _break_engine() -> None:
    """Let the understanding fail on each message that says so."""
    from intents.matcher import Matcher

    real = Matcher.rank_words

    def broken(self: Matcher, words: Sequence[str], **more: Any) -> Any:
        if BREAKS in words:
            raise Broken
        return real(self, words, **more)

    Matcher.rank_words = broken  # type: ignore[method-assign]


def _break_rescue() -> None:
    """Let even the rescue fail on what somebody wrote."""
    from bot.handoff import rescue

    real = rescue.letters

    def broken(turn: Any, *more: Any, **named: Any) -> Any:
        if turn is not None:
            raise Broken
        return real(turn, *more, **named)

    rescue.letters = broken


def _make_impatient() -> None:
    """Wait for Telegram's answers for a second, not for twenty."""
    import bot.telegram.request

    bot.telegram.request.READ_SECONDS = 1.0


BREAKS = "särkyy"  # a message that says this meets the breakage
BREAKAGES: dict[str, Callable[[], None]] = {
    "handler": _break_handler,
    "process": _break_process,
    "engine": _break_engine,
    "rescue": _break_rescue,
    "impatient": _make_impatient,
}


def _live(order: dict[str, Any]) -> None:
    """Be the program."""
    from bot import cli

    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    for name in [name for name in os.environ if name.startswith("MATALA_")]:
        del os.environ[name]
    os.environ.update(order["settings"])
    for name in order["breakages"]:
        BREAKAGES[name]()
    _Fate(order["point"], order["nth"], order["delay"])
    cli.main(["run"])


def main() -> None:
    """Fork a program for each line on standard input; tell its number, then how it ended."""
    import bot.app
    import bot.cli
    from content.library import load

    library = functools.cache(load)
    library("sakky")
    bot.app.load = library  # type: ignore[assignment]  # read once, for all that are born here
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            code = 1
            try:
                _live(json.loads(line))
            except SystemExit as end:
                code = int(end.code or 0)
            except BaseException:  # noqa: BLE001 - else nobody would ever see why it was not born
                traceback.print_exc()
            finally:
                sys.stderr.flush()
                os._exit(code)
        _tell({"born": child})
        _tell({"ended": os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])})


def _tell(news: dict[str, int]) -> None:
    print(json.dumps(news), flush=True)


# ---------------------------------------------------------------- in the test


class Nursery:
    """Bears one program at a time."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.number = 0  # of the process that lives
        self.is_alive = False
        self.log: list[str] = []
        self._since = 0  # where the log of the one that lives begins
        self._changed = asyncio.Event()
        self._reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        assert self._process.stderr is not None
        async for line in self._process.stderr:
            self.log.append(line.decode(errors="replace").rstrip())
            self._changed.set()

    async def bear(
        self,
        settings: dict[str, str],
        *breakages: str,
        point: str = "",
        nth: int = 1,
        delay: float = 0.0,
        waits: bool = True,
    ) -> None:
        """Start a program and wait until it is ready."""
        self._since = len(self.log)
        self.log.append(f"--- born to die at {point or 'no point'} {nth} {delay:.3f}")
        assert self._process.stdin is not None
        order = {"settings": settings, "breakages": breakages, "point": point, "nth": nth, "delay": delay}
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        self.number = (await self._news())["born"]
        self.is_alive = True
        if waits:
            await self.says(" ready ", within=PATIENCE)

    @property
    def said(self) -> list[str]:
        """What the program that lives, or lived last, has logged."""
        return self.log[self._since + 1 :]

    async def says(self, words: str, *, times: int = 1, within: float = 10.0) -> str:
        """Wait for a line of its log, be it until it has said so several times."""
        try:
            async with asyncio.timeout(within):
                while True:
                    self._changed.clear()
                    lines = [line for line in self.said if words in line]
                    if len(lines) >= times:
                        return lines[-1]
                    await self._changed.wait()
        except TimeoutError:
            raise AssertionError(
                f"the program did not say {words!r}:\n" + "\n".join(self.log[-40:])
            ) from None

    def arm(self) -> None:
        """Let it die from now on."""
        os.kill(self.number, signal.SIGUSR1)

    async def buried(self, *, within: float) -> bool:
        """Wait until it has died by itself; kill it when it does not. Return whether it did."""
        by_itself = True
        ending = asyncio.create_task(self.ended())
        done, _ = await asyncio.wait({ending}, timeout=within)
        if not done:
            by_itself = False
            os.kill(self.number, signal.SIGKILL)
        assert await ending == -signal.SIGKILL, "\n".join(self.log[-40:])
        return by_itself

    async def kill(self) -> None:
        """Kill it where it stands."""
        await self.buried(within=0.0)

    async def stop(self) -> int:
        """Stop it in good order and return its exit code."""
        os.kill(self.number, signal.SIGTERM)
        async with asyncio.timeout(PATIENCE):
            return await self.ended()

    async def ended(self) -> int:
        """Wait until it has ended and return its exit code."""
        code = (await self._news())["ended"]
        self.is_alive = False
        return code

    async def _news(self) -> dict[str, int]:
        assert self._process.stdout is not None
        line = await self._process.stdout.readline()
        assert line, "the nursery has ended:\n" + "\n".join(self.log[-40:])
        news: dict[str, int] = json.loads(line)
        return news

    async def close(self) -> None:
        """End it, with all that lives in it."""
        self._process.kill()
        await self._process.wait()
        await self._reading


@asynccontextmanager
async def opened() -> AsyncIterator[Nursery]:
    """Open a nursery for the length of a `with`."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.end_to_end.nursery",
        cwd=ROOT,
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    nursery = Nursery(process)
    try:
        yield nursery
    finally:
        await nursery.close()


def some_delay(dice: random.Random) -> float:
    """Return a moment within the life of a few messages."""
    return dice.uniform(0.001, 0.25)


if __name__ == "__main__":
    main()
