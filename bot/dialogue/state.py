"""What the dialogue knows about a person, and what it decides about a turn."""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum

from bot import json_text
from bot.channel import Buttons, Media, Message, Outgoing, Part
from content.schema import Role
from intents.language import Language
from intents.risk import Level, Risk

EVERY_CAMPUS = "*"  # in a wish: bulletins of all campuses


@dataclass(frozen=True, slots=True)
class Wish:
    """Bulletins that somebody wants: for an audience (a role), of a campus or of all."""

    audience: str
    campus: str


@dataclass(frozen=True, slots=True)
class WishChange:
    """A subscription that begins or ends; without a wish, all of them end."""

    wish: Wish | None
    is_wanted: bool


class Mode(StrEnum):
    """Who talks with the person now."""

    BOT = "bot"
    WAITING = "waiting"  # a case is open, nobody has taken it yet
    HUMAN = "human"  # somebody has: the bot is silent but for safety


@dataclass(frozen=True, slots=True)
class Memory:
    """What is remembered from turn to turn; kept sealed in the contact's row."""

    topic: str = ""  # the last one answered
    introduced: bool = False  # has heard that this is a bot, and has the anchor button
    asked_campus: bool = False
    misses: int = 0  # turns in a row that were not understood
    offered_human: bool = False  # has just been asked whether a human may write
    asked_to_forget: bool = False  # has just been asked whether everything shall be deleted
    to_share: str = ""  # refs of what waits for a yes before staff see it, by spaces
    media_at: str = ""  # when the bot last said that it cannot read pictures, ISO
    safety_at: str = ""  # when the whole safety reply last went out, ISO
    safety_level: int = 0
    safety_for: str = ""  # what kind of danger it was for, and whose
    acknowledged: bool = False  # has heard that messages reach the waiting case
    numbers_at: str = ""  # when the help numbers were last shown again while nobody was there, ISO

    def to_json(self) -> str:
        """Write for the contact's row, leaving out what says nothing."""
        said = ((name, getattr(self, name)) for name in _REMEMBERED)
        return json_text.write({name: value for name, value in said if value})

    @classmethod
    def from_json(cls, text: str) -> "Memory":
        """Read `to_json`'s text; fields of another version of the program are passed over."""
        kept = json_text.read(text or "{}")
        return cls(**{name: value for name, value in kept.items() if name in _REMEMBERED})


_REMEMBERED = tuple(each.name for each in fields(Memory))


@dataclass(frozen=True, slots=True)
class Person:
    """Whom the dialogue talks with."""

    chat: str
    language: Language
    language_chosen: bool = False  # by button or command: no guess changes it any more
    role: Role | None = None
    campus: str | None = None
    mode: Mode = Mode.BOT
    is_in_danger: bool = False  # as their open case has it
    has_staff: bool = True  # some staff chat is bound; known before the introduction, where it is said
    memory: Memory = field(default_factory=Memory)
    wishes: tuple[Wish, ...] = ()  # their subscriptions; looked up only when a turn is about them
    site: str = ""  # the address at which everybody reaches the school's pages, if there is one

    def remembering(self, **changes: object) -> "Person":
        """Return the same person with a changed memory."""
        return replace(self, memory=replace(self.memory, **changes))  # type: ignore[arg-type]  # names are Memory's

    @property
    def is_on_web(self) -> bool:
        """Whether they write on our own page: who else sees it is another matter there than in Telegram."""
        return is_on_web(self.chat)

    @property
    def role_or_student(self) -> Role:
        """The role to speak to when none is known."""
        return self.role or Role.STUDENT


@dataclass(frozen=True, slots=True)
class Handoff:
    """The wish to bring humans in: by the person, or because of a risk."""

    risk: Risk
    is_asked: bool = False  # the person asked for it
    understood: str = ""  # what the bot took the matter to be: a topic's id

    @property
    def level(self) -> Level:
        """How grave it is."""
        return self.risk.level


@dataclass(frozen=True, slots=True)
class Relay:
    """What goes to the staff of an open case."""

    text: str = ""
    media: Media | None = None
    ref: str = ""
    is_edit: bool = False


class Outcome(StrEnum):
    """What became of a message that was not understood."""

    DECLINED = "declined"  # the bot said that it did not understand
    ASKED = "asked"  # it asked which topic was meant
    NOT_MEANT = "not-meant"  # it answered, and the person said that they meant something else


@dataclass(frozen=True, slots=True)
class Unanswered:
    """The wish to keep a message for the keepers of content: masked words, nothing of who wrote them."""

    text: str
    language: Language
    outcome: Outcome
    guesses: tuple[str, ...] = ()  # ids of topics, the best first


@dataclass(frozen=True, slots=True)
class Step:
    """What the dialogue decided about a turn."""

    person: Person
    replies: tuple[Outgoing, ...] = ()
    handoff: Handoff | None = None
    relay: Relay | None = None
    is_safety: bool = False  # the replies save: they go first and are sent again in doubt
    ends_case: bool = False
    exports: bool = False
    forgets: bool = False
    wish: WishChange | None = None
    helpful: tuple[str, bool] | None = None  # topic, and whether its answer helped
    understood: str = ""  # for the transcript that staff see
    unanswered: Unanswered | None = None  # to be kept for the keepers of content
    not_meant: str = ""  # the topic of an answer that the person did not mean


def is_on_web(chat: str) -> bool:
    """Tell whether a chat is one on our own page."""
    return chat.startswith("web:")


def say(chat: str, text: str, *, buttons: Buttons = (), anchor: str = "") -> Message:
    """Make a message of the bot's own words."""
    return Message(chat, (Part(text),), buttons=buttons, anchor=anchor)


def words_of(replies: Sequence[Outgoing]) -> str:
    """Return what was said in some replies, for the transcript."""
    return "\n".join(part.text for reply in replies if isinstance(reply, Message) for part in reply.parts)
