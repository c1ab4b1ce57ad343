"""Who is this, where and in which language: guessed, asked only when it matters, never in the way.

The first message is answered as it is. What is not known stays unknown until an answer depends on it.
"""

import re
from dataclasses import replace
from functools import cache

from bot.channel import Button, Message, Turn
from bot.dialogue import presses
from bot.dialogue.clarify import in_rows
from bot.dialogue.presses import Verb
from bot.dialogue.state import Mode, Person, say
from content.library import Library
from content.schema import Role
from intents.language import ANSWERED, Language
from intents.text import fold, normalise

ANCHOR = "⚓"  # how the anchor button's label begins, in every language (design.md, section 5)
# What is said instead while no staff chat is bound at all.
WITHOUT_STAFF = {
    "intro.start": "intro.start_alone",
    "intro.greeting": "intro.greeting_alone",
    "intro.short": "intro.short_alone",
    "intro.human": "intro.human_alone",
}
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
# "Poika ei ole käynyt koulussa": a child spoken of from the first word on, by somebody who is not in the story.
_CHILD_FIRST = re.compile(r"(?:poika|tytar|tytto|lapsi|teini|nuori|esikoinen|kuopus) (?:ei|on) \w+.*\bkoulu")
_ONESELF = re.compile(r"\b(?:ma|mina|mua|minua|mulle|minulle|mulla|minulla|mun|minun|musta|minusta|mulla)\b")
# A student may have a child too, or speak of a boyfriend: these undo the signs above.
_NOT_A_GUARDIAN = re.compile(
    r"\b(?:poikaysta|tyttoysta|tyttokaveri|poikakaveri|boyfriend|girlfriend|pojkvan|flickvan)\w*"
)


def at_first(turn: Turn) -> Language:
    """Choose the language to begin in: that of the person's device if we speak it."""
    hint = turn.language_hint[:2]
    return Language(hint) if hint in ANSWERED else Language.FI


def settled(person: Person, library: Library) -> Person:
    """Return the person without what no longer holds: a campus that is gone, words about a case that ended."""
    if person.campus not in library.campuses:
        only = next(iter(library.campuses)) if len(library.campuses) == 1 else None
        person = replace(person, campus=only)
    if person.mode is Mode.BOT and (person.memory.acknowledged or person.memory.to_share):
        person = person.remembering(acknowledged=False, to_share="")
    return person


def learn(person: Person, text: str, guessed: Language | None, library: Library) -> Person:
    """Take from a text what it tells about its writer: language, role, campus."""
    if guessed is not None and not person.language_chosen and guessed is not person.language:
        is_first = not person.memory.introduced
        if is_first or len(text.split()) >= SURE_WORDS:
            person = replace(person, language=Language.EN if is_foreign(guessed) else guessed)
    if person.role is None:
        person = replace(person, role=guess_role(text))
    if person.campus is None:
        person = replace(person, campus=guess_campus(text, library))
    return person


def guess_role(text: str) -> Role | None:
    """Tell a guardian by how they write of their child; None when nothing tells."""
    plain = fold(normalise(text))
    if _NOT_A_GUARDIAN.search(plain):
        return None
    speaks_of_child = _CHILD_FIRST.match(plain) and not _ONESELF.search(plain)
    return Role.GUARDIAN if speaks_of_child or _GUARDIAN_SIGNS.search(plain) else None


def guess_campus(text: str, library: Library) -> str | None:
    """Find the one campus that a text names."""
    plain = fold(normalise(text))
    named = {
        campus.id
        for campus in library.campuses.values()
        for alias in campus.aliases
        if (known := _plain_alias(alias)) in plain and _alias_pattern(known).search(plain)
    }
    return named.pop() if len(named) == 1 else None


@cache
def _plain_alias(alias: str) -> str:
    return fold(normalise(alias))


@cache
def _alias_pattern(plain: str) -> re.Pattern[str]:
    """Make the pattern that finds an alias; Finnish endings follow it: kuopio, kuopiossa, kuopioon."""
    return re.compile(rf"\b{re.escape(plain)}\w{{0,4}}\b")


def is_foreign(language: Language | None) -> bool:
    """Tell whether a language is one that we know by sight only."""
    return language is not None and language not in ANSWERED


def is_anchor(text: str) -> bool:
    """Tell whether a text begins as the anchor button's does: whoever wrote it wants a human."""
    return text.lstrip().startswith(ANCHOR)


def is_anchor_label(text: str, library: Library) -> bool:
    """Tell whether a text is the anchor button's, and nothing else: no words of the person's own."""
    return text.strip() in {ANCHOR, *(anchor_label(each, library) for each in ANSWERED)}


def anchor_label(language: Language, library: Library) -> str:
    """Return the anchor button's label."""
    return library.say("button.anchor", language=language)


def introduction(person: Person, library: Library, *, key: str = "intro.short") -> Message:
    """Say what this is, and put the anchor button in its place; promise no staff where there are none."""
    key = key if person.has_staff else WITHOUT_STAFF.get(key, key)
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
        Button(
            library.say(f"role.{role}", language=person.language).capitalize(), presses.data(Verb.ROLE, role)
        )
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
    return any(
        library.services[each].campuses is not None and library.services[each].is_shown
        for each in library.topics[topic].services
    )
