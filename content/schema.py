"""The shape of services, topics and how people write: strict models, so that a slip of the pen is found at the door.

What a school says of itself, what is said in danger, and what is read beside answers stand beside it (`schema_*.py`).
"""

import re
from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import Field, StrictBool, StringConstraints, field_validator, model_validator
from pydantic_core.core_schema import ValidationInfo

from content.schema_fields import (
    FullText,
    GroupId,
    Id,
    Label,
    LanguageCode,
    Line,
    LocalText,
    Opening,
    Source,
    Strict,
    Url,
    check_url,
)
from intents.language import Language
from intents.risk import About, Kind

_PHONE: Final = re.compile(
    r"(\+358|0)[0-9]{4,12}|1[0-9]{2,5}"
)  # a Finnish number, or a short one: 112, 116 117
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[a-z]{2,}")
CHOICES: Final = range(2, 5)  # buttons below a question


class Role(StrEnum):
    """Who writes; a guardian need not be a parent."""

    STUDENT = "student"
    GUARDIAN = "guardian"
    STAFF = "staff"


class ChannelType(StrEnum):
    """How a service is reached."""

    PHONE = "phone"
    CHAT = "chat"
    WEB = "web"
    EMAIL = "email"
    SMS = "sms"


class ServiceChannel(Strict):
    """One way to reach a service."""

    type: ChannelType
    value: Line | None  # None: not known, never shown
    opening: Opening | None = Field(alias="hours")  # None: not known, nothing is promised
    languages: tuple[LanguageCode, ...] = Field(min_length=1)
    cost: Literal["free", "local"] | None = None
    anonymous: StrictBool | None = None
    verified: StrictBool | None = None  # None: as the service
    note: LocalText | None = None  # public
    remark: Line | None = None  # for staff and keepers

    @field_validator("value")
    @classmethod
    def _has_its_form(cls, value: str | None, info: ValidationInfo) -> str | None:
        match info.data.get("type"), value:
            case ((ChannelType.PHONE | ChannelType.SMS), str()) if not _PHONE.fullmatch(
                re.sub("[ -]", "", value)
            ):
                raise ValueError(
                    f"{value} is not a Finnish number; write 029 123 4567, +358 29 123 4567 or 116 117"
                )
            case ((ChannelType.WEB | ChannelType.CHAT), str()):
                check_url(value)
            case ChannelType.EMAIL, str() if not _EMAIL.fullmatch(value):
                raise ValueError(f"{value} is not an e-mail address; correct it")
        return value

    @property
    def is_conversation(self) -> bool:
        """Say whether a person answers there, so that the language matters."""
        return self.type is not ChannelType.WEB

    def speaks(self, language: Language) -> bool:
        """Say whether one is served there in this language."""
        return language in self.languages


class Service(Strict):
    """Help that one can get."""

    id: Id
    name: LocalText
    what_for: LocalText
    who_for: LocalText | None = None
    roles: tuple[Role, ...] | None = Field(default=None, min_length=1)  # None: for all
    campuses: tuple[Id, ...] | None = Field(default=None, min_length=1)  # None: everywhere
    address: Line | None = None
    languages_note: LocalText | None = None
    channels: tuple[ServiceChannel, ...]
    source: Url | None = None
    more_sources: tuple[Url, ...] = ()
    checked: Line | None = None
    owner: Line | None = None  # who reviews it; None: as the pack says
    freshness: Literal["current", "dated", "old", "undated", "none"] | None = None
    verified: StrictBool
    status: Literal["open", "closed"] | None = None
    remark: Line | None = None
    topics: tuple[Id, ...] = ()

    def is_channel_shown(self, channel: ServiceChannel) -> bool:
        """Say whether a way to reach it is verified at both levels, and known."""
        return self.verified and channel.verified is not False and channel.value is not None

    @property
    def is_shown(self) -> bool:
        """Say whether students and guardians see it: verified, not closed, and with a way to get there."""
        can_be_reached = self.address is not None or any(map(self.is_channel_shown, self.channels))
        return self.verified and self.status != "closed" and can_be_reached

    def shown_channels(self, language: Language) -> tuple[ServiceChannel, ...]:
        """Return the ways to reach it that this speaker should see.

        A line or chat in other languages is left out only where another line or chat speaks theirs; web pages
        stay. Where one is shown that doesn't speak their language, `speaks` tells so.
        """
        shown = tuple(filter(self.is_channel_shown, self.channels))
        if not any(each.is_conversation and each.speaks(language) for each in shown):
            return shown
        return tuple(each for each in shown if not each.is_conversation or each.speaks(language))


class ServicesFile(Strict):
    """`services.yaml` of a school, `services/*.yaml` of common and of schools."""

    services: tuple[Service, ...]


class Phrases(Strict):
    """How people write about something."""

    fi: tuple[Line, ...] = ()
    sv: tuple[Line, ...] = ()
    en: tuple[Line, ...] = ()

    def items(self) -> list[tuple[Language, tuple[str, ...]]]:
        """Return each language with its phrases."""
        return [(Language.FI, self.fi), (Language.SV, self.sv), (Language.EN, self.en)]

    def every(self) -> tuple[str, ...]:
        """Return the phrases of all languages."""
        return self.fi + self.sv + self.en


class WordsByWeight(Strict):
    """Words of one language, between commas."""

    strong: Line | None = None  # they say the topic almost alone
    clear: Line | None = None
    faint: Line | None = None  # they speak for it, among other things

    def items(self) -> list[tuple[float, str]]:
        """Return each word with its weight; a strong one weighs as much as a phrase."""
        by_weight = ((1.0, self.strong), (2 / 3, self.clear), (1 / 3, self.faint))
        return [
            (weight, word.strip())
            for weight, words in by_weight
            for word in (words or "").split(",")
            if word.strip()
        ]


class Words(Strict):
    """The words that carry a topic."""

    fi: WordsByWeight = WordsByWeight()
    sv: WordsByWeight = WordsByWeight()
    en: WordsByWeight = WordsByWeight()

    def items(self) -> list[tuple[float, str]]:
        """Return each word of each language with its weight."""
        return [*self.fi.items(), *self.sv.items(), *self.en.items()]


class PhrasesFile(Strict):
    """`phrases/<topic>.yaml` of common or of a school: how people write about one topic."""

    topic: Id
    heaviest: Literal["none", "concern", "any"] = "none"  # the gravest level that its phrases may speak of
    phrases: Phrases = Phrases()
    words: Words = Words()


class StrangeFile(Strict):
    """`strange.yaml` of common: what people write that no topic covers and that is no danger."""

    strange: Phrases


class DangerExamples(Phrases):
    """Messages of one level; "none" are those that only sound like danger."""

    level: Literal["none", "concern", "crisis", "emergency"]
    about: About | None = None


class DangerFile(Strict):
    """`danger/<kind>.yaml` of common: what danger sounds like, for the learnt sense of it."""

    kind: Kind
    topic: Id | None = None  # what the writer's own danger is about, beside the danger
    topic_of_others: Id | None = None  # and that of a friend, a child or anybody else
    examples: tuple[DangerExamples, ...] = Field(min_length=1)


class TopicThresholds(Strict):
    """Where a topic's score is enough; see `intents.matcher.Thresholds`."""

    sharpness: float
    strangeness: float
    enough: float
    lead: float
    worth_asking: float


class DangerThresholds(Strict):
    """From which score on a level of danger is heard; see `intents.risk_sense.Alarms`."""

    concern: float
    crisis: float
    emergency: float


class ThresholdsFile(Strict):
    """`thresholds.yaml` of common: written by `matala evaluate --tune`, never by hand."""

    topics: TopicThresholds
    danger: DangerThresholds


class Answers(Strict):
    """What is answered, by role; students' answers are everybody's unless theirs differs."""

    student: LocalText
    guardian: LocalText | None = None
    staff: LocalText | None = None

    def get(self, role: Role, language: Language) -> str:
        """Return the answer for a role, or students'; in this language, or in Finnish."""
        match role:
            case Role.GUARDIAN:
                return (self.guardian or self.student).get(language)
            case Role.STAFF:
                return (self.staff or self.student).get(language)
        return self.student.get(language)


class Choice(Strict):
    """One reply to a topic's question: an answer that fits it better, or another topic."""

    id: Id
    label: Label
    topic: Id | None = None
    answers: Answers | None = None
    services: tuple[Id, ...] = ()  # before those of the topic

    @model_validator(mode="after")
    def _leads_somewhere(self) -> "Choice":
        if (self.topic is None) == (self.answers is None):
            raise ValueError(
                'a choice has either "answers" or the "topic" that it leads to; write one of them'
            )
        return self


class FollowUp(Strict):
    """The one question of a topic in which one more fact decides the answer."""

    roles: tuple[Role, ...] = Field(default=(Role.STUDENT, Role.GUARDIAN), min_length=1)  # who is asked
    question: FullText
    choices: tuple[Choice, ...]

    @field_validator("choices")
    @classmethod
    def _are_few(cls, choices: tuple[Choice, ...]) -> tuple[Choice, ...]:
        if len(choices) not in CHOICES:
            raise ValueError(f"{len(choices)} choices; a question has {CHOICES[0]} to {CHOICES[-1]}")
        return choices

    def find(self, choice: str) -> Choice | None:
        """Return a choice by its id."""
        return next((each for each in self.choices if each.id == choice), None)


class Topic(Strict):
    """What people ask about."""

    id: Id
    name: LocalText
    about: Line
    near: tuple[Id, ...] = ()
    answers: Answers
    follow_up: FollowUp | None = None
    pages: tuple[Id, ...] = ()  # more to read about it
    has_ladder: StrictBool = Field(default=False, alias="ladder")  # guardians and staff are shown the steps
    sources: tuple[Source, ...] = ()  # of the rules and rights that the answers state
    services: tuple[Id, ...] = ()
    at_night: tuple[
        Id, ...
    ] = ()  # who stands last where none of them answers at night; empty: as its group says


class TopicsFile(Strict):
    """`topics/<group>.yaml` of common."""

    group: GroupId
    at_night: tuple[Id, ...] = ()
    topics: tuple[Topic, ...]


class CatalogueEntry(Strict):
    """A topic that every institution answers."""

    id: Id
    name: Line


class CatalogueFile(Strict):
    """`catalogue.yaml` of common: the topics that must be there, by group."""

    groups: dict[GroupId, tuple[CatalogueEntry, ...]]


class TextsFile(Strict):
    """`texts.yaml`: what the program itself says."""

    texts: dict[Annotated[str, StringConstraints(pattern=r"^[a-z0-9_.-]+$")], LocalText]
