"""`make bench`: how fast a message is understood with the full banks, how soon, and how that grows with phrases.

Waiting times count, as people wait; CPU times stand beside them and tell what a busy machine added.
"""

import os
import random
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from content.learnt import recall
from content.library import PACKS_DIR, load
from content.sources import gather
from content.teaching import examples
from intents.knowledge import Example
from intents.learning import learn
from intents.matcher import Matcher
from tests.bench.figure import Figure
from tests.bench.peers.figures import p50_and_p99, waits
from tests.bench.peers.sets import Line, banks, development
from tests.bench.peers.systems import ONE_THREAD, ROOT, Running, classify

PACK = "sakky"
DEVELOPMENT = ROOT.parent / "shared" / "eval"  # where it is there; else phrases of the banks are asked
EVERY = 60  # of the banks' phrases
ROUNDS = 3  # the best counts: what else the machine does can only make a figure worse
FEW, MORE = 2_000, 20_000
SEED = 5


def main() -> int:
    """Print all figures; 0 when all bars hold."""
    os.environ.update(ONE_THREAD)  # what we start, too, is measured on one core
    lines = asked()
    taught = list(examples(gather(PACK, PACKS_DIR)))
    print(f"Understanding on one core: {len(taught):,} examples, {len(lines)} messages", flush=True)
    with tempfile.TemporaryDirectory() as home:
        found = [*index(taught), *start_and_classify(Path(home), lines)]
    found += growth(lines)
    print("\n".join(map(str, found)))
    return 0 if all(figure.holds for figure in found) else 1


def asked() -> list[Line]:
    """Return what people might write: the development set, else some phrases of the banks."""
    return development(DEVELOPMENT) if DEVELOPMENT.is_dir() else some_phrases(EVERY // 2)


def met() -> list[Line]:
    """Return what people wrote before: words that come back are remembered."""
    return some_phrases(0)


@cache
def some_phrases(start: int) -> list[Line]:
    """Return some phrases of the banks, from all over them."""
    return [Line(pair.text, frozenset(), pair.lang) for pair in banks(PACK)[start::EVERY]]


def index(taught: Sequence[Example]) -> list[Figure]:
    """Measure how soon what the banks teach is ready: learnt from scratch, and read back."""
    texts = [example.text for example in taught]
    rounds = []
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as cache:
            rounds.append([_spent(partial(recall, texts, lambda: taught, Path(cache))) for _ in range(2)])
    scratch, again = (min(several, key=lambda each: each.seconds) for several in zip(*rounds, strict=True))
    return [
        Figure("index ready, from scratch", scratch.seconds, 3.0, "s", scratch.cpu),
        Figure("index ready, from the cache", again.seconds, 0.5, "s", again.cpu),
    ]


def start_and_classify(home: Path, lines: Sequence[Line]) -> list[Figure]:
    """Measure `matala classify`: from its start to its first answer, each message, its memory."""
    Running(classify(PACK, home)).stop()  # what it learns is kept
    rounds, spent = [], []
    for _ in range(ROUNDS):  # each by a program that has met other messages, and none of these
        running = Running(classify(PACK, home))
        for line in met():
            running.ask(line)
        rounds.append(waits([running.ask(line) for line in lines]))
        memory = running.peak_memory()
        running.stop()
        reader = load(PACK, cache_dir=home / ".cache" / "matala").reader
        for line in met():
            reader.understand(line.text)
        spent.append([_spent(partial(reader.understand, line.text)) for line in lines])
    cpu = [p50_and_p99([each.cpu * 1000 for each in one]) for one in spent]
    return [
        Figure("classify, from start to first answer", running.ready, None, "s", running.ready_cpu),
        Figure("classify p50", min(p50 for p50, _ in rounds), 2.0, "ms", min(p50 for p50, _ in cpu)),
        Figure("classify p99", min(p99 for _, p99 in rounds), 8.0, "ms", min(p99 for _, p99 in cpu)),
        Figure("classify, peak memory", memory, 250.0, "MB"),
    ]


def growth(lines: Sequence[Line]) -> list[Figure]:
    """Measure what ten times the phrases cost a message, in CPU time: the ratio is what counts."""
    generator = random.Random(SEED)
    matchers = {size: Matcher(learn(synthetic(size, generator))) for size in (FEW, MORE)}
    rounds = [{size: _median_ms(matcher, lines) for size, matcher in matchers.items()} for _ in range(ROUNDS)]
    p50 = {size: min(each[size] for each in rounds) for size in matchers}
    return [
        *(Figure(f"matching, p50 with {size:,} phrases", value, None, "ms") for size, value in p50.items()),
        Figure("matching, with 10 times the phrases", p50[MORE] / p50[FEW], 3.0, "times"),
    ]


def synthetic(size: int, generator: random.Random) -> list[Example]:
    """Make phrases as the banks' are: for each, words of one topic as often as they are used, as many as usual."""
    by_topic: dict[str, list[list[str]]] = defaultdict(list)
    for pair in banks(PACK):
        if pair.label is not None:
            by_topic[pair.label].append(pair.text.split())
    words = {topic: [word for text in texts for word in text] for topic, texts in by_topic.items()}
    topics = generator.choices(list(by_topic), k=size)
    return [
        Example(" ".join(generator.choices(words[topic], k=len(generator.choice(by_topic[topic])))), topic)
        for topic in topics
    ]


def _median_ms(matcher: Matcher, lines: Sequence[Line]) -> float:
    return statistics.median(_spent(partial(matcher.rank, line.text)).cpu * 1000 for line in lines)


@dataclass(frozen=True, slots=True)
class _Spent:
    seconds: float
    cpu: float  # in seconds too, with that of the processes that the job started and waited for


def _spent(job: Callable[[], object]) -> _Spent:
    began, cpu, children = time.perf_counter(), time.process_time(), _of_children()
    job()
    seconds = time.perf_counter() - began
    return _Spent(seconds, time.process_time() - cpu + _of_children() - children)


def _of_children() -> float:
    times = os.times()
    return times.children_user + times.children_system


if __name__ == "__main__":
    sys.exit(main())
