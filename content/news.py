"""Bulletins: what a school tells guardians, students or staff, from a day until a day."""

import hashlib
from datetime import date, datetime, time, timedelta
from typing import Final

from pydantic import Field, model_validator

from content.events import Day, ShortId
from content.hours import HELSINKI
from content.schema import Role
from content.schema_fields import Id, Line, LocalText, Strict, Url

TEXT_LIMIT: Final = 3000  # characters: with title, link and the way out of it, still one message
SUBSCRIBERS: Final = (Role.STUDENT, Role.GUARDIAN)  # who staff are, only their groups know
_VERSION_LENGTH: Final = 8  # hex digits; fits a button beside the id


class Bulletin(Strict):
    """News for those who subscribed to it."""

    id: ShortId
    title: LocalText
    text: LocalText
    audience: tuple[Role, ...] = Field(min_length=1)
    campuses: tuple[Id, ...] | None = Field(default=None, min_length=1)  # None: every campus
    valid_from: Day
    valid_until: Day  # the last day on which it is sent or shown
    link: Url | None = None
    source: Line | None = None  # who says so; for keepers

    @model_validator(mode="after")
    def _holds_together(self) -> "Bulletin":
        if self.valid_until < self.valid_from:
            raise ValueError('"valid_until" is before "valid_from"; correct one of them')
        return self

    @property
    def ends_at(self) -> datetime:
        """Return the moment from which it is no news any more."""
        return _begin(self.valid_until + timedelta(days=1))

    def is_valid(self, now: datetime) -> bool:
        """Say whether it is news now."""
        return _begin(self.valid_from) <= now < self.ends_at

    def is_at(self, campus: str | None) -> bool:
        """Say whether it concerns a campus; whoever told none sees what is for every campus."""
        return self.campuses is None or campus in self.campuses

    @property
    def readers(self) -> tuple[Role, ...]:
        """Return who may read it in a chat of their own: anybody can say to be staff, so staff read in their groups."""
        return tuple(role for role in self.audience if role is not Role.STAFF)

    @property
    def is_for_staff(self) -> bool:
        """Say whether it goes to the groups of staff."""
        return Role.STAFF in self.audience

    @property
    def version(self) -> str:
        """Return a hash of all that readers see and who they are: what was previewed is what is sent."""
        whole = repr(self.model_copy(update={"source": None}))
        return hashlib.sha256(whole.encode()).hexdigest()[:_VERSION_LENGTH]


class NewsFile(Strict):
    """`news/*.yaml` of a school."""

    news: tuple[Bulletin, ...] = ()


def _begin(day: date) -> datetime:
    return datetime.combine(day, time(), HELSINKI)
