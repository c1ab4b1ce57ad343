"""What Telegram is told once at the start: who we are, our commands, how updates reach us."""

import asyncio
import logging
from collections.abc import Coroutine, Sequence
from typing import Any

from telegram import Bot, BotCommand, BotCommandScopeAllPrivateChats, BotCommandScopeChat
from telegram.error import InvalidToken, RetryAfter, TelegramError

from bot.dialogue.commands import COMMANDS
from bot.handoff.staff_room import STAFF_COMMANDS
from bot.telegram.handlers import chat_id
from bot.telegram.intake import ALLOWED_UPDATES
from bot.telegram.request import AiohttpRequest, seconds_to_wait
from content.library import Library
from intents.language import ANSWERED, Language
from storage.staff import StaffChat

log = logging.getLogger(__name__)

FIRST_PAUSE = 1.0  # seconds; doubled each time Telegram cannot be reached
SLOWEST = 8.0  # who waits for us to come back, waits that much longer
CHAT_PATIENCE = 3.0  # seconds that a question about a staff chat may hold up the start


def make_bot(token: str, root: str) -> tuple[Bot, AiohttpRequest]:
    """Make the bot, and the request object that its updates are asked for with."""
    updates = AiohttpRequest()
    bot = Bot(
        token,
        base_url=f"{root}/bot",
        base_file_url=f"{root}/file/bot",
        request=AiohttpRequest(),
        get_updates_request=updates,
    )
    return bot, updates


async def connect(bot: Bot) -> None:
    """Wait until Telegram knows us.

    Raises:
        InvalidToken: it never will: the token is wrong.
    """
    pause = FIRST_PAUSE
    while True:
        try:
            await bot.initialize()
        except InvalidToken:
            raise
        except TelegramError as error:
            log.warning(
                "telegram cannot be reached", extra={"reason": type(error).__name__, "again_in": pause}
            )
            await asyncio.sleep(pause)
            pause = min(pause * 2, SLOWEST)
        else:
            return


async def use_polling(bot: Bot) -> None:
    """See that no webhook stands in the way of polling; what waits there stays."""
    await bot.delete_webhook(drop_pending_updates=False)


async def use_webhook(bot: Bot, url: str, secret: str) -> None:
    """Let Telegram bring updates to us."""
    await bot.set_webhook(
        url, secret_token=secret, allowed_updates=list(ALLOWED_UPDATES), drop_pending_updates=False
    )


async def introduce(bot: Bot, library: Library, chats: Sequence[StaffChat]) -> None:
    """Set the commands by chat and language, and the description; what fails is logged and left for next time."""
    private = BotCommandScopeAllPrivateChats()
    for language in ANSWERED:
        # Finnish stands for every other language, too.
        code = None if language is Language.FI else language.value
        await _try(
            bot.set_my_commands(_commands(COMMANDS, language, library), scope=private, language_code=code)
        )
        description = library.say("bot.description", language=language)
        await _try(bot.set_my_short_description(description[:120], language_code=code))
        await _try(bot.set_my_description(description, language_code=code))
    for chat in chats:
        scope = BotCommandScopeChat(chat_id(chat.chat))
        await _try(bot.set_my_commands(_commands(STAFF_COMMANDS, Language.FI, library), scope=scope))


async def is_forum(bot: Bot, chat: str) -> bool | None:
    """Tell whether a group has topics; None when Telegram does not say."""
    try:
        async with asyncio.timeout(CHAT_PATIENCE):
            return bool((await bot.get_chat(chat_id(chat))).is_forum)
    except (TelegramError, TimeoutError) as error:
        log.error(
            "a staff chat cannot be reached: is the bot a member there?",
            extra={"reason": type(error).__name__},
        )
        return None


def _commands(names: Sequence[str], language: Language, library: Library) -> list[BotCommand]:
    return [BotCommand(name, library.say(f"command.{name}", language=language)) for name in names]


async def _try(call: Coroutine[Any, Any, Any]) -> None:
    try:
        await call
    except RetryAfter as error:
        await asyncio.sleep(seconds_to_wait(error))
    except TelegramError as error:
        log.warning("commands not set", extra={"reason": type(error).__name__})
