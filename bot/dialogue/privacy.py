"""What is kept and who sees it; showing it, forgetting it."""

import re

from bot.channel import Button, Message
from bot.dialogue import presses
from bot.dialogue.onboarding import introduction
from bot.dialogue.presses import Verb
from bot.dialogue.state import Person, Step, say
from content.library import Library
from intents.text import fold, normalise

# Folded (ä = a), without signs; the whole of what was written, since "joo mut venaa" deletes nothing.
YES = frozenset(
    (
        *(
            "kylla",
            "joo",
            "juu",
            "jep",
            "ok",
            "okei",
            "poista",
            "poista kaikki",
            "kylla poista",
            "joo poista",
        ),
        *("ja", "jo", "radera", "radera allt", "ja radera"),
        *("yes", "yeah", "yep", "yes please", "delete", "delete everything", "yes delete"),
    )
)
NO = frozenset(
    ("ei", "en", "ala", "ala poista", "en halua", "nej", "radera inte", "no", "nope", "don t delete")
)


def explain(person: Person, library: Library) -> Message:
    """Tell in plain words what is kept, for how long, and who sees it."""
    forget = Button(
        library.say("button.forget", language=person.language), presses.data(Verb.FORGET, presses.ANY)
    )
    key = "privacy.explained_on_web" if person.is_on_web else "privacy.explained"
    kept = library.say(key, language=person.language)
    learnt_from = library.say("privacy.unanswered", language=person.language)
    return say(person.chat, f"{kept}\n\n{learnt_from}", buttons=((forget,),))


def on_words(person: Person, text: str, library: Library) -> Step | None:
    """Take an answer in words to the question whether everything shall be deleted; None when it is none."""
    said = " ".join(re.findall(r"\w+", fold(normalise(text))))
    if said in YES:
        return Step(person, forgets=True)
    if said in NO:
        return Step(person, replies=(introduction(person, library, key="privacy.kept"),))
    return None


def ask_to_forget(person: Person, library: Library) -> Step:
    """Ask once before deleting everything."""
    yes = Button(
        library.say("button.forget_yes", language=person.language), presses.data(Verb.FORGET, presses.YES)
    )
    no = Button(
        library.say("button.forget_no", language=person.language), presses.data(Verb.FORGET, presses.NO)
    )
    question = say(
        person.chat, library.say("privacy.forget_ask", language=person.language), buttons=((yes,), (no,))
    )
    return Step(person.remembering(asked_to_forget=True), replies=(question,))
