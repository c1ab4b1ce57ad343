"""Messages of the bot: sending, copying, forwarding."""

from typing import Any

from tests.double.api import specimen
from tests.double.errors import refuse, reject
from tests.double.markup import CAPTION_LIMIT, check_keyboard, formatted
from tests.double.measures import is_link
from tests.double.methods.registry import Request, handles
from tests.double.nouns import GENERAL_TOPIC, Chat, Kept, Raw, Topic
from tests.double.state import World
from tests.double.validation import Upload

MEDIA = {
    "sendPhoto": "photo",
    "sendAudio": "audio",
    "sendDocument": "document",
    "sendVideo": "video",
    "sendAnimation": "animation",
    "sendVoice": "voice",
    "sendVideoNote": "video_note",
    "sendSticker": "sticker",
}
TYPES = {
    "photo": "PhotoSize",
    "audio": "Audio",
    "document": "Document",
    "video": "Video",
    "animation": "Animation",
    "voice": "Voice",
    "video_note": "VideoNote",
    "sticker": "Sticker",
}
CAPTIONED = frozenset({"photo", "audio", "document", "video", "animation", "voice"})
ALBUM_SIZE = range(2, 11)
COPIED_AT_ONCE = 100
# Fields of a message that are its content; what is not here stays behind when it is copied.
CONTENT = (
    "text",
    "entities",
    "link_preview_options",
    "caption",
    "caption_entities",
    *TYPES,
    "contact",
    "location",
    "venue",
    "poll",
    "dice",
    "live_photo",
    "rich_message",
    "checklist",
    "game",
)
COPIED_MARKUP = ("has_media_spoiler", "show_caption_above_media")
UNCOPIED = frozenset({"game", "checklist"})


def send(
    world: World,
    request: Request,
    content: Raw,
    *,
    source: str | None = None,
    copied_from: tuple[int, int] | None = None,
    forwarded: bool = False,
) -> Kept:
    """Put a message of the bot where the call says, or refuse as Telegram would."""
    chat = world.chat_to_write_to(request["chat_id"])
    check_keyboard(request.get("reply_markup"))
    reply = _reply(world, chat, request)
    replied_in = reply.pop("thread", None)
    topic = _topic(world, chat, request.get("message_thread_id") or replied_in)
    raw: Raw = {
        "message_id": 0,
        "from": world.bot,
        "chat": chat.brief(),
        "date": world.now(),
        **content,
        **reply,
    }
    if topic is not None:
        raw |= {"message_thread_id": topic.id, "is_topic_message": True}
    if request.get("protect_content"):
        raw["has_protected_content"] = True
    markup = request.get("reply_markup")
    if markup and "inline_keyboard" in markup and markup["inline_keyboard"]:
        raw["reply_markup"] = markup
    raw["message_id"] = world.next_message_id(chat)
    kept = world.keep(chat, raw, by_bot=True)
    kept.source = source
    kept.parse_mode = request.get("parse_mode")
    kept.silent = bool(request.get("disable_notification"))
    kept.copied_from = copied_from
    kept.forwarded = forwarded
    if markup and "inline_keyboard" not in markup:
        kept.keyboard = markup
        chat.keyboard = None if "remove_keyboard" in markup else markup
    return kept


def _topic(world: World, chat: Chat, thread: int | None) -> Topic | None:
    """Return the topic to send to; None is the general one, or a chat without topics."""
    if thread is None:
        return None
    # The general topic has the id 1 everywhere but here: Telegram wants it left out.
    topic = chat.topics.get(thread) if thread != GENERAL_TOPIC else None
    if topic is None:
        refuse("message thread not found")
    if topic.deleted:
        refuse(topic.gone_as)
    if topic.closed and not world.bot_may(chat, "can_manage_topics"):
        refuse("TOPIC_CLOSED")
    return topic


def _reply(world: World, chat: Chat, request: Request) -> Raw:
    wanted = request.get("reply_parameters")
    if not wanted:
        return {}
    elsewhere = wanted.get("chat_id") is not None and world.find_chat(wanted["chat_id"]) is not chat
    home = world.find_chat(wanted["chat_id"]) if elsewhere else chat
    target = home.messages.get(wanted["message_id"])
    if target is None or target.deleted:
        if wanted.get("allow_sending_without_reply"):
            return {}
        refuse("message to be replied not found")
    if elsewhere:
        origin = {"type": "user", "sender_user": target.raw["from"], "date": target.raw["date"]}
        return {"external_reply": {"origin": origin, "chat": home.brief(), "message_id": target.id}}
    shown: Raw = {
        "reply_to_message": {
            key: value
            for key, value in target.raw.items()
            if key not in ("reply_to_message", "external_reply")
        }
    }
    if "quote" in wanted:
        if wanted["quote"] not in target.plain():
            refuse("QUOTE_TEXT_INVALID")
        shown["quote"] = {"text": wanted["quote"], "position": 0, "is_manual": True}
    if target.thread is not None:
        shown["thread"] = target.thread
    return shown


def text_of(request: Request) -> Raw:
    """Return the content of a text message."""
    text, entities = formatted(request["text"], request.get("parse_mode"), request.get("entities"))
    content: Raw = {"text": text}
    if entities:
        content["entities"] = entities
    if preview := request.get("link_preview_options"):
        content["link_preview_options"] = preview
    return content


def caption_of(given: Request | Raw) -> Raw:
    """Return the caption's part of a content; nothing when there is none."""
    if not given.get("caption"):
        return {}
    text, entities = formatted(
        given["caption"], given.get("parse_mode"), given.get("caption_entities"), limit=CAPTION_LIMIT
    )
    return ({"caption": text} if text else {}) | ({"caption_entities": entities} if entities else {})


def media_of(world: World, request: Request, kind: str, given: object) -> Any:
    """Return the photo, document ... for what a call gave: an upload, a file's id, a link."""
    if isinstance(given, str) and given.startswith("attach://"):
        given = request.uploads[given.removeprefix("attach://")]
    name = f"{kind}.bin"
    match given:
        case Upload():
            file = world.add_file(given.file_name, given.content, f"{kind}s")
            name = given.file_name
        case str() if given in world.files:
            file = world.files[given]
            name = file.name
        case str() if given.startswith(("http://", "https://")) and is_link(given):
            file = world.add_file(given.rsplit("/", 1)[-1], b"", f"{kind}s")
        case _:
            refuse("wrong remote file identifier specified: Wrong string length")
    return media(kind, file.id, name=name, size=len(file.content))


def media(kind: str, file_id: str, *, name: str | None, size: int) -> Any:
    """Return the Bot API's object for a file that is sent as a photo, a document ..."""
    shown = specimen(TYPES[kind]) | {
        "file_id": file_id,
        "file_unique_id": f"u{file_id[:12]}",
        "file_size": size,
    }
    match kind:
        case "photo":
            return [shown | {"width": 640, "height": 480}]
        case "document" | "audio" | "video" | "animation" if name:
            shown["file_name"] = name
        case "sticker":
            shown |= {"type": "regular", "emoji": "🙂"}
    return shown


@handles("sendMessage")
def send_message(world: World, request: Request) -> Raw:
    """Send a text."""
    return send(world, request, text_of(request), source=request["text"]).raw


@handles(*MEDIA)
def send_media(world: World, request: Request) -> Raw:
    """Send a file with or without caption."""
    kind = MEDIA[request.method]
    world.chat_to_write_to(request["chat_id"])
    content = {kind: media_of(world, request, kind, request[kind])}
    if kind in CAPTIONED:
        content |= caption_of(request)
    return send(world, request, content, source=request.get("caption")).raw


@handles("sendMediaGroup")
def send_album(world: World, request: Request) -> list[Raw]:
    """Send two to ten photos, documents ... as one."""
    if len(request["media"]) not in ALBUM_SIZE:
        reject("there must be 2-10 items in the media group")
    group = world.new_id(17)
    sent = []
    for item in request["media"]:
        content = {item["type"]: media_of(world, request, item["type"], item["media"])} | caption_of(item)
        sent.append(send(world, request, content | {"media_group_id": group}, source=item.get("caption")).raw)
    return sent


@handles("sendLocation", "sendVenue", "sendContact", "sendDice", "sendPoll")
def send_card(world: World, request: Request) -> Raw:
    """Send a location, a venue, a contact card, a die or a poll."""
    return send(world, request, _card(world, request)).raw


def _card(world: World, request: Request) -> Raw:
    match request.method:
        case "sendLocation":
            return {"location": {"latitude": request["latitude"], "longitude": request["longitude"]}}
        case "sendVenue":
            place = {"latitude": request["latitude"], "longitude": request["longitude"]}
            venue = {"location": place, "title": request["title"], "address": request["address"]}
            return {"venue": venue, "location": place}
        case "sendContact":
            names = ("phone_number", "first_name", "last_name", "vcard")
            return {"contact": {name: request[name] for name in names if request.get(name)}}
        case "sendPoll":
            return {
                "poll": poll(world, request["question"], [option["text"] for option in request["options"]])
            }
        case _:
            return {"dice": {"emoji": request.get("emoji", "🎲"), "value": 4}}


def poll(world: World, question: str, options: list[str]) -> Any:
    """Return a poll that nobody has voted in."""
    answers = [
        specimen("PollOption") | {"text": text, "persistent_id": str(n)} for n, text in enumerate(options)
    ]
    return specimen("Poll") | {
        "id": world.new_id(18),
        "question": question,
        "options": answers,
        "is_closed": False,
        "is_anonymous": True,
        "type": "regular",
        "allows_multiple_answers": False,
    }


@handles("sendChatAction")
def send_chat_action(world: World, request: Request) -> bool:
    """Show that the bot is typing."""
    world.chat_to_write_to(request["chat_id"])
    return True


def find(world: World, chat_id: int | str, message_id: int, purpose: str) -> Kept:
    """Return a message that a call names; the refusal says what it was wanted for."""
    kept = world.find_chat(chat_id).messages.get(message_id)
    if kept is None or kept.deleted:
        refuse(f"message to {purpose} not found")
    return kept


def content_of(kept: Kept) -> Raw:
    """Return what of a message is carried along when it is copied."""
    return {key: kept.raw[key] for key in (*CONTENT, *COPIED_MARKUP) if key in kept.raw}


def _copied(world: World, request: Request, kept: Kept, *, group: str | None = None) -> Kept:
    content = content_of(kept)
    if not set(content) & set(CONTENT) or set(content) & UNCOPIED or kept.raw.get("has_protected_content"):
        refuse("message can't be copied")
    if request.get("remove_caption") or request.get("caption") is not None:
        content.pop("caption", None)
        content.pop("caption_entities", None)
    if set(content) & CAPTIONED:
        content |= caption_of(request)
    if group:
        content["media_group_id"] = group
    origin = (kept.raw["chat"]["id"], kept.id)
    return send(world, request, content, source=kept.source, copied_from=origin)


@handles("copyMessage")
def copy_message(world: World, request: Request) -> Raw:
    """Send the content of a message as the bot's own."""
    kept = find(world, request["from_chat_id"], request["message_id"], "copy")
    return {"message_id": _copied(world, request, kept).id}


def _several(world: World, request: Request, purpose: str) -> list[Kept]:
    ids = request["message_ids"]
    if not 1 <= len(ids) <= COPIED_AT_ONCE:
        reject("there must be 1-100 message identifiers specified")
    if ids != sorted(set(ids)):
        reject("message identifiers must be in a strictly increasing order")
    home = world.find_chat(request["from_chat_id"])
    found = [
        home.messages[number]
        for number in ids
        if number in home.messages and not home.messages[number].deleted
    ]
    if not found:
        refuse(f"there are no messages to {purpose}")
    return found


@handles("copyMessages")
def copy_messages(world: World, request: Request) -> list[Raw]:
    """Copy several; what is gone or can't be copied is passed over, and albums stay albums."""
    groups: dict[str, str] = {}
    sent = []
    for kept in _several(world, request, "copy"):
        content = content_of(kept)
        if not content or set(content) & UNCOPIED or kept.raw.get("has_protected_content"):
            continue
        album = kept.raw.get("media_group_id")
        group = groups.setdefault(album, world.new_id(17)) if album else None
        sent.append({"message_id": _copied(world, request, kept, group=group).id})
    return sent


@handles("forwardMessage")
def forward_message(world: World, request: Request) -> Raw:
    """Forward with the origin shown: allowed by Telegram, kept by the double for tests to find."""
    return _forwarded(world, request, find(world, request["from_chat_id"], request["message_id"], "forward"))


def _forwarded(world: World, request: Request, kept: Kept) -> Raw:
    origin = {"type": "user", "sender_user": kept.raw["from"], "date": kept.raw["date"]}
    content = content_of(kept) | {"forward_origin": kept.raw.get("forward_origin", origin)}
    return send(world, request, content, source=kept.source, forwarded=True).raw


@handles("forwardMessages")
def forward_messages(world: World, request: Request) -> list[Raw]:
    """Forward several."""
    return [
        {"message_id": _forwarded(world, request, kept)["message_id"]}
        for kept in _several(world, request, "forward")
    ]
