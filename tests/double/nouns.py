"""What there is in Telegram: accounts, chats, members, topics, messages, files, presses; and the program's calls."""

from dataclasses import dataclass, field
from typing import Any

Raw = dict[str, Any]

GENERAL_TOPIC = 1
# Telegram's own account for administrators who write anonymously.
ANONYMOUS_ADMIN = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
QUERY_LIFETIME = 15 * 60.0  # seconds until a press can't be answered any more

ADMIN_RIGHTS = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_pin_messages",
    "can_manage_topics",
)
# What api.json says that every administrator's description must hold, given or not.
OTHER_RIGHTS = ("can_post_stories", "can_edit_stories", "can_delete_stories", "is_anonymous")


@dataclass(slots=True)
class Account:
    """A person; `phone` is what their contact card would show."""

    id: int
    first_name: str
    last_name: str | None = None
    username: str | None = None
    language_code: str | None = None
    phone: str | None = None
    started: bool = False  # has written to the bot: before that the bot may not
    blocked: bool = False
    deactivated: bool = False

    def user(self) -> Raw:
        """Return the Bot API's User."""
        named = {
            "last_name": self.last_name,
            "username": self.username,
            "language_code": self.language_code,
        }
        given = {key: value for key, value in named.items() if value is not None}
        return {"id": self.id, "is_bot": False, "first_name": self.first_name, **given}


@dataclass(slots=True)
class Kept:
    """A message as it stands now, with what a test may want to know about how it came."""

    raw: Raw
    by_bot: bool
    number: int  # of all messages in all chats, in order
    at: float  # monotonic
    source: str | None = None  # the text as the program sent it, markup and all
    parse_mode: str | None = None
    silent: bool = False
    keyboard: Raw | None = None  # reply keyboard, its removal, or a forced reply
    reactions: list[str] = field(default_factory=list)  # the bot's
    versions: list[Raw] = field(default_factory=list)  # earlier states, oldest first
    deleted: bool = False
    pinned: bool = False
    copied_from: tuple[int, int] | None = None
    forwarded: bool = False

    @property
    def id(self) -> int:
        return int(self.raw["message_id"])

    @property
    def thread(self) -> int | None:
        return self.raw.get("message_thread_id") if self.raw.get("is_topic_message") else None

    def plain(self) -> str:
        """Return text or caption."""
        return str(self.raw.get("text", self.raw.get("caption", "")))

    def to_json(self) -> Raw:
        """Return all of it, for drivers in other processes."""
        return {
            "raw": self.raw,
            "by_bot": self.by_bot,
            "number": self.number,
            "at": self.at,
            "source": self.source,
            "parse_mode": self.parse_mode,
            "silent": self.silent,
            "keyboard": self.keyboard,
            "reactions": self.reactions,
            "versions": self.versions,
            "deleted": self.deleted,
            "pinned": self.pinned,
            "copied_from": self.copied_from,
            "forwarded": self.forwarded,
        }


@dataclass(slots=True)
class Topic:
    """A forum topic; its id is that of the service message which opened it."""

    id: int
    name: str
    icon_color: int = 7322096
    icon_custom_emoji_id: str | None = None
    closed: bool = False
    deleted: bool = False
    by: int = 0  # whose it is; the bot may change its own without a right to all
    gone_as: str = "message thread not found"  # the words in which sending to it is refused once deleted


@dataclass(slots=True)
class Member:
    """One account's standing in a group."""

    status: str  # creator, administrator, member, left, kicked
    rights: dict[str, bool] = field(default_factory=dict)


@dataclass(slots=True)
class Chat:
    """A private chat, a plain group, a supergroup or a forum."""

    id: int
    type: str
    title: str | None = None
    username: str | None = None
    is_forum: bool = False
    person: Account | None = None
    members: dict[int, Member] = field(default_factory=dict)
    topics: dict[int, Topic] = field(default_factory=dict)
    messages: dict[int, Kept] = field(default_factory=dict)
    migrated_to: int | None = None
    keyboard: Raw | None = None  # the reply keyboard that the person sees
    last_message_id: int = (
        1  # of a supergroup: 1 is the message that it was created with, and the general topic
    )
    pinned: list[int] = field(default_factory=list)

    def brief(self) -> Raw:
        """Return the Bot API's Chat."""
        if self.person is not None:
            user = self.person.user()
            return {"id": self.id, "type": "private"} | {
                key: user[key] for key in ("first_name", "last_name", "username") if key in user
            }
        shown = {"title": self.title, "username": self.username, "is_forum": self.is_forum or None}
        return {"id": self.id, "type": self.type} | {
            key: value for key, value in shown.items() if value is not None
        }


@dataclass(slots=True)
class File:
    """Something that can be downloaded."""

    id: str
    name: str
    content: bytes
    path: str


@dataclass(slots=True)
class Query:
    """A press of an inline button, answered or not."""

    id: str
    chat: int
    at: float
    answer: Raw | None = None


@dataclass(slots=True)
class Call:
    """One call of the program to the API, and what it got."""

    method: str
    parameters: Raw
    at: float  # monotonic, when it came
    answer: Raw | None = None  # None: it hangs, or the connection was lost before the effect
    fault: str | None = None  # the fault that met it
    ended_at: float | None = None

    @property
    def ok(self) -> bool:
        return bool(self.answer and self.answer.get("ok"))

    @property
    def chat(self) -> int | None:
        chat = self.parameters.get("chat_id")
        return (
            int(chat)
            if isinstance(chat, int) or (isinstance(chat, str) and chat.lstrip("-").isdigit())
            else None
        )


@dataclass(slots=True)
class Webhook:
    """Where updates are posted to, when the program asked for that."""

    url: str = ""
    secret: str | None = None
    max_connections: int = 40
    last_error: str | None = None
    last_error_at: int | None = None
