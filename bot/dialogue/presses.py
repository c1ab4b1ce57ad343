"""The data behind the buttons in a person's chat: short, readable, checked when it comes back.

Anybody can send any data to a bot, and buttons grow old. So data is only ever a verb and words that are looked
up in the library again; what is not found there is stale.
"""

from dataclasses import dataclass
from enum import StrEnum

DATA_LIMIT = 64  # bytes; Bot API, InlineKeyboardButton.callback_data


class Verb(StrEnum):
    """What a button asks for."""

    TOPIC = "topic"  # answer this topic
    MORE = "more"  # all services of this topic
    CHOICE = "choice"  # topic, and the reply to its question
    PAGE = "page"  # something to read
    LADDER = "ladder"  # what the school does when absences grow
    MENU = "menu"
    GROUP = "group"  # the topics of this group
    HUMAN = "human"
    LANGUAGE = "language"
    CAMPUS = "campus"
    ROLE = "role"
    HELPED = "helped"  # topic, yes or no
    NOT_MEANT = "not-meant"
    CONCERN = "concern"
    SHARE = "share"
    FORGET = "forget"
    END = "end"  # the person closes the conversation with staff
    SUBSCRIBE = "subscribe"  # audience, then campus
    UNSUBSCRIBE = "unsubscribe"
    AFTER = "after"  # whether the conversation helped


YES = "yes"
NO = "no"
ANY = "-"  # "skip" or "none of these"


@dataclass(frozen=True, slots=True)
class Press:
    """A verb and its words."""

    verb: Verb
    words: tuple[str, ...] = ()

    @property
    def word(self) -> str:
        """The first word, or nothing."""
        return self.words[0] if self.words else ""


def data(verb: Verb, *words: str) -> str:
    """Write a button's data. Raises ValueError when it would not fit a button."""
    text = ":".join((verb, *words))
    if len(text.encode()) > DATA_LIMIT:
        raise ValueError(f"button data of {len(text.encode())} bytes: at most {DATA_LIMIT} fit")
    return text


def read(text: str) -> Press | None:
    """Read a button's data; None when it is not ours or too old to understand."""
    verb, *words = text.split(":")
    if verb not in Verb.__members__.values() or len(text.encode()) > DATA_LIMIT:
        return None
    return Press(Verb(verb), tuple(words))
