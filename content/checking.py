"""What must hold between the files of a pack: ids exist, topics are complete, contacts are proved."""

import re
from collections.abc import Collection, Iterator
from itertools import chain
from string import Formatter
from typing import Final

from content.checking_changes import check_events, check_news
from content.checking_pages import check_pages, check_topics_more, texts_of_page, texts_of_topic
from content.checking_services import check_addresses, check_numbers, check_services
from content.events import Event
from content.faults import Document, Fault, Subject, Where, unknown
from content.index import Index, Placed
from content.news import Bulletin
from content.schema import Phrases, TextsFile, Topic
from content.schema_fields import LocalText
from content.schema_safety import SafetyEntry
from content.schema_school import PartialText, SchoolTopic
from content.sources import Source
from intents.language import ANSWERED
from intents.text import fold, normalise

MIN_PHRASES: Final = 12  # Finnish ones a topic; with fewer the matcher knows too little of how people write
DUTY_DEFAULT: Final = "default"
EMERGENCY_NUMBER: Final = "112"  # stands in every safety text: it answers always, in all our languages
TAKEN_NAMES: Final = frozenset({"key", "language"})  # arguments of `say` itself: no placeholder may have them

# A contact in an answer would be shown unproved and grow old unseen. 112 alone may be said anywhere.
CONTACT: Final = re.compile(
    r"https?://|www\.|\b116 ?\d{3}\b|(?<![\d.,])(?:\+358|0)[ -]?\d[\d -]{4,}\d|\S@\S+\.\w"
)


_WORD: Final = re.compile(r"\w+")


def faults_in(index: Index) -> list[Fault]:
    """Return everything that is wrong between files that are each well formed; warnings too."""
    return sorted({*index.faults, *chain.from_iterable(check(index) for check in _CHECKS)})


# --- Topics --------------------------------------------------------------------------------------


def _check_catalogue(index: Index) -> Iterator[Fault]:
    catalogue = index.sources.catalogue
    group_of = {
        topic.id: file.content.group for file in index.sources.topics for topic in file.content.topics
    }
    for group, entries in catalogue.content.groups.items():
        for number, entry in enumerate(entries):
            where = ("groups", group, number)
            if entry.id not in group_of:
                message = f'no file has the topic "{entry.id}"; write it in topics/{group}.yaml'
                yield catalogue.document.fault(where, message)
            elif group_of[entry.id] != group:
                message = (
                    f'"{entry.id}" stands in the group {group_of[entry.id]}; move it to topics/{group}.yaml'
                )
                yield index.topics[entry.id].fault(("id",), message)
    known = {entry.id for entries in catalogue.content.groups.values() for entry in entries}
    for topic, placed in index.topics.items():
        if topic not in known:
            yield placed.fault(
                ("id",), f'"{topic}" is not in catalogue.yaml; correct the id, or add it there'
            )


def _check_topics(index: Index) -> Iterator[Fault]:
    for file in index.sources.topics:
        for number, service in enumerate(file.content.at_night):
            if service not in index.services:
                yield file.document.fault(("at_night", number), unknown("service", service))
    for placed in index.topics.values():
        yield from _check_topic(index, placed)
        for role in ("student", "guardian", "staff"):
            text = getattr(placed.noun.answers, role)
            yield from _check_answer(placed, role, text) if text is not None else ()


def _check_texts_beside(index: Index) -> Iterator[Fault]:
    """Hold follow-ups, pages and the ladder to what holds for answers: no contacts, no placeholders."""
    for topic in index.topics.values():
        for where, text in texts_of_topic(topic.noun):
            yield from _check_words(topic.document, (*topic.where, *where), text)
    for page in index.pages.values():
        for where, text in texts_of_page(page.noun):
            yield from _check_words(page.document, (*page.where, *where), text)
    for file in index.sources.ladder:
        if file.content.note is not None:
            yield from _check_words(file.document, ("note",), file.content.note)
        for number, rung in enumerate(file.content.rungs):
            for field in ("name", "at", "guardian", "staff"):
                words: LocalText | None = getattr(rung, field)
                if words is not None:
                    yield from _check_words(file.document, ("steps", number, field), words)
            if rung.id in {other.id for other in file.content.rungs[:number]}:
                message = f'"{rung.id}" stands twice; give it another id'
                yield file.document.fault(("steps", number, "id"), message)


def _check_school_topics(index: Index) -> Iterator[Fault]:
    for placed in index.school_topics.values():
        topic = placed.noun
        yield from _check_topic(index, placed)
        for role in ("student", "guardian", "staff"):
            text = getattr(topic.answers, role)
            yield from _check_answer(placed, role, text) if text is not None else ()
        if topic.id in index.topics:
            yield from _check_addition(placed, index.topics[topic.id].noun)
        elif topic.group is not None:
            yield from _check_own(placed, index.sources.catalogue.content.groups.keys())
        elif topic.id not in index.topic_ids:
            message = (
                f'common has no topic "{topic.id}"; correct the id, or add "group" and all that a topic has'
            )
            yield placed.fault(("id",), message)


def _check_addition(placed: Placed[SchoolTopic], common: Topic) -> Iterator[Fault]:
    for field in ("group", "name", "about", "near"):
        if getattr(placed.noun, field):
            yield placed.fault((field,), f'"{field}" of this topic belongs to common; remove it here')
    for role in ("guardian", "staff"):
        own: PartialText | None = getattr(placed.noun.answers, role)
        if own is not None and own.fi is None and getattr(common.answers, role) is None:
            message = "common has no such answer, so Finnish must be here; write it"
            yield placed.fault(("answers", role), message)


def _check_own(placed: Placed[SchoolTopic], groups: Collection[str | None]) -> Iterator[Fault]:
    topic = placed.noun
    if topic.group not in groups:
        yield placed.fault(("group",), f"there is no such group; write one of {', '.join(map(str, groups))}")
    for field in ("name", "about"):
        if getattr(topic, field) is None:
            yield placed.fault(("id",), f'a topic of the school\'s own has a "{field}"; add it')
    for role in ("student", "guardian", "staff"):
        answer: PartialText | None = getattr(topic.answers, role)
        if (answer is None and role == "student") or (answer is not None and answer.fi is None):
            yield placed.fault(("answers", role), f"there is no Finnish answer for role {role}; write it")


def _check_topic(index: Index, placed: Placed[Topic] | Placed[SchoolTopic]) -> Iterator[Fault]:
    for number, near in enumerate(placed.noun.near):
        if near not in index.topic_ids:
            yield placed.fault(("near", number), unknown("topic", near))
    for number, service in enumerate(placed.noun.services):
        if service not in index.services:
            yield placed.fault(("services", number), unknown("service", service))
        elif service in placed.noun.services[:number]:
            yield placed.fault(("services", number), f'"{service}" stands twice; keep one of them')
    for number, service in enumerate(placed.noun.at_night if isinstance(placed.noun, Topic) else ()):
        if service not in index.services:
            yield placed.fault(("at_night", number), unknown("service", service))


def _check_answer(
    placed: Placed[Topic] | Placed[SchoolTopic], role: str, text: LocalText | PartialText
) -> Iterator[Fault]:
    yield from _check_words(placed.document, (*placed.where, "answers", role), text)


def _check_words(document: Document, where: Where, text: LocalText | PartialText) -> Iterator[Fault]:
    for language in ANSWERED:
        words: str = getattr(text, language) or ""
        if found := CONTACT.search(words):
            message = f'"{found[0].strip()}" looks like a contact; take it out, and list its service'
            yield document.fault((*where, language), message)
        if "{" in words or "}" in words:
            yield document.fault(
                (*where, language), "answers have no {placeholders}; write it without braces"
            )


# --- Phrases -------------------------------------------------------------------------------------


def _check_phrases_number(index: Index) -> Iterator[Fault]:
    number: dict[str, int] = {}
    for file in index.sources.phrases:
        topic = file.content.topic
        if topic not in index.topic_ids:
            yield file.document.fault(("topic",), unknown("topic", topic))
        number[topic] = number.get(topic, 0) + len(file.content.phrases.fi)
    for danger in index.sources.danger:
        for field in ("topic", "topic_of_others"):
            topic = getattr(danger.content, field)
            if topic is not None and topic not in index.topic_ids:
                yield danger.document.fault((field,), unknown("topic", topic))
    every: list[Placed[Topic] | Placed[SchoolTopic]] = [
        *index.topics.values(),
        *(placed for placed in index.school_topics.values() if placed.noun.group is not None),
    ]
    for placed in every:
        if (known := number.get(placed.noun.id, 0)) < MIN_PHRASES:
            where = f"phrases/{placed.noun.id}.yaml"
            message = f"{known} Finnish phrases; write at least {MIN_PHRASES} in {where}"
            yield placed.fault(("id",), message)


def _check_phrases(index: Index) -> Iterator[Fault]:
    """Find phrases that stand twice: in two topics neither could win, in one they are merely idle."""
    seen: dict[str, tuple[str, Document, Where]] = {}
    for file in index.sources.phrases:
        for where, phrase in _places(file.content.phrases, "phrases"):
            yield from _check_phrase(phrase, where, file.content.topic, file.document, seen)
    for strange in index.sources.strange:
        for where, phrase in _places(strange.content.strange, "strange"):
            yield from _check_phrase(phrase, where, "strange.yaml", strange.document, seen)


def _check_phrase(
    phrase: str, where: Where, topic: str, document: Document, seen: dict[str, tuple[str, Document, Where]]
) -> Iterator[Fault]:
    plain = " ".join(
        _WORD.findall(fold(phrase.casefold()))
    )  # enough here, and ten times faster than normalising
    plain = plain or phrase  # signs alone, such as 🔥
    if plain not in seen:
        seen[plain] = (topic, document, where)
        return
    other, home, there = seen[plain]
    first = f"{home.path.name}:{home.line(there)}"
    if topic != other:
        yield document.fault(
            where, f'"{phrase}" is also a phrase of "{other}" ({first}); keep it where it belongs'
        )
    elif there[1] == where[1]:  # the same language
        message = f'"{phrase}" stands in this topic already ({first}); remove one of them'
        yield document.warning(where, Subject.TWICE, message)


def _places(phrases: Phrases, key: str) -> Iterator[tuple[Where, str]]:
    for language, texts in phrases.items():
        for number, text in enumerate(texts):
            yield (key, language, number), text


# --- Institution, texts, safety ------------------------------------------------------------------


def _check_institution(index: Index) -> Iterator[Fault]:
    document, pack = index.sources.school.document, index.sources.school.content
    ids = [campus.id for campus in pack.campuses]
    for number, campus in enumerate(ids):
        if campus in ids[:number]:
            yield document.fault(("campuses", number, "id"), f'"{campus}" stands twice; give it another id')
        if campus == DUTY_DEFAULT:
            yield document.fault(("campuses", number, "id"), "this id means all others; give it another")
    if DUTY_DEFAULT not in pack.duty:
        yield document.fault(("duty",), 'no "default"; add it, for people whose campus is not known')
    for campus in pack.duty:
        if campus != DUTY_DEFAULT and campus not in index.campuses:
            yield document.fault(("duty", campus), unknown("campus", campus))
    owners: dict[str, str] = {}
    for number, each in enumerate(pack.campuses):
        for place, alias in enumerate(each.aliases):
            owner = owners.setdefault(fold(normalise(alias)), each.id)
            if owner != each.id:
                message = f'"{alias}" is also an alias of "{owner}"; keep it where it belongs'
                yield document.fault(("campuses", number, "aliases", place), message)


def _check_texts(index: Index) -> Iterator[Fault]:
    main, *_ = index.sources.texts
    for group in index.sources.catalogue.content.groups:
        if f"group.{group}" not in main.content.texts:
            yield main.document.fault(("texts",), f'"group.{group}" is missing, the menu needs it; add it')
    owners: dict[str, Document] = {}
    for source in index.sources.texts:
        yield from _check_wording(source)
        for key in source.content.texts:
            owner = owners.setdefault(key, source.document)
            if owner is not source.document:
                message = f'"{key}" stands in {owner.path.name} too; keep one of them'
                yield source.document.fault(("texts", key), message)


def _check_wording(source: Source[TextsFile]) -> Iterator[Fault]:
    document = source.document
    for key, text in source.content.texts.items():
        wanted: frozenset[str] | None = None
        for language, words in text.items():
            where = ("texts", key, language)
            try:
                names = placeholders(words)
            except ValueError as error:
                yield document.fault(where, str(error))
                continue
            wanted = names if wanted is None else wanted
            if names != wanted:
                odd = ", ".join(f"{{{name}}}" for name in sorted(names ^ wanted))
                message = f'the languages of "{key}" differ in {odd}; write the same placeholders in each'
                yield document.fault(where, message)


def placeholders(text: str) -> frozenset[str]:
    """Return the names in a text's {placeholders}; raise ValueError for what `say` could not fill in."""
    try:
        fields = [field for field in Formatter().parse(text) if field[1] is not None]
    except ValueError as error:
        raise ValueError(
            "unbalanced braces; write {name}, and a brace that is meant as such twice"
        ) from error
    for _, name, form, conversion in fields:
        if not (name or "").isidentifier() or form or conversion or name in TAKEN_NAMES:
            raise ValueError(
                f'"{{{name}}}" is not a placeholder; write a plain word in it, as in {{campus_name}}'
            )
    return frozenset(str(name) for _, name, _, _ in fields)


def _check_safety(index: Index) -> Iterator[Fault]:
    document, entries = index.sources.safety.document, index.sources.safety.content.safety
    for number, entry in enumerate(entries):
        placed = Placed(entry, document, ("safety", number))
        is_last = number == len(entries) - 1
        if is_last and not entry.fits_anything:
            message = 'the last entry must fit anything; remove its "kinds", "about" and "levels", or add one'
            yield placed.fault((), message)
        if entry.fits_anything and not is_last:
            yield placed.fault((), "this one fits anything, so those after it are never used; put it last")
        if entry.id in {other.id for other in entries[:number]}:
            yield placed.fault(("id",), f'"{entry.id}" stands twice; give it another id')
        yield from _check_safety_services(index, placed)
        for text, field in ((entry.text, "text"), (entry.guardian, "guardian")):
            for language, words in text.items() if text is not None else ():
                if "{" in words or "}" in words:
                    yield placed.fault(
                        (field, language), "this text has no {placeholders}; remove the braces"
                    )
                if EMERGENCY_NUMBER not in words:
                    message = f"{EMERGENCY_NUMBER} is not in this text; put it first"
                    yield placed.fault((field, language), message)


def _check_safety_services(index: Index, placed: Placed[SafetyEntry]) -> Iterator[Fault]:
    for language in ANSWERED:
        for number, name in enumerate(placed.noun.services.get(language)):
            where = ("services", language, number)
            if name not in index.services:
                yield placed.fault(where, unknown("service", name))
                continue
            service = index.services[name].noun
            if not service.is_shown:
                yield placed.fault(where, f'"{name}" is not verified or not open; take another service')
            elif service.campuses is not None:
                yield placed.fault(where, f'"{name}" is not on every campus; take another service')
            elif not any(channel.speaks(language) for channel in service.shown_channels(language)):
                # It is shown, marked with its languages: better than no second line beside 112.
                message = (
                    f'"{name}" does not speak {language}; take another for this language, if there is one'
                )
                yield placed.warning(where, Subject.SPOKEN, message)


# --- What changes --------------------------------------------------------------------------------


def _check_contacts_of_changes(index: Index) -> Iterator[Fault]:
    """A number in a bulletin or an event is proved by who said it; it grows old with what it stands in."""
    every: list[Placed[Event] | Placed[Bulletin]] = [*index.events.values(), *index.news.values()]
    for placed in every:
        noun = placed.noun
        for field in ("about", "place") if isinstance(noun, Event) else ("text",):
            text: LocalText | None = getattr(noun, field)
            for language, words in text.items() if text is not None else ():
                if noun.source is None and (found := CONTACT.search(words)):
                    message = f'"{found[0].strip()}" looks like a contact; write in "source" who says so'
                    yield placed.fault((field, language), message)


def _check_canned(index: Index) -> Iterator[Fault]:
    for placed in index.canned.values():
        yield from _check_words(placed.document, (*placed.where, "text"), placed.noun.text)


_CHECKS: Final = (
    _check_catalogue,
    _check_topics,
    check_topics_more,
    check_pages,
    _check_texts_beside,
    _check_school_topics,
    _check_phrases_number,
    _check_phrases,
    check_services,
    check_numbers,
    check_addresses,
    _check_institution,
    _check_texts,
    _check_safety,
    check_events,
    check_news,
    _check_contacts_of_changes,
    _check_canned,
)
