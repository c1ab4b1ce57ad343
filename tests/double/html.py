"""Telegram's HTML, read strictly: text and entities out of it, or the refusal that Telegram would answer."""

import html
import re
from dataclasses import dataclass, field
from typing import Any, NoReturn

from tests.double.errors import reject
from tests.double.measures import is_link, units

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
# Telegram knows these four and numbers.
REFERENCE = re.compile(r"&(?:lt|gt|amp|quot|#\d+|#x[0-9a-fA-F]+);")
START_TAG = re.compile(
    r"<([a-zA-Z][a-zA-Z0-9-]*)((?:\s+[a-zA-Z-]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"'>]+))?)*)\s*>"
)
ATTRIBUTE = re.compile(r"([a-zA-Z-]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+)))?")


@dataclass(slots=True)
class Opened:
    """A tag whose end has not come yet."""

    name: str
    begin: int
    attributes: dict[str, str]


@dataclass(slots=True)
class Reading:
    """How far a source has been read, and what was found."""

    source: str
    position: int = 0
    plain: list[str] = field(default_factory=list)
    length: int = 0  # of the plain text, in code units
    entities: list[dict[str, Any]] = field(default_factory=list)
    opened: list[Opened] = field(default_factory=list)

    def refuse(self, reason: str) -> NoReturn:
        """Refuse, naming the byte that was come to."""
        where, rest = len(self.source[: self.position].encode()), ""
        if ", expected" in reason:
            reason, rest = reason.split(",", 1)
            rest = f",{rest}"
        reject(f"can't parse entities: {reason} at byte offset {where}{rest}")

    def text(self) -> None:
        """Read up to the next sign that means something."""
        found = (self.source.find(sign, self.position) for sign in "<&")
        stop = min((place for place in found if place >= 0), default=len(self.source))
        self._add(self.source[self.position : stop], stop)

    def reference(self) -> None:
        """Read `&lt;` and the like; any other `&` stands for itself."""
        found = REFERENCE.match(self.source, self.position)
        if found is None:
            self._add("&", self.position + 1)
        else:
            self._add(html.unescape(found[0]), found.end())

    def _add(self, piece: str, position: int) -> None:
        self.plain.append(piece)
        self.length += units(piece)
        self.position = position

    def start_tag(self) -> None:
        """Read the beginning of an entity."""
        tag = START_TAG.match(self.source, self.position)
        if tag is None:
            if self.source.find(">", self.position) < 0:
                self.refuse("Unclosed start tag")
            name = re.split(r"[\s>]", self.source[self.position + 1 :], maxsplit=1)[0]
            self.refuse(f'Unsupported start tag "{name}"')
        name, attributes = tag[1].lower(), _attributes(tag[2])
        if name not in TAGS or (name == "span" and attributes.get("class") != "tg-spoiler"):
            self.refuse(f'Unsupported start tag "{name}"')
        self.opened.append(Opened(name, self.length, attributes))
        self.position = tag.end()

    def end_tag(self) -> None:
        """Read the end of an entity, which must be the last that began."""
        end = self.source.find(">", self.position)
        if end < 0:
            self.refuse("Unclosed end tag")
        if not self.opened:
            self.refuse("Unexpected end tag")
        name = self.source[self.position + 2 : end].strip().lower()
        tag = self.opened.pop()
        if name not in ("", tag.name):
            self.refuse(f'Unmatched end tag, expected "</{tag.name}>", found "</{name}>"')
        if self.length > tag.begin:
            self._close(tag)
        self.position = end + 1

    def _close(self, tag: Opened) -> None:
        entity: dict[str, Any] = {
            "type": TAGS[tag.name],
            "offset": tag.begin,
            "length": self.length - tag.begin,
        }
        language = tag.attributes.get("class", "").removeprefix("language-")
        match tag.name:
            case "a" if not is_link(tag.attributes.get("href", "")):
                return  # shown as plain text
            case "a":
                entity["url"] = tag.attributes["href"]
            case "tg-emoji":
                entity["custom_emoji_id"] = tag.attributes.get("emoji-id", "")
            case "blockquote" if "expandable" in tag.attributes:
                entity["type"] = "expandable_blockquote"
            case "code" if language and self.opened and self.opened[-1].name == "pre":
                self.opened[-1].attributes["language"] = language
                return
            case "pre" if "language" in tag.attributes:
                entity["language"] = tag.attributes["language"]
        self.entities.append(entity)


def _attributes(source: str) -> dict[str, str]:
    """Return a tag's attributes; one without a value has the value ""."""
    read = {}
    for found in ATTRIBUTE.finditer(source):
        value = next((group for group in found.groups()[1:] if group is not None), "")
        read[found[1].lower()] = REFERENCE.sub(lambda one: html.unescape(one[0]), value)
    return read


def parse_html(source: str) -> tuple[str, list[dict[str, Any]]]:
    """Return the plain text and its entities; anything that is not exactly Telegram's HTML is refused."""
    reading = Reading(source)
    while reading.position < len(source):
        if source.startswith("</", reading.position):
            reading.end_tag()
        elif source[reading.position] == "<":
            reading.start_tag()
        elif source[reading.position] == "&":
            reading.reference()
        else:
            reading.text()
    if reading.opened:
        name = reading.opened[-1].name
        reject(f"can't parse entities: Can't find end tag corresponding to start tag \"{name}\"")
    reading.entities.sort(key=lambda entity: (entity["offset"], -entity["length"]))
    return "".join(reading.plain), reading.entities
