"""What is due is forgotten, on time and not before; what nobody has handled yet is not lost."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage import cases, contacts, counts, inbox, outbox, posts, retention, staff, turns, unanswered
from storage.contacts import Contact
from storage.database import Database
from storage.inbox import NewUpdate
from storage.models import COUNTERS, FEEDBACK, METADATA
from storage.outbox import NewMessage, Priority, Settled, State
from storage.posts import Direction
from storage.retention import EXPIRED_CASES, RETENTION, forget_all_due, forget_due

DAY = timedelta(days=1)
MOMENT = timedelta(seconds=1)
PERSON = "telegram:42"


async def count(session: AsyncSession, table: str) -> int:
    counted = await session.execute(select(func.count()).select_from(METADATA.tables[table]))
    return counted.scalar_one()


async def make_case(session: AsyncSession, contact: Contact, at: datetime) -> int:
    case, _ = await cases.open(
        session,
        contact=contact,
        level=2,
        kind="self-harm",
        campus=None,
        staff_chat=None,
        remind_at=at,
        at=at,
    )
    await posts.remember(session, case_id=case.id, chat="telegram:-1", ref="1", direction=Direction.TO_STAFF)
    return case.id


async def make_one_of_each(session: AsyncSession, at: datetime) -> None:
    """Fill each table that retention looks at with one row that is over and done."""
    contact = await contacts.load(session, PERSON, now=at)
    await turns.add(session, contact.id, by="person", text="moi", at=at)
    await cases.close(session, await make_case(session, contact, at), at=at)
    await inbox.put(session, [NewUpdate("telegram", "7", "1", PERSON, "{}")], at=at)
    received = await inbox.take(session, now=at)
    assert received is not None
    await inbox.done(session, received.inbox_id, at=at)
    reply = NewMessage(PERSON, "{}", Priority.REPLY, at)
    [outbox_id] = await outbox.put(session, [reply], inbox_id=received.inbox_id, at=at)
    await outbox.settle(session, [Settled(outbox_id, State.SENT)], at=at)
    await staff.make_code(session, "kuopio", at=at)
    await unanswered.put(session, "häh", language="fi", outcome="declined", guesses=(), at=at)
    await counts.feedback(session, "anxiety", helped=True, at=at)
    await counts.add(session, "poll", at=at)


@pytest.mark.parametrize(
    ("table", "kept"),
    [
        ("turns", 30 * DAY),
        ("cases", 90 * DAY),
        ("posts", 90 * DAY),
        ("contacts", 180 * DAY),
        ("inbox", 14 * DAY),
        ("outbox", 7 * DAY),
        ("staff_codes", 7 * DAY),
        ("feedback", 400 * DAY),
        ("counters", 400 * DAY),
    ],
)
async def test_each_thing_is_forgotten_when_its_time_has_come_and_not_before(
    session: AsyncSession, noon: datetime, table: str, kept: timedelta
) -> None:
    await make_one_of_each(session, noon)

    await forget_due(session, now=noon + kept - MOMENT)
    before = await count(session, table)
    gone = await forget_due(session, now=noon + kept)

    assert before == 1
    assert await count(session, table) == 0
    assert gone.get(table, 1) == 1


async def test_after_all_periods_nothing_is_left(session: AsyncSession, noon: datetime) -> None:
    await make_one_of_each(session, noon)

    await forget_due(session, now=noon + max(period.keep for period in RETENTION.values()))

    kept = {table: await count(session, table) for table in METADATA.tables}
    assert {table for table, rows in kept.items() if rows} == {"meta"}


async def test_every_table_with_texts_or_people_has_a_date_or_goes_with_one_that_has() -> None:
    without = {name for name, table in METADATA.tables.items() if "delete_after" not in table.c}

    assert without == {"posts", "staff_chats", "meta"}  # go with the case; until unbound; holds nobody


async def test_who_comes_back_is_kept_anew(session: AsyncSession, noon: datetime) -> None:
    contact = await contacts.load(session, PERSON, now=noon)

    await contacts.save(session, contact, now=noon + 100 * DAY)
    await forget_due(session, now=noon + 180 * DAY)

    assert (await contacts.load(session, PERSON, now=noon)).id == contact.id


async def test_who_has_a_case_is_kept_as_long_as_the_case(session: AsyncSession, noon: datetime) -> None:
    contact = await contacts.load(session, PERSON, now=noon)
    case_id = await make_case(session, contact, noon)
    await cases.close(session, case_id, at=noon + 170 * DAY)

    await forget_due(session, now=noon + 200 * DAY)
    kept = await count(session, "contacts")
    await forget_due(session, now=noon + 260 * DAY)

    assert kept == 1
    assert await count(session, "contacts") == 0


class TestOpenCases:
    async def test_one_of_somebody_silent_is_closed_after_half_a_year_and_that_is_told(
        self, session: AsyncSession, noon: datetime
    ) -> None:
        contact = await contacts.load(session, PERSON, now=noon)
        await make_case(session, contact, noon)

        before = await forget_due(session, now=noon + 180 * DAY - MOMENT)
        gone = await forget_due(session, now=noon + 180 * DAY)

        assert before[EXPIRED_CASES] == 0
        assert gone[EXPIRED_CASES] == 1
        assert await cases.open_of(session, contact.id) is None
        assert await count(session, "cases") == 1

    async def test_one_of_somebody_who_writes_goes_on(self, session: AsyncSession, noon: datetime) -> None:
        contact = await contacts.load(session, PERSON, now=noon)
        await make_case(session, contact, noon)

        await contacts.save(session, contact, now=noon + 170 * DAY)
        gone = await forget_due(session, now=noon + 190 * DAY)

        assert gone[EXPIRED_CASES] == 0
        assert await cases.open_of(session, contact.id) is not None


class TestNothingIsLost:
    """A machine that was off for a summer answers before it forgets."""

    async def test_an_update_that_nobody_has_handled_stays(
        self, session: AsyncSession, noon: datetime
    ) -> None:
        await inbox.put(session, [NewUpdate("telegram", "7", "1", PERSON, "apua")], at=noon)

        await forget_due(session, now=noon + 1000 * DAY)

        assert await inbox.waiting(session) == 1

    async def test_a_message_that_nobody_has_sent_stays(self, session: AsyncSession, noon: datetime) -> None:
        await outbox.put(session, [NewMessage(PERSON, "{}", Priority.REPLY, noon)], inbox_id=None, at=noon)

        await forget_due(session, now=noon + 1000 * DAY)

        assert await outbox.waiting(session) == 1

    async def test_a_dead_letter_goes_in_its_time(self, session: AsyncSession, noon: datetime) -> None:
        await inbox.put(session, [NewUpdate("telegram", "7", "1", PERSON, "apua")], at=noon)
        await inbox.fail(session, 1, error="KeyError", retry_at=None, at=noon)

        await forget_due(session, now=noon + 14 * DAY)

        assert await inbox.dead_letters(session) == 0

    async def test_a_message_outlives_the_update_that_caused_it(
        self, session: AsyncSession, noon: datetime
    ) -> None:
        await inbox.put(session, [NewUpdate("telegram", "7", "1", PERSON, "{}")], at=noon)
        await outbox.put(session, [NewMessage(PERSON, "{}", Priority.REPLY, noon)], inbox_id=1, at=noon)
        await inbox.done(session, 1, at=noon)

        await forget_due(session, now=noon + 14 * DAY)

        assert await count(session, "inbox") == 0
        [message] = await outbox.due(session, now=noon, limit=1)
        assert message.inbox_id is None


async def test_it_goes_in_batches_so_that_nobody_waits_long(database: Database, noon: datetime) -> None:
    size = retention.BATCH
    async with database.begin() as session:
        contact = await contacts.load(session, PERSON, now=noon)
        for _ in range(size + 1):
            await turns.add(session, contact.id, by="person", text="moi", at=noon)

    async with database.begin() as session:
        first = await forget_due(session, now=noon + 30 * DAY)
    rest = await forget_all_due(database, now=noon + 30 * DAY)

    assert first["turns"] == size
    assert rest["turns"] == 1


async def test_counts_add_up_by_topic_and_day(session: AsyncSession, noon: datetime) -> None:
    for helped in (True, True, False):
        await counts.feedback(session, "anxiety", helped=helped, at=noon)
    await counts.feedback(session, "anxiety", helped=True, at=noon + DAY)
    await counts.feedback(session, "housing", helped=False, at=noon)
    for kind in ("poll", "poll", "x" * 100):
        await counts.add(session, kind, at=noon)

    feedback = await session.execute(
        select(FEEDBACK.c.topic, FEEDBACK.c.day, FEEDBACK.c.helpful, FEEDBACK.c.unhelpful)
    )
    counters = await session.execute(select(COUNTERS.c.kind, COUNTERS.c.count))

    today = noon.date()
    assert {tuple(row) for row in feedback} == {
        ("anxiety", today, 2, 1),
        ("anxiety", today + DAY, 1, 0),
        ("housing", today, 0, 1),
    }
    assert {tuple(row) for row in counters} == {("poll", 2), ("x" * 64, 1)}
