"""The one door of the dialogue: a person's turn in, a step out.

Risk is judged first, on every text, in every state, before any other rule. Then: is a human talking? a command,
a button, something other than words? Only then: what is it about?
"""

from dataclasses import replace
from datetime import datetime

from bot.channel import Turn
from bot.dialogue import clarify, onboarding, privacy, safety
from bot.dialogue.answer import answer
from bot.dialogue.commands import KNOWN_COMMANDS, on_command
from bot.dialogue.media import on_media
from bot.dialogue.onboarding import introduction
from bot.dialogue.pressing import on_press
from bot.dialogue.state import Handoff, Mode, Pending, Person, Relay, Step
from content.library import Library
from intents.risk import NO_RISK, Level
from intents.understanding import Understanding

HUMAN_TOPIC = "human"  # "I want to talk to somebody": no answer, but a human
LANGUAGE_TOPIC = "language"
PRIVACY_TOPIC = "privacy"
GREETING_TOPIC = "greeting"


def respond(person: Person, turn: Turn, library: Library, *, now: datetime) -> Step:
    """Decide what to do about a turn."""
    if turn.press:
        return on_press(person, turn, library, now=now)
    if turn.command and turn.command not in KNOWN_COMMANDS:
        # "/en jaksa enää" is a message of somebody whose finger slipped: all of it is read.
        turn = replace(turn, command="", text=f"{turn.command} {turn.text}".strip())
    if turn.text and not onboarding.is_anchor(turn.text):
        return _on_words(person, turn, library, now=now)
    if turn.command:
        return on_command(person, turn, library, now=now)
    if turn.media is not None:
        return on_media(person, turn, library)
    if onboarding.is_anchor(turn.text):
        return ask_for_human(person)
    return _introduced(Step(person, replies=(clarify.menu(person, library, key="menu.empty"),)), library)


def ask_for_human(person: Person) -> Step:
    """Bring humans in because the person asked for it."""
    return Step(person.remembering(introduced=True, misses=0), handoff=Handoff(NO_RISK, is_asked=True))


def _on_words(person: Person, turn: Turn, library: Library, *, now: datetime) -> Step:
    """Answer a text, a caption, an edit, or what was written after a command."""
    role = person.role or onboarding.guess_role(turn.text)
    understanding = library.reader.understand(turn.text, role=role)
    person = onboarding.learn(person, turn.text, understanding.language, library)
    relay = None
    if person.mode is not Mode.BOT:
        relay = Relay(turn.text, turn.media, turn.ref, is_edit=turn.is_edit)
    if safety.is_danger(understanding.risk):
        step = safety.respond(person, understanding.risk, understanding.topic or "", library, now)
        return replace(step, relay=relay)
    if turn.command:
        return on_command(person, turn, library, now=now)
    if relay is not None:
        return _on_words_to_humans(person, relay, understanding, library)
    if turn.is_edit and person.memory.introduced and understanding.topic == person.memory.topic:
        return Step(person)  # a corrected typo needs no second answer
    if turn.media is not None:
        return on_media(person, turn, library)
    return _introduced(_on_matter(person, understanding, library, now=now), library)


def _on_words_to_humans(person: Person, relay: Relay, understanding: Understanding, library: Library) -> Step:
    """Pass the words on. While nobody has taken the case, the first ones are acknowledged."""
    step = Step(person, relay=relay, understood=understanding.topic or "")
    if understanding.risk.level > Level.NONE:
        step = replace(step, handoff=Handoff(understanding.risk, understood=understanding.topic or ""))
    if person.mode is Mode.HUMAN or person.memory.acknowledged:
        return step
    reply = introduction(person, library, key="case.passed_on")
    return replace(step, person=person.remembering(acknowledged=True), replies=(reply,))


def _on_matter(person: Person, understanding: Understanding, library: Library, *, now: datetime) -> Step:
    """Answer what a text is about; ask or decline when that is not clear."""
    topic = understanding.topic
    is_concern = understanding.risk.level is Level.CONCERN
    if topic is None and not is_concern:
        return _on_unclear(person, understanding, library)
    match topic:
        case _ if topic == HUMAN_TOPIC and not is_concern:
            return replace(ask_for_human(person), understood=HUMAN_TOPIC)
        case _ if topic == LANGUAGE_TOPIC:
            replies = [onboarding.ask_language(person, library)]
        case _ if topic == PRIVACY_TOPIC:
            replies = [privacy.explain(person, library)]
        case None:
            replies = []
        case _:
            replies = [answer(person, topic, library, now)]
    person = person.remembering(topic=topic or person.memory.topic, misses=0, pending=Pending.NOTHING)
    if topic == GREETING_TOPIC and not person.memory.introduced:
        replies = [introduction(person, library, key="intro.greeting")]
        person = person.remembering(introduced=True)
    if is_concern:
        replies.append(safety.offer_human(person, library))
        person = person.remembering(pending=Pending.CONCERN)
    elif topic is not None and onboarding.depends_on_campus(topic, person, library):
        replies.append(onboarding.ask_campus(person, library))
        person = person.remembering(asked_campus=True)
    return Step(person, replies=tuple(replies), understood=topic or "")


def _on_unclear(person: Person, understanding: Understanding, library: Library) -> Step:
    """Ask once which topic was meant; decline honestly when nothing is near or asking did not help."""
    candidates = understanding.worth_asking()
    if candidates and not person.memory.misses:
        reply = clarify.did_you_mean(person, candidates, library)
    else:
        reply = clarify.decline(person, library)
    return Step(person.remembering(misses=person.memory.misses + 1), replies=(reply,))


def _introduced(step: Step, library: Library) -> Step:
    """See that, by the end of the first turn, the person knows what this is and has the anchor button."""
    if step.person.memory.introduced or step.handoff is not None:
        return step
    return replace(
        step,
        person=step.person.remembering(introduced=True),
        replies=(*step.replies, introduction(step.person, library)),
    )
