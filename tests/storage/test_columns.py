"""Moments go in with any zone and come out in UTC; one without a zone is refused."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import StatementError

from storage.database import Database
from storage.models import STAFF_CODES


async def keep(database: Database, moment: datetime) -> datetime:
    """Store a moment and read it."""
    async with database.begin() as session:
        row = {"code_key": "x", "campus": "*", "expires_at": moment, "delete_after": moment}
        await session.execute(insert(STAFF_CODES), row)
        return (await session.execute(select(STAFF_CODES.c.expires_at))).scalar_one()


async def test_a_moment_of_helsinki_comes_out_as_the_same_moment_in_utc(database: Database) -> None:
    moment = datetime(2026, 7, 1, 0, 30, 0, 123456, tzinfo=ZoneInfo("Europe/Helsinki"))

    stored = await keep(database, moment)

    assert stored == moment
    assert stored.tzinfo is UTC
    assert stored.isoformat() == "2026-06-30T21:30:00.123456+00:00"


async def test_a_time_without_a_zone_is_refused(database: Database) -> None:
    with pytest.raises(StatementError, match="without a zone"):
        await keep(database, datetime(2026, 7, 1))  # noqa: DTZ001  # what is to be refused


async def test_moments_sort_as_time_does(database: Database) -> None:
    """On SQLite they are text: with and without microseconds they must not change places."""
    moments = [datetime(2026, 7, 1, 12, 0, 0, micro, tzinfo=UTC) for micro in (0, 1, 500_000)]
    async with database.begin() as session:
        for moment in reversed(moments):
            row = {"code_key": str(moment), "campus": "*", "expires_at": moment, "delete_after": moment}
            await session.execute(insert(STAFF_CODES), row)
        stored = await session.scalars(select(STAFF_CODES.c.expires_at).order_by(STAFF_CODES.c.expires_at))
        later = await session.scalars(
            select(STAFF_CODES.c.expires_at).where(STAFF_CODES.c.expires_at > moments[0])
        )

    assert stored.all() == moments
    assert set(later.all()) == set(moments[1:])
