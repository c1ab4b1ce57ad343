"""Bulletins on their way: one copy a reader, whatever happens to whoever sends them."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from storage import broadcasts, contacts, orphans, outbox, subscriptions
from storage.broadcasts import Broadcast, CopyState, NewBroadcast
from storage.crypto import Keys
from storage.database import Database
from storage.models import BROADCASTS, BULLETIN_COPIES, OUTBOX
from storage.outbox import NewMessage, Priority, Settled, State
from storage.retention import forget_due
from storage.subscriptions import EVERY_CAMPUS, Subscription

STAFF = "telegram:-1"
PEOPLE = [f"telegram:{number}" for number in range(1, 6)]


@pytest.fixture
def news(noon: datetime) -> NewBroadcast:
    ends_at = noon + timedelta(days=3)
    return NewBroadcast("evening", ("guardian",), ("kuopio",), {"fi": "Tule"}, ends_at, STAFF, "77")


@pytest.fixture
async def readers(database: Database, noon: datetime) -> list[str]:
    async with database.begin() as session:
        for person in PEOPLE:
            wish = Subscription("guardian", "kuopio")
            await subscriptions.subscribe(session, person, wish, language="sv", at=noon)
    return PEOPLE


async def begin(database: Database, news: NewBroadcast, at: datetime) -> int:
    async with database.begin() as session:
        return (await broadcasts.begin(session, news, at=at))[1]


async def only(database: Database) -> Broadcast:
    async with database.begin() as session:
        [found] = await broadcasts.unfinished(session)
    return found


async def states(database: Database, broadcast_id: int) -> dict[CopyState, int]:
    async with database.begin() as session:
        counts = await broadcasts.counts(session, broadcast_id)
    return {state: count for state, count in counts.items() if count}


async def queue(database: Database, broadcast: Broadcast, at: datetime, *, limit: int = 10) -> list[int]:
    """Put copies into the outbox, as the program does; return the messages' ids."""
    async with database.begin() as session:
        copies = await broadcasts.next_copies(session, broadcast, limit=limit)
        messages = [NewMessage(copy.chat, "{}", int(Priority.BULK), at) for copy in copies]
        ids = await outbox.put(session, messages, inbox_id=None, at=at)
        await broadcasts.queued(session, dict(zip((copy.id for copy in copies), ids, strict=True)))
    return ids


@pytest.mark.usefixtures("readers")
async def test_all_that_is_needed_to_go_on_is_stored(
    database: Database, news: NewBroadcast, noon: datetime
) -> None:
    assert await begin(database, news, noon) == len(PEOPLE)

    stored = await only(database)
    async with database.begin() as session:
        copies = await broadcasts.next_copies(session, stored, limit=2)

    kept = {name: getattr(stored, name) for name in NewBroadcast.__slots__}
    assert kept == {name: getattr(news, name) for name in NewBroadcast.__slots__}
    assert [(copy.chat, copy.language) for copy in copies] == [(PEOPLE[0], "sv"), (PEOPLE[1], "sv")]


@pytest.mark.usefixtures("readers")
async def test_confirmed_again_it_goes_to_new_readers_alone(
    database: Database, news: NewBroadcast, noon: datetime
) -> None:
    first = await begin(database, news, noon)
    async with database.begin() as session:
        wish = Subscription("guardian", EVERY_CAMPUS)
        for person in (PEOPLE[0], "telegram:99"):
            await subscriptions.subscribe(session, person, wish, language="fi", at=noon)

    assert (first, await begin(database, news, noon), await begin(database, news, noon)) == (5, 1, 0)


@pytest.mark.usefixtures("readers")
async def test_two_who_confirm_at_the_same_moment_send_it_once(
    database: Database, news: NewBroadcast, noon: datetime
) -> None:
    both = await asyncio.gather(*(begin(database, news, noon) for _ in range(2)))

    assert sorted(both) == [0, len(PEOPLE)]


@pytest.mark.usefixtures("readers")
async def test_how_each_copy_went_is_learnt_from_the_outbox(
    database: Database, news: NewBroadcast, noon: datetime
) -> None:
    await begin(database, news, noon)
    broadcast = await only(database)
    ids = await queue(database, broadcast, noon)
    outcomes = (State.SENT, State.REFUSED, State.UNCERTAIN)
    async with database.begin() as session:
        results = [Settled(each, state) for each, state in zip(ids, outcomes, strict=False)]
        await outbox.settle(session, results, at=noon)
        await broadcasts.note_blocked(session, ids[3])
        await broadcasts.note_outcomes(session, broadcast.id)

    assert await states(database, broadcast.id) == {
        CopyState.QUEUED: 1,
        CopyState.DELIVERED: 1,
        CopyState.FAILED: 1,
        CopyState.UNCERTAIN: 1,
        CopyState.BLOCKED: 1,
    }


@pytest.mark.usefixtures("readers")
async def test_what_was_under_way_when_its_sender_died_is_in_doubt_and_never_sent_again(
    database: Database, news: NewBroadcast, noon: datetime
) -> None:
    """A reply would go out twice rather than never; a bulletin does not."""
    await begin(database, news, noon)
    broadcast = await only(database)
    await queue(database, broadcast, noon, limit=3)
    async with database.begin() as session:
        assert len(await outbox.due(session, now=noon, limit=2)) == 2
    later = noon + timedelta(minutes=5)

    async with database.begin() as session:
        found = await orphans.recover(session, now=later, older_than=later)
        await broadcasts.note_outcomes(session, broadcast.id)
        again = await outbox.due(session, now=later, limit=10)

    assert (found.again, found.given_up) == (0, ())
    assert len(again) == 1, "the one that was never begun"
    assert (await states(database, broadcast.id))[CopyState.UNCERTAIN] == 2


@pytest.mark.usefixtures("readers")
async def test_a_copy_that_the_outbox_has_forgotten_is_in_doubt(
    database: Database, news: NewBroadcast, noon: datetime
) -> None:
    await begin(database, news, noon)
    broadcast = await only(database)
    await queue(database, broadcast, noon, limit=1)
    async with database.begin() as session:
        await session.execute(OUTBOX.delete())
        await broadcasts.note_outcomes(session, broadcast.id)

    assert (await states(database, broadcast.id))[CopyState.UNCERTAIN] == 1


@pytest.mark.usefixtures("readers")
async def test_doubtful_copies_go_once_more_when_a_human_says_so(
    database: Database, news: NewBroadcast, noon: datetime
) -> None:
    await begin(database, news, noon)
    broadcast = await only(database)
    ids = await queue(database, broadcast, noon)
    async with database.begin() as session:
        outcomes = [State.UNCERTAIN, *[State.SENT] * 4]
        results = [Settled(each, state) for each, state in zip(ids, outcomes, strict=True)]
        await outbox.settle(session, results, at=noon)
        await broadcasts.note_outcomes(session, broadcast.id)
        await broadcasts.finish(session, broadcast.id, at=noon)
        again = await broadcasts.send_uncertain_again(session, broadcast.id)
        [copy] = await broadcasts.next_copies(session, broadcast, limit=10)

    assert (again, copy.chat) == (1, PEOPLE[0])
    assert (await only(database)).id == broadcast.id


@pytest.mark.usefixtures("readers")
async def test_whoever_goes_meanwhile_gets_nothing(
    database: Database, news: NewBroadcast, noon: datetime
) -> None:
    await begin(database, news, noon)
    broadcast = await only(database)
    async with database.begin() as session:
        await subscriptions.unsubscribe(session, PEOPLE[0])
        await broadcasts.note_gone(session, PEOPLE[1])
        gone = await contacts.load(session, PEOPLE[2], now=noon)
        await contacts.forget(session, gone.id)
        copies = await broadcasts.next_copies(session, broadcast, limit=10)

    assert [copy.chat for copy in copies] == PEOPLE[3:]
    assert await states(database, broadcast.id) == {
        CopyState.DROPPED: 1,
        CopyState.BLOCKED: 1,
        CopyState.WAITING: 2,
    }


@pytest.mark.usefixtures("readers")
async def test_only_the_chat_that_confirmed_it_may_change_it_also_as_a_supergroup(
    database: Database, news: NewBroadcast, noon: datetime
) -> None:
    await begin(database, news, noon)
    broadcast = await only(database)
    async with database.begin() as session:
        of_another = await broadcasts.find(session, broadcast.id, staff_chat="telegram:-2")
        await broadcasts.move_chat(session, STAFF, "telegram:-1001")
        of_old = await broadcasts.find(session, broadcast.id, staff_chat=STAFF)
        of_new = await broadcasts.find(session, broadcast.id, staff_chat="telegram:-1001")

    assert (of_another, of_old) == (None, None)
    assert of_new == replace(broadcast, staff_chat="telegram:-1001")


@pytest.mark.usefixtures("readers")
async def test_it_is_forgotten_a_week_after_the_bulletin_ended(
    database: Database, news: NewBroadcast, noon: datetime
) -> None:
    await begin(database, news, noon)
    broadcast = await only(database)
    async with database.begin() as session:
        await broadcasts.finish(session, broadcast.id, at=noon)
    left = []
    for days in (9, 10):
        async with database.begin() as session:
            await forget_due(session, now=noon + timedelta(days=days))
            left.append(len((await session.execute(select(BULLETIN_COPIES))).all()))
            left.append(len((await session.execute(select(BROADCASTS))).all()))

    assert left == [5, 1, 0, 0]


@pytest.mark.usefixtures("readers")
async def test_a_new_key_finds_who_has_a_copy(
    url: str, database: Database, key: str, news: NewBroadcast, noon: datetime
) -> None:
    await begin(database, news, noon)
    rotated = await Database.open(url, Keys.parse(f"{Keys.generate()},{key}"))

    assert await begin(rotated, news, noon) == 0
    async with rotated.begin() as session:
        assert [each.campus for each in await subscriptions.of(session, PEOPLE[0])] == ["kuopio"]
    await rotated.close()
