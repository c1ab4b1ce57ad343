"""Photos, voice, stickers, contacts, places: kindly answered by the bot, passed on when humans talk."""

from bot.channel import Button, Turn
from bot.dialogue import presses
from bot.dialogue.onboarding import introduction
from bot.dialogue.presses import Verb
from bot.dialogue.state import Mode, Pending, Person, Relay, Step, say
from content.library import Library


def on_media(person: Person, turn: Turn, library: Library) -> Step:
    """Answer what is not words. What may show who the person is goes on only with their yes."""
    media = turn.media
    if media is None:
        raise ValueError("a turn without media is not for this function")
    if person.mode is Mode.BOT:
        key = "media.sticker" if media.kind == "sticker" else "media.bot"
        return Step(person.remembering(introduced=True), replies=(introduction(person, library, key=key),))
    if not media.may_be_copied:
        return Step(person, replies=(introduction(person, library, key="media.cannot"),))
    if media.tells:
        question = say(
            person.chat,
            library.say("media.share_ask", language=person.language),
            buttons=(
                (
                    Button(
                        library.say("button.share_yes", language=person.language),
                        presses.data(Verb.SHARE, presses.YES),
                    ),
                ),
                (
                    Button(
                        library.say("button.share_no", language=person.language),
                        presses.data(Verb.SHARE, presses.NO),
                    ),
                ),
            ),
        )
        asked = person.remembering(pending=Pending.SHARE, pending_ref=turn.ref)
        return Step(asked, replies=(question,))
    return Step(person, relay=Relay(turn.text, media, turn.ref))
