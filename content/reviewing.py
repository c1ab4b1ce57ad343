"""Which services have to be looked at again: when each was last checked, until when that holds, and whose it is."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum
from typing import Final

from content.checking_services import is_of_common
from content.index import Index, Placed
from content.schema import Service
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
    """A service to look at, and who does."""

    placed: Placed[Service]
    reason: Reason
    owner: str
    checked: date | None  # the end of the time that was named: of 9/2026 the last of September


def reviews(index: Index, today: date) -> Iterator[Review]:
    """Yield what is to be reviewed; what is closed needs no review."""
    rule = index.sources.school.content.review
    for placed in index.services.values():
        service = placed.noun
        if service.status == "closed":
            continue
        checked = last_checked(service.checked or "", today)
        reason = _reason(service, checked, due_before=today - timedelta(days=rule.days))
        if reason is not None:
            pack = COMMON if is_of_common(placed) else index.sources.pack
            owner = service.owner or (rule.owner if pack != COMMON else None) or pack
            yield Review(placed, reason, owner, checked)


def _reason(service: Service, checked: date | None, *, due_before: date) -> Reason | None:
    if not service.verified:
        return Reason.UNVERIFIED
    if checked is None:
        return Reason.UNDATED
    return Reason.OVERDUE if checked < due_before else None


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
