"""Services as a table: a row each, as any table program writes it."""

import csv
import io
from collections.abc import Iterator
from typing import Any, Final

from content.schema import ChannelType

SEVERAL: Final = "|"  # between values of one cell: table programs use commas and semicolons themselves
_LOCAL: Final = ("name", "what_for", "who_for")
_LANGUAGES: Final = ("fi", "sv", "en")
_WAYS: Final = tuple(each.value for each in ChannelType)
_LISTS: Final = ("campuses", "roles", "topics", "more_sources")
_PLAIN: Final = ("address", "source", "checked")
_YES: Final = {"yes": True, "kyllä": True, "x": True, "no": False, "ei": False}

COLUMNS: Final = (
    "id",
    *(f"{field}_{language}" for field in _LOCAL for language in _LANGUAGES),
    *(column for way in _WAYS for column in (way, f"{way}_hours")),
    "languages",
    "cost",
    "anonymous",
    *_LISTS,
    *_PLAIN,
)
_EXAMPLE: Final = {
    "id": "esimerkki-nuorisotila",
    "name_fi": "Nuorisotila Esimerkki",
    "name_sv": "Ungdomslokalen Exempel",
    "name_en": "Youth centre Example",
    "what_for_fi": "Paikka, jossa voi olla ja jutella nuorisotyöntekijän kanssa.",
    "phone": "044 123 4567",
    "phone_hours": "Mon-Fri 14-20; PH off",
    "web": "https://www.esimerkki.fi/nuorisotila",
    "languages": "fi|sv",
    "cost": "free",
    "anonymous": "yes",
    "topics": "hobbies|loneliness",
    "address": "Esimerkkikatu 1, Kuopio",
    "source": "https://www.esimerkki.fi/nuorisotila",
    "checked": "22.11.2026",
}


class NotTable(Exception):  # noqa: N818 (named for the case, as all of ours are)
    """A table that has not the columns that it needs."""


def template() -> str:
    """Return a table with all columns and one example to write over."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerow(_EXAMPLE)
    return out.getvalue()


def rows(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield each row with its line; Finnish table programs put semicolons between cells, others commas or tabs."""
    head = text.split("\n", 1)[0]
    delimiter = max(";,\t", key=head.count)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, restkey="")
    columns = [str(column).strip() for column in reader.fieldnames or ()]
    if not {"id", "name_fi"} <= set(columns):
        raise NotTable('the first line must name the columns, "id" and "name_fi" among them; see --template')
    for unknown in (column for column in columns if column not in COLUMNS):
        raise NotTable(f'there is no column "{unknown}"; the columns are {", ".join(COLUMNS)}')
    reader.fieldnames = columns
    for row in reader:
        cells = {
            key: (value or "").strip()
            for key, value in row.items()
            if isinstance(value, str) or value is None
        }
        if any(cells.values()):
            yield reader.line_num, cells


def from_row(cells: dict[str, str]) -> dict[str, Any]:
    """Return a row as our YAML would have it; whether that is right, the schema says."""
    whole: dict[str, Any] = {"id": cells.get("id", "")}
    for field in _LOCAL:
        texts = {each: words for each in _LANGUAGES if (words := cells.get(f"{field}_{each}"))}
        if texts:
            whole[field] = texts
    whole.setdefault("what_for", whole.get("name"))
    whole["channels"] = list(_channels(cells))
    for field in _LISTS:
        if cells.get(field):
            whole[field] = _several(cells[field])
    return {**whole, **{field: cells[field] for field in _PLAIN if cells.get(field)}}


def _channels(cells: dict[str, str]) -> Iterator[dict[str, Any]]:
    shared: dict[str, Any] = {"languages": _several(cells.get("languages", "")) or ["fi"]}
    if cells.get("cost"):
        shared["cost"] = cells["cost"]
    if cells.get("anonymous"):
        shared["anonymous"] = _YES.get(cells["anonymous"].casefold(), cells["anonymous"])
    for way in _WAYS:
        for value in _several(cells.get(way, "")):
            yield {"type": way, "value": value, "hours": cells.get(f"{way}_hours") or None, **shared}


def _several(cell: str) -> list[str]:
    return [part.strip() for part in cell.split(SEVERAL) if part.strip()]
