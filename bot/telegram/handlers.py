"""From Telegram's updates to turns. Names, usernames and numbers end here: nothing behind this file knows them.

Updates are read as the JSON they are. The library makes objects of all that an update holds, of which a turn needs
five fields, and that took longer than all of SQLite's work on it.
"""

import re
from dataclasses import replace
from typing import Any

from telegram import ChatMember
from telegram.constants import ChatType, MessageType

from bot import json_text
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

Fields = dict[str, Any]  # an object of the Bot API, as it came
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
_KNOWN_CONTENT = tuple(kind.value for kind in MessageType)
_GONE = frozenset({ChatMember.LEFT, ChatMember.BANNED})


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
        return _read(json_text.read(raw), bot_username)
    except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError) as error:
        # The reason without the text: an exception of a parser quotes what it could not read.
        raise MalformedUpdate(type(error).__name__) from None


def _read(update: Fields, bot_username: str) -> Reading:
    int(update["update_id"])
    if (query := update.get("callback_query")) is not None:
        return _read_press(query, is_member=bool(update.get(IS_MEMBER, True)))
    if (change := update.get("my_chat_member")) is not None:
        return _read_membership(change)
    is_edit = update.get("message") is None
    message = update.get("edited_message") if is_edit else update["message"]
    if message is None:
        kinds = [key for key in update if key not in {"update_id", IS_MEMBER}]
        if not kinds:
            raise MalformedUpdate("empty")
        return Ignored(kinds[0][:40])
    chat = message["chat"]
    if message.get("migrate_to_chat_id") is not None:
        return Moved(_chat(chat), chat_name(int(message["migrate_to_chat_id"])))
    match chat["type"]:
        case ChatType.PRIVATE:
            return _read_private(message, is_edit=is_edit)
        case ChatType.GROUP | ChatType.SUPERGROUP:
            return _read_group(message, bot_username, is_edit=is_edit)
    return Ignored("channel post")


def _chat(chat: Fields) -> str:
    return chat_name(int(chat["id"]))


def _words(fields: Fields, name: str) -> str:
    """Return a text of an object; "" when it has none."""
    text = fields.get(name) or ""
    if not isinstance(text, str):
        raise TypeError(name)
    return text


def _read_private(message: Fields, *, is_edit: bool) -> Reading:
    media, written = _media(message), _words(message, "text")
    command, text = _command(written)
    if not written:
        command, text = "", _words(message, "caption")
    if not written and media is None:
        if any(message.get(kind) for kind in _KNOWN_CONTENT):
            return Ignored("service message")
        media = Media(MediaKind.OTHER)  # something that Telegram invented after this was written
    return Turn(
        chat=_chat(message["chat"]),
        ref=str(message["message_id"]),
        text=text,
        command=command,
        media=media,
        is_edit=is_edit,
        language_hint=_words(message.get("from") or {}, "language_code"),
    )


def _read_group(message: Fields, bot_username: str, *, is_edit: bool) -> Reading:
    media, written = _media(message), _words(message, "text")
    if not written and media is None:
        return Ignored("service message")
    command, text, addressee = _command_of(written)
    if not written:
        text = _words(message, "caption")
    if addressee and bot_username and addressee.casefold() != bot_username.casefold():
        return Ignored("another bot's command")
    writer, answered = message.get("from"), message.get("reply_to_message")
    if writer and writer.get("is_bot") and not _is_nameless(message):
        return Ignored("another bot")
    return StaffTurn(
        chat=_chat(message["chat"]),
        staff=str(writer["id"]) if writer else "",
        name=_full_name(writer) if writer and not _is_nameless(message) else "",
        ref=str(message["message_id"]),
        text=text,
        command=command,
        thread=_thread(message) if message.get("is_topic_message") else "",
        reply_to=str(answered["message_id"]) if answered else "",
        media=media,
        is_edit=is_edit,
        is_forum=bool(message["chat"].get("is_forum")),
        is_nameless=_is_nameless(message),
    )


def _read_press(query: Fields, *, is_member: bool) -> Reading:
    message, who = query.get("message"), query["from"]
    if message is None:
        return Ignored("press without a message")
    chat = message["chat"]
    if chat["type"] == ChatType.PRIVATE:
        return Turn(
            chat=_chat(chat),
            ref=str(message["message_id"]),
            press=_words(query, "data") or "-",
            press_id=str(query["id"]),
            language_hint=_words(who, "language_code"),
        )
    return StaffTurn(
        chat=_chat(chat),
        staff=str(who["id"]),
        name=_full_name(who),
        ref=str(message["message_id"]),
        press=_words(query, "data") or "-",
        press_id=str(query["id"]),
        thread=_thread(message),
        is_forum=bool(chat.get("is_forum")),
        is_member=is_member,
    )


def _read_membership(change: Fields) -> Reading:
    chat = change["chat"]
    gone = change["new_chat_member"]["status"] in _GONE
    if chat["type"] == ChatType.PRIVATE:
        return Reach(_chat(chat), reachable=not gone)
    if chat["type"] == ChatType.CHANNEL:
        return Ignored("channel")
    was_there = change["old_chat_member"]["status"] not in _GONE
    if was_there and not gone:
        return Ignored("changed rights")
    return Membership(_chat(chat), present=not gone, is_forum=bool(chat.get("is_forum")))


def _media(message: Fields) -> Media | None:
    """Say what a message holds besides words, whether it may tell who sent it, and which album it is of."""
    media = _content(message)
    album = _words(message, "media_group_id")
    return replace(media, album=album) if media and album else media


def _content(message: Fields) -> Media | None:
    for field, kind in _PLAIN_KINDS.items():
        if message.get(field):
            return Media(kind)
    for field, kind in _TELLING_KINDS.items():
        if message.get(field):
            return Media(kind, tells=True)
    for field, kind in _FILE_KINDS.items():
        content = message.get(field)
        if content:
            name = content.get("file_name") or ""
            return Media(kind, tells=bool(name) and not _PLAIN_FILE_NAME.fullmatch(name))
    if any(message.get(field) for field in _OTHER_CONTENT):
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


def _thread(message: Fields) -> str:
    thread = message.get("message_thread_id")
    return str(thread) if thread else ""


def _is_nameless(message: Fields) -> bool:
    writer: Fields = message.get("from") or {}
    return bool(message.get("sender_chat")) or writer.get("id") == GROUP_ANONYMOUS_BOT


def _full_name(who: Fields) -> str:
    return f"{_words(who, 'first_name')} {_words(who, 'last_name')}".strip()
