"""What is learnt and what is asked: the phrase banks, a labelled development set, public sets."""

import gzip
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from content.library import PACKS_DIR
from content.schema import Phrases
from content.sources import Sources, gather
from content.teaching import examples

LANGUAGES = ("fi", "sv", "en")  # those that the banks are in
# Their lines are of danger, or hostile: they have no topic to be found.
NOT_OF_TOPICS = ("risk_", "hostile")


@dataclass(frozen=True, slots=True)
class Pair:
    """A phrase and its label; None for what no label fits."""

    text: str
    label: str | None
    lang: str


@dataclass(frozen=True, slots=True)
class Line:
    """A text to be asked about; any of the labels is right, and none where it is out of scope."""

    text: str
    labels: frozenset[str]
    lang: str
    role: str | None = None


@dataclass(frozen=True, slots=True)
class PublicSet:
    """A set of others: what to learn from it, and what to ask, clean and with each noise."""

    name: str
    family: str  # the splits of one set share it; their mean counts
    train: Sequence[Pair]
    tests: Mapping[str, Sequence[Line]]


def banks(pack: str) -> list[Pair]:
    """Return every whole phrase that teaches Matala topics, examples of danger included.

    Its lists of weighted words are left out: no peer has a place for them.
    """
    sources = gather(pack, PACKS_DIR)
    languages = dict(_languages(sources))
    return [
        Pair(example.text, example.topic, languages[example.text])
        for example in examples(sources)
        if not example.is_word and (example.topic is not None or example.is_strange)
    ]


def _languages(sources: Sources) -> Iterator[tuple[str, str]]:
    written: list[Phrases] = [
        *(file.content.phrases for file in sources.phrases),
        *(file.content.strange for file in sources.strange),
        *(level for file in sources.danger for level in file.content.examples),
    ]
    for phrases in written:
        for language, texts in phrases.items():
            for text in texts:
                yield text, str(language)


def evenly(pairs: Sequence[Pair], most: int) -> Sequence[Pair]:
    """Return at most so many pairs, taken evenly, so that every label and language keeps its share."""
    return [pairs[number * len(pairs) // most] for number in range(most)] if len(pairs) > most else pairs


def development(folder: Path) -> list[Line]:
    """Read the everyday lines of a labelled folder: those about a topic, and those that are out of scope."""
    rows = [
        row
        for path in sorted(folder.glob("*.jsonl"))
        if not path.name.startswith(NOT_OF_TOPICS)
        for row in map(json.loads, path.read_text("utf-8").splitlines())
    ]
    return [
        Line(row["text"], frozenset(row["topics"]), row["lang"], row.get("role"))
        for row in rows
        if row["lang"] in LANGUAGES and (row["topics"] or row["risk"] == "none")
    ]


def public(path: Path) -> PublicSet:
    """Read a public set; a Finnish one brings its noises along, made once with a seed."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        read: dict[str, Any] = json.load(file)
    name = path.name.removesuffix(".json.gz")
    lang = read.get("lang", "en")
    texts = {"clean": read["test"], **read.get("noise", {})}
    return PublicSet(
        name,
        re.sub(r"_\d+$", "", name),
        [Pair(text, label, lang) for text, label in read["train"]],
        {noise: list(_lines(pairs, lang)) for noise, pairs in texts.items()},
    )


def _lines(pairs: Iterable[tuple[str, str]], lang: str) -> Iterator[Line]:
    return (Line(text, frozenset([label]), lang) for text, label in pairs)
