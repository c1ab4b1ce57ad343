"""Opens the database and gives out transactions; every fault of the line to it becomes one DatabaseAway."""

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

from sqlalchemy import Connection, Executable, Table, func, inspect, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from storage.crypto import Keys
from storage.migrations import HEAD
from storage.models import META
from storage.quick import DRIVER
from storage.rotation import rekey
from storage.sqlite import BUSY_SECONDS, Line, make_file, make_sqlite_engine

log = logging.getLogger(__name__)
AnyInsert = sqlite.Insert | postgresql.Insert

POOL_SIZE = 10  # PostgreSQL connections kept; a worker holds one while it handles a message
POOL_OVERFLOW = 10
POOL_WAIT_SECONDS = 30.0
CONNECT_SECONDS = 10.0
LOCK_WAIT = "10s"  # longer than any transaction of ours takes; after it, the row is tried again
STATEMENT_WAIT_SECONDS = 60.0
STARTING_LOCK = 0x6D617461  # advisory lock, "mata": who changes the schema does it alone
CANARY = "canary"
CANARY_TEXT = "matala"
PRIMARY_CODE = 0xFF  # SQLite's extended codes say more in the higher bits

# What passes by itself, or when somebody tends to the machine; anything else is a bug of ours.
SQLITE_AWAY = {
    sqlite3.SQLITE_BUSY: "it is locked by another program",
    sqlite3.SQLITE_LOCKED: "it is locked by another program",
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_IOERR: "the disk does not answer",
    sqlite3.SQLITE_CANTOPEN: "its file cannot be opened",
    sqlite3.SQLITE_READONLY: "its file is read-only",
    sqlite3.SQLITE_PERM: "its file may not be opened",
    sqlite3.SQLITE_PROTOCOL: "it is locked by another program",
}
SQLITE_DAMAGED = {
    sqlite3.SQLITE_CORRUPT: "pages of its file hold what SQLite did not write there",
    sqlite3.SQLITE_NOTADB: "its file is not a database",
}
POSTGRES_AWAY = {  # by the class of SQLSTATE
    "08": "the connection broke",
    "28": "it does not accept our user or password",
    "3D": "it is not there",
    "40": "transactions stood in each other's way",
    "53": "it has run out of room (disk, memory or connections)",
    "55": "it is busy or locked",
    "57": "it is shutting down or starting, or was too slow",
    "58": "its disk does not answer",
    "25006": "it is read-only",
}


class DatabaseAway(Exception):  # noqa: N818
    """The database cannot be reached or written just now. What was begun is undone; try again later."""


class DatabaseDamaged(DatabaseAway):
    """The database's file is broken: nobody can write to it either, but waiting will not mend it."""


class DatabaseTooNew(Exception):  # noqa: N818
    """A newer program has changed the database; this one would not understand what it reads."""


class DatabaseUrlError(Exception):
    """The address of the database is not one that we can use; the message never holds a password."""


class Database:
    """The open database."""

    def __init__(self, engine: AsyncEngine, keys: Keys) -> None:
        self.keys = keys
        self._engine = engine
        # In one process SQLite's writers queue here, in order, instead of polling for the file's lock.
        self._turns = asyncio.Lock() if engine.dialect.name == "sqlite" else None
        self._line = Line(engine)
        self._sessions = async_sessionmaker(
            engine,
            expire_on_commit=False,
            autoflush=False,
            info={"keys": keys, "dialect": engine.dialect.name},
        )

    @property
    def is_postgresql(self) -> bool:
        """Say whether several transactions may run at once."""
        return self._engine.dialect.name == "postgresql"

    @classmethod
    async def open(cls, url: str, keys: Keys, *, busy_seconds: float = BUSY_SECONDS) -> "Database":
        """Open the database at `url`, make or migrate its tables, and see that the key fits.

        Raises DatabaseUrlError, DatabaseAway, DatabaseTooNew and WrongKey, each with what to do.
        """
        engine = _make_engine(url, busy_seconds)
        database = cls(engine, keys)
        try:
            async with database.begin() as session:
                connection = await session.connection()
                await connection.run_sync(_bring_up_to_date)
                await _check_key(session, keys)
                if keys.has_older:
                    rewritten = await rekey(session, keys)
                    log.info("sealed anew by the newest key", extra={"rows": rewritten})
        except BaseException:
            await engine.dispose()
            raise
        return database

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncSession]:
        """Give out one transaction; it commits on leaving and rolls back on any error.

        Raises DatabaseAway, from wherever the line broke: on entering, inside, or on committing. Whether a
        commit that broke has happened cannot be known; so all that we do can be done twice.
        """
        if self._turns is None:
            with _reaching():
                async with self._sessions() as session, session.begin():
                    with _connecting():
                        await session.connection()
                    yield session
            return
        async with self._turns:
            with _reaching():
                async with self._on_sqlite() as session:
                    yield session

    @asynccontextmanager
    async def _on_sqlite(self) -> AsyncIterator[AsyncSession]:
        """Give out a transaction of the one connection; SQLAlchemy joins it only if it is asked for something.

        What goes by `storage.quick` needs none of it, and its own beginning and ending cost more than such a message.
        """
        session, driver = self._sessions(), self._line.driver
        if driver is not None:
            session.info[DRIVER] = driver
            driver.begin_with_next = True
        try:
            yield session
            if session.in_transaction():
                await session.commit()
            if driver is not None:
                await driver.commit()
        except BaseException:
            if session.in_transaction():
                await session.rollback()
            if driver is not None:
                await driver.rollback()
            raise
        finally:
            if session.in_transaction():  # not even rolling back went well
                await session.close()

    async def close(self) -> None:
        """Close every connection."""
        await self._engine.dispose()


def keys_of(session: AsyncSession) -> Keys:
    """Return the keys that came with the session's database."""
    keys: Keys = session.info["keys"]
    return keys


def dialect_of(session: AsyncSession) -> str:
    """Return "sqlite" or "postgresql"."""
    name: str = session.info["dialect"]
    return name


def on_both(build: Callable[[Callable[[Table], AnyInsert]], Executable]) -> dict[str, Executable]:
    """Build a statement that needs the databases' own INSERT (for its ON CONFLICT), once for each of them."""
    return {"sqlite": build(sqlite.insert), "postgresql": build(postgresql.insert)}


def _make_engine(url: str, busy_seconds: float) -> AsyncEngine:
    address = _read_url(url)
    options: dict[str, Any] = {"hide_parameters": True}  # they would stand in every error, and errors in logs
    if address.get_backend_name() == "sqlite":
        with _connecting():
            make_file(address)
        return make_sqlite_engine(address, busy_seconds=busy_seconds, **options)
    return create_async_engine(
        address,
        pool_size=POOL_SIZE,
        max_overflow=POOL_OVERFLOW,
        pool_timeout=POOL_WAIT_SECONDS,
        pool_pre_ping=True,  # a connection that died overnight costs a ping, not a message's first attempt
        connect_args={
            "timeout": CONNECT_SECONDS,
            "command_timeout": STATEMENT_WAIT_SECONDS,
            "server_settings": {"application_name": "matala", "lock_timeout": LOCK_WAIT},
        },
        **options,
    )


def _read_url(url: str) -> URL:
    """Understand the usual ways to write an address, and choose the driver."""
    try:
        address = make_url(url)
        backend = address.get_backend_name()
    except (ArgumentError, NoSuchModuleError, ValueError):
        backend = ""
    match backend:
        case "sqlite":
            return address.set(drivername="sqlite+aiosqlite")
        case "postgresql" | "postgres":
            return address.set(drivername="postgresql+asyncpg")
    raise DatabaseUrlError(
        "The database address must begin with sqlite:/// or postgresql://,"
        " such as sqlite:////var/lib/matala/matala.db or postgresql://matala:password@localhost/matala."
    )


def _bring_up_to_date(connection: Connection) -> None:
    """Migrate; of several processes that start at once, the first does it and the others find it done.

    SQLite's transaction holds the file already.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(STARTING_LOCK)))
    revision = _revision(connection)
    if revision == HEAD:
        return

    from storage.migrations import upgrading  # Alembic takes a quarter of a second to import

    if revision is not None and revision not in upgrading.known_revisions():
        raise DatabaseTooNew(
            f"The database is of revision {revision}, which this program (revision {HEAD}) does not know:"
            " a newer version has used it. Start that version, or bring back the backup from before it."
        )
    log.info("database migrating", extra={"revision": revision, "to": HEAD})
    upgrading.upgrade(connection)


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return revision


LEAVE_CANARY = on_both(lambda insert: insert(META).on_conflict_do_nothing())
READ_CANARY = select(META.c.value).where(META.c.name == CANARY)


async def _check_key(session: AsyncSession, keys: Keys) -> None:
    """Open the canary, so that a wrong key is noticed at the start; leave one when there is none."""
    canary = {"name": CANARY, "value": keys.seal(CANARY_TEXT)}
    await session.execute(LEAVE_CANARY[dialect_of(session)], canary)
    keys.open((await session.execute(READ_CANARY)).scalar_one())


@contextmanager
def _reaching() -> Iterator[None]:
    """Turn what goes wrong with the line, the disk or the server into DatabaseAway.

    While its task is being cancelled it stays that: whoever waits for a database again would never end.
    """
    try:
        yield
    except PoolTimeout as error:
        raise DatabaseAway(_away_message("every connection is in use")) from error
    except (DBAPIError, sqlite3.Error) as error:
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            raise asyncio.CancelledError from error
        away = _away(error)
        if away is None:
            raise
        raise away from error


@contextmanager
def _connecting() -> Iterator[None]:
    """Do the same for a server that isn't there at all."""
    try:
        yield
    except OSError as error:
        raise DatabaseAway(
            _away_message(f"it cannot be reached ({error.strerror or type(error).__name__})")
        ) from error


def _away_message(reason: str) -> str:
    return f"The database is away: {reason}. Nothing is lost; we go on when it is back."


def _away(error: DBAPIError | sqlite3.Error) -> DatabaseAway | None:
    """Say what is wrong with the database, or return None when the fault is in our statement."""
    orig = error.orig if isinstance(error, DBAPIError) else error
    damage = SQLITE_DAMAGED.get(getattr(orig, "sqlite_errorcode", 0) & PRIMARY_CODE)
    if damage is not None:
        return DatabaseDamaged(
            f"The database is damaged: {damage}. Stop the program, keep the file, and bring back a backup"
            " (docs/operations.md, Restore)."
        )
    reason = _why_away(error)
    return None if reason is None else DatabaseAway(_away_message(reason))


def _why_away(error: DBAPIError | sqlite3.Error) -> str | None:
    """Return why the database cannot do it just now, or None when the fault is in our statement."""
    orig = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return POSTGRES_AWAY["08"]
    sqlite_code = getattr(orig, "sqlite_errorcode", None)
    if sqlite_code is not None:
        return SQLITE_AWAY.get(sqlite_code & PRIMARY_CODE)
    state = getattr(orig, "sqlstate", None) or ""
    return POSTGRES_AWAY.get(state) or POSTGRES_AWAY.get(state[:2])
