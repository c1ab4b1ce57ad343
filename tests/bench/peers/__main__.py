"""Measure Matala and its peers on a development set and on public sets; print tables, then the bars."""

import argparse
import statistics
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.peers import figures
from tests.bench.peers.sets import LANGUAGES, Line, PublicSet, banks, development, evenly, public
from tests.bench.peers.systems import (
    ROOT,
    Answer,
    PeerMissing,
    Running,
    System,
    asked,
    classify,
    install,
    match,
    nearest,
    nlpjs,
    running,
    write,
)

SHARED = ROOT.parent / "shared"
MATALA, NLPJS = "matala", "nlp.js"
MATCHING = "matching"  # Matala doing what its peers do, and no more
NAIVE = ("token_set_ratio", "WRatio")
QUICK_PHRASES = 5_000  # NLP.js learns thousands in a minute, twice as many in four

# The bars.
AHEAD = 10.0  # points of first topics right, on the development set
PUBLIC = {"aurora_fi": (74.0, 70.0), "ha_fi_fs5": (82.0, None)}  # clean, and the mean with noise


@dataclass
class Bars:
    """What has to hold, told line by line at the end."""

    lines: list[str] = field(default_factory=list)
    hold: bool = True

    def at_least(self, what: str, value: float, least: float, unit: str) -> None:
        """Note a figure that has to reach something."""
        self._note(f"{what}: {value:.1f} >= {least:.1f} {unit}", holds=value >= least)

    def at_most(self, what: str, value: float, most: float, unit: str) -> None:
        """Note a figure that may not go beyond something."""
        self._note(f"{what}: {value:.2f} <= {most:.2f} {unit}", holds=value <= most)

    def missing(self, why: str) -> None:
        """Note what could not be measured at all."""
        self._note(why, holds=False)

    def _note(self, line: str, *, holds: bool) -> None:
        self.lines.append(f"{'holds' if holds else 'FAILS'}: {line}")
        self.hold &= holds


@dataclass(frozen=True, slots=True)
class Run:
    """What one run was asked to do, and where it may write."""

    pack: str
    folder: Path
    modules: Path | None  # none: NLP.js is missing
    is_quick: bool


def main() -> int:
    """Measure what was asked for; 0 when all bars hold."""
    options = _options()
    bars = Bars()
    with tempfile.TemporaryDirectory(prefix="matala-peers-") as name:
        folder = Path(name)
        try:
            modules = install(folder)
        except PeerMissing as error:
            modules = None
            print(error, flush=True)
            bars.missing(str(error))
        run = Run(options.pack, folder, modules, options.quick)
        if options.data is None:
            bars.missing("no development set: give --data FOLDER")
        else:
            measure_development(run, development(options.data), bars)
        if options.sets is None:
            bars.missing("no public sets: give --sets FOLDER")
        else:
            measure_public(run, sorted(options.sets.glob("*.json.gz")), bars)
    print("\n" + "\n".join(bars.lines))
    return 0 if bars.hold else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench-peers", description=__doc__)
    parser.add_argument(
        "--data", type=Path, default=_existing("eval"), help="folder with labelled .jsonl files"
    )
    parser.add_argument(
        "--sets", type=Path, default=_existing("bench"), help="folder with public sets, .json.gz"
    )
    parser.add_argument("--pack", default="sakky", help="whose phrases count beside the common ones")
    parser.add_argument(
        "--quick",
        action="store_true",
        help=f"leave out public sets of more than {QUICK_PHRASES:,} phrases, and teach NLP.js no more of the banks",
    )
    return parser.parse_args()


def _existing(name: str) -> Path | None:
    return SHARED / name if (SHARED / name).is_dir() else None


# ---------------------------------------------------------------- the development set


def measure_development(run: Run, lines: Sequence[Line], bars: Bars) -> None:
    """Compare all on the development set, taught the phrase banks."""
    systems = _of_banks(run)
    learnt = {}
    for system in systems:  # the first start of each: what was learnt is kept, where a system can keep it
        print(f"  {system.name} learns the banks ...", flush=True)
        with running([system]) as first:
            learnt[system.name] = first[system.name].ready
    with running(systems) as started:
        answers = asked(started, lines)
        _print_development(lines, answers)
        _print_costs(started, answers, learnt)
    if not any(line.labels for line in lines):
        bars.missing("the development set has no line with a topic")
        return
    ours = figures.first(lines, answers[MATALA])
    for peer in systems:
        if peer.name in (MATALA, MATCHING):
            continue
        ahead = ours - figures.first(lines, answers[peer.name])
        bars.at_least(f"first topic, ahead of {peer.name}", ahead, AHEAD, "points")
    _bar_of_speed("development set, matching alone", answers, bars)


def _of_banks(run: Run) -> list[System]:
    pairs = banks(run.pack)
    file = write(pairs, run.folder / "banks.jsonl")
    systems = [
        classify(run.pack, run.folder),
        match(file, MATCHING),
        *(nearest(scorer, file, labels=figures.FIRST) for scorer in NAIVE),
    ]
    told = f"Banks: {len(pairs):,} phrases"
    if run.modules is not None:
        fewer = evenly(pairs, QUICK_PHRASES) if run.is_quick else pairs
        if len(fewer) < len(pairs):
            told += f"; --quick: NLP.js learns only {len(fewer):,} of them, so its figures are too low"
        systems.append(nlpjs(write(fewer, run.folder / "banks-nlpjs.jsonl"), run.modules))
    print(told, flush=True)
    return systems


def _print_development(lines: Sequence[Line], answers: Mapping[str, Sequence[Answer]]) -> None:
    in_scope = sum(bool(line.labels) for line in lines)
    print(
        f"\nDevelopment set: {in_scope} lines about a topic, {len(lines) - in_scope} out of scope; per cent"
    )
    print(f"{'':16}{'first':>8}{'of three':>9}" + "".join(f"{language:>8}" for language in LANGUAGES))
    for name, said in answers.items():
        row = [figures.first(lines, said), figures.first(lines, said, of=figures.FIRST)]
        for language in LANGUAGES:
            chosen = [place for place, line in enumerate(lines) if line.lang == language]
            row.append(figures.first([lines[each] for each in chosen], [said[each] for each in chosen]))
        print(f"{name:16}{row[0]:8.1f}{row[1]:9.1f}" + "".join(f"{value:8.1f}" for value in row[2:]))
    print(
        f"\n{'':16}{'out of scope':>14}{'answered in':>13}{'wrong of':>10}   the same at the threshold that"
    )
    print(f"{'':16}{'declined':>14}{'scope':>13}{'answered':>10}   is best for it on these lines")
    for name, said in answers.items():
        own, best = figures.refusal(lines, said), figures.best_refusal(lines, said)
        print(
            f"{name:16}{own.declined:14.1f}{own.answered:13.1f}{own.wrong:10.1f}"
            f"{best.declined:12.1f}{best.answered:8.1f}{best.wrong:8.1f}"
        )


def _print_costs(
    started: Mapping[str, Running], answers: Mapping[str, Sequence[Answer]], learnt: Mapping[str, float]
) -> None:
    print(f"\n{'':16}{'p50 ms':>8}{'p99 ms':>8}{'learns s':>10}{'starts s':>10}{'peak MB':>9}")
    for name, system in started.items():
        p50, p99 = figures.waits(answers[name])
        memory = system.peak_memory()
        print(f"{name:16}{p50:8.2f}{p99:8.2f}{learnt[name]:10.1f}{system.ready:10.1f}{memory:9.0f}")
    print(
        f"Of each message Matala also judges danger and language; {MATCHING} alone is what NLP.js does, who is told"
    )
    print("the language.")


def _bar_of_speed(where: str, answers: Mapping[str, Sequence[Answer]], bars: Bars) -> None:
    if NLPJS in answers:
        ours, theirs = figures.waits(answers[MATCHING])[0], figures.waits(answers[NLPJS])[0]
        bars.at_most(f"p50 on the {where}, against {NLPJS}", ours, theirs, "ms")


# ---------------------------------------------------------------- public sets


@dataclass(frozen=True, slots=True)
class OfSet:
    """How one system did on one public set: in per cent, with each noise, and in ms."""

    clean: float
    noisy: float | None  # the mean, clean included; none where a set has no noises
    p50: float


def measure_public(run: Run, paths: Sequence[Path], bars: Bars) -> None:
    """Compare all on public sets, each taught the set's own pairs."""
    families: dict[str, list[dict[str, OfSet]]] = {}
    print("\nPublic sets: per cent right clean / mean with the noises, p50 ms", flush=True)
    for path in paths:
        one = public(path)
        if run.is_quick and len(one.train) > QUICK_PHRASES:
            print(f"{one.name:14} left out by --quick: {len(one.train):,} phrases", flush=True)
            continue
        families.setdefault(one.family, []).append(of_set(run, one))
        _print_set(one.name, families[one.family][-1])
    for family, splits in families.items():
        means = {name: _mean([split[name] for split in splits]) for name in splits[0]}
        if len(splits) > 1:
            _print_set(f"{family} mean", means)
        _bars_of_set(family, means, bars)


def of_set(run: Run, one: PublicSet) -> dict[str, OfSet]:
    """Have all learn a set and answer its lines, clean and noisy."""
    file = write(one.train, run.folder / f"{one.name}.jsonl")
    systems = [match(file), *(nearest(scorer, file, labels=1) for scorer in NAIVE)]
    if run.modules is not None:
        systems.append(nlpjs(file, run.modules))
    with running(systems) as started:
        answers = {noise: asked(started, lines) for noise, lines in one.tests.items()}
    found = {}
    for system in systems:
        right = [figures.accuracy(lines, answers[noise][system.name]) for noise, lines in one.tests.items()]
        noisy = statistics.mean(right) if len(right) > 1 else None
        found[system.name] = OfSet(right[0], noisy, figures.waits(answers["clean"][system.name])[0])
    return found


def _mean(splits: Sequence[OfSet]) -> OfSet:
    noisy = [split.noisy for split in splits if split.noisy is not None]
    return OfSet(
        clean=statistics.mean(split.clean for split in splits),
        noisy=statistics.mean(noisy) if noisy else None,
        p50=statistics.mean(split.p50 for split in splits),
    )


def _print_set(name: str, found: Mapping[str, OfSet]) -> None:
    cells = (
        f"{system} {of.clean:.1f}{'' if of.noisy is None else f' / {of.noisy:.1f}'} ({of.p50:.2f})"
        for system, of in found.items()
    )
    print(f"{name:14} " + "   ".join(cells), flush=True)


def _bars_of_set(family: str, found: Mapping[str, OfSet], bars: Bars) -> None:
    ours = found[MATALA]
    if NLPJS in found:
        bars.at_least(f"{family}, against {NLPJS}", ours.clean, found[NLPJS].clean, "%")
    clean, noisy = PUBLIC.get(family, (None, None))
    if clean is not None:
        bars.at_least(f"{family}, clean", ours.clean, clean, "%")
    if noisy is not None and ours.noisy is not None:
        bars.at_least(f"{family}, with noise", ours.noisy, noisy, "%")


if __name__ == "__main__":
    sys.exit(main())
