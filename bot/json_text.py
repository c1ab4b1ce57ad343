"""JSON in and out, the quick way: each message is read and written some ten times on its way.

orjson takes a fifth of the library's own time. What it refuses and the library's own takes (half characters,
numbers of any size) goes the slow way, so that whatever came in before still does.
"""

import json
from collections.abc import Callable
from typing import Any

import orjson


def read(text: str | bytes) -> Any:
    """Return what a JSON text says.

    Raises:
        ValueError: it is no JSON.
        RecursionError: it is nested too deeply.
    """
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return json.loads(text)


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
