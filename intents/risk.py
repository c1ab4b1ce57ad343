"""Judge how much danger a message speaks of: by rules that people can read, before anything else is done.

A rule finds its words (`intents.risk_patterns`); an exception takes away only the words that it explains
("kuolen nauruun"), a negation only what it denies, and what is left decides. On doubt the higher level; whatever
breaks is a crisis.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from functools import cached_property
from itertools import groupby
from operator import itemgetter

from intents.risk_denial import is_denied
from intents.risk_matching import Pattern, Patterns, Reading, find, without
from intents.risk_patterns import Vocabulary
from intents.text import normalise

# The longest text that is read whole; Telegram's longest message is 4,096 characters.
LONG = 4_500
HEAD = 2_000  # of a longer text, so much of its beginning and of its end is read,
WINDOW = 160  # and so much around each alarming word between,
MOST_WINDOWS = 8  # for the first and the last of those, so that no text takes long
ALARM_LETTERS = 4  # by so many first letters an alarming word is found in a long text
# A subject is looked for so many words before the words of danger.
SUBJECT_REACH = 14
NOT_UNDERSTOOD = "not understood"

_WORDS = re.compile(r"[^\W_]{4,}")


class Level(IntEnum):
    """How soon a human is needed; the greater is the graver."""

    NONE = 0
    CONCERN = 1
    CRISIS = 2
    EMERGENCY = 3


class Kind(StrEnum):
    """What the danger is, which decides whose numbers are given."""

    SUICIDE = "suicide"
    SELF_HARM = "self-harm"
    OVERDOSE = "overdose"
    VIOLENCE = "violence"
    SEXUAL = "sexual-violence"
    THREAT = "threat"
    HOMELESS = "no-place-to-sleep"
    PSYCHOSIS = "psychosis"
    DISTRESS = "distress"
    UNKNOWN = "unknown"


class About(StrEnum):
    """Who is in danger."""

    SELF = "self"
    FRIEND = "friend"
    CHILD = "child"
    OTHER = "other"


# Of two findings of the same level the earlier of these decides which help is given first.
GRAVITY = (
    Kind.OVERDOSE,
    Kind.SUICIDE,
    Kind.THREAT,
    Kind.VIOLENCE,
    Kind.SEXUAL,
    Kind.SELF_HARM,
    Kind.PSYCHOSIS,
    Kind.HOMELESS,
    Kind.DISTRESS,
    Kind.UNKNOWN,
)


@dataclass(frozen=True, slots=True)
class Risk:
    """The judgement; `reason` names the rule and the words that it stood on."""

    level: Level
    kind: Kind = Kind.DISTRESS
    about: About = About.SELF
    reason: str = ""


NO_RISK = Risk(Level.NONE)


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of saying that one is in danger."""

    id: str
    level: Level
    kind: Kind
    patterns: tuple[Pattern, ...]
    about: About | None = None  # None: whoever the sentence is about
    negated: Level | None = Level.NONE  # the level when it is denied; None: denying changes nothing
    roles: frozenset[str] = frozenset()  # who must be writing; empty: anybody
    unless: tuple[Pattern, ...] = ()  # found anywhere in the text, they make the rule silent


@dataclass(frozen=True, slots=True)
class Explanation:
    """An exception: what it matches is no danger; or, where `blanks` names sets, their words nearby are none."""

    id: str
    patterns: tuple[Pattern, ...]
    blanks: tuple[int, ...] = ()
    whole_text: bool = False
    roles: frozenset[str] = frozenset()
    unless: tuple[Pattern, ...] = ()


@dataclass(frozen=True, slots=True)
class Raise:
    """What makes a danger more urgent: a time that is near, means at hand."""

    id: str
    kinds: frozenset[Kind]
    least: Level
    to: Level
    patterns: tuple[Pattern, ...]
    near: int


@dataclass(frozen=True, slots=True)
class Marks:
    """Numbers of the sets that the judge itself asks for."""

    negator: int
    negation_filler: int
    first_person: int
    third_person: int
    friend: int
    child: int
    student: int


@dataclass(frozen=True)
class RiskRules:
    """All rules, compiled; built from YAML by `content.risk_rules`."""

    vocabulary: Vocabulary
    rules: tuple[Rule, ...]
    explanations: tuple[Explanation, ...]
    firm: tuple[Pattern, ...]  # what no exception about the surroundings takes away
    raises: tuple[Raise, ...]
    marks: Marks
    alarms: frozenset[str]  # first letters of words that are worth a look inside a very long text

    @cached_property
    def dangers(self) -> Patterns[Rule]:
        """The patterns of all rules."""
        return Patterns((rule, pattern) for rule in self.rules for pattern in rule.patterns)

    @cached_property
    def idioms(self) -> Patterns[Explanation]:
        """The patterns of exceptions that explain their own words."""
        return self._explaining(around=False)

    @cached_property
    def surroundings(self) -> Patterns[Explanation]:
        """The patterns of exceptions that explain words nearby."""
        return self._explaining(around=True)

    def _explaining(self, *, around: bool) -> Patterns[Explanation]:
        return Patterns(
            (each, pattern)
            for each in self.explanations
            if bool(each.blanks) is around
            for pattern in each.patterns
        )


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that fired, and the words it stands on."""

    level: Level
    rule: Rule
    used: tuple[int, ...]
    about: About
    reason: str


def judge(text: str, rules: RiskRules, *, role: str | None = None) -> Risk:
    """Return the gravest risk that a text speaks of. Never raises: what it cannot read is a crisis."""
    return listen(text, rules, role=role)[0]


def listen(text: str, rules: RiskRules, *, role: str | None = None) -> tuple[Risk, list[list[str]]]:
    """Return the same, and the words that no exception explained away, for what else hears danger."""
    try:
        found: list[Finding] = []
        left: list[list[str]] = []
        for part in _parts(text, rules):
            reading = _read(part, rules)
            unexplained = _explained_away(reading, rules, role)
            heard = _in_reading(reading, unexplained, rules, role)
            found += [finding for finding in heard if finding.level]
            harmless = {at for finding in heard if not finding.level for at in finding.used}
            left += without(unexplained, harmless).left()
        return _gravest(found), left
    except Exception:  # noqa: BLE001  a person in danger must not depend on our being without fault
        return Risk(Level.CRISIS, Kind.UNKNOWN, About.SELF, NOT_UNDERSTOOD), []


def findings(text: str, rules: RiskRules, *, role: str | None = None) -> list[Finding]:
    """Return all that was found, for explaining; unlike `judge` it may raise."""
    readings = [_read(part, rules) for part in _parts(text, rules)]
    return [
        finding
        for reading in readings
        for finding in _in_reading(reading, _explained_away(reading, rules, role), rules, role)
        if finding.level
    ]


def _read(part: str, rules: RiskRules) -> Reading:
    return rules.vocabulary.read(normalise(rules.vocabulary.words.uncensored(part.replace("\n", " . "))))


def _gravest(found: Sequence[Finding]) -> Risk:
    if not found:
        return NO_RISK
    best = min(found, key=lambda each: (-each.level, GRAVITY.index(each.rule.kind)))
    return Risk(best.level, best.rule.kind, best.about, best.reason)


def _parts(text: str, rules: RiskRules) -> Iterator[str]:
    """Yield the text; of a very long one its beginning, its end and what surrounds alarming words between."""
    if len(text) <= LONG:
        yield text
        return
    yield text[:HEAD]
    yield text[-HEAD:]
    middle = text[HEAD - WINDOW : WINDOW - HEAD].casefold()
    hits = [at.start() for at in _WORDS.finditer(middle) if at[0][:ALARM_LETTERS] in rules.alarms]
    if len(hits) > MOST_WINDOWS:
        hits = [*hits[: MOST_WINDOWS // 2], *hits[-MOST_WINDOWS // 2 :]]
    for hit in hits:
        yield middle[max(0, hit - WINDOW) : hit + WINDOW]


def _in_reading(reading: Reading, unexplained: Reading, rules: RiskRules, role: str | None) -> list[Finding]:
    """Return what the rules find; with level NONE what is denied, or silenced by other words."""
    if not reading.words:
        return []
    found = []
    possible = rules.dangers.possible(unexplained)
    for rule, patterns in groupby(possible, key=itemgetter(0)):
        if rule.roles and role not in rule.roles:
            continue
        best = _best_match(rule, [pattern for _, pattern in patterns], unexplained, rules.marks)
        if best is None:
            continue
        level, used = best
        if level and any(_is_found(pattern, reading) for pattern in rule.unless):
            level = Level.NONE
        found.append(_finding(rule, level, used, reading, rules, role))
    return found


def _explained_away(reading: Reading, rules: RiskRules, role: str | None) -> Reading:
    """Blank the words that are no danger: idioms first, then what the surroundings explain."""
    if not reading.words:
        return reading
    for around, explaining in ((False, rules.idioms), (True, rules.surroundings)):
        firm: set[int] | None = None
        blanked: set[int] = set()
        for explanation, pattern in explaining.possible(reading):
            if explanation.roles and role not in explanation.roles:
                continue
            for used in _tightest(find(pattern, reading)):
                if any(_is_found(other, reading) for other in explanation.unless):
                    break
                if not around:
                    blanked.update(used)
                    continue
                if firm is None:
                    firm = {at for each in rules.firm for match in find(each, reading) for at in match}
                blanked.update(_blanks(explanation, used, reading) - firm)
        reading = without(reading, blanked)
    return reading


def _tightest(matches: Iterable[tuple[int, ...]]) -> list[tuple[int, ...]]:
    """Of matches that overlap keep the narrowest: in "kuolla ja kuolen nauruun" the first word isn't explained."""
    kept: list[tuple[int, ...]] = []
    taken: set[int] = set()
    for used in sorted(matches, key=lambda each: each[-1] - each[0]):
        if taken.isdisjoint(used):
            kept.append(used)
            taken.update(used)
    return kept


def _blanks(explanation: Explanation, used: tuple[int, ...], reading: Reading) -> set[int]:
    low, high = (0, len(reading.words)) if explanation.whole_text else _sentence(reading, used)
    return {
        at
        for atom in explanation.blanks
        for start, end in reading.spans.get(atom, ())
        for at in range(start, end)
        if low <= at < high
    }


def _sentence(reading: Reading, used: Sequence[int]) -> tuple[int, int]:
    low, high = used[0], used[-1] + 1
    while low > 0 and reading.breaks[low] < 2:
        low -= 1
    while high < len(reading.words) and reading.breaks[high] < 2:
        high += 1
    return low, high


def _is_found(pattern: Pattern, reading: Reading) -> bool:
    return next(find(pattern, reading), None) is not None


def _best_match(
    rule: Rule, patterns: Iterable[Pattern], reading: Reading, marks: Marks
) -> tuple[Level, tuple[int, ...]] | None:
    denied: tuple[Level, tuple[int, ...]] | None = None
    for pattern in patterns:
        for used in find(pattern, reading):
            if rule.negated is None or not is_denied(
                used, reading, negator=marks.negator, filler=marks.negation_filler
            ):
                return rule.level, used
            denied = denied or (rule.negated, used)
    return denied


def _finding(
    rule: Rule, level: Level, used: tuple[int, ...], reading: Reading, rules: RiskRules, role: str | None
) -> Finding:
    reason = f'{rule.id}: "{reading.quote(used)}"'
    if level == rule.level:
        for each in rules.raises:
            if rule.kind not in each.kinds or not each.least <= level < each.to:
                continue
            why = next(
                (
                    match
                    for pattern in each.patterns
                    for match in find(pattern, reading)
                    if _is_within(match, used, reading, each.near)
                ),
                None,
            )
            if why is not None:
                level = each.to
                reason += f'; {each.id}: "{reading.quote(why)}"'
    else:
        reason += "; denied"
    about = rule.about or _about(used, reading, rules.marks, role)
    return Finding(level, rule, used, about, reason)


def _is_within(match: tuple[int, ...], used: tuple[int, ...], reading: Reading, near: int) -> bool:
    distance = max(
        reading.places[match[0]] - reading.places[used[-1]],
        reading.places[used[0]] - reading.places[match[-1]],
    )
    return distance <= near


# Who it is done to, where that is the writer. Not "mut", which says "but" far more
# often, unless it is the last word.
_TO_ME = frozenset({"mua", "minua", "minut", "miuta", "miut", "mnuu", "mig"})


def _about(used: tuple[int, ...], reading: Reading, marks: Marks, role: str | None) -> About:
    """Guess whose danger it is: from the words themselves, then from who was spoken of before them."""
    if any(reading.holds(marks.first_person, at) for at in used):
        return About.SELF
    around = range(max(0, used[0] - SUBJECT_REACH), min(len(reading.words), used[-1] + 4))
    to_me = any(str(reading.words[at]) in _TO_ME for at in range(used[0], around.stop))
    if to_me or (reading.words[-1] == "mut" and around.stop == len(reading.words)):
        return About.SELF  # "mun faija hakkaa mua": whoever does it, it is done to the writer
    third = any(reading.holds(marks.third_person, at) for at in used)
    if role == "guardian" and (third or any(reading.holds(marks.child, at) for at in around)):
        return About.CHILD
    if role == "staff" and (third or any(reading.holds(marks.student, at) for at in around)):
        return About.OTHER
    if any(reading.holds(marks.friend, at) for at in around):
        return About.FRIEND
    return About.OTHER if third else About.SELF
