"""What a text means: its risk, its language, its topic. Risk is judged first, whatever happens after."""

import logging
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from intents import risk as risks
from intents.finnish import lemma, written
from intents.language import ANSWERED, Language, guess_words
from intents.matcher import Candidate, Matcher, Thresholds
from intents.risk import NOT_UNDERSTOOD, Kind, Level, Risk, RiskRules
from intents.risk_sense import Sense
from intents.text import normalise, tokens

log = logging.getLogger(__name__)

# As many topics are kept for a text: three may be offered, and people who look into a decision want to see
# more.
CANDIDATES = 5

# Several matters in one message: sentences shorter than this say too little by themselves. What a quick look
# finds likely in a sentence counts when all witnesses together find it clear.
SHORTEST_MATTER = 3
LIKELY_MATTER = 30.0
CLEAR_MATTER = 70.0
MOST_MATTERS = 6  # sentences looked at; each costs as much as a message
LONG_ENOUGH = 1_500  # characters: what comes after them is no second question
_SENTENCE = re.compile(r"[.!?;\n]+(?:\s+|$)|\n+")

# In other languages no topic has phrases: what seems near is chance, so the person is asked or given a human.
_MATCHED: tuple[Language | None, ...] = (*ANSWERED, None)

# Short Finnish words look like theirs ("oma", "tere"): what is an example of ours word for word is none of them.
_LOOK_ALIKE = (Language.ET, Language.SO)


@dataclass(frozen=True, slots=True)
class Understanding:
    """All that was read in a text. No topic: ask about `asked`, or decline when there is nothing to ask about."""

    language: Language | None
    risk: Risk
    candidates: tuple[Candidate, ...]
    topic: str | None
    asked: tuple[Candidate, ...] = ()
    second: str | None = None  # another matter in the same message, to be offered after the first

    def worth_asking(self) -> list[Candidate]:
        """Return the candidates to offer as "did you mean"; none in a language that no phrase is in."""
        return list(self.asked)


@dataclass(frozen=True, slots=True)
class Leanings:
    """What a school's content says about its topics, for decisions that words alone leave open."""

    of_role: Mapping[str, Collection[str]] = field(default_factory=dict)  # topics that this role asks about
    gravity: Mapping[str, int] = field(default_factory=dict)  # of two matters, the graver is answered first


class Reader:
    """Understands texts by one library's phrases and rules; immutable, so that a reload swaps it whole."""

    def __init__(
        self,
        matcher: Matcher,
        rules: RiskRules,
        sense: Sense,
        leanings: Leanings | None = None,
    ) -> None:
        self.matcher = matcher
        self.rules = rules
        self.sense = sense
        self._leanings = leanings or Leanings()

    def understand(
        self, text: str, *, role: str | None = None, earlier: str | None = None, with_phrases: bool = False
    ) -> Understanding:
        """Read a text; never raises: what breaks inside is a crisis that wasn't understood.

        `earlier` is the topic of the turn before; it and the role tip a close decision, and no other. The candidates'
        phrases are for people who look into a decision: they are found `with_phrases` alone.
        """
        risk, sentences = risks.listen(text, self.rules, role=role)
        try:
            risk = self.sense.raised(risk, sentences)
            plain = normalise(text)
            words = tokens(plain)
            language = guess_words(plain, words)
            is_known = self.matcher.known_by_heart(words)
            if is_known and language in _LOOK_ALIKE:
                language = None
            ranked = self.matcher.rank_words(words, limit=CANDIDATES, with_phrases=with_phrases)
            if language not in _MATCHED:
                return Understanding(language, risk, tuple(ranked), None)
            leaning = {*self._leanings.of_role.get(role or "", ()), *([earlier] if earlier else [])}
            topic = self.matcher.settle(ranked, leaning=leaning)
            others = [] if is_known else self._other_matters(text, topic)
            topic, second = self._graver_first(topic, others)
            asked = tuple(self.matcher.worth_asking(ranked))
            return Understanding(language, risk, tuple(ranked), topic, asked, second)
        except Exception:  # noqa: BLE001  # silence could cost a life: humans look at what broke the engine
            log.error("text not understood")  # no traceback, which may hold the text
            unknown = Risk(Level.CRISIS, Kind.UNKNOWN, reason=NOT_UNDERSTOOD)
            return Understanding(None, max(risk, unknown, key=lambda it: it.level), (), None)

    def _other_matters(self, text: str, topic: str | None) -> list[str]:
        """Return what single sentences are clearly about, besides `topic`; nothing for a text of one sentence."""
        parts = [part for part in _SENTENCE.split(text[:LONG_ENOUGH]) if len(part.split()) >= SHORTEST_MATTER]
        if len(parts) < 2:
            return []
        matters = (self._matter(tokens(normalise(part)), topic) for part in parts[:MOST_MATTERS])
        return [matter for matter in matters if matter is not None]

    def _matter(self, words: Sequence[str], topic: str | None) -> str | None:
        """Return what a sentence is clearly about, if that is something else than `topic`."""
        likely = self.matcher.likely_topic(words, at_least=LIKELY_MATTER)
        if likely is None or likely == topic:
            return None
        best = self.matcher.rank_words(words, limit=1, with_phrases=False)[0]
        return best.topic if best.score >= CLEAR_MATTER and best.topic != topic else None

    def _graver_first(self, topic: str | None, matters: Sequence[str]) -> tuple[str | None, str | None]:
        """Choose what to answer and what to offer after it, when a message has several matters."""
        found = list(dict.fromkeys([*([topic] if topic else []), *matters]))
        if len(found) < 2:
            return topic, None
        gravity = self._leanings.gravity
        first, second, *_ = sorted(found, key=lambda each: -gravity.get(each, 0))
        return first, second

    def explain(self, text: str, *, role: str | None = None) -> str:
        """Tell a person, in plain lines, how a text was read and why."""
        found = self.understand(text, role=role, with_phrases=True)
        words = tokens(normalise(text))
        lines = [
            f"text        {normalise(text)}",
            f"words       {' '.join(words) or '-'}",
            f"written     {_changed(words) if _may_be_finnish(found.language) else '-'}",
            f"lemmas      {_lemmas(words) if _may_be_finnish(found.language) else '-'}",
            f"language    {found.language or 'cannot tell'}",
            f"risk        {_risk(found.risk)}",
            f"second      {found.second or '-'}",
            f"topic       {_decision(found, self.matcher.thresholds)}",
        ]
        return "\n".join(lines + [_candidate(candidate) for candidate in found.candidates])


def _may_be_finnish(language: Language | None) -> bool:
    return language in (Language.FI, None)


def _changed(words: Sequence[str]) -> str:
    changed = [f"{word} = {written(word)}" for word in words if written(word) != word]
    return ", ".join(changed) or "-"


def _lemmas(words: Sequence[str]) -> str:
    return " ".join(lemma(word) for word in words) or "-"


def _risk(risk: Risk) -> str:
    if risk.level is Level.NONE:
        return f"none{f' ({risk.reason})' if risk.reason else ''}"
    return f"{risk.level.name.lower()}: {risk.kind}, about {risk.about} ({risk.reason})"


def _decision(found: Understanding, at: Thresholds) -> str:
    if found.topic is not None:
        return f"{found.topic} (answered)"
    if not found.candidates:
        return "none (nothing is known of these words)"
    best, *others = found.candidates
    if found.language not in _MATCHED:
        return f"none (no phrases in the language {found.language})"
    if not found.worth_asking():
        return f"none (declined: the best, {best.score:.0f}, is under {at.worth_asking:.0f})"
    if best.score < at.enough:
        return f"none (asked: the best, {best.score:.0f}, is under {at.enough:.0f})"
    return f"none (asked: {best.score - others[0].score:.0f} ahead of the second, under {at.lead:.0f})"


def _candidate(candidate: Candidate) -> str:
    return f"{candidate.score:9.1f}   {candidate.topic}: {candidate.phrase}"
