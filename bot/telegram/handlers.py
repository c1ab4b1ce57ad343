"""From Telegram's updates to turns. Names, usernames and numbers end here: nothing behind this file knows them."""

import json
import re
from dataclasses import replace
from typing import Any

from telegram import Chat, ChatMember, Message, Update
from telegram.constants import ChatType
from telegram.helpers import effective_message_type

from bot.channel import (
    Ignored,
    MalformedUpdate,
    Media,
    MediaKind,
    Membership,
    Moved,
    Reach,
    Reading,
    StaffTurn,
    Turn,
)

NAME = "telegram"
IS_MEMBER = "matala_is_member"  # what intake found out about who pressed, beside the update's own fields
GROUP_ANONYMOUS_BOT = 1087968824  # the account behind anonymous admins; Bot API, Message.from
_COMMAND = re.compile(r"/([a-z0-9_]{1,32})(?:@(\w+))?(?:\s+(.*))?", re.DOTALL | re.IGNORECASE)
# What cameras and apps call their files. Any other name may be somebody's own.
_PLAIN_FILE_NAME = re.compile(
    r"(?:(?:img|vid|pxl|mov|dsc|dscn|dji|gopr|mvi|whatsapp video|video|animation|giphy|mp4|screen-|screenrecorder)"
    r"[-_ ]?)?(?:[\d_\-. ]|wa)*(?:\(\d+\))?\.[a-z0-9]{2,4}",
    re.IGNORECASE,
)
_PLAIN_KINDS = {
    "photo": MediaKind.PHOTO,
    "voice": MediaKind.VOICE,
    "video_note": MediaKind.VIDEO_NOTE,
    "sticker": MediaKind.STICKER,
}
_TELLING_KINDS = {
    "contact": MediaKind.CONTACT,
    "venue": MediaKind.LOCATION,
    "location": MediaKind.LOCATION,
    "audio": MediaKind.AUDIO,  # carries a performer and a title
}
_FILE_KINDS = {  # animations are documents too, so they come first
    "animation": MediaKind.ANIMATION,
    "video": MediaKind.VIDEO,
    "document": MediaKind.DOCUMENT,
}
_OTHER_CONTENT = (
    "poll",
    "dice",
    "game",
    "story",
    "invoice",
    "giveaway",
    "giveaway_winners",
    "paid_media",
    "checklist",
)


def chat_name(chat_id: int) -> str:
    """Name a chat for the rest of the program."""
    return f"{NAME}:{chat_id}"


def chat_id(name: str) -> int:
    """Return the id of a chat that `chat_name` named."""
    return int(name.partition(":")[2])


def read(raw: str, bot_username: str) -> Reading:
    """Read an update; while our username is not known, every command in a group counts as ours.

    Raises:
        MalformedUpdate: it is no update, or lacks what Telegram says it has.
    """
    try:
        fields = json.loads(raw)
        update = Update.de_json(fields)
        return _read(update, fields, bot_username)
    except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError) as error:
        # The reason without the text: an exception of a parser quotes what it could not read.
        raise MalformedUpdate(type(error).__name__) from None


def _read(update: Update, fields: dict[str, Any], bot_username: str) -> Reading:
    if update.callback_query is not None:
        return _read_press(update, is_member=bool(fields.get(IS_MEMBER, True)))
    if update.my_chat_member is not None:
        return _read_membership(update)
    message = update.message or update.edited_message
    if message is None:
        kinds = [key for key in fields if key not in {"update_id", IS_MEMBER}]
        if not kinds:
            raise MalformedUpdate("empty")
        return Ignored(kinds[0][:40])
    if message.migrate_to_chat_id is not None:
        return Moved(chat_name(message.chat.id), chat_name(message.migrate_to_chat_id))
    is_edit = update.edited_message is not None
    if message.chat.type == ChatType.PRIVATE:
        return _read_private(message, is_edit=is_edit)
    if message.chat.type in {ChatType.GROUP, ChatType.SUPERGROUP}:
        return _read_group(message, bot_username, is_edit=is_edit)
    return Ignored("channel post")


def _read_private(message: Message, *, is_edit: bool) -> Reading:
    media = _media(message)
    command, text = _command(message.text or "")
    if not message.text:
        command, text = "", message.caption or ""
    if not message.text and media is None:
        if effective_message_type(message) is not None:
            return Ignored("service message")
        media = Media(MediaKind.OTHER)  # something that Telegram invented after this was written
    return Turn(
        chat=chat_name(message.chat.id),
        ref=str(message.message_id),
        text=text,
        command=command,
        media=media,
        is_edit=is_edit,
        language_hint=(message.from_user.language_code or "") if message.from_user else "",
    )


def _read_group(message: Message, bot_username: str, *, is_edit: bool) -> Reading:
    media = _media(message)
    if not message.text and media is None:
        return Ignored("service message")
    command, text, addressee = _command_of(message.text or "")
    if not message.text:
        text = message.caption or ""
    if addressee and bot_username and addressee.casefold() != bot_username.casefold():
        return Ignored("another bot's command")
    if message.from_user is not None and message.from_user.is_bot and not _is_nameless(message):
        return Ignored("another bot")
    return StaffTurn(
        chat=chat_name(message.chat.id),
        staff=str(message.from_user.id) if message.from_user else "",
        name=_staff_name(message),
        ref=str(message.message_id),
        text=text,
        command=command,
        thread=str(message.message_thread_id)
        if message.is_topic_message and message.message_thread_id
        else "",
        reply_to=str(message.reply_to_message.message_id) if message.reply_to_message else "",
        media=media,
        is_edit=is_edit,
        is_forum=bool(message.chat.is_forum),
        is_nameless=_is_nameless(message),
    )


def _read_press(update: Update, *, is_member: bool) -> Reading:
    query = update.callback_query
    if query is None or query.message is None:
        return Ignored("press without a message")
    chat: Chat = query.message.chat
    message = query.message if isinstance(query.message, Message) else None
    if chat.type == ChatType.PRIVATE:
        return Turn(
            chat=chat_name(chat.id),
            ref=str(query.message.message_id),
            press=query.data or "-",
            press_id=query.id,
            language_hint=query.from_user.language_code or "",
        )
    return StaffTurn(
        chat=chat_name(chat.id),
        staff=str(query.from_user.id),
        name=query.from_user.full_name,
        ref=str(query.message.message_id),
        press=query.data or "-",
        press_id=query.id,
        thread=str(message.message_thread_id) if message and message.message_thread_id else "",
        is_forum=bool(chat.is_forum),
        is_member=is_member,
    )


def _read_membership(update: Update) -> Reading:
    change = update.my_chat_member
    if change is None:
        raise MalformedUpdate("no membership")
    gone = change.new_chat_member.status in {ChatMember.LEFT, ChatMember.BANNED}
    chat = chat_name(change.chat.id)
    if change.chat.type == ChatType.PRIVATE:
        return Reach(chat, reachable=not gone)
    if change.chat.type == ChatType.CHANNEL:
        return Ignored("channel")
    was_there = change.old_chat_member.status not in {ChatMember.LEFT, ChatMember.BANNED}
    if was_there and not gone:
        return Ignored("changed rights")
    return Membership(chat, present=not gone, is_forum=bool(change.chat.is_forum))


def _media(message: Message) -> Media | None:
    """Say what a message holds besides words, whether it may tell who sent it, and which album it is of."""
    media = _content(message)
    return replace(media, album=message.media_group_id) if media and message.media_group_id else media


def _content(message: Message) -> Media | None:
    for field, kind in _PLAIN_KINDS.items():
        if getattr(message, field):
            return Media(kind)
    for field, kind in _TELLING_KINDS.items():
        if getattr(message, field):
            return Media(kind, tells=True)
    for field, kind in _FILE_KINDS.items():
        content = getattr(message, field)
        if content:
            name = content.file_name or ""
            return Media(kind, tells=bool(name) and not _PLAIN_FILE_NAME.fullmatch(name))
    if any(getattr(message, field, None) or field in message.api_kwargs for field in _OTHER_CONTENT):
        return Media(MediaKind.OTHER)
    return None


def _command(text: str) -> tuple[str, str]:
    command, rest, _ = _command_of(text)
    return command, rest


def _command_of(text: str) -> tuple[str, str, str]:
    """Split a text into command, what follows it, and the bot it is meant for."""
    found = _COMMAND.fullmatch(text)
    if found is None:
        return "", text, ""
    return found[1].casefold(), (found[3] or "").strip(), found[2] or ""


def _is_nameless(message: Message) -> bool:
    return message.sender_chat is not None or (
        message.from_user is not None and message.from_user.id == GROUP_ANONYMOUS_BOT
    )


def _staff_name(message: Message) -> str:
    return message.from_user.full_name if message.from_user and not _is_nameless(message) else ""
