"""Counts of what happened, which operators read; and what may be said only so often."""

from datetime import datetime, timedelta

from storage import counts, retention
from storage.counts import Count
from storage.database import Database

HOUR = timedelta(hours=1)


async def test_the_first_of_a_kind_is_known_for_the_first(database: Database, noon: datetime) -> None:
    async with database.begin() as session:
        counted = [await counts.add(session, "ignored poll", at=noon) for _ in range(3)]
        next_day = await counts.add(session, "ignored poll", at=noon + 24 * HOUR)

    assert counted == [1, 2, 3]
    assert next_day == 1


async def test_counts_are_read_by_day(database: Database, noon: datetime) -> None:
    async with database.begin() as session:
        await counts.add(session, "malformed update", at=noon - 48 * HOUR)
        await counts.add(session, "ignored poll", at=noon)
        await counts.is_time(session, "hint K-7", every=HOUR, at=noon)

        found = await counts.since(session, noon.date())

    assert found == [Count(noon.date(), "ignored poll", 1)]


async def test_something_is_said_once_in_a_while_and_then_forgotten(
    database: Database, noon: datetime
) -> None:
    moments = [timedelta(0), timedelta(minutes=59), HOUR, timedelta(minutes=61)]
    async with database.begin() as session:
        said = [await counts.is_time(session, "hint K-7", every=HOUR, at=noon + each) for each in moments]
        other = await counts.is_time(session, "hint K-8", every=HOUR, at=noon)
        gone = await retention.forget_due(session, now=noon + 3 * HOUR)

    assert said == [True, False, True, False]
    assert other
    assert gone["counters"] == 2


async def test_questions_are_counted_by_topic_and_are_no_faults(database: Database, noon: datetime) -> None:
    async with database.begin() as session:
        await counts.asked(session, "loneliness", at=noon)
        await counts.asked(session, "loneliness", at=noon)

        assert await counts.asked_on(session, noon.date()) == {"loneliness": 2}
        assert await counts.since(session, noon.date()) == []


async def test_whether_answers_helped_is_summed_up_over_days(database: Database, noon: datetime) -> None:
    async with database.begin() as session:
        await counts.feedback(session, "loneliness", helped=True, at=noon - timedelta(days=1))
        await counts.feedback(session, "loneliness", helped=False, at=noon)

        assert await counts.helpful_since(session, noon.date() - timedelta(days=1)) == {"loneliness": (1, 1)}
        assert await counts.helpful_since(session, noon.date()) == {"loneliness": (0, 1)}
