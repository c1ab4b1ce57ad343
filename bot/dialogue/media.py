"""Photos, voice, stickers, contacts, places: kindly answered by the bot, passed on when humans talk."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.channel import Button, Message, Turn
from bot.dialogue import presses
from bot.dialogue.onboarding import introduction
from bot.dialogue.presses import Verb
from bot.dialogue.state import Mode, Person, Relay, Step, say
from content.library import Library

# The pictures of an album come as messages of their own: they get one answer together.
ONE_ALBUM = timedelta(seconds=10)
MOST_WAITING = 20  # questions about sharing that are remembered


def on_media(person: Person, turn: Turn, library: Library, *, now: datetime) -> Step:
    """Answer what is not words. What may show who the person is goes on only with their yes."""
    if turn.media is None:
        raise ValueError("a turn without media is not for this function")
    if turn.is_edit:
        return Step(person)  # a place that moves, a file changed: nothing to add
    if person.mode is not Mode.BOT:
        return acknowledged(to_humans(person, turn, library), library)
    at = person.memory.media_at
    if at and timedelta(0) <= now - datetime.fromisoformat(at) < ONE_ALBUM:
        return Step(person)
    key = "media.sticker" if turn.media.kind == "sticker" else "media.bot"
    person = person.remembering(introduced=True, media_at=now.isoformat())
    return Step(person, replies=(introduction(person, library, key=key),))


def to_humans(person: Person, turn: Turn, library: Library) -> Step:
    """Pass on words and what came with them; what may show who the person is waits for their yes."""
    media = turn.media
    words = Relay(turn.text, None, turn.ref, is_edit=turn.is_edit) if turn.text else None
    if media is None or turn.is_edit:
        return Step(person, relay=words)
    if not media.may_be_copied:
        return Step(person, relay=words, replies=(introduction(person, library, key="media.cannot"),))
    if media.tells:
        waiting = [*person.memory.to_share.split(), turn.ref][-MOST_WAITING:]
        asked = person.remembering(to_share=" ".join(waiting))
        return Step(asked, relay=words, replies=(_ask_to_share(person, turn.ref, library),))
    return Step(person, relay=Relay(turn.text, media, turn.ref))


def _ask_to_share(person: Person, ref: str, library: Library) -> Message:
    yes, no = (
        Button(
            library.say(f"button.share_{answer}", language=person.language),
            presses.data(Verb.SHARE, answer, ref),
        )
        for answer in (presses.YES, presses.NO)
    )
    text = library.say("media.share_ask", language=person.language)
    return say(person.chat, text, buttons=((yes,), (no,)))


def acknowledged(step: Step, library: Library) -> Step:
    """Say, once while a case waits for somebody to take it, that what is sent reaches staff."""
    person = step.person
    if person.mode is not Mode.WAITING or step.relay is None or person.memory.acknowledged:
        return step
    said = introduction(person, library, key="case.passed_on")
    return replace(step, person=person.remembering(acknowledged=True), replies=(said, *step.replies))
