"""How a conversation looks: posts become items, in which what people wrote is text and nothing else."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from markupsafe import Markup, escape
from sqlalchemy.ext.asyncio import AsyncSession

from bot.channel import Button, Edit, Message, Part, Style
from bot.web.chat_posts import Corrected, Pressed, Said, Shown, Voice, from_json
from content.hours import HELSINKI
from storage import web_chats
from storage.web_chats import WebPost

YOU = "you"
_OURS = re.compile(
    r"\*\*(?P<bold>.+?)\*\*"
    r"|(?P<url>https?://[^\s<>\"]*[^\s<>\".,;:!?)])"
    r"|(?<![\d.,+])(?P<phone>(?:112|116[ \u00a0]?\d{3})(?!\d)|(?:\+\d|0\d)[\d \u00a0-]{3,}\d)",
    re.DOTALL,
)
_MAY_OPEN = ("https://", "http://", "tel:")


@dataclass(frozen=True, slots=True)
class Item:
    """One bubble of a conversation."""

    chat_id: int
    number: int
    voice: str  # you, bot, staff
    at: datetime
    words: Markup
    buttons: tuple[tuple[tuple[int, Button], ...], ...] = ()  # in rows, each with its place among all
    is_urgent: bool = False
    is_corrected: bool = False
    is_press: bool = False
    sent_as: str = ""
    anchor: str = ""

    @property
    def id(self) -> str:
        """What the page calls it."""
        return place(self.chat_id, self.number)

    @property
    def local(self) -> datetime:
        """When it was said, by the clock on the wall."""
        return self.at.astimezone(HELSINKI)


def place(chat_id: int, number: int) -> str:
    """Name a place in a conversation; the id tells a conversation that was begun anew from the one before."""
    return f"{chat_id}-{number}"


def read_place(text: str) -> tuple[int, int]:
    """Read a place; the beginning, when it is none."""
    found = re.fullmatch(r"(\d{1,18})-(\d{1,9})", text)
    return (int(found[1]), int(found[2])) if found else (0, 0)


async def items(session: AsyncSession, chat_id: int, posts: Sequence[WebPost]) -> list[Item]:
    """Make items of posts, in their order; of what was changed there is one item, as it is now."""
    shown: dict[int, Item] = {}
    for post in posts:
        item = await _item(session, chat_id, post, shown)
        if item is not None:
            shown[item.number] = item
    return list(shown.values())


async def _item(session: AsyncSession, chat_id: int, post: WebPost, shown: dict[int, Item]) -> Item | None:
    match from_json(post.body):
        case Corrected(of, text):
            earlier = await _earlier(session, chat_id, await web_chats.named(session, chat_id, of), shown)
            if earlier is None or earlier.voice != YOU:  # it is forgotten: what was written now still counts
                return _said(chat_id, post, text)
            return replace(earlier, words=escape(text), is_corrected=True)
        case Shown(Edit(_, ref, parts, buttons)):
            number = int(ref) if ref.isdecimal() else 0
            earlier = await _earlier(
                session, chat_id, await web_chats.numbered(session, chat_id, number), shown
            )
            if earlier is None:
                return None
            words = markup(parts) if parts else earlier.words
            return replace(earlier, words=words, buttons=_rows(buttons))
        case Shown(Message() as message, voice, is_urgent):
            return Item(
                chat_id,
                post.number,
                voice,
                post.at,
                markup(_without_lead(message.parts) if voice is Voice.STAFF else message.parts),
                buttons=_rows(message.buttons),
                is_urgent=is_urgent,
                anchor=message.anchor,
            )
        case Said(text):
            return _said(chat_id, post, text)
        case Pressed(_, label):
            return replace(_said(chat_id, post, label), is_press=True)
        case _:
            return None


async def _earlier(
    session: AsyncSession, chat_id: int, post: WebPost | None, shown: dict[int, Item]
) -> Item | None:
    if post is None:
        return None
    return shown.get(post.number) or await _item(session, chat_id, post, shown)


def _said(chat_id: int, post: WebPost, text: str) -> Item:
    return Item(chat_id, post.number, YOU, post.at, escape(text), sent_as=post.sent_as or "")


def _without_lead(parts: Sequence[Part]) -> Sequence[Part]:
    """Leave out "Koulun aikuinen:": on the page that stands above every bubble of theirs."""
    is_lead = len(parts) > 1 and parts[0].style is Style.TEXT and parts[0].text.rstrip().endswith(":**")
    return parts[1:] if is_lead else parts


def _rows(buttons: Iterable[Sequence[Button]]) -> tuple[tuple[tuple[int, Button], ...], ...]:
    """Number the buttons; those that would open something else than a page or a call are left out."""
    at = 0
    rows = []
    for row in buttons:
        numbered = []
        for button in row:
            if not button.url or button.url.startswith(_MAY_OPEN):
                numbered.append((at, button))
            at += 1
        rows.append(tuple(numbered))
    return tuple(rows)


def markup(parts: Iterable[Part]) -> Markup:
    """Show parts of a message: our own words with bold, links and numbers to call; others' as the text they are."""
    return Markup("").join(_ours(part.text) if part.style is Style.TEXT else _theirs(part) for part in parts)


def _theirs(part: Part) -> Markup:
    words = escape(part.text)
    return Markup("<q>{}</q>").format(words) if part.style is Style.QUOTE else words


def _ours(text: str) -> Markup:
    shown, at = Markup(""), 0
    for found in _OURS.finditer(text):
        shown += escape(text[at : found.start()])
        shown += _marked(found)
        at = found.end()
    return shown + escape(text[at:])


def _marked(found: re.Match[str]) -> Markup:
    match found.lastgroup:
        case "bold":
            return Markup("<strong>{}</strong>").format(_ours(found["bold"]))
        case "url":
            url = found["url"]
            return Markup('<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>').format(
                url, url.partition("://")[2].rstrip("/")
            )
        case _:
            number = re.sub(r"[^\d+]", "", found["phone"])
            return Markup('<a href="tel:{}">{}</a>').format(number, found["phone"])
