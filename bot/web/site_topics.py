"""Matters that people ask about: all of them by group, and each with its answer and who helps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.dialogue.bulletins import TOPIC as NEWS
from bot.dialogue.calendar import TOPIC as EVENTS
from bot.web.site_services import Card, card
from bot.web.view import View, role_of
from content.schema import Choice, Role, Topic
from content.schema_fields import LocalText
from content.schema_pages import Page

ABOUT_THE_BOT = "about_the_bot"  # greetings and the like: talk, not matters
# Chosen by hand, until counts tell what guardians look for; the rest is one step away.
COMMONEST = (
    "absence",
    "guardian-worry",
    "low-mood",
    "anxiety",
    "bullying",
    "substances",
    "gaming",
    "learning-support",
    "money-trouble",
    "guardian-cooperation",
)
# Matters in which whoever does harm may look over a shoulder or into the browser's history: violence in all its
# forms, what is often kept from a family for good reason, and where people live who must not know.
GUARDED = frozenset(
    {
        "violence-home",
        "sexual-violence",
        "harassment",
        "online-harm",
        "family-trouble",
        "breakup",
        "child-welfare",
        "gender-sexuality",
        "no-place-to-sleep",
    }
)
ELSEWHERE = {NEWS: "/news", EVENTS: "/events"}  # topics that have a page which changes by the week
MOST_NEAR = 4  # other matters to go on to


@dataclass(frozen=True, slots=True)
class Reply:
    """What somebody may answer to a topic's question, and what that leads to."""

    label: str
    topic: str | None
    answer: LocalText | None
    cards: Sequence[Card]


def is_matter(view: View, topic: str) -> bool:
    """Say whether a topic has a page: small talk has none."""
    return topic in view.library.topics and topic not in view.library.groups.get(ABOUT_THE_BOT, ())


def matters(view: View) -> dict[str, tuple[str, ...]]:
    """Return the topics by group, without what is about the bot."""
    return {group: topics for group, topics in view.library.groups.items() if group != ABOUT_THE_BOT}


def on_topics(view: View) -> Mapping[str, Any]:
    """Show all topics by group."""
    return {"groups": matters(view)}


def on_topic(view: View, topic: str, role: str | None = None) -> Mapping[str, Any] | None:
    """Show a topic's answer to a role, what to read, and who helps."""
    reader = role_of(role)
    if reader is None or not is_matter(view, topic) or role == Role.GUARDIAN:
        return None  # guardians' page has no role in its path
    found = view.library.topics[topic]
    roles = _roles(found)
    if reader not in roles:
        return None
    group = next(name for name, topics in view.library.groups.items() if topic in topics)
    services = cards_of(view, topic, reader)
    return {
        "topic": found,
        "group": group,
        "role": reader,
        "roles": roles,
        "answer": answer_to(found, reader),
        "question": found.follow_up if found.follow_up and reader in found.follow_up.roles else None,
        "replies": _replies(view, found, reader),
        "to_read": pages_for(view, found, reader),
        "has_ladder": found.has_ladder and view.library.ladder is not None and reader is not Role.STUDENT,
        "cards": [each for each in services if not each.is_spare],
        "at_night": [each for each in services if each.is_spare],
        "near": [each for each in found.near if is_matter(view, each)][:MOST_NEAR],
        "elsewhere": ELSEWHERE.get(topic),
        "is_guarded": topic in GUARDED,
    }


def answer_to(topic: Topic, role: Role) -> LocalText:
    """Return the answer for a role, or students' where it has none."""
    answers = topic.answers
    match role:
        case Role.GUARDIAN:
            return answers.guardian or answers.student
        case Role.STAFF:
            return answers.staff or answers.student
    return answers.student


def cards_of(view: View, topic: str, role: Role) -> list[Card]:
    """Make cards of who helps with a topic."""
    library = view.library
    services = library.services_for(topic, campus=view.campus, role=role, language=view.language)
    return [
        card(each, library, view.language, view.now, is_spare=library.is_spare(each, topic))
        for each in services
    ]


def pages_for(view: View, topic: Topic, role: Role) -> list[Page]:
    """Return what there is to read about a topic for a role."""
    pages = (view.library.pages[each] for each in topic.pages)
    return [each for each in pages if each.text(role) is not None]


def _roles(topic: Topic) -> list[Role]:
    """Return those who are answered differently; guardians are answered always."""
    roles = [Role.GUARDIAN]
    if topic.answers.guardian is not None:
        roles.append(Role.STUDENT)
    if topic.answers.staff is not None:
        roles.append(Role.STAFF)
    return roles


def _replies(view: View, topic: Topic, role: Role) -> list[Reply]:
    asked = topic.follow_up
    if asked is None or role not in asked.roles:
        return []
    return [_reply(view, topic, choice, role) for choice in asked.choices]


def _reply(view: View, topic: Topic, choice: Choice, role: Role) -> Reply:
    label = choice.label.get(view.language)
    if choice.answers is None:
        return Reply(label, choice.topic, None, ())
    answers = choice.answers
    text = {Role.GUARDIAN: answers.guardian, Role.STAFF: answers.staff}.get(role) or answers.student
    own = [view.library.services[each] for each in choice.services]
    here = view.library.services_for_choice(
        topic.id, choice, campus=view.campus, role=role, language=view.language
    )
    first = [each for each in here if each in own]
    return Reply(label, None, text, [card(each, view.library, view.language, view.now) for each in first])
