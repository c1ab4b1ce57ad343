"""The one door of the dialogue: a person's turn in, a step out.

Risk is judged first, on every text, in every state, before any other rule. Then: a button, a command? is a human
talking? something other than words? Only then: what is it about?
"""

from dataclasses import replace
from datetime import datetime

from bot.channel import Message, Turn
from bot.dialogue import clarify, onboarding, privacy, reading, safety, unanswered
from bot.dialogue.answer import answer
from bot.dialogue.commands import ALIASES, BIND, KNOWN_COMMANDS, ask_for_human, is_link, on_command
from bot.dialogue.following_up import asked_below, on_choice, typed_choice
from bot.dialogue.media import acknowledged, on_media, to_humans
from bot.dialogue.onboarding import introduction
from bot.dialogue.pressing import choose_campus, is_about_forgetting, on_press
from bot.dialogue.state import Handoff, Mode, Outcome, Person, Step
from content.hours import is_open
from content.library import Library
from content.schema import Role
from intents.risk import About, Level
from intents.understanding import Understanding

HUMAN_TOPIC = "human"  # "I want to talk to somebody": no answer, but a human
LANGUAGE_TOPIC = "language"
PRIVACY_TOPIC = "privacy"
GREETING_TOPIC = "greeting"
# A student's worry about somebody else: what helps a tired person would be the wrong answer to their friend.
WORRY_TOPIC = "guardian-worry"
# Said to humans, these are no questions to the bot.
TO_HUMANS = frozenset({GREETING_TOPIC, "thanks", HUMAN_TOPIC})
SMALL_TALK = frozenset({GREETING_TOPIC, "thanks", "bot-identity"})  # no answer to a worry
A_MERE_NAME = 2  # words at most of a text that only names a campus


def respond(person: Person, turn: Turn, library: Library, *, now: datetime) -> Step:
    """Decide what to do about a turn."""
    person = onboarding.settled(person, library)
    return _introduced(_decide(person, turn, library, now=now), library)


def _decide(person: Person, turn: Turn, library: Library, *, now: datetime) -> Step:
    was_asked = person.memory.asked_to_forget
    if not is_about_forgetting(turn.press):  # a question to which the very next turn may be the answer
        person = person.remembering(asked_to_forget=False)
    if turn.press:
        return on_press(person, turn, library, now=now)
    turn = as_said(turn)
    if onboarding.is_anchor_label(turn.text, library):
        return ask_for_human(person)
    if turn.command == "start" and is_link(turn.text, library):
        return on_command(person, turn, library, now=now)  # whoever made the link chose its words
    if turn.text:
        step = _on_words(person, turn, library, now=now)
        is_answer = was_asked and not step.is_safety and not turn.command and not turn.is_edit
        return privacy.on_words(person, turn.text, library) or step if is_answer else step
    if turn.command:
        return on_command(person, turn, library, now=now)
    if turn.media is not None:
        return on_media(person, turn, library, now=now)
    return Step(person, replies=(clarify.menu(person, library, key="menu.empty"),))


def as_said(turn: Turn) -> Turn:
    """Read as words what only looks like a command, or follows one that is answered with words anyway."""
    if turn.command in ALIASES and not turn.text:
        turn = replace(turn, command=ALIASES[turn.command])
    if turn.command and turn.command not in KNOWN_COMMANDS:
        # "/en jaksa enää" is a message of somebody whose finger slipped: all of it is read.
        words = turn.command.replace("_", " ")
        return replace(turn, command="", text=f"{words} {turn.text}".strip())
    if turn.command == "apua" and turn.text:
        return replace(turn, command="")  # "/apua mua ahdistaa"
    if turn.command == "start" and " " in turn.text:
        return replace(turn, command="")  # typed: the payload of a deep link has no spaces
    return turn


def _on_words(person: Person, turn: Turn, library: Library, *, now: datetime) -> Step:
    """Answer a text, a caption, an edit, or what was written after a command."""
    understanding = library.reader.understand(
        turn.text,
        role=person.role or onboarding.guess_role(turn.text),
        earlier=person.memory.topic or None,
    )
    was_nowhere = person.campus is None
    if turn.command != "start" and not onboarding.is_anchor(turn.text):  # those words are ours, not theirs
        person = onboarding.learn(person, turn.text, understanding.language, library)
    passed = to_humans(person, turn, library) if person.mode is not Mode.BOT else Step(person)
    if safety.is_danger(understanding.risk):
        step = safety.respond(passed.person, understanding.risk, understanding.topic or "", library, now)
        step = safety.in_their_language(step, understanding.language, library)
        return replace(step, relay=passed.relay, replies=(*step.replies, *passed.replies))
    if onboarding.is_anchor(turn.text):
        return replace(ask_for_human(passed.person), relay=passed.relay)
    if turn.command:
        step = on_command(person, turn, library, now=now)
        return step if turn.command in {"start", BIND} else replace(step, relay=passed.relay)
    if person.mode is not Mode.BOT:
        return _on_words_to_humans(passed, understanding, library, now=now, is_edit=turn.is_edit)
    if turn.is_edit and person.memory.introduced and _brings_nothing_new(person, understanding):
        return Step(person)
    if was_nowhere and person.campus and person.memory.asked_campus and _is_mere_name(turn.text):
        return choose_campus(person, person.campus, library, now=now)
    if turn.media is None:
        return _on_matter(person, understanding, turn.text, library, now=now)
    if understanding.topic is None and understanding.risk.level is Level.NONE:
        return on_media(person, turn, library, now=now)
    step = _on_matter(person, understanding, turn.text, library, now=now)
    unseen = introduction(person, library, key="media.only_caption")
    return step if step.handoff else replace(step, replies=(*step.replies, unseen))


def _is_mere_name(text: str) -> bool:
    return len(text.split()) <= A_MERE_NAME


def _brings_nothing_new(person: Person, understanding: Understanding) -> bool:
    """Tell whether a corrected text is still about what was answered already."""
    if understanding.risk.level is Level.CONCERN and not person.memory.offered_human:
        return False
    return understanding.topic in {None, person.memory.topic}


def _on_words_to_humans(
    passed: Step, understanding: Understanding, library: Library, *, now: datetime, is_edit: bool
) -> Step:
    """Pass the words on. While nobody has taken the case, the bot says so once, and answers when nobody is there."""
    topic = understanding.topic or ""
    step = replace(passed, understood=topic)
    if understanding.risk.level > Level.NONE:
        step = replace(step, handoff=Handoff(understanding.risk, understood=topic))
    if step.person.mode is Mode.HUMAN:
        return step
    step = acknowledged(step, library)
    if step.person.is_in_danger and not is_open(library.duty(step.person.campus), now):
        return safety.numbers_again(step, library, now=now)
    person = step.person
    is_answered = not topic or topic in TO_HUMANS or topic == person.memory.topic or is_edit
    # In danger, answers on other matters would bury the numbers; in duty hours a human is about to answer.
    is_calm = understanding.risk.level is Level.NONE and not safety.was_lately(person, now)
    if is_answered or not is_calm or is_open(library.duty(person.campus), now):
        return step
    reply = _reply_on(topic, person, library, now=now)
    return replace(step, person=person.remembering(topic=topic), replies=(*step.replies, reply))


def _on_matter(
    person: Person, understanding: Understanding, text: str, library: Library, *, now: datetime
) -> Step:
    """Answer what a text is about; ask or decline when that is not clear."""
    topic = topic_of(person, understanding)
    is_concern = understanding.risk.level is Level.CONCERN
    choice = typed_choice(person, text, library)
    if choice is not None and choice.answers is not None and not is_concern:
        return on_choice(person, person.memory.topic, choice, library, now=now)
    if not is_concern and reading.ANCHOR_PAGE in library.pages and reading.asks_about_anchor(text):
        # To ask what the button does is not to press it: nobody is alerted.
        return Step(person, replies=(reading.read_page(person, reading.ANCHOR_PAGE, library, now),))
    if topic == HUMAN_TOPIC:
        step = ask_for_human(person)
        risk = understanding.risk
        return replace(step, handoff=Handoff(risk, is_asked=True), understood=HUMAN_TOPIC)
    if topic is None and not is_concern:
        return _on_unclear(person, understanding, text, library, now=now)
    if topic == GREETING_TOPIC and not person.memory.introduced:
        replies: list[Message] = [introduction(person, library, key="intro.greeting")]
        person = person.remembering(introduced=True)
    else:
        replies = [_reply_on(topic, person, library, now=now)] if topic else []
        replies = [clarify.offering(each, understanding.second, person, library) for each in replies]
    was_offered = person.memory.offered_human
    is_new = topic != person.memory.topic and not safety.was_lately(person, now)
    person = person.remembering(topic=topic or person.memory.topic, misses=0, offered_human=is_concern)
    if is_concern:
        replies.append(safety.offer_human(person, library, is_alone=not replies, is_again=was_offered))
    elif topic is not None:
        person, asked = asked_below(person, topic, library, is_new=is_new)
        replies.extend(asked)
    return Step(person, replies=tuple(replies), understood=topic or "")


def topic_of(person: Person, understanding: Understanding) -> str | None:
    """Return the topic to answer; worry about somebody else is that, whatever they were said to have."""
    risk, topic = understanding.risk, understanding.topic
    if risk.level is Level.CONCERN and topic in SMALL_TALK:
        return None  # a worry is heard, whatever it was wrapped in
    if risk.level is not Level.CONCERN or person.role is Role.GUARDIAN:
        return topic
    if risk.about is not About.SELF:
        return WORRY_TOPIC
    if topic == WORRY_TOPIC:  # "jag mår jättedåligt": it is their own, so the next best is meant
        return next((each.topic for each in understanding.candidates if each.topic != WORRY_TOPIC), None)
    return topic


def _reply_on(topic: str, person: Person, library: Library, *, now: datetime) -> Message:
    """Make the reply on a topic; language and privacy have one of their own, with buttons."""
    match topic:
        case _ if topic == LANGUAGE_TOPIC:
            return onboarding.ask_language(person, library)
        case _ if topic == PRIVACY_TOPIC:
            return privacy.explain(person, library)
        case _:
            return answer(person, topic, library, now)


def _on_unclear(
    person: Person, understanding: Understanding, text: str, library: Library, *, now: datetime
) -> Step:
    """Ask once which topic was meant; decline honestly when nothing is near or asking did not help."""
    if understanding.language is not None and onboarding.is_foreign(understanding.language):
        # Danger cannot be read in it either: 112 and the way to a human come along.
        return Step(person, replies=(clarify.decline_foreign(person, understanding.language, library, now),))
    if not any(letter.isalnum() for letter in text):
        return Step(person, replies=(clarify.menu(person, library, key="menu.empty"),))
    candidates = understanding.worth_asking()
    if candidates and not person.memory.misses:
        reply, outcome = clarify.did_you_mean(person, candidates, library), Outcome.ASKED
    else:
        reply, outcome = clarify.decline(person, library), Outcome.DECLINED
    return Step(
        person.remembering(misses=person.memory.misses + 1),
        replies=(reply,),
        unanswered=unanswered.kept(person, text, understanding, outcome, now=now),
    )


def _introduced(step: Step, library: Library) -> Step:
    """See that, by the end of the first turn, the person knows what this is and has the anchor button.

    The answer comes first; a question with buttons stays last, where it is answered.
    """
    if step.person.memory.introduced or step.forgets:
        return step
    person = step.person.remembering(introduced=True)
    key = "intro.human" if step.handoff is not None else "intro.short"
    after_first = (at for at, each in enumerate(step.replies, 1) if isinstance(each, Message))
    at = next(after_first, len(step.replies))
    replies = (*step.replies[:at], introduction(person, library, key=key), *step.replies[at:])
    return replace(step, person=person, replies=replies)
