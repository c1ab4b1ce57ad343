"""What must hold for events and bulletins: their campuses exist, ids are their own, texts fit one message."""

from collections.abc import Iterator
from typing import Final

from content.events import Event
from content.faults import Fault, Subject, unknown
from content.index import Index, Placed
from content.news import TEXT_LIMIT, Bulletin
from content.schema_fields import LocalText
from intents.language import ANSWERED

TITLE_LIMIT: Final = 120  # characters: a title is one line on a phone, or two


def check_events(index: Index) -> Iterator[Fault]:
    """Check every event."""
    for placed in index.events.values():
        yield from _check_campuses(index, placed)
        yield from _check_title(placed)
        event = placed.noun
        for field in ("title", "about", "place"):
            yield from _check_text(placed, field, getattr(event, field))
        for number, day in enumerate(event.not_on):
            if event.repeats is None:
                message = 'only what repeats can be left out on a day; write "repeats", or remove this'
                yield placed.fault(("not_on", number), message)
            elif not any(each.date() == day for each in event.model_copy(update={"not_on": ()}).on(day)):
                yield placed.fault(
                    ("not_on", number), f"it would not happen on {day} anyway; correct the day"
                )


def check_news(index: Index) -> Iterator[Fault]:
    """Check every bulletin."""
    for placed in index.news.values():
        yield from _check_campuses(index, placed)
        yield from _check_title(placed)
        for field in ("title", "text"):
            yield from _check_text(placed, field, getattr(placed.noun, field))
        for language, text in placed.noun.text.items():
            if len(text) > TEXT_LIMIT:
                message = f"{len(text)} characters; a bulletin is one message, so at most {TEXT_LIMIT}"
                yield placed.fault(("text", language), message)


def _check_campuses(index: Index, placed: Placed[Event] | Placed[Bulletin]) -> Iterator[Fault]:
    for number, campus in enumerate(placed.noun.campuses or ()):
        if campus not in index.campuses:
            yield placed.fault(("campuses", number), unknown("campus", campus))


def _check_title(placed: Placed[Event] | Placed[Bulletin]) -> Iterator[Fault]:
    for language, title in placed.noun.title.items():
        if len(title) > TITLE_LIMIT or "\n" in title:
            yield placed.fault(
                ("title", language), f"a title is one line of at most {TITLE_LIMIT} characters"
            )


def _check_text(
    placed: Placed[Event] | Placed[Bulletin], field: str, text: LocalText | None
) -> Iterator[Fault]:
    if text is None:
        return
    for language, words in text.items():
        if "{" in words or "}" in words:
            yield placed.fault((field, language), "there are no {placeholders} here; write it without braces")
    missing = [language for language in ANSWERED if text.exactly(language) is None]
    if missing:
        message = f'"{field}" lacks {" and ".join(missing)}: people of these languages read it in Finnish'
        yield placed.warning((field,), Subject.LANGUAGE, message)
