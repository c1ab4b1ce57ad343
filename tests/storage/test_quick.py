"""The quick way gives what the slow way gives, on both databases."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.exc import StatementError

from storage.database import Database, dialect_of, on_both
from storage.models import INBOX
from storage.quick import fetch

only_sqlite = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)

PUT = on_both(
    lambda insert: insert(INBOX).on_conflict_do_nothing().returning(INBOX.c.id, INBOX.c.received_at)
)
DONE = (
    update(INBOX)
    .where(INBOX.c.update_id == bindparam("which"))
    .values(done_at=bindparam("at"), is_failed=True)
)
FIND = select(INBOX).where(INBOX.c.received_at >= bindparam("since")).order_by(INBOX.c.id)
AMONG = select(INBOX.c.id).where(INBOX.c.update_id.in_(bindparam("ids", expanding=True)))
NOT_AMONG = select(INBOX.c.id).where(INBOX.c.update_id.not_in(bindparam("ids", expanding=True)))
FIXED = FIND.where(INBOX.c.update_id.in_(["1", "2"]))  # its list is none of its parameters


def row(number: int, at: datetime) -> dict[str, Any]:
    return {
        "channel": "telegram",
        "bot": "7",
        "update_id": str(number),
        "raw": b"sealed",
        "received_at": at,
        "attempts": 0,
        "is_failed": False,
        "delete_after": at,
    }


async def test_rows_are_those_of_the_slow_way(database: Database, noon: datetime) -> None:
    async with database.begin() as session:
        put = await fetch(session, PUT[dialect_of(session)], [row(1, noon), row(2, noon), row(1, noon)])
        await fetch(session, DONE, [{"which": "1", "at": noon}, {"which": "2", "at": None}])
        quick = await fetch(session, FIND, {"since": noon - timedelta(hours=1)})
        none = await fetch(session, FIND, {"since": noon + timedelta(hours=1)})
        slow = (await session.execute(FIND, {"since": noon - timedelta(hours=1)})).all()

    assert [each.received_at for each in put] == [noon, noon]
    assert [tuple(each) for each in quick] == [tuple(each) for each in slow]
    assert [(each.done_at, each.is_failed, each.raw) for each in quick] == [
        (noon, True, b"sealed"),
        (None, True, b"sealed"),
    ]
    assert list(none) == []


async def test_both_ways_share_a_transaction(database: Database, noon: datetime) -> None:
    async def falls() -> None:
        async with database.begin() as session:
            await fetch(session, PUT[dialect_of(session)], [row(1, noon)])
            async with session.begin_nested():
                assert len((await session.execute(select(INBOX.c.id))).all()) == 1
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await falls()

    async with database.begin() as session:
        assert (await session.execute(select(INBOX.c.id))).all() == []


async def test_a_list_of_any_length_is_one_value(database: Database, noon: datetime) -> None:
    """SQLAlchemy writes another statement for each length; the quick way hands the list over as it is."""
    async with database.begin() as session:
        await fetch(session, PUT[dialect_of(session)], [row(1, noon), row(2, noon)])
        found = [await fetch(session, AMONG, {"ids": ids}) for ids in ([], ["2"], ["1", "2", "3"])]
        others = await fetch(session, NOT_AMONG, {"ids": []})

    assert [len(each) for each in found] == [0, 1, 2]
    assert len(others) == 2


async def test_moments_are_stored_as_the_slow_way_stores_them(database: Database, noon: datetime) -> None:
    """What one way has written, the other has to find."""
    moments = [noon, noon.astimezone(ZoneInfo("Europe/Helsinki")), noon + timedelta(microseconds=1)]
    async with database.begin() as session:
        for moment in moments:
            await fetch(session, PUT[dialect_of(session)], [row(1, moment)])
            found = await session.scalar(select(INBOX.c.id).where(INBOX.c.received_at == moment))
            await session.execute(delete(INBOX))

            assert found is not None


async def test_a_time_without_a_zone_is_refused(database: Database) -> None:
    naive = datetime(2026, 11, 23, 12)  # noqa: DTZ001
    async with database.begin() as session:
        with pytest.raises((ValueError, StatementError)):
            await fetch(session, FIND, {"since": naive})


@only_sqlite
@pytest.mark.usefixtures("dialect")
async def test_what_it_cannot_do_is_refused(database: Database) -> None:
    async with database.begin() as session:
        with pytest.raises(TypeError):
            await fetch(session, FIXED, {"since": datetime.now(UTC)})
