"""YAML files read so that every fault can be told with its file and line."""

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from yaml.reader import Reader

Step = str | int
Where = tuple[Step, ...]  # a place in a document: ("topics", 3, "phrases", "fi", 0)
Model = TypeVar("Model", bound=BaseModel)

# The loader of libyaml is some ten times as fast; it is missing where PyYAML was built without it.
_Loader: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MERGE: Final = "<<"
_INTEGER: Final = re.compile(r"[-+]?(0|[1-9][0-9]*)")


class Subject(StrEnum):
    """What warnings are about; the value is the title above those of one subject."""

    SPOKEN = "help in danger that does not speak the language"
    CONTACT = "contacts in texts that no shown service has"
    NIGHT = "topics with nobody to turn to at night"
    ALONE = "answers in need that name nobody who answers late"
    MISLED = "phrases that another topic answers better"
    LENGTH = "answers that do not fit in one message"
    SENTENCES = "answers that are not two to five sentences"
    HIDDEN = "verified services that nobody sees"
    REACH = "services that no topic leads to"
    PHONE = "numbers that the number plan does not know"
    ADDRESS = "web addresses to look at"
    OVERDUE = "reviews that are overdue"
    UNDATED = "services whose last check has no date"
    LANGUAGE = "texts that lack a language"
    ROLE = "answers that lack a role"
    RULE = "answers that state a rule without a source"
    TWICE = "phrases that stand twice"
    OTHER = "other"


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing that is wrong in a file; the message says what to do, after a semicolon."""

    file: str
    line: int
    message: str
    is_warning: bool = field(default=False)  # answers still hold, but a keeper should look at it
    subject: Subject = field(default=Subject.OTHER, compare=False)  # of a warning

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {'warning: ' if self.is_warning else ''}{self.message}"


class ContentError(Exception):
    """A pack that cannot be used; `faults` are all that were found, in order of file and line."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = sorted(set(faults))
        super().__init__("\n".join(map(str, self.faults)))


class ReadError(Exception):
    """A file in which nothing can be checked; `faults` say why."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = list(faults)
        super().__init__("; ".join(map(str, self.faults)))


@dataclass(frozen=True, slots=True)
class Document:
    """A YAML file's value, and the line of each place in it."""

    path: Path
    value: Any  # what YAML can say: mappings, lists, text, whole numbers, truth, nothing
    lines: dict[Where, int]
    text: str

    def line(self, where: Sequence[Step]) -> int:
        """Return the line of a place, or of the nearest place around it that is there."""
        place = tuple(where)
        while place not in self.lines:
            place = place[:-1]
        return self.lines[place]

    def fault(self, where: Sequence[Step], message: str, *, is_warning: bool = False) -> Fault:
        return Fault(shown_path(self.path), self.line(where), message, is_warning)

    def warning(self, where: Sequence[Step], subject: Subject, message: str) -> Fault:
        return Fault(shown_path(self.path), self.line(where), message, is_warning=True, subject=subject)

    def parse(self, model: type[Model]) -> Model:
        """Return the file as its model; raise ReadError with a fault for each field that doesn't fit."""
        try:
            return model.model_validate(self.value)
        except ValidationError as error:
            faults = [
                self.fault(_location(found["loc"]), _message(found))
                for found in error.errors(include_url=False, include_input=False)
            ]
            raise ReadError(faults) from error


def unknown(kind: str, name: str) -> str:
    """Return the message for an id that nothing has."""
    return f'there is no {kind} "{name}"; correct the id, or add the {kind}'


def shown_path(path: Path) -> str:
    """Return a path as a person in this folder would name it."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)


# --- YAML ----------------------------------------------------------------------------------------


def read(path: Path) -> Document:
    """Read a YAML file; raise ReadError if that is impossible, or if a key stands in it twice."""
    file = shown_path(path)
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise ReadError([Fault(file, line, "this is not UTF-8; save the file as UTF-8")]) from error
    except OSError as error:
        message = f"the file cannot be read ({error.strerror}); see that it exists and may be read"
        raise ReadError([Fault(file, 1, message)]) from error
    try:
        root = yaml.compose(text, Loader=_Loader)
    except yaml.YAMLError as error:
        raise ReadError([_syntax_fault(file, text, error)]) from error
    if root is None:
        raise ReadError([Fault(file, 1, "the file is empty; write its content or delete it")])
    reading = _Reading(file)
    value = reading.value(root, ())
    if reading.faults:
        raise ReadError(reading.faults)
    return Document(path, value, reading.lines, text)


def _syntax_fault(file: str, text: str, error: yaml.YAMLError) -> Fault:
    mark = error.problem_mark if isinstance(error, yaml.MarkedYAMLError) else None
    if mark is None:
        message = "there is a character that YAML forbids; remove control characters from the file"
        return Fault(file, _forbidden_line(text), message)
    lines = text.splitlines()
    line = lines[mark.line] if mark.line < len(lines) else ""
    problem = str(getattr(error, "problem", None))
    return Fault(file, mark.line + 1, _syntax_message(problem, has_tab="\t" in line[: mark.column + 1]))


def _forbidden_line(text: str) -> int:
    found = Reader.NON_PRINTABLE.search(text)
    return text.count("\n", 0, found.start()) + 1 if found else 1


def _syntax_message(problem: str, *, has_tab: bool) -> str:
    if has_tab:
        return "there is a tab; use spaces, not tabs"
    if "another document" in problem:
        return "a second document begins here; remove the line ---"
    if "mapping values" in problem or "expected ',' or" in problem:
        return f"{problem}; put text with ': ' or ' #' in it in quotes, and see the brackets"
    if "cannot start any token" in problem:
        return "text cannot begin with this sign in YAML; put the text in quotes"
    if "alias" in problem:
        return f"{problem}; write &name where the value is first given"
    return f"{problem}; see the indentation, quotes and brackets here and just above"


class _Reading:
    """Turns YAML nodes into values, noting the line of each place and keys that stand twice.

    Plain words stay words: only `true`, `false`, `null` and whole numbers mean something else. (YAML 1.1
    would read `no`, which is a phrase, as false, and 9:30 as 570.)
    """

    def __init__(self, file: str) -> None:
        self.file = file
        self.lines: dict[Where, int] = {}
        self.faults: list[Fault] = []
        self._open: set[int] = set()  # nodes that we are in: an anchor may contain an alias of itself

    def value(self, node: yaml.Node, where: Where) -> Any:
        line = node.start_mark.line + 1
        self.lines.setdefault(where, line)
        if isinstance(node, yaml.ScalarNode):
            return _scalar(node)
        if id(node) in self._open:
            self.faults.append(Fault(self.file, line, "an anchor contains itself; write the value out"))
            return None
        self._open.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            value: Any = [self.value(item, (*where, index)) for index, item in enumerate(node.value)]
        else:
            value = self._mapping(node, where)
        self._open.discard(id(node))
        return value

    def _mapping(self, node: yaml.Node, where: Where) -> dict[Any, Any]:
        own: dict[Any, Any] = {}
        merged: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            key = _scalar(key_node) if isinstance(key_node, yaml.ScalarNode) else None
            if key == _MERGE:
                parts = value_node.value if isinstance(value_node, yaml.SequenceNode) else [value_node]
                for part in parts:
                    found = self.value(part, where)
                    merged |= (
                        {k: v for k, v in found.items() if k not in merged} if isinstance(found, dict) else {}
                    )
                continue
            if not isinstance(key, str):
                self.faults.append(Fault(self.file, line, f"the key {key} is not text; put it in quotes"))
            elif key in own:
                self.faults.append(Fault(self.file, line, f'the key "{key}" stands twice; keep one of them'))
            else:
                self.lines[(*where, key)] = line
                own[key] = self.value(value_node, (*where, key))
        return merged | own


def _scalar(node: yaml.ScalarNode) -> str | int | bool | None:
    text: str = node.value
    if node.style:  # quoted, or a block
        return text
    match text:
        case "" | "~" | "null":
            return None
        case "true":
            return True
        case "false":
            return False
    return int(text) if _INTEGER.fullmatch(text) else text


# --- What pydantic says, in our words -------------------------------------------------------------


def in_our_words(error: ValidationError) -> list[str]:
    """Return what is wrong with something that came from no YAML file."""
    return [_message(found) for found in error.errors(include_url=False, include_input=False)]


def _location(loc: tuple[int | str, ...]) -> Where:
    """Return a place in the file; pydantic marks a key itself with "[key]"."""
    return tuple(step for step in loc if step != "[key]")


def _message(found: Any) -> str:
    name = next((step for step in reversed(_location(found["loc"])) if isinstance(step, str)), "this")
    context = found.get("ctx", {})
    match found["type"]:
        case "missing":
            return f'"{name}" is missing; add it'
        case "extra_forbidden":
            return f'unknown key "{name}"; {_hint(name)}'
        case "string_type":
            return f'"{name}" is not text; put it in quotes, or write it out'
        case "bool_type" | "bool_parsing" | "is_instance_of":
            return f'"{name}" is neither true nor false; write one of them, without quotes'
        case "enum" | "literal_error":
            return f'"{name}" has an unknown value; write {context["expected"]}'
        case "tuple_type" | "list_type":
            return f'"{name}" is not a list; write [one, two] or lines that begin with "- "'
        case "model_type" | "model_attributes_type" | "dict_type" | "mapping_type":
            return f'"{name}" is not a mapping; write its keys below it, as in the other entries'
        case "string_too_short" | "too_short":
            return f'"{name}" is empty; write it, or leave the key out'
        case "string_pattern_mismatch":
            return f'"{name}" is not in the right form; use small letters a-z, digits, and "-" between words'
        case "value_error":
            return f'"{name}": {context["error"]}'
    return f'"{name}": {found["msg"]}; correct it'


def _hint(name: str) -> str:
    near = difflib.get_close_matches(name, _known_keys(), n=1)
    return f'did you mean "{near[0]}"?' if near else "remove it, or see how it is spelt in the other entries"


def _known_keys() -> set[str]:
    """Return the keys of all our models."""
    keys: set[str] = set()
    waiting = list(BaseModel.__subclasses__())
    while waiting:
        model = waiting.pop()
        waiting += model.__subclasses__()
        if model.__module__.startswith("content."):
            keys |= {found.alias or key for key, found in model.model_fields.items()}
    return keys
