"""Messages, topics and calls as a test reads them."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

Raw = dict[str, Any]

KINDS = (
    "text",
    "photo",
    "document",
    "voice",
    "audio",
    "video",
    "video_note",
    "animation",
    "sticker",
    "contact",
    "venue",
    "location",
    "poll",
    "dice",
)
SERVICE = (
    "forum_topic_created",
    "forum_topic_edited",
    "forum_topic_closed",
    "forum_topic_reopened",
    "new_chat_members",
    "left_chat_member",
    "new_chat_title",
    "pinned_message",
    "migrate_to_chat_id",
    "migrate_from_chat_id",
)


@dataclass(frozen=True, slots=True)
class Button:
    """An inline button."""

    text: str
    data: str | None = None
    url: str | None = None


@dataclass(frozen=True)
class Seen:
    """A message as it stood when it was looked at."""

    raw: Raw
    kept: Raw = field(repr=False)

    @property
    def id(self) -> int:
        return int(self.raw["message_id"])

    @property
    def chat(self) -> int:
        return int(self.raw["chat"]["id"])

    @property
    def text(self) -> str:
        """Text or caption as people read it, without markup."""
        return str(self.raw.get("text", self.raw.get("caption", "")))

    @property
    def source(self) -> str | None:
        """Text or caption as the program sent it, markup included."""
        source: str | None = self.kept["source"]
        return source

    @property
    def parse_mode(self) -> str | None:
        mode: str | None = self.kept["parse_mode"]
        return mode

    @property
    def entities(self) -> list[Raw]:
        return [*(self.raw.get("entities") or self.raw.get("caption_entities") or [])]

    @property
    def kind(self) -> str:
        """What it is: text, photo, contact ... or the name of its service."""
        return next((kind for kind in (*KINDS, *SERVICE) if kind in self.raw), "other")

    @cached_property
    def rows(self) -> list[list[Button]]:
        """The inline buttons, by row."""
        keyboard = self.raw.get("reply_markup", {}).get("inline_keyboard", [])
        return [
            [Button(one["text"], one.get("callback_data"), one.get("url")) for one in row] for row in keyboard
        ]

    @property
    def buttons(self) -> list[Button]:
        """All inline buttons."""
        return [button for row in self.rows for button in row]

    @property
    def keyboard(self) -> list[list[str]]:
        """The reply keyboard that came with it, as texts."""
        return [
            [button["text"] for button in row] for row in (self.kept["keyboard"] or {}).get("keyboard", [])
        ]

    @property
    def by_bot(self) -> bool:
        return bool(self.kept["by_bot"])

    @property
    def author(self) -> str:
        """Who wrote it, as others see it."""
        return "bot" if self.by_bot else str(self.raw.get("from", {}).get("first_name", "?"))

    @property
    def topic(self) -> int | None:
        """The forum topic's id; None for the general one."""
        return self.raw.get("message_thread_id") if self.raw.get("is_topic_message") else None

    @property
    def reply_to(self) -> int | None:
        """The message that it answers."""
        answered: Raw = self.raw.get("reply_to_message", {})
        return None if "forum_topic_created" in answered else answered.get("message_id")

    @property
    def reactions(self) -> list[str]:
        """The bot's reactions to it."""
        return list(self.kept["reactions"])

    @property
    def versions(self) -> list[str]:
        """The texts that it had before, oldest first."""
        return [str(old.get("text", old.get("caption", ""))) for old in self.kept["versions"]]

    @property
    def deleted(self) -> bool:
        return bool(self.kept["deleted"])

    @property
    def pinned(self) -> bool:
        return bool(self.kept["pinned"])

    @property
    def silent(self) -> bool:
        return bool(self.kept["silent"])

    @property
    def forwarded(self) -> bool:
        return bool(self.kept["forwarded"])

    @property
    def copied_from(self) -> tuple[int, int] | None:
        """Chat and message that it is a copy of."""
        origin = self.kept["copied_from"]
        return (origin[0], origin[1]) if origin else None

    @property
    def at(self) -> float:
        """When it came, on the monotonic clock."""
        return float(self.kept["at"])

    @property
    def number(self) -> int:
        """Its place in the order of all messages in all chats."""
        return int(self.kept["number"])

    def line(self) -> str:
        """Return it as one line of a transcript."""
        marks = "".join(
            mark
            for mark, holds in (
                (" (deleted)", self.deleted),
                (f" (edited {len(self.versions)}x)", bool(self.versions)),
                (f" {''.join(self.reactions)}", bool(self.reactions)),
            )
            if holds
        )
        where = f" #{self.topic}" if self.topic else ""
        what = self.text if self.kind == "text" else f"<{self.kind}> {self.text}".rstrip()
        buttons = "".join(f" [{button.text}]" for button in self.buttons)
        keyboard = "".join(f" ({text})" for row in self.keyboard for text in row)
        return f"{self.id}{where} {self.author}: {what}{buttons}{keyboard}{marks}"


@dataclass(frozen=True, slots=True)
class TopicSeen:
    """A forum topic."""

    id: int
    name: str
    closed: bool
    deleted: bool


@dataclass(frozen=True, slots=True)
class CallSeen:
    """A call of the program."""

    method: str
    parameters: Raw
    at: float
    ended_at: float | None
    answer: Raw | None
    fault: str | None

    @property
    def ok(self) -> bool:
        return bool(self.answer and self.answer.get("ok"))
