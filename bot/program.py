"""The running parts, whatever the channels: database, worker, delivery and timers joined, and stopped in order."""

import asyncio
import contextlib
import ctypes
import gc
import logging
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot import broadcasting
from bot.alone import Taken, alone
from bot.broadcasting import Broadcasting
from bot.channel import Channel
from bot.delivery import Delivery
from bot.lifeline import Lifeline
from bot.logs import describe
from bot.pace import Pace
from bot.settings import Settings, SettingsError
from bot.worker import Parts, Worker
from content.library import Library, Shelf
from storage import staff
from storage.crypto import KEY_FILE, BadKey, Keys, load_or_make_key
from storage.database import Database, DatabaseAway, DatabaseDamaged
from storage.staff import StaffChat
from storage.takings import IN_HAND, Takings

log = logging.getLogger(__name__)

REMIND_EVERY = 5.0  # seconds between looks at cases that nobody has taken
FORGET_EVERY = 3600.0  # seconds between deletions of what is due to be forgotten
LOOK_AT_CHATS_EVERY = 60.0  # seconds between looks at which staff chats there are
DATABASE_PATIENCE = 10.0  # seconds that the start waits for a database that is away
LOCK_PATIENCE = 1.0  # seconds for another program's lock; then it is tried again, and danger goes past it
WORKERS_ON_POSTGRES = 4  # SQLite has one writer at a time, so one worker there


def make_clock(started_at: datetime | None) -> Callable[[], datetime]:
    """Make the program's clock; with a time given it believes to have started then (MATALA_NOW)."""
    if started_at is None:
        return lambda: datetime.now(UTC)
    begin, zero = started_at.astimezone(UTC), time.monotonic()
    return lambda: begin + timedelta(seconds=time.monotonic() - zero)


def settle_memory() -> None:
    """Give back what loading took and needs no more; leave what stays out of every later search for garbage.

    A pack's phrases and rules are hundreds of thousands of objects: looking through them took a tenth of a second,
    now and then, in the middle of somebody's message.
    """
    gc.collect()
    gc.freeze()
    with contextlib.suppress(OSError, AttributeError):  # only the GNU C library has it
        ctypes.CDLL(None).malloc_trim(0)


def open_keys(settings: Settings) -> Keys:
    """Take the secret key from the settings, or from the data folder; make one there at the first start.

    Raises:
        BadKey: the file holds no key.
        SettingsError: the setting does not.
    """
    if settings.secret_key is not None:
        try:
            return Keys.parse(settings.secret_key.get_secret_value())
        except BadKey as error:
            raise SettingsError(f"MATALA_SECRET_KEY is wrong: {error}") from None
    if not (settings.data_dir / KEY_FILE).exists() and _has_database(settings):
        raise SettingsError(
            f"MATALA_DATA_DIR holds a database but not its {KEY_FILE}: bring the key back from its copy, "
            "or set MATALA_SECRET_KEY. A new key could not read what is stored"
        )
    keys, made = load_or_make_key(settings.data_dir)
    if made:
        log.warning(
            "made a new secret key in the data folder: keep a copy of it in a safe place, "
            "without it nothing that is stored can be read"
        )
    return keys


def sqlite_file(settings: Settings) -> Path | None:
    """Return the SQLite file of these settings; None when the database is another one."""
    return Path(settings.database.partition("///")[2]) if settings.database.startswith("sqlite") else None


def _has_database(settings: Settings) -> bool:
    """Tell whether the SQLite file of these settings is there already."""
    file = sqlite_file(settings)
    return file is not None and file.exists()


async def open_database_there_is(settings: Settings) -> Database:
    """Open the database of a program that has run before: a command beside it must not make another one.

    Raises:
        SettingsError: there is none; most likely the command was given other settings than the program has.
    """
    if settings.database.startswith("sqlite") and not _has_database(settings):
        raise SettingsError(
            f"MATALA_DATA_DIR: there is no database in {settings.data_dir} yet. Run this command with the same "
            "settings and in the same folder as the program, which makes the database at its first start"
        )
    return await open_database(settings)


async def open_database(settings: Settings, *, patience: float = 0.0) -> Database:
    """Open the database, the data folder made if need be; for `patience` seconds try again while it is away."""
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        keys = open_keys(settings)
    except OSError as error:
        raise SettingsError(f"MATALA_DATA_DIR cannot be used: {error.strerror}") from None
    give_up_at = time.monotonic() + patience
    while True:
        try:
            return await Database.open(settings.database, keys, busy_seconds=LOCK_PATIENCE)
        except DatabaseDamaged:
            raise  # no waiting mends it
        except DatabaseAway as error:
            if time.monotonic() > give_up_at:
                raise
            log.warning("waiting for the database", extra={"reason": error})
            await asyncio.sleep(1.0)


class PartFailed(Exception):  # noqa: N818
    """A part that should run for ever failed; the message says where, and holds no text of people."""


@dataclass
class Program:
    """The running parts, whatever the channel."""

    settings: Settings
    shelf: Shelf
    database: Database
    channels: dict[str, Channel]
    clock: Callable[[], datetime]
    pace: Pace
    takings: Takings = field(default_factory=Takings)
    chats: list[StaffChat] = field(default_factory=list)  # as last seen, for when the database is away

    def __post_init__(self) -> None:
        """Join worker and delivery."""
        parts = Parts(
            self.database,
            self.channels,
            lambda: self.shelf.library,
            self.clock,
            self.takings,
            self.settings.address_of_web,
        )
        self.delivery = Delivery(parts, self.pace)
        if self.database.is_postgresql:  # several transactions at once: delivery has its own, beside them
            self.workers = [
                Worker(parts, on_letters=self.delivery.wake, riding=self.delivery.beside)
                for _ in range(WORKERS_ON_POSTGRES)
            ]
        else:
            self.workers = [Worker(parts, on_letters=self.delivery.wake, riding=self.delivery.riding)]
        self.broadcasting = Broadcasting(parts, on_letters=self.delivery.wake)
        self.lifeline = Lifeline(
            self.channels, lambda: self.shelf.library, lambda: self.chats, clock=self.clock
        )

    def wake(self) -> None:
        """Say that there is something new in the inbox."""
        for worker in self.workers:
            worker.wake()

    async def look_at_chats(self) -> None:
        """Learn which staff chats there are."""
        async with self.database.begin() as session:
            self.chats = await staff.chats(session)

    def tasks(self) -> list[Awaitable[None]]:
        """Return what runs for ever."""
        worker = self.workers[0]
        return [
            *(each.run() for each in self.workers),
            self.delivery.run(),
            _every(REMIND_EVERY, worker.remind),
            _every(broadcasting.EVERY, self.broadcasting.step),
            _every(FORGET_EVERY, worker.forget_due),
            _every(LOOK_AT_CHATS_EVERY, self.look_at_chats),
        ]


async def _every(seconds: float, job: Callable[[], Awaitable[None]]) -> None:
    """Do a job again and again; what goes wrong once is tried again the next time."""
    while True:
        with put_off():
            await job()
        await asyncio.sleep(seconds)


@contextlib.contextmanager
def put_off() -> Iterator[None]:
    """Leave something for later when it fails now: no timer may end all conversations."""
    try:
        yield
    except DatabaseAway as error:
        log.warning("put off", extra={"reason": error})
    except Exception as error:  # noqa: BLE001 - one case that cannot be reminded of must not end the program
        log.critical("put off after a failure", extra={"error": describe(error)})


@asynccontextmanager
async def program(
    settings: Settings, library: Library, pace: Pace, *, remembers_deaths: bool = True
) -> AsyncIterator[Program]:
    """Open the database and join the parts, without a channel yet."""
    database = await open_database(settings, patience=DATABASE_PATIENCE)
    takings = Takings(settings.data_dir / IN_HAND if remembers_deaths else None)
    try:
        yield Program(
            settings,
            Shelf(library, cache_dir=settings.cache_dir),
            database,
            {},
            make_clock(settings.now),
            pace,
            takings,
        )
    finally:
        takings.close()
        with contextlib.suppress(DatabaseAway):
            await database.close()


@contextlib.contextmanager
def only_one(settings: Settings) -> Iterator[None]:
    """See that no other program works on the same SQLite file: it would send again what this one is sending.

    Raises:
        SettingsError: one does, or the folder cannot be written to.
    """
    with contextlib.ExitStack() as held:
        file = sqlite_file(settings)
        try:
            if file is not None:
                held.enter_context(alone(file.with_name(f"{file.name}.lock")))
        except Taken:
            raise SettingsError(
                "another `matala run` works on this database already: stop it first, "
                "or give this one a MATALA_DATA_DIR of its own"
            ) from None
        except OSError as error:
            raise SettingsError(f"MATALA_DATA_DIR cannot be used: {error.strerror}") from None
        yield


def on_signals(shelf: Shelf) -> asyncio.Event:
    """Stop on SIGTERM and SIGINT, reload the pack on SIGHUP."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    reloading: set[asyncio.Task[None]] = set()

    async def reload() -> None:
        faults = await asyncio.to_thread(shelf.reload)
        for fault in faults:
            log.error("pack not reloaded, the running one stays: %s", fault)
        if not faults:
            log.info("pack reloaded", extra={"version": shelf.library.version})

    def on_hangup() -> None:
        task = loop.create_task(reload())
        reloading.add(task)
        task.add_done_callback(reloading.discard)

    loop.add_signal_handler(signal.SIGTERM, stop.set)
    loop.add_signal_handler(signal.SIGINT, stop.set)
    loop.add_signal_handler(signal.SIGHUP, on_hangup)
    return stop


async def until_stopped(
    stop: asyncio.Event, jobs: Sequence[Awaitable[None]], *, fatal: Sequence[type[Exception]] = ()
) -> None:
    """Run everything until told to stop. A part that fails for good ends the program; `fatal` is raised as it is."""
    tasks = [asyncio.ensure_future(job) for job in jobs]
    stopping = asyncio.ensure_future(stop.wait())
    try:
        waiting = {stopping, *tasks}
        while not stop.is_set():
            done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            for task in done - {stopping}:
                error = task.exception()
                if error is not None and isinstance(error, (SettingsError, *fatal)):
                    raise error
                if error is not None:
                    raise PartFailed(f"a part of the program failed: {describe(error)}") from None
    finally:
        for task in [stopping, *tasks]:
            task.cancel()
        await asyncio.gather(stopping, *tasks, return_exceptions=True)
    log.info("stopped")
