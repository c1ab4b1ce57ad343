"""Who is this, where and in which language: guessed, asked only when it matters, never in the way.

The first message is answered as it is. What is not known stays unknown until an answer depends on it.
"""

import re
from dataclasses import replace

from bot.channel import Button, Message, Turn
from bot.dialogue import presses
from bot.dialogue.clarify import in_rows
from bot.dialogue.presses import Verb
from bot.dialogue.state import Person, say
from content.library import Library
from content.schema import Role
from intents.language import ANSWERED, Language
from intents.text import fold, normalise

ANCHOR = "⚓"  # how the anchor button's label begins, in every language (design.md, section 5)
SURE_WORDS = 3  # a language once known changes only on a text of at least so many words

# "my son", "our girl", "as a parent": who writes so about a child is a guardian. On folded text (ä = a).
_CHILD_OWNED = r"(?:poika|tytar|tytto|lapse|nuore|teini|esikoise|kuopukse)\w*(?:ni|mme)\b"
_CHILD_OF_MINE = (
    r"(?:mun|minun|meidan|meijan|miun) "
    r"(?:poika|pojan|poja|tytto|tyto|tytar|tyttare|lapsi|lapse|laps|nuori|nuore|teini)\w*"
)
_AS_A_PARENT = r"huoltajana|vanhempana|aitina|isana|(?:aiti|isa|huoltaja) tassa"
_SWEDISH = (
    r"(?:min|mitt|var|vart) (?:son|sons|pojke|dotter|dotters|barn|barns|tonaring|flicka)\w*"
    r"|som (?:foralder|mamma|pappa|vardnadshavare)"
)
_ENGLISH = (
    r"(?:my|our) (?:son|daughter|child|kid|teen|teenager|boy|girl)s?\b"
    r"|as a (?:parent|guardian|mother|father)"
)
_GUARDIAN_SIGNS = re.compile(rf"\b(?:{_CHILD_OWNED}|{_CHILD_OF_MINE}|{_AS_A_PARENT}|{_SWEDISH}|{_ENGLISH})")
# A student may have a child too, or speak of a boyfriend: these undo the signs above.
_NOT_A_GUARDIAN = re.compile(
    r"\b(?:poikaysta|tyttoysta|tyttokaveri|poikakaveri|boyfriend|girlfriend|pojkvan|flickvan)\w*"
)


def at_first(turn: Turn) -> Language:
    """Choose the language to begin in: that of the person's device if we speak it."""
    hint = turn.language_hint[:2]
    return Language(hint) if hint in ANSWERED else Language.FI


def learn(person: Person, text: str, guessed: Language | None, library: Library) -> Person:
    """Take from a text what it tells about its writer: language, role, campus."""
    if guessed is not None and not person.language_chosen and guessed is not person.language:
        is_first = not person.memory.introduced
        if is_first or len(text.split()) >= SURE_WORDS:
            person = replace(person, language=guessed if guessed in ANSWERED else Language.EN)
    if person.role is None:
        person = replace(person, role=guess_role(text))
    if person.campus is None:
        person = replace(person, campus=guess_campus(text, library))
    return person


def guess_role(text: str) -> Role | None:
    """Tell a guardian by how they write of their child; None when nothing tells."""
    plain = fold(normalise(text))
    if _GUARDIAN_SIGNS.search(plain) and not _NOT_A_GUARDIAN.search(plain):
        return Role.GUARDIAN
    return None


def guess_campus(text: str, library: Library) -> str | None:
    """Find the one campus that a text names; the only one of the institution, if it has but one."""
    if len(library.campuses) == 1:
        return next(iter(library.campuses))
    plain = fold(normalise(text))
    named = {
        campus.id
        for campus in library.campuses.values()
        for alias in campus.aliases
        # Finnish case endings follow the name: kuopio, kuopiossa, kuopioon.
        if re.search(rf"\b{re.escape(fold(normalise(alias)))}\w{{0,4}}\b", plain)
    }
    return named.pop() if len(named) == 1 else None


def is_anchor(text: str) -> bool:
    """Tell whether a text is a press of the anchor button."""
    return text.lstrip().startswith(ANCHOR)


def anchor_label(language: Language, library: Library) -> str:
    """Return the anchor button's label."""
    return library.say("button.anchor", language=language)


def introduction(person: Person, library: Library, *, key: str = "intro.short") -> Message:
    """Say what this is, and put the anchor button in its place."""
    text = library.say(key, language=person.language, school=library.institution.name.get(person.language))
    return with_anchor(person, text, library)


def with_anchor(person: Person, text: str, library: Library) -> Message:
    """Say something without buttons of its own: the anchor button goes along."""
    return say(person.chat, text, anchor=anchor_label(person.language, library))


def ask_language(person: Person, library: Library) -> Message:
    """Offer the languages, each by its own name."""
    row = tuple(
        Button(library.say("language.name", language=each), presses.data(Verb.LANGUAGE, each))
        for each in ANSWERED
    )
    return say(person.chat, library.say("language.ask", language=person.language), buttons=(row,))


def ask_campus(person: Person, library: Library) -> Message:
    """Offer the campuses, and a way past the question."""
    campuses = [
        Button(campus.name.get(person.language), presses.data(Verb.CAMPUS, campus.id))
        for campus in library.campuses.values()
    ]
    skip = Button(
        library.say("button.skip", language=person.language), presses.data(Verb.CAMPUS, presses.ANY)
    )
    return say(
        person.chat,
        library.say("campus.ask", language=person.language),
        buttons=(*in_rows(campuses), (skip,)),
    )


def ask_role(person: Person, library: Library) -> Message:
    """Offer the roles, and a way past the question."""
    roles = [
        Button(library.say(f"role.{role}", language=person.language), presses.data(Verb.ROLE, role))
        for role in Role
    ]
    skip = Button(library.say("button.skip", language=person.language), presses.data(Verb.ROLE, presses.ANY))
    return say(
        person.chat, library.say("role.ask", language=person.language), buttons=(*in_rows(roles), (skip,))
    )


def depends_on_campus(topic: str, person: Person, library: Library) -> bool:
    """Tell whether knowing the campus would change who helps."""
    if person.campus is not None or len(library.campuses) < 2 or person.memory.asked_campus:
        return False
    shown = {
        campus: [
            service.id
            for service in library.services_for(
                topic, campus=campus, role=person.role_or_student, language=person.language
            )
        ]
        for campus in library.campuses
    }
    return len({tuple(services) for services in shown.values()}) > 1
