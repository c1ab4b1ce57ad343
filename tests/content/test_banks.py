"""The banks that Matala learns from: large enough for every topic and danger, and nobody's exam answers."""

import json
import zlib
from collections import Counter
from pathlib import Path

import pytest

from content.library import PACKS_DIR
from content.schema import DangerExamples, PhrasesFile
from content.sources import Sources, gather
from intents.language import Language
from intents.text import fold, normalise, tokens

# The labelled messages that figures are measured on, as hashes of their words: enough to see a copy, not to read it.
FINGERPRINTS = Path(__file__).parent / "measured_messages.json"
FEW_WORDS = 4  # shorter ones ("mitä ruokaa") are said by everybody
NEAR_COPY = 0.75  # share of words that two messages have in common


@pytest.fixture(scope="module")
def sources() -> Sources:
    return gather("sakky", PACKS_DIR)


def _of_common(sources: Sources) -> list[PhrasesFile]:
    return [file.content for file in sources.phrases if file.document.path.parts[-3] == "common"]


@pytest.mark.parametrize(("language", "least"), [(Language.FI, 150), (Language.SV, 50), (Language.EN, 50)])
def test_every_topic_is_told_in_many_voices(sources: Sources, language: Language, least: int) -> None:
    numbers = {file.topic: len(dict(file.phrases.items())[language]) for file in _of_common(sources)}

    assert {topic: number for topic, number in numbers.items() if number < least} == {}


@pytest.mark.parametrize(("language", "least"), [("fi", 120), ("sv", 50), ("en", 50)])
def test_every_topic_has_its_words(sources: Sources, language: str, least: int) -> None:
    numbers = {file.topic: len(getattr(file.words, language).items()) for file in _of_common(sources)}

    assert {topic: number for topic, number in numbers.items() if number < least} == {}


def test_what_is_out_of_scope_is_known_too(sources: Sources) -> None:
    (strange,) = sources.strange

    assert len(strange.content.strange.every()) >= 600


def test_emojis_alone_are_left_to_the_rules(sources: Sources) -> None:
    """The sense of danger does not hear them; as examples of a topic they would only mislead."""
    texts = [text for examples in _dangers(sources) for text in examples.every()]

    assert [text for text in texts if not any(map(str.isalnum, text))] == []


@pytest.mark.parametrize(("language", "least"), [(Language.FI, 1000), (Language.SV, 350), (Language.EN, 350)])
def test_danger_and_what_only_sounds_like_it_are_told_in_many_ways(
    sources: Sources, language: Language, least: int
) -> None:
    numbers: Counter[str] = Counter()
    for examples in _dangers(sources):
        numbers["calm" if examples.level == "none" else "danger"] += len(dict(examples.items())[language])

    assert numbers["danger"] >= least
    assert numbers["calm"] >= least / 2


def test_no_line_is_a_near_copy_of_what_figures_are_measured_on(sources: Sources) -> None:
    measured = [frozenset(words) for words in json.loads(FINGERPRINTS.read_text())]
    by_word: dict[int, list[int]] = {}
    for number, words in enumerate(measured):
        for word in words:
            by_word.setdefault(word, []).append(number)

    copies = [line for line in _every_line(sources) if _is_near_copy(_hashes(line), measured, by_word)]

    assert copies == []


def _dangers(sources: Sources) -> list[DangerExamples]:
    return [examples for file in sources.danger for examples in file.content.examples]


def _every_line(sources: Sources) -> list[str]:
    return [
        *(text for file in sources.phrases for text in file.content.phrases.every()),
        *(text for file in sources.strange for text in file.content.strange.every()),
        *(text for examples in _dangers(sources) for text in examples.every()),
    ]


def _hashes(line: str) -> frozenset[int]:
    return frozenset(zlib.crc32(word.encode()) for word in tokens(fold(normalise(line))))


def _is_near_copy(
    line: frozenset[int], measured: list[frozenset[int]], by_word: dict[int, list[int]]
) -> bool:
    if len(line) < FEW_WORDS:
        return False
    shared = Counter(number for word in line for number in by_word.get(word, ()))
    return any(count / len(line | measured[number]) >= NEAR_COPY for number, count in shared.items())
