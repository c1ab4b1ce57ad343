"""The one question below an answer, where one more fact decides what helps; it can always be passed over."""

from datetime import datetime
from functools import lru_cache

from bot.channel import Button, Message, Outgoing
from bot.dialogue import onboarding, presses
from bot.dialogue.answer import answer_choice
from bot.dialogue.onboarding import introduction
from bot.dialogue.presses import Press, Verb
from bot.dialogue.state import Person, Step, say
from content.library import Library
from content.schema import Choice, FollowUp
from intents.text import fold, normalise


def asked_below(
    person: Person, topic: str, library: Library, *, is_new: bool
) -> tuple[Person, tuple[Message, ...]]:
    """Return the question below an answer, if there is one: the topic's own when it is new, else the campus."""
    follow_up = library.topics[topic].follow_up
    if is_new and follow_up is not None and person.role_or_student in follow_up.roles:
        return person, (_ask(person, topic, follow_up, library),)
    if onboarding.depends_on_campus(topic, person, library):
        return person.remembering(asked_campus=True), (onboarding.ask_campus(person, library),)
    return person, ()


def find_choice(press: Press, library: Library) -> Choice | None:
    """Return the choice that a button stands for; None: it is stale, or "skip"."""
    match press.words:
        case (topic, choice) if topic in library.topics:
            follow_up = library.topics[topic].follow_up
            return follow_up.find(choice) if follow_up is not None else None
    return None


def typed_choice(person: Person, text: str, library: Library) -> Choice | None:
    """Return the choice whose label was typed instead of pressed, while its topic is the last one answered."""
    topic = library.topics.get(person.memory.topic)
    if topic is None or topic.follow_up is None:
        return None
    typed = _plain(text)
    return next(
        (
            each
            for each in topic.follow_up.choices
            if typed in {_plain_label(label) for _, label in each.label.items()}
        ),
        None,
    )


def _plain(text: str) -> str:
    return fold(normalise(text)).strip(" .!")


_plain_label = lru_cache(maxsize=1024)(_plain)  # of packs alone: what people write is remembered nowhere


def on_choice(person: Person, topic: str, choice: Choice, library: Library, *, now: datetime) -> Step:
    """Answer what fits the reply."""
    person = person.remembering(topic=topic, misses=0)
    replies: list[Outgoing] = [answer_choice(person, topic, choice, library, now)]
    person, asked = asked_below(person, topic, library, is_new=False)
    return Step(person, replies=(*replies, *asked), understood=topic)


def on_skip(person: Person, press: Press, library: Library) -> Step | None:
    """Let the question go, if it is still one of ours."""
    match press.words:
        case (topic, presses.ANY) if topic in library.topics:
            return Step(person, replies=(introduction(person, library, key="choice.skipped"),))
    return None


def _ask(person: Person, topic: str, follow_up: FollowUp, library: Library) -> Message:
    choices = [
        Button(each.label.get(person.language), presses.data(Verb.CHOICE, topic, each.id))
        for each in follow_up.choices
    ]
    skip = Button(
        library.say("button.skip", language=person.language), presses.data(Verb.CHOICE, topic, presses.ANY)
    )
    return say(
        person.chat,
        follow_up.question.get(person.language),
        buttons=(*((each,) for each in choices), (skip,)),
    )
