"""Texts as JSON, one object a line: what `matala classify` and `matala evaluate` read, and refuse clearly."""

from collections.abc import Iterable, Iterator
from typing import Any

from bot import json_text

# What a line may hold, and how it is said when it holds something else there.
TEXT = {
    "id": ((str, int, float), "a string or a number"),
    "text": ((str,), "a string"),
    "role": ((str,), "student, guardian or staff"),
    "lang": ((str,), "a language, such as fi"),
}
LABELS = {
    "topics": ((list,), "a list of topics, the primary one first"),
    "risk": ((str,), "none, concern, crisis or emergency"),
    "also": ((list,), "a list of levels that are right as well"),
}
NOTES = frozenset({"kind", "style", "expect", "note"})  # of whoever labels; passed over
FORMAT = (
    'Each line is a JSON object: "text", and maybe "id", "role" (student, guardian, staff) and "lang". '
    'Labelled lines have "risk" (none, concern, crisis, emergency) as well, and maybe "topics" (a list, the '
    'primary one first; empty: out of scope) and "also" (levels that are right too). '
    '"kind", "style", "expect" and "note" are passed over; any other key is refused.'
)


class LineError(ValueError):
    """A line that cannot be read; says which, and why."""


def objects(file: Iterable[str], *needed: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Read JSON objects with their line's number; empty lines are passed over.

    Raises:
        LineError: at the first line that is none, or lacks what is needed.
    """
    for number, line in enumerate(file, start=1):
        if not line.strip():
            continue
        try:
            value = json_text.read(line)
        except (ValueError, RecursionError):
            raise LineError(f'line {number} is not JSON; write {{"id": ..., "text": ...}}') from None
        missing = [key for key in needed if not isinstance(value, dict) or key not in value]
        if missing:
            raise LineError(f"line {number} lacks {', '.join(missing)}")
        yield number, value


def texts(file: Iterable[str], *needed: str) -> Iterator[dict[str, Any]]:
    """Read texts, with or without labels.

    Raises:
        LineError: at the first line with a key that nobody knows, or with something of another kind in it.
    """
    known = TEXT | LABELS
    for number, value in objects(file, "text", *needed):
        for key, content in value.items():
            if key in NOTES or (content is None and key != "text"):
                continue
            if key not in known:
                raise LineError(
                    f"line {number} has {key!r}, which means nothing here; it may have {', '.join(known)}"
                )
            kinds, words = known[key]
            is_wrong = not isinstance(content, kinds) or isinstance(content, bool)
            if is_wrong or (isinstance(content, list) and not all(isinstance(each, str) for each in content)):
                raise LineError(f"line {number}: {key} must be {words}")
        yield value
