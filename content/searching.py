"""Finding services and answers for staff, by any words: also what nobody else is shown."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from content.library import Library
from content.schema import Role, Service
from intents.finnish import lemma
from intents.text import fold, normalise, tokens

MOST_SERVICES = 4
MOST_TOPICS = 2  # few enough that all goes in one message
STEM = 4  # letters that two words must share from their beginning to count as one word inflected
NAME, MATTER, REST = 6.0, 3.0, 1.0  # what a word weighs where it stands
LED_TO = 2.0  # what it weighs that the topic which the words are about leads to a service
WORTH_SHOWING = 1.5


@dataclass(frozen=True, slots=True)
class Found:
    """What fits some words, the best first."""

    services: tuple[Service, ...]
    topics: tuple[str, ...]


def search(library: Library, words: str) -> Found:
    """Find services, be they verified or not, and topics; an id finds just what it names."""
    name = words.strip().casefold()
    if name in library.services or name in library.topics:
        services = (library.services[name],) if name in library.services else ()
        return Found(services, (name,) if name in library.topics else ())
    wanted = [each for each in stems(words) if len(each) > 1]
    topics = _topics(library, words, wanted)
    led_to = list(dict.fromkeys(each for topic in topics for each in library.topics[topic].services))
    scored = [
        (_score(wanted, _said_of(each)) + _led_to(each.id, led_to), each)
        for each in library.services.values()
    ]
    best = sorted(
        (pair for pair in scored if pair[0] >= WORTH_SHOWING),
        key=lambda pair: (-pair[0], not pair[1].is_shown, pair[1].id),
    )
    return Found(tuple(service for _, service in best[:MOST_SERVICES]), tuple(topics[:MOST_TOPICS]))


def _topics(library: Library, words: str, wanted: Sequence[str]) -> list[str]:
    """Return topics: what the words are understood as, then those that have the words in their names."""
    understood = library.reader.understand(words, role=Role.STAFF)
    first = [understood.topic] if understood.topic is not None else []
    named = [
        (_score(wanted, [(NAME, topic.name.fi), (NAME, topic.id), (REST, topic.about)]), topic.id)
        for topic in library.topics.values()
    ]
    by_name = [topic for score, topic in sorted(named, key=lambda each: (-each[0], each[1])) if score >= NAME]
    return list(dict.fromkeys([*first, *by_name]))


def _led_to(service: str, services: Sequence[str]) -> float:
    """Say what it weighs that a topic leads to a service: the more, the nearer to the first it stands."""
    return LED_TO - services.index(service) / len(services) if service in services else 0.0


def _said_of(service: Service) -> Iterator[tuple[float, str]]:
    """Yield what is said of a service, with how much a word in it weighs."""
    yield from ((NAME, text) for _, text in service.name.items())
    yield NAME, service.id.replace("-", " ")
    yield from ((MATTER, text) for _, text in service.what_for.items())
    if service.who_for is not None:
        yield REST, service.who_for.fi
    yield REST, f"{service.address or ''} {service.remark or ''} {' '.join(service.topics)}"
    yield from ((MATTER, each.value) for each in service.channels if each.value is not None)


def _score(wanted: Sequence[str], said: Iterator[tuple[float, str]] | Sequence[tuple[float, str]]) -> float:
    """Add up, for each wanted word, the best place where it stands."""
    known = [(weight, stems(text)) for weight, text in said]
    return sum(
        max((weight * alike(word, each) for weight, found in known for each in found), default=0.0)
        for word in wanted
    )


def alike(word: str, other: str) -> float:
    """Say how much two words are one: wholly, by their beginning, as a part of a compound, or not at all."""
    if word == other:
        return 1.0
    short, long = sorted((word, other), key=len)
    if len(short) < STEM:
        return 0.0
    if long.startswith(short):
        return 0.8
    return 0.5 if word in other else 0.0


def stems(text: str) -> list[str]:
    """Return base forms of the words of a text, without dots and accents."""
    return [fold(lemma(each)) for each in tokens(normalise(text))]
