"""Which topic a text is about: topics ranked by what their examples taught, with a score that means something.

What is an example word for word is about that one's topic. Of all else two witnesses are heard. A linear layer, learnt
over character n-grams, knows what tells topics apart (about 1 is a clear yes). rapidfuzz compares the nearest examples
letter by letter, order included, and names the one that a person would call the most alike: what it is alike, 0 to 1,
is added. To count it twice, or not at all, is a point or two worse on held out examples and on the development set; the
nearest by n-grams alone add nothing.
"""

import zlib
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from intents.grams import Floats
from intents.knowledge import STEPS, Heard, Knowledge, Steps, likeness, nearest, plain
from intents.packed import Texts
from intents.politeness import matter
from intents.spelling import Spelling
from intents.text import normalise, tokens

MOST_ASKED = 3  # more buttons than that are not read

# By how much an example's own topic is ahead of all else for that very text: twice a clear yes leaves no doubt. Whoever
# corrects the banks sees that it helps, and people who are offered wordings of the bank's get what they were offered.
WORD_FOR_WORD = 2.0


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where a score is enough; `matala evaluate --tune` chooses them for a pack, these are for no pack at all."""

    sharpness: float = 3.0  # how much a better sum of the witnesses raises a topic above the others
    strangeness: float = 0.0  # what is added to "none of them"
    enough: float = 50.0  # a weaker best guess is asked about
    lead: float = 15.0  # two topics nearer each other than this are both offered
    worth_asking: float = 8.0  # what is weaker is not even offered


class Candidate(NamedTuple):
    """A topic that a text may be about; the phrase is the example that spoke most for it, where that was asked for."""

    topic: str
    score: float  # 0-100: the share of it in all that the text may be about, "none of them" included
    phrase: str = ""


@dataclass(frozen=True, slots=True)
class _Alike:
    """The examples nearest to a text, and how alike they are letter by letter, 0 to 1."""

    rows: NDArray[np.intp]
    likeness: Floats


@dataclass(frozen=True, slots=True)
class _ByHeart:
    """All examples of topics, and of what is strange, by a checksum of their plain texts."""

    sums: NDArray[np.uint32]  # sorted
    rows: NDArray[np.intp]
    texts: Texts
    topic_of_row: NDArray[np.intp]

    @classmethod
    def of(cls, texts: Texts, topic_of_row: NDArray[np.intp]) -> Self:
        letters, starts = texts.letters.data, texts.starts[: len(topic_of_row) + 1].tolist()
        sums = np.array([zlib.crc32(letters[start:end]) for start, end in pairwise(starts)], dtype=np.uint32)
        rows = np.argsort(sums, kind="stable")
        return cls(sums[rows], rows, texts, topic_of_row)

    def topic_of(self, text: str) -> int | None:
        """Return whose example a plain text is; None when it is nobody's, or that of several."""
        asked = zlib.crc32(text.encode())
        sums = self.sums.data  # a look at a few of them takes less time so
        start = bisect_left(sums, asked)
        if start == len(sums) or sums[start] != asked:
            return None  # as nearly all are
        rows = self.rows[start : bisect_right(sums, asked, start)]
        topics = {int(self.topic_of_row[row]) for row in rows if self.texts[row] == text}
        return topics.pop() if len(topics) == 1 else None


class Matcher:
    """Ranks topics for texts by what was learnt."""

    def __init__(
        self,
        knowledge: Knowledge,
        thresholds: Thresholds | None = None,
        spelling: Spelling | None = None,
    ) -> None:
        self.thresholds = thresholds or Thresholds()
        self.knowledge = knowledge
        self.spelling = spelling or Spelling(knowledge.near.plain)
        first = knowledge.first_of_topic[:-1]  # what teaches danger alone stands last, and is no topic's
        self._topic_of_row = np.repeat(np.arange(len(first) - 1), np.diff(first))
        self._rows_of_topic = list(pairwise(first.tolist()))
        self._known = _ByHeart.of(knowledge.near.plain, self._topic_of_row)

    def rank(
        self, text: str, *, limit: int = 5, by_heart: bool = True, with_phrases: bool = True
    ) -> list[Candidate]:
        """Return the likeliest topics, best first; none when nothing in the text is known.

        What is an example of a topic word for word is about that; not `by_heart`, it is read as if it were none.
        """
        words = tokens(normalise(text))
        return self.rank_words(words, limit=limit, by_heart=by_heart, with_phrases=with_phrases)

    def rank_words(
        self, words: Sequence[str], *, limit: int = 5, by_heart: bool = True, with_phrases: bool = True
    ) -> list[Candidate]:
        """Return the same for the words of a normalised text; to leave out the phrases spares a tenth."""
        known = self._known.topic_of(plain(words)) if by_heart else None
        words = matter(words)
        heard = self.knowledge.hear(words)
        if not self.topics or (known is None and not len(heard.vector.columns)):
            return []
        near = self.knowledge.cosines(words)
        alike = self._alike(plain(words), near)
        sums = self._linear(words, heard) + self._best_of_each(alike)
        if known is not None:
            sums[known] = sums.max() + WORD_FOR_WORD
        shares = self._shares(sums)
        best = (-shares).argsort(kind="stable")[:limit].tolist()
        if with_phrases:
            closeness = np.divide(near, STEPS, dtype=np.float32)
            closeness[alike.rows] += alike.likeness
            phrases = [self._phrase(topic, closeness) for topic in best]
        else:
            phrases = [""] * len(best)
        return [
            Candidate(self.topics[topic], round(100 * share, 1), phrase)
            for topic, share, phrase in zip(best, shares[best].tolist(), phrases, strict=True)
        ]

    def known_by_heart(self, words: Sequence[str]) -> bool:
        """Tell whether the words of a normalised text are an example of a topic, word for word."""
        topic = self._known.topic_of(plain(words))
        return topic is not None and topic < len(self.topics)

    def likely_topic(self, words: Sequence[str], *, at_least: float) -> str | None:
        """Return the topic that these words are likely about, by the linear layer alone: a quick look."""
        heard = self.knowledge.hear(words)
        if not len(heard.vector.columns) or not self.topics:
            return None
        shares = self._shares(heard.scores[: len(self.topics) + 1])
        best = int(shares.argmax())
        return self.topics[best] if 100 * shares[best] >= at_least else None

    @property
    def topics(self) -> tuple[str, ...]:
        """The topics that it knows, in the order of `sums`."""
        return self.knowledge.topics

    def sums(self, words: Sequence[str]) -> Floats:
        """Return what the witnesses say of each topic, and of "none of them", for the words of a normalised text."""
        words = matter(words)
        heard = self.knowledge.hear(words)
        alike = self._alike(plain(words), self.knowledge.cosines(words))
        sums: Floats = self._linear(words, heard) + self._best_of_each(alike)
        return sums

    def _linear(self, words: Sequence[str], heard: Heard) -> Floats:
        """Return the linear scores: of what was typed, and of what was likely meant, by how much had to be mended."""
        typed = heard.scores[: len(self.topics) + 1]
        mended = self.spelling.mended(words)
        if not mended.share:
            return typed
        meant = self.knowledge.hear(mended.words).scores[: len(self.topics) + 1]
        both: Floats = (1 - mended.share) * typed + mended.share * meant
        return both

    def _best_of_each(self, alike: _Alike) -> Floats:
        """Return the greatest likeness to an example of each topic, and to anything strange."""
        best = np.zeros(len(self.topics) + 1, dtype=np.float32)
        np.maximum.at(best, self._topic_of_row[alike.rows], alike.likeness)
        return best

    def _alike(self, text: str, near: Steps) -> _Alike:
        """Compare a plain text with the nearest examples, letter by letter."""
        rows = nearest(near[: len(self._topic_of_row)])
        return _Alike(rows, likeness(text, self.knowledge.near.plain, rows))

    def _phrase(self, topic: int, closeness: Floats) -> str:
        start, end = self._rows_of_topic[topic]
        return self.knowledge.near.texts[start + int(closeness[start:end].argmax())] if start < end else ""

    def _shares(self, witnessed: Floats) -> Floats:
        """Turn what the witnesses say of each topic, and of "none of them", into the topics' shares of 1."""
        strengths = witnessed - witnessed.max()
        strengths[-1] += self.thresholds.strangeness
        strengths *= self.thresholds.sharpness
        np.exp(strengths, out=strengths)
        shares: Floats = strengths[:-1] / strengths.sum()
        return shares

    def settle(self, ranked: Sequence[Candidate], *, leaning: Collection[str] = ()) -> str | None:
        """Return the topic to answer with, or None when the person should be asked.

        Of two near each other the one in `leaning` is answered, if only one is.
        """
        match ranked:
            case [best, second, *_] if best.score - second.score < self.thresholds.lead:
                tipped = [each.topic for each in (best, second) if each.topic in leaning]
                return tipped[0] if len(tipped) == 1 and best.score >= self.thresholds.enough else None
            case [best, *_] if best.score >= self.thresholds.enough:
                return best.topic
        return None

    def worth_asking(self, ranked: Sequence[Candidate]) -> list[Candidate]:
        """Return what to offer as "did you mean"; nothing when it would be guessing."""
        return [each for each in ranked if each.score >= self.thresholds.worth_asking][:MOST_ASKED]
