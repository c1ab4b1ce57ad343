"""Builds the parts and joins them: the only module that knows them all, and the only one with a clock."""

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

from telegram import Bot
from telegram.error import InvalidToken, TelegramError

from bot import broadcasting
from bot.alone import Taken, alone
from bot.broadcasting import Broadcasting
from bot.channel import Channel
from bot.delivery import Delivery
from bot.lifeline import Lifeline
from bot.logs import describe
from bot.pace import Pace, unpaced
from bot.settings import EVERY_CAMPUS, TELEGRAM_ITSELF, Mode, Settings, SettingsError
from bot.telegram import setup
from bot.telegram.delivery import TelegramChannel
from bot.telegram.handlers import chat_name
from bot.telegram.intake import Intake, poll
from bot.telegram.request import AiohttpRequest
from bot.web import calendar, webhook
from bot.worker import Parts, Worker
from content.hours import HELSINKI
from content.library import Library, Shelf, load
from storage import counts, flags, inbox, staff
from storage.crypto import KEY_FILE, BadKey, Keys, load_or_make_key
from storage.database import Database, DatabaseAway, DatabaseDamaged
from storage.retention import RETENTION
from storage.staff import StaffChat
from storage.takings import IN_HAND, Takings

log = logging.getLogger(__name__)

REMIND_EVERY = 5.0  # seconds between looks at cases that nobody has taken
FORGET_EVERY = 3600.0  # seconds between deletions of what is due to be forgotten
LOOK_AT_CHATS_EVERY = 60.0  # seconds between looks at which staff chats there are
START_PATIENCE = 3.0  # seconds that the start waits for Telegram; without it, all else begins nevertheless
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
        parts = Parts(self.database, self.channels, lambda: self.shelf.library, self.clock, self.takings)
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
        with _put_off():
            await job()
        await asyncio.sleep(seconds)


@contextlib.contextmanager
def _put_off() -> Iterator[None]:
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
def _only_one(settings: Settings) -> Iterator[None]:
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


async def run_telegram(settings: Settings) -> None:
    """Run the Telegram bot until told to stop (SIGTERM, SIGINT); SIGHUP reloads the pack.

    Raises:
        ContentError: the pack is broken; the program does not start.
        SettingsError: Telegram does not know the token, or another program works on this database.
        DatabaseAway, DatabaseTooNew, WrongKey, BadKey, DatabaseUrlError: as storage says.
    """
    if settings.telegram_token is None:
        raise SettingsError("MATALA_TELEGRAM_TOKEN must be set to run the Telegram bot")
    library = load(settings.pack, cache_dir=settings.cache_dir)
    settle_memory()
    for campus in settings.staff_chats:
        if campus != EVERY_CAMPUS and campus not in library.campuses:
            known = ", ".join(library.campuses)
            raise SettingsError(
                f"MATALA_STAFF_CHATS names a campus that the pack does not have; it has {known} and *"
            )
    # Telegram's limits are its own; another server (MATALA_TELEGRAM_API) says 429 when it has some.
    pace = Pace() if settings.telegram_api == TELEGRAM_ITSELF else unpaced()
    bot, updates = setup.make_bot(settings.telegram_token.get_secret_value(), settings.telegram_api)
    with _only_one(settings):
        await _run(settings, library, pace, bot, updates)


async def _run(settings: Settings, library: Library, pace: Pace, bot: Bot, updates: AiohttpRequest) -> None:
    """Run all parts of the Telegram bot."""
    async with program(settings, library, pace) as running:
        stop = _on_signals(running.shelf)
        sends = bot.request
        await sends.initialize()
        await updates.initialize()
        try:
            meeting = await _meet_soon(running, bot, stop)
            of_telegram = _telegram_tasks(running, bot, updates, meeting)
            log.info(
                "ready",
                extra={
                    "pack": settings.pack,
                    "mode": settings.telegram_mode,
                    "staff_chats": len(running.chats),
                    "telegram": "met" if meeting.done() else "awaited",
                },
            )
            await _until_stopped(stop, [meeting, *of_telegram, *running.tasks()])
        except InvalidToken:
            raise SettingsError(
                "MATALA_TELEGRAM_TOKEN is not known to Telegram: see BotFather for the right one"
            ) from None
        finally:
            await sends.shutdown()
            await updates.shutdown()


async def _meet_soon(running: Program, bot: Bot, stop: asyncio.Event) -> asyncio.Task[None]:
    """Join Telegram to the running parts and begin to meet it; wait for that, but not for long.

    Without it the inbox is handled all the same, the webhook takes what comes, reminders are written.
    """
    channel = TelegramChannel(bot)
    running.channels[channel.name] = channel
    await _bind_from_settings(running)
    meeting, stopping = asyncio.create_task(_meet(running, bot)), asyncio.create_task(stop.wait())
    await asyncio.wait({meeting, stopping}, timeout=START_PATIENCE, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if meeting.done():
        meeting.result()
    return meeting


async def _meet(running: Program, bot: Bot) -> None:
    """Wait until Telegram knows us; ask it which staff chats are forums.

    Raises:
        InvalidToken: it never will.
    """
    await setup.connect(bot)
    known = list(running.chats)
    found = await asyncio.gather(*(setup.is_forum(bot, each.chat) for each in known))
    for each, is_forum in zip(known, found, strict=True):
        if is_forum is None or is_forum == each.is_forum:
            continue
        with _put_off():
            async with running.database.begin() as session:
                await staff.bind(session, each.chat, each.campus, is_forum=is_forum, at=running.clock())
    with _put_off():
        await running.look_at_chats()


def _telegram_tasks(
    running: Program, bot: Bot, updates: AiohttpRequest, meeting: asyncio.Task[None]
) -> Sequence[Awaitable[None]]:
    """Return what Telegram runs for ever."""
    settings = running.settings
    intake = Intake(
        bot,
        running.database,
        running.lifeline,
        clock=running.clock,
        on_updates=running.wake,
        riding=None if running.database.is_postgresql else running.workers[0].riding,
        takings=running.takings,
    )

    async def introduce() -> None:
        await meeting
        await setup.introduce(bot, running.shelf.library, running.chats)

    if settings.telegram_mode is Mode.POLLING:

        async def ask() -> None:
            # An update asked for before could reach a forum whose topics we do not know of.
            await meeting
            await _patiently(lambda: setup.use_polling(bot))
            await poll(bot, updates, intake)

        return [ask(), introduce()]
    secret = running.database.keys.fingerprint("telegram webhook")
    try:
        door = webhook.listen(*settings.address)
    except OSError as error:
        raise SettingsError(f"MATALA_LISTEN cannot be listened on: {error.strerror}") from None

    async def serve() -> None:
        feeds = calendar.routes(lambda: running.shelf.library, running.clock)
        await webhook.serve(webhook.make_webhook(intake.receive_raw, secret, feeds), door)

    async def announce() -> None:
        await _patiently(lambda: setup.use_webhook(bot, f"{settings.public_url}{webhook.PATH}", secret))

    return [serve(), announce(), introduce()]


async def _patiently(call: Callable[[], Awaitable[None]]) -> None:
    """Call Telegram until it answers."""
    while True:
        try:
            return await call()
        except InvalidToken:
            raise
        except TelegramError as error:
            log.warning("telegram cannot be reached", extra={"reason": type(error).__name__})
            await asyncio.sleep(setup.FIRST_PAUSE)


async def _bind_from_settings(running: Program) -> None:
    """Bind the staff chats of the settings; say loudly when there is none at all."""
    wanted = [(chat_name(chat), campus) for campus, chat in running.settings.staff_chats.items()]
    await running.look_at_chats()
    for chat, campus in wanted:
        known = next((each.is_forum for each in running.chats if each.chat == chat), False)
        async with running.database.begin() as session:
            await staff.bind(session, chat, campus, is_forum=known, at=running.clock())
    await running.look_at_chats()
    if not running.chats:
        log.critical(
            "NO STAFF CHAT IS BOUND: nobody will hear of people in danger. Set MATALA_STAFF_CHATS, "
            "or run `matala staff-code --campus '*'` and write /liity CODE in the staff's group"
        )


def _on_signals(shelf: Shelf) -> asyncio.Event:
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


async def _until_stopped(stop: asyncio.Event, jobs: Sequence[Awaitable[None]]) -> None:
    """Run everything until told to stop. A part that fails for good ends the program."""
    tasks = [asyncio.ensure_future(job) for job in jobs]
    stopping = asyncio.ensure_future(stop.wait())
    try:
        waiting = {stopping, *tasks}
        while not stop.is_set():
            done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            for task in done - {stopping}:
                error = task.exception()
                if isinstance(error, InvalidToken | SettingsError):
                    raise error
                if error is not None:
                    raise PartFailed(f"a part of the program failed: {describe(error)}") from None
    finally:
        for task in [stopping, *tasks]:
            task.cancel()
        await asyncio.gather(stopping, *tasks, return_exceptions=True)
    log.info("stopped")


async def make_staff_code(settings: Settings, campus: str, say: Callable[[str], None]) -> None:
    """Make a one-time code by which a group becomes a staff chat, and say it."""
    database = await open_database_there_is(settings)
    try:
        async with database.begin() as session:
            code = await staff.make_code(session, campus, at=make_clock(settings.now)())
    finally:
        await database.close()
    say(code)


async def show_staff_chats(settings: Settings, unbind: str | None, say: Callable[[str], None]) -> None:
    """Say which groups are staff chats, after unbinding one of them if that is asked for.

    Raises:
        SettingsError: the group to unbind is no staff chat.
    """
    database = await open_database_there_is(settings)
    try:
        async with database.begin() as session:
            if unbind is not None and not await staff.unbind(session, chat_name(int(unbind))):
                raise SettingsError(f"{unbind} is no staff chat: `matala staff-chats` lists those that are")
            chats = await staff.chats(session)
    finally:
        await database.close()
    for chat in chats:
        say(f"{chat.campus}={chat.chat.partition(':')[2]}{' (forum)' if chat.is_forum else ''}")
    if not chats:
        say("No group is a staff chat.")


async def show_counts(settings: Settings, days: int, say: Callable[[str], None]) -> None:
    """Say what was passed over or could not be read in the last days, and what is kept of it for people to look at."""
    database = await open_database_there_is(settings)
    try:
        async with database.begin() as session:
            first = make_clock(settings.now)().date() - timedelta(days=days - 1)
            counted = await counts.since(session, first)
            kept = await inbox.dead_letters(session)
    finally:
        await database.close()
    for each in counted:
        say(f"{each.day} {each.count:6} {each.kind}")
    if not counted:
        say(f"Nothing was passed over since {first}.")
    say(f"Given up and kept for {RETENTION['inbox'].keep.days} days: {kept}")


async def show_flagged(settings: Settings, done: str | None, say: Callable[[str], None]) -> None:
    """Say what staff have flagged as out of date, after taking a flag down if that is asked for.

    Raises:
        SettingsError: nothing is flagged under that id.
    """
    database = await open_database_there_is(settings)
    try:
        async with database.begin() as session:
            if done is not None and not await flags.take_down(session, done):
                raise SettingsError(f"{done} is not flagged: `matala flagged` lists what is")
            found = await flags.flagged(session)
    finally:
        await database.close()
    for flag in found:
        day = flag.flagged_at.astimezone(HELSINKI).date()
        say(f"{flag.subject} ({flag.kind}), {flag.times} times, last {day}: {flag.note or '-'}")
    if not found:
        say("Nothing is flagged.")


async def run_terminal(settings: Settings) -> None:
    """Rehearse in the terminal, as student and as staff: on the whole screen, or line by line over pipes.

    It has a database of its own, so that it never meets the messages of a running bot.

    Raises:
        ContentError: the pack is broken.
        SettingsError: a rehearsal is running already.
        DatabaseAway, DatabaseTooNew, WrongKey, BadKey: as storage says.
    """
    from bot.terminal import lines, rehearsal, screen  # here: the Telegram bot need not wait for a screen

    library = load(settings.pack, cache_dir=settings.cache_dir)
    frame = rehearsal.frame(settings)
    with rehearsal.alone(settings):
        async with program(rehearsal.apart(settings), library, unpaced(), remembers_deaths=False) as running:
            stop = _on_signals(running.shelf)
            # The window was closed: nobody is left to rehearse with.
            asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, stop.set)
            stage = rehearsal.Rehearsal(
                running.database, lambda: running.shelf.library, running.clock, running.lifeline, running.wake
            )
            channel = stage.channel()
            running.channels[channel.name] = channel
            await stage.begin()
            await running.look_at_chats()
            if screen.is_possible():
                await _until_stopped(stop, [*running.tasks(), screen.run(stage, frame, stop)])
            else:
                talking = lines.run(stage, running.workers[0], running.delivery, frame, stop)
                await _until_stopped(stop, [talking])
