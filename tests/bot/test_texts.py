"""Every text that the program says is there, with the values it needs; and none is there that nobody says.

The source is read, not run: what is said only on a bad day must not be missing on that day.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter

import pytest

import bot
from bot.dialogue.commands import COMMANDS
from bot.handoff.staff_room import STAFF_COMMANDS
from content.library import Library
from intents.language import ANSWERED
from intents.risk import About, Kind

ROOM = Path(bot.__file__).parent
KEY = re.compile(r"[a-z]+(?:\.[a-z0-9_-]+)+")
# Where a function puts a word before the key that it is given.
PREFIXES = {"records.py": "records."}
# What these functions fill in by themselves, beside what they are given.
GIVEN = {"say": set(), "introduction": {"school"}, "staff_note": {"code"}, "_to_person": set()}


@cache
def sources() -> dict[str, ast.Module]:
    """Return every file of the program, read."""
    return {str(path.relative_to(ROOM)): ast.parse(path.read_text()) for path in ROOM.rglob("*.py")}


def constants(tree: ast.AST) -> Iterator[str]:
    """Yield the texts that stand whole in the source; a piece of an f-string is none."""
    pieces = {
        id(piece) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for piece in node.values
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in pieces:
            yield node.value


def families(tree: ast.AST) -> Iterator[re.Pattern[str]]:
    """Yield what an f-string may become: f"group.{group}" is any key of that family."""
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield _pattern(node)
        if (
            isinstance(node, ast.BinOp)
            and isinstance(node.op, ast.Add)
            and isinstance(node.left, ast.Constant)
        ):
            yield re.compile(re.escape(str(node.left.value)) + r"[a-z0-9_-]+")


def _pattern(node: ast.JoinedStr) -> re.Pattern[str]:
    pieces = (
        re.escape(str(piece.value)) if isinstance(piece, ast.Constant) else r"[a-z0-9_-]+"
        for piece in node.values
    )
    return re.compile("".join(pieces))


def in_templates() -> Iterator[tuple[str, bool]]:
    """Yield what stands in quotes in the pages' templates, and whether it is the beginning of a family (`"a." ~ b`)."""
    for path in ROOM.rglob("templates/*.html"):
        for text, more in re.findall(r"[\"']([a-z]+\.[a-z0-9_.-]*)[\"'](\s*~)?", path.read_text()):
            yield text, bool(more)


@pytest.fixture(scope="module")
def said() -> set[str]:
    """Return all constants of the program that have the form of a key; the names of its files have it too."""
    found = {text for text, is_family in in_templates() if KEY.fullmatch(text) and not is_family}
    for name, tree in sources().items():
        prefix = PREFIXES.get(name, "")
        found |= {prefix + text for text in constants(tree) if KEY.fullmatch(prefix + text)}
        found |= {text for text in constants(tree) if KEY.fullmatch(text)}
    return {key for key in found if not key.endswith((".html", ".css", ".js"))}


@pytest.fixture(scope="module")
def said_in_families() -> list[re.Pattern[str]]:
    found = [re.compile(re.escape(text) + r"[a-z0-9_.-]+") for text, is_family in in_templates() if is_family]
    for name, tree in sources().items():
        prefix = re.escape(PREFIXES.get(name, ""))
        for pattern in families(tree):
            found += [re.compile(prefix + pattern.pattern), pattern]
    # A pattern that is all placeholder would find everything.
    return [each for each in found if re.match(r"[a-z]+\\?\.", each.pattern)]


def test_no_text_is_missing(said: set[str], sakky: Library) -> None:
    """A key of a family that exists, which no text has, is a slip of the pen."""
    families_known = {key.partition(".")[0] for key in sakky.texts} - {"records"}

    missing = {key for key in said if key.partition(".")[0] in families_known and key not in sakky.texts}

    assert missing == set()


def test_no_text_is_unused(said: set[str], said_in_families: list[re.Pattern[str]], sakky: Library) -> None:
    unused = {
        key
        for key in sakky.texts
        if key not in said and not any(pattern.fullmatch(key) for pattern in said_in_families)
    }

    assert unused == set()


@pytest.mark.parametrize(
    ("family", "members"),
    [
        pytest.param("weekday", [str(day) for day in range(7)], id="days of the week"),
        pytest.param("role", ["student", "guardian", "staff"], id="roles"),
        pytest.param("level", ["none", "concern", "crisis", "emergency"], id="levels"),
        pytest.param("spoken", ["fi", "sv", "en", "uk", "ru", "ar", "so", "et"], id="languages"),
        pytest.param("refusal", ["blocked", "gone", "moved", "no_thread", "invalid"], id="refusals"),
        pytest.param("records", ["by_person", "by_bot", "by_staff"], id="speakers"),
        pytest.param("records", ["status_new", "status_claimed", "status_closed"], id="statuses"),
    ],
)
def test_families_are_whole(family: str, members: list[str], sakky: Library) -> None:
    assert [each for each in members if f"{family}.{each}" not in sakky.texts] == []


def test_every_group_and_command_has_its_text(sakky: Library, sskky: Library) -> None:
    wanted = {f"group.{group}" for library in (sakky, sskky) for group in library.groups}
    wanted |= {f"command.{name}" for name in (*COMMANDS, *STAFF_COMMANDS)}

    assert wanted - set(sakky.texts) == set()


def test_every_kind_of_danger_and_whose_it_is_can_be_said(sakky: Library) -> None:
    wanted = {f"kind.{kind}" for kind in Kind} | {f"about.{about}" for about in About}

    assert wanted - set(sakky.texts) == set()


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def calls() -> Iterator[tuple[str, str, set[str]]]:
    """Yield where, which text and which values, for each call whose key and values stand in the source."""
    for name, tree in sources().items():
        for function in ast.walk(tree):
            if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            for call in ast.walk(function):
                if isinstance(call, ast.Call):
                    yield from _read_call(name, function, call)


def _read_call(
    name: str, function: ast.FunctionDef | ast.AsyncFunctionDef, call: ast.Call
) -> Iterator[tuple[str, str, set[str]]]:
    called = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if called not in GIVEN or any(keyword.arg is None for keyword in call.keywords):
        return
    given = GIVEN[called] | {keyword.arg or "" for keyword in call.keywords}
    candidates = [*call.args, *(keyword.value for keyword in call.keywords if keyword.arg == "key")]
    for argument in candidates:
        for key in _keys(argument, function):
            yield f"{name}:{call.lineno}", PREFIXES.get(name, "") + key, given
            if name in PREFIXES:
                yield f"{name}:{call.lineno}", key, given


def _keys(argument: ast.expr, function: ast.AST) -> Iterator[str]:
    """Yield the texts that an argument may be: itself, either side of an if, what a variable was set to."""
    match argument:
        case ast.Constant(value=str() as text):
            yield text
        case ast.IfExp(body=body, orelse=orelse):
            yield from _keys(body, function)
            yield from _keys(orelse, function)
        case ast.Name(id=variable):
            for node in ast.walk(function):
                if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == variable:
                    yield from (key for key in _keys(node.value, ast.Module([], [])))


def test_every_text_is_given_the_values_that_it_needs(sakky: Library) -> None:
    wrong = {
        (where, key, need - given)
        for where, key, given in calls()
        if key in sakky.texts
        for need in [set().union(*(placeholders(text) for _, text in sakky.texts[key].items()))]
        if need - given
    }

    assert wrong == set()
    assert len([key for _, key, _ in calls() if key in sakky.texts]) > 100  # that the source was read at all


def test_every_language_of_a_text_needs_the_same_values(sakky: Library) -> None:
    differing = {
        key
        for key, text in sakky.texts.items()
        if len({frozenset(placeholders(words)) for _, words in text.items()}) > 1
    }

    assert differing == set()


def test_what_people_read_is_there_in_every_language(sakky: Library) -> None:
    """Only what staff read may be in Finnish alone, and what is said in yet other languages."""
    for_staff = (
        "staff.",
        "level.",
        "about.",
        "refusal.",
        "command.tapaukset",
        "command.ohje",
        "command.liity",
        "command.haku",
        "command.vanhentunut",
        "command.tiedote",
        "command.desk",
        "desk.",
    )
    not_ours = ("foreign.",)

    lacking = {
        key
        for key, text in sakky.texts.items()
        if not key.startswith(for_staff + not_ours)
        and {language for language, _ in text.items()} != set(ANSWERED)
    }

    assert lacking == set()


def test_nobody_is_shouted_at_or_smiled_at(sakky: Library) -> None:
    """No exclamation marks, no smileys: somebody may be in distress."""
    smiling = re.compile(r"!|[\U0001F600-\U0001F64F]")

    found = {key for key, text in sakky.texts.items() for _, words in text.items() if smiling.search(words)}

    assert found == set()
