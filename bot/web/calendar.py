"""A campus's events as an iCalendar feed, for calendars on phones and for the school's own pages."""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time, timedelta

from icalendar import Calendar, vRecur
from icalendar import Event as Entry
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from content.events import Event
from content.hours import HELSINKI
from content.library import Library
from content.schema import Role
from intents.language import ANSWERED, Language

PATH = "/calendar/{campus}.ics"
FRESH_SECONDS = 3600  # how long a reader may keep what it got


def routes(library: Callable[[], Library], clock: Callable[[], datetime]) -> list[Route]:
    """Make the feeds' route: one feed a campus; `?lang=sv` and `?role=guardian` choose of it."""

    async def on_calendar(request: Request) -> Response:
        shelf = library()
        campus = request.path_params["campus"]
        if campus not in shelf.campuses:
            return PlainTextResponse("There is no such campus.\n", 404)
        language, role = request.query_params.get("lang", ""), request.query_params.get("role", "")
        body = feed(
            shelf,
            campus,
            language=Language(language) if language in ANSWERED else Language.FI,
            role=Role(role) if role in set(Role) else None,
            now=clock(),
        )
        headers = {"Cache-Control": f"public, max-age={FRESH_SECONDS}"}
        return Response(body, media_type="text/calendar; charset=utf-8", headers=headers)

    return [Route(PATH, on_calendar, methods=["GET"])]


def feed(library: Library, campus: str, *, language: Language, role: Role | None, now: datetime) -> bytes:
    """Write a campus's events, those that are common to all included, as iCalendar (RFC 5545)."""
    school = library.institution.name.get(language)
    name = f"{school}, {library.campuses[campus].name.get(language)}"
    calendar = Calendar()
    calendar.add("prodid", "-//Matala//events//FI")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", timedelta(seconds=FRESH_SECONDS), parameters={"value": "DURATION"})
    for event in library.events:
        if event.is_at(campus) and event.is_for(role):
            calendar.add_component(_entry(event, library, language, now))
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _entry(event: Event, library: Library, language: Language, now: datetime) -> Entry:
    entry = Entry()
    entry.add("uid", f"{event.id}@{library.pack}.matala")
    entry.add("dtstamp", now.astimezone(UTC))
    entry.add("summary", event.title.get(language))
    entry.add("dtstart", event.starts)
    if event.is_timed and event.ends is not None:
        entry.add("dtend", event.ends)
    elif not event.is_timed:
        entry.add("dtend", event.first_day + event.lasts)  # the day after the last
    if event.place is not None:
        entry.add("location", event.place.get(language))
    if event.about is not None:
        entry.add("description", event.about.get(language))
    if event.link is not None:
        entry.add("url", event.link)
    if event.repeats is not None:
        entry.add("rrule", _rule(event, event.repeats))
    if event.not_on:
        entry.add("exdate", _times(event, event.not_on))
    if event.also_on:
        entry.add("rdate", _times(event, event.also_on))
    return entry


def _rule(event: Event, text: str) -> vRecur:
    """Return the rule with its end: in UTC where the event has a time of day, as the RFC wants it."""
    rule: vRecur = vRecur.from_ical(text)
    if event.until is not None:
        last = datetime.combine(event.until, time(23, 59, 59), HELSINKI).astimezone(UTC)
        rule["UNTIL"] = [last if event.is_timed else event.until]
    return rule


def _times(event: Event, days: Iterable[date]) -> list[datetime] | list[date]:
    """Return days as the event's own times on them."""
    if isinstance(event.starts, datetime):
        at = event.starts.timetz()
        return [datetime.combine(day, at) for day in days]
    return list(days)
