"""Performs what the outbox holds, through the Bot API; Telegram's errors are sorted here and nowhere else."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from telegram import Bot, BotCommandScopeChat, LinkPreviewOptions, ReplyParameters
from telegram.constants import ParseMode
from telegram.error import (
    BadRequest,
    ChatMigrated,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    RetryAfter,
    TelegramError,
)

from bot.channel import (
    CommandMenu,
    Copy,
    Edit,
    Message,
    Outcome,
    Outgoing,
    PressAnswer,
    Reaction,
    Reading,
    Refusal,
    Refused,
    Sent,
    TopicClosing,
    TopicNaming,
    Unsure,
    Wait,
)
from bot.telegram import handlers
from bot.telegram.handlers import chat_id, chat_name
from bot.telegram.render import as_html, as_plain, inline_keyboard, keyboard
from bot.telegram.request import NotSent, ServerAway, ServerFault, call, seconds_to_wait

log = logging.getLogger(__name__)

NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
WHEN_CUT_OFF = 2.0  # seconds to the next try when there is no connection
WHEN_LOCKED_OUT = 60.0  # seconds to the next try when Telegram does not know our token
# What BadRequest says, in lower case, and what it means. First match counts.
_THREAD_GONE = (
    "message thread not found",
    "topic_deleted",
    "topic_id_invalid",
    "thread not found",
    "topic_closed",
)
_NOTHING_LEFT_TO_DO = (
    "message is not modified",
    "query is too old",
    "query_id_invalid",
    "query id is invalid",
    "topic_not_modified",
)
_CHAT_GONE = (
    "chat not found",
    "peer_id_invalid",
    "not enough rights",
    "have no rights",
    "need administrator rights",
    "chat_write_forbidden",
    "chat_send_",  # CHAT_SEND_PLAIN_FORBIDDEN and its kin
    "chat_restricted",
    "channel_private",
    "chat_admin_required",
    "user not found",
    "message to copy not found",
    "message to edit not found",
    "message to react not found",
    "message can't be edited",
    "message can't be copied",
    "group chat was deleted",
)
_BAD_MARKUP = "can't parse entities"


class TelegramChannel:
    """Telegram as a channel."""

    name = handlers.NAME
    text_limit = 4096  # Bot API, sendMessage

    def __init__(self, bot: Bot) -> None:
        """Use a bot, be it before Telegram has answered it for the first time."""
        self._bot = bot

    def read(self, raw: str) -> Reading:
        """Read a raw update. Raises MalformedUpdate."""
        return handlers.read(raw, self.username)

    @property
    def username(self) -> str:
        """Our username, by which commands in groups are addressed; empty until Telegram has told it."""
        try:
            return self._bot.username
        except RuntimeError:
            return ""

    async def send(self, outgoing: Outgoing, *, thread: str = "") -> Outcome:
        """Perform one outgoing thing."""
        match outgoing:
            case Message():
                return await self._send_message(outgoing, thread)
            case Copy() if outgoing.more:
                return await self._copy_album(outgoing, thread)
            case Copy():
                return await _sorted(outgoing.chat, lambda: self._copy(outgoing, thread))
            case Edit():
                return await _sorted(outgoing.chat, lambda: self._edit(outgoing))
            case Reaction():
                return await _sorted(outgoing.chat, lambda: self._react(outgoing))
            case PressAnswer():
                return await _sorted(outgoing.chat, lambda: self._answer_press(outgoing))
            case TopicClosing():
                return await _sorted(outgoing.chat, lambda: self._close_topic(outgoing))
            case TopicNaming():
                return await _sorted(outgoing.chat, lambda: self._name_topic(outgoing))
            case CommandMenu():
                return await _sorted(outgoing.chat, lambda: self._set_menu(outgoing))

    async def open_thread(self, chat: str, name: str) -> Outcome:
        """Make a topic in a forum."""

        async def create() -> str:
            return str((await self._bot.create_forum_topic(chat_id(chat), name)).message_thread_id)

        return await _sorted(chat, create)

    async def is_there(self) -> bool:
        """Ask Telegram who we are: the cheapest of questions."""
        try:
            await self._bot.get_me()
        except TelegramError:
            return False
        return True

    async def _send_message(self, message: Message, thread: str) -> Outcome:
        outcome = await _sorted(message.chat, lambda: self._write(message, thread, is_plain=False))
        if isinstance(outcome, Refused) and _BAD_MARKUP in outcome.reason.lower():
            # A fault in our markup must not cost anybody the words.
            log.error("markup refused", extra={"refusal": outcome.refusal})
            return await _sorted(message.chat, lambda: self._write(message, thread, is_plain=True))
        return outcome

    async def _write(self, message: Message, thread: str, *, is_plain: bool) -> str:
        parameters: dict[str, Any] = {
            "chat_id": chat_id(message.chat),
            "text": as_plain(message.parts) if is_plain else as_html(message.parts),
            "link_preview_options": NO_PREVIEW.to_dict(),
        }
        if not is_plain:
            parameters["parse_mode"] = ParseMode.HTML.value
        if thread:
            parameters["message_thread_id"] = int(thread)
        if (markup := keyboard(message)) is not None:
            parameters["reply_markup"] = markup
        if (reply := _reply(message.reply_to)) is not None:
            parameters["reply_parameters"] = reply.to_dict()
        sent = await call(self._bot, "sendMessage", parameters)
        return str(sent["message_id"])

    async def _copy(self, copy: Copy, thread: str) -> str:
        sent = await self._bot.copy_message(
            chat_id(copy.chat),
            chat_id(copy.from_chat),
            int(copy.ref),
            caption="" if copy.without_caption else None,
            message_thread_id=int(thread) if thread else None,
            reply_parameters=_reply(copy.reply_to),
        )
        return str(sent.message_id)

    async def _copy_album(self, album: Copy, thread: str) -> Outcome:
        """Copy what belongs together. What Telegram cannot copy it passes over, and does not say which."""

        async def copy() -> str:
            sent = await self._bot.copy_messages(
                chat_id(album.chat),
                chat_id(album.from_chat),
                sorted(map(int, album.refs)),  # any other order is refused
                remove_caption=album.without_caption,
                message_thread_id=int(thread) if thread else None,
            )
            return " ".join(str(each.message_id) for each in sent)

        outcome = await _sorted(album.chat, copy)
        if not isinstance(outcome, Sent):
            return outcome
        refs = outcome.ref.split()
        if len(refs) == len(album.refs):
            return Sent(refs[0], more=tuple(refs[1:]))
        try:
            await self._bot.delete_messages(chat_id(album.chat), list(map(int, refs)))
        except TelegramError as error:  # then they stand there twice
            log.warning("part of an album stays", extra={"reason": type(error).__name__})
        return Refused(Refusal.INVALID, "part of an album was passed over")

    async def _edit(self, edit: Edit) -> str:
        markup = {"reply_markup": inline_keyboard(edit.buttons)}
        if edit.parts:
            await self._bot.edit_message_text(
                as_html(edit.parts),
                chat_id(edit.chat),
                int(edit.ref),
                parse_mode=ParseMode.HTML,
                link_preview_options=NO_PREVIEW,
                api_kwargs=markup,
            )
        else:
            await self._bot.edit_message_reply_markup(chat_id(edit.chat), int(edit.ref), api_kwargs=markup)
        return edit.ref

    async def _react(self, reaction: Reaction) -> str:
        await self._bot.set_message_reaction(chat_id(reaction.chat), int(reaction.ref), reaction.emoji)
        return ""

    async def _answer_press(self, answer: PressAnswer) -> str:
        await self._bot.answer_callback_query(answer.press_id, text=answer.text or None)
        return ""

    async def _name_topic(self, naming: TopicNaming) -> str:
        await self._bot.edit_forum_topic(chat_id(naming.chat), int(naming.thread), name=naming.name)
        return ""

    async def _close_topic(self, closing: TopicClosing) -> str:
        await self._bot.close_forum_topic(chat_id(closing.chat), int(closing.thread))
        return ""

    async def _set_menu(self, menu: CommandMenu) -> str:
        scope = BotCommandScopeChat(chat_id(menu.chat))
        await self._bot.set_my_commands(menu.commands, scope=scope)
        return ""


def _reply(ref: str) -> ReplyParameters | None:
    return ReplyParameters(int(ref), allow_sending_without_reply=True) if ref else None


async def _sorted(chat: str, call: Callable[[], Awaitable[str]]) -> Outcome:
    """Call the Bot API and sort what comes of it. The order matters: BadRequest is a NetworkError."""
    try:
        return Sent(await call())
    except RetryAfter as error:
        return Wait(seconds_to_wait(error), "asked to wait")
    except ChatMigrated as error:
        return Refused(Refusal.MOVED, "became a supergroup", chat=chat_name(error.new_chat_id))
    except Forbidden as error:
        return Refused(Refusal.GONE if _is_group(chat) else Refusal.BLOCKED, error.message)
    except BadRequest as error:
        return _sort_bad_request(chat, error.message)
    except (InvalidToken, EndPointNotFound):
        log.critical("telegram does not accept the token: see MATALA_TELEGRAM_TOKEN")
        return Wait(WHEN_LOCKED_OUT, "token refused")
    except NotSent:
        return Wait(WHEN_CUT_OFF, "no connection")
    except ServerAway:
        return Wait(WHEN_CUT_OFF, "telegram away")
    except ServerFault:
        return Wait(WHEN_CUT_OFF, "telegram stumbled", is_its_own=True)
    except TelegramError as error:
        return Unsure(type(error).__name__)
    except (LookupError, TypeError):  # it said yes, and not to what
        return Unsure("invalid answer")


def _sort_bad_request(chat: str, message: str) -> Outcome:
    said = message.lower()
    if any(each in said for each in _NOTHING_LEFT_TO_DO):
        return Sent()
    if any(each in said for each in _THREAD_GONE):
        return Refused(Refusal.NO_THREAD, message)
    if any(each in said for each in _CHAT_GONE):
        is_person = not _is_group(chat) and ("chat not found" in said or "user not found" in said)
        return Refused(Refusal.BLOCKED if is_person else Refusal.GONE, message)
    return Refused(Refusal.INVALID, message)


def _is_group(chat: str) -> bool:
    return chat_id(chat) < 0
