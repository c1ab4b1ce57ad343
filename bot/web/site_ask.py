"""What somebody writes into the box: danger is answered as danger, all else with matters and services.

Nothing of it is kept: no row, no log, no address. Nobody at school sees it either, and the pages say so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.dialogue.onboarding import guess_campus, guess_role, is_foreign
from bot.dialogue.reading import ANCHOR_PAGE, asks_about_anchor
from bot.dialogue.respond import topic_of
from bot.dialogue.safety import is_danger
from bot.dialogue.state import Person
from bot.web.site_search import Finder
from bot.web.site_services import Card, card, cards
from bot.web.site_topics import ELSEWHERE, GUARDED, answer_to, cards_of, is_matter, matters
from bot.web.view import View
from content.schema import Role
from content.schema_pages import Page
from intents.language import Language
from intents.risk import Kind, Level, Risk
from intents.understanding import Understanding

FIRST_SERVICES = 3
MOST_SPEAKING = 5
GUARDED_KINDS = frozenset({Kind.VIOLENCE, Kind.SEXUAL, Kind.HOMELESS})
PRIVACY_TOPIC, HUMAN_TOPIC = "privacy", "human"


@dataclass(frozen=True, slots=True)
class Found:
    """What a text led to, and the template that shows it."""

    template: str
    values: Mapping[str, Any]


def respond(view: View, text: str, role: Role, finder: Finder) -> Found:
    """Answer a text; danger comes before all else."""
    text = text.strip()
    role = guess_role(text) or role
    understood = view.library.reader.understand(text, role=role)
    common = {"asked": text, "role": role, "is_guarded": False}
    if is_danger(understood.risk):
        return Found("danger.html", common | _danger(view, understood, role))
    if understood.language is not None and is_foreign(understood.language):
        return Found("foreign.html", common | _foreign(view, understood.language))
    if not any(each.isalnum() for each in text):
        return Found("ask.html", common | _nothing(view) | {"is_empty": True})
    return Found("ask.html", common | _results(view, text, understood, role, finder))


def _danger(view: View, understood: Understanding, role: Role) -> dict[str, Any]:
    """Say what saves, and who talks now."""
    risk, library = understood.risk, view.library
    safety = library.safety_reply(risk, language=view.language, campus=view.campus, now=view.now, role=role)
    is_strange = understood.language is not None and is_foreign(understood.language)
    return {
        "text": safety.text,
        "lines": cards(safety.services, library, view.language, view.now),
        "own": library.say(f"foreign.danger.{understood.language}", language=Language.FI)
        if is_strange
        else "",
        "own_language": understood.language,
        "is_guarded": risk.kind in GUARDED_KINDS,
    }


def _foreign(view: View, language: Language) -> dict[str, Any]:
    """Say in a language that we only recognise where help is: danger cannot be read in it either."""
    services = view.library.services_speaking(language, view.campus)[:MOST_SPEAKING]
    return {
        "own": view.library.say(f"foreign.{language}", language=Language.FI),
        "own_language": language,
        "cards": [card(each, view.library, language, view.now) for each in services],
    }


def _nothing(view: View) -> dict[str, Any]:
    return {
        "first": None,
        "answer": None,
        "first_cards": (),
        "others": (),
        "services": (),
        "to_read": (),
        "is_worried": False,
        "is_empty": False,
        "is_privacy": False,
        "is_human": False,
        "anchor_page": None,
        "groups": matters(view),
    }


def _results(view: View, text: str, understood: Understanding, role: Role, finder: Finder) -> dict[str, Any]:
    """Show the likeliest matter with its answer, others that may be meant, and services by their words."""
    topic = topic_of(Person("", view.language, role=role), understood)
    topics = _topics(view, topic, understood)
    first = view.library.topics[topics[0]] if topics and topics[0] == topic else None
    services = _services(view, finder.find(text), guess_campus(text, view.library), role)
    near = cards_of(view, first.id, role)[:FIRST_SERVICES] if first is not None else []
    shown = {each.service.id for each in near}
    return _nothing(view) | {
        "first": first,
        "elsewhere": ELSEWHERE.get(first.id) if first is not None else None,
        "answer": answer_to(first, role) if first is not None else None,
        "first_cards": near,
        "others": topics[1:] if first is not None else topics,
        "services": [each for each in services if each.service.id not in shown],
        "to_read": _pages(view, first.pages if first is not None else (), role),
        "is_worried": understood.risk.level is Level.CONCERN,
        "is_privacy": understood.topic == PRIVACY_TOPIC,
        "is_human": understood.topic == HUMAN_TOPIC,
        "anchor_page": view.library.pages.get(ANCHOR_PAGE) if asks_about_anchor(text) else None,
        "is_guarded": (first is not None and first.id in GUARDED) or _is_guarded(understood.risk),
    }


def _is_guarded(risk: Risk) -> bool:
    return risk.level > Level.NONE and risk.kind in GUARDED_KINDS


def _topics(view: View, topic: str | None, understood: Understanding) -> list[str]:
    """Return the topics that a text may be about, the likeliest first."""
    asked = [each.topic for each in understood.worth_asking()]
    found = [topic, understood.second, *asked]
    return [each for each in dict.fromkeys(found) if each is not None and is_matter(view, each)]


def _services(view: View, ids: Sequence[str], campus: str | None, role: Role) -> list[Card]:
    """Make cards of services that a role may see, at the campus that the words name or the reader has chosen."""
    where = campus or view.campus
    found = [view.library.services[each] for each in ids]
    here = [
        each
        for each in found
        if (each.roles is None or role in each.roles)
        and (where is None or each.campuses is None or where in each.campuses)
    ]
    return cards(here, view.library, view.language, view.now)


def _pages(view: View, ids: Sequence[str], role: Role) -> list[Page]:
    return [view.library.pages[each] for each in ids if view.library.pages[each].text(role) is not None]
