"""Answers as they go out, measured: text, services and ways to reach them, for every role, campus and language."""

from collections.abc import Iterator
from datetime import datetime

from bot.channel import Message
from bot.dialogue.answer import all_services, answer, answer_choice
from bot.dialogue.state import Person
from bot.telegram.render import as_plain
from content.checking_care import MESSAGE_LIMIT, utf16
from content.checkup import Pack
from content.faults import Fault, Subject
from content.library import Library
from content.schema import Role
from intents.language import ANSWERED


def too_long(pack: Pack, now: datetime) -> Iterator[Fault]:
    """Warn of each topic whose answer, or list of all services, has to be cut in two for somebody."""
    for topic in pack.library.topics:
        size, whom = max(_sizes(pack.library, topic, now))
        if size > MESSAGE_LIMIT:
            placed = pack.index.topics.get(topic) or pack.index.school_topics[topic]
            message = f'"{topic}" takes {size} signs of {MESSAGE_LIMIT} {whom}; shorten it, or what its services say'
            yield placed.warning(("answers",), Subject.LENGTH, message)


def _sizes(library: Library, topic: str, now: datetime) -> Iterator[tuple[int, str]]:
    for campus in (None, *library.campuses):
        for role in Role:
            for language in ANSWERED:
                person = Person("check:1", language, role=role, campus=campus)
                forms = [answer(person, topic, library, now), all_services(person, topic, library, now)]
                follow_up = library.topics[topic].follow_up
                choices = follow_up.choices if follow_up is not None else ()
                forms += [answer_choice(person, topic, each, library, now) for each in choices]
                yield (
                    max(map(_size, forms)),
                    f"({language}, {role}, {campus or 'no campus'} of {library.pack})",
                )


def _size(message: Message) -> int:
    """Count as Telegram does: without markup, which it reads before it counts."""
    return utf16(as_plain(message.parts))
