"""When the matter is not clear: did you mean, the menu, an honest "I don't know"."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.channel import Button, Message, Part
from bot.dialogue import presses
from bot.dialogue.answer import describe, human_button
from bot.dialogue.presses import Verb
from bot.dialogue.state import Person, say
from content.library import Library
from content.nights import FIRST_SERVICES
from intents.language import Language
from intents.matcher import Candidate

IN_A_ROW = 2  # buttons: more are cut short on a phone


def did_you_mean(person: Person, candidates: Sequence[Candidate], library: Library) -> Message:
    """Ask which of a few topics was meant."""
    rows = [(topic_button(each.topic, person, library),) for each in candidates]
    key = "clarify.did_you_mean_this" if len(rows) == 1 else "clarify.did_you_mean"
    other = Button(
        library.say("button.other", language=person.language), presses.data(Verb.NOT_MEANT, presses.ANY)
    )
    rows.append((other,))
    return say(
        person.chat,
        library.say(key, language=person.language),
        buttons=(*rows, (human_button(person.language, library),)),
    )


def offering(message: Message, second: str | None, person: Person, library: Library) -> Message:
    """Offer another matter of the same message, below the answer to the first."""
    if second is None:
        return message
    name = library.topic_name(second, person.language)
    button = Button(
        library.say("button.also", language=person.language, topic=name), presses.data(Verb.TOPIC, second)
    )
    return replace(message, buttons=((button,), *message.buttons))


def decline(person: Person, library: Library, *, key: str = "") -> Message:
    """Say that this was not understood; offer the topics and a human, more plainly the second time."""
    key = key or ("clarify.declined_again" if person.memory.misses else "clarify.declined")
    return say(
        person.chat,
        library.say(key, language=person.language),
        buttons=(
            (Button(library.say("button.menu", language=person.language), presses.data(Verb.MENU)),),
            (human_button(person.language, library),),
        ),
    )


def decline_foreign(person: Person, language: Language, library: Library, now: datetime) -> Message:
    """Say in a language that we only recognise where help is: 112, a human, and who serves in that language."""
    own = library.say(f"foreign.{language}", language=Language.FI)
    services = library.services_speaking(language, person.campus)[:FIRST_SERVICES]
    blocks = [own, *(describe(each, person.language, library, now) for each in services)]
    declined = decline(person, library, key="clarify.other_language")
    return replace(declined, parts=(Part("\n\n".join([*blocks, ""])), *declined.parts))


def menu(person: Person, library: Library, *, key: str = "menu.title") -> Message:
    """Offer the groups of topics."""
    groups = [
        Button(library.say(f"group.{group}", language=person.language), presses.data(Verb.GROUP, group))
        for group in library.groups
    ]
    return say(
        person.chat,
        library.say(key, language=person.language),
        buttons=(*in_rows(groups), (human_button(person.language, library),)),
    )


def group_menu(person: Person, group: str, library: Library) -> Message:
    """Offer the topics of a group."""
    topics = [topic_button(each, person, library) for each in library.groups[group]]
    back = Button(library.say("button.back", language=person.language), presses.data(Verb.MENU))
    return say(
        person.chat,
        library.say(f"group.{group}", language=person.language),
        buttons=(*in_rows(topics), (back, human_button(person.language, library))),
    )


def topic_button(topic: str, person: Person, library: Library) -> Button:
    """Make the button that answers a topic."""
    return Button(library.topic_name(topic, person.language), presses.data(Verb.TOPIC, topic))


def in_rows(buttons: Sequence[Button]) -> tuple[tuple[Button, ...], ...]:
    """Lay buttons out in rows."""
    return tuple(tuple(buttons[at : at + IN_A_ROW]) for at in range(0, len(buttons), IN_A_ROW))
