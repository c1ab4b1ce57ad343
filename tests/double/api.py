"""The Bot API's own description of itself (api.json, MIT licence beside it), read once."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

API_FILE = Path(__file__).with_name("api.json")


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter of a method, or a field of a type."""

    name: str
    types: tuple[str, ...]
    required: bool
    must_be: str | None = None  # the constant that tells members of a union apart


@dataclass(frozen=True, slots=True)
class Shape:
    """An object type, or a union of others when it has subtypes."""

    name: str
    fields: dict[str, Field]
    subtypes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Method:
    """A method: what it takes and what it returns."""

    name: str
    fields: dict[str, Field]
    returns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Description:
    """All methods and types of one version of the Bot API."""

    version: str
    methods: dict[str, Method]
    lower_case: dict[str, str]  # method names are matched whatever their case
    types: dict[str, Shape]


def _fields(raw: list[dict[str, Any]]) -> dict[str, Field]:
    return {
        field["name"]: Field(field["name"], tuple(field["types"]), field["required"], field.get("must_be"))
        for field in raw
    }


@cache
def bot_api() -> Description:
    """Return the description; every caller shares the one."""
    raw = json.loads(API_FILE.read_text(encoding="utf-8"))
    methods = {
        name: Method(name, _fields(method["fields"]), tuple(method["returns"]))
        for name, method in raw["methods"].items()
    }
    types = {
        name: Shape(name, _fields(kind["fields"]), tuple(kind["subtypes"]))
        for name, kind in raw["types"].items()
    }
    return Description(raw["version"], methods, {name.lower(): name for name in methods}, types)


def specimen(kind: str) -> Any:
    """Return the smallest value of a type: required fields only, numbers 0, texts empty."""
    if kind.startswith("Array of "):
        return []
    match kind:
        case "Boolean":
            return True
        case "String":
            return ""
        case "Integer" | "Float":
            return 0
    shape = bot_api().types[kind]
    if shape.subtypes:
        return specimen(shape.subtypes[0])
    return {
        field.name: field.must_be if field.must_be is not None else specimen(field.types[0])
        for field in shape.fields.values()
        if field.required
    }
