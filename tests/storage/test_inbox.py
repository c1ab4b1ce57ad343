"""The inbox loses nothing, does nothing twice, and keeps each chat in order."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy import update as change

from storage import inbox
from storage.database import Database
from storage.inbox import NewUpdate, Received
from storage.models import INBOX

MINUTE = timedelta(minutes=1)


def update(number: int, chat: str = "telegram:1", raw: str = "{}") -> NewUpdate:
    return NewUpdate("telegram", "7", str(number), chat, raw)


async def put(database: Database, updates: Sequence[NewUpdate], at: datetime) -> int:
    async with database.begin() as session:
        return await inbox.put(session, updates, at=at)


async def handle_all(database: Database, at: datetime) -> list[Received]:
    """Take and finish until nothing is left."""
    handled = []
    while True:
        async with database.begin() as session:
            received = await inbox.take(session, now=at)
            if received is None:
                return handled
            await inbox.done(session, received.inbox_id, at=at)
            handled.append(received)


async def test_an_update_comes_out_as_it_went_in(database: Database, noon: datetime) -> None:
    await put(database, [update(5, "telegram:42", '{"text": "moi 🙂"}')], noon)

    [received] = await handle_all(database, noon)

    assert (received.channel, received.chat, received.raw) == (
        "telegram",
        "telegram:42",
        '{"text": "moi 🙂"}',
    )
    assert received.received_at == noon
    assert received.attempts == 0


async def test_a_known_update_is_dropped(database: Database, noon: datetime) -> None:
    """Telegram sends again what it thinks we did not get."""
    assert await put(database, [update(1), update(1), update(2)], noon) == 2
    assert await put(database, [update(2), update(3)], noon) == 1

    await handle_all(database, noon)

    assert await put(database, [update(1), update(2), update(3)], noon) == 0
    assert await handle_all(database, noon) == []


async def test_a_lower_number_is_as_new_as_a_higher_one(database: Database, noon: datetime) -> None:
    """After a silent July the numbers may start anew from below."""
    await put(database, [update(900_000_000)], noon)

    assert await put(database, [update(3)], noon) == 1
    assert len(await handle_all(database, noon)) == 2


async def test_two_bots_have_numbers_of_their_own(database: Database, noon: datetime) -> None:
    others = [NewUpdate("telegram", "8", "1", "telegram:1", "{}"), NewUpdate("web", "7", "1", "web:1", "{}")]

    assert await put(database, [update(1), *others], noon) == 3


async def test_a_chat_is_handled_in_the_order_of_arrival(database: Database, noon: datetime) -> None:
    await put(database, [update(9, "telegram:1"), update(4, "telegram:2"), update(2, "telegram:1")], noon)

    handled = await handle_all(database, noon)

    assert [received.chat for received in handled] == ["telegram:1", "telegram:2", "telegram:1"]


async def test_several_are_taken_as_they_came_but_for_a_chat_that_waits(
    database: Database, noon: datetime
) -> None:
    """Nobody is overtaken: behind what waits for its next attempt, all of that chat wait."""
    chats = ["telegram:1", "telegram:2", "telegram:1", "telegram:3", "telegram:2", "telegram:1"]
    await put(database, [update(index, chat) for index, chat in enumerate(chats)], noon)
    async with database.begin() as session:
        first, *_ = await inbox.take_several(session, now=noon, limit=6)
        await inbox.fail(session, first.inbox_id, error="KeyError", retry_at=noon + MINUTE, at=noon)

    async with database.begin() as session:
        meanwhile = await inbox.take_several(session, now=noon, limit=2)
        all_of_others = await inbox.take_several(session, now=noon, limit=6)
        later = await inbox.take_several(session, now=noon + MINUTE, limit=6)

    assert [row.chat for row in meanwhile] == ["telegram:2", "telegram:3"]
    assert [row.chat for row in all_of_others] == ["telegram:2", "telegram:3", "telegram:2"]
    assert [row.chat for row in later] == chats


async def test_what_was_rolled_back_is_taken_again(database: Database, noon: datetime) -> None:
    """A process killed in the middle answers after its restart."""
    await put(database, [update(1)], noon)

    async def fall_over() -> None:
        async with database.begin() as session:
            received = await inbox.take(session, now=noon)
            assert received is not None
            await inbox.done(session, received.inbox_id, at=noon)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fall_over()

    assert len(await handle_all(database, noon)) == 1


async def test_an_update_that_waits_for_another_attempt_holds_its_chat_back_and_no_other(
    database: Database, noon: datetime
) -> None:
    await put(database, [update(1, "telegram:1"), update(2, "telegram:1"), update(3, "telegram:2")], noon)
    async with database.begin() as session:
        first = await inbox.take(session, now=noon)
    assert first is not None
    async with database.begin() as session:
        attempts = await inbox.fail(
            session, first.inbox_id, error="KeyError", retry_at=noon + MINUTE, at=noon
        )

    before = await handle_all(database, noon)
    after = await handle_all(database, noon + MINUTE)

    assert attempts == 1
    assert [received.chat for received in before] == ["telegram:2"]
    assert [(received.inbox_id, received.attempts) for received in after] == [
        (first.inbox_id, 1),
        (first.inbox_id + 1, 0),
    ]


async def test_a_dead_letter_lets_its_chat_go_on_and_is_kept(database: Database, noon: datetime) -> None:
    await put(database, [update(1, raw='{"bad": 1}'), update(2)], noon)
    async with database.begin() as session:
        first = await inbox.take(session, now=noon)
        assert first is not None
        attempts = await inbox.fail(session, first.inbox_id, error="x" * 999, retry_at=None, at=noon)

    handled = await handle_all(database, noon)

    assert attempts == 1
    assert len(handled) == 1
    async with database.begin() as session:
        raw = await session.scalar(select(INBOX.c.raw).where(INBOX.c.is_failed))
        assert database.keys.open(raw) == '{"bad": 1}'
        assert await inbox.dead_letters(session) == 1
        assert await inbox.waiting(session) == 0


async def test_a_busy_chat_is_left_alone(database: Database, noon: datetime) -> None:
    await put(database, [update(1, "telegram:1"), update(2, "telegram:2")], noon)

    async with database.begin() as session:
        first = await inbox.take(session, now=noon)
        assert first is not None
        second = await inbox.take(session, now=noon, busy={first.chat_key})
        assert second is not None
        third = await inbox.take(session, now=noon, busy={first.chat_key, second.chat_key})

    assert (first.chat, second.chat, third) == ("telegram:1", "telegram:2", None)


async def test_what_is_done_keeps_nothing_of_anybody(database: Database, noon: datetime) -> None:
    await put(database, [update(1, "telegram:42", "salaisuus")], noon)

    await handle_all(database, noon)

    async with database.begin() as session:
        row = (await session.execute(select(INBOX))).one()
    assert (row.chat, row.chat_key, row.raw) == (None, None, None)


async def test_a_late_failure_does_not_bring_back_what_another_worker_has_done(
    database: Database, noon: datetime
) -> None:
    await put(database, [update(1)], noon)
    [received] = await handle_all(database, noon)

    async with database.begin() as session:
        await inbox.fail(session, received.inbox_id, error="X", retry_at=noon, at=noon)

    assert await handle_all(database, noon) == []


async def test_nothing_that_is_put_is_still_nothing(database: Database, noon: datetime) -> None:
    assert await put(database, [], noon) == 0
    assert await handle_all(database, noon) == []


@pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)
class TestSeveralWorkers:
    """PostgreSQL only: SQLite lets one transaction in at a time."""

    async def test_the_second_update_of_a_chat_waits_until_the_first_is_done(
        self, database: Database, noon: datetime
    ) -> None:
        await put(database, [update(1), update(2)], noon)

        async with database.begin() as ours:
            first = await inbox.take(ours, now=noon)
            assert first is not None
            async with database.begin() as theirs:
                meanwhile = await inbox.take(theirs, now=noon)
            await inbox.done(ours, first.inbox_id, at=noon)
            async with database.begin() as theirs:
                before_commit = await inbox.take(theirs, now=noon)
        async with database.begin() as theirs:
            afterwards = await inbox.take(theirs, now=noon)

        assert meanwhile is None
        assert before_commit is None
        assert afterwards is not None
        assert afterwards.inbox_id > first.inbox_id

    async def test_another_chat_goes_on_meanwhile(self, database: Database, noon: datetime) -> None:
        await put(database, [update(1, "telegram:1"), update(2, "telegram:2")], noon)

        async with database.begin() as ours, database.begin() as theirs:
            first = await inbox.take(ours, now=noon)
            second = await inbox.take(theirs, now=noon)

        assert first is not None
        assert second is not None
        assert {first.chat, second.chat} == {"telegram:1", "telegram:2"}

    async def test_workers_side_by_side_handle_each_update_once_and_each_chat_in_order(
        self, database: Database, noon: datetime
    ) -> None:
        await put(database, [update(n, f"telegram:{n % 5}", str(n)) for n in range(60)], noon)
        handled: dict[str, list[int]] = {}

        async def work() -> None:
            for _ in range(400):
                async with database.begin() as session:
                    received = await inbox.take(session, now=noon)
                    if received is None:
                        if await inbox.waiting(session) == 0:
                            return
                        continue
                    await asyncio.sleep(0)
                    await inbox.done(session, received.inbox_id, at=noon)
                    # Noted while the row is still held: nobody else can have it.
                    handled.setdefault(received.chat, []).append(int(received.raw))

        await asyncio.gather(*(work() for _ in range(6)))

        assert handled == {f"telegram:{c}": list(range(c, 60, 5)) for c in range(5)}


async def test_the_same_updates_put_by_two_at_once_are_there_once(database: Database, noon: datetime) -> None:
    updates = [update(n) for n in range(20)]

    new = await asyncio.gather(*(put(database, updates, noon) for _ in range(4)))

    assert sum(new) == 20
    assert len(await handle_all(database, noon)) == 20


@pytest.mark.parametrize("column", ["raw", "chat"])
async def test_a_damaged_update_is_taken_as_unreadable_and_the_others_as_ever(
    database: Database, noon: datetime, column: str
) -> None:
    await put(database, [update(1, "telegram:1"), update(2, "telegram:2")], noon)
    async with database.begin() as session:
        await session.execute(change(INBOX).where(INBOX.c.id == 1).values({column: b"damaged"}))

    async with database.begin() as session:
        first, second = await inbox.take_several(session, now=noon, limit=8)

    assert first.is_readable is (column == "chat")
    assert first.chat == ("" if column == "chat" else "telegram:1")
    assert (second.is_readable, second.chat) == (True, "telegram:2")
    assert first.name != second.name
