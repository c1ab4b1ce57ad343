"""A pack's nouns by their ids, each with the place where it stands."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from content.faults import Document, Fault, Step, Subject, Where
from content.sources import Content, Source, Sources


class _Named(Protocol):
    @property
    def id(self) -> str: ...


Noun = TypeVar("Noun", bound=_Named)


@dataclass(frozen=True, slots=True)
class Placed(Generic[Noun]):
    """A noun of a pack, and where it stands."""

    noun: Noun
    document: Document
    where: Where

    def fault(self, path: Iterable[Step], message: str, *, is_warning: bool = False) -> Fault:
        """Make a fault of a place inside the noun."""
        return self.document.fault((*self.where, *path), message, is_warning=is_warning)

    def warning(self, path: Iterable[Step], subject: Subject, message: str) -> Fault:
        """Make a warning of a place inside the noun."""
        return self.document.warning((*self.where, *path), subject, message)

    @property
    def place(self) -> str:
        """Name its file and line, for a fault elsewhere."""
        return f"{self.document.path.parent.name}/{self.document.path.name}:{self.document.line(self.where)}"


class Index:
    """Each noun of a pack by its id; where an id stands twice, the first."""

    def __init__(self, sources: Sources) -> None:
        self.faults: list[Fault] = []
        self.sources = sources
        self.services = self._all("services", sources.services, lambda file: file.services)
        self.topics = self._all("topics", sources.topics, lambda file: file.topics)
        self.school_topics = self._all("topics", sources.school_topics, lambda file: file.topics)
        self.pages = self._all("pages", sources.pages, lambda file: file.pages)
        self.events = self._all("events", sources.events, lambda file: file.events)
        self.news = self._all("news", sources.news, lambda file: file.news)
        self.canned = self._all("canned", sources.canned, lambda file: file.canned)
        self.outcomes = self._all("outcomes", sources.canned, lambda file: file.outcomes)
        catalogue = sources.catalogue.content.groups.values()
        # What the catalogue alone has is one fault, not one more in each place that names it.
        known = {entry.id for entries in catalogue for entry in entries}
        own = {topic for topic, placed in self.school_topics.items() if placed.noun.group is not None}
        self.topic_ids = {*self.topics, *known, *own}
        self.campuses = {campus.id for campus in sources.school.content.campuses}

    def _all(
        self, key: str, files: Iterable[Source[Content]], nouns: Callable[[Content], Iterable[Noun]]
    ) -> Mapping[str, Placed[Noun]]:
        """Index what stands under a key of some files."""
        return self._by_id(
            Placed(noun, file.document, (key, number))
            for file in files
            for number, noun in enumerate(nouns(file.content))
        )

    def _by_id(self, every: Iterable[Placed[Noun]]) -> dict[str, Placed[Noun]]:
        found: dict[str, Placed[Noun]] = {}
        for placed in every:
            first = found.setdefault(placed.noun.id, placed)
            if first is not placed:
                message = f'the id "{placed.noun.id}" stands also in {first.place}; give one of them another'
                self.faults.append(placed.fault(("id",), message))
        return found
