"""Staff are reminded of what nobody has taken, and whoever has taken a case of what waits for them."""

from datetime import datetime

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from storage import cases, reminders
from storage.cases import Case
from storage.database import Database
from tests.storage.case_scene import EMERGENCY, MINUTE, open_case


async def test_due_reminders_come_gravest_first_and_only_for_cases_nobody_has(
    session: AsyncSession, case: Case, noon: datetime
) -> None:
    grave, _ = await open_case(session, noon, "telegram:43", level=EMERGENCY, remind_at=noon + 5 * MINUTE)
    await open_case(session, noon, "telegram:44", remind_at=noon + 6 * MINUTE)
    taken, _ = await open_case(session, noon, "telegram:45")
    await cases.claim(session, taken.id, by="7", holder="KN", at=noon)

    assert await reminders.due(session, now=noon + 4 * MINUTE) == []
    due = await reminders.due(session, now=noon + 5 * MINUTE)

    assert [one.id for one in due] == [grave.id, case.id]


async def test_after_a_reminder_comes_the_next_step(
    session: AsyncSession, case: Case, noon: datetime
) -> None:
    await reminders.reminded(session, case.id, step=1, remind_at=noon + 60 * MINUTE)

    assert await reminders.due(session, now=noon + 10 * MINUTE) == []
    [again] = await reminders.due(session, now=noon + 60 * MINUTE)
    assert again.remind_step == 1


async def test_a_case_that_was_taken_meanwhile_has_no_next_time(
    session: AsyncSession, case: Case, noon: datetime
) -> None:
    await cases.claim(session, case.id, by="7", holder="KN", at=noon)

    await reminders.reminded(session, case.id, step=1, remind_at=noon)

    assert await reminders.due(session, now=noon + MINUTE) == []


@pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)
async def test_two_workers_do_not_remind_of_one_case_twice(database: Database, noon: datetime) -> None:
    async with database.begin() as session:
        await open_case(session, noon)

    async with database.begin() as ours, database.begin() as theirs:
        assert len(await reminders.due(ours, now=noon + 5 * MINUTE)) == 1
        assert await reminders.due(theirs, now=noon + 5 * MINUTE) == []


class TestHolder:
    """What is expected of whoever has taken a case."""

    @pytest.fixture
    async def taken(self, session: AsyncSession, case: Case, noon: datetime) -> Case:
        await cases.claim(session, case.id, by="7", holder="KN", at=noon)
        return case

    async def test_the_earlier_moment_counts(
        self, session: AsyncSession, taken: Case, noon: datetime
    ) -> None:
        for minutes, step in ((60, 0), (90, 0), (2, 1), (60, 0)):
            await reminders.expect_answer(session, taken.id, by=noon + minutes * MINUTE, step=step)

        [due] = await reminders.due(session, now=noon + 2 * MINUTE)
        assert (due.remind_at, due.remind_step) == (noon + 2 * MINUTE, 1)

    async def test_an_answer_begins_it_anew(self, session: AsyncSession, taken: Case, noon: datetime) -> None:
        await reminders.expect_answer(session, taken.id, by=noon + 60 * MINUTE)
        await reminders.holder_reminded(session, taken.id, step=1, remind_at=noon + 90 * MINUTE)
        await reminders.answered(session, taken.id)
        await reminders.expect_answer(session, taken.id, by=noon + 200 * MINUTE)

        [due] = await reminders.due(session, now=noon + 200 * MINUTE)
        assert due.remind_step == 0
