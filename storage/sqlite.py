"""How we talk to SQLite: one connection, one writer, two trips to its thread per transaction."""

import asyncio
import sqlite3
import time
from collections.abc import Callable, Coroutine, Iterable
from pathlib import Path
from typing import Any, Self, TypeVar

import aiosqlite
from sqlalchemy import Connection, event
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

BUSY_SECONDS = (
    10.0  # how long another process (`matala staff-code`, a backup) may hold the file before we give up
)
FILE_MODE = 0o600
IN_MEMORY = ":memory:"
Result = TypeVar("Result")
CACHED_STATEMENTS = 256  # every statement of ours stays prepared
TRY_AGAIN_SECONDS = 0.02
PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",  # what was committed survives a power cut, which NORMAL doesn't promise
    "PRAGMA foreign_keys = ON",
    "PRAGMA secure_delete = ON",  # what is forgotten is overwritten, not only unlinked
)


def make_sqlite_engine(url: URL, *, busy_seconds: float, **options: Any) -> AsyncEngine:
    """Make an engine with a single connection, kept open.

    SQLite has one writer whatever we do; a single connection in a queue pool makes that visible, keeps
    prepared statements warm, and is opened anew should it ever break. A NullPool would start a thread and
    open the file for every transaction; a StaticPool would lend one connection to two transactions at once.
    """
    engine = create_async_engine(
        url,
        poolclass=AsyncAdaptedQueuePool,
        pool_size=1,
        max_overflow=0,
        connect_args={"async_creator_fn": _OneTripConnection.to, "timeout": busy_seconds},
        **options,
    )
    event.listen(engine.sync_engine, "begin", _begin)
    return engine


def make_file(url: URL) -> None:
    """Make the database file, readable by us alone; its journal files inherit that."""
    if not url.database or url.database == IN_MEMORY:
        return
    path = Path(url.database)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.touch(mode=FILE_MODE, exist_ok=True)


def _begin(connection: Connection) -> None:
    """Take the write lock at once: a reader that turns writer later could not wait for it, only fail."""
    driver: Any = connection.connection.driver_connection
    driver.begin_with_next = not driver.in_transaction


class Line:
    """The driver's connection that an engine has open just now, for what goes past SQLAlchemy."""

    _driver: "_OneTripConnection | None" = None

    def __init__(self, engine: AsyncEngine) -> None:
        """Watch an engine connect."""
        if engine.dialect.name == "sqlite":
            event.listen(engine.sync_engine, "connect", self._on_connect)

    def _on_connect(self, connection: Any, _: Any) -> None:
        self._driver = connection.driver_connection

    @property
    def driver(self) -> "_OneTripConnection | None":
        """Return it, unless it was closed: SQLAlchemy does that to one whose statement was cancelled."""
        return self._driver if self._driver is not None and self._driver.is_open else None


class _OneTripConnection(aiosqlite.Connection):
    """An aiosqlite connection whose statements cost no trip to its thread instead of four.

    SQLAlchemy opens a cursor, executes, fetches and closes; aiosqlite sends each of these to the thread,
    where the trips cost more than the work. Our results are small, so all is fetched at once. BEGIN travels
    with the first statement of its transaction.
    """

    begin_with_next = False
    patience = BUSY_SECONDS
    _has_worked = False  # since the last commit or rollback

    @classmethod
    def to(cls, database: str, *, timeout: float, check_same_thread: bool = True, **options: Any) -> Self:
        """Prepare a connection; awaiting it opens it.

        `check_same_thread` is SQLAlchemy's word, and not taken: two threads use the connection, one after the
        other.
        """
        del check_same_thread

        def connect() -> sqlite3.Connection:
            connection: sqlite3.Connection = sqlite3.connect(
                database,
                timeout=0,  # waiting is ours to do, where it stops nobody else: see _begin_patiently
                isolation_level=None,  # no hidden BEGIN: see _begin
                check_same_thread=False,
                cached_statements=CACHED_STATEMENTS,
                **options,
            )
            _set_up(connection, patience=timeout)
            return connection

        made = cls(connect, iter_chunk_size=64)
        made.patience = timeout
        made._thread.daemon = True  # a program that ends without closing ends nevertheless
        return made

    async def _connect(self) -> Self:
        """Open; when that fails, see the thread end, which aiosqlite leaves to end whenever it likes."""
        try:
            await super()._connect()
        except (OSError, sqlite3.Error):
            self._thread.join()
            raise
        return self

    def cursor(self) -> Any:
        """Return a cursor that lives in Python until it executes."""
        return _OneTripCursor(self)

    @property
    def is_open(self) -> bool:
        """Whether it has been opened and not closed."""
        return self._running and self._connection is not None

    async def commit(self) -> None:
        """Commit, unless nothing was done."""
        self.begin_with_next = False
        if self._has_worked:
            await _to_its_end(super().commit())
            self._has_worked = False

    async def rollback(self) -> None:
        """Roll back, unless nothing was done; the pool asks for it after each transaction.

        Closing has done it already.
        """
        self.begin_with_next = False
        if self._has_worked and self.is_open:
            await _to_its_end(super().rollback())
            self._has_worked = False

    async def run(self, work: Callable[[sqlite3.Connection], Result]) -> Result:
        """Do something inside the transaction.

        What may wait goes to the connection's thread: BEGIN for the lock, COMMIT for the disk. Between
        them nothing waits, and the trip to the thread and back would cost more than the work.
        """
        if not self.begin_with_next and self._conn.in_transaction:
            return work(self._conn)
        begin, self.begin_with_next = self.begin_with_next, False
        self._has_worked = True
        if begin and _has_begun(self._conn):
            return work(self._conn)

        def in_transaction() -> Result:
            if begin:
                _begin_patiently(self._conn, self.patience)
            return work(self._conn)

        done: Result = await _to_its_end(
            self._execute(in_transaction)  # type: ignore[no-untyped-call]  # aiosqlite's own
        )
        return done


async def _to_its_end(work: Coroutine[Any, Any, Result]) -> Result:
    """Wait for what the connection's thread does, be the waiting task cancelled, once or again and again.

    Else the next transaction would begin while this one is still being ended.
    """
    doing = asyncio.ensure_future(work)
    cancelled: asyncio.CancelledError | None = None
    while not doing.done():
        try:
            await asyncio.wait({doing})
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is not None:
        if not doing.cancelled():
            doing.exception()  # it is known, if nobody's any more
        raise cancelled
    return doing.result()


def _has_begun(connection: sqlite3.Connection) -> bool:
    """Begin at once, if no other process holds the file: as good as always."""
    try:
        connection.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
            raise
        return False
    return True


def _begin_patiently(connection: sqlite3.Connection, patience: float) -> None:
    """Begin when the other process is done; in the connection's own thread, since that may take seconds."""
    give_up_at = time.monotonic() + patience
    while not _has_begun(connection):
        if time.monotonic() > give_up_at:
            connection.execute("BEGIN IMMEDIATE")  # to fail as SQLite fails
            return
        time.sleep(TRY_AGAIN_SECONDS)


class _OneTripCursor:
    """What SQLAlchemy needs of a cursor."""

    __slots__ = ("_connection", "_rows", "arraysize", "description", "lastrowid", "rowcount")

    def __init__(self, connection: _OneTripConnection) -> None:
        self._connection = connection
        self._rows: list[Any] = []
        self.arraysize = 1
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None

    async def __aenter__(self) -> Self:
        return self

    async def execute(self, statement: str, parameters: Iterable[Any] = ()) -> Self:
        """Execute and fetch in one go."""
        await self._run(sqlite3.Connection.execute, statement, parameters)
        return self

    async def executemany(self, statement: str, parameters: Iterable[Iterable[Any]]) -> Self:
        """Execute for each of the parameters, in one trip."""
        await self._run(sqlite3.Connection.executemany, statement, parameters)
        return self

    async def fetchall(self) -> list[Any]:
        """Hand over what was fetched."""
        rows, self._rows = self._rows, []
        return rows

    async def close(self) -> None:
        """There is nothing left to close."""

    async def _run(self, method: Callable[..., sqlite3.Cursor], statement: str, parameters: Any) -> None:
        def work(connection: sqlite3.Connection) -> tuple[list[Any], Any, int, int | None]:
            cursor = method(connection, statement, parameters)
            rows = cursor.fetchall() if cursor.description else []
            return rows, cursor.description, cursor.rowcount, cursor.lastrowid

        self._rows, self.description, self.rowcount, self.lastrowid = await self._connection.run(work)


def _set_up(connection: sqlite3.Connection, *, patience: float) -> None:
    """Set what holds for a connection; while another process does the same with a new file, wait.

    Turning WAL on is the one thing for which SQLite doesn't wait by itself.
    """
    give_up_at = time.monotonic() + patience
    for pragma in PRAGMAS:
        while True:
            try:
                connection.execute(pragma)
                break
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > give_up_at:
                    connection.close()
                    raise
                time.sleep(TRY_AGAIN_SECONDS)  # in the connection's own thread
