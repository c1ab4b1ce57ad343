"""What there is to read: self-help pages, how the school works, help for staff."""

from collections.abc import Mapping
from typing import Any

from bot.web.site_services import cards
from bot.web.site_topics import answer_to, cards_of
from bot.web.view import View, role_of
from content.schema import Role
from content.schema_pages import Page

# How the school and a home work together, in the order in which one asks.
OF_SCHOOL = ("guardian-cooperation", "guardian-rights", "wilma-guardian", "oppivelvollisuus")
ANKKURI = "ankkuri"
ANKKURI_TOPIC = "crime-anchor"
CONCERN, CONCERN_PAGE = "staff-concern", "raising-a-concern"
MOST_SERVICES = 4  # on a page that is to be read, not looked through


def on_page(view: View, page: str, role: str | None = None) -> Mapping[str, Any] | None:
    """Show a page to read; one that is not for guardians, in the words of those for whom it is."""
    reader, found = role_of(role), view.library.pages.get(page)
    if found is None or reader is None or role == Role.GUARDIAN:
        return None
    texts = found.texts()
    if role is not None and reader not in texts:
        return None
    reader = reader if reader in texts else next(iter(texts))
    services = view.library.services_for_page(page, campus=view.campus, role=reader, language=view.language)
    return {
        "page": found,
        "role": reader,
        "roles": _ways(found),
        "text": texts[reader],
        "cards": cards(services, view.library, view.language, view.now),
    }


def _ways(page: Page) -> dict[Role, str]:
    """Return for each role the end of its path: that of guardians, or of the only one, is bare."""
    texts = page.texts()
    bare = Role.GUARDIAN if Role.GUARDIAN in texts else next(iter(texts))
    return {role: "" if role is bare else f"/{role}" for role in texts}


def on_school(view: View) -> Mapping[str, Any]:
    """Show how the school works with a home: cooperation, absences, early support, rights, Ankkuri."""
    library = view.library
    topics = [library.topics[each] for each in OF_SCHOOL if each in library.topics]
    ankkuri = library.pages.get(ANKKURI)
    return {
        "sections": [(each, answer_to(each, Role.GUARDIAN)) for each in topics],
        "ladder": library.ladder,
        "rungs": [(rung, rung.text(Role.GUARDIAN)) for rung in library.ladder.rungs]
        if library.ladder is not None
        else [],
        "ankkuri": ankkuri.text(Role.GUARDIAN) if ankkuri is not None else None,
        "cards": cards_of(view, "guardian-cooperation", Role.GUARDIAN)[:MOST_SERVICES],
        "ankkuri_cards": [
            each for each in cards_of(view, ANKKURI_TOPIC, Role.GUARDIAN)[:MOST_SERVICES] if not each.is_spare
        ],
    }


def on_staff(view: View) -> Mapping[str, Any]:
    """Show staff how a worry is raised, what the ladder asks of them, and where else they are answered."""
    library = view.library
    concern, page = library.topics[CONCERN], library.pages.get(CONCERN_PAGE)
    return {
        "answer": answer_to(concern, Role.STAFF),
        "page": page,
        "text": page.text(Role.STAFF) if page is not None else None,
        "ladder": library.ladder,
        "rungs": [(rung, rung.text(Role.STAFF)) for rung in library.ladder.rungs]
        if library.ladder is not None
        else [],
        "others": [
            each
            for group in library.groups.values()
            for each in group
            if library.topics[each].answers.staff is not None and each not in {CONCERN, "privacy"}
        ],
        "cards": [each for each in cards_of(view, CONCERN, Role.STAFF) if not each.is_spare],
    }
