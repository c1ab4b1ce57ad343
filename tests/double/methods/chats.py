"""What the bot may learn about chats and members, and leaving."""

from typing import Any

from tests.double.api import bot_api, specimen
from tests.double.errors import refuse
from tests.double.methods.registry import Request, handles
from tests.double.nouns import ADMIN_RIGHTS, OTHER_RIGHTS, Chat, Member, Raw
from tests.double.state import World


def user_of(world: World, user_id: int) -> Raw:
    """Return the User of a person or of the bot."""
    return world.bot if user_id == world.bot["id"] else world.people[user_id].user()


def described(world: World, user_id: int, member: Member) -> Raw:
    """Return the Bot API's ChatMember."""
    shown: Raw = {"status": member.status, "user": user_of(world, user_id)}
    match member.status:
        case "creator":
            shown["is_anonymous"] = False
        case "administrator":
            shown["can_be_edited"] = False
            shown |= {right: member.rights.get(right, False) for right in (*ADMIN_RIGHTS, *OTHER_RIGHTS)}
        case "kicked":
            shown["until_date"] = 0
    return shown


FLAGS = tuple(
    name
    for name, field in bot_api().types["User"].fields.items()
    if field.types == ("Boolean",) and name.startswith(("can_", "has_", "supports_"))
)


@handles("getMe")
def get_me(world: World, request: Request) -> Raw:
    """Say who the bot is."""
    told = {"can_join_groups": True, "can_read_all_group_messages": world.reads_all}
    return world.bot | dict.fromkeys(FLAGS, False) | told


@handles("getChat")
def get_chat(world: World, request: Request) -> Raw:
    """Describe a chat in full."""
    chat = world.find_chat(request["chat_id"])
    full: Raw = specimen("ChatFullInfo") | chat.brief() | {"max_reaction_count": 11}
    if chat.pinned:
        full["pinned_message"] = chat.messages[chat.pinned[-1]].raw
    if chat.type != "private":
        full["permissions"] = {"can_send_messages": True}
    return full


def _group(world: World, request: Request) -> Chat:
    chat = world.chat_to_write_to(request["chat_id"])
    if chat.type == "private":
        refuse("there are no administrators in the private chat")
    return chat


@handles("getChatAdministrators")
def administrators(world: World, request: Request) -> list[Raw]:
    """List a group's administrators."""
    chat = _group(world, request)
    return [
        described(world, user_id, member)
        for user_id, member in chat.members.items()
        if member.status in ("creator", "administrator")
    ]


@handles("getChatMember")
def get_member(world: World, request: Request) -> Raw:
    """Describe one member's standing; somebody who never was there is "left"."""
    chat = world.chat_to_write_to(request["chat_id"])
    user_id = request["user_id"]
    if user_id != world.bot["id"] and user_id not in world.people:
        refuse("invalid user_id specified")
    if chat.type == "private":
        status = "member" if user_id in (chat.id, world.bot["id"]) else "left"
        return described(world, user_id, Member(status))
    return described(world, user_id, chat.members.get(user_id, Member("left")))


@handles("getChatMemberCount")
def count(world: World, request: Request) -> int:
    """Count a chat's members."""
    chat = world.chat_to_write_to(request["chat_id"])
    present = [member for member in chat.members.values() if member.status not in ("left", "kicked")]
    return len(present) if chat.type != "private" else 2


@handles("leaveChat")
def leave(world: World, request: Request) -> bool:
    """Take the bot out of a group."""
    chat = world.chat_to_write_to(request["chat_id"])
    if chat.type == "private":
        refuse("chat member status can't be changed in private chats")
    chat.members[world.bot["id"]] = Member("left")
    world.touch()
    return True


@handles("setChatTitle", "setChatDescription")
def set_title(world: World, request: Request) -> bool:
    """Change a group's title or description."""
    chat = world.chat_to_write_to(request["chat_id"])
    if not world.bot_may(chat, "can_change_info"):
        refuse(
            "not enough rights to change chat title"
            if request.method == "setChatTitle"
            else "not enough rights"
        )
    if request.method == "setChatTitle":
        chat.title = request["title"]
        world.serve(chat, world.bot, {"new_chat_title": request["title"]})
    return True


@handles("logOut", "close")
def go(world: World, request: Request) -> Any:
    """Say goodbye."""
    return True
