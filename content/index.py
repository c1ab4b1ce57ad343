"""A pack's nouns by their ids, each with the place where it stands."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from content.canned import CannedAnswer, Outcome
from content.events import Event
from content.faults import Document, Fault, Step, Subject, Where
from content.news import Bulletin
from content.schema import SchoolTopic, Service, Topic
from content.schema_pages import Page
from content.sources import Sources


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
        self.services: Mapping[str, Placed[Service]] = self._by_id(
            Placed(noun, file.document, ("services", number))
            for file in sources.services
            for number, noun in enumerate(file.content.services)
        )
        self.topics: Mapping[str, Placed[Topic]] = self._by_id(
            Placed(noun, file.document, ("topics", number))
            for file in sources.topics
            for number, noun in enumerate(file.content.topics)
        )
        self.school_topics: Mapping[str, Placed[SchoolTopic]] = self._by_id(
            Placed(noun, file.document, ("topics", number))
            for file in sources.school_topics
            for number, noun in enumerate(file.content.topics)
        )
        self.pages: Mapping[str, Placed[Page]] = self._by_id(
            Placed(noun, file.document, ("pages", number))
            for file in sources.pages
            for number, noun in enumerate(file.content.pages)
        )
        self.events: Mapping[str, Placed[Event]] = self._by_id(
            Placed(noun, file.document, ("events", number))
            for file in sources.events
            for number, noun in enumerate(file.content.events)
        )
        self.news: Mapping[str, Placed[Bulletin]] = self._by_id(
            Placed(noun, file.document, ("news", number))
            for file in sources.news
            for number, noun in enumerate(file.content.news)
        )
        self.canned: Mapping[str, Placed[CannedAnswer]] = self._by_id(
            Placed(noun, file.document, ("canned", number))
            for file in sources.canned
            for number, noun in enumerate(file.content.canned)
        )
        self.outcomes: Mapping[str, Placed[Outcome]] = self._by_id(
            Placed(noun, file.document, ("outcomes", number))
            for file in sources.canned
            for number, noun in enumerate(file.content.outcomes)
        )
        catalogue = sources.catalogue.content.groups.values()
        # What the catalogue alone has is one fault, not one more in each place that names it.
        known = {entry.id for entries in catalogue for entry in entries}
        own = {topic for topic, placed in self.school_topics.items() if placed.noun.group is not None}
        self.topic_ids = {*self.topics, *known, *own}
        self.campuses = {campus.id for campus in sources.school.content.campuses}

    def _by_id(self, every: Iterable[Placed[Noun]]) -> dict[str, Placed[Noun]]:
        found: dict[str, Placed[Noun]] = {}
        for placed in every:
            first = found.setdefault(placed.noun.id, placed)
            if first is not placed:
                message = f'the id "{placed.noun.id}" stands also in {first.place}; give one of them another'
                self.faults.append(placed.fault(("id",), message))
        return found
