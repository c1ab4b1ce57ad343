"""Danger: what saves comes first, at once, in every state."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.channel import Button, Message, Part
from bot.dialogue import presses
from bot.dialogue.answer import describe_shortly
from bot.dialogue.onboarding import anchor_label, is_foreign
from bot.dialogue.presses import Verb
from bot.dialogue.state import Handoff, Mode, Person, Step, say
from content.library import Library
from intents.language import Language
from intents.risk import About, Kind, Level, Risk

# Somebody in danger writes many lines. The whole reply on each of them would bury the numbers; within this
# time a line that is no graver gets the short one, which still begins with 112.
STILL_IN_SIGHT = timedelta(minutes=10)

# For so long after a danger the bot answers nothing else while humans are waited for.
STILL_IN_DANGER = timedelta(days=1)


# While nobody of the school is there, the numbers are shown again to who goes on writing, but not at each line.
NUMBERS_EVERY = timedelta(minutes=30)


def is_danger(risk: Risk) -> bool:
    """Tell whether a risk asks for the safety reply and an alert."""
    return risk.level >= Level.CRISIS


def respond(person: Person, risk: Risk, understood: str, library: Library, now: datetime) -> Step:
    """Answer somebody in danger, and bring humans in."""
    person = person.remembering(introduced=True, misses=0)
    if _has_just_heard(person, risk, now):
        reply = remind(person, library)
    else:
        reply = reply_to(person, risk, library, now)
        person = person.remembering(
            safety_at=now.isoformat(), safety_level=int(risk.level), safety_for=f"{risk.kind}/{risk.about}"
        )
    return Step(
        person,
        replies=(reply,),
        handoff=Handoff(risk, understood=understood),
        is_safety=True,
        understood=understood,
    )


def in_their_language(step: Step, language: Language | None, library: Library) -> Step:
    """Put 112 before all else in the person's own language, where it is one that we only recognise."""
    first, *others = step.replies
    if language is None or not is_foreign(language) or not isinstance(first, Message):
        return step
    own = library.say(f"foreign.danger.{language}", language=Language.FI)
    return replace(step, replies=(replace(first, parts=(Part(f"{own}\n\n"), *first.parts)), *others))


def reply_to(person: Person, risk: Risk, library: Library, now: datetime) -> Message:
    """Make the whole safety reply: what to do now, who talks now."""
    safety = library.safety_reply(
        risk, language=person.language, campus=person.campus, now=now, role=person.role_or_student
    )
    lines = [describe_shortly(each, person.language, library, now) for each in safety.services]
    return say(
        person.chat,
        "\n\n".join([safety.text, "\n".join(lines)]),
        anchor=anchor_label(person.language, library),
    )


def remind(person: Person, library: Library) -> Message:
    """Make the short safety reply for somebody who has the whole one in sight; no staff are promised unheard."""
    key = "safety.again_unheard" if person.mode is Mode.BOT else "safety.again"
    return say(
        person.chat,
        library.say(key, language=person.language),
        anchor=anchor_label(person.language, library),
    )


def _has_just_heard(person: Person, risk: Risk, now: datetime) -> bool:
    memory = person.memory
    if (
        not memory.safety_at
        or risk.level > memory.safety_level
        or memory.safety_for != f"{risk.kind}/{risk.about}"
    ):
        return False
    return now - datetime.fromisoformat(memory.safety_at) < STILL_IN_SIGHT


def was_lately(person: Person, now: datetime) -> bool:
    """Tell whether the person was in danger lately, as far as the bot knows."""
    at = person.memory.safety_at
    return bool(at) and now - datetime.fromisoformat(at) < STILL_IN_DANGER


def numbers_again(step: Step, library: Library, *, now: datetime) -> Step:
    """Show who answers now to somebody in danger who writes while their case waits and nobody is on duty."""
    memory = step.person.memory
    shown = max(memory.safety_at, memory.numbers_at)  # both in UTC
    if shown and now - datetime.fromisoformat(shown) < NUMBERS_EVERY:
        return step
    person = step.person.remembering(numbers_at=now.isoformat())
    safety = library.safety_reply(
        _last_risk(person),
        language=person.language,
        campus=person.campus,
        now=now,
        role=person.role_or_student,
    )
    text = library.say("safety.nobody_yet", language=person.language)
    lines = [describe_shortly(each, person.language, library, now) for each in safety.services]
    reply = say(
        person.chat, "\n\n".join([text, "\n".join(lines)]), anchor=anchor_label(person.language, library)
    )
    return replace(step, person=person, replies=(*step.replies, reply))


def _last_risk(person: Person) -> Risk:
    """Return what kind of danger the last whole safety reply was for."""
    kind, _, about = person.memory.safety_for.partition("/")
    if not kind:
        return Risk(Level.CRISIS, Kind.UNKNOWN, reason="known from the case")
    return Risk(Level(person.memory.safety_level), Kind(kind), About(about), reason="known from before")


def offer_human(
    person: Person, library: Library, *, is_alone: bool = False, is_again: bool = False
) -> Message:
    """Offer, softly, that somebody at school writes back; for worry without danger.

    Where no answer stands above it (`is_alone`), it says 112 as well: a bare "apua" may be anything.
    """
    yes = Button(
        library.say("button.concern_yes", language=person.language), presses.data(Verb.CONCERN, presses.YES)
    )
    no = Button(
        library.say("button.concern_no", language=person.language), presses.data(Verb.CONCERN, presses.NO)
    )
    key = "safety.offer_again" if is_again else "safety.offer_human"
    text = library.say(key, language=person.language)
    if is_alone:
        text += "\n\n" + library.say("safety.in_need", language=person.language)
    return say(person.chat, text, buttons=((yes,), (no,)))
