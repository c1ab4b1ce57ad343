"""What a sender took and never settled, because it died, is not lost, and comes twice at most unless it saves."""

from datetime import datetime

from storage import orphans
from storage.database import Database
from storage.orphans import Recovered
from storage.outbox import Settled, State
from tests.storage.outbox_scene import MINUTE, PERSON, STAFF, due, message, put, send_all, settle, states


async def recover(database: Database, now: datetime) -> Recovered:
    async with database.begin() as session:
        return await orphans.recover(session, now=now, older_than=now)


async def test_what_a_dead_sender_left_is_sent_once_more_and_then_shown(
    database: Database, noon: datetime
) -> None:
    """At most twice, when nobody can know whether it arrived; never zero times."""
    await put(database, [message(PERSON, "1", noon)], noon)
    [first] = await due(database, noon)
    once = await recover(database, noon)
    [second] = await due(database, noon)
    twice = await recover(database, noon)

    assert (once.again, once.given_up) == (1, ())
    assert second.state_before is State.UNCERTAIN
    assert (twice.again, twice.given_up) == (0, (first.outbox_id,))
    assert await states(database) == [State.UNCERTAIN]


async def test_to_a_chat_that_knows_a_copy_again_it_is_sent_however_often_its_sender_dies(
    database: Database, noon: datetime
) -> None:
    """There a copy too many shows nowhere, and one too few is an answer that never comes."""
    await put(database, [message(PERSON, "1", noon), message(STAFF, "2", noon)], noon)
    for died in range(1, 4):
        taken = await due(database, noon)
        assert [one.chat for one in taken] == ([PERSON, STAFF] if died < 3 else [PERSON])
        async with database.begin() as session:
            found = await orphans.recover(
                session, now=noon, older_than=noon, knows_again=lambda chat: chat == PERSON
            )
        assert (found.again, len(found.given_up)) == [(2, 0), (1, 1), (1, 0)][died - 1]

    assert await send_all(database, noon) == ["1"]


async def test_an_alert_is_sent_however_often_its_sender_dies(database: Database, noon: datetime) -> None:
    await put(database, [message(STAFF, "alert", noon, important=True)], noon)

    for attempt in range(1, 6):
        [one] = await due(database, noon)
        assert (one.attempts, one.important) == (attempt, True)
        assert (await recover(database, noon)).again == 1


async def test_attempts_that_surely_did_not_arrive_are_not_held_against_a_message(
    database: Database, noon: datetime
) -> None:
    """Told to wait twice, then killed: still nobody has got it."""
    await put(database, [message(PERSON, "1", noon)], noon)
    for _ in range(2):
        [one] = await due(database, noon)
        await settle(database, noon, Settled(one.outbox_id, State.NEW, retry_at=noon))
    await due(database, noon)

    assert (await recover(database, noon)).again == 1
    assert await send_all(database, noon) == ["1"]


async def test_what_its_own_caller_sends_is_no_sender_s_that_died(database: Database, noon: datetime) -> None:
    await put(database, [message("a", "1", noon), message("b", "2", noon)], noon)
    alive, _ = await due(database, noon)

    async with database.begin() as session:
        recovered = await orphans.recover(session, now=noon, older_than=noon, besides=[alive.outbox_id])

    assert recovered.again == 1
    assert [one.body for one in await due(database, noon)] == ["2"]


async def test_a_living_sender_is_left_alone(database: Database, noon: datetime) -> None:
    await put(database, [message(PERSON, "1", noon)], noon)
    await due(database, noon)

    async with database.begin() as session:
        recovered = await orphans.recover(session, now=noon + MINUTE, older_than=noon - MINUTE)

    assert recovered.again == 0
    assert await due(database, noon + MINUTE) == []
