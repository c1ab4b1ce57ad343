"""What has to be looked at again: when it was last checked, until when that holds, and whose it is."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum
from typing import Final

from content.checking_services import is_of_common
from content.index import Index, Placed
from content.schema import Service
from content.schema_pages import LadderFile
from content.sources import COMMON

# "17.9.2026", "2026-09-17", "9/2026", "2026", as keepers write them among other words.
_DATE: Final = re.compile(
    r"(?<!\d)(?:(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>20\d\d)"
    r"|(?P<iso>20\d\d-\d\d-\d\d)"
    r"|(?P<only_month>\d{1,2})/(?P<of_year>20\d\d)"
    r"|(?P<only_year>20\d\d))(?!\d)"
)


class Reason(IntEnum):
    """Why to look at it, what matters most first."""

    OVERDUE = 1
    UNDATED = 2
    UNVERIFIED = 3


@dataclass(frozen=True, slots=True)
class Review:
    """A service to look at, or a school's ladder, and who does."""

    placed: Placed[Service] | Placed[LadderFile]
    reason: Reason
    owner: str
    checked: date | None  # the end of the time that was named: of 9/2026 the last of September


def reviews(index: Index, today: date) -> Iterator[Review]:
    """Yield what is to be reviewed; what is closed needs no review."""
    rule = index.sources.school.content.review
    due_before = today - timedelta(days=rule.days)
    for placed in index.services.values():
        service = placed.noun
        reason, checked = _reason(service, today, due_before=due_before)
        if reason is not None and service.status != "closed":
            pack = COMMON if is_of_common(placed) else index.sources.pack
            owner = service.owner or (rule.owner if pack != COMMON else None) or pack
            yield Review(placed, reason, owner, checked)
    for file in index.sources.ladder:
        reason, checked = _reason(file.content, today, due_before=due_before)
        if reason is not None:
            ladder = Placed(file.content, file.document, ())
            yield Review(ladder, reason, rule.owner or index.sources.pack, checked)


def _reason(
    noun: Service | LadderFile, today: date, *, due_before: date
) -> tuple[Reason | None, date | None]:
    """Say why to look at it, if there is a reason, and when it was last checked."""
    checked = last_checked(noun.checked or "", today)
    if not noun.verified:
        return Reason.UNVERIFIED, checked
    if checked is None:
        return Reason.UNDATED, checked
    return Reason.OVERDUE if checked < due_before else None, checked


def last_checked(words: str, today: date) -> date | None:
    """Return the latest date that a remark on checking names; what lies ahead counts as today."""
    dates = [_date(found) for found in _DATE.finditer(words)]
    return max((min(each, today) for each in dates if each is not None), default=None)


def _date(found: re.Match[str]) -> date | None:
    try:
        match found.groupdict():
            case {"iso": str(iso)}:
                return date.fromisoformat(iso)
            case {"day": str(day), "month": str(month), "year": str(year)}:
                return date(int(year), int(month), int(day))
            case {"only_month": str(month), "of_year": str(year)}:
                return _last_of(int(year), int(month))
            case {"only_year": str(year)}:
                return date(int(year), 12, 31)
    except ValueError:  # the 31st of February
        return None
    return None


def _last_of(year: int, month: int) -> date:
    following = date(year + month // 12, month % 12 + 1, 1)
    return following - timedelta(days=1)
