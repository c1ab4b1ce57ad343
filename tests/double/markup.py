"""Text as Telegram reads it: HTML to entities, lengths in UTF-16 code units, what keyboards may hold."""

import html
import re
from typing import Any, NoReturn
from urllib.parse import urlsplit

from tests.double.errors import reject

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
CALLBACK_DATA_LIMIT = 64  # bytes
BUTTONS_LIMIT = 100  # of one inline keyboard
LINK_SCHEMES = frozenset(
    {"http", "https", "tg", "ton", "tonsite"}
)  # others are no links to Telegram; not tel, mailto

TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
}
NAMED = {"&lt;": "<", "&gt;": ">", "&amp;": "&", "&quot;": '"'}  # Telegram knows these four and numbers
REFERENCE = re.compile(r"&(?:lt|gt|amp|quot|#\d+|#x[0-9a-fA-F]+);")
START_TAG = re.compile(
    r"<([a-zA-Z][a-zA-Z0-9-]*)((?:\s+[a-zA-Z-]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"'>]+))?)*)\s*>"
)
ATTRIBUTE = re.compile(r"([a-zA-Z-]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+)))?")

PATTERNS = {
    "bot_command": re.compile(r"(?<![\w/])/[a-zA-Z0-9_]{1,64}(?:@\w{3,32})?(?!\w)"),
    "url": re.compile(r"https?://\S+"),
    "email": re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+\w"),
    "mention": re.compile(r"(?<![\w@.])@\w{5,32}"),
}


def units(text: str) -> int:
    """Return the length as Telegram counts it."""
    return len(text.encode("utf-16-le")) // 2


def _resolve(match: re.Match[str]) -> str:
    found = match[0]
    return NAMED.get(found) or html.unescape(found)


def _unparsable(reason: str) -> NoReturn:
    reject(f"can't parse entities: {reason}")


def parse_html(source: str) -> tuple[str, list[dict[str, Any]]]:
    """Return the plain text and its entities; anything that is not exactly Telegram's HTML is refused."""
    plain: list[str] = []
    length = 0
    entities: list[dict[str, Any]] = []
    open_tags: list[tuple[str, int, dict[str, str]]] = []
    position = 0
    while position < len(source):
        here = len(source[:position].encode())
        match source[position]:
            case "&":
                reference = REFERENCE.match(source, position)
                piece = _resolve(reference) if reference else "&"
                position += len(reference[0]) if reference else 1
                plain.append(piece)
                length += units(piece)
            case "<" if source.startswith("</", position):
                end = source.find(">", position)
                name = source[position + 2 : end].strip().lower() if end > 0 else ""
                if end < 0:
                    _unparsable(f"Unclosed end tag at byte offset {here}")
                if not open_tags:
                    _unparsable(f"Unexpected end tag at byte offset {here}")
                opened, begin, attributes = open_tags.pop()
                if name not in ("", opened):
                    _unparsable(
                        f'Unmatched end tag at byte offset {here}, expected "</{opened}>", found "</{name}>"'
                    )
                entities.extend(_entity(opened, attributes, begin, length, open_tags, entities))
                position = end + 1
            case "<":
                tag = START_TAG.match(source, position)
                if tag is None:
                    word = re.match(r"<([^\s>]*)", source[position:])
                    name = word[1] if word else ""
                    if source.find(">", position) < 0:
                        _unparsable(f"Unclosed start tag at byte offset {here}")
                    _unparsable(f'Unsupported start tag "{name}" at byte offset {here}')
                name = tag[1].lower()
                attributes = {
                    found[1].lower(): REFERENCE.sub(
                        _resolve, next((g for g in found.groups()[1:] if g is not None), "")
                    )
                    for found in ATTRIBUTE.finditer(tag[2])
                }
                if name not in TAGS or (name == "span" and attributes.get("class") != "tg-spoiler"):
                    _unparsable(f'Unsupported start tag "{name}" at byte offset {here}')
                open_tags.append((name, length, attributes))
                position = tag.end()
            case _:
                stop = min(
                    (
                        found
                        for found in (source.find("<", position), source.find("&", position))
                        if found >= 0
                    ),
                    default=len(source),
                )
                plain.append(source[position:stop])
                length += units(source[position:stop])
                position = stop
    if open_tags:
        _unparsable(f'Can\'t find end tag corresponding to start tag "{open_tags[-1][0]}"')
    entities.sort(key=lambda entity: (entity["offset"], -entity["length"]))
    return "".join(plain), entities


def _entity(
    tag: str,
    attributes: dict[str, str],
    begin: int,
    end: int,
    around: list[tuple[str, int, dict[str, str]]],
    inside: list[dict[str, Any]],
) -> list[dict[str, Any]]:
    """Return what a closed tag amounts to: an entity; nothing when it is empty or its link is no link."""
    if end <= begin:
        return []
    entity: dict[str, Any] = {"type": TAGS[tag], "offset": begin, "length": end - begin}
    match tag:
        case "a":
            link = attributes.get("href", "")
            if not is_link(link):
                return []
            entity["url"] = link
        case "tg-emoji":
            entity["custom_emoji_id"] = attributes.get("emoji-id", "")
        case "blockquote" if "expandable" in attributes:
            entity["type"] = "expandable_blockquote"
        case "code" if (
            around and around[-1][0] == "pre" and attributes.get("class", "").startswith("language-")
        ):
            around[-1][2]["language"] = attributes["class"].removeprefix("language-")
            return []
        case "pre" if "language" in attributes:
            entity["language"] = attributes["language"]
    return [entity]


def is_link(link: str) -> bool:
    """Whether Telegram takes this for a link: a known scheme, and a host with a dot in it (or tg://)."""
    try:
        parts = urlsplit(link if ":" in link else f"http://{link}")
    except ValueError:
        return False
    if parts.scheme.lower() not in LINK_SCHEMES:
        return False
    return parts.scheme.lower() == "tg" or "." in (parts.hostname or "")


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
