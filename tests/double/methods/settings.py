"""What the bot says about itself: commands, descriptions, names."""

import json
import re
from typing import Any

from tests.double.errors import reject
from tests.double.methods.registry import Request, handles
from tests.double.nouns import Raw
from tests.double.state import World

COMMAND = re.compile(r"[a-z0-9_]{1,32}")
COMMANDS_LIMIT = 100
COMMAND_DESCRIPTION = range(1, 257)
LANGUAGE = re.compile(r"([a-z]{2})?")
TEXTS = {  # setter -> (getter, field, limit)
    "setMyName": ("getMyName", "name", 64),
    "setMyDescription": ("getMyDescription", "description", 512),
    "setMyShortDescription": ("getMyShortDescription", "short_description", 120),
}
GETTERS = {getter: field for getter, field, _ in TEXTS.values()}


def _key(world: World, request: Request) -> tuple[str, str, str]:
    """Return the drawer of a scope and a language."""
    scope = request.get("scope") or {"type": "default"}
    if "chat_id" in scope:
        chat = world.find_chat(scope["chat_id"])
        if scope["type"] != "chat" and chat.type == "private":
            reject("can't use specified scope in private chats")
        scope = scope | {"chat_id": chat.id}
    return "commands", json.dumps(scope, sort_keys=True), _language(request)


def _language(request: Request) -> str:
    language = str(request.get("language_code") or "")
    if not LANGUAGE.fullmatch(language):
        reject("LANGUAGE_CODE_INVALID")
    return language


@handles("setMyCommands")
def set_commands(world: World, request: Request) -> bool:
    """Set the menu of commands of a scope and a language."""
    if len(request["commands"]) > COMMANDS_LIMIT:
        reject("BOT_COMMANDS_TOO_MUCH")
    for command in request["commands"]:
        if not COMMAND.fullmatch(command["command"].removeprefix("/")):
            reject("BOT_COMMAND_INVALID")
        if len(command["description"].strip()) not in COMMAND_DESCRIPTION:
            reject("BOT_COMMAND_DESCRIPTION_INVALID")
    world.settings[_key(world, request)] = request["commands"]
    world.touch()
    return True


@handles("getMyCommands")
def get_commands(world: World, request: Request) -> Any:
    """Return the menu of exactly this scope and language."""
    return world.settings.get(_key(world, request), [])


@handles("deleteMyCommands")
def delete_commands(world: World, request: Request) -> bool:
    """Forget the menu of this scope and language."""
    world.settings.pop(_key(world, request), None)
    return True


@handles(*TEXTS)
def set_text(world: World, request: Request) -> bool:
    """Set name or description in a language."""
    _, field, limit = TEXTS[request.method]
    text = request.get(field, "")
    if len(text) > limit:
        reject(f"bot {field.replace('_', ' ')} is too long")
    world.settings[field, _language(request)] = text
    return True


@handles(*GETTERS)
def get_text(world: World, request: Request) -> Raw:
    """Return name or description in a language, or without one."""
    field = GETTERS[request.method]
    default = world.settings.get((field, ""), world.bot["first_name"] if field == "name" else "")
    return {field: world.settings.get((field, _language(request))) or default}


@handles("setChatMenuButton")
def set_menu_button(world: World, request: Request) -> bool:
    """Set what the button beside the text field does."""
    world.settings["menu", str(request.get("chat_id", ""))] = request.get("menu_button", {"type": "default"})
    return True


@handles("getChatMenuButton")
def get_menu_button(world: World, request: Request) -> Any:
    """Return what the button beside the text field does."""
    return world.settings.get(("menu", str(request.get("chat_id", ""))), {"type": "default"})
