"""Builds the parts and joins them: the only module that knows all channels."""

import asyncio
import logging
import signal
import socket
from collections.abc import Awaitable, Callable, Sequence

from sqlalchemy import text
from starlette.routing import BaseRoute
from telegram import Bot
from telegram.error import InvalidToken, TelegramError

from bot.handoff.desk_room import DESK, adopt
from bot.pace import Pace, unpaced
from bot.posting import post_each
from bot.program import Program, on_signals, only_one, program, put_off, settle_memory, until_stopped
from bot.settings import EVERY_CAMPUS, TELEGRAM_ITSELF, Mode, Settings, SettingsError
from bot.telegram import setup
from bot.telegram.delivery import TelegramChannel
from bot.telegram.handlers import chat_name
from bot.telegram.intake import Intake, poll
from bot.telegram.request import AiohttpRequest
from bot.web import calendar, desk, errors, server, site, webhook
from bot.web.bells import Bells
from bot.web.channel import WebChannel
from bot.web.chat import routes as chat_routes
from bot.web.desk_channel import DeskChannel
from bot.web.pages import Pages
from bot.web.web import Web
from content.library import Library, load
from storage import staff
from storage.database import DatabaseAway

log = logging.getLogger(__name__)

START_PATIENCE = 3.0  # seconds that the start waits for Telegram; without it, all else begins nevertheless


async def run_telegram(settings: Settings, library: Library) -> None:
    """Run the Telegram bot until told to stop (SIGTERM, SIGINT); SIGHUP reloads the pack.

    Raises:
        SettingsError: Telegram does not know the token, or another program works on this database.
        DatabaseAway, DatabaseTooNew, WrongKey, BadKey, DatabaseUrlError: as storage says.
    """
    if settings.telegram_token is None:
        raise SettingsError("MATALA_TELEGRAM_TOKEN must be set to run the Telegram bot")
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
    with only_one(settings):
        await _run(settings, library, pace, bot, updates, _door(settings))


async def _run(
    settings: Settings,
    library: Library,
    pace: Pace,
    bot: Bot,
    updates: AiohttpRequest,
    door: socket.socket | None,
) -> None:
    """Run all parts of the Telegram bot, and the web beside it."""
    async with program(settings, library, pace) as running:
        stop = on_signals(running.shelf)
        bells = _join_web(running)
        sends = bot.request
        await sends.initialize()
        await updates.initialize()
        try:
            meeting = await _meet_soon(running, bot, stop)
            intake = _intake(running, bot)
            of_telegram = _telegram_tasks(running, bot, updates, intake, meeting)
            of_web = _web_tasks(running, door, bells, _telegram_routes(running, intake))
            log.info(
                "ready",
                extra={
                    "pack": settings.pack,
                    "mode": settings.telegram_mode,
                    "staff_chats": len(running.chats),
                    "telegram": "met" if meeting.done() else "awaited",
                },
            )
            await until_stopped(
                stop, [meeting, *of_telegram, *of_web, *running.tasks()], fatal=[InvalidToken]
            )
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
        with put_off():
            async with running.database.begin() as session:
                await staff.bind(session, each.chat, each.campus, is_forum=is_forum, at=running.clock())
    with put_off():
        await running.look_at_chats()


def _intake(running: Program, bot: Bot) -> Intake:
    """Make what writes Telegram's updates down."""
    return Intake(
        bot,
        running.database,
        running.lifeline,
        clock=running.clock,
        on_updates=running.wake,
        riding=None if running.database.is_postgresql else running.workers[0].riding,
        takings=running.takings,
    )


def _webhook_secret(running: Program) -> str:
    return running.database.keys.fingerprint("telegram webhook")


def _telegram_tasks(
    running: Program, bot: Bot, updates: AiohttpRequest, intake: Intake, meeting: asyncio.Task[None]
) -> Sequence[Awaitable[None]]:
    """Return what Telegram runs for ever."""
    settings = running.settings

    async def introduce() -> None:
        await meeting
        await setup.introduce(bot, running.shelf.library, running.chats)

    async def ask() -> None:
        # An update asked for before could reach a forum whose topics we do not know of.
        await meeting
        await _patiently(lambda: setup.use_polling(bot))
        await poll(bot, updates, intake)

    async def announce() -> None:
        address = f"{settings.address_of_web}{webhook.PATH}"
        await _patiently(lambda: setup.use_webhook(bot, address, _webhook_secret(running)))

    return [introduce(), ask() if settings.telegram_mode is Mode.POLLING else announce()]


def _telegram_routes(running: Program, intake: Intake) -> Sequence[BaseRoute]:
    """Return the door for Telegram's updates; none when they are asked for."""
    if running.settings.telegram_mode is Mode.POLLING:
        return []
    return webhook.routes(intake.receive_raw, _webhook_secret(running))


def _door(settings: Settings) -> socket.socket | None:
    """Take the address to listen on. Without the web a polling bot can do; unless the address was set, it does.

    Raises:
        SettingsError: the address is taken, or is none of this machine.
    """
    try:
        return server.listen(*settings.address)
    except OSError as error:
        if settings.telegram_mode is Mode.POLLING and "listen" not in settings.model_fields_set:
            log.warning("no site and no web chat: %s is taken; set MATALA_LISTEN", settings.listen)
            return None
        raise SettingsError(f"MATALA_LISTEN cannot be listened on: {error.strerror}") from None


def _web_tasks(
    running: Program, door: socket.socket | None, bells: Bells, others: Sequence[BaseRoute] = ()
) -> Sequence[Awaitable[None]]:
    """Return what serves the web for ever: site, feeds, and what `others` bring."""
    if door is None:
        return []
    settings = running.settings
    web = Web(
        running.database,
        lambda: running.shelf.library,
        running.clock,
        settings.address_of_web,
        on_updates=running.wake,
        on_letters=running.delivery.wake,
        origins=settings.web_origins,
        has_telegram=settings.telegram_token is not None,
        bells=bells,
    )
    pages = Pages(web.library, public_url=web.public_url, clock=web.clock)
    routes = [
        *others,
        *pages.routes(),
        *calendar.routes(web.library, web.clock),
        *desk.routes(web, pages, running.channels),
        *site.routes(web, pages),
        *chat_routes(web, pages, running.lifeline, telegram_name=lambda: _telegram_name(running)),
    ]

    async def is_ready() -> bool:
        try:
            async with running.database.begin() as session:
                await session.execute(text("SELECT 1"))
        except DatabaseAway:
            return False
        return True

    app = server.make_app(
        routes,
        public_url=web.public_url,
        ready=is_ready,
        trusted_paths=[webhook.PATH],
        error_page=errors.page_maker(web, pages),
    )
    return [server.serve(app, door, web.closing)]


def _telegram_name(running: Program) -> str:
    """Return our username in Telegram; empty while there is none that we know of."""
    channel = running.channels.get(TelegramChannel.name)
    return channel.username if isinstance(channel, TelegramChannel) else ""


async def run_web(settings: Settings, library: Library, say: Callable[[str], None]) -> None:
    """Serve site and chat without Telegram, until told to stop; `say` tells where.

    Raises:
        SettingsError: the address cannot be listened on, or another program works on this database.
        DatabaseAway, DatabaseTooNew, WrongKey, BadKey, DatabaseUrlError: as storage says.
    """
    settle_memory()
    with only_one(settings):
        try:
            door = server.listen(*settings.address)
        except OSError as error:
            raise SettingsError(f"MATALA_LISTEN cannot be listened on: {error.strerror}") from None
        async with program(settings, library, unpaced()) as running:
            stop = on_signals(running.shelf)
            bells = _join_web(running)
            await _staff_at_desk(running)
            log.info("ready", extra={"pack": settings.pack, "mode": "web", "staff_chats": len(running.chats)})
            say(
                f"Matala is at {settings.address_of_web}; staff enter the desk by the link of `matala desk-link`."
            )
            await until_stopped(stop, [*_web_tasks(running, door, bells), *running.tasks()])


def _join_web(running: Program) -> Bells:
    """Let what is said to people in the chat, and to staff at the desk, reach them; return the bells that wake them.

    With a door for them or without: something from another day may wait for either.
    """
    bells = Bells()
    for channel in (
        DeskChannel(running.database, bells.ring),
        WebChannel(running.database, bells, running.clock),
    ):
        running.channels[channel.name] = channel
    return bells


async def _staff_at_desk(running: Program) -> None:
    """Without Telegram, make the desk the staff chat of all campuses.

    Raises:
        SettingsError: there are staff chats that only Telegram reaches.
    """
    await running.look_at_chats()
    if any(each.chat != DESK for each in running.chats):
        raise SettingsError(
            "MATALA_TELEGRAM_TOKEN is not set, but this database has staff chats in Telegram, which would hear of "
            "nothing: set it, or unbind them (`matala staff-chats --unbind=CHAT`), or use another MATALA_DATA_DIR"
        )
    async with running.database.begin() as session:
        await staff.bind(session, DESK, EVERY_CAMPUS, is_forum=False, at=running.clock())
    await _adopt(running)


async def _adopt(running: Program) -> None:
    """See that no open case stays with a chat that is no staff chat any more."""
    async with running.database.begin() as session:
        letters = await adopt(session, await staff.chats(session), running.shelf.library)
        await post_each(session, letters, running.channels, now=running.clock())
    await running.look_at_chats()


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
    async with running.database.begin() as session:
        await staff.unbind(session, DESK)  # the desk was the staff chat while there was no Telegram
    await running.look_at_chats()
    for chat, campus in wanted:
        known = next((each.is_forum for each in running.chats if each.chat == chat), False)
        async with running.database.begin() as session:
            await staff.bind(session, chat, campus, is_forum=known, at=running.clock())
    await _adopt(running)
    if not running.chats:
        log.critical(
            "NO STAFF CHAT IS BOUND: nobody will hear of people in danger. Set MATALA_STAFF_CHATS, "
            "or run `matala staff-code --campus '*'` and write /liity CODE in the staff's group"
        )


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
            stop = on_signals(running.shelf)
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
                await until_stopped(stop, [*running.tasks(), screen.run(stage, frame, stop)])
            else:
                talking = lines.run(stage, running.workers[0], running.delivery, frame, stop)
                await until_stopped(stop, [talking])
