"""What a channel can do, and the values that cross its border.

A channel (Telegram, the terminal) reads its raw updates into the values below and performs what the
outbox holds. Everything between knows only these values, so that no room but the channel's own depends
on how a channel looks.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol, runtime_checkable

from bot import json_text

# ---------------------------------------------------------------- what comes in


class MediaKind(StrEnum):
    """What was sent instead of words."""

    PHOTO = "photo"
    VOICE = "voice"
    VIDEO = "video"
    VIDEO_NOTE = "video_note"
    ANIMATION = "animation"
    STICKER = "sticker"
    DOCUMENT = "document"
    AUDIO = "audio"
    CONTACT = "contact"
    LOCATION = "location"
    OTHER = "other"  # polls, dice, games ...: what no channel can copy without showing more than it should


@dataclass(frozen=True, slots=True)
class Media:
    """Something other than words; `tells` when it may show who the sender is (a name, a number, a place)."""

    kind: MediaKind
    tells: bool = False
    album: str = ""  # names what was sent together with others

    @property
    def may_be_copied(self) -> bool:
        """Whether the channel can carry it across without its origin."""
        return self.kind is not MediaKind.OTHER


@dataclass(frozen=True, slots=True)
class Turn:
    """One utterance or press of a person in their own chat with the bot."""

    chat: str  # "telegram:123"
    ref: str = ""  # the channel's own name for the message, to copy or answer it
    text: str = ""  # what was written: text, caption, or what follows a command
    command: str = ""  # "start" for /start
    press: str = ""  # the data of a pressed button
    press_id: str = ""  # what the channel needs to end the button's waiting
    media: Media | None = None
    is_edit: bool = False
    language_hint: str = ""  # the language of the person's device, for want of anything better


@dataclass(frozen=True, slots=True)
class StaffTurn:
    """Something a person did in a group: written, pressed, commanded."""

    chat: str
    staff: str  # the channel's id of who did it; never shown
    name: str  # how colleagues know them
    ref: str = ""
    text: str = ""
    command: str = ""
    press: str = ""
    press_id: str = ""
    thread: str = ""  # the forum topic it happened in
    reply_to: str = ""  # ref of the message it answers
    media: Media | None = None
    is_edit: bool = False
    is_forum: bool = False
    is_nameless: bool = False  # an anonymous admin: nobody can tell who it was
    is_member: bool = True  # of that group, as far as the channel knows
    is_at_desk: bool = False  # done on the desk's pages, for the group


@dataclass(frozen=True, slots=True)
class Reach:
    """A person blocked the bot, or let it in again."""

    chat: str
    reachable: bool


@dataclass(frozen=True, slots=True)
class Membership:
    """The bot was added to a group, or put out of it."""

    chat: str
    present: bool
    is_forum: bool = False


@dataclass(frozen=True, slots=True)
class Moved:
    """A group became another chat (Telegram: a supergroup)."""

    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Ignored:
    """An update that asks nothing of us; counted by its kind."""

    kind: str


Reading = Turn | StaffTurn | Reach | Membership | Moved | Ignored


class MalformedUpdate(Exception):  # noqa: N818 (named for the case, as all of ours are)
    """An update that cannot be read. It is kept, and reported to humans; the channel goes on."""


# ---------------------------------------------------------------- what goes out


class Style(StrEnum):
    """How a part of a message is shown."""

    TEXT = "text"  # our own words; `**bold**` is markup
    VERBATIM = "verbatim"  # somebody's words, to the letter
    QUOTE = "quote"  # the same, set apart


@dataclass(frozen=True, slots=True)
class Part:
    """A run of text in one style."""

    text: str
    style: Style = Style.TEXT


@dataclass(frozen=True, slots=True)
class Button:
    """A button below a message: its label, and either data that comes back or an address that opens."""

    label: str
    press: str = ""
    url: str = ""


Buttons = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Message:
    """Words on their way to a chat."""

    chat: str
    parts: tuple[Part, ...]
    buttons: Buttons = ()
    anchor: str = ""  # label of the anchor button, to be shown at the bottom of the person's chat
    reply_to: str = ""
    is_alert: bool = False  # the message of a case that its later changes are shown on
    origin: str = ""  # ref of the message whose words this carries
    carries_for: str = ""  # chat of the staff member whose words this carries; they are told how it went


@dataclass(frozen=True, slots=True)
class Copy:
    """Something other than words, carried across without its origin."""

    chat: str
    from_chat: str
    ref: str
    origin: str = ""
    carries_for: str = ""
    reply_to: str = ""
    without_caption: bool = False
    album: str = ""  # those of one album go together
    more: tuple[str, ...] = ()  # refs of the others of its album
    lead: str = ""  # what is said before an album, where nothing else shows whose it is

    @property
    def refs(self) -> tuple[str, ...]:
        """All that are copied."""
        return (self.ref, *self.more)


@dataclass(frozen=True, slots=True)
class Edit:
    """A message of ours, changed."""

    chat: str
    ref: str
    parts: tuple[Part, ...]
    buttons: Buttons = ()


@dataclass(frozen=True, slots=True)
class Reaction:
    """A sign on a message of somebody."""

    chat: str
    ref: str
    emoji: str


@dataclass(frozen=True, slots=True)
class PressAnswer:
    """The end of a button's waiting; with words, if there is something to say."""

    chat: str
    press_id: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class TopicClosing:
    """A case's own topic is closed."""

    chat: str
    thread: str


@dataclass(frozen=True, slots=True)
class TopicNaming:
    """A case's own topic is called otherwise."""

    chat: str
    thread: str
    name: str


@dataclass(frozen=True, slots=True)
class CommandMenu:
    """The commands that a chat is shown, each with what it does."""

    chat: str
    commands: tuple[tuple[str, str], ...]


Outgoing = Message | Copy | Edit | Reaction | PressAnswer | TopicClosing | TopicNaming | CommandMenu

_KINDS: Mapping[str, type[Outgoing]] = {
    kind.__name__: kind
    for kind in (Message, Copy, Edit, Reaction, PressAnswer, TopicClosing, TopicNaming, CommandMenu)
}


def text_message(chat: str, text: str, **more: Any) -> Message:
    """Make a message of our own words alone."""
    return Message(chat, (Part(text),), **more)


def pack(outgoing: Outgoing) -> str:
    """Write an outgoing thing as JSON, for the outbox."""
    fields = {"is": type(outgoing).__name__, **_fields(outgoing)}
    return json_text.write(fields, default=_fields)


def _fields(value: Any) -> dict[str, Any]:
    """Return a dataclass's fields as they are: `dataclasses.asdict` copies each of them, deeply."""
    return {each.name: getattr(value, each.name) for each in dataclasses.fields(value)}


def unpack(body: str) -> Outgoing:
    """Read what `pack` wrote."""
    fields: dict[str, Any] = json_text.read(body)
    kind = _KINDS[fields.pop("is")]
    if "parts" in fields:
        fields["parts"] = tuple(Part(part["text"], Style(part["style"])) for part in fields["parts"])
    if "buttons" in fields:
        fields["buttons"] = tuple(tuple(Button(**button) for button in row) for row in fields["buttons"])
    if "commands" in fields:
        fields["commands"] = tuple((name, text) for name, text in fields["commands"])
    if "more" in fields:
        fields["more"] = tuple(fields["more"])
    return kind(**fields)


# ---------------------------------------------------------------- how it went


@dataclass(frozen=True, slots=True)
class Sent:
    """The channel took it; `ref` names the message that came of it, if one did, `more` those of an album."""

    ref: str = ""
    more: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wait:
    """Not now: not sent, try again after so many seconds. `reason` is for the log.

    `is_its_own` says that the message itself may be at fault; else it keeps its place however long this lasts.
    """

    seconds: float
    reason: str
    is_its_own: bool = False


@dataclass(frozen=True, slots=True)
class Unsure:
    """It may have been sent, and it may not: the answer was lost."""

    reason: str


class Refusal(StrEnum):
    """Why a channel refused something for good."""

    BLOCKED = "blocked"  # the person does not want us, or is gone
    GONE = "gone"  # the chat, the message or our right to it is gone
    MOVED = "moved"  # the chat goes on under another name (`Refused.chat`)
    NO_THREAD = "no thread"  # the forum topic is gone
    WORDS_ONLY = "words only"  # where it should go, there are no pictures, voices or files
    UNREADABLE = "unreadable"  # no channel was asked: what we kept is damaged
    INVALID = "invalid"  # the channel says that what we sent is wrong: a bug of ours


@dataclass(frozen=True, slots=True)
class Refused:
    """The channel will not take it."""

    refusal: Refusal
    reason: str  # the channel's own words
    chat: str = ""


Outcome = Sent | Wait | Unsure | Refused


class Channel(Protocol):
    """A way to reach people."""

    name: str  # the part of a chat before its colon
    text_limit: int  # characters (UTF-16 units) in one message

    def read(self, raw: str) -> Reading:
        """Read a raw update. Raises MalformedUpdate."""
        ...

    async def send(self, outgoing: Outgoing, *, thread: str = "") -> Outcome:
        """Perform one outgoing thing, in the given topic of a forum. Never raises for what Telegram answers."""
        ...

    async def open_thread(self, chat: str, name: str) -> Outcome:
        """Make a topic in a forum; `Sent.ref` names it."""
        ...

    async def is_there(self) -> bool:
        """Tell whether the channel answers just now; asked before the last copy of a message goes out."""
        ...


@runtime_checkable
class KnowsAgain(Protocol):
    """A channel that knows what it has taken already."""

    def known_as(self, name: str, *, is_urgent: bool) -> Channel:
        """Return the channel for sending one thing under a name: sent twice, it arrives once.

        `is_urgent` says that it is a text that saves, to be shown as such.
        """
        ...
