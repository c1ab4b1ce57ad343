"""Text as Telegram reads it: HTML to entities, lengths in UTF-16 code units, what keyboards may hold."""

import re
from typing import Any
from urllib.parse import urlsplit

from tests.double.errors import reject
from tests.double.html import parse_html
from tests.double.measures import LINK_SCHEMES, is_link, units

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
CALLBACK_DATA_LIMIT = 64  # bytes
BUTTONS_LIMIT = 100  # of one inline keyboard

PATTERNS = {
    "bot_command": re.compile(r"(?<![\w/])/[a-zA-Z0-9_]{1,64}(?:@\w{3,32})?(?!\w)"),
    "url": re.compile(r"https?://\S+"),
    "email": re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+\w"),
    "mention": re.compile(r"(?<![\w@.])@\w{5,32}"),
}


def found_entities(text: str) -> list[dict[str, Any]]:
    """Return the entities that Telegram finds by itself: commands, links, addresses, mentions."""
    entities = [
        {"type": kind, "offset": units(text[: found.start()]), "length": units(found[0])}
        for kind, pattern in PATTERNS.items()
        for found in pattern.finditer(text)
    ]
    return sorted(entities, key=lambda entity: int(entity["offset"]))


def formatted(
    text: str, parse_mode: str | None, given: list[dict[str, Any]] | None, *, limit: int = TEXT_LIMIT
) -> tuple[str, list[dict[str, Any]]]:
    """Return text and entities as they will be shown; raise when too long, empty or unparsable."""
    match (parse_mode or "").lower():
        case "":
            plain, entities = text, [dict(entity) for entity in given or []]
        case "html":
            plain, entities = parse_html(text)
        case _:
            reject(f"unsupported parse_mode ({parse_mode}; this double reads HTML only)")
    cut = len(plain) - len(plain.lstrip())
    shift = units(plain[:cut])
    stripped = plain.strip()
    if limit == TEXT_LIMIT and not stripped:
        reject("message text is empty" if not plain else "text must be non-empty")
    if (size := units(stripped)) > limit:
        reject("message is too long" if limit == TEXT_LIMIT else "message caption is too long")
    for entity in entities:
        begin = max(entity["offset"] - shift, 0)
        end = min(entity["offset"] + entity["length"] - shift, size)
        entity["offset"], entity["length"] = begin, end - begin
    kept = [entity for entity in entities if entity["length"] > 0]
    return stripped, kept or found_entities(stripped)


def check_keyboard(markup: dict[str, Any] | None) -> None:
    """Raise when a keyboard holds what Telegram refuses: too much data, no text, a link that is none."""
    if not markup:
        return
    for row in markup.get("keyboard", []):
        for button in row:
            if not button.get("text"):
                reject("keyboard button text must be non-empty")
    buttons = [button for row in markup.get("inline_keyboard", []) for button in row]
    if len(buttons) > BUTTONS_LIMIT:
        reject("reply markup is too long")
    for button in buttons:
        _check_inline_button(button)


def _check_inline_button(button: dict[str, Any]) -> None:
    if not button.get("text", "").strip():
        reject("inline keyboard button text must be non-empty")
    actions = [name for name in button if name not in ("text", "icon_custom_emoji_id", "style")]
    if not actions:
        reject("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        reject("can't parse inline keyboard button: exactly one of the optional fields must be used")
    if "callback_data" in button and not 1 <= len(button["callback_data"].encode()) <= CALLBACK_DATA_LIMIT:
        reject("BUTTON_DATA_INVALID")
    if "url" in button and not is_link(button["url"]):
        known = urlsplit(button["url"]).scheme.lower() in {"", *LINK_SCHEMES}
        why = "Wrong HTTP URL" if known else "Unsupported URL protocol"
        reject(f"inline keyboard button URL '{button['url']}' is invalid: {why}")
