"""What is going on: bulletins, as a page and as an Atom feed; events, with the feeds for calendars."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from xml.etree import ElementTree

from bot.dialogue.bulletins import is_for
from bot.dialogue.calendar import time_of
from bot.web.view import View
from content.events import Event, occurrences
from content.hours import HELSINKI
from content.news import Bulletin
from content.schema import Role
from intents.language import Language

ATOM = "http://www.w3.org/2005/Atom"
AHEAD = timedelta(days=60)  # how far the calendar looks
MOST_EVENTS = 60  # a longer list is read by nobody


@dataclass(frozen=True, slots=True)
class Happening:
    """An event at one of its times."""

    event: Event
    starts_at: datetime
    when: str
    campuses: tuple[str, ...]  # their names; none: every campus
    held_in: str  # languages, where the page's is not among them


def bulletins(view: View) -> list[Bulletin]:
    """Return what is news now, the newest first; without a campus, that of every campus."""
    found = [
        each
        for each in view.library.news.values()
        if each.is_valid(view.now) and is_for(each, None) and (view.campus is None or each.is_at(view.campus))
    ]
    return sorted(found, key=lambda each: each.valid_from, reverse=True)


def coming(view: View) -> list[Happening]:
    """Return what happens in the next weeks; without a campus, at every campus."""
    theirs = [
        each
        for each in view.library.events
        if each.is_for(None) and (view.campus is None or each.is_at(view.campus))
    ]
    return [
        Happening(
            each.event,
            each.starts_at,
            time_of(each, view.language, view.library),
            names_of(view, each.event.campuses),
            _held_in(view, each.event),
        )
        for each in occurrences(theirs, view.now, view.now + AHEAD)[:MOST_EVENTS]
    ]


def names_of(view: View, campuses: Sequence[str] | None) -> tuple[str, ...]:
    """Name campuses; every campus needs no name."""
    known = (view.library.campuses.get(each) for each in campuses or ())
    return tuple(each.name.get(view.language) for each in known if each is not None)


def _held_in(view: View, event: Event) -> str:
    if view.language in event.languages:
        return ""
    spoken = ", ".join(view.say(f"spoken.{each}") for each in event.languages)
    return view.say("events.held_in", languages=spoken)


def on_news(view: View) -> Mapping[str, Any]:
    """Show bulletins, and how to get them."""
    return {
        "news": [(each, names_of(view, each.campuses)) for each in bulletins(view)],
        "has_telegram": view.has_telegram,
    }


def on_events(view: View) -> Mapping[str, Any]:
    """Show what happens, and the feeds for calendars."""
    return {"coming": coming(view), "for_calendars": f"?lang={view.language}&role={Role.GUARDIAN}"}


# ---------------------------------------------------------------- the feed


def feed(view: View, public_url: str) -> str:
    """Write the bulletins of all campuses as an Atom feed (RFC 4287)."""
    address = f"{public_url}/{view.language}/news"
    news = bulletins(view)
    root = ElementTree.Element("feed", {"xmlns": ATOM, "xml:lang": str(view.language)})
    school = view.library.institution.name.get(view.language)
    _add(root, "id", address)
    _add(root, "title", f"{school}: {view.say('site.news.title')}")
    _add(root, "updated", _moment(news[0] if news else None, view.now))
    _link(root, "self", f"{address}.atom", "application/atom+xml")
    _link(root, "alternate", address, "text/html")
    _add(ElementTree.SubElement(root, "author"), "name", school)
    for each in news:
        _entry(root, each, view, address)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(root, encoding="unicode")


def _entry(root: ElementTree.Element, bulletin: Bulletin, view: View, address: str) -> None:
    entry = ElementTree.SubElement(root, "entry")
    if bulletin.title.exactly(view.language) is None:
        entry.set("xml:lang", str(Language.FI))
    # The version is no part of the id: a corrected bulletin is the same one.
    _add(entry, "id", f"{address}#{bulletin.id}")
    _add(entry, "title", bulletin.title.get(view.language))
    _add(entry, "updated", _moment(bulletin, view.now))
    _link(entry, "alternate", f"{address}#{bulletin.id}", "text/html")
    for name in names_of(view, bulletin.campuses):
        ElementTree.SubElement(entry, "category", {"term": name})
    words = bulletin.text.get(view.language).replace("**", "")
    if bulletin.link is not None:
        words += f"\n\n{bulletin.link}"
    _add(entry, "content", words).set("type", "text")


def _moment(bulletin: Bulletin | None, now: datetime) -> str:
    """Write when a bulletin became news; without any, this day's beginning."""
    day = bulletin.valid_from if bulletin is not None else now.astimezone(HELSINKI).date()
    return datetime.combine(day, time(), HELSINKI).astimezone(UTC).isoformat(timespec="seconds")


def _add(parent: ElementTree.Element, name: str, text: str) -> ElementTree.Element:
    child = ElementTree.SubElement(parent, name)
    child.text = text
    return child


def _link(parent: ElementTree.Element, rel: str, address: str, kind: str) -> None:
    ElementTree.SubElement(parent, "link", {"rel": rel, "href": address, "type": kind})
