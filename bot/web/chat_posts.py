"""What stands in a conversation on the web, as it is kept: said, corrected or pressed there, or shown by us."""

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bot.channel import Outgoing, pack, unpack


class Voice(StrEnum):
    """Who speaks in what we show."""

    BOT = "bot"
    STAFF = "staff"


@dataclass(frozen=True, slots=True)
class Said:
    """Words of the person."""

    text: str


@dataclass(frozen=True, slots=True)
class Corrected:
    """Other words in the place of earlier ones."""

    of: str  # the name of what is corrected
    text: str


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button that the person pressed."""

    on: int  # number of the post that it is below
    label: str


@dataclass(frozen=True, slots=True)
class Shown:
    """Something of ours."""

    what: Outgoing
    voice: Voice = Voice.BOT
    is_urgent: bool = False  # a safety text


Kept = Said | Corrected | Pressed | Shown


def to_json(kept: Kept) -> str:
    """Write for the database."""
    match kept:
        case Said(text):
            fields: dict[str, Any] = {"is": "said", "text": text}
        case Corrected(of, text):
            fields = {"is": "corrected", "of": of, "text": text}
        case Pressed(on, label):
            fields = {"is": "pressed", "on": on, "label": label}
        case Shown(what, voice, is_urgent):
            fields = {"is": "shown", "voice": voice, "urgent": is_urgent, "what": pack(what)}
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":"))


def from_json(body: str) -> Kept:
    """Read what `to_json` wrote."""
    fields: dict[str, Any] = json.loads(body)
    match fields["is"]:
        case "said":
            return Said(fields["text"])
        case "corrected":
            return Corrected(fields["of"], fields["text"])
        case "pressed":
            return Pressed(fields["on"], fields["label"])
        case _:
            return Shown(unpack(fields["what"]), Voice(fields["voice"]), fields["urgent"])
