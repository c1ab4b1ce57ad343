"""Who helps, as the site shows it: each way to reach them, and whether somebody is there now."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from bot.dialogue.times import open_state
from content.hours import HELSINKI, is_open
from content.hours_words import describe
from content.library import Library
from content.nights import answers
from content.schema import ChannelType, Role, Service, ServiceChannel
from content.schema_fields import LocalText
from intents.language import Language
from intents.risk import Kind, Level, Risk

ALWAYS_THERE = frozenset({ChannelType.WEB, ChannelType.EMAIL})  # nobody waits there for hours to begin
CLOCK = "🕘 "  # how the dialogue begins what it says of hours; here a coloured dot does that
LONGEST_ADDRESS = 30  # characters of a web address; beyond them its server alone is shown
URGENT = 3  # lines beside 112 that stand on every page
EMERGENCY, EMERGENCY_CALL = "emergency-112", "tel:112"  # shown apart from all others, on every page


@dataclass(frozen=True, slots=True)
class Way:
    """One way to reach a service."""

    kind: ChannelType
    address: str  # for a link: "tel:0925250111", "https://..."
    label: str
    is_open: bool | None  # None: hours are not known, or don't matter
    state: str  # "auki nyt, sulkeutuu klo 16"
    hours: str  # "arkisin klo 8-16"
    spoken: str  # which languages, where that of the reader is not among them
    is_free: bool  # said of talks alone: to read a page costs nothing anywhere
    is_anonymous: bool
    note: LocalText | None


@dataclass(frozen=True, slots=True)
class Card:
    """A service with the ways to reach it."""

    service: Service
    ways: tuple[Way, ...]
    is_open: bool | None
    is_spare: bool = False  # not about the matter: it answers when others are asleep

    @property
    def best_way(self) -> Way | None:
        """Return the way that reaches somebody now, or else the first."""
        return next((way for way in self.ways if way.is_open), next(iter(self.ways), None))


def card(
    service: Service, library: Library, language: Language, now: datetime, *, is_spare: bool = False
) -> Card:
    """Make what a page shows of a service."""
    ways = tuple(_way(each, library, language, now) for each in service.shown_channels(language))
    known = [way.is_open for way in ways if way.is_open is not None]
    return Card(service, ways, any(known) if known else None, is_spare)


def cards(services: Iterable[Service], library: Library, language: Language, now: datetime) -> list[Card]:
    """Make cards of those services that may be shown."""
    return [card(each, library, language, now) for each in services if each.is_shown]


def _way(channel: ServiceChannel, library: Library, language: Language, now: datetime) -> Way:
    is_talk = channel.type not in ALWAYS_THERE
    opening = channel.opening if is_talk else None
    speaks = language in channel.languages
    return Way(
        kind=channel.type,
        address=_address(channel),
        label=_label(channel),
        is_open=is_open(opening, now) if opening is not None else None,
        state=open_state(opening, now, library, language).removeprefix(CLOCK) if opening is not None else "",
        hours=_hours(channel, language, now),
        spoken="" if speaks else _spoken(channel, library, language),
        is_free=is_talk and channel.cost == "free",
        is_anonymous=is_talk and channel.anonymous is True,
        note=channel.note,
    )


def _address(channel: ServiceChannel) -> str:
    value = channel.value or ""
    match channel.type:
        case ChannelType.PHONE:
            return f"tel:{_digits(value)}"
        case ChannelType.SMS:
            return f"sms:{_digits(value)}"
        case ChannelType.EMAIL:
            return f"mailto:{value}"
    return value


def _digits(number: str) -> str:
    return "".join(each for each in number if each.isdigit() or each == "+")


def _label(channel: ServiceChannel) -> str:
    """Write a number as it is, a web address without what nobody reads."""
    value = channel.value or ""
    if channel.type not in {ChannelType.WEB, ChannelType.CHAT}:
        return value
    parts = urlsplit(value)
    server = parts.netloc.removeprefix("www.")
    whole = f"{server}{parts.path.rstrip('/')}"
    return whole if len(whole) <= LONGEST_ADDRESS else server


def _hours(channel: ServiceChannel, language: Language, now: datetime) -> str:
    hours = channel.opening
    if hours is None or hours.is_round_the_clock or channel.type in ALWAYS_THERE:
        return ""
    return describe(hours, language, today=now.astimezone(HELSINKI).date())


def _spoken(channel: ServiceChannel, library: Library, language: Language) -> str:
    names = ", ".join(library.say(f"spoken.{each}", language=language) for each in channel.languages)
    key = "answer.page_in" if channel.type is ChannelType.WEB else "answer.speaks"
    return library.say(key, language=language, languages=names)


# ---------------------------------------------------------------- choosing


def urgent(library: Library, language: Language, now: datetime) -> Sequence[Card]:
    """Return who talks with anybody in danger now, 112 left out; who is there now comes first."""
    anything = Risk(Level.CRISIS, Kind.UNKNOWN, reason="shown on every page")
    safety = library.safety_reply(anything, language=language, campus=None, now=now)
    talking = [each for each in safety.services if each.id != EMERGENCY]
    return cards(talking, library, language, now)[:URGENT]


def shown_here(library: Library, campus: str | None, role: Role) -> list[Service]:
    """Return all services for a role at a campus; without a campus, of every campus."""
    return [
        each
        for each in library.services.values()
        if each.is_shown
        and (each.roles is None or role in each.roles)
        and (campus is None or each.campuses is None or campus in each.campuses)
    ]


def open_now(services: Iterable[Service], library: Library, language: Language, now: datetime) -> list[Card]:
    """Return those who surely answer now, each number once; those who speak the language, if any does."""
    there = [each for each in services if answers(each, language, now)]
    spoken = [each for each in there if _is_spoken(each, language)]
    found: dict[str, Card] = {}
    for each in cards(spoken or there, library, language, now):
        way = each.best_way
        if way is not None and way.address != EMERGENCY_CALL:
            found.setdefault(way.address, each)
    return list(found.values())


def _is_spoken(service: Service, language: Language) -> bool:
    return any(each.speaks(language) for each in service.shown_channels(language) if each.is_conversation)


def by_matter(library: Library, services: Sequence[Service]) -> dict[str, list[Service]]:
    """Group services by the matters that name them most: a group of topics, or "" for those that none names."""
    found: dict[str, list[Service]] = {group: [] for group in library.groups}
    found[""] = []
    weights = _weights(library)
    for each in services:
        by_group = weights.get(each.id, {})
        group = max(by_group, key=lambda name: by_group[name], default="")
        found[group].append(each)
    return {group: members for group, members in found.items() if members}


def _weights(library: Library) -> dict[str, dict[str, float]]:
    """Count how much each group is about each service: the nearer to the front a topic names it, the more."""
    weights: dict[str, dict[str, float]] = {}
    for group, topics in library.groups.items():
        for topic in topics:
            for at, service in enumerate(library.topics[topic].services, 1):
                by_group = weights.setdefault(service, {})
                by_group[group] = by_group.get(group, 0.0) + 1 / at
    return weights
