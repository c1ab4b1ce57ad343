"""Commands in a person's chat: /start, /apua, /aiheet and the others of `COMMANDS`."""

from dataclasses import replace
from datetime import datetime

from bot.channel import Turn
from bot.dialogue import bulletins, calendar, clarify, onboarding, privacy
from bot.dialogue.answer import answer
from bot.dialogue.following_up import asked_below
from bot.dialogue.onboarding import introduction
from bot.dialogue.state import Handoff, Mode, Person, Step
from content.library import Library
from intents.risk import NO_RISK

# The order is that of Telegram's menu. The names are Finnish in every language (design.md, section 5).
COMMANDS = (
    "start",
    "apua",
    "aiheet",
    "ihminen",
    "kieli",
    "kampus",
    "rooli",
    "tietosuoja",
    "tiedot",
    "unohda",
    "lopeta",
    "tapahtumat",
    "tilaa",
    "peru",
)
BIND = "liity"  # a command of staff groups: what follows it is a secret, whoever writes it here
KNOWN_COMMANDS = frozenset((*COMMANDS, BIND))
# What people type who know other bots, or no Finnish. Not in Telegram's menu, but nobody may believe to have
# deleted their data when "/forget" went to staff as a message.
ALIASES = {
    **dict.fromkeys(("help", "hjalp", "ohje"), "apua"),
    **dict.fromkeys(("topics", "menu", "amnen", "valikko"), "aiheet"),
    **dict.fromkeys(("human", "manniska", "manniskan"), "ihminen"),
    **dict.fromkeys(("language", "sprak", "lang"), "kieli"),
    **dict.fromkeys(("privacy", "dataskydd"), "tietosuoja"),
    **dict.fromkeys(("data", "mydata", "uppgifter"), "tiedot"),
    **dict.fromkeys(("forget", "delete", "radera", "glom", "poista"), "unohda"),
    **dict.fromkeys(("end", "close", "avsluta"), "lopeta"),
    **dict.fromkeys(("events", "evenemang", "handelser"), "tapahtumat"),
    **dict.fromkeys(("subscribe", "prenumerera"), "tilaa"),
    **dict.fromkeys(("unsubscribe", "avprenumerera"), "peru"),
    "role": "rooli",
    "roll": "rooli",
    "campus": "kampus",
}


def on_command(person: Person, turn: Turn, library: Library, *, now: datetime) -> Step:
    """Do what a command asks for; /apua gets the help text."""
    match turn.command:
        case "start":
            return _start(person, turn.text, library, now)
        case "ihminen":
            return ask_for_human(person)
        case _ if turn.command == BIND:
            reply = introduction(person, library, key="liity.in_group")
        case "aiheet":
            reply = clarify.menu(person, library)
        case "kieli":
            reply = onboarding.ask_language(person, library)
        case "kampus":
            reply = onboarding.ask_campus(person, library)
        case "rooli":
            reply = onboarding.ask_role(person, library)
        case "tapahtumat":
            return _whats_on(person, library, now)
        case "tilaa":
            return bulletins.ask_audience(person, library)
        case "peru":
            return bulletins.ask_which(person, library)
        case "tietosuoja":
            reply = privacy.explain(person, library)
        case "tiedot":
            return Step(person, exports=True)
        case "unohda":
            return privacy.ask_to_forget(person, library)
        case "lopeta" if person.mode is not Mode.BOT:
            return Step(person, ends_case=True)
        case "lopeta":
            reply = introduction(person, library, key="case.nothing_to_end")
        case _:
            reply = introduction(person, library, key="intro.help")
            person = person.remembering(introduced=True)
    return Step(person, replies=(reply,))


def _whats_on(person: Person, library: Library, now: datetime) -> Step:
    """Tell what is on; ask for the campus when that would tell more, and answer anew when it is chosen."""
    reply = calendar.whats_on(person, library, now)
    if person.campus is not None or len(library.campuses) == 1:
        return Step(person, replies=(reply,))
    person = person.remembering(asked_campus=True)
    if library.events and calendar.TOPIC in library.topics:
        person = person.remembering(topic=calendar.TOPIC)
    return Step(person, replies=(reply, onboarding.ask_campus(person, library)))


def ask_for_human(person: Person) -> Step:
    """Bring humans in because the person asked for it."""
    return Step(person.remembering(misses=0), handoff=Handoff(NO_RISK, is_asked=True))


def _start(person: Person, payload: str, library: Library, now: datetime) -> Step:
    """Greet; a deep link's payload is a campus, or a campus and a topic: `kuopio`, `kuopio-anxiety`."""
    campus, topic = _read_payload(payload, library)
    if campus is not None:
        person = replace(person, campus=campus)
    greeting = introduction(person, library, key="intro.start")
    person = person.remembering(introduced=True)
    if topic in library.topics:
        reply = answer(person, topic, library, now)
        person, asked = asked_below(person.remembering(topic=topic, misses=0), topic, library, is_new=True)
        return Step(person, replies=(greeting, reply, *asked), understood=topic)
    return Step(person, replies=(greeting, clarify.menu(person, library)))


def is_link(payload: str, library: Library) -> bool:
    """Tell whether a payload is one of ours: a campus, a topic, or both."""
    campus, topic = _read_payload(payload, library)
    return topic in library.topics or (campus is not None and not topic)


def _read_payload(payload: str, library: Library) -> tuple[str | None, str]:
    """Find campus and topic; either alone will do, and what is neither is passed over."""
    payload = payload.strip().casefold()
    for campus in library.campuses:
        if payload == campus or payload.startswith(f"{campus}-"):
            return campus, payload.removeprefix(campus).removeprefix("-")
    return None, payload
