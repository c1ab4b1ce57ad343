"""What is kept about a person, written out for them (/tiedot)."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.dialogue.times import HELSINKI
from content.library import Library
from intents.language import Language


def report(everything: Mapping[str, Any], language: Language, library: Library) -> str:
    """Write everything that is kept as text: a line a fact, a block a kind."""
    blocks = [library.say("privacy.records", language=language)]
    for kind, rows in everything.items():
        lines = [_line(row) for row in (rows if isinstance(rows, Sequence) and not isinstance(rows, str) else [rows])]
        if any(lines):
            blocks.append("\n".join([f"{kind}:", *filter(None, lines)]))
    return "\n\n".join(blocks)


def _line(row: Any) -> str:
    if isinstance(row, Mapping):
        return "– " + ", ".join(f"{key}: {_value(value)}" for key, value in row.items() if value not in (None, "", b""))
    return f"– {_value(row)}" if row not in (None, "") else ""


def _value(value: Any) -> str:
    if hasattr(value, "astimezone"):
        return str(value.astimezone(HELSINKI).strftime("%-d.%-m.%Y %H:%M"))
    return str(value)
