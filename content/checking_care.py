"""What harms nobody at once, but a keeper should care for: `matala check` alone looks for it, no start does."""

import re
from collections.abc import Collection, Iterator
from datetime import date
from functools import partial
from itertools import chain
from typing import Final

from content.checking import CONTACT
from content.checking_answers import answers_in_order
from content.checking_pages import texts_of_page, texts_of_topic
from content.faults import Document, Fault, Step, Subject
from content.index import Index, Placed
from content.merging import topics_of
from content.nights import answers_at_night, ending_at_night
from content.reviewing import Reason, reviews
from content.schema import Service, Topic
from content.schema_fields import LocalText
from content.schema_school import PartialText, SchoolTopic
from content.teaching import GUARDIANS_AND_STAFF
from intents.language import ANSWERED, Language

MESSAGE_LIMIT: Final = 4096  # of Telegram, in UTF-16 units
ABOUT_THE_BOT: Final = "about_the_bot"  # the catalogue's group in which nobody seeks help
# Families of texts that staff alone read, in Finnish; those of the desk's pages among them.
_FOR_STAFF: Final = frozenset({"staff", "refusal", "level", "about", "command", "desk"})
_IN_ANOTHER_LANGUAGE: Final = frozenset({"foreign"})  # each stands under "fi", in the language of its key
_NOT_DIGIT: Final = re.compile(r"\D")
_EVERYBODYS: Final = frozenset({"112"})


def care(index: Index, today: date) -> list[Fault]:
    """Return the warnings of a pack without errors."""
    checks = (
        _languages,
        _roles,
        _proofs,
        _reach,
        _nights,
        partial(_reviews, today=today),
        _contacts,
        _lengths,
        answers_in_order,
    )
    return sorted(set(chain.from_iterable(check(index) for check in checks)))


# --- Languages and roles -------------------------------------------------------------------------


def _languages(index: Index) -> Iterator[Fault]:
    for document, where, text in _texts(index):
        missing = [language for language in ANSWERED if text.exactly(language) is None]
        if missing and not _is_in_one_language(where):
            names = " and ".join(missing)
            yield document.warning(
                where, Subject.LANGUAGE, f"not in {names}: Finnish stands in; translate it"
            )
    yield from _answers_half_translated(index)


def _answers_half_translated(index: Index) -> Iterator[Fault]:
    """Find what a school says otherwise in Finnish alone: others would still read what common says."""
    for placed in index.school_topics.values():
        for role in ("student", "guardian", "staff"):
            own: PartialText | None = getattr(placed.noun.answers, role)
            missing = [each for each in ANSWERED if own is not None and getattr(own, each) is None]
            if missing:
                names = " and ".join(missing)
                message = f"the school's own answer is not in {names}: there another stands; translate it"
                yield placed.warning(("answers", role), Subject.LANGUAGE, message)


def _texts(index: Index) -> Iterator[tuple[Document, tuple[Step, ...], LocalText]]:
    """Yield what people read, and where it stands."""
    for topic in index.topics.values():
        yield topic.document, (*topic.where, "name"), topic.noun.name
        for role in ("student", "guardian", "staff"):
            answer: LocalText | None = getattr(topic.noun.answers, role)
            if answer is not None:
                yield topic.document, (*topic.where, "answers", role), answer
        for place, text in texts_of_topic(topic.noun):
            yield topic.document, (*topic.where, *place), text
    for page in index.pages.values():
        for place, text in texts_of_page(page.noun):
            yield page.document, (*page.where, *place), text
    for own in index.school_topics.values():
        if own.noun.name is not None:
            yield own.document, (*own.where, "name"), own.noun.name
    school = index.sources.school
    yield school.document, ("institution", "name"), school.content.institution.name
    for number, campus in enumerate(school.content.campuses):
        yield school.document, ("campuses", number, "name"), campus.name
        yield school.document, ("campuses", number, "in"), campus.within
    for service in index.services.values():
        yield from _service_texts(service)
    for source in index.sources.texts:
        for key, text in source.content.texts.items():
            yield source.document, ("texts", key), text
    for number, entry in enumerate(index.sources.safety.content.safety):
        safety = index.sources.safety.document
        yield safety, ("safety", number, "text"), entry.text
        if entry.guardian is not None:
            yield safety, ("safety", number, "guardian"), entry.guardian


def _is_in_one_language(where: tuple[Step, ...]) -> bool:
    return where[0] == "texts" and str(where[1]).split(".")[0] in _FOR_STAFF | _IN_ANOTHER_LANGUAGE


def _service_texts(placed: Placed[Service]) -> Iterator[tuple[Document, tuple[Step, ...], LocalText]]:
    service = placed.noun
    if service.status == "closed":
        return
    for field in ("name", "what_for", "who_for"):
        text: LocalText | None = getattr(service, field)
        if text is not None:
            yield placed.document, (*placed.where, field), text
    for number, channel in enumerate(service.channels):
        if channel.note is not None:
            yield placed.document, (*placed.where, "channels", number, "note"), channel.note


def _roles(index: Index) -> Iterator[Fault]:
    theirs = _topics_of_group(index, GUARDIANS_AND_STAFF)
    for name, placed in index.topics.items():
        if name in _topics_of_group(index, ABOUT_THE_BOT):
            continue
        if placed.noun.answers.guardian is None:
            message = "no answer for guardians: they read that of students; write one"
            yield placed.warning(("answers",), Subject.ROLE, message)
        if placed.noun.answers.staff is None and name in theirs:
            message = "no answer for staff, though the topic is theirs; write one"
            yield placed.warning(("answers",), Subject.ROLE, message)


def _topics_of_group(index: Index, group: str) -> set[str]:
    return {entry.id for entry in index.sources.catalogue.content.groups.get(group, ())}


# A number in an answer is an age, a time limit or a sum: a rule that somebody made, and may change.
_RULE: Final = re.compile(
    r"\b(?!112\b)\d{2,}\b|seitsem\w+ työpäiv|sju arbetsdagar|seven working days|opiskeluoikeu", re.IGNORECASE
)


def _proofs(index: Index) -> Iterator[Fault]:
    """Find answers that state a rule without saying where it is from."""
    every: list[Placed[Topic] | Placed[SchoolTopic]] = [*index.topics.values(), *index.school_topics.values()]
    for placed in every:
        if not placed.noun.sources and (found := _rule_in(placed.noun)):
            message = f'"{found}" looks like a rule, but the topic has no "sources"; add one, or take it out'
            yield placed.warning(("answers",), Subject.RULE, message)


def _rule_in(topic: Topic | SchoolTopic) -> str | None:
    texts: list[LocalText | PartialText] = [
        text
        for role in ("student", "guardian", "staff")
        if (text := getattr(topic.answers, role)) is not None
    ]
    if isinstance(topic, Topic):
        texts += [text for _, text in texts_of_topic(topic)]
    found = (_RULE.search(words) for text in texts for _, words in text.items())
    return next((each[0] for each in found if each), None)


# --- Reach ---------------------------------------------------------------------------------------


def _reach(index: Index) -> Iterator[Fault]:
    """Find services that nothing leads to: no topic, no danger, no language that is answered with who speaks it."""
    led_to = {service for topic in topics_of(index).values() for service in topic.services + topic.at_night}
    for entry in index.sources.safety.content.safety:
        led_to |= {service for language in ANSWERED for service in entry.services.get(language)}
    foreign = {key.removeprefix("foreign.") for file in index.sources.texts for key in file.content.texts}
    for name, placed in index.services.items():
        if name in led_to or placed.noun.status == "closed" or _speaks_one_of(placed.noun, foreign):
            continue
        topics = ", ".join(placed.noun.topics)
        hint = f"list it in {topics}" if topics else "list it in a topic"
        yield placed.warning(("id",), Subject.REACH, f'no topic leads to "{name}"; {hint}, or remove it')


def _speaks_one_of(service: Service, languages: Collection[str]) -> bool:
    return any(code in languages for channel in service.channels for code in channel.languages)


def _nights(index: Index) -> Iterator[Fault]:
    """Find topics in which nobody who is verified answers at night, whatever the campus."""
    without = _topics_of_group(index, ABOUT_THE_BOT)
    for name, topic in topics_of(index).items():
        if name not in without and not _ends_at_night(index, topic):
            message = f'"{name}" leads to nobody who answers at night; add a service that does'
            yield _placed(index, name).warning(("services",), Subject.NIGHT, message)


def _ends_at_night(index: Index, topic: Topic) -> bool:
    """Say whether its services end in somebody who talks at night, to people of any role and campus."""
    services, spare = (
        [index.services[each].noun for each in ids if _is_for_all(index.services[each].noun)]
        for ids in (topic.services, topic.at_night)
    )
    ordered = ending_at_night(services, spare, Language.FI)
    return bool(ordered) and answers_at_night(ordered[-1], Language.FI)


def _is_for_all(service: Service) -> bool:
    return service.is_shown and service.roles is None and service.campuses is None


def _placed(index: Index, topic: str) -> Placed[Topic] | Placed[SchoolTopic]:
    return index.topics[topic] if topic in index.topics else index.school_topics[topic]


# --- Truth ---------------------------------------------------------------------------------------


def _reviews(index: Index, *, today: date) -> Iterator[Fault]:
    days = index.sources.school.content.review.days
    for review in reviews(index, today):
        placed = review.placed
        match review.reason:
            case Reason.OVERDUE:
                message = (
                    f"last checked {review.checked}, more than {days} days ago; see whether it still holds"
                )
                yield placed.warning(("checked",), Subject.OVERDUE, message)
            case Reason.UNDATED:
                message = "no date of checking; look at its source, and write today's date"
                yield placed.warning(("checked",), Subject.UNDATED, message)


def _contacts(index: Index) -> Iterator[Fault]:
    """Find contacts in texts that people read and that no shown service proves."""
    proved = _proved(index)
    for document, where, text in _texts(index):
        for language, words in text.items():
            for found in CONTACT.finditer(words):
                contact = found[0].strip()
                if _plain(contact) not in proved:
                    message = (
                        f'"{contact}" stands in a text, but no shown service has it; take it out or list it'
                    )
                    yield document.warning((*where, language), Subject.CONTACT, message)


def _proved(index: Index) -> frozenset[str]:
    shown = {
        _plain(channel.value)
        for placed in index.services.values()
        for channel in placed.noun.channels
        if placed.noun.is_channel_shown(channel) and channel.value is not None
    }
    return frozenset(shown | _EVERYBODYS)


def _plain(contact: str) -> str:
    """Return a contact so that two ways of writing it are one: a number's digits, another's own words."""
    digits = _NOT_DIGIT.sub("", contact)
    return digits if len(digits) >= 3 and "@" not in contact and "//" not in contact else contact


# --- Length --------------------------------------------------------------------------------------


def _lengths(index: Index) -> Iterator[Fault]:
    for document, where, text in _texts(index):
        for language, words in text.items():
            if (size := utf16(words)) > MESSAGE_LIMIT:
                message = f"{size} of the {MESSAGE_LIMIT} signs that a message may have; shorten it"
                yield document.warning((*where, language), Subject.LENGTH, message)


def utf16(text: str) -> int:
    """Count UTF-16 units, as Telegram does."""
    return len(text.encode("utf-16-le")) // 2
