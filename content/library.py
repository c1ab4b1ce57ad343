"""All that a school's people may be told: its pack and what is common, loaded whole or not at all."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from content.canned import CannedAnswer, Outcome
from content.checking import DUTY_DEFAULT, faults_in
from content.checking_services import is_of_common
from content.events import Event
from content.faults import ContentError, Fault, shown_path
from content.hours import Hours, is_open
from content.index import Index
from content.learnt import recall, users_cache
from content.merging import groups_of, topics_of
from content.news import Bulletin
from content.nights import ending_at_night
from content.risk_rules import RiskRulesError, build
from content.schema import Choice, Role, Service, Topic
from content.schema_fields import LocalText
from content.schema_pages import LadderFile, Page
from content.schema_safety import SafetyEntry
from content.schema_school import Campus, Institution
from content.sources import Sources, gather, pack_names
from content.teaching import calm_topics, examples, leanings, texts_of, thresholds
from content.written import Written
from intents.language import Language
from intents.matcher import Matcher
from intents.risk import Risk, RiskRules
from intents.risk_sense import Sense
from intents.spelling import Spelling
from intents.understanding import Reader

PACKS_DIR: Final = Path(__file__).parent / "packs"
REMEMBERED: Final = 2_048  # lists of services, a quarter of a school's topics for everybody: half a megabyte


# Topic, services, campus, role and language: all that decides which services are shown, and in what order.
_Asked = tuple[str, tuple[str, ...], str | None, Role, Language]


class UnknownText(KeyError):  # noqa: N818 (named for the case, as all of ours are)
    """A text that no pack has, or a value that it needs and did not get: a bug in the program."""


@dataclass(frozen=True, slots=True)
class SafetyText:
    """What somebody in danger reads, and who helps."""

    id: str
    text: str
    services: tuple[Service, ...]


@dataclass(frozen=True)
class Library:
    """One state of the content; immutable, replaced as a whole."""

    pack: str
    institution: Institution
    campuses: Mapping[str, Campus]
    groups: Mapping[str, tuple[str, ...]]  # ids of topics, in the order of the catalogue
    topics: Mapping[str, Topic]  # as this school answers them; `services` in the order to show
    pages: Mapping[str, Page]
    ladder: LadderFile | None  # None: the school has told no steps, or they are not verified
    services: Mapping[str, Service]
    texts: Mapping[str, LocalText]
    safety: tuple[SafetyEntry, ...]
    duty_hours: Mapping[str, Hours]
    reader: Reader
    version: str  # a hash of all files: tells two states of the content apart
    warnings: tuple[Fault, ...] = ()
    events: tuple[Event, ...] = ()
    news: Mapping[str, Bulletin] = field(default_factory=dict)
    own_services: frozenset[str] = frozenset()  # of the school's own pack, with those of its region
    canned: Mapping[str, CannedAnswer] = field(default_factory=dict)
    outcomes: Mapping[str, Outcome] = field(default_factory=dict)
    # What has been found out, remembered: it changes nothing of what is said.
    written: Written = field(default_factory=Written, init=False, repr=False, compare=False)
    _till_nights: dict[_Asked, list[Service]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def say(self, key: str, *, language: Language, **values: str) -> str:
        """Return an interface text, its {placeholders} filled in; in Finnish where the language lacks it."""
        text = self.texts.get(key)
        if text is None:
            raise UnknownText(f'there is no text "{key}"; add it to texts.yaml or to texts/')
        try:
            return text.get(language).format_map(values)
        except KeyError as error:
            raise UnknownText(f'the text "{key}" needs the value {error}') from error

    def answer(self, topic: str, *, role: Role, language: Language) -> str:
        """Return the answer for a role (students' where it has none), in a language (or in Finnish)."""
        return self.topics[topic].answers.get(role, language)

    def topic_name(self, topic: str, language: Language) -> str:
        """Return what a topic is called on a button."""
        return self.topics[topic].name.get(language)

    def services_for(
        self, topic: str, *, campus: str | None, role: Role, language: Language
    ) -> list[Service]:
        """Return the services to show, in order; those that don't speak the language come last, in order.

        The very last one answers at night, wherever the topic or its group names one that does. Without a campus,
        only what is there for every campus: a person in Iisalmi isn't sent to Kuopio.
        """
        ids = self.topics[topic].services
        return self._till_night(topic, ids, campus=campus, role=role, language=language)

    def services_for_choice(
        self, topic: str, choice: Choice, *, campus: str | None, role: Role, language: Language
    ) -> list[Service]:
        """Return the services to show after a follow-up: the choice's own come before the topic's."""
        ids = tuple(dict.fromkeys(choice.services + self.topics[topic].services))
        return self._till_night(topic, ids, campus=campus, role=role, language=language)

    def is_spare(self, service: Service, topic: str, choice: Choice | None = None) -> bool:
        """Say whether a service is not about the topic: it only answers at night, when nobody else does."""
        about = self.topics[topic].services + (choice.services if choice is not None else ())
        return service.id not in about

    def services_for_page(
        self, page: str, *, campus: str | None, role: Role, language: Language
    ) -> list[Service]:
        """Return the services to show below a page."""
        return self._services(self.pages[page].services, campus=campus, role=role, language=language)

    def _till_night(
        self, topic: str, ids: tuple[str, ...], *, campus: str | None, role: Role, language: Language
    ) -> list[Service]:
        asked = (topic, ids, campus, role, language)
        found = self._till_nights.get(asked)
        if found is None:
            if len(self._till_nights) >= REMEMBERED:
                self._till_nights.clear()
            found = self._till_nights[asked] = self._ending_at_night(
                topic, ids, campus=campus, role=role, language=language
            )
        return [*found]

    def _ending_at_night(
        self, topic: str, ids: Iterable[str], *, campus: str | None, role: Role, language: Language
    ) -> list[Service]:
        shown = self._services(ids, campus=campus, role=role, language=language)
        at_night = self.topics[topic].at_night
        spare = self._services(at_night, campus=campus, role=role, language=language) if at_night else []
        return ending_at_night(shown, spare, language)

    def _services(
        self, ids: Iterable[str], *, campus: str | None, role: Role, language: Language
    ) -> list[Service]:
        found = [self.services[each] for each in ids]
        shown = [
            each
            for each in found
            if each.is_shown and self._is_at(each, campus) and (each.roles is None or role in each.roles)
        ]
        return sorted(shown, key=lambda service: not (self._is_near(service) or _speaks(service, language)))

    def _is_near(self, service: Service) -> bool:
        """Say whether one meets its people at school, whatever the language of the page that tells of them."""
        lines = (each for each in service.shown_channels(Language.FI) if each.is_conversation)
        return service.id in self.own_services and not any(lines)

    def services_speaking(self, language: Language, campus: str | None) -> list[Service]:
        """Return the services that may be shown here, and that serve in a language."""
        return [
            each
            for each in self.services.values()
            if each.is_shown
            and self._is_at(each, campus)
            and any(
                channel.is_conversation and channel.speaks(language)
                for channel in each.shown_channels(language)
            )
        ]

    def duty(self, campus: str | None) -> Hours:
        """Return when staff answer for a campus."""
        return self.duty_hours.get(campus or DUTY_DEFAULT, self.duty_hours[DUTY_DEFAULT])

    def safety_reply(
        self,
        risk: Risk,
        *,
        language: Language,
        campus: str | None,
        now: datetime,
        role: Role | None = None,
    ) -> SafetyText:
        """Return the reply of the first entry that fits; services that are closed now come last."""
        entry = next(each for each in self.safety if _fits(each, risk))
        services = [self.services[each] for each in entry.services.get(language)]
        here = [each for each in services if self._is_at(each, campus)]
        return SafetyText(
            id=entry.id,
            text=_safety_words(entry, language, role),
            services=tuple(sorted(here, key=lambda service: _is_closed(service, language, now))),
        )

    def _is_at(self, service: Service, campus: str | None) -> bool:
        if service.campuses is None:
            return True
        return campus in service.campuses if campus else set(service.campuses) >= set(self.campuses)


def _speaks(service: Service, language: Language) -> bool:
    """Say whether one is served there in a language; a page in another one says nothing of Finnish."""
    channels = service.shown_channels(language)
    lines = [each for each in channels if each.is_conversation]
    if not lines and language is Language.FI:
        return True
    return not channels or any(channel.speaks(language) for channel in lines or channels)


def _fits(entry: SafetyEntry, risk: Risk) -> bool:
    return (
        (entry.kinds is None or risk.kind in entry.kinds)
        and (entry.about is None or risk.about in entry.about)
        and (entry.levels is None or risk.level.name.lower() in entry.levels)
    )


def _safety_words(entry: SafetyEntry, language: Language, role: Role | None) -> str:
    for_guardians = entry.guardian.exactly(language) if entry.guardian and role is Role.GUARDIAN else None
    return for_guardians or entry.text.get(language)


def _is_closed(service: Service, language: Language, now: datetime) -> bool:
    """Say whether nobody answers there now; where hours are not known, somebody may."""
    lines = [each for each in service.shown_channels(language) if each.is_conversation]
    return bool(lines) and all(each.opening is not None and not is_open(each.opening, now) for each in lines)


# --- Loading -------------------------------------------------------------------------------------


def load(pack: str, packs_dir: Path = PACKS_DIR, cache_dir: Path | None = None) -> Library:
    """Load a school's library; raise ContentError with all faults found, each with its file and line.

    What is learnt from its phrases is kept in `cache_dir` (left out: among the user's caches).
    """
    sources = gather(pack, packs_dir)
    index, rules, faults = _examine(sources)
    if rules is None or any(not fault.is_warning for fault in faults):
        raise ContentError(fault for fault in faults if not fault.is_warning)
    topics = topics_of(index)
    knowledge = recall(texts_of(sources), lambda: list(examples(sources)), cache_dir or users_cache())
    spelling = Spelling(knowledge.near.plain)
    enough, alarms = thresholds(sources)
    school = sources.school.content
    return Library(
        pack=pack,
        institution=school.institution,
        campuses={campus.id: campus for campus in school.campuses},
        groups=groups_of(index),
        topics=topics,
        pages={name: placed.noun for name, placed in index.pages.items()},
        ladder=next((file.content for file in sources.ladder if file.content.verified), None),
        services={name: placed.noun for name, placed in index.services.items()},
        texts={key: text for source in sources.texts for key, text in source.content.texts.items()},
        safety=sources.safety.content.safety,
        duty_hours=school.duty,
        reader=Reader(
            Matcher(knowledge, enough, spelling),
            rules,
            Sense(knowledge, alarms, calm_topics(sources), spelling),
            leanings(sources),
        ),
        version=sources.version,
        warnings=tuple(faults),
        events=tuple(placed.noun for placed in index.events.values()),
        news={name: placed.noun for name, placed in index.news.items()},
        own_services=frozenset(name for name, each in index.services.items() if not is_of_common(each)),
        canned={name: placed.noun for name, placed in index.canned.items()},
        outcomes={name: placed.noun for name, placed in index.outcomes.items()},
    )


def _examine(sources: Sources) -> tuple[Index, RiskRules | None, list[Fault]]:
    index = Index(sources)
    faults = faults_in(index)
    documents = {document.path.name: document for document in sources.risk}
    try:
        return index, build({name: document.value for name, document in documents.items()}), faults
    except RiskRulesError as error:
        faults += [
            documents.get(fault.file, sources.risk[0]).fault(fault.path, fault.message)
            for fault in error.faults
        ]
        return index, None, sorted(faults)


def check(packs_dir: Path = PACKS_DIR) -> list[Fault]:
    """Return the faults of every school's pack and of common, warnings too (`is_warning`)."""
    names = pack_names(packs_dir)
    if not names:
        return [
            Fault(shown_path(packs_dir), 1, "no school has a pack.yaml here; name the folder of the packs")
        ]
    faults: set[Fault] = set()
    for name in names:
        try:
            faults.update(_examine(gather(name, packs_dir))[2])
        except ContentError as error:
            faults.update(error.faults)
    return sorted(faults)


class Shelf:
    """Holds the library in use; a new one replaces it whole, and only if it is without fault."""

    def __init__(self, library: Library, packs_dir: Path = PACKS_DIR, cache_dir: Path | None = None) -> None:
        self.library = library
        self._packs_dir = packs_dir
        self._cache_dir = cache_dir

    def reload(self) -> list[Fault]:
        """Load the pack again; on faults the library in use stays, and they are returned."""
        try:
            self.library = load(self.library.pack, self._packs_dir, self._cache_dir)
        except ContentError as error:
            return error.faults
        return []
