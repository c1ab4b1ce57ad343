"""A sense of danger, learnt from examples: it hears what no rule names, and may raise a level, never lower one.

Rules come first (`intents.risk`): people can read them. But the gravest things are said in words that no list has,
and here examples help. Words that an exception has explained ("kuolen nauruun") are not heard again.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from intents.grams import Floats
from intents.knowledge import LEVELS, Knowledge
from intents.risk import About, Kind, Level, Risk

LEARNT = "learnt"  # how a reason begins that no rule gave


@dataclass(frozen=True, slots=True)
class Alarms:
    """From which score on a level is heard; chosen by `matala evaluate --tune` and kept in the pack."""

    concern: float = 0.2
    crisis: float = 0.3
    emergency: float = 0.4

    def of(self, level: Level) -> float:
        """Return a level's."""
        return {Level.CONCERN: self.concern, Level.CRISIS: self.crisis, Level.EMERGENCY: self.emergency}[
            level
        ]


class Sense:
    """Hears danger in words by what was learnt."""

    def __init__(self, knowledge: Knowledge, alarms: Alarms | None = None) -> None:
        self.alarms = alarms or Alarms()
        self._knowledge = knowledge
        self._after_topics = len(knowledge.topics) + 1
        self._after_levels = self._after_topics + len(LEVELS)
        self._after_kinds = self._after_levels + len(knowledge.kinds)

    def levels(self, words: Sequence[str]) -> Floats:
        """Return the scores of LEVELS for the words of a normalised text."""
        return self._scores(words)[self._after_topics : self._after_levels]

    def raised(self, risk: Risk, sentences: Sequence[Sequence[str]]) -> Risk:
        """Return the risk that the rules found, or a graver one; `sentences` are the words without explained ones."""
        words = [word for sentence in sentences for word in sentence]
        if not words or risk.level is Level.EMERGENCY or not self._knowledge.kinds:
            return risk
        vector = self._knowledge.columns.vector(words)
        scores = self._knowledge.scores(vector)
        heard = scores[self._after_topics : self._after_levels]
        level = max(
            (each for each, score in zip(LEVELS, heard, strict=True) if score >= self.alarms.of(each)),
            default=Level.NONE,
        )
        if level <= risk.level:
            return risk
        kind = self._kind(scores) if risk.level is Level.NONE else risk.kind
        about = self._about(scores) if risk.level is Level.NONE else risk.about
        near = self._knowledge.near.cosines(vector)
        first = int(self._knowledge.first_of_topic[-2])  # the first example of danger
        like = self._knowledge.near.texts[first + int(np.argmax(near[first:]))] if first < len(near) else ""
        reason = f'{LEARNT}: {level.name.lower()} {heard[LEVELS.index(level)]:.2f}, like "{like}"'
        return Risk(level, kind, about, f"{risk.reason}; {reason}" if risk.reason else reason)

    def _scores(self, words: Sequence[str]) -> Floats:
        return self._knowledge.scores(self._knowledge.columns.vector(words))

    def _kind(self, scores: Floats) -> Kind:
        return self._knowledge.kinds[int(np.argmax(scores[self._after_levels : self._after_kinds]))]

    def _about(self, scores: Floats) -> About:
        of_about = scores[self._after_kinds :]
        return self._knowledge.abouts[int(np.argmax(of_about))] if len(of_about) else About.SELF
