"""What a pack's files teach the matcher and the sense of danger: its phrases, words and examples, one by one."""

from collections.abc import Iterator

from content.schema import DangerExamples, DangerThresholds, TopicThresholds
from content.sources import Sources
from intents.knowledge import Danger, Example
from intents.matcher import Thresholds
from intents.risk import Kind, Level
from intents.risk_sense import Alarms

_CALM = Danger(Level.NONE)
_AT_MOST = {"none": _CALM, "concern": Danger(Level.CONCERN, is_at_most=True), "any": None}


def examples(sources: Sources) -> Iterator[Example]:
    """Yield everything that is learnt from, each text once for each thing that it teaches."""
    seen: set[tuple[str, str]] = set()
    for file in sources.phrases:
        topic, danger = file.content.topic, _AT_MOST[file.content.heaviest]
        for text in file.content.phrases.every():
            if (topic, text) not in seen:
                seen.add((topic, text))
                yield Example(text, topic=topic, danger=danger)
        for weight, word in file.content.words.items():
            yield Example(word, topic=topic, is_word=True, weight=weight)
    for strange in sources.strange:
        for text in strange.content.strange.every():
            yield Example(text, is_strange=True, danger=_CALM)
    for dangers in sources.danger:
        for examples_of_level in dangers.content.examples:
            yield from _of_danger(dangers.content.kind, examples_of_level)


def _of_danger(kind: Kind, taught: DangerExamples) -> Iterator[Example]:
    level = Level[taught.level.upper()]
    danger = Danger(level, kind, taught.about) if level else _CALM
    for text in taught.every():
        yield Example(text, danger=danger)


def thresholds(sources: Sources) -> tuple[Thresholds, Alarms]:
    """Return where scores are enough: as the pack says, else as the matcher itself does."""
    for file in sources.thresholds:
        return _thresholds(file.content.topics), _alarms(file.content.danger)
    return Thresholds(), Alarms()


def _thresholds(written: TopicThresholds) -> Thresholds:
    return Thresholds(**written.model_dump())


def _alarms(written: DangerThresholds) -> Alarms:
    return Alarms(**written.model_dump())
