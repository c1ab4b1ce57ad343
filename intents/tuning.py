"""Chooses where scores are enough, on labelled messages: `matala evaluate --tune`.

The procedure, in order:

1. How sharply sums become shares, and how much "none of them" gets: what makes the labels likeliest.
2. Answering: of all pairs of `enough` and `lead` with at most MOST_WRONG of the answers wrong and at least
   LEAST_DECLINED of what is out of scope not answered, the one that answers most. Where none is so good, the one
   with the fewest wrong answers. Of equals the one with the greatest lead: it asks rather than guesses.
3. Asking: a best guess of so low a score that it was right less than one time in three is not offered.
4. Danger: for each level the lowest score from which on the learnt sense raises at most a set share of the messages
   that are calmer than that.

The limits are stricter than what is asked of the program, since other messages than these will be written to it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from intents import risk as risks
from intents.evaluate import Labelled
from intents.grams import Floats
from intents.knowledge import LEVELS
from intents.language import ANSWERED
from intents.matcher import Matcher, Thresholds
from intents.risk import Level, RiskRules
from intents.risk_sense import Alarms, Sense
from intents.text import normalise, tokens

MOST_WRONG = 0.13
LEAST_DECLINED = 0.86
SELDOM_RIGHT = 0.33
# Of calmer messages, so many may be raised to a level by the sense alone; for an emergency, of crises.
MOST_RAISED = {Level.CONCERN: 0.06, Level.CRISIS: 0.03, Level.EMERGENCY: 0.15}

_SHARPNESS = np.arange(1.0, 8.1, 0.25)
_STRANGENESS = np.arange(-1.0, 1.01, 0.1)
_ENOUGH = np.arange(10.0, 90.1, 1.0)
_LEAD = np.arange(
    3.0, 40.1, 1.0
)  # nearer each other than the first of these, two topics are a toss-up: it asks
_ASKING = np.arange(1.0, 30.1, 0.5)
_ALARMS = np.arange(-3.0, 4.01, 0.02)

Truths = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Said:
    """Labelled messages as the matcher sees them: sums of the witnesses, and which topics are right."""

    sums: Floats  # messages x topics and "none of them"
    right: Truths  # the same shape
    in_scope: Truths


def tune_topics(matcher: Matcher, labelled: Sequence[Labelled]) -> Thresholds:
    """Choose the thresholds of topics, by the lines that are answered with one."""
    said = _said(matcher, [each for each in labelled if _is_answered_with_a_topic(each)])
    sharpness, strangeness = max(
        ((float(sharp), float(strange)) for sharp in _SHARPNESS for strange in _STRANGENESS),
        key=lambda pair: _likelihood(said, *pair),
    )
    shares = _shares(said, sharpness, strangeness)
    enough, lead = _answering(shares, said)
    return Thresholds(
        sharpness=round(sharpness, 2),
        strangeness=round(strangeness, 2),
        enough=enough,
        lead=lead,
        worth_asking=_asking(shares, said),
    )


def tune_danger(sense: Sense, rules: RiskRules, labelled: Sequence[Labelled]) -> Alarms:
    """Choose from which scores on the learnt sense raises a level."""
    heard = []
    for each in labelled:
        risk, sentences = risks.listen(each.text, rules, role=each.role)
        graver = max(each.risk, *each.also, risk.level)
        heard.append((graver, sense.levels_of(sentences)))
    chosen = Alarms()
    for number, level in enumerate(LEVELS):
        # Only a crisis can be an emergency; below it, everything calmer counts.
        lowest = Level.CRISIS if level is Level.EMERGENCY else Level.NONE
        calmer = [float(scores[number]) for graver, scores in heard if lowest <= graver < level]
        allowed = MOST_RAISED[level] * len(calmer)
        alarm = next(at for at in _ALARMS if sum(score >= at for score in calmer) <= allowed)
        chosen = replace(chosen, **{level.name.lower(): round(float(alarm), 2)})
    return chosen


def _is_answered_with_a_topic(label: Labelled) -> bool:
    """Danger is answered with safety, and other languages than those of the phrases with a human."""
    is_matched = label.language is None or label.language in ANSWERED
    return is_matched and label.topics is not None and label.risk < Level.CRISIS


def _said(matcher: Matcher, labelled: Sequence[Labelled]) -> _Said:
    sums = np.stack([matcher.sums(tokens(normalise(each.text))) for each in labelled])
    right = np.zeros(sums.shape, dtype=bool)
    place = {topic: number for number, topic in enumerate(matcher.topics)}
    for row, each in enumerate(labelled):
        right[row, [place[topic] for topic in each.topics or () if topic in place]] = True
        right[row, -1] = not each.topics
    return _Said(sums, right, ~right[:, -1])


def _shares(said: _Said, sharpness: float, strangeness: float) -> Floats:
    """Return percents, as `Matcher` makes them."""
    sums = said.sums.copy()
    sums[:, -1] += strangeness
    strengths = np.exp(sharpness * (sums - sums.max(axis=1, keepdims=True)))
    shares: Floats = 100 * strengths / strengths.sum(axis=1, keepdims=True)
    return shares


def _likelihood(said: _Said, sharpness: float, strangeness: float) -> float:
    shares = _shares(said, sharpness, strangeness)
    # Few lines are out of scope and many in life are: both kinds count the same.
    logs = np.log(np.maximum((shares * said.right).sum(axis=1) / 100, 1e-6))
    weights = np.where(said.in_scope, 1 / max(1, said.in_scope.sum()), 1 / max(1, (~said.in_scope).sum()))
    return float((logs * weights).sum())


def _answering(shares: Floats, said: _Said) -> tuple[float, float]:
    topics = shares[:, :-1]
    best = topics.argmax(axis=1)
    ordered = np.sort(topics, axis=1)
    score, ahead = ordered[:, -1], ordered[:, -1] - ordered[:, -2]
    is_right = said.right[np.arange(len(best)), best]

    def judge(enough: float, lead: float) -> tuple[bool, float, float]:
        answered = (score >= enough) & (ahead >= lead)
        in_scope = answered & said.in_scope
        wrong = 1 - is_right[in_scope].mean() if in_scope.any() else 0.0
        strange = ~said.in_scope
        declined = 1 - answered[strange].mean() if strange.any() else 1.0
        good = wrong <= MOST_WRONG and declined >= LEAST_DECLINED
        return good, float(in_scope.sum()) if good else -float(wrong), lead

    pairs = [(float(enough), float(lead)) for enough in _ENOUGH for lead in _LEAD]
    return max(pairs, key=lambda pair: judge(*pair))


def _asking(shares: Floats, said: _Said) -> float:
    """Find the score below which a best guess is seldom right: to offer it would be guessing."""
    topics = shares[:, :-1]
    best = topics.argmax(axis=1)
    scores, right = topics.max(axis=1), said.right[np.arange(len(best)), best]
    useful = (
        float(at) for at in _ASKING if (scores < at).any() and right[scores < at].mean() >= SELDOM_RIGHT
    )
    return next(useful, float(_ASKING[0]))
