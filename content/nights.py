"""Who answers at night: every topic's services end in somebody who does."""

from collections.abc import Iterable, Sequence
from datetime import datetime, time
from typing import Final

from content.hours import HELSINKI, is_open
from content.schema import ChannelType, Service
from intents.language import Language

FIRST_SERVICES: Final = 3  # more than three and nobody reads the first; the rest is behind a button
_BEGINS, _ENDS = time(22), time(6)
# Ordinary nights: a weekday's and a Sunday's, not before a holiday.
_NIGHTS: Final = (
    datetime(2026, 11, 25, 3, 30, tzinfo=HELSINKI),
    datetime(2026, 11, 29, 3, 30, tzinfo=HELSINKI),
)
_EVENINGS: Final = tuple(night.replace(hour=22, minute=0) for night in _NIGHTS)


def is_night(now: datetime) -> bool:
    """Say whether it is the time at which most are asleep."""
    at = now.astimezone(HELSINKI).time()
    return at >= _BEGINS or at < _ENDS


def answers(service: Service, language: Language, at: datetime) -> bool:
    """Say whether somebody surely talks or writes there at a moment; of hours that are not known nobody is sure."""
    return any(
        channel.opening is not None and is_open(channel.opening, at)
        for channel in service.shown_channels(language)
        if channel.is_conversation and channel.type is not ChannelType.EMAIL
    )


def answers_at_night(service: Service, language: Language) -> bool:
    """Say whether somebody talks or writes there in an ordinary night."""
    return all(answers(service, language, night) for night in _NIGHTS)


def answers_late(service: Service, language: Language) -> bool:
    """Say whether somebody talks or writes there in an ordinary night, or at least on ordinary evenings till late."""
    return any(all(answers(service, language, at) for at in times) for times in (_NIGHTS, _EVENINGS))


def ending_at_night(
    services: Sequence[Service], spare: Iterable[Service], language: Language
) -> list[Service]:
    """Return services with one last that answers at night: one of theirs, or else one of the spare.

    Of a list too long to be seen at once, those that are stay in front: what is nearest stands first.
    """
    hidden = services[FIRST_SERVICES:] or services
    theirs = [each for each in hidden if answers_at_night(each, language)]
    last = max(reversed(theirs), key=lambda each: _speaks(each, language), default=None)
    last = last or next(iter(spare), None)
    return list(services) if last is None else [*(each for each in services if each.id != last.id), last]


def _speaks(service: Service, language: Language) -> bool:
    return any(each.speaks(language) for each in service.shown_channels(language) if each.is_conversation)
