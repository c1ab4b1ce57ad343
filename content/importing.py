"""Services from elsewhere, into a pack, unverified: nobody is shown them before a keeper has looked at each.

They go to a file of their own, `services/imported.yaml`, so that nothing that keepers wrote is ever written over.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import yaml
from pydantic import ValidationError

from content.checking import faults_in
from content.faults import ContentError, in_our_words, shown_path
from content.hsds import NotHsds, as_yaml, channel_as_yaml, from_hsds, public, services_in
from content.index import Index, Placed
from content.library import PACKS_DIR
from content.schema import Service
from content.sources import gather
from content.table import NotTable, from_row, rows

IMPORTED: Final = "services/imported.yaml"
_HEAD: Final = """\
# Tuotu komennolla "matala import"; ei näy opiskelijoille ennen tarkistusta: katso lähteestä, kirjoita checked, vaihda
# verified: true. Seuraava tuonti kirjoittaa tiedoston uudestaan: tarkistettu pysyy, jos tuotu tieto ei muuttunut;
# omat muistiinpanot (#) katoavat. Imported, hidden until somebody verifies it; comments here do not survive.
"""
_KEPT_BY_HAND: Final = ("verified", "checked", "source", "topics", "owner", "remark", "freshness")


class ImportRefused(Exception):  # noqa: N818 (named for the case, as all of ours are)
    """A file that cannot be imported at all; the message says why and what to do."""


@dataclass
class Report:
    """What became of each service: its id, or the line where there was none, and why."""

    new: list[str] = field(default_factory=list)
    changed: list[tuple[str, str]] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Offered:
    """A service that a file offers, as our YAML would have it, and where it stands in the file."""

    place: str
    whole: dict[str, Any]


def read_offers(path: Path) -> list[Offered]:
    """Read an HSDS document or a table; raise ImportRefused when it is neither."""
    text = _text(path)
    try:
        if text.lstrip().startswith(("{", "[")):
            return [
                Offered(f"service {number}", from_hsds(each))
                for number, each in enumerate(services_in(json.loads(text)), start=1)
            ]
        return [Offered(f"line {line}", from_row(cells)) for line, cells in rows(text)]
    except ValueError as error:
        raise ImportRefused(f"{shown_path(path)} is neither JSON nor a table: {error}") from error
    except (NotHsds, NotTable) as error:
        raise ImportRefused(f"{shown_path(path)}: {error}") from error


def _text(path: Path) -> str:
    try:
        written = path.read_bytes()
    except OSError as error:
        raise ImportRefused(f"{shown_path(path)} cannot be read: {error.strerror}") from error
    try:
        return written.decode("utf-8-sig")
    except UnicodeDecodeError:
        return written.decode("cp1252", errors="replace")  # what table programs in Finland still write


def bring_in(
    offers: list[Offered],
    pack: str,
    packs_dir: Path = PACKS_DIR,
    *,
    tell: Callable[[int], None] = lambda _: None,
) -> Report:
    """Write what is offered into a pack; `tell` hears how many have been dealt with.

    A pack that would be faulty with it is left as it was, and ImportRefused says why.
    """
    importing = _Import(pack, packs_dir)
    for number, offered in enumerate(offers, start=1):
        importing.take(offered)
        tell(number)
    importing.write()
    return importing.report


class _Import:
    """One import: what the pack has, what comes, and what became of each."""

    def __init__(self, pack: str, packs_dir: Path) -> None:
        self.report = Report()
        self._pack, self._packs_dir = pack, packs_dir
        self._path = packs_dir / pack / IMPORTED
        self._index = Index(gather(pack, packs_dir))
        before = [placed for placed in self._index.services.values() if self._is_imported(placed)]
        self._before = {placed.noun.id: placed.noun for placed in before}
        self._after: dict[str, Service] = dict(self._before)
        self._seen: set[str] = set()

    def _is_imported(self, placed: Placed[Service]) -> bool:
        return placed.document.path == self._path

    def take(self, offered: Offered) -> None:
        """Sort what is offered into new, changed, unchanged and refused."""
        name = offered.whole.get("id") or offered.place
        try:
            service = Service.model_validate({**offered.whole, "verified": False})
        except ValidationError as error:
            self.report.refused.append((f"{name} ({offered.place})", "; ".join(in_our_words(error))))
            return
        reasons = list(self._reasons_against(service))
        if reasons:
            self.report.refused.append((f"{name} ({offered.place})", "; ".join(reasons)))
            return
        self._seen.add(service.id)
        self._put(service)

    def _reasons_against(self, service: Service) -> Iterator[str]:
        if service.id in self._seen:
            yield "this id stands twice in the file; give one of them another"
        placed = self._index.services.get(service.id)
        is_by_hand = placed is not None and not self._is_imported(placed)
        if placed and is_by_hand and (differ := _differences(placed.noun, service, public)):
            yield f"kept by hand in {placed.place}; differs in {differ}: change it there"
        for topic in service.topics:
            if topic not in self._index.topic_ids:
                yield f'there is no topic "{topic}"; correct it'
        for campus in service.campuses or ():
            if campus not in self._index.campuses:
                yield f'there is no campus "{campus}"; the pack has {", ".join(sorted(self._index.campuses))}'

    def _put(self, service: Service) -> None:
        before = self._before.get(service.id)
        if before is None and service.id in self._index.services:  # kept by hand, and the same
            self.report.unchanged.append(service.id)
            return
        if before is None:
            self.report.new.append(service.id)
            self._after[service.id] = service
            return
        differ = _differences(before, service, _without_remarks)
        if not differ:
            self.report.unchanged.append(service.id)
            return
        self.report.changed.append((service.id, differ))
        kept = {
            name: getattr(before, name)
            for name in ("topics", "owner", "remark")
            if not getattr(service, name)
        }
        self._after[service.id] = service.model_copy(update=kept)

    def write(self) -> None:
        """Write the file; take it back when the pack cannot be used with it."""
        if not self.report.new and not self.report.changed:
            return
        old = self._path.read_text(encoding="utf-8") if self._path.exists() else None
        self._path.parent.mkdir(exist_ok=True)
        self._path.write_text(_HEAD + _as_text(self._after), encoding="utf-8")
        try:
            faults = faults_in(Index(gather(self._pack, self._packs_dir)))
            errors = [fault for fault in faults if not fault.is_warning]
        except ContentError as error:
            errors = error.faults
        if errors:
            self._take_back(old)
            lines = "\n".join(map(str, errors))
            raise ImportRefused(f"the pack would be faulty with it, so nothing was written:\n{lines}")

    def _take_back(self, old: str | None) -> None:
        if old is not None:
            self._path.write_text(old, encoding="utf-8")
        else:
            self._path.unlink()


def _differences(before: Service, now: Service, view: Callable[[Service], dict[str, Any]]) -> str:
    """Name what an offer says otherwise; what keepers add by hand is no difference."""
    old, new = view(before), view(now)
    names = sorted(
        name
        for name in old.keys() | new.keys()
        if old.get(name) != new.get(name) and not (name in _KEPT_BY_HAND and _is_keepers(name, new))
    )
    return ", ".join(names)


def _without_remarks(service: Service) -> dict[str, Any]:
    """Return all that an offer can say of a service."""
    channels = [channel_as_yaml(channel, with_remark=False) for channel in service.channels]
    return {**as_yaml(service), "channels": channels}


def _is_keepers(name: str, new: Mapping[str, Any]) -> bool:
    """Say whether a keeper's word goes before the file's: always for `verified`, else where the file has none."""
    return name in ("verified", "checked", "source") or not new.get(name)


def _as_text(services: Mapping[str, Service]) -> str:
    values = {"services": [as_yaml(service) for service in services.values()]}
    return yaml.safe_dump(values, allow_unicode=True, sort_keys=False, width=110)
