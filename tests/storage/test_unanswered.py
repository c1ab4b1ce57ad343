"""What was not understood is kept for the keepers of content, and nothing of who wrote it."""

from datetime import datetime, timedelta

from sqlalchemy import text as sql
from sqlalchemy.ext.asyncio import AsyncSession

from storage import unanswered
from storage.models import UNANSWERED
from storage.retention import RETENTION, forget_due

DAY = timedelta(days=1)


async def put(session: AsyncSession, text: str, at: datetime) -> None:
    await unanswered.put(session, text, language="fi", outcome="asked", guesses=("meals", "travel"), at=at)


async def test_what_was_kept_is_read_back(session: AsyncSession, noon: datetime) -> None:
    await put(session, "häh", noon)

    [found] = await unanswered.everything(session)

    assert (found.text, found.language, found.outcome) == ("häh", "fi", "asked")
    assert found.guesses == ("meals", "travel")
    assert "häh" not in repr(found)


async def test_the_words_are_sealed(session: AsyncSession, noon: datetime) -> None:
    await put(session, "missä on flyygeli", noon)

    stored = (await session.execute(UNANSWERED.select())).one()

    assert b"flyygeli" not in bytes(stored.text)


async def test_nothing_in_a_row_leads_to_a_person_or_a_time_of_the_day(
    session: AsyncSession, noon: datetime
) -> None:
    """A date that is a day's, an id drawn by lot: no row of another table was written beside it."""
    await put(session, "yksi", noon)
    await put(session, "kaksi", noon + timedelta(hours=3))

    rows = (await session.execute(UNANSWERED.select())).all()

    assert {each.name for each in UNANSWERED.columns} == {
        *("id", "text", "language", "outcome", "guesses", "is_done", "delete_after")
    }
    assert len({row.delete_after for row in rows}) == 1
    assert len({row.id for row in rows}) == 2
    assert UNANSWERED.foreign_keys == set()


async def test_no_row_is_numbered_by_the_database(session: AsyncSession, dialect: str) -> None:
    """SQLite would number rows behind our back; in PostgreSQL a sequence would."""
    if dialect == "sqlite":
        made = await session.scalar(sql("SELECT sql FROM sqlite_master WHERE name = 'unanswered'"))
        assert "WITHOUT ROWID" in str(made)
    else:
        default = "SELECT column_default FROM information_schema.columns WHERE table_name = :t AND column_name = 'id'"
        found = (await session.execute(sql(default), {"t": "unanswered"})).all()
        assert [tuple(row) for row in found] == [(None,)]


async def test_it_is_kept_for_ninety_days_at_most(session: AsyncSession, noon: datetime) -> None:
    await put(session, "häh", noon)

    await forget_due(session, now=noon + 89 * DAY)
    kept = await unanswered.everything(session)
    await forget_due(session, now=noon + RETENTION["unanswered"].keep)

    assert len(kept) == 1
    assert await unanswered.everything(session) == []


async def test_what_is_done_waits_no_more_but_can_be_looked_up(session: AsyncSession, noon: datetime) -> None:
    await put(session, "yksi", noon)
    await put(session, "kaksi", noon)
    [one] = [each for each in await unanswered.everything(session) if each.text == "yksi"]

    await unanswered.settle(session, [one.id])

    assert [each.text for each in await unanswered.everything(session)] == ["kaksi"]
    assert [each.text for each in await unanswered.everything(session, is_done=True)] == ["yksi"]


async def test_what_is_dropped_is_gone(session: AsyncSession, noon: datetime) -> None:
    await put(session, "yksi", noon)
    [one] = await unanswered.everything(session)

    assert await unanswered.drop(session, [one.id, "notthere"]) == 1
    assert await unanswered.everything(session) == []
