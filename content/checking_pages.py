"""What must hold for what stands beside answers: follow-up questions, pages, the ladder of early support."""

from collections.abc import Iterator
from typing import Final

from content.faults import Fault, unknown
from content.index import Index, Placed
from content.schema import FollowUp, Topic
from content.schema_fields import LocalText
from content.schema_pages import Page
from intents.language import ANSWERED
from intents.text import fold, normalise

# Ids of a topic and a choice stand together in a button's data of 64 bytes, beside a verb and two colons.
IDS_LIMIT: Final = 52


def check_topics_more(index: Index) -> Iterator[Fault]:
    """Find what topics name and nothing has, and choices that a button could not carry."""
    for placed in index.topics.values():
        for number, page in enumerate(placed.noun.pages):
            if page not in index.pages:
                yield placed.fault(("pages", number), unknown("page", page))
            elif page in placed.noun.pages[:number]:
                yield placed.fault(("pages", number), f'"{page}" stands twice; keep one of them')
        if placed.noun.follow_up is not None:
            yield from _check_follow_up(index, placed, placed.noun.follow_up)


def _check_follow_up(index: Index, placed: Placed[Topic], asked: FollowUp) -> Iterator[Fault]:
    seen: set[str] = set()
    for number, choice in enumerate(asked.choices):
        where = ("follow_up", "choices", number)
        if choice.id in seen:
            yield placed.fault((*where, "id"), f'"{choice.id}" stands twice; give it another id')
        seen.add(choice.id)
        if (size := len(placed.noun.id) + len(choice.id)) > IDS_LIMIT:
            message = f"with the topic's id {size} signs, a button carries {IDS_LIMIT}; shorten the id"
            yield placed.fault((*where, "id"), message)
        if choice.topic is not None and choice.topic not in index.topic_ids:
            yield placed.fault((*where, "topic"), unknown("topic", choice.topic))
        elif choice.topic == placed.noun.id:
            yield placed.fault((*where, "topic"), "it would lead to the same answer; write another topic")
        for at, service in enumerate(choice.services):
            if service not in index.services:
                yield placed.fault((*where, "services", at), unknown("service", service))
    for language in ANSWERED:
        labels = [fold(normalise(choice.label.get(language))) for choice in asked.choices]
        if len(set(labels)) < len(labels):
            message = f"two choices say the same in {language}; nobody could tell which to press"
            yield placed.fault(("follow_up", "choices"), message)


def check_pages(index: Index) -> Iterator[Fault]:
    """Find services that nothing has, and pages that no topic names."""
    named = {page for placed in index.topics.values() for page in placed.noun.pages}
    for name, placed in index.pages.items():
        for number, service in enumerate(placed.noun.services):
            if service not in index.services:
                yield placed.fault(("services", number), unknown("service", service))
        if name not in named:
            message = f'no topic names the page "{name}"; list it in "pages" of one, or remove it'
            yield placed.fault(("id",), message)


def texts_of_topic(topic: Topic) -> Iterator[tuple[tuple[str | int, ...], LocalText]]:
    """Yield what people read of a follow-up, and where it stands in the topic."""
    if topic.follow_up is None:
        return
    yield ("follow_up", "question"), topic.follow_up.question
    for number, choice in enumerate(topic.follow_up.choices):
        where = ("follow_up", "choices", number)
        yield (*where, "label"), choice.label
        for role in ("student", "guardian", "staff"):
            answer: LocalText | None = getattr(choice.answers, role, None)
            if answer is not None:
                yield (*where, "answers", role), answer


def texts_of_page(page: Page) -> Iterator[tuple[tuple[str | int, ...], LocalText]]:
    """Yield what people read of a page, and where it stands in the page."""
    yield ("title",), page.title
    for role, text in page.texts().items():
        yield (role.value,), text
