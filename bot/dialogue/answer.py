"""An answer: the matter in a few sentences, then who helps, where, and whether they are there now."""

from collections.abc import Sequence
from datetime import datetime

from bot.channel import Button, Buttons, Message
from bot.dialogue import bulletins, calendar, presses
from bot.dialogue.presses import Verb
from bot.dialogue.state import Person, say
from bot.dialogue.times import open_state
from content.hours import is_open
from content.library import Library
from content.nights import FIRST_SERVICES, answers, is_night
from content.schema import ChannelType, Choice, Role, Service, ServiceChannel
from intents.language import Language

SIGNS = {
    ChannelType.PHONE: "☎",
    ChannelType.SMS: "✉",
    ChannelType.EMAIL: "✉",
    ChannelType.CHAT: "💬",
    ChannelType.WEB: "🔗",
}
# About the bot itself: answered in words alone, with no services and no "did this help".
SMALL_TALK = frozenset({"greeting", "thanks", "bot-identity", "privacy", "human", "language"})


def answer(person: Person, topic: str, library: Library, now: datetime) -> Message:
    """Answer a topic, with the first services and the ways on; what changes by the week, with what is on now."""
    if (lively := _what_changes(person, topic, library, now)) is not None:
        return lively
    text = library.answer(topic, role=person.role_or_student, language=person.language)
    return _answer(person, topic, text, library, now)


def answer_choice(person: Person, topic: str, choice: Choice, library: Library, now: datetime) -> Message:
    """Answer a topic as fits the reply to its question."""
    found = choice.answers or library.topics[topic].answers
    text = found.get(person.role_or_student, person.language)
    return _answer(person, topic, text, library, now, choice=choice)


def _answer(
    person: Person, topic: str, text: str, library: Library, now: datetime, *, choice: Choice | None = None
) -> Message:
    services = services_of(person, topic, library, choice)
    about = [each for each in services if not library.is_spare(each, topic, choice)]
    reader = (person.campus, person.role_or_student, person.language)
    words = library.written.once(
        ("answer", topic, choice and choice.id, *reader),
        now,
        lambda: _words(text, services, about, person.language, library, now),
    )
    has_more = len(about) > FIRST_SERVICES
    return say(person.chat, words, buttons=_ways_on(person, topic, library, has_more=has_more))


def _words(
    text: str,
    services: Sequence[Service],
    about: Sequence[Service],
    language: Language,
    library: Library,
    now: datetime,
) -> str:
    """Write the text, who helps with the matter, and who is there now when none of these is."""
    first = about[:FIRST_SERVICES]
    blocks = [text, *(describe(each, language, library, now) for each in first)]
    if not any(answers(each, language, now) for each in first):
        hidden = (each for each in services if each not in first and (each in about or is_night(now)))
        awake = next((each for each in hidden if answers(each, language, now)), None)
        if awake is not None:
            key = "answer.who_answers_now" if awake in about else "answer.at_night"
            blocks.append(_line(key, awake, language, library, now))
    return "\n\n".join(blocks)


def _line(key: str, service: Service, language: Language, library: Library, now: datetime) -> str:
    """Describe a service on one line, with words before it."""
    line = describe_shortly(service, language, library, now)
    return library.say(key, language=language, service=line)


def _what_changes(person: Person, topic: str, library: Library, now: datetime) -> Message | None:
    """Answer with the school's own calendar or bulletins, if it keeps any."""
    match topic:
        case calendar.TOPIC if library.events:
            return calendar.whats_on(person, library, now)
        case bulletins.TOPIC if library.news:
            return bulletins.current(person, library, now)
    return None


def all_services(person: Person, topic: str, library: Library, now: datetime) -> Message:
    """List every service of a topic."""
    language = person.language
    title = library.say("answer.all_services", language=language, topic=library.topic_name(topic, language))
    blocks = [title]
    for service in services_of(person, topic, library):
        if library.is_spare(service, topic):
            blocks.append(_line("answer.at_night", service, language, library, now))
        else:
            blocks.append(describe(service, language, library, now))
    return say(person.chat, "\n\n".join(blocks), buttons=((human_button(person.language, library),),))


def services_of(
    person: Person, topic: str, library: Library, choice: Choice | None = None
) -> Sequence[Service]:
    """Return the services to show this person on this topic (after a reply to its question), in order."""
    campus, role, language = person.campus, person.role_or_student, person.language
    if choice is not None:
        return library.services_for_choice(topic, choice, campus=campus, role=role, language=language)
    return library.services_for(topic, campus=campus, role=role, language=language)


def describe(service: Service, language: Language, library: Library, now: datetime) -> str:
    """Describe a service: name, what for, then each way to reach it with its hours."""
    return library.written.once(
        ("service", service.id, language), now, lambda: _description(service, language, library, now)
    )


def _description(service: Service, language: Language, library: Library, now: datetime) -> str:
    lines = [f"**{service.name.get(language)}**", service.what_for.get(language)]
    lines += [_way(channel, language, library, now) for channel in service.shown_channels(language)]
    if service.address:
        lines.append(f"📍 {service.address}")
    return "\n".join(lines)


def describe_shortly(service: Service, language: Language, library: Library, now: datetime) -> str:
    """Describe a service on one line, with the one way that reaches somebody now: for a person in danger."""
    ways = service.shown_channels(language)
    talking = [way for way in ways if way.is_conversation] or list(ways)
    open_now = [way for way in talking if way.opening is None or is_open(way.opening, now)]
    open_now.sort(key=lambda way: way.opening is None)  # where hours are not known, perhaps nobody answers
    shown = [_way(way, language, library, now, with_note=False) for way in (open_now or talking)[:1]]
    return " ".join([f"**{service.name.get(language)}**", *shown])


def _way(
    channel: ServiceChannel, language: Language, library: Library, now: datetime, *, with_note: bool = True
) -> str:
    """Write one way to reach a service: sign, number or address, whether it is open."""
    way = f"{SIGNS[channel.type]} {channel.value}"
    is_always_there = channel.type in {ChannelType.WEB, ChannelType.EMAIL}
    if channel.opening is not None and not is_always_there:
        way += f" · {open_state(channel.opening, now, library, language)}"
    if channel.languages and language not in channel.languages:
        spoken = ", ".join(library.say(f"spoken.{each}", language=language) for each in channel.languages)
        key = "answer.page_in" if channel.type is ChannelType.WEB else "answer.speaks"
        way += f" · {library.say(key, language=language, languages=spoken)}"
    if with_note and channel.note is not None:
        way += f"\n{channel.note.get(language)}"
    return way


def human_button(language: Language, library: Library) -> Button:
    """Make the inline button that reaches a human."""
    return Button(library.say("button.human", language=language), presses.data(Verb.HUMAN))


def _ways_on(person: Person, topic: str, library: Library, *, has_more: bool) -> Buttons:
    def button(key: str, verb: Verb, *words: str) -> Button:
        return Button(library.say(key, language=person.language), presses.data(verb, *words))

    to_read = _ways_to_read(person, topic, library)
    if topic in SMALL_TALK:
        return (*to_read, (button("button.menu", Verb.MENU), human_button(person.language, library)))
    rows: list[tuple[Button, ...]] = [
        *to_read,
        (
            button("button.helped", Verb.HELPED, topic, presses.YES),
            button("button.not_helped", Verb.HELPED, topic, presses.NO),
        ),
        (button("button.not_meant", Verb.NOT_MEANT, topic), human_button(person.language, library)),
    ]
    if has_more:
        rows.insert(0, (button("button.more", Verb.MORE, topic),))
    return tuple(rows)


def _ways_to_read(person: Person, topic: str, library: Library) -> Buttons:
    """Make the buttons of what there is to read: the topic's pages for this role, and the ladder."""
    role, language = person.role_or_student, person.language
    pages = [library.pages[each] for each in library.topics[topic].pages]
    rows = [
        (
            Button(
                library.say("button.page", language=language, title=page.title.get(language)),
                presses.data(Verb.PAGE, page.id),
            ),
        )
        for page in pages
        if page.text(role) is not None
    ]
    if library.topics[topic].has_ladder and library.ladder is not None and role is not Role.STUDENT:
        rows.append((Button(library.say("button.ladder", language=language), presses.data(Verb.LADDER)),))
    return tuple(rows)
