"""`make bench`: messages a second, waiting times, CPU, start and memory, over the Bot API double.

Each bot gets the same load from the same double, one after the other, in rounds; the best round of each counts,
since what else the machine does can only make a figure worse.
"""

import asyncio
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.double import Double, process

ROOT = Path(__file__).parents[2]
BOTS = {"echo": ["-m", "tests.bench.echo"], "matala": ["-m", "bot.cli", "run"]}
# The same with many sends in flight, where its HTTP client falls apart. No yardstick: that is the bot with stock
# polling, which handles updates one by one. Measured once to compare: of this kind are the figures in the issue.
BESIDE = {"echo, 256 at once": ["-m", "tests.bench.echo", "256"]}
QUESTION = "miten haen opintotukea"  # one reply, as the echo bot gives one
PEOPLE = 50
ROUNDS = 3
BURST = 600  # messages at once
BURSTS = 4  # of a round: a burst is over in half a second, which anything else on the machine may spoil
AT_RATE = {20: 200, 100: 600}  # messages by rate a second
WITHIN = 120.0


@dataclass(frozen=True, slots=True)
class Figures:
    """What one round of one bot showed; times in milliseconds, memory in MB."""

    ready: float  # seconds from start to the first reply
    per_second: float
    cpu: float  # of one message, in the burst
    memory: float
    p50_at_20: float
    p99_at_20: float
    p50_at_100: float
    p99_at_100: float


@dataclass(frozen=True, slots=True)
class Bar:
    """What a figure must reach: as a ratio to the echo bot's, or as it is."""

    name: str
    must: float
    aim: float | None
    is_ratio: bool
    more_is_better: bool = False

    def holds(self, value: float) -> bool:
        """Tell whether the bar is reached."""
        return value >= self.must if self.more_is_better else value <= self.must


# The bars: throughput >= 1.0 (aim 2.0), p50 at 20/s <= 2.0 (aim 1.2), memory <= 250 MB, ready in <= 4 s.
BARS = (
    Bar("per_second", 1.0, 2.0, is_ratio=True, more_is_better=True),
    Bar("p50_at_20", 2.0, 1.2, is_ratio=True),
    Bar("memory", 250.0, None, is_ratio=False),
    Bar("ready", 4.0, None, is_ratio=False),
)


@asynccontextmanager
async def bot(name: str, double: Double) -> AsyncIterator[psutil.Process]:
    """Run a bot against the double for the length of a `with`."""
    with tempfile.TemporaryDirectory() as folder:
        settings = {
            "MATALA_TELEGRAM_API": double.url,
            "MATALA_TELEGRAM_TOKEN": double.token,
            "MATALA_DATA_DIR": folder,
            "MATALA_LISTEN": "127.0.0.1:0",
            "MATALA_NOW": "2026-11-23T12:00:00+02:00",
            "PYTHONWARNINGS": "ignore",
        }
        running = await asyncio.create_subprocess_exec(
            sys.executable,
            *(BOTS | BESIDE)[name],
            cwd=ROOT,
            env={**os.environ, **settings},
            stderr=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
        )
        try:
            yield psutil.Process(running.pid)
        finally:
            running.terminate()
            await running.wait()


async def measure(name: str) -> Figures:
    """Measure one round of one bot, with a double of its own."""
    async with process.started() as (double, _):
        began = time.monotonic()
        async with bot(name, double) as running:
            double.begins_load(people=1, messages=1, text="moi")
            await double.load_answered(within=WITHIN)
            ready = time.monotonic() - began
            double.begins_load(people=PEOPLE, messages=PEOPLE * 2, text=QUESTION)
            await double.load_answered(within=WITHIN)  # warm
            waits = {}
            for rate, messages in AT_RATE.items():
                double.begins_load(people=PEOPLE, messages=messages, rate=rate, text=QUESTION)
                waits[rate] = (await double.load_answered(within=WITHIN))["latencies"]
            bursts = [await _burst(double, running) for _ in range(BURSTS)]
            memory = running.memory_info().rss
    return Figures(
        ready=ready,
        per_second=max(per_second for per_second, _ in bursts),
        cpu=min(cpu for _, cpu in bursts),
        memory=memory / 1024**2,
        p50_at_20=_share(waits[20], 0.50),
        p99_at_20=_share(waits[20], 0.99),
        p50_at_100=_share(waits[100], 0.50),
        p99_at_100=_share(waits[100], 0.99),
    )


async def _burst(double: Double, running: psutil.Process) -> tuple[float, float]:
    """Send many messages at once; return how many were answered in a second, and milliseconds of CPU for each."""
    before = sum(running.cpu_times()[:2])
    double.begins_load(people=PEOPLE, messages=BURST, text=QUESTION)
    seconds = (await double.load_answered(within=WITHIN))["seconds"]
    return BURST / seconds, (sum(running.cpu_times()[:2]) - before) / BURST * 1000


def _share(seconds: Sequence[float], share: float) -> float:
    """Return the waiting time that a share of the messages did not exceed, in milliseconds."""
    return statistics.quantiles(seconds, n=100, method="inclusive")[round(share * 100) - 1] * 1000


def best(rounds: Sequence[Figures]) -> Figures:
    """Take the best of each figure."""
    return Figures(
        *(
            (max if field == "per_second" else min)(getattr(each, field) for each in rounds)
            for field in Figures.__slots__  # type: ignore[attr-defined]  # a dataclass with slots has them
        )
    )


def report(echo: Figures, matala: Figures) -> bool:
    """Print both and their ratio, then the bars; return whether all hold."""
    print(f"{'':14}{'echo':>10}{'matala':>10}{'ratio':>8}")
    for field in Figures.__slots__:  # type: ignore[attr-defined]  # as above
        of_echo, ours = getattr(echo, field), getattr(matala, field)
        print(f"{field:14}{of_echo:10.2f}{ours:10.2f}{ours / of_echo:8.2f}")
    good = True
    for bar in BARS:
        ours, of_echo = getattr(matala, bar.name), getattr(echo, bar.name)
        value = ours / of_echo if bar.is_ratio else ours
        good &= bar.holds(value)
        sign = ">=" if bar.more_is_better else "<="
        aim = f" (aim {bar.aim})" if bar.aim else ""
        print(f"{'holds' if bar.holds(value) else 'FAILS'}: {bar.name} {value:.2f} {sign} {bar.must}{aim}")
    return good


async def main() -> int:
    """Measure in rounds, so that a busy minute of the machine meets both."""
    rounds: dict[str, list[Figures]] = {name: [] for name in BOTS}
    for number in range(ROUNDS):
        for name in BOTS:
            figures = await measure(name)
            rounds[name].append(figures)
            shown = {field: round(getattr(figures, field), 2) for field in Figures.__slots__}  # type: ignore[attr-defined]
            print(json.dumps({"round": number + 1, "bot": name, **shown}), flush=True)
    is_good = report(best(rounds["echo"]), best(rounds["matala"]))
    for name in BESIDE:
        figures = await measure(name)
        ours = best(rounds["matala"])
        share, cpu = ours.per_second / figures.per_second, ours.cpu / figures.cpu
        print(f"beside it: {name}: {figures.per_second:.0f} a second, {figures.cpu:.2f} ms of CPU each")
        print(f"           matala makes {share:.2f} of that, at {cpu:.2f} of the CPU")
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
