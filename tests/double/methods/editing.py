"""Changes to what stands already: edits, deletions, reactions, pins, answers to presses."""

import copy
from typing import Any

from tests.double.errors import refuse, reject
from tests.double.markup import check_keyboard
from tests.double.measures import units
from tests.double.methods.registry import Request, handles
from tests.double.methods.sending import CAPTIONED, TYPES, caption_of, find, media_of, text_of
from tests.double.nouns import QUERY_LIFETIME, Kept, Raw
from tests.double.state import World

DELETABLE_FOR = 48 * 3600  # seconds
ANSWER_LIMIT = 200
UNCHANGED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
# The emoji that anybody may react with; others are for those who pay.
REACTIONS = frozenset(
    [
        "👍",
        "👎",
        "❤",
        "🔥",
        "🥰",
        "👏",
        "😁",
        "🤔",
        "🤯",
        "😱",
        "🤬",
        "😢",
        "🎉",
        "🤩",
        "🤮",
        "💩",
        "🙏",
        "👌",
        "🕊",
        "🤡",
        "🥱",
        "🥴",
        "😍",
        "🐳",
        "❤\u200d🔥",
        "🌚",
        "🌭",
        "💯",
        "🤣",
        "⚡",
        "🍌",
        "🏆",
        "💔",
        "🤨",
        "😐",
        "🍓",
        "🍾",
        "💋",
        "🖕",
        "😈",
        "😴",
        "😭",
        "🤓",
        "👻",
        "👨\u200d💻",
        "👀",
        "🎃",
        "🙈",
        "😇",
        "😨",
        "🤝",
        "✍",
        "🤗",
        "🫡",
        "🎅",
        "🎄",
        "☃",
        "💅",
        "🤪",
        "🗿",
        "🆒",
        "💘",
        "🙉",
        "🦄",
        "😘",
        "💊",
        "🙊",
        "😎",
        "👾",
        "🤷\u200d♂",
        "🤷",
        "🤷\u200d♀",
        "😡",
    ]
)
VARIATION = "\ufe0f"  # asks for the colourful form; Telegram takes a reaction with or without it


def _own(world: World, request: Request) -> Kept:
    """Return the bot's message that is to be edited."""
    if "chat_id" not in request.parameters or "message_id" not in request.parameters:
        reject("message identifier is not specified")
    world.chat_to_write_to(request["chat_id"])
    kept = find(world, request["chat_id"], request["message_id"], "edit")
    if not kept.by_bot or kept.forwarded:
        refuse("message can't be edited")
    return kept


def _changed(world: World, kept: Kept, request: Request, *, without: tuple[str, ...], content: Raw) -> Raw:
    """Put new content and keyboard into a message, unless nothing would change."""
    markup = request.get("reply_markup")
    check_keyboard(markup)
    if markup and "inline_keyboard" not in markup:
        reject("inline keyboard expected")
    after = {
        key: value for key, value in kept.raw.items() if key not in (*without, "reply_markup", "edit_date")
    }
    after |= content
    if markup and markup["inline_keyboard"]:
        after["reply_markup"] = markup
    if after == {key: value for key, value in kept.raw.items() if key != "edit_date"}:
        refuse(UNCHANGED)
    kept.versions.append(copy.deepcopy(kept.raw))
    kept.raw = after | {"edit_date": world.now()}
    world.touch()
    return kept.raw


@handles("editMessageText")
def edit_text(world: World, request: Request) -> Raw:
    """Change a text; the keyboard goes unless it is given again."""
    kept = _own(world, request)
    if "text" not in request.parameters:
        reject("message text is empty")
    content = text_of(request)
    if "text" not in kept.raw:
        refuse("there is no text in the message to edit")
    raw = _changed(
        world, kept, request, without=("text", "entities", "link_preview_options"), content=content
    )
    kept.source = request["text"]
    kept.parse_mode = request.get("parse_mode")
    return raw


@handles("editMessageCaption")
def edit_caption(world: World, request: Request) -> Raw:
    """Change a caption."""
    kept = _own(world, request)
    if not set(kept.raw) & CAPTIONED:
        refuse("there is no caption in the message to edit")
    raw = _changed(world, kept, request, without=("caption", "caption_entities"), content=caption_of(request))
    kept.source = request.get("caption")
    kept.parse_mode = request.get("parse_mode")
    return raw


@handles("editMessageMedia")
def edit_media(world: World, request: Request) -> Raw:
    """Change a file and its caption."""
    kept = _own(world, request)
    given = request["media"]
    content = {given["type"]: media_of(world, request, given["type"], given["media"])} | caption_of(given)
    return _changed(
        world, kept, request, without=("caption", "caption_entities", "text", *TYPES), content=content
    )


@handles("editMessageReplyMarkup")
def edit_keyboard(world: World, request: Request) -> Raw:
    """Change or take away the inline keyboard."""
    return _changed(world, _own(world, request), request, without=(), content={})


@handles("stopPoll")
def stop_poll(world: World, request: Request) -> Any:
    """Close a poll of the bot."""
    kept = _own(world, request)
    if "poll" not in kept.raw:
        refuse("message with poll to stop not found")
    kept.raw["poll"]["is_closed"] = True
    world.touch()
    return kept.raw["poll"]


def _delete(world: World, chat_id: int | str, message_id: int) -> None:
    chat = world.find_chat(chat_id)
    kept = find(world, chat_id, message_id, "delete")
    if world.now() - kept.raw["date"] > DELETABLE_FOR:
        refuse("message can't be deleted for everyone")
    if not kept.by_bot and chat.type != "private" and not world.bot_may(chat, "can_delete_messages"):
        refuse("message can't be deleted")
    kept.deleted = True
    world.touch()


@handles("deleteMessage")
def delete_message(world: World, request: Request) -> bool:
    """Delete a message, not older than two days."""
    world.chat_to_write_to(request["chat_id"])
    _delete(world, request["chat_id"], request["message_id"])
    return True


@handles("deleteMessages")
def delete_messages(world: World, request: Request) -> bool:
    """Delete several; those that are gone are passed over."""
    chat = world.chat_to_write_to(request["chat_id"])
    if not 1 <= len(request["message_ids"]) <= 100:
        reject("there must be 1-100 message identifiers specified")
    for message_id in request["message_ids"]:
        if message_id in chat.messages and not chat.messages[message_id].deleted:
            _delete(world, chat.id, message_id)
    return True


@handles("setMessageReaction")
def set_reaction(world: World, request: Request) -> bool:
    """Put a reaction on a message; an ordinary bot has one, of the free ones."""
    world.chat_to_write_to(request["chat_id"])
    kept = find(world, request["chat_id"], request["message_id"], "react")
    given = request.get("reaction", [])
    if len(given) > 1:
        reject("REACTIONS_TOO_MANY")
    emoji = [reaction.get("emoji", "").replace(VARIATION, "") for reaction in given]
    if any(one not in REACTIONS for one in emoji):
        reject("REACTION_INVALID")
    kept.reactions = emoji
    world.touch()
    return True


@handles("answerCallbackQuery")
def answer_query(world: World, request: Request) -> bool:
    """Answer a press: once, and within a quarter of an hour."""
    if units(request.get("text", "")) > ANSWER_LIMIT:
        reject("MESSAGE_TOO_LONG")
    query = world.queries.get(request["callback_query_id"])
    if query is None or query.answer is not None or world.clock() - query.at > QUERY_LIFETIME:
        refuse("query is too old and response timeout expired or query ID is invalid")
    query.answer = {
        "text": request.get("text", ""),
        "show_alert": request.get("show_alert", False),
        "url": request.get("url", ""),
    }
    world.touch()
    return True


@handles("pinChatMessage")
def pin(world: World, request: Request) -> bool:
    """Pin a message; in groups with the right to."""
    chat = world.chat_to_write_to(request["chat_id"])
    kept = find(world, request["chat_id"], request["message_id"], "pin")
    if chat.type != "private" and not world.bot_may(chat, "can_pin_messages"):
        refuse("not enough rights to manage pinned messages in the chat")
    kept.pinned = True
    chat.pinned.append(kept.id)
    world.serve(chat, world.bot, {"pinned_message": kept.raw}, thread=kept.thread)
    return True


@handles("unpinChatMessage", "unpinAllChatMessages", "unpinAllForumTopicMessages")
def unpin(world: World, request: Request) -> bool:
    """Unpin one (the latest, when none is named) or all."""
    chat = world.chat_to_write_to(request["chat_id"])
    if chat.type != "private" and not world.bot_may(chat, "can_pin_messages"):
        refuse("not enough rights to manage pinned messages in the chat")
    if request.method == "unpinChatMessage":
        chosen = [request["message_id"]] if request.get("message_id") else chat.pinned[-1:]
    else:
        topic = request.get("message_thread_id")
        chosen = [number for number in chat.pinned if topic is None or chat.messages[number].thread == topic]
    for number in chosen:
        if number not in chat.pinned:
            refuse("message to unpin not found")
        chat.pinned.remove(number)
        chat.messages[number].pinned = False
    world.touch()
    return True
