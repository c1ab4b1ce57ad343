"""Buttons in a person's chat. What a button says is looked up again; what is not found has grown old."""

from dataclasses import replace
from datetime import datetime

from bot.channel import Media, MediaKind, Outgoing, PressAnswer, Turn
from bot.dialogue import bulletins, clarify, following_up, presses, privacy, reading
from bot.dialogue.answer import SMALL_TALK, all_services, answer
from bot.dialogue.commands import ask_for_human
from bot.dialogue.onboarding import introduction, with_anchor
from bot.dialogue.presses import Press, Verb
from bot.dialogue.state import Handoff, Mode, Person, Relay, Step
from content.library import Library
from content.schema import Role
from intents.language import ANSWERED, Language
from intents.risk import Kind, Level, Risk


def on_press(person: Person, turn: Turn, library: Library, *, now: datetime) -> Step:
    """Do what a button asks for, and end its waiting."""
    press = presses.read(turn.press)
    step = _act(person, press, library, now=now) if press is not None else None
    notice = ""
    if step is None:
        step = Step(person, replies=(clarify.menu(person, library, key="press.stale"),))
        notice = library.say("press.stale_notice", language=person.language)
    end: Outgoing = PressAnswer(turn.chat, turn.press_id, notice)
    return replace(step, replies=(end, *step.replies))


def is_about_forgetting(data: str) -> bool:
    """Tell whether a press answers, or asks for, the question whether everything shall be deleted."""
    press = presses.read(data) if data else None
    return press is not None and press.verb is Verb.FORGET


def _act(person: Person, press: Press, library: Library, *, now: datetime) -> Step | None:
    """Return what a press leads to, or None when it is stale."""
    match press.verb:
        case Verb.TOPIC | Verb.MORE | Verb.NOT_MEANT | Verb.HELPED:
            return _on_topic(person, press, library, now=now)
        case Verb.CHOICE:
            return _on_choice(person, press, library, now=now)
        case Verb.PAGE if press.word in library.pages:
            return Step(person, replies=(reading.read_page(person, press.word, library, now),))
        case Verb.LADDER if library.ladder is not None:
            return Step(person, replies=(reading.read_ladder(person, library.ladder, library),))
        case Verb.MENU:
            return Step(person, replies=(clarify.menu(person, library),))
        case Verb.GROUP if press.word in library.groups:
            return Step(person, replies=(clarify.group_menu(person, press.word, library),))
        case Verb.HUMAN:
            return ask_for_human(person)
        case Verb.LANGUAGE | Verb.CAMPUS | Verb.ROLE:
            return _choose(person, press, library, now=now)
        case Verb.CONCERN | Verb.SHARE | Verb.FORGET:
            return _on_reply(person, press, library)
        case Verb.SUBSCRIBE:
            ends_at = now + bulletins.LASTS
            return bulletins.on_subscribe(person, press.words, library, ends_at=ends_at)
        case Verb.UNSUBSCRIBE:
            return bulletins.on_unsubscribe(person, press.words, library)
        case Verb.END if person.mode is not Mode.BOT:
            return Step(person, ends_case=True)
        case Verb.AFTER if press.word in {presses.YES, presses.NO}:
            thanks = "after.helped" if press.word == presses.YES else "after.not_helped"
            return Step(
                person,
                replies=(introduction(person, library, key=thanks),),
                helpful=("human", press.word == presses.YES),
            )
        case _:
            return None


def _on_topic(person: Person, press: Press, library: Library, *, now: datetime) -> Step | None:
    topic = press.word
    if press.verb is Verb.NOT_MEANT and (topic in library.topics or topic == presses.ANY):
        return Step(
            person.remembering(misses=1),
            replies=(clarify.menu(person, library, key="clarify.not_meant"),),
            helpful=(topic, False) if topic in library.topics else None,
            # Pressed once more it is the same message; while humans are there, it is theirs.
            not_meant=topic if _is_answer_missed(person, topic, library) else "",
        )
    if topic not in library.topics:
        return None
    match press.verb:
        case Verb.TOPIC:
            reply = answer(person, topic, library, now)
            is_new = person.memory.topic != topic
            person = person.remembering(topic=topic, misses=0)
            person, asked = following_up.asked_below(person, topic, library, is_new=is_new)
            return Step(person, replies=(reply, *asked), understood=topic)
        case Verb.MORE:
            return Step(person, replies=(all_services(person, topic, library, now),))
        case Verb.HELPED if press.words[1:] == (presses.YES,):
            reply = introduction(person, library, key="feedback.thanks")
            return Step(person, replies=(reply,), helpful=(topic, True))
        case Verb.HELPED if press.words[1:] == (presses.NO,):
            reply = clarify.menu(person, library, key="feedback.sorry")
            return Step(person, replies=(reply,), helpful=(topic, False))
        case _:
            return None


def _on_choice(person: Person, press: Press, library: Library, *, now: datetime) -> Step | None:
    """Take the reply to a topic's question: an answer of its own, another topic, or none."""
    choice = following_up.find_choice(press, library)
    if choice is None:
        return following_up.on_skip(person, press, library)
    if choice.topic is not None:
        return _on_topic(person, Press(Verb.TOPIC, (choice.topic,)), library, now=now)
    return following_up.on_choice(person, press.word, choice, library, now=now)


def _is_answer_missed(person: Person, topic: str, library: Library) -> bool:
    return topic in library.topics and not person.memory.misses and person.mode is Mode.BOT


def _choose(person: Person, press: Press, library: Library, *, now: datetime) -> Step | None:
    """Take a chosen language, campus or role."""
    match press:
        case Press(Verb.LANGUAGE, (code,)) if code in ANSWERED:
            person = replace(person, language=Language(code), language_chosen=True)
            return _chosen(person, library.say("language.chosen", language=person.language), library, now=now)
        case Press(Verb.CAMPUS | Verb.ROLE, (presses.ANY,)):
            return Step(person, replies=(introduction(person, library, key="choice.skipped"),))
        case Press(Verb.CAMPUS, (campus,)) if campus in library.campuses:
            return choose_campus(person, campus, library, now=now)
        case Press(Verb.ROLE, (role,)) if role in set(Role):
            person = replace(person, role=Role(role))
            name = library.say(f"role.{role}", language=person.language)
            text = library.say("role.chosen", language=person.language, role=name)
            return _chosen(person, text, library, now=now)
        case _:
            return None


def choose_campus(person: Person, campus: str, library: Library, *, now: datetime) -> Step:
    """Take a chosen campus."""
    person = replace(person, campus=campus)
    name = library.campuses[campus].name.get(person.language)
    text = library.say("campus.chosen", language=person.language, campus=name)
    return _chosen(person, text, library, now=now)


def _chosen(person: Person, text: str, library: Library, *, now: datetime) -> Step:
    """Say what was understood, and answer the last topic anew: the choice may change who helps."""
    replies: list[Outgoing] = [with_anchor(person, text, library)]
    topic = person.memory.topic
    if topic in library.topics and topic not in SMALL_TALK and person.mode is Mode.BOT:
        replies.append(answer(person, topic, library, now))
    return Step(person, replies=tuple(replies))


def _on_reply(person: Person, press: Press, library: Library) -> Step | None:
    """Take a yes or no to a question that the bot asked."""
    match press:
        case Press(Verb.CONCERN, (presses.YES,)):
            risk = Risk(Level.CONCERN, Kind.DISTRESS, reason="said yes to a human")
            return Step(person, handoff=Handoff(risk, is_asked=True, understood=person.memory.topic))
        case Press(Verb.CONCERN, (presses.NO,)):
            return Step(person, replies=(introduction(person, library, key="safety.human_later"),))
        case Press(Verb.SHARE, (presses.YES | presses.NO as reply, ref)):
            return _on_share(person, ref, library, is_yes=reply == presses.YES)
        case Press(Verb.FORGET, (presses.YES,)) if person.memory.asked_to_forget:
            return Step(person, forgets=True)
        case Press(Verb.FORGET, (presses.YES | presses.ANY,)):
            return privacy.ask_to_forget(person, library)  # asked for, or a yes too old to delete things by
        case Press(Verb.FORGET, (presses.NO,)):
            kept = person.remembering(asked_to_forget=False)
            return Step(kept, replies=(introduction(kept, library, key="privacy.kept"),))
        case _:
            return None


def _on_share(person: Person, ref: str, library: Library, *, is_yes: bool) -> Step | None:
    """Show staff what waited for a yes, or leave it; what does not wait any more is stale."""
    waiting = person.memory.to_share.split()
    if ref not in waiting or person.mode is Mode.BOT:
        return None
    waiting.remove(ref)
    person = person.remembering(to_share=" ".join(waiting))
    if not is_yes:
        return Step(person, replies=(introduction(person, library, key="media.not_shared"),))
    relay = Relay(media=Media(MediaKind.OTHER), ref=ref)
    return Step(person, relay=relay, replies=(introduction(person, library, key="media.shared"),))
