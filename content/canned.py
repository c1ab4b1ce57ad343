"""What staff send often, written once and well: canned answers by matter; and what can come of a case."""

from typing import Annotated

from pydantic import Field

from content.schema_fields import FullText, Id, Line, Strict

OUTCOME_LENGTH = 32  # characters of an outcome's id: what its column holds

OutcomeId = Annotated[Id, Field(max_length=OUTCOME_LENGTH)]


class CannedAnswer(Strict):
    """A text that staff may send as it is, or change before sending; the person reads it in their language."""

    id: Id
    matter: Line  # staff find it under this
    name: Line  # ... and this
    text: FullText


class Outcome(Strict):
    """What came of a case, as staff say when they close it."""

    id: OutcomeId
    name: Line


class CannedFile(Strict):
    """`canned.yaml` of common, or of a school, which adds its own."""

    outcomes: tuple[Outcome, ...] = ()
    canned: tuple[CannedAnswer, ...] = ()
