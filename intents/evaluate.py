"""How well texts are understood: a labelled file's figures, and a table of them for people.

A labelled line is a JSON object: `text`, `risk` (its level) and, where known, `topics` (first the primary
one, then those that are right as well; an empty list is out of scope), `also` (neighbouring levels, right too),
`lang`, `role`. A line without `topics` counts for risk only.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from intents.language import Language
from intents.risk import Level
from intents.understanding import Reader, Understanding

# Shorter texts don't say which language they are in ("ok", "Wilma").
WORDS_OF_A_LANGUAGE = 3
FIRST_FEW = 3


class LabelError(ValueError):
    """A line of a labelled file that cannot be read; says which, and why."""

    def __init__(self, number: int, why: str) -> None:
        super().__init__(f"line {number}: {why}")


@dataclass(frozen=True, slots=True)
class Labelled:
    """A text with what a sensible person would make of it."""

    text: str
    risk: Level
    topics: tuple[str, ...] | None = None  # None: nobody said; empty: out of scope
    also: tuple[Level, ...] = ()
    language: str | None = None
    role: str | None = None

    @property
    def least(self) -> Level:
        """The lowest level that is right."""
        return min(self.risk, *self.also) if self.also else self.risk


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many; percent is None when there was nothing to count."""

    hits: int
    of: int

    @property
    def percent(self) -> float | None:
        return 100 * self.hits / self.of if self.of else None

    def __str__(self) -> str:
        return f"{self.percent:5.1f} % ({self.hits}/{self.of})" if self.of else "    - (0)"


@dataclass(frozen=True, slots=True)
class Figures:
    """What came out for one set of labelled texts."""

    lines: int
    first: Share  # best candidate is among the right topics
    first_few: Share  # one of the best three is
    primary: Share  # best candidate is the primary topic
    answered: Share
    wrong: Share  # of those answered
    declined: Share  # of those out of scope: not answered with a topic
    danger: Share  # crisis and emergency judged at least crisis
    danger_noticed: Share  # judged at least concern
    emergency: Share
    concern: Share
    false_alarm: Share  # of those with no risk: judged at least crisis
    false_concern: Share
    language: Share
    misses: tuple[tuple[Labelled, Understanding], ...] = field(default=(), repr=False)


def parse(lines: Iterable[str]) -> list[Labelled]:
    """Read labelled JSON lines; raises LabelError."""
    return [_labelled(number, line) for number, line in enumerate(lines, start=1) if line.strip()]


def evaluate(reader: Reader, labelled: Sequence[Labelled]) -> Figures:
    """Let the reader understand every text, and count."""
    read = [(label, reader.understand(label.text, role=label.role)) for label in labelled]
    in_scope = [(label, found) for label, found in read if label.topics]
    out_of_scope = [(label, found) for label, found in read if _is_out_of_scope(label)]
    answered = [(label, found) for label, found in in_scope if found.topic is not None]
    danger = [(label, found) for label, found in read if _is_danger(label)]
    calm = [(label, found) for label, found in read if label.risk is Level.NONE]
    told = [(label, found) for label, found in read if _tells_language(label)]
    return Figures(
        lines=len(read),
        first=_share(in_scope, lambda label, found: bool(_right(label, found, 1))),
        first_few=_share(in_scope, lambda label, found: bool(_right(label, found, FIRST_FEW))),
        primary=_share(in_scope, lambda label, found: _best(found, 1) == list(label.topics or ())[:1]),
        answered=_share(in_scope, lambda _, found: found.topic is not None),
        wrong=_share(answered, _is_wrong),
        declined=_share(out_of_scope, lambda _, found: found.topic is None),
        danger=_share(danger, lambda _, found: found.risk.level >= Level.CRISIS),
        danger_noticed=_share(danger, lambda _, found: found.risk.level >= Level.CONCERN),
        emergency=_share([pair for pair in read if pair[0].risk is Level.EMERGENCY], _is_high_enough),
        concern=_share([pair for pair in read if pair[0].risk is Level.CONCERN], _is_high_enough),
        false_alarm=_share(calm, lambda _, found: found.risk.level >= Level.CRISIS),
        false_concern=_share(
            [pair for pair in calm if Level.CONCERN not in pair[0].also],
            lambda _, found: found.risk.level is Level.CONCERN,
        ),
        language=_share(told, lambda label, found: found.language == label.language),
        misses=tuple(pair for pair in read if _is_miss(*pair)),
    )


_ROWS: tuple[tuple[str, Callable[[Figures], Share]], ...] = (
    ("topic right, first", lambda figures: figures.first),
    ("topic right, first three", lambda figures: figures.first_few),
    ("topic is the primary one", lambda figures: figures.primary),
    ("answered", lambda figures: figures.answered),
    ("wrong of answered", lambda figures: figures.wrong),
    ("out of scope, not answered", lambda figures: figures.declined),
    ("danger judged crisis or more", lambda figures: figures.danger),
    ("danger noticed at all", lambda figures: figures.danger_noticed),
    ("emergency high enough", lambda figures: figures.emergency),
    ("concern noticed", lambda figures: figures.concern),
    ("false alarm", lambda figures: figures.false_alarm),
    ("false concern", lambda figures: figures.false_concern),
    ("language right", lambda figures: figures.language),
)


def report(figures: Figures) -> str:
    """Return the figures as a plain table; what was not labelled is left out."""
    shares = [(name, share_of(figures)) for name, share_of in _ROWS]
    return "\n".join([f"{figures.lines} lines", *(f"{name:30}{share}" for name, share in shares if share.of)])


def _labelled(number: int, line: str) -> Labelled:
    try:
        row = json.loads(line)
        topics = row.get("topics")
        return Labelled(
            text=str(row["text"]),
            risk=Level[row["risk"].upper()],
            topics=None if topics is None else tuple(topics),
            also=tuple(Level[level.upper()] for level in row.get("also", ())),
            language=row.get("lang"),
            role=row.get("role"),
        )
    except json.JSONDecodeError as error:
        raise LabelError(number, "not JSON") from error
    except KeyError as error:
        raise LabelError(number, f"lacks or doesn't know {error}") from error
    except (AttributeError, TypeError) as error:
        raise LabelError(number, "not an object with text, risk and topics") from error


def _share(
    pairs: Sequence[tuple[Labelled, Understanding]], hit: Callable[[Labelled, Understanding], bool]
) -> Share:
    return Share(sum(hit(label, found) for label, found in pairs), len(pairs))


def _best(found: Understanding, count: int) -> list[str]:
    return [candidate.topic for candidate in found.candidates[:count]]


def _right(label: Labelled, found: Understanding, count: int) -> set[str]:
    return set(_best(found, count)) & set(label.topics or ())


def _is_out_of_scope(label: Labelled) -> bool:
    """A text of danger with no topic is not out of scope: it gets the safety reply."""
    return label.topics == () and label.risk is Level.NONE


def _is_danger(label: Labelled) -> bool:
    return label.risk >= Level.CRISIS and Level.CONCERN not in label.also


def _is_high_enough(label: Labelled, found: Understanding) -> bool:
    return found.risk.level >= label.least


def _is_wrong(label: Labelled, found: Understanding) -> bool:
    return found.topic is not None and found.topic not in (label.topics or ())


def _is_miss(label: Labelled, found: Understanding) -> bool:
    wrong_topic = label.topics is not None and _is_wrong(label, found)
    false_alarm = label.risk is Level.NONE and found.risk.level >= Level.CRISIS
    return wrong_topic or false_alarm or not _is_high_enough(label, found)


def _tells_language(label: Labelled) -> bool:
    long_enough = len(label.text.split()) >= WORDS_OF_A_LANGUAGE
    return long_enough and label.language is not None and label.language in set(Language)
