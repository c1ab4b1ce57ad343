"""Opening, transactions, and every way in which a database can be away."""

import asyncio
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import IntegrityError

from storage import contacts, inbox
from storage.crypto import Keys, WrongKey
from storage.database import Database, DatabaseAway, DatabaseUrlError
from storage.inbox import NewUpdate
from storage.models import INBOX, STAFF_CODES
from tests.storage.postgres import Postgres, running

SOON = 0.05  # seconds to wait for a lock, where a test wants to see us give up

only_sqlite = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
only_postgres = pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)


def update(number: int, raw: str = "{}") -> NewUpdate:
    return NewUpdate("telegram", "7", str(number), "telegram:1", raw)


async def put(database: Database, number: int, at: datetime, raw: str = "{}") -> None:
    async with database.begin() as session:
        await inbox.put(session, [update(number, raw)], at=at)


async def waiting(database: Database) -> int:
    async with database.begin() as session:
        return await inbox.waiting(session)


def path_of(url: str) -> str:
    return url.removeprefix("sqlite:///")


class TestKeys:
    async def test_a_wrong_key_is_refused_at_the_start(self, url: str, database: Database) -> None:
        with pytest.raises(WrongKey, match="MATALA_SECRET_KEY"):
            await Database.open(url, Keys.parse(Keys.generate()))

    async def test_the_right_key_still_fits_afterwards(
        self, url: str, database: Database, keys: Keys
    ) -> None:
        with pytest.raises(WrongKey):
            await Database.open(url, Keys.parse(Keys.generate()))

        await (await Database.open(url, keys)).close()


class TestTransactions:
    async def test_leaving_commits_and_an_error_rolls_back(self, database: Database, noon: datetime) -> None:
        async def fall_over() -> None:
            async with database.begin() as session:
                await inbox.put(session, [update(2)], at=noon)
                raise ZeroDivisionError

        await put(database, 1, noon)
        with pytest.raises(ZeroDivisionError):
            await fall_over()

        assert await waiting(database) == 1

    async def test_one_that_is_cancelled_leaves_nothing_and_blocks_nobody(
        self, database: Database, noon: datetime
    ) -> None:
        inside = asyncio.Event()

        async def never_end() -> None:
            async with database.begin() as session:
                await inbox.put(session, [update(1)], at=noon)
                inside.set()
                await asyncio.Event().wait()

        task = asyncio.create_task(never_end())
        await inside.wait()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

        assert await waiting(database) == 0
        await put(database, 1, noon)
        assert await waiting(database) == 1

    async def test_one_that_is_cancelled_again_and_again_harms_nobody(
        self, database: Database, noon: datetime
    ) -> None:
        """As a page that goes away does it: whatever its task waits for is cancelled, its rollback too."""

        async def write() -> None:
            async with database.begin() as session:
                await contacts.load(session, "web:aa", now=noon)

        for steps in range(1, 40):
            task = asyncio.create_task(write())
            for _ in range(steps % 13):
                await asyncio.sleep(0)
            while not task.done():
                task.cancel()
                await asyncio.sleep(0)
            async with asyncio.timeout(5), database.begin() as session:
                await contacts.load(session, "web:bb", now=noon)

    async def test_one_that_is_cancelled_within_a_statement_blocks_nobody(
        self, database: Database, noon: datetime
    ) -> None:
        tasks = [asyncio.create_task(put(database, number, noon)) for number in range(20)]
        for number, task in enumerate(tasks):
            for _ in range(number):
                await asyncio.sleep(0)
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

        await put(database, 99, noon)

        assert await waiting(database) >= 1

    async def test_one_that_is_cancelled_at_any_moment_says_so_and_blocks_nobody(
        self, database: Database, noon: datetime
    ) -> None:
        """SQLAlchemy closes the connection below it when it is cancelled; what goes past it must not mind."""

        async def work(number: int) -> None:
            async with database.begin() as session:
                await inbox.put(session, [update(number)], at=noon)
                await session.execute(select(INBOX.c.id))

        for steps in range(40):
            task = asyncio.create_task(work(steps))
            for _ in range(steps):
                await asyncio.sleep(0)
            was_done = task.done()
            task.cancel()
            [told] = await asyncio.gather(task, return_exceptions=True)
            assert was_done or isinstance(told, asyncio.CancelledError)

        await put(database, 99, noon)
        assert await waiting(database) >= 1

    @only_sqlite
    @pytest.mark.parametrize("is_cancelled", [True, False])
    async def test_a_rollback_that_fails_does_not_hide_that_its_task_was_cancelled(
        self, database: Database, is_cancelled: bool, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Whoever waits for the database to come back would else wait for ever, and the program never end."""
        begun, ends = asyncio.Event(), asyncio.Event()

        async def fails(*_: Any) -> None:
            error = sqlite3.OperationalError("disk I/O error")
            error.sqlite_errorcode = sqlite3.SQLITE_IOERR
            raise error

        async def works() -> None:
            async with database.begin() as session:
                await inbox.put(session, [update(1)], at=datetime(2026, 11, 22, tzinfo=UTC))
                begun.set()
                await ends.wait()
                raise ValueError

        task = asyncio.create_task(works())
        await begun.wait()
        with monkeypatch.context() as patch:
            patch.setattr(database._line.driver, "rollback", fails)
            task.cancel() if is_cancelled else ends.set()
            with pytest.raises(asyncio.CancelledError if is_cancelled else DatabaseAway):
                await task

        assert task.cancelled() is is_cancelled

    async def test_an_error_of_ours_is_not_taken_for_the_databases(
        self, database: Database, noon: datetime
    ) -> None:
        row = {"code_key": "secret-text", "campus": "*", "expires_at": noon, "delete_after": noon}

        async def twice() -> None:
            async with database.begin() as session:
                await session.execute(insert(STAFF_CODES), row)
                await session.execute(insert(STAFF_CODES), row)

        with pytest.raises(IntegrityError) as told:
            await twice()

        assert "parameters hidden" in str(told.value)

    async def test_nothing_done_is_nothing_committed(self, database: Database) -> None:
        async with database.begin():
            pass

        assert await waiting(database) == 0


@only_sqlite
@pytest.mark.usefixtures("dialect")
class TestSqlite:
    async def test_what_is_committed_survives_a_power_cut(self, database: Database) -> None:
        async with database.begin() as session:
            settings = {
                name: (await session.execute(text(f"PRAGMA {name}"))).scalar()
                for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
            }

        assert settings == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}

    async def test_the_file_is_for_us_alone(self, empty_url: str, keys: Keys, noon: datetime) -> None:
        database = await Database.open(empty_url, keys)
        await put(database, 1, noon)

        path = Path(path_of(empty_url))
        modes = {file.name: file.stat().st_mode & 0o777 for file in path.parent.iterdir()}
        await database.close()

        assert modes == dict.fromkeys(("matala.db", "matala.db-wal", "matala.db-shm"), 384)

    async def test_nobodys_text_or_name_can_be_read_in_the_file(
        self, url: str, database: Database, noon: datetime
    ) -> None:
        await put(database, 1, noon, raw="minulla on salaisuus")
        await database.close()

        stored = b"".join(file.read_bytes() for file in Path(path_of(url)).parent.glob("matala.db*"))

        assert b"salaisuus" not in stored
        assert b"telegram:1" not in stored

    async def test_a_file_that_another_program_locks_is_away_and_comes_back(
        self, url: str, keys: Keys, noon: datetime
    ) -> None:
        database = await Database.open(url, keys, busy_seconds=SOON)
        with closing(sqlite3.connect(path_of(url), isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")

            with pytest.raises(DatabaseAway, match="locked"):
                await put(database, 1, noon)

            other.execute("ROLLBACK")
        await put(database, 1, noon)

        assert await waiting(database) == 1
        await database.close()

    async def test_a_file_that_is_locked_at_the_start_is_away(self, url: str, keys: Keys) -> None:
        with closing(sqlite3.connect(path_of(url), isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")

            with pytest.raises(DatabaseAway, match="locked"):
                await Database.open(url, keys, busy_seconds=SOON)

    async def test_a_short_lock_is_waited_for(self, url: str, database: Database, noon: datetime) -> None:
        """`matala staff-code` writes while the bot runs."""
        with closing(sqlite3.connect(path_of(url), isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            task = asyncio.create_task(put(database, 1, noon))
            for _ in range(5):
                await asyncio.sleep(0)
            other.execute("COMMIT")
            await task

        assert await waiting(database) == 1

    async def test_a_full_disk_is_away_and_what_was_there_stays(
        self, database: Database, noon: datetime
    ) -> None:
        await put(database, 1, noon)
        async with database.begin() as session:
            pages = (await session.execute(text("PRAGMA page_count"))).scalar()
            await session.execute(text(f"PRAGMA max_page_count = {pages}"))

        with pytest.raises(DatabaseAway, match="disk is full"):
            await put(database, 2, noon, raw="x" * 500_000)

        async with database.begin() as session:
            await session.execute(text("PRAGMA max_page_count = 1000000"))
        await put(database, 3, noon)
        assert await waiting(database) == 2

    @pytest.mark.parametrize("content", [b"this is no database" * 100, None], ids=["a text", "a folder"])
    async def test_what_is_no_database_is_told(
        self, content: bytes | None, tmp_path: Path, keys: Keys
    ) -> None:
        path = tmp_path / "other.db"
        if content is None:
            path.mkdir()
        else:
            path.write_bytes(content)

        with pytest.raises(DatabaseAway):
            await Database.open(f"sqlite:///{path}", keys, busy_seconds=SOON)

    async def test_a_database_in_memory_serves_a_test(self, keys: Keys, noon: datetime) -> None:
        database = await Database.open("sqlite://", keys)

        await put(database, 1, noon)

        assert await waiting(database) == 1
        await database.close()

    async def test_transactions_of_one_process_queue_up(self, database: Database, noon: datetime) -> None:
        order: list[str] = []

        async def second() -> None:
            async with database.begin():
                order.append("second")

        async with database.begin() as session:
            task = asyncio.create_task(second())
            await asyncio.sleep(0)
            await inbox.put(session, [update(1)], at=noon)
            order.append("first")
        await task

        assert order == ["first", "second"]


@only_postgres
@pytest.mark.usefixtures("dialect")
class TestPostgres:
    async def test_a_connection_that_breaks_inside_is_away_and_its_work_undone(
        self, database: Database, noon: datetime
    ) -> None:
        async def be_cut_off() -> None:
            async with database.begin() as session:
                await inbox.put(session, [update(1)], at=noon)
                async with database.begin() as other:
                    own = (await session.execute(text("SELECT pg_backend_pid()"))).scalar()
                    await other.execute(text(f"SELECT pg_terminate_backend({own}, 5000)"))
                await inbox.put(session, [update(2)], at=noon)

        with pytest.raises(DatabaseAway):
            await be_cut_off()

        assert await waiting(database) == 0

    async def test_connections_that_died_while_idle_are_not_noticed(
        self, database: Database, postgres: Postgres, noon: datetime
    ) -> None:
        await put(database, 1, noon)
        await postgres.run(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE application_name = 'matala' AND datname LIKE 'test_%'"
        )

        assert await waiting(database) == 1

    @pytest.mark.parametrize(
        "address",
        ["postgresql://nobody@127.0.0.1:1/matala", "postgresql:///matala?host=/nonexistent"],
        ids=["nobody listens", "no such socket"],
    )
    async def test_a_server_that_is_not_there_is_away(self, address: str, keys: Keys) -> None:
        with pytest.raises(DatabaseAway):
            await Database.open(address, keys)

    async def test_a_database_that_is_not_there_is_away(self, postgres: Postgres, keys: Keys) -> None:
        with pytest.raises(DatabaseAway, match="not there"):
            await Database.open(postgres.url("no_such_database"), keys)

    async def test_a_row_that_somebody_holds_for_long_is_away(
        self, url: str, database: Database, noon: datetime
    ) -> None:
        await put(database, 1, noon)

        async def wait_too_long() -> None:
            async with database.begin() as ours, database.begin() as theirs:
                await inbox.done(ours, 1, at=noon)
                await theirs.execute(text("SET LOCAL lock_timeout = '20ms'"))
                await inbox.done(theirs, 1, at=noon)

        with pytest.raises(DatabaseAway, match="locked"):
            await wait_too_long()

    async def test_a_server_that_goes_and_comes_back(
        self, tmp_path: Path, keys: Keys, noon: datetime
    ) -> None:
        with running(alone=True) as server:
            database = await Database.open(server.url(), keys)
            await put(database, 1, noon)

            server.stop()
            with pytest.raises(DatabaseAway):
                await put(database, 2, noon)
            server.start()

            assert await waiting(database) == 1
            await database.close()


@pytest.mark.parametrize("address", ["mysql://u:hunter2@h/d", "hunter2", "", "oracle:hunter2"])
async def test_an_address_that_is_none_is_refused_without_being_shown(address: str, keys: Keys) -> None:
    with pytest.raises(DatabaseUrlError) as told:
        await Database.open(address, keys)

    assert "hunter2" not in str(told.value)
