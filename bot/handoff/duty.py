"""Who answers when: duty hours of the staff of a campus, from the pack."""

from datetime import datetime, timedelta

from bot.dialogue.times import when
from content.hours import closes_at as hours_close_at
from content.hours import is_open, opens_at
from content.library import Library
from intents.language import Language

A_YEAR = 366  # openings looked through at most: hours that never sum up to the wanted time end there


def is_on_duty(library: Library, campus: str | None, now: datetime) -> bool:
    """Tell whether somebody is on duty."""
    return is_open(library.duty(campus), now)


def next_duty(library: Library, campus: str | None, now: datetime, language: Language) -> str:
    """Say when somebody will be on duty: "maanantaina klo 8"."""
    opening = opens_at(library.duty(campus), now)
    if opening is None:
        return library.say("time.unknown", language=language)
    return when(opening, now, library, language)


def after_duty_time(library: Library, campus: str | None, now: datetime, time: timedelta) -> datetime:
    """Return the moment when so much duty time has passed: nobody is reminded at night of what can wait."""
    hours = library.duty(campus)
    moment = now
    for _ in range(A_YEAR):
        if not is_open(hours, moment):
            opening = opens_at(hours, moment)
            if opening is None:
                return now + time
            moment = opening
        closing = hours_close_at(hours, moment)
        if closing is None or moment + time <= closing:
            return moment + time
        time -= closing - moment
        moment = closing
    return now + time
