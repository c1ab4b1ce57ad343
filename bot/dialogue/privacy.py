"""What is kept and who sees it; showing it, forgetting it."""

from bot.channel import Button, Message
from bot.dialogue import presses
from bot.dialogue.presses import Verb
from bot.dialogue.state import Person, Step, say
from content.library import Library


def explain(person: Person, library: Library) -> Message:
    """Tell in plain words what is kept, for how long, and who sees it."""
    forget = Button(
        library.say("button.forget", language=person.language), presses.data(Verb.FORGET, presses.ANY)
    )
    kept = library.say("privacy.explained", language=person.language)
    learnt_from = library.say("privacy.unanswered", language=person.language)
    return say(person.chat, f"{kept}\n\n{learnt_from}", buttons=((forget,),))


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
