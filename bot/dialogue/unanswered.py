"""Which messages are kept for the keepers of content: those that were not understood and speak of no danger."""

from collections.abc import Sequence
from datetime import datetime

from bot.dialogue import onboarding, safety
from bot.dialogue.masking import mask
from bot.dialogue.state import Outcome, Person, Unanswered
from content.library import Library
from intents.language import ANSWERED
from intents.risk import Level
from intents.understanding import Understanding

SHORTEST, LONGEST = 2, 300  # characters: a letter is no phrase, and a long story tells who its writer is
MOST_IN_A_ROW = 5  # of one person: who plays with the bot does not fill the list
MOST_GUESSES = 3


def kept(
    person: Person, text: str, found: Understanding, outcome: Outcome, *, now: datetime
) -> Unanswered | None:
    """Return what is kept of a message; None for danger and worry, which belong to humans and not on lists.

    In a language that danger cannot be read in nothing is kept, nor after a danger, nor right after a worry:
    what follows is still about that.
    """
    is_grave = found.risk.level > Level.NONE or safety.was_lately(person, now) or person.memory.offered_human
    is_too_much = person.memory.misses >= MOST_IN_A_ROW
    if is_grave or is_too_much or onboarding.is_foreign(found.language):
        return None
    words = mask(text)
    if not SHORTEST <= len(words) <= LONGEST:
        return None
    language = found.language if found.language in ANSWERED else None
    guesses = tuple(each.topic for each in found.candidates[:MOST_GUESSES])
    return Unanswered(words, language or person.language, outcome, guesses)


def answered_wrongly(
    person: Person, topic: str, said: Sequence[str], library: Library, *, now: datetime
) -> Unanswered | None:
    """Find, among what a person said last (newest last), the message that was taken to be about a topic.

    Each is read anew: only what still leads to that answer is the one that they mean. What was asked about
    before it was answered is kept already.
    """
    for text in reversed(said):
        found = library.reader.understand(text, role=person.role or onboarding.guess_role(text))
        if found.topic == topic:
            return kept(person, text, found, Outcome.NOT_MEANT, now=now)
    return None
