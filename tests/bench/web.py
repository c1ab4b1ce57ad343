"""`make bench`: site, chat and desk of the running program over HTTP, with 200 chats open all the while.

First 50 readers open page after page as fast as they get them: what a page takes of the server itself must stay within
the bar even so, though each of them waits for the 49 others. Then, as a very busy day might be, all at once: people in
the chats ask, and the readers read at a reader's pace. At last staff take cases and answer. The clock is the program's
own for what the server takes (`tests.bench.timed`), and the reader's or writer's for all else.
"""

import asyncio
import json
import os
import secrets
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

import aiohttp
import psutil

from bot.commands_desk import make_desk_link
from bot.settings import Settings
from tests.bench.chats import ANCHOR, QUESTIONS, Colleague, Talker, answers_of
from tests.bench.figure import Figure
from tests.bench.peers.figures import p50_and_p99
from tests.bench.readers import Survey, fetch, read, survey
from tests.bench.timed import TIMES
from tests.browser.running import HOST, Site
from tests.end_to_end.program import MONDAY_NOON

READERS = 50
ROUNDS = 3  # the best counts: what else the machine does can only make a figure worse
ROUND_SECONDS = 2.0
READS_EVERY = 2.0  # seconds between two pages of one reader, where they read at their pace
CHATS = 200
OPENED_EACH_SECOND = 40
ASKED_EACH_SECOND = 20
ASKING_SECONDS = 15.0
CASES = 20
REPLIES = 3  # of staff in each case
REPLIED_EACH_SECOND = 10
COLLEAGUES = 5  # with the desk open

SERVER_BAR, WEIGHT_BAR, MEMORY_BAR = 20.0, 100.0, 250.0  # ms, kB (of 1000 bytes), MB: the issues'


class _Quiet(Site):
    """A program whose log is shown only when it fails."""

    def tell(self) -> None:
        """Say nothing."""


@asynccontextmanager
async def _program(data: Path) -> AsyncIterator[Site]:
    site = _Quiet(None, data, command=("-m", "tests.bench.timed"))
    await site.start(MATALA_PACK="sakky")
    try:
        yield site
        complaints = [line for line in site.log if " error " in line or " critical " in line]
        if complaints:
            raise AssertionError("the program complained:\n" + "\n".join(complaints))
    except BaseException:
        print(*site.log, sep="\n", file=sys.stderr)
        raise
    finally:
        if site.is_alive:
            await site.stop()


async def main() -> int:
    """Print all figures; 0 when all bars hold."""
    print(f"Site and chat: {READERS} readers, {CHATS} chats; load {os.getloadavg()[0]:.1f}", flush=True)
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        async with _program(Path(folder)) as site, _session(site) as session:
            process = psutil.Process(site.process.pid if site.process else 0)
            at_start = _memory(process)
            found = [Figure("this disk, one commit, p50", _commit(Path(folder)), None, "ms")]
            seen = await survey(site.url)
            pages = seen.kinds
            found += await _site_alone(site, seen)
            talkers = await _opened(session)
            found += await _readers_in_a_hurry(site, pages)
            found += await _a_busy_day(site, pages, talkers, process)
            found += await _staff_at_work(site, session, talkers[:CASES])
            for each in talkers:
                await each.is_whole()
            posts = sum(len(each.got) for each in talkers)
            found.append(Figure("memory at the start", at_start, None, "MB"))
            found.append(Figure("memory at the end, and at its highest", _peak(process), MEMORY_BAR, "MB"))
            await asyncio.gather(*(each.leaves() for each in talkers))
    print("\n".join(map(str, found)))
    print(f"       {posts:,} posts in {CHATS} chats: none lost, none twice, none another's")
    print(f"       {time.monotonic() - began:.0f} s in all; load {os.getloadavg()[0]:.1f}")
    return 0 if all(figure.holds for figure in found) else 1


@asynccontextmanager
async def _session(site: Site) -> AsyncIterator[aiohttp.ClientSession]:
    """Make what all chats and the desk share: as many connections as they like, and no cookies of its own."""
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(
        site.url, connector=connector, cookie_jar=aiohttp.DummyCookieJar()
    ) as session:
        yield session


def _commit(folder: Path) -> float:
    """Return what the disk takes for a commit, in milliseconds: each message takes some, one after the other."""
    took = []
    with (folder / "commit").open("wb", buffering=0) as file:
        for _ in range(30):
            file.write(bytes(8192))
            began = time.perf_counter()
            os.fsync(file.fileno())
            took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took)


def _memory(process: psutil.Process) -> float:
    return float(process.memory_info().rss) / 1024**2


def _peak(process: psutil.Process) -> float:
    """Return the most memory that the program ever had, where the system tells; else what it has."""
    status = Path(f"/proc/{process.pid}/status")
    if status.exists():
        for line in status.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return _memory(process)


async def _server_times(site: Site) -> list[tuple[str, int, float, float]]:
    async with aiohttp.ClientSession(site.url) as session:
        return [
            (path, status, ms, cpu)
            for path, status, ms, cpu in json.loads((await fetch(session, TIMES)).body)
        ]


def _pages_of(times: Sequence[tuple[str, int, float, float]]) -> tuple[list[float], list[float]]:
    """Return waiting and CPU times of pages that went out whole: not of files, nor of what a browser had already."""
    own = [each for each in times if each[0][:4] in {"/fi/", "/sv/", "/en/"} and each[1] == 200]
    return [ms for *_, ms, _ in own], [cpu for *_, cpu in own]


async def _site_alone(site: Site, seen: Survey) -> list[Figure]:
    """Tell what each page took as it was made for the first time, and what the heaviest weighs."""
    times, cpu = _pages_of(await _server_times(site))
    p50, p99 = p50_and_p99(times)
    cpu50, cpu99 = p50_and_p99(cpu)
    heavy = seen.heaviest
    number = sum(len(paths) for paths in seen.kinds.values())
    print(f"       {number} pages of {len(seen.kinds)} kinds; the heaviest is {heavy.path}", flush=True)
    return [
        Figure("a page made anew, of the server, p50", p50, None, "ms", cpu50),
        Figure("a page made anew, of the server, p99", p99, None, "ms", cpu99),
        Figure("the heaviest page with all it needs, as transferred", heavy.wire / 1000, WEIGHT_BAR, "kB"),
        Figure("the same, unpacked", heavy.plain / 1000, WEIGHT_BAR, "kB"),
    ]


async def _readers_in_a_hurry(site: Site, pages: dict[str, list[str]]) -> list[Figure]:
    """Let readers open page after page without a pause."""
    rounds = []
    for number in range(ROUNDS):
        await _server_times(site)
        readers = await read(
            site.url, pages, readers=READERS, seconds=ROUND_SECONDS, pause=0, seed=number + 1
        )
        server, cpu = _pages_of(await _server_times(site))
        waits = [ms for each in readers for ms in each.waits]
        known = sum(each.known for each in readers) / len(waits)
        rounds.append((p50_and_p99(server), p50_and_p99(cpu), p50_and_p99(waits), len(waits), known))
    (p50, p99), (cpu50, cpu99), _, _, _ = min(rounds, key=lambda each: each[0][1])
    _, _, (wait50, wait99), opened, known = max(rounds, key=lambda each: each[3])
    print(f"       in a hurry: {100 * known:.0f} % were still as the browser had them", flush=True)
    return [
        Figure(f"{READERS} readers in a hurry: a page of the server, p50", p50, None, "ms", cpu50),
        Figure(f"{READERS} readers in a hurry: a page of the server, p99", p99, SERVER_BAR, "ms", cpu99),
        Figure("... pages a second", opened / ROUND_SECONDS, None, ""),
        Figure(f"... a page as its reader sees it, behind {READERS - 1} others, p50", wait50, None, "ms"),
        Figure("... p99", wait99, None, "ms"),
    ]


async def _opened(session: aiohttp.ClientSession) -> list[Talker]:
    """Let people open the chat one after the other, and say something."""
    answers = await answers_of(session)
    talkers = [Talker(number, session, answers) for number in range(CHATS)]

    async def open_one(talker: Talker) -> None:
        await talker.opens(_question(talker))
        await talker.first_answer()

    await _paced([open_one(each) for each in talkers], OPENED_EACH_SECOND)
    return talkers


def _question(talker: Talker) -> str:
    """Return what somebody asks next: neighbours ask something else, and nobody the same again."""
    return QUESTIONS[(talker.number + len(talker.sent)) % len(QUESTIONS)]


async def _paced(deeds: Sequence[object], each_second: float) -> None:
    """Begin one deed after the other, so many a second, however slow each is; wait for all."""
    began = time.monotonic()
    async with asyncio.TaskGroup() as group:
        for number, deed in enumerate(deeds):
            await asyncio.sleep(max(0.0, began + number / each_second - time.monotonic()))
            group.create_task(deed)  # type: ignore[arg-type]


async def _a_busy_day(
    site: Site, pages: dict[str, list[str]], talkers: Sequence[Talker], process: psutil.Process
) -> list[Figure]:
    """Let people ask in all chats while readers read."""
    idle = await _idle(process)
    await _server_times(site)
    cpu, began = sum(process.cpu_times()[:2]), time.monotonic()
    questions = round(ASKED_EACH_SECOND * ASKING_SECONDS)
    asking = [talkers[number % CHATS] for number in range(questions)]

    async def ask(talker: Talker) -> None:
        await talker.asks(_question(talker))

    readers, _ = await asyncio.gather(
        read(site.url, pages, readers=READERS, seconds=ASKING_SECONDS, pause=READS_EVERY, seed=0),
        _paced([ask(each) for each in asking], ASKED_EACH_SECOND),
    )
    busy = (sum(process.cpu_times()[:2]) - cpu) / (time.monotonic() - began)
    (server50, server99), (cpu50, cpu99) = map(p50_and_p99, _pages_of(await _server_times(site)))
    page50, page99 = p50_and_p99([ms for each in readers for ms in each.waits])
    chat50, chat99 = p50_and_p99([ms for each in talkers for ms in each.waits])
    return [
        Figure(f"{CHATS} open chats in which nobody writes: CPU", idle * 100, None, "%"),
        Figure(
            f"{READERS} readers at their pace, {ASKED_EACH_SECOND} questions a second: CPU",
            busy * 100,
            None,
            "%",
        ),
        Figure("... a page of the server, p50", server50, None, "ms", cpu50),
        Figure("... p99", server99, None, "ms", cpu99),
        Figure("... a page as its reader sees it, p50", page50, None, "ms"),
        Figure("... p99", page99, None, "ms"),
        Figure("... from a message to its reply, p50", chat50, None, "ms"),
        Figure("... p99", chat99, None, "ms"),
    ]


async def _idle(process: psutil.Process) -> float:
    """Return the share of a core that open chats take by being open."""
    before, seconds = sum(process.cpu_times()[:2]), 4.0
    await asyncio.sleep(seconds)
    return float(sum(process.cpu_times()[:2]) - before) / seconds


async def _staff_at_work(
    site: Site, session: aiohttp.ClientSession, talkers: Sequence[Talker]
) -> list[Figure]:
    """Let people ask for a human, and staff answer them at the desk."""
    colleagues = [Colleague(session) for _ in range(COLLEAGUES)]
    for number, each in enumerate(colleagues):
        await each.enters(await _link(site, f"Kaisa {number}"))
    listening = [asyncio.create_task(each.listens()) for each in colleagues]
    codes = await _cases_of(talkers, colleagues[0])
    for number, code in enumerate(codes):
        await colleagues[number % COLLEAGUES].does(code, "claim")
    waits: list[float] = []

    async def reply(number: int) -> None:
        talker, code = talkers[number % len(talkers)], codes[number % len(talkers)]
        words = f"vastaus {secrets.token_hex(8)} asiaan {code}"
        talker.should_hear.append(words)
        sent_at = await colleagues[number % len(talkers) % COLLEAGUES].does(code, "reply", text=words)
        waits.append((await talker.hears(words) - sent_at) * 1000)

    await _paced([reply(number) for number in range(len(talkers) * REPLIES)], REPLIED_EACH_SECOND)
    for task in listening:
        task.cancel()
    await asyncio.gather(*listening, return_exceptions=True)
    p50, p99 = p50_and_p99(waits)
    page50, page99 = p50_and_p99([ms for each in colleagues for ms in each.pages])
    return [
        Figure(
            f"{CASES} cases, {COLLEAGUES} colleagues: from staff's reply to the person, p50", p50, None, "ms"
        ),
        Figure("... p99", p99, None, "ms"),
        Figure("... a page of the desk, p50", page50, None, "ms"),
        Figure("... p99", page99, None, "ms"),
    ]


async def _link(site: Site, name: str) -> str:
    """Make a link to the desk, as `matala desk-link` does beside the running program; return its path."""
    settings = Settings(
        data_dir=site.data,
        listen=f"{HOST}:{site.port}",
        now=datetime.fromisoformat(MONDAY_NOON),
        _env_file=None,  # type: ignore[call-arg]  # pydantic-settings' own
    )
    said: list[str] = []
    await make_desk_link(settings, None, name, said.append)
    return said[0].removeprefix(site.url)


async def _cases_of(talkers: Sequence[Talker], colleague: Colleague) -> list[str]:
    """Let everybody ask for a human; return the code of each one's case, found by words that only they wrote."""
    codes: list[str] = []
    for talker in talkers:
        words = f"asiani on {secrets.token_hex(8)}"
        await talker.is_answered(ANCHOR)
        await talker.is_answered(words)
        code = f"K-{len(codes) + 1}"
        if words not in await colleague.looks(f"/desk/case/{code}"):
            raise AssertionError(f"{code} does not hold what was written to it")
        codes.append(code)
    return codes


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
