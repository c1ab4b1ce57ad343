"""Tables of words that people can read and correct: text files in `tables/`, read once and strictly.

A line says `written: spoken spoken ...`; in a list of words there is no colon. `#` begins a comment, and every group
of lines (a blank line parts them) begins with one: the reason why it is there.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.resources import files

from intents.text import fold, normalise, tokens


class TableError(ValueError):
    """A table cannot be used; says which, where and why."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a table, and where it stands."""

    where: str
    text: str


def read(name: str) -> list[Line]:
    """Return the lines of a table of ours. Raises TableError when it breaks the rules of its form."""
    try:
        text = (files("intents") / "tables" / name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise TableError(f"{name}: cannot be read ({type(error).__name__})") from error
    return list(lines(name, text))


def lines(name: str, text: str) -> Iterator[Line]:
    """Yield what is no comment. Raises TableError at a group that doesn't say why it is there."""
    has_reason = False
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            has_reason = False
        elif line.startswith("#"):
            has_reason = True
        elif not has_reason:
            raise TableError(f"{name}:{number}: begin the group with a comment that says why it is there")
        else:
            yield Line(f"{name}:{number}", line.strip())


def written_forms(table: Iterable[Line]) -> dict[str, str]:
    """Turn `written: spoken spoken` round. Raises TableError at what would never be found, or is said twice."""
    found: dict[str, str] = {}
    for line in table:
        written, colon, several = (part.strip() for part in line.text.partition(":"))
        if not (written and colon and several):
            raise TableError(f"{line.where}: a line says `written: spoken spoken`")
        _must_be_plain(written, line)
        for spoken in several.split():
            _must_be_plain(spoken, line)
            if spoken == written:
                raise TableError(f"{line.where}: `{spoken}` stands for itself")
            if spoken in found:
                raise TableError(f"{line.where}: `{spoken}` is said twice")
            found[spoken] = written
    return found


def words(table: Iterable[Line]) -> frozenset[str]:
    """Return the words of a list. Raises TableError at what would never be found, or is said twice."""
    found: set[str] = set()
    for line in table:
        for word in line.text.split():
            _must_be_plain(word, line)
            if word in found:
                raise TableError(f"{line.where}: `{word}` is said twice")
            found.add(word)
    return frozenset(found)


def joined(*tables: dict[str, str]) -> dict[str, str]:
    """Return all tables as one. Raises TableError where two of them know the same spoken word."""
    found: dict[str, str] = {}
    for table in tables:
        for spoken in table.keys() & found.keys():
            raise TableError(f"`{spoken}` is in two tables: `{found[spoken]}`, `{table[spoken]}`")
        found |= table
    return found


def with_undotted(table: dict[str, str], real: frozenset[str], *, shortest: int) -> dict[str, str]:
    """Return a table that also knows its words without dots (pitais); not those that are `real` words then."""
    undotted = {
        fold(spoken): written
        for spoken, written in table.items()
        if len(spoken) >= shortest and fold(spoken) not in real
    }
    return undotted | table


def _must_be_plain(form: str, line: Line) -> None:
    """A form must be as the words of messages are: normalised, and one token for each word."""
    if tokens(normalise(form)) != form.split():
        raise TableError(f"{line.where}: `{form}` is not a word as messages have them")
