"""Make `api.json` from a full machine-readable Bot API: `python -m tests.double.trim FULL.json > api.json`.

Kept are names, types, what is required and what is returned; prose goes, but for constants
that only prose names ("Type of the reaction, always “emoji”"), which become `must_be`.
"""

import json
import re
import sys
from pathlib import Path
from typing import Any

CONSTANT = re.compile(r"(?:must be|always)\s+[“\"']?([a-z_0-9]+)[”\"']?\.?$")


def trimmed_field(field: dict[str, Any], *, of_type: bool) -> dict[str, Any]:
    """Return one field or parameter without its prose."""
    kept = {"name": field["name"], "types": field["types"], "required": field["required"]}
    constant = CONSTANT.search(field.get("description", "").strip())
    if (
        of_type
        and constant
        and field["types"] == ["String"]
        and field["name"] in ("type", "source", "status")
    ):
        kept["must_be"] = constant[1]
    return kept


def trimmed(full: dict[str, Any]) -> dict[str, Any]:
    """Return the description with all methods, types, fields, and no prose."""
    methods = {
        name: {
            "returns": method["returns"],
            "fields": [trimmed_field(field, of_type=False) for field in method.get("fields", [])],
        }
        for name, method in full["methods"].items()
    }
    types = {
        name: {
            "subtypes": kind.get("subtypes", []),
            "fields": [trimmed_field(field, of_type=True) for field in kind.get("fields", [])],
        }
        for name, kind in full["types"].items()
    }
    return {
        "version": full["version"],
        "release_date": full["release_date"],
        "methods": methods,
        "types": types,
    }


def written(api: dict[str, Any]) -> str:
    """Return the JSON with a method or type per line, so that a diff of two versions can be read."""

    def lines(part: dict[str, Any]) -> str:
        return ",\n".join(f"{json.dumps(name)}: {json.dumps(value)}" for name, value in part.items())

    head = f'"version": {json.dumps(api["version"])},\n"release_date": {json.dumps(api["release_date"])}'
    parts = ",\n".join(f'"{part}": {{\n{lines(api[part])}\n}}' for part in ("methods", "types"))
    return f"{{\n{head},\n{parts}\n}}\n"


if __name__ == "__main__":
    sys.stdout.write(written(trimmed(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))))
