"""What answers are worth: shares of right ones, and of what was rightly declined."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from tests.bench.peers.sets import Line
from tests.bench.peers.systems import Answer

FIRST = 3  # as many candidates are offered to a person


@dataclass(frozen=True, slots=True)
class Refusal:
    """How one threshold fares, in per cent: of lines in scope, of what was answered, of lines out of scope."""

    answered: float
    wrong: float  # of those answered
    declined: float  # of those out of scope
    right: float  # of those in scope: answered, and rightly

    @property
    def balance(self) -> float:
        """Return the mean of both kinds of lines that were treated as they should be."""
        return (self.right + self.declined) / 2


def share(values: Sequence[bool]) -> float:
    """Return how many of the values are true, in per cent."""
    return 100 * sum(values) / len(values) if values else 0.0


def first(lines: Sequence[Line], answers: Sequence[Answer], *, of: int = 1) -> float:
    """Return in how many lines that have a topic it is among the first candidates, in per cent."""
    return share(
        [
            bool(line.labels & set(_topics(answer)[:of]))
            for line, answer in zip(lines, answers, strict=True)
            if line.labels
        ]
    )


def accuracy(lines: Sequence[Line], answers: Sequence[Answer]) -> float:
    """Return the share of a public set's lines whose best candidate is right; some have a label "None"."""
    return share(
        [
            bool(answer.candidates) and (answer.candidates[0][0] or "None") in line.labels
            for line, answer in zip(lines, answers, strict=True)
        ]
    )


def refusal(lines: Sequence[Line], answers: Sequence[Answer]) -> Refusal:
    """Return how the system's own decisions fare."""
    return _refusal(lines, [answer.topic for answer in answers])


def best_refusal(lines: Sequence[Line], answers: Sequence[Answer]) -> Refusal:
    """Return how the best of all thresholds on the best score fares: found on these very lines, for every system."""
    thresholds = sorted({score for answer in answers for _, score in answer.candidates[:1]})
    fares = (_refusal(lines, [_decided(answer, threshold) for answer in answers]) for threshold in thresholds)
    return max(fares, key=lambda fare: fare.balance)


def _decided(answer: Answer, threshold: float) -> str | None:
    match answer.candidates:
        case [(topic, score), *_] if score >= threshold:
            return topic
    return None


def _refusal(lines: Sequence[Line], decided: Sequence[str | None]) -> Refusal:
    told = list(zip(lines, decided, strict=True))
    in_scope = [(line, topic) for line, topic in told if line.labels]
    answered = [(line, topic) for line, topic in in_scope if topic is not None]
    return Refusal(
        answered=share([topic is not None for _, topic in in_scope]),
        wrong=share([topic not in line.labels for line, topic in answered]),
        declined=share([topic is None for line, topic in told if not line.labels]),
        right=share([topic in line.labels for line, topic in in_scope]),
    )


def waits(answers: Sequence[Answer]) -> tuple[float, float]:
    """Return the waiting times that half of the answers, and all but one in a hundred, did not exceed, in ms."""
    return p50_and_p99([answer.ms for answer in answers])


def p50_and_p99(values: Sequence[float]) -> tuple[float, float]:
    """Return what half of the values, and all but one in a hundred, do not exceed."""
    cuts = statistics.quantiles(values, n=100, method="inclusive")
    return cuts[49], cuts[98]


def _topics(answer: Answer) -> list[str]:
    return [label for label, _ in answer.candidates if label is not None]
