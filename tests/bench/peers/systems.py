"""The systems that are compared: each a process that learns, then answers lines of JSON as they come."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.bench.peers.sets import Line, Pair

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
NPM_WITHIN = 300.0
BLOCK = 20  # lines asked of one system before it is the next one's turn
WARM_UP = 20
# Of the memory that a process took at most, Linux tells in kB.
PEAK = "VmHWM:"
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")

Candidates = tuple[tuple[str | None, float], ...]


class PeerMissing(Exception):  # noqa: N818 (named for the case)
    """A peer cannot be had here; the message is one line that says why."""


@dataclass(frozen=True, slots=True)
class System:
    """A name, and the command that learns and answers; `HOME` is where it may keep what it learnt."""

    name: str
    command: Sequence[str | Path]
    environment: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a system said of a line: its decision (None: declined), its candidates best first, how long it took."""

    topic: str | None
    candidates: Candidates
    ms: float


class Running:
    """A system that has learnt and waits for lines."""

    def __init__(self, system: System) -> None:
        self._name = system.name
        began = time.perf_counter()
        self._process = subprocess.Popen(
            [str(part) for part in system.command],
            cwd=ROOT,
            env={**os.environ, **ONE_THREAD, **system.environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        self.ask(Line("moi", frozenset(), "fi"))
        self.ready = time.perf_counter() - began
        self.ready_cpu = sum(psutil.Process(self._process.pid).cpu_times()[:4])  # its children's included

    def ask(self, line: Line) -> Answer:
        """Ask one line and wait for the answer."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        asked = {"id": 0, "text": line.text, "lang": line.lang}
        if line.role is not None:
            asked["role"] = line.role
        written = json.dumps(asked, ensure_ascii=False) + "\n"
        began = time.perf_counter()
        self._process.stdin.write(written)
        self._process.stdin.flush()
        answered = self._process.stdout.readline()
        ms = (time.perf_counter() - began) * 1000
        if not answered:
            raise RuntimeError(f"{self._name} gave no answer: see above")
        said = json.loads(answered)
        candidates = tuple((label, float(score)) for label, score in said["candidates"])
        first = candidates[0][0] if candidates else None
        return Answer(said.get("topic", first), candidates, ms)

    def peak_memory(self) -> float:
        """Return the most memory that the process has taken, in MB."""
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith(PEAK)) / 1024

    def stop(self) -> None:
        """Let it end: there is nothing more to ask."""
        self._process.communicate()


@contextmanager
def running(systems: Sequence[System]) -> Iterator[dict[str, Running]]:
    """Have the systems learn, one after the other, and run together for the length of a `with`."""
    with ExitStack() as stack:
        started = {}
        for system in systems:
            started[system.name] = Running(system)
            stack.callback(started[system.name].stop)
        yield started


def asked(systems: Mapping[str, Running], lines: Sequence[Line]) -> dict[str, list[Answer]]:
    """Ask every system every line once, by turns: a busy moment of the machine meets all of them."""
    answers: dict[str, list[Answer]] = {name: [] for name in systems}
    names = list(systems)
    for name in names:
        for line in lines[:WARM_UP]:
            systems[name].ask(Line(f"{line.text} {line.text}", frozenset(), line.lang))
    for start in range(0, len(lines), BLOCK):
        for name in names:
            answers[name] += [systems[name].ask(line) for line in lines[start : start + BLOCK]]
        names.append(names.pop(0))
    return answers


def classify(pack: str, home: Path) -> System:
    """Return Matala with its own banks."""
    command = [sys.executable, "-m", "bot.cli", "classify", "--pack", pack]
    return System("matala", command, {"HOME": str(home)})


def match(pairs: Path, name: str = "matala") -> System:
    """Return Matala taught pairs: it matches, as its peers do, and judges neither danger nor language."""
    return System(name, [sys.executable, "-m", "bot.cli", "match", "--train", pairs], {})


def nearest(scorer: str, pairs: Path, *, labels: int) -> System:
    """Return the nearest phrase by one of rapidfuzz's scores; it names one label, or several."""
    command = (sys.executable, "-m", "tests.bench.peers.nearest", scorer, pairs, str(labels))
    return System(scorer, command, {})


def nlpjs(pairs: Path, modules: Path) -> System:
    """Return NLP.js taught pairs; it keeps its model beside them."""
    command = ("node", HERE / "nlpjs.js", pairs, pairs.with_suffix(".model"))
    return System("nlp.js", command, {"PEERS_NODE_MODULES": str(modules)})


def install(folder: Path) -> Path:
    """Install NLP.js, as package-lock.json has it, into a folder; return where its modules are."""
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(HERE / name, folder)
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    try:
        subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True, timeout=NPM_WITHIN)
    except FileNotFoundError:
        raise PeerMissing("NLP.js is missing: node and npm are not installed") from None
    except subprocess.TimeoutExpired:
        raise PeerMissing(f"NLP.js is missing: npm did not end within {NPM_WITHIN:.0f} s") from None
    except subprocess.CalledProcessError as error:
        why = (error.stderr.strip() or "npm failed").splitlines()[0]
        raise PeerMissing(f"NLP.js is missing, npm could not install it: {why}") from None
    return folder / "node_modules"


def write(pairs: Sequence[Pair], path: Path) -> Path:
    """Write pairs as lines of JSON, as every system reads them."""
    lines = [
        json.dumps({"text": pair.text, "label": pair.label, "lang": pair.lang}, ensure_ascii=False)
        for pair in pairs
    ]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path
