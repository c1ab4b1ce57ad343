"""The shape of what a school says of itself, and of what it answers differently from others."""

from typing import Literal

from pydantic import Field

from content.schema_fields import GroupId, Id, Line, LocalText, Opening, Source, Strict, Url
from intents.language import Language


class Institution(Strict):
    """The school."""

    name: LocalText
    short: Line
    site: Url | None = None
    police: Line | None = None  # of the region, by name


class Campus(Strict):
    """A site of the school."""

    id: Id
    name: LocalText
    within: LocalText = Field(alias="in")  # "Kuopiossa"
    aliases: tuple[Line, ...] = ()


class ReviewRule(Strict):
    """How long what was checked counts as true, and who looks at it again."""

    days: int = Field(default=365, ge=1)
    owner: Line | None = None


class PackFile(Strict):
    """`pack.yaml` of a school."""

    institution: Institution
    campuses: tuple[Campus, ...] = Field(min_length=1)
    duty: dict[Id, Opening]  # by campus; "default" for all others
    review: ReviewRule = ReviewRule()


class PartialText(Strict):
    """What a school says differently, in the languages in which it does."""

    fi: Line | None = None
    sv: Line | None = None
    en: Line | None = None

    def items(self) -> list[tuple[Language, str]]:
        """Return each language that it has, with the text."""
        every = ((Language.FI, self.fi), (Language.SV, self.sv), (Language.EN, self.en))
        return [(language, text) for language, text in every if text is not None]


class PartialAnswers(Strict):
    """What a school answers differently."""

    student: PartialText | None = None
    guardian: PartialText | None = None
    staff: PartialText | None = None


class SchoolTopic(Strict):
    """What a school adds to a topic of common; or, with a group and all fields, a topic of its own."""

    id: Id
    group: GroupId | None = None
    name: LocalText | None = None
    about: Line | None = None
    near: tuple[Id, ...] = ()
    answers: PartialAnswers = PartialAnswers()
    sources: tuple[Source, ...] = ()  # of what these answers state
    services: tuple[Id, ...] = ()
    services_first: Literal["common", "school"] = "school"


class SchoolTopicsFile(Strict):
    """`topics.yaml` of a school."""

    topics: tuple[SchoolTopic, ...]
