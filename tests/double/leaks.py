"""A tripwire: does anything that the bot put into a chat tell who somebody is?"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.double.seen import Raw, Seen

SHORTEST_NAME = 2  # one letter is in every text
# The chat and the bot are known to whoever reads there, and times say nothing.
NOT_LOOKED_AT = frozenset(
    {"chat", "from", "date", "edit_date", "message_id", "message_thread_id", "file_size"}
)


@dataclass(frozen=True, slots=True)
class Leak:
    """Something of a person that stands where it should not."""

    message: int
    where: str  # a path into the message: "text", "reply_markup.inline_keyboard[0][0].callback_data"
    what: str  # which of the person's things: first_name, username, id ...
    value: str
    text: str


def leaks_in(
    messages: Sequence[Seen], people: Sequence[Raw], files: Mapping[str, str], toasts: Sequence[str]
) -> list[Leak]:
    """Return every leak in the bot's messages, earlier versions and deleted ones included, and in its toasts."""
    shown = [leak for text in toasts for leak in _found(0, "answerCallbackQuery.text", text, people)]
    return shown + [
        leak
        for seen in messages
        if seen.by_bot
        for raw in (*seen.kept["versions"], seen.raw)
        for where, text in _strings(raw, "", files)
        for leak in _found(seen.id, where, text, people)
    ]


def _strings(value: Any, where: str, files: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield each text and number of a message with its path; a file also by the name it was sent with."""
    match value:
        case dict():
            for key, inner in value.items():
                if key in NOT_LOOKED_AT and not ("origin" in where or "reply_to_message" in where):
                    continue
                if key == "chat" and "reply_to_message" in where:
                    continue
                yield from _strings(inner, f"{where}.{key}".lstrip("."), files)
        case list():
            for position, inner in enumerate(value):
                yield from _strings(inner, f"{where}[{position}]", files)
        case str() if where.endswith("file_id"):
            yield f"{where}(name)", files.get(value, "")
        case bool():
            return
        case str() | int() | float():
            yield where, str(value)


def _found(message: int, where: str, text: str, people: Sequence[Raw]) -> Iterator[Leak]:
    folded = text.casefold()
    for person in people:
        for what in ("first_name", "last_name", "username", "id", "phone"):
            value = str(person.get(what) or "")
            if len(value) >= SHORTEST_NAME and _holds(folded, value.casefold(), what):
                yield Leak(message, where, what, value, text)


def _holds(text: str, value: str, what: str) -> bool:
    """Whether a text holds a value; names as words (inflected ones too), numbers however they are spaced."""
    match what:
        case "phone":
            digits = re.sub(r"\D", "", value)[-7:]
            return digits in re.sub(r"[^\d]", "", text)
        case "id":
            return value in text
        case _:
            return re.search(rf"(?<!\w){re.escape(value)}", text) is not None
