"""The front page, services by campus, urgent help, and what the site says of itself."""

from collections.abc import Mapping
from typing import Any

from bot.web.site_news import bulletins, coming
from bot.web.site_services import Card, by_matter, card, cards, open_now, shown_here, urgent
from bot.web.site_topics import COMMONEST, is_matter, matters
from bot.web.view import View
from content.schema import Role
from storage.retention import RETENTION

MOST_OPEN = 6  # on the front page
MOST_COMING = 3
COMPLAINT = "complaint"


def on_front(view: View) -> Mapping[str, Any]:
    """Ask what troubles the reader, and show what is most asked for and who is there now."""
    return {
        "common": [each for each in COMMONEST if is_matter(view, each)],
        "groups": matters(view),
        "open_now": _open_now(view)[:MOST_OPEN],
        "news": bulletins(view)[:MOST_COMING],
        "coming": coming(view)[:MOST_COMING],
    }


def on_services(view: View, campus: str | None = None) -> Mapping[str, Any] | None:
    """Show who helps at a campus: first what is there alone, then all else by what it is about."""
    if campus is not None and campus not in view.library.campuses:
        return None
    where = campus or view.campus
    services = shown_here(view.library, where, Role.GUARDIAN)
    here = [each for each in services if each.campuses is not None]
    groups = by_matter(view.library, [each for each in services if each.campuses is None])
    return {
        "where": view.library.campuses[where] if where is not None else None,
        "nearby": cards(here, view.library, view.language, view.now),
        "groups": {
            group: cards(members, view.library, view.language, view.now) for group, members in groups.items()
        },
    }


def on_urgent(view: View) -> Mapping[str, Any]:
    """Show where help is at once, and who answers at this moment."""
    lines = urgent(view.library, view.language, view.now)
    shown = {way.address for each in lines for way in each.ways}
    others = [each for each in _open_now(view) if each.best_way and each.best_way.address not in shown]
    return {"lines": lines, "others": others}


def _open_now(view: View) -> list[Card]:
    """Return who answers now: those first to whom the commonest matters lead soonest."""
    found: dict[str, float] = {}
    for topic in COMMONEST:
        services = view.library.services_for(
            topic, campus=view.campus, role=Role.GUARDIAN, language=view.language
        )
        for at, each in enumerate(services, 1):
            found[each.id] = found.get(each.id, 0.0) + 1 / at
    everybody = [
        each
        for each in shown_here(view.library, view.campus, Role.GUARDIAN)
        if view.campus is not None or each.campuses is None  # a person in Iisalmi isn't sent to Kuopio
    ]
    everybody.sort(key=lambda each: -found.get(each.id, 0.0))
    return open_now(everybody, view.library, view.language, view.now)


def on_words(_: View) -> Mapping[str, Any]:
    """Show a page that is the same for everybody."""
    return {}


def on_accessibility(view: View) -> Mapping[str, Any]:
    """Tell how accessible the site is, and whom at the school to tell what is not."""
    return {"contact": _contact(view)}


def _contact(view: View) -> Card | None:
    """Return where the school itself takes complaints: under its own name, or else what the topic names first."""
    named = (view.library.services[each] for each in view.library.topics[COMPLAINT].services)
    shown = [each for each in named if each.is_shown]
    school = view.library.institution.name.fi
    found = next((each for each in shown if each.name.fi == school), next(iter(shown), None))
    return card(found, view.library, view.language, view.now) if found is not None else None


def on_privacy(_: View) -> Mapping[str, Any]:
    """Tell what is kept, with the periods that the program really deletes by."""
    named = {"said": "web posts", "case": "closed case", "contact": "contacts", "unread": "unanswered"}
    return {"days": {name: str(RETENTION[period].keep.days) for name, period in named.items()}}
