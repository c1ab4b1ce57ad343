"""What there is to read beside an answer: self-help pages, and the school's ladder of early support."""

import re
from datetime import datetime

from bot.channel import Button, Buttons, Message
from bot.dialogue import presses
from bot.dialogue.answer import describe, human_button
from bot.dialogue.presses import Verb
from bot.dialogue.state import Person, say
from content.library import Library
from content.schema import Role
from content.schema_pages import LadderFile
from intents.text import fold, normalise

ANCHOR_PAGE = "anchor-button"  # what the anchor button is
# Beside "ankkuri" alone: "nappi" by itself is also a pill.
_NAMES_ANCHOR = re.compile(r"ankkuri ?-?nap|ankarknapp|anchor button|⚓[ -]?(nap|knapp|button)")
_ASKS = re.compile(
    r"\?|\b(mika|mik|mita|mihin|miten|mista|miks|miksi|kuka|kuinka|ketka|kenelle|vad|hur|vart|vem|varfor|what|how|who|where|why)\b"
)


def asks_about_anchor(text: str) -> bool:
    """Tell whether a text asks what the anchor button is, which is not yet pressing it."""
    plain = fold(normalise(text))
    return bool(_NAMES_ANCHOR.search(plain) and _ASKS.search(plain))


def read_page(person: Person, page: str, library: Library, now: datetime) -> Message:
    """Show a page, and who helps with it; to a role that it is not for, in the words of those that it is for."""
    found, role, language = library.pages[page], person.role_or_student, person.language
    text = found.text(role) or next(iter(found.texts().values()))
    services = library.services_for_page(page, campus=person.campus, role=role, language=language)
    blocks = [f"**{found.title.get(language)}**", text.get(language)]
    blocks += [describe(each, language, library, now) for each in services]
    return say(person.chat, "\n\n".join(blocks), buttons=_ways_on(person, library))


def read_ladder(person: Person, ladder: LadderFile, library: Library) -> Message:
    """Show step by step what the school does when absences grow; numbers only where the school has told them."""
    language = person.language
    blocks = [library.say("ladder.title", language=language)]
    for number, rung in enumerate(ladder.rungs, 1):
        at = f" ({rung.at.get(language)})" if rung.at is not None else ""
        words = rung.text(person.role_or_student).get(language)
        blocks.append(f"**{number}. {rung.name.get(language)}**{at}\n{words}")
    if ladder.note is not None:
        blocks.append(ladder.note.get(language))
    if not ladder.has_numbers:
        key = "ladder.no_numbers_staff" if person.role is Role.STAFF else "ladder.no_numbers"
        blocks.append(library.say(key, language=language))
    return say(person.chat, "\n\n".join(blocks), buttons=_ways_on(person, library))


def _ways_on(person: Person, library: Library) -> Buttons:
    menu = Button(library.say("button.menu", language=person.language), presses.data(Verb.MENU))
    return ((menu, human_button(person.language, library)),)
