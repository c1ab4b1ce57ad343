"""What happens at school this week (/tapahtumat)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import urlencode

from bot.channel import Message
from bot.dialogue.state import Person, say
from bot.dialogue.times import clock
from content.events import Event, Occurrence, occurrences, week_after
from content.hours import HELSINKI
from content.library import Library
from intents.language import Language

TOPIC = "events"  # asked for in words, it is answered with this too
MOST = 12  # shown at once: a longer list is read by nobody
NEXT = 3  # of what comes later, when nothing is left of this week
FEED = "/calendar/{campus}.ics"  # as `bot.web.calendar` has it; a test says that both agree
HORIZON = timedelta(days=60)  # how far "later" looks


def whats_on(person: Person, library: Library, now: datetime) -> Message:
    """Tell what is on, here and for this person, until Sunday; when that is nothing, what comes next."""
    theirs = [each for each in library.events if each.is_at(person.campus) and each.is_for(person.role)]
    text = _told(theirs, _where(person, library), person.language, library, now)
    if (address := _feed(person, library)) is not None:
        text += f"\n\n{library.say('events.feed', language=person.language, address=address)}"
    return say(person.chat, text, anchor=library.say("button.anchor", language=person.language))


def _feed(person: Person, library: Library) -> str | None:
    """Return the address of the same for a calendar of one's own; phones take none that is not encrypted."""
    if not library.events or person.campus not in library.campuses or not person.site.startswith("https://"):
        return None
    asked = {"lang": person.language if person.language is not Language.FI else "", "role": person.role or ""}
    query = urlencode({name: value for name, value in asked.items() if value})
    address = f"{person.site}{FEED.format(campus=person.campus)}"
    return f"{address}?{query}" if query else address


def whats_on_for_staff(campuses: Sequence[str], library: Library, now: datetime) -> str:
    """Tell what is on at some campuses, with what is for staff alone; only for the chats of staff."""
    theirs = [each for each in library.events if each.is_for_staff and any(map(each.is_at, campuses))]
    where = ", ".join(library.campuses[each].name.get(Language.FI) for each in campuses)
    return _told(theirs, where, Language.FI, library, now)


def _told(events: Sequence[Event], where: str, language: Language, library: Library, now: datetime) -> str:
    since, sunday = week_after(now)
    found = occurrences(events, since, sunday)
    title = "events.this_week"
    if not found:
        found = occurrences(events, sunday, sunday + HORIZON)[:NEXT]
        title = "events.later" if found else "events.nothing"
    blocks = [library.say(title, language=language, where=where)]
    blocks += [_describe(each, language, library) for each in found[:MOST]]
    return "\n\n".join(blocks)


def _where(person: Person, library: Library) -> str:
    """Name the campus, or say that only what is common to all is shown."""
    campus = library.campuses.get(person.campus or "")
    if campus is not None:
        return campus.name.get(person.language)
    return library.say("events.every_campus", language=person.language)


def _describe(occurrence: Occurrence, language: Language, library: Library) -> str:
    event = occurrence.event
    lines = [f"**{event.title.get(language)}**", f"🕘 {time_of(occurrence, language, library)}"]
    if event.place is not None:
        lines.append(f"📍 {event.place.get(language)}")
    if event.about is not None:
        lines.append(event.about.get(language))
    if language not in event.languages:
        spoken = ", ".join(library.say(f"spoken.{each}", language=language) for each in event.languages)
        lines.append(library.say("events.held_in", language=language, languages=spoken))
    if event.link is not None:
        lines.append(f"🔗 {event.link}")
    return "\n".join(lines)


def time_of(occurrence: Occurrence, language: Language, library: Library) -> str:
    """Write when it is: "tiistaina 24.11. klo 11-11.30", or days when it lasts all day."""
    first = _day(occurrence.starts_at, language, library)
    if not occurrence.event.is_timed:
        last = occurrence.ends_at - timedelta(minutes=1)
        is_one_day = last.date() == occurrence.starts_at.date()
        return first if is_one_day else f"{first} – {last.day}.{last.month}."
    begin, end = clock(occurrence.starts_at, language), clock(occurrence.ends_at, language)
    if occurrence.ends_at == occurrence.starts_at:
        times = begin
    elif occurrence.last_day == occurrence.starts_at.date():
        times = f"{begin}–{end}"
    else:
        times = f"{begin} – {occurrence.ends_at.day}.{occurrence.ends_at.month}. {end}"
    return library.say("events.at", language=language, day=first, times=times)


def _day(moment: datetime, language: Language, library: Library) -> str:
    local = moment.astimezone(HELSINKI)
    weekday = library.say(f"weekday.{local.weekday()}", language=language)
    return library.say("events.day", language=language, weekday=weekday, date=f"{local.day}.{local.month}.")
