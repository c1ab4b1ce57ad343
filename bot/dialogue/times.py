"""Times in words: "nyt kiinni, aukeaa huomenna klo 9"."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from content.hours import Hours, closes_at, is_open, opens_at
from content.library import Library
from intents.language import Language

HELSINKI = ZoneInfo("Europe/Helsinki")
A_WEEK = 7  # days; from there on a weekday's name would be taken for the nearer one


def clock(moment: datetime, language: Language) -> str:
    """Write a time of day: 9, 9.30 (English 9:30)."""
    local = moment.astimezone(HELSINKI)
    separator = ":" if language is Language.EN else "."
    return f"{local.hour}{separator}{local.minute:02}" if local.minute else str(local.hour)


def when(moment: datetime, now: datetime, library: Library, language: Language) -> str:
    """Write a moment as seen from now: "klo 9", "huomenna klo 9", "maanantaina klo 9", "7.1. klo 9"."""
    local, today = moment.astimezone(HELSINKI), now.astimezone(HELSINKI).date()
    days = (local.date() - today).days
    hour = clock(moment, language)
    match days:
        case 0:
            return library.say("time.today", language=language, time=hour)
        case 1:
            return library.say("time.tomorrow", language=language, time=hour)
        case _ if days < A_WEEK:
            weekday = library.say(f"weekday.{local.weekday()}", language=language)
            return library.say("time.weekday", language=language, weekday=weekday, time=hour)
        case _:
            return library.say("time.date", language=language, date=f"{local.day}.{local.month}.", time=hour)


def open_state(hours: Hours, now: datetime, library: Library, language: Language) -> str:
    """Say whether a place is open, and until or from when."""
    if is_open(hours, now):
        closing = closes_at(hours, now)
        if closing is None:
            return library.say("open.always", language=language)
        return library.say("open.until", language=language, when=_closing(closing, now, library, language))
    opening = opens_at(hours, now)
    if opening is None:
        return library.say("open.closed", language=language)
    return library.say("open.from", language=language, when=when(opening, now, library, language))


def _closing(moment: datetime, now: datetime, library: Library, language: Language) -> str:
    """Write when a place closes: midnight is the end of a day ("klo 24"), not the beginning of the next."""
    local, today = moment.astimezone(HELSINKI), now.astimezone(HELSINKI).date()
    if local.time() == time.min and local.date() - today == timedelta(days=1):
        return library.say(
            "time.today", language=language, time="24" if language is not Language.EN else "24:00"
        )
    return when(moment, now, library, language)
