"""What a pack's files teach the matcher and the sense of danger: its phrases, words and examples, one by one."""

from collections.abc import Iterable, Iterator

from content.risk_rules import RiskFile, parse
from content.schema import DangerExamples, DangerFile, DangerThresholds, Role, TopicThresholds
from content.sources import Sources
from intents.knowledge import Danger, Example
from intents.matcher import Thresholds
from intents.risk import About, Kind, Level
from intents.risk_sense import Alarms
from intents.understanding import Leanings

# What an example of danger counts for its topic, against a phrase: it brings two points in Finnish and ten in
# Swedish of first topics right, at 0.5 as at 1.
DANGER_WEIGHT = 0.5

GUARDIANS_AND_STAFF = "guardians_and_staff"  # the catalogue's group of what they alone ask about
_GRAVITY = {"none": 0, "concern": 1, "any": 2}

_CALM = Danger(Level.NONE)
_AT_MOST = {"none": _CALM, "concern": Danger(Level.CONCERN, is_at_most=True), "any": None}


def texts_of(sources: Sources) -> list[str]:
    """Return all files that `examples` are read from, as they stand."""
    documents = [
        *(file.document for file in sources.phrases),
        *(file.document for file in sources.strange),
        *(file.document for file in sources.danger),
        *sources.risk,
    ]
    return [document.text for document in documents]


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
            yield from _of_danger(dangers.content, examples_of_level)
    yield from of_rules(parse({document.path.name: document.value for document in sources.risk}).values())


def of_rules(files: Iterable[RiskFile]) -> Iterator[Example]:
    """Yield the rules' own examples and counter-examples: plain words of danger, which the others are short of."""
    for file in files:
        for rule in file.rules:
            kind = rule.kind or file.kind
            danger = Danger(Level[rule.level.upper()], Kind(kind) if kind else None)
            yield from (Example(text, danger=danger) for text in rule.examples)
            yield from (Example(text, danger=_CALM) for text in rule.not_)
        for exception in file.exceptions:
            yield from (Example(text, danger=_CALM) for text in exception.examples)
        yield from (Example(text, danger=_CALM) for text in file.calm)


def _of_danger(file: DangerFile, taught: DangerExamples) -> Iterator[Example]:
    level = Level[taught.level.upper()]
    danger = Danger(level, file.kind, taught.about) if level else _CALM
    own = file.topic if taught.about in (None, About.SELF) else file.topic_of_others
    topic = own if level else None
    for text in taught.every():
        yield Example(text, topic=topic, danger=danger, weight=DANGER_WEIGHT)


def thresholds(sources: Sources) -> tuple[Thresholds, Alarms]:
    """Return where scores are enough: as the pack says, else as the matcher itself does."""
    for file in sources.thresholds:
        return _thresholds(file.content.topics), _alarms(file.content.danger)
    return Thresholds(), Alarms()


def _thresholds(written: TopicThresholds) -> Thresholds:
    return Thresholds(**written.model_dump())


def _alarms(written: DangerThresholds) -> Alarms:
    return Alarms(**written.model_dump())


def calm_topics(sources: Sources) -> frozenset[str]:
    """Return the topics that nobody in danger writes about."""
    return frozenset(topic for topic, gravity in _gravity(sources).items() if not gravity)


def _gravity(sources: Sources) -> dict[str, int]:
    gravity: dict[str, int] = {}
    for file in sources.phrases:  # a school's own phrases of a topic make it no lighter
        topic = file.content.topic
        gravity[topic] = max(gravity.get(topic, 0), _GRAVITY[file.content.heaviest])
    return gravity


def leanings(sources: Sources) -> Leanings:
    """Return which topics guardians and staff ask about, and which are graver than others."""
    groups = sources.catalogue.content.groups
    theirs = frozenset(entry.id for entry in groups.get(GUARDIANS_AND_STAFF, ()))
    gravity = _gravity(sources)
    return Leanings(of_role={Role.GUARDIAN: theirs, Role.STAFF: theirs}, gravity=gravity)
