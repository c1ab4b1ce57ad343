"""A rehearsal line by line, where there is no terminal to draw on: pipes, scripts, tests.

In:   teksti                     the student writes (also `opiskelija: teksti`)
      henkilökunta: teksti       staff write, in answer to the latest case
      henkilökunta: @K-1 teksti  staff write, in answer to that case
      opiskelija> 1              a button is pressed, by its number or its label
      henkilökunta> Otan tämän
      opiskelija> ⚓             the anchor button
Out:  who → where: text, further lines of it indented, then the numbered buttons; a sign (👍) on a line of staff.

Each line is handled to its end, answers shown, before the next is read; so a script's outcome does not depend on
how fast the machine is. At the end of the input, everything that is still under way is brought to its end.
"""

import asyncio
import codecs
import contextlib
import logging
import os
import re
import sys
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

from bot.delivery import Delivery
from bot.terminal import words
from bot.terminal.rehearsal import Rehearsal
from bot.terminal.transcript import Post, plain, safe
from bot.terminal.words import Side
from bot.worker import Worker
from storage import inbox
from storage.database import DatabaseAway

log = logging.getLogger(__name__)

LOOK_AROUND = 1.0  # seconds without a line after which reminders and what waited are looked at
LOOK_AGAIN = 0.1  # seconds between looks at what has to be tried again before we may end
ANCHOR = "⚓"
CHUNK = 65536
_LINE = re.compile(r"\s*(?P<who>\w+)\s*(?P<sign>[:>])(?P<rest>.*)", re.DOTALL)
_NAMES = {"opiskelija": Side.STUDENT, "henkilökunta": Side.STAFF, "henkilokunta": Side.STAFF}


@dataclass(frozen=True, slots=True)
class Line:
    """What a line asks for."""

    side: Side
    text: str
    is_press: bool = False


def parse(line: str) -> Line | None:
    """Read a line; None when there is nothing in it. A line that names nobody is the student's."""
    if not line.strip():
        return None
    found = _LINE.fullmatch(line)
    side = _NAMES.get(found["who"].casefold()) if found else None
    if found is None or side is None:
        return Line(Side.STUDENT, line.strip())
    return Line(side, found["rest"].strip(), is_press=found["sign"] == ">")


class LineView:
    """Writes posts out as they come."""

    def __init__(self, rehearsal: Rehearsal, say: Callable[[str], None]) -> None:
        """Prepare; `say` writes a line."""
        self._transcript = rehearsal.transcript
        self._say = say

    def on_post(self, side: Side, post: Post) -> None:
        """Write a post and its buttons."""
        who = side if post.is_own else f"botti → {side}"
        earlier = f"{words.EARLIER} " if post.is_earlier else ""
        self._block(f"{who}: {earlier}{plain(post.parts)}")
        if post.buttons:
            self._buttons(side, post)

    def on_change(self, side: Side, post: Post) -> None:
        """Write what is on a post now: a sign on a line of somebody, or other buttons."""
        about = plain(post.parts).partition("\n")[0]
        if post.is_own:
            if post.sign:
                self._say(f"botti → {side}: {post.sign} {about}")
            return
        self._say(f"botti → {side}: {words.CHANGED} {about}")
        self._buttons(side, post)

    def on_notice(self, side: Side, text: str) -> None:
        """Write a word in passing."""
        self._block(f"! {side}: {text}")

    def _block(self, text: str) -> None:
        self._say(safe(text).replace("\n", "\n    "))

    def _buttons(self, side: Side, post: Post) -> None:
        for each in self._transcript.pages[side].numbered():
            if each.post.ref == post.ref:
                self._say(f"    [{each.number}] {safe(each.button.label)}")


class Conversation:
    """Takes lines one after the other, and lets the program do all that follows from each."""

    def __init__(self, rehearsal: Rehearsal, worker: Worker, delivery: Delivery) -> None:
        """Prepare; worker and delivery are not running by themselves."""
        self._rehearsal = rehearsal
        self._worker = worker
        self._delivery = delivery

    async def run(self, lines: AsyncIterator[str | None]) -> None:
        """Do what the lines say until they end; None is a moment in which no line came."""
        await self._patiently(self._worker.forget_due)
        await self.settle()
        async for line in lines:
            if line is None:
                await self._patiently(self._worker.remind)
            elif (wanted := parse(line)) is not None:
                await self._do(wanted)
            await self.settle()
        while await self._is_unfinished():
            await asyncio.sleep(LOOK_AGAIN)
            await self.settle()

    async def settle(self) -> None:
        """Handle what is in the inbox, and deliver what is due."""

        async def step() -> None:
            while await self._worker.handle_next():
                pass
            await self._delivery.flush()

        await self._patiently(step)

    async def _is_unfinished(self) -> bool:
        """Tell whether something failed and waits for its next attempt."""
        async with self._rehearsal.database.begin() as session:
            return await inbox.waiting(session) > 0

    async def _patiently(self, job: Callable[[], Awaitable[None]]) -> None:
        """Do a job; a database that is away only delays it."""
        while True:
            try:
                return await job()
            except DatabaseAway as error:
                log.warning("put off", extra={"reason": type(error).__name__})
                await asyncio.sleep(LOOK_AROUND)

    async def _do(self, line: Line) -> None:
        rehearsal = self._rehearsal
        if not line.is_press:
            await rehearsal.write(line.side, line.text)
        elif line.side is Side.STUDENT and line.text.startswith(ANCHOR):
            await rehearsal.press_anchor()
        else:
            await self._press(line)

    async def _press(self, line: Line) -> None:
        """Press the button of a number or a label; say which there are when there is none."""
        numbered = self._rehearsal.transcript.pages[line.side].numbered()
        wanted = line.text.casefold()
        for each in reversed(numbered):
            if wanted in {str(each.number), each.button.label.casefold()}:
                await self._rehearsal.press(line.side, each)
                return
        there = ", ".join(f"[{each.number}] {each.button.label}" for each in numbered)
        buttons = words.BUTTONS_NOW.format(buttons=there) if there else words.NO_BUTTONS
        text = words.NO_SUCH_BUTTON.format(wanted=line.text or "?", buttons=buttons)
        self._rehearsal.transcript.notice(line.side, text)


async def run(
    rehearsal: Rehearsal, worker: Worker, delivery: Delivery, frame: str, stop: asyncio.Event
) -> None:
    """Rehearse over standard input and output until the input ends, or nobody reads us, which sets `stop`."""
    try:
        await _talk(rehearsal, worker, delivery, frame)
    except BrokenPipeError:
        # Nothing more is written there; Python would try once more at its end, and complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    stop.set()


async def _talk(rehearsal: Rehearsal, worker: Worker, delivery: Delivery, frame: str) -> None:
    write_line(f"# {frame}")
    write_line(f"# {words.HOW_LINES}")
    view = LineView(rehearsal, write_line)
    rehearsal.transcript.view = view
    for side, page in rehearsal.transcript.pages.items():
        for post in page.posts:
            view.on_post(side, post)
    await Conversation(rehearsal, worker, delivery).run(read_lines(sys.stdin.fileno()))


def write_line(line: str) -> None:
    """Write a line out at once, to whatever reads us; what its encoding lacks becomes a question mark."""
    encoding = sys.stdout.encoding or "utf-8"
    print(line.encode(encoding, "replace").decode(encoding), flush=True)


async def read_lines(descriptor: int) -> AsyncIterator[str | None]:
    """Read lines of a file descriptor: pipe, file or terminal; None whenever none came for a while."""
    loop = asyncio.get_running_loop()
    queue: asyncio.Queue[str | None] = asyncio.Queue()

    def put(line: str | None) -> None:
        # The loop is closed when the program was told to stop while we waited for a line.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(queue.put_nowait, line)

    def read() -> None:
        """Read in a thread, since nothing else can wait for files and terminals alike."""
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        rest = ""
        # Not through sys.stdin: its lock, held while we wait, would break an orderly end.
        with contextlib.suppress(OSError):  # the terminal is gone: that is an end, too
            while chunk := os.read(descriptor, CHUNK):
                *lines, rest = (rest + decoder.decode(chunk)).split("\n")
                for line in lines:
                    put(line)
        put(rest + decoder.decode(b"", final=True))
        put(None)

    threading.Thread(target=read, name="lines", daemon=True).start()
    while True:
        try:
            async with asyncio.timeout(LOOK_AROUND):  # wait_for can swallow being told to stop (Python 3.11)
                line = await queue.get()
        except TimeoutError:
            yield None
            continue
        if line is None:
            return
        yield line
