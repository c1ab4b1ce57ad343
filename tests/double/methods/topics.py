"""Forum topics."""

from tests.double.errors import refuse, reject
from tests.double.methods.registry import Request, handles
from tests.double.nouns import Chat, Raw, Topic
from tests.double.state import World

NAME_LIMIT = 128
COLOURS = frozenset({7322096, 16766590, 13338331, 9367192, 16749490, 16478047})


def _forum(world: World, request: Request) -> Chat:
    chat = world.chat_to_write_to(request["chat_id"])
    if not chat.is_forum:
        refuse("the chat is not a forum")
    return chat


def _topic(world: World, request: Request, action: str) -> tuple[Chat, Topic]:
    chat = _forum(world, request)
    topic = chat.topics.get(request["message_thread_id"])
    if topic is None:
        refuse("message thread not found")
    if topic.deleted:
        refuse("TOPIC_ID_INVALID")
    own = topic.by == world.bot["id"] and world.is_admin(chat, world.bot["id"])
    if not own and not world.bot_may(chat, "can_manage_topics"):
        refuse(f"not enough rights to {action} a topic")
    return chat, topic


def _name(request: Request) -> str:
    name = str(request["name"]).strip()
    if not 1 <= len(name) <= NAME_LIMIT:
        reject("topic name must be 1-128 characters long" if name else "TOPIC_TITLE_EMPTY")
    return name


def open_topic(world: World, chat: Chat, by: Raw, name: str, colour: int = 7322096) -> Topic:
    """Open a topic with its service message, whose id becomes the topic's."""
    created = {"name": name, "icon_color": colour}
    raw: Raw = {
        "message_id": world.next_message_id(chat),
        "from": by,
        "chat": chat.brief(),
        "date": world.now(),
        "is_topic_message": True,
        "forum_topic_created": created,
    }
    raw["message_thread_id"] = raw["message_id"]
    topic = Topic(raw["message_id"], name, colour, by=by["id"])
    chat.topics[topic.id] = topic
    world.keep(chat, raw, by_bot=by["id"] == world.bot["id"])
    world.push("message", raw, chat.id)
    return topic


@handles("createForumTopic")
def create(world: World, request: Request) -> Raw:
    """Open a topic for a case."""
    name = _name(request)
    colour = request.get("icon_color", 7322096)
    if colour not in COLOURS:
        reject("TOPIC_ICON_COLOR_INVALID")
    chat = _forum(world, request)
    if not world.bot_may(chat, "can_manage_topics"):
        refuse("not enough rights to create a topic")
    topic = open_topic(world, chat, world.bot, name, colour)
    return {"message_thread_id": topic.id, "name": topic.name, "icon_color": topic.icon_color}


@handles("editForumTopic")
def edit(world: World, request: Request) -> bool:
    """Rename a topic."""
    name = _name(request) if request.get("name") else None
    chat, topic = _topic(world, request, "edit")
    icon = request.get("icon_custom_emoji_id")
    if name in (None, topic.name) and icon in (None, topic.icon_custom_emoji_id):
        refuse("TOPIC_NOT_MODIFIED")
    edited: Raw = {}
    if name is not None and name != topic.name:
        topic.name = edited["name"] = name
    if icon is not None:
        topic.icon_custom_emoji_id = edited["icon_custom_emoji_id"] = icon
    world.serve(chat, world.bot, {"forum_topic_edited": edited}, thread=topic.id)
    return True


@handles("closeForumTopic", "reopenForumTopic")
def close_or_reopen(world: World, request: Request) -> bool:
    """Close a topic, or open it again."""
    closing = request.method == "closeForumTopic"
    chat, topic = _topic(world, request, "close" if closing else "reopen")
    if topic.closed is closing:
        refuse("TOPIC_NOT_MODIFIED")
    topic.closed = closing
    told = "forum_topic_closed" if closing else "forum_topic_reopened"
    world.serve(chat, world.bot, {told: {}}, thread=topic.id)
    return True


def remove_topic(world: World, chat: Chat, topic: Topic) -> None:
    """Delete a topic with all its messages; the bot isn't told, as in Telegram."""
    topic.deleted = True
    for kept in chat.messages.values():
        if kept.thread == topic.id:
            kept.deleted = True
    world.touch()


@handles("deleteForumTopic")
def delete(world: World, request: Request) -> bool:
    """Delete a topic and what stands in it, of any age."""
    chat = _forum(world, request)
    if not world.bot_may(chat, "can_delete_messages"):
        refuse("not enough rights to delete a topic")
    topic = chat.topics.get(request["message_thread_id"])
    if topic is None or topic.deleted:
        refuse("TOPIC_ID_INVALID")
    remove_topic(world, chat, topic)
    return True
