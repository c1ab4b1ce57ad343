"""The YAML files of packs/common/risk, read strictly and compiled for `intents.risk.judge`."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from intents.risk import ALARM_LETTERS, About, Explanation, Kind, Level, Marks, Raise, RiskRules, Rule
from intents.risk_matching import Pattern
from intents.risk_patterns import GAP, SPAN, PatternError, Vocabulary
from intents.text import fold

M = TypeVar("M")
T = TypeVar("T")
Path = tuple[str | int, ...]
Role = Literal["student", "guardian", "staff"]
LevelName = Literal["concern", "crisis", "emergency"]

# Sets that the judge itself asks for: every collection of rules must have them.
NEEDED_SETS = (
    "filler",
    "negator",
    "negation-filler",
    "first-person",
    "third-person",
    "friend",
    "child",
    "student",
    "alarm",
)


@dataclass(frozen=True, slots=True)
class RiskFault:
    """One mistake: in which file, where inside it, and what to do."""

    file: str
    path: Path
    message: str

    def __str__(self) -> str:
        return f"{self.file}: {'.'.join(map(str, self.path))}: {self.message}"


class RiskRulesError(ValueError):
    """The rules cannot be built; `faults` holds every reason that was found."""

    def __init__(self, faults: Sequence[RiskFault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = tuple(faults)


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, populate_by_name=True)


class RuleModel(_Strict):
    """A way of saying that somebody is in danger."""

    id: str = Field(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$")
    level: LevelName
    kind: str | None = None  # left out: the file's
    about: str | None = None  # left out: whoever the sentence is about
    patterns: tuple[str, ...] = Field(min_length=1, strict=False)
    gap: int = Field(default=GAP, ge=0, le=12)
    span: int = Field(default=SPAN, ge=1, le=60)
    negated: Literal["none", "concern", "keep"] | None = None  # left out: the file's
    roles: tuple[Role, ...] = Field(default=(), strict=False)
    unless: tuple[str, ...] = Field(default=(), strict=False)
    examples: tuple[str, ...] = Field(min_length=1, strict=False)
    not_: tuple[str, ...] = Field(default=(), alias="not", strict=False)


class ExceptionModel(_Strict):
    """A way of using the words of danger without any."""

    id: str = Field(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$")
    patterns: tuple[str, ...] = Field(min_length=1, strict=False)
    blanks: tuple[str, ...] = Field(
        default=(), strict=False
    )  # sets whose words it explains; left out: its own words
    scope: Literal["sentence", "text"] = "sentence"
    gap: int = Field(default=GAP, ge=0, le=12)
    span: int = Field(default=SPAN, ge=1, le=60)
    roles: tuple[Role, ...] = Field(default=(), strict=False)
    unless: tuple[str, ...] = Field(default=(), strict=False)
    examples: tuple[str, ...] = Field(min_length=1, strict=False)
    not_: tuple[str, ...] = Field(default=(), alias="not", strict=False)


class RaiseModel(_Strict):
    """What makes a danger more urgent."""

    id: str = Field(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$")
    kinds: tuple[str, ...] = Field(min_length=1, strict=False)
    least: LevelName
    to: LevelName
    near: int = Field(ge=0, le=1000)
    patterns: tuple[str, ...] = Field(min_length=1, strict=False)
    examples: tuple[str, ...] = Field(min_length=1, strict=False)
    not_: tuple[str, ...] = Field(default=(), alias="not", strict=False)


class RiskFile(_Strict):
    """One YAML file; every part may be left out."""

    kind: str | None = None
    negated: Literal["none", "concern", "keep"] = "none"
    sets: dict[str, str] = Field(default_factory=dict)  # members between commas
    typos: tuple[str, ...] = Field(default=(), strict=False)  # sets whose words are found misspelt, too
    real_words: str = ""  # what looks like a typo of danger and is none, between commas
    firm: tuple[str, ...] = Field(default=(), strict=False)
    calm: tuple[str, ...] = Field(default=(), strict=False)  # lines without danger, for the tests
    rules: tuple[RuleModel, ...] = Field(default=(), strict=False)
    exceptions: tuple[ExceptionModel, ...] = Field(default=(), strict=False)
    raises: tuple[RaiseModel, ...] = Field(default=(), strict=False)


def parse(files: Mapping[str, object]) -> dict[str, RiskFile]:
    """Check the shape of parsed YAML documents, by file name. Raises RiskRulesError with every fault."""
    models: dict[str, RiskFile] = {}
    faults: list[RiskFault] = []
    for name in sorted(files):
        try:
            models[name] = RiskFile.model_validate(files[name])
        except ValidationError as error:
            faults += [
                RiskFault(name, tuple(each["loc"]), each["msg"])
                for each in error.errors(include_url=False, include_input=False)
            ]
    if faults:
        raise RiskRulesError(faults)
    return models


def build(files: Mapping[str, object]) -> RiskRules:
    """Compile parsed YAML documents, by file name. Raises RiskRulesError with every fault."""
    return _Builder(parse(files)).build()


class _Builder:
    def __init__(self, models: Mapping[str, RiskFile]) -> None:
        self._models = models
        self._faults: list[RiskFault] = []
        self._ids: dict[str, str] = {}

    def build(self) -> RiskRules:
        sets = self._sets()
        self._raise_faults()
        try:
            vocabulary = Vocabulary(
                sets,
                typos=[name for model in self._models.values() for name in model.typos],
                real=[
                    w.strip()
                    for model in self._models.values()
                    for w in model.real_words.split(",")
                    if w.strip()
                ],
            )
        except PatternError as error:
            raise RiskRulesError([RiskFault(self._home(str(error)), ("sets",), str(error))]) from error
        self._vocabulary = vocabulary
        rules = RiskRules(
            vocabulary,
            rules=tuple(self._each(lambda model: model.rules, "rules", self._rule)),
            explanations=tuple(self._each(lambda model: model.exceptions, "exceptions", self._explanation)),
            firm=tuple(
                pattern
                for name, model in self._models.items()
                for pattern in self._patterns(name, ("firm",), model.firm, GAP, SPAN)
            ),
            raises=tuple(self._each(lambda model: model.raises, "raises", self._raise)),
            marks=Marks(*(vocabulary.atom(f"<{name}>") for name in NEEDED_SETS[1:8])),
            alarms=frozenset(
                form[:ALARM_LETTERS]
                for word in sets["alarm"]
                for form in (word.rstrip("*"), fold(word.rstrip("*")))
            ),
        )
        self._raise_faults()
        vocabulary.finish()
        return rules

    def _raise_faults(self) -> None:
        if self._faults:
            raise RiskRulesError(self._faults)

    def _sets(self) -> dict[str, tuple[str, ...]]:
        sets: dict[str, tuple[str, ...]] = {}
        for name, model in self._models.items():
            for set_name, members in model.sets.items():
                if set_name in sets:
                    self._fault(name, ("sets", set_name), "this name is taken; give it another")
                sets[set_name] = tuple(member.strip() for member in members.split(",") if member.strip())
        for name, model in self._models.items():
            for at, set_name in enumerate(model.typos):
                if set_name not in sets:
                    self._fault(name, ("typos", at), f"no set is called {set_name}")
        for needed in NEEDED_SETS:
            if needed not in sets:
                self._fault(next(iter(self._models), "risk"), ("sets",), f"add the set {needed}")
        return sets

    def _home(self, message: str) -> str:
        for name, model in self._models.items():
            if any(f"<{set_name}>" in message for set_name in model.sets):
                return name
        return next(iter(self._models), "risk")

    def _fault(self, file: str, path: Path, message: str) -> None:
        self._faults.append(RiskFault(file, path, message))

    def _each(
        self, of: Callable[[RiskFile], Sequence[M]], part: str, make: Callable[[str, Path, M], T]
    ) -> Iterator[T]:
        for name, model in self._models.items():
            for at, item in enumerate(of(model)):
                yield make(name, (part, at), item)

    def _patterns(
        self, file: str, path: Path, sources: Sequence[str], gap: int, span: int
    ) -> tuple[Pattern, ...]:
        compiled = []
        for at, source in enumerate(sources):
            try:
                compiled.append(self._vocabulary.pattern(source, gap=gap, span=span))
            except PatternError as error:
                self._fault(file, (*path, at), str(error))
        return tuple(compiled)

    def _claim_id(self, file: str, path: Path, identity: str) -> None:
        if identity in self._ids:
            self._fault(file, (*path, "id"), f"{identity} is taken in {self._ids[identity]}; choose another")
        self._ids[identity] = file

    def _kind(self, file: str, path: Path, name: str | None) -> Kind:
        try:
            return Kind(name or "")
        except ValueError:
            kinds = ", ".join(Kind)
            self._fault(file, (*path, "kind"), f"no kind is called {name}; choose one of {kinds}")
            return Kind.UNKNOWN

    def _rule(self, file: str, path: Path, item: RuleModel) -> Rule:
        self._claim_id(file, path, item.id)
        model = self._models[file]
        negated = item.negated or model.negated
        return Rule(
            id=item.id,
            level=Level[item.level.upper()],
            kind=self._kind(file, path, item.kind or model.kind),
            patterns=self._patterns(file, (*path, "patterns"), item.patterns, item.gap, item.span),
            about=self._about(file, path, item.about),
            negated=None if negated == "keep" else Level[negated.upper()],
            roles=frozenset(item.roles),
            unless=self._patterns(file, (*path, "unless"), item.unless, item.gap, item.span),
        )

    def _about(self, file: str, path: Path, name: str | None) -> About | None:
        if name is None:
            return None
        try:
            return About(name)
        except ValueError:
            self._fault(file, (*path, "about"), f"choose one of {', '.join(About)}, or leave it out")
            return None

    def _explanation(self, file: str, path: Path, item: ExceptionModel) -> Explanation:
        self._claim_id(file, path, item.id)
        blanks = []
        for at, name in enumerate(item.blanks):
            try:
                blanks.append(self._vocabulary.atom(f"<{name}>"))
            except PatternError as error:
                self._fault(file, (*path, "blanks", at), str(error))
        return Explanation(
            id=item.id,
            patterns=self._patterns(file, (*path, "patterns"), item.patterns, item.gap, item.span),
            blanks=tuple(blanks),
            whole_text=item.scope == "text",
            roles=frozenset(item.roles),
            unless=self._patterns(file, (*path, "unless"), item.unless, item.gap, item.span),
        )

    def _raise(self, file: str, path: Path, item: RaiseModel) -> Raise:
        self._claim_id(file, path, item.id)
        return Raise(
            id=item.id,
            kinds=frozenset(
                self._kind(file, (*path, "kinds", at), kind) for at, kind in enumerate(item.kinds)
            ),
            least=Level[item.least.upper()],
            to=Level[item.to.upper()],
            patterns=self._patterns(file, (*path, "patterns"), item.patterns, GAP, SPAN),
            near=item.near,
        )
