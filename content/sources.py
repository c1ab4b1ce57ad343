"""A pack's files, found and read: those of `common` and those of one school."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Generic, TypeVar

from content.canned import CannedFile
from content.events import EventsFile
from content.faults import ContentError, Document, Fault, ReadError, read, shown_path
from content.news import NewsFile
from content.schema import (
    CatalogueFile,
    DangerFile,
    PhrasesFile,
    ServicesFile,
    StrangeFile,
    TextsFile,
    ThresholdsFile,
    TopicsFile,
)
from content.schema_fields import Strict
from content.schema_pages import LadderFile, PagesFile
from content.schema_safety import SafetyFile
from content.schema_school import PackFile, SchoolTopicsFile

COMMON: Final = "common"
_COMMON_FILES: Final = (
    *("catalogue.yaml", "texts.yaml", "safety.yaml", "strange.yaml", "thresholds.yaml"),
    "canned.yaml",
)
_COMMON_FOLDERS: Final = ("topics", "pages", "phrases", "services", "risk", "danger", "texts")
_SCHOOL_FILES: Final = ("pack.yaml", "topics.yaml", "services.yaml", "ladder.yaml", "canned.yaml")
_SCHOOL_FOLDERS: Final = ("phrases", "services", "events", "news")
_VERSION_LENGTH: Final = 12  # hex digits: enough to tell two states of the content apart in a log

Content = TypeVar("Content", bound=Strict)


@dataclass(frozen=True, slots=True)
class Source(Generic[Content]):
    """A file: what it says, and where it says so."""

    document: Document
    content: Content


@dataclass(frozen=True, slots=True)
class Sources:
    """Everything that makes one library."""

    pack: str
    school: Source[PackFile]
    catalogue: Source[CatalogueFile]
    topics: Sequence[Source[TopicsFile]]
    school_topics: Sequence[Source[SchoolTopicsFile]]  # one, or none where a school adds nothing
    pages: Sequence[Source[PagesFile]]
    ladder: Sequence[Source[LadderFile]]  # one, or none
    services: Sequence[Source[ServicesFile]]
    texts: Sequence[Source[TextsFile]]  # the conversation's first, then those of `texts/`
    safety: Source[SafetyFile]
    risk: Sequence[Document]
    phrases: Sequence[Source[PhrasesFile]]  # of common, then of the school
    strange: Sequence[Source[StrangeFile]]  # one, or none
    danger: Sequence[Source[DangerFile]]
    thresholds: Sequence[Source[ThresholdsFile]]  # one, or none: then those of the matcher itself hold
    events: Sequence[Source[EventsFile]] = ()
    news: Sequence[Source[NewsFile]] = ()
    canned: Sequence[Source[CannedFile]] = ()  # of common, then of the school; either may have none

    @property
    def version(self) -> str:
        """Return a hash of all that the files say."""
        documents = [
            *(self.school.document, self.catalogue.document, self.safety.document),
            *(source.document for source in self.texts),
            *(source.document for source in self.topics),
            *(source.document for source in self.school_topics),
            *(source.document for source in self.pages),
            *(source.document for source in self.ladder),
            *(source.document for source in self.services),
            *self.risk,
            *(source.document for source in self.phrases),
            *(source.document for source in self.strange),
            *(source.document for source in self.danger),
            *(source.document for source in self.thresholds),
            *(source.document for source in self.events),
            *(source.document for source in self.news),
            *(source.document for source in self.canned),
        ]
        whole = hashlib.sha256()
        for document in sorted(documents, key=lambda each: each.path):
            whole.update(f"{document.path.parent.name}/{document.path.name}\n{document.text}".encode())
        return whole.hexdigest()[:_VERSION_LENGTH]


def pack_names(packs_dir: Path) -> list[str]:
    """Return the schools that have a pack."""
    return sorted(path.parent.name for path in packs_dir.glob("*/pack.yaml") if path.parent.name != COMMON)


def gather(pack: str, packs_dir: Path) -> Sources:
    """Read a pack's files; raise ContentError with every fault that can be seen in one file alone."""
    if pack not in pack_names(packs_dir):
        known = ", ".join(pack_names(packs_dir)) or "none"
        file = shown_path(packs_dir / pack / "pack.yaml")
        raise ContentError([Fault(file, 1, f'there is no pack "{pack}"; packs are: {known}')])
    return _Gathering(pack, packs_dir).sources()


class _Gathering:
    """Reads file after file, keeping faults until all have been seen."""

    def __init__(self, pack: str, packs_dir: Path) -> None:
        self.pack = pack
        self.common = packs_dir / COMMON
        self.school = packs_dir / pack
        self.faults = list(_strangers(self.common, self.school))

    def sources(self) -> Sources:
        school = self._one(self.school / "pack.yaml", PackFile)
        catalogue = self._one(self.common / "catalogue.yaml", CatalogueFile)
        texts = self._all(
            [self.common / "texts.yaml", *sorted((self.common / "texts").glob("*.yaml"))], TextsFile
        )
        safety = self._one(self.common / "safety.yaml", SafetyFile)
        topics = self._all(self._folder("topics"), TopicsFile)
        school_topics = self._all(_existing(self.school / "topics.yaml"), SchoolTopicsFile)
        pages = self._all(sorted((self.common / "pages").glob("*.yaml")), PagesFile)
        ladder = self._all(_existing(self.school / "ladder.yaml"), LadderFile)
        services = self._all(
            [
                *self._folder("services"),
                *_existing(self.school / "services.yaml"),
                *sorted((self.school / "services").glob("*.yaml")),
            ],
            ServicesFile,
        )
        risk = [document for path in self._folder("risk") if (document := self._read(path)) is not None]
        phrases = self._all(
            [*self._folder("phrases"), *sorted((self.school / "phrases").glob("*.yaml"))], PhrasesFile
        )
        strange = self._all(_existing(self.common / "strange.yaml"), StrangeFile)
        danger = self._all(sorted((self.common / "danger").glob("*.yaml")), DangerFile)
        thresholds = self._all(_existing(self.common / "thresholds.yaml"), ThresholdsFile)
        events = self._all(sorted((self.school / "events").glob("*.yaml")), EventsFile)
        news = self._all(sorted((self.school / "news").glob("*.yaml")), NewsFile)
        canned = self._all(
            [*_existing(self.common / "canned.yaml"), *_existing(self.school / "canned.yaml")], CannedFile
        )
        if self.faults or school is None or catalogue is None or safety is None:
            raise ContentError(self.faults)
        return Sources(
            pack=self.pack,
            school=school,
            catalogue=catalogue,
            topics=topics,
            school_topics=school_topics,
            pages=pages,
            ladder=ladder,
            services=services,
            texts=texts,
            safety=safety,
            risk=risk,
            phrases=phrases,
            strange=strange,
            danger=danger,
            thresholds=thresholds,
            events=events,
            news=news,
            canned=canned,
        )

    def _folder(self, name: str) -> list[Path]:
        found = sorted((self.common / name).glob("*.yaml"))
        if not found:
            file = shown_path(self.common / name)
            self.faults.append(Fault(file, 1, "no .yaml file in this folder; put it back"))
        return found

    def _all(self, paths: Iterable[Path], model: type[Content]) -> list[Source[Content]]:
        return [source for path in paths if (source := self._one(path, model)) is not None]

    def _one(self, path: Path, model: type[Content]) -> Source[Content] | None:
        document = self._read(path)
        if document is None:
            return None
        try:
            return Source(document, document.parse(model))
        except ReadError as error:
            self.faults += error.faults
            return None

    def _read(self, path: Path) -> Document | None:
        try:
            return read(path)
        except ReadError as error:
            self.faults += error.faults
            return None


def _existing(path: Path) -> list[Path]:
    return [path] if path.exists() else []


def _strangers(common: Path, school: Path) -> Iterator[Fault]:
    """Find files that nobody reads: a misspelt name must not make content vanish."""
    for folder, files, folders in [
        (common, _COMMON_FILES, _COMMON_FOLDERS),
        (school, _SCHOOL_FILES, _SCHOOL_FOLDERS),
    ]:
        for path in sorted([*folder.rglob("*.yaml"), *folder.rglob("*.yml")]):
            place = path.relative_to(folder)
            is_known = str(place) in files or (
                len(place.parts) == 2 and place.parts[0] in folders and path.suffix == ".yaml"
            )
            if not is_known:
                names = ", ".join([*files, *(f"{each}/*.yaml" for each in folders)])
                yield Fault(shown_path(path), 1, f"nobody reads this file; files here are {names}")
