"""Checks of every call against api.json, compiled once into plain functions: benches go through them too."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, NoReturn

from tests.double.api import Field, bot_api
from tests.double.errors import reject

type_names = {str: "String", int: "Integer", bool: "Boolean", float: "Float", list: "Array", dict: "Object"}

Check = Callable[[object, str], str | None]
"""Takes a value and where it stands; returns what is wrong, or None."""

ARRAY_OF = "Array of "
TRUTHS = {"true": True, "True": True, "1": True, "false": False, "False": False, "0": False}
# Words of the true server for what is left out most often.
MISSING = {
    "text": "message text is empty",
    "chat_id": "chat_id is empty",
    "message_id": "message identifier is not specified",
}


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came as a part of a multipart body."""

    file_name: str
    content: bytes
    content_type: str


def _wrong(value: object, where: str, wanted: str) -> str:
    return f"{where} must be {wanted}, not {type_names.get(type(value), type(value).__name__)}"


def _string(value: object, where: str) -> str | None:
    return None if isinstance(value, str) else _wrong(value, where, "String")


def _integer(value: object, where: str) -> str | None:
    return None if isinstance(value, int) and not isinstance(value, bool) else _wrong(value, where, "Integer")


def _float(value: object, where: str) -> str | None:
    fits = isinstance(value, int | float) and not isinstance(value, bool)
    return None if fits else _wrong(value, where, "Float")


def _boolean(value: object, where: str) -> str | None:
    return None if isinstance(value, bool) else _wrong(value, where, "Boolean")


def _file(value: object, where: str) -> str | None:
    return None if isinstance(value, Upload) else _wrong(value, where, "InputFile")


SCALARS: dict[str, Check] = {
    "String": _string,
    "Integer": _integer,
    "Float": _float,
    "Boolean": _boolean,
    "InputFile": _file,
}


@cache
def check_of(types: tuple[str, ...]) -> Check:
    """Return the check for a value that may be any of these types."""
    if len(types) == 1:
        return _check_of_one(types[0])
    if all(kind.startswith(ARRAY_OF) for kind in types):
        return _array(check_of(tuple(kind.removeprefix(ARRAY_OF) for kind in types)))
    return _any_of(types)


def _check_of_one(kind: str) -> Check:
    if kind in SCALARS:
        return SCALARS[kind]
    if kind.startswith(ARRAY_OF):
        return _array(check_of((kind.removeprefix(ARRAY_OF),)))
    subtypes = bot_api().types[kind].subtypes
    # Types contain one another (a message its reply): looked up when first needed, not while compiling.
    return _later(lambda: _any_of(subtypes) if subtypes else _object(kind))


def _later(make: Callable[[], Check]) -> Check:
    made: list[Check] = []

    def check(value: object, where: str) -> str | None:
        if not made:
            made.append(make())
        return made[0](value, where)

    return check


def _array(item: Check) -> Check:
    def check(value: object, where: str) -> str | None:
        if not isinstance(value, list):
            return _wrong(value, where, "Array")
        for position, element in enumerate(value):
            if fault := item(element, f"{where}[{position}]"):
                return fault
        return None

    return check


def _object(kind: str) -> Check:
    shape = bot_api().types[kind]
    checks = {name: (field.must_be, check_of(field.types)) for name, field in shape.fields.items()}
    required = [name for name, field in shape.fields.items() if field.required]

    def check(value: object, where: str) -> str | None:
        if not isinstance(value, dict):
            return _wrong(value, where, kind)
        for name in required:
            if name not in value:
                return f"{where}.{name} is required in {kind}"
        for name, content in value.items():
            if name not in checks:
                return f"{where}.{name} is no field of {kind}"
            must_be, inner = checks[name]
            if must_be is not None and content != must_be:
                return f"{where}.{name} must be {must_be} in {kind}"
            if fault := inner(content, f"{where}.{name}"):
                return fault
        return None

    return check


def _any_of(kinds: tuple[str, ...]) -> Check:
    types = bot_api().types
    shapes = [types[kind] for kind in kinds if kind in types]
    alternatives = [(kind, _check_of_one(kind)) for kind in kinds]
    constants = {
        (field.name, field.must_be): shape.name
        for shape in shapes
        for field in shape.fields.values()
        if field.must_be is not None
    }

    def likely(value: object) -> str | None:
        """Return the alternative that the value means to be, so that its fault is the one reported."""
        if not isinstance(value, dict):
            return None
        for name in {name for name, _ in constants} & set(value):
            return constants.get((name, value[name])) if isinstance(value[name], str) else None
        for shape in shapes:
            needed = [field.name for field in shape.fields.values() if field.required]
            if needed and all(name in value for name in needed):
                return shape.name
        return None

    def check(value: object, where: str) -> str | None:
        meant = likely(value)
        faults = []
        for kind, alternative in alternatives:
            fault = alternative(value, where)
            if fault is None:
                return None
            if kind == meant:
                return fault
            faults.append(fault)
        return faults[0] if len(faults) == 1 else _wrong(value, where, " or ".join(kinds))

    return check


def _from_text(field: Field, text: str) -> object:
    """Read a parameter that came as text (form, query, multipart) as the type that it should have."""
    if "String" in field.types and "Integer" not in field.types:
        return text
    for kind in field.types:
        if kind == "Integer" and text.lstrip("-").isdigit():
            return int(text)
        if kind == "Boolean" and text in TRUTHS:
            return TRUTHS[text]
        if kind == "Float":
            try:
                return float(text)
            except ValueError:
                return text
        if kind not in SCALARS:
            try:
                return json.loads(text)
            except ValueError:
                _unreadable(field.name)
    return text


def _unreadable(name: str) -> NoReturn:
    if name == "reply_markup":
        reject("can't parse reply keyboard markup JSON object")
    reject(f"can't parse {name.replace('_', ' ')} JSON object")


def _check_attached(value: object, uploads: Mapping[str, Upload]) -> None:
    """See that each `attach://name` has its part in the body."""
    match value:
        case str() if value.startswith("attach://") and value.removeprefix("attach://") not in uploads:
            reject(
                f"wrong file identifier/HTTP URL specified: no part named {value.removeprefix('attach://')}"
            )
        case list():
            for element in value:
                _check_attached(element, uploads)
        case dict():
            for element in value.values():
                _check_attached(element, uploads)


def _check_encoding(value: object) -> None:
    """Refuse half a surrogate pair, as cutting a text in its middle leaves."""
    match value:
        case str():
            try:
                value.encode()
            except UnicodeEncodeError:
                reject("strings must be encoded in UTF-8")
        case list():
            for element in value:
                _check_encoding(element)
        case dict():
            for element in value.values():
                _check_encoding(element)


def parameters(
    method: str, raw: Mapping[str, object], *, uploads: Mapping[str, Upload] | None = None
) -> dict[str, Any]:
    """Return a call's parameters in their own types; raise `ApiError` on what the description forbids."""
    fields = bot_api().methods[method].fields
    uploads = uploads or {}
    read: dict[str, Any] = {}
    for name, value in raw.items():
        field = fields.get(name)
        if field is None:
            if isinstance(value, Upload):
                continue  # a part that another parameter refers to
            reject(f"{method} has no parameter {name}")
        read[name] = _from_text(field, value) if isinstance(value, str) else value
    for field in fields.values():
        if field.name not in read:
            if field.required:
                reject(MISSING.get(field.name, f'parameter "{field.name}" is required'))
        elif fault := check_of(field.types)(read[field.name], field.name):
            reject(fault)
    for value in read.values():
        if isinstance(value, str | list | dict):
            _check_attached(value, uploads)
            _check_encoding(value)
    return read


def fault_in(kind: str, value: object) -> str | None:
    """Return what keeps a value from being of this type; also for what the double sends itself."""
    return check_of((kind,))(value, kind)
