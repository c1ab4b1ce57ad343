"""A sense of danger, learnt from examples: it hears what no rule names, and may raise a level, never lower one.

Rules come first (`intents.risk`): people can read them. But the gravest things are said in words that no list has,
and here examples help. Words that an exception has explained ("kuolen nauruun") are not heard again.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np

from intents.grams import Floats
from intents.knowledge import LEVELS, Knowledge, likeness, nearest, plain
from intents.risk import About, Kind, Level, Risk
from intents.spelling import Spelling

LEARNT = "learnt"  # how a reason begins that no rule gave
FEWEST_WORDS = 2  # one word alone is for the rules
# So are emojis alone, and other alphabets: hardly any example is in them, and of these nearly all are of danger.
_LATIN = re.compile("[a-zß-ɏ]")
# A story of so many words is heard sentence by sentence too; each must say a little more than a message would.
LONG_STORY = 18
LONG_SENTENCE = 4
PART_OF_STORY = 0.1
# What is clearly about an everyday topic (its score above a clear no) must sound that much more of danger: worth
# three points of danger heard, at the same one false alarm in a hundred everyday lines.
CALM_PULL = 0.3
# What each level's score is made of: of the scores of concern, crisis and emergency. A concern is heard in what sounds
# of a crisis too; an emergency must sound of this very minute more than of a crisis.
MIXED: Floats = np.array([[1, 0.5, 0], [0, 1, 0], [0, -0.5, 1]], dtype=np.float32)
# What sounds clearly of one kind of danger sounds of a crisis by so much.
KIND_SHARE: Floats = np.array([0, 0.6, 0], dtype=np.float32)
# A second witness: how much more alike a text is, letter by letter, to an example of danger than to any other of the
# nearest. Of writers whose lines had taught nothing both together heard 14 of 100 dangers more, at the same alarms.
ALIKE_SHARE: Floats = np.array([4, 4, 0], dtype=np.float32)
# What would not be heard even if it were so alike is not compared: two in five everyday messages, read in two thirds of
# the time. Of 2,300 lines by writers whose lines taught nothing, none went unheard for that.
MOST_ALIKE = 0.4


@dataclass(frozen=True, slots=True)
class Alarms:
    """From which score on a level is heard; chosen by `matala evaluate --tune` and kept in the pack."""

    concern: float = 0.2
    crisis: float = 0.3
    emergency: float = 0.4

    def of(self, level: Level) -> float:
        """Return a level's."""
        return self.each[LEVELS.index(level)]

    @property
    def each(self) -> tuple[float, float, float]:
        """All of them, in the order of LEVELS."""
        return self.concern, self.crisis, self.emergency


@dataclass(frozen=True, slots=True)
class _Heard:
    """A text, or a sentence of it, with its scores of all questions and of LEVELS."""

    words: Sequence[str]
    scores: Floats
    levels: Floats


class Sense:
    """Hears danger in words by what was learnt."""

    def __init__(
        self,
        knowledge: Knowledge,
        alarms: Alarms | None = None,
        calm_topics: Collection[str] = (),
        spelling: Spelling | None = None,
    ) -> None:
        self.alarms = alarms or Alarms()
        self._knowledge = knowledge
        self._spelling = spelling or Spelling(knowledge.near.plain)
        calm = [at for at, topic in enumerate(knowledge.topics) if topic in calm_topics]
        self._calm_topics = np.array(calm, dtype=np.intp)
        self._after_topics = len(knowledge.topics) + 1
        self._after_levels = self._after_topics + len(LEVELS)
        self._after_kinds = self._after_levels + len(knowledge.kinds)

    def levels_of(self, sentences: Sequence[Sequence[str]]) -> Floats:
        """Return the scores of LEVELS for the words of a text; -1 when there is too little to go by."""
        heard = self._hear(sentences, is_exact=True)
        return np.full(len(LEVELS), -1.0, dtype=np.float32) if heard is None else heard.levels

    def raised(self, risk: Risk, sentences: Sequence[Sequence[str]]) -> Risk:
        """Return the risk that the rules found, or a graver one; `sentences` are the words without explained ones."""
        heard = None if risk.level is Level.EMERGENCY else self._hear(sentences)
        if heard is None:
            return risk
        level = self._level(heard.levels, at_least=risk.level)
        if level <= risk.level:
            return risk
        score = heard.levels[LEVELS.index(level)]
        reason = f'{LEARNT}: {level.name.lower()} {score:.2f}, like "{self._nearest(heard.words)}"'
        if risk.level is Level.NONE:
            return Risk(level, self._kind(heard.scores), self._about(heard.scores), reason)
        return replace(risk, level=level, reason=f"{risk.reason}; {reason}")

    def _level(self, levels: Floats, *, at_least: Level) -> Level:
        """Return the level that is heard. An emergency is a crisis first: alone, its score is too easily high."""
        concern, crisis, emergency = (
            score >= alarm for score, alarm in zip(levels, self.alarms.each, strict=True)
        )
        if emergency and (crisis or at_least is Level.CRISIS):
            return Level.EMERGENCY
        if crisis:
            return Level.CRISIS
        return Level.CONCERN if concern else Level.NONE

    def _hear(self, sentences: Sequence[Sequence[str]], *, is_exact: bool = False) -> _Heard | None:
        """Listen to the whole text; to each sentence of a long story too, where one says it and the others hide it."""
        words = [word for sentence in sentences for word in sentence]
        if len(words) < FEWEST_WORDS or not self._knowledge.kinds or not any(map(_LATIN.search, words)):
            return None
        whole = self._heard(words, is_exact=is_exact)
        if len(words) < LONG_STORY:
            return whole
        parts = [
            self._heard(each, less=PART_OF_STORY, is_exact=is_exact)
            for each in sentences
            if len(each) >= LONG_SENTENCE
        ]
        loudest = max([whole, *parts], key=lambda each: float(each.levels[1]))
        levels = np.max([each.levels for each in (whole, *parts)], axis=0)
        return replace(loudest, levels=levels)

    def _heard(self, words: Sequence[str], *, less: float = 0.0, is_exact: bool) -> _Heard:
        heard = self._knowledge.hear(words)
        scores = self._both_readings(words, heard.scores)
        clearest = float(scores[self._calm_topics].max(initial=-1.0))
        less += CALM_PULL * max(0.0, clearest + 1.0)
        levels: Floats = MIXED @ (scores[self._after_topics : self._after_levels] - less)
        levels += KIND_SHARE * scores[self._after_levels : self._after_kinds].max()
        if is_exact or self._may_be_heard(levels):
            levels += ALIKE_SHARE * self._alike(words)
        return _Heard(words, scores, levels)

    def _may_be_heard(self, levels: Floats) -> bool:
        """Tell whether scores could reach an alarm by likeness, or have."""
        at_most = (levels + MOST_ALIKE * ALIKE_SHARE).tolist()
        return bool(at_most[0] >= self.alarms.concern or at_most[1] >= self.alarms.crisis)

    def _alike(self, words: Sequence[str]) -> float:
        """Return how much more alike words are to an example of danger than to any other, of the nearest."""
        known = self._knowledge.near
        rows = nearest(self._knowledge.cosines(words))
        alike, is_danger = likeness(plain(words), known.plain, rows), known.is_danger[rows]
        return float(alike[is_danger].max(initial=0) - alike[~is_danger].max(initial=0))

    def _both_readings(self, words: Sequence[str], as_typed: Floats) -> Floats:
        """Mix what was typed with what was likely meant, by how much of it had to be mended."""
        mended = self._spelling.mended(words)
        if not mended.share:
            return as_typed
        meant = self._knowledge.hear(mended.words).scores
        both: Floats = (1 - mended.share) * as_typed + mended.share * meant
        return both

    def _nearest(self, words: Sequence[str]) -> str:
        """Return the example of danger that is the most alike."""
        known = self._knowledge.near
        near = self._knowledge.cosines(words) * known.is_danger
        return known.texts[int(np.argmax(near))] if near.any() else "-"

    def _kind(self, scores: Floats) -> Kind:
        return self._knowledge.kinds[int(np.argmax(scores[self._after_levels : self._after_kinds]))]

    def _about(self, scores: Floats) -> About:
        of_about = scores[self._after_kinds :]
        return self._knowledge.abouts[int(np.argmax(of_about))] if len(of_about) else About.SELF
