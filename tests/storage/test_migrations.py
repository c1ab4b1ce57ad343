"""The database's shape: migrations make it, keep what was there, and refuse a newer one."""

import asyncio
import logging
from datetime import datetime
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from storage import inbox
from storage.crypto import Keys
from storage.database import Database, DatabaseTooNew
from storage.inbox import NewUpdate
from storage.migrations import HEAD, upgrading
from storage.models import METADATA


async def waiting(database: Database) -> int:
    async with database.begin() as session:
        return await inbox.waiting(session)


async def test_models_and_migrations_agree(database: Database) -> None:
    def compare(connection: Connection) -> list[Any]:
        return list(compare_metadata(MigrationContext.configure(connection), METADATA))

    async with database.begin() as session:
        differences = await (await session.connection()).run_sync(compare)

    assert differences == []


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def test_no_id_is_used_twice_where_something_may_remember_it(database: Database) -> None:
    """Comparing models and migrations doesn't show this one."""
    made = {
        table.name for table in METADATA.tables.values() if table.dialect_options["sqlite"]["autoincrement"]
    }
    async with database.begin() as session:
        sql = "SELECT name FROM sqlite_master WHERE sql LIKE '%AUTOINCREMENT%'"
        stored = set((await session.execute(text(sql))).scalars())

    of_the_conversation = {"inbox", "outbox", "contacts", "turns", "cases", "broadcasts"}
    of_the_web = {"web_chats", "web_posts", "notes", "audit"}
    assert made == stored == of_the_conversation | of_the_web


def test_the_newest_revision_is_the_one_that_the_program_names() -> None:
    scripts = ScriptDirectory.from_config(upgrading.make_config())

    assert scripts.get_heads() == [HEAD]


def test_migrations_run_from_the_program_alone() -> None:
    """A command line would find no connection, and says why instead of guessing one."""
    from alembic import command

    with pytest.raises(SystemExit, match="by themselves"):
        command.upgrade(upgrading.make_config(), "head")


async def test_a_new_database_is_made_and_an_old_one_kept(empty_url: str, keys: Keys, noon: datetime) -> None:
    first = await Database.open(empty_url, keys)
    async with first.begin() as session:
        await inbox.put(session, [NewUpdate("telegram", "7", "1", "telegram:1", "{}")], at=noon)
    await first.close()

    again = await Database.open(empty_url, keys)

    assert await waiting(again) == 1
    await again.close()


async def test_several_that_start_at_once_make_it_once(empty_url: str, keys: Keys) -> None:
    opened = await asyncio.gather(*(Database.open(empty_url, keys) for _ in range(4)))

    for database in opened:
        assert await waiting(database) == 0
        await database.close()


async def test_a_database_of_a_newer_program_is_refused(url: str, database: Database, keys: Keys) -> None:
    async with database.begin() as session:
        await session.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(DatabaseTooNew, match="9999") as told:
        await Database.open(url, keys)

    assert "newer version" in str(told.value)


async def test_opening_says_no_more_than_it_must(
    empty_url: str, keys: Keys, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)

    await (await Database.open(empty_url, keys)).close()

    ours = [record.message for record in caplog.records if not record.name.startswith("alembic")]
    assert ours == ["database migrating"]
