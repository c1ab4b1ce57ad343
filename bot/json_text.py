"""JSON in and out, the quick way: each message is read and written some ten times on its way.

orjson takes a fifth of the library's own time. What it refuses and the library's own takes (half characters), and
whole numbers that it would round, go the slow way, so that whatever came in before still does.
"""

import json
import re
from collections.abc import Callable
from typing import Any

import orjson

# Digits enough for a whole number beyond 64 bits, which orjson reads as a fraction.
_LONG = re.compile(r"[0-9]{19}")
_LONG_IN_BYTES = re.compile(rb"[0-9]{19}")


def read(text: str | bytes) -> Any:
    """Return what a JSON text says.

    Raises:
        ValueError: it is no JSON.
        RecursionError: it is nested too deeply.
    """
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        return json.loads(text)
    has_long = _LONG.search(text) if isinstance(text, str) else _LONG_IN_BYTES.search(text)
    return json.loads(text) if has_long else value


def write(value: Any, default: Callable[[Any], Any] | None = None) -> str:
    """Return a value as JSON, as short as it can be; `default` turns what JSON does not know into what it does.

    Raises:
        TypeError: there is something in it that JSON does not know.
    """
    try:
        return orjson.dumps(value, default=default).decode()
    except orjson.JSONEncodeError:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=default)


def write_bytes(value: Any) -> bytes:
    """Return the same as it goes over the network; half a character becomes a question mark."""
    return write(value).encode(errors="replace")
