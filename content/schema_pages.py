"""The shape of what is read beside answers: self-help pages, and a school's ladder of early support."""

import re
from typing import Final

from pydantic import Field, StrictBool, field_validator, model_validator

from content.schema import Role
from content.schema_fields import FullText, Id, Label, Line, LocalText, Source, Strict

_DIGIT: Final = re.compile(r"\d")


class Page(Strict):
    """Something to read about a topic: for those roles for which it is written."""

    id: Id
    title: Label
    student: FullText | None = None
    guardian: FullText | None = None
    staff: FullText | None = None
    sources: tuple[Source, ...] = ()
    services: tuple[Id, ...] = ()  # who helps with it, below the text

    @model_validator(mode="after")
    def _is_for_somebody(self) -> "Page":
        if not self.texts():
            raise ValueError('nobody could read it; write "student", "guardian" or "staff"')
        return self

    def text(self, role: Role) -> FullText | None:
        """Return what this role reads; None: the page is not for them."""
        return self.texts().get(role)

    def texts(self) -> dict[Role, FullText]:
        """Return the texts by role."""
        texts = {Role.STUDENT: self.student, Role.GUARDIAN: self.guardian, Role.STAFF: self.staff}
        return {role: text for role, text in texts.items() if text is not None}


class PagesFile(Strict):
    """`pages/*.yaml` of common."""

    pages: tuple[Page, ...]


class Rung(Strict):
    """One step of early support: who contacts whom, and what help is offered."""

    id: Id
    name: FullText
    at: FullText | None = None  # "10 hours in a month": the school's own number, never a guess
    guardian: FullText
    staff: FullText

    @field_validator("name", "guardian", "staff")
    @classmethod
    def _has_no_number(cls, value: FullText) -> FullText:
        if any(_DIGIT.search(text.replace("112", "")) for _, text in value.items()):
            raise ValueError('the school\'s number of absences belongs in "at"; move it there')
        return value

    def text(self, role: Role) -> LocalText:
        """Return the step in the words of guardians, or of staff."""
        return self.staff if role is Role.STAFF else self.guardian


class LadderFile(Strict):
    """`ladder.yaml` of a school: what happens when absences grow."""

    rungs: tuple[Rung, ...] = Field(alias="steps", min_length=1)
    note: FullText | None = None  # below the steps: what is not known
    sources: tuple[Source, ...] = Field(min_length=1)
    checked: Line
    verified: StrictBool  # false: nobody is shown the steps
    remark: Line | None = None

    @property
    def id(self) -> str:
        """Name it for lists of what to review: a school has one."""
        return "ladder"

    @property
    def has_numbers(self) -> bool:
        """Say whether the school has told at which number of absences a step is taken."""
        return any(rung.at is not None for rung in self.rungs)
