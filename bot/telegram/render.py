"""From our messages to Telegram's: HTML, keyboards, both as the Bot API's own JSON has them."""

import html
import re
from typing import Any

from bot.channel import Buttons, Message, Part, Style

Markup = dict[str, Any]  # Bot API, InlineKeyboardMarkup or ReplyKeyboardMarkup

_BOLD = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)


def as_html(parts: tuple[Part, ...]) -> str:
    """Write parts as Telegram's HTML; everything is escaped, whoever wrote it."""
    return "".join(map(_part, parts)).strip()


def as_plain(parts: tuple[Part, ...]) -> str:
    """Write parts without any markup."""
    return "".join(
        _BOLD.sub(r"\1", part.text) if part.style is Style.TEXT else part.text for part in parts
    ).strip()


def _part(part: Part) -> str:
    escaped = html.escape(part.text, quote=False)
    match part.style:
        case Style.TEXT:
            return _BOLD.sub(r"<b>\1</b>", escaped)
        case Style.QUOTE:
            return f"<blockquote>{escaped}</blockquote>"
        case Style.VERBATIM:
            return escaped


def inline_keyboard(buttons: Buttons) -> Markup | None:
    """Make the buttons below a message; None when there are none."""
    if not buttons:
        return None
    return {
        "inline_keyboard": [
            [
                {"text": button.label, "url": button.url}
                if button.url
                else {"text": button.label, "callback_data": button.press}
                for button in row
            ]
            for row in buttons
        ]
    }


def keyboard(message: Message) -> Markup | None:
    """Make a message's buttons, or else the anchor button, which then stays at the bottom of the chat."""
    if message.buttons:
        return inline_keyboard(message.buttons)
    if message.anchor:
        return {"keyboard": [[{"text": message.anchor}]], "resize_keyboard": True, "is_persistent": True}
    return None
