"""The shape of what somebody in danger is told, and of when which reply fits."""

from typing import Literal

from pydantic import Field

from content.schema_fields import FullText, Id, LocalText, Strict
from intents.language import Language
from intents.risk import About, Kind

Level = Literal["concern", "crisis", "emergency"]


class ServicesByLanguage(Strict):
    """Ids of services, in order, for each language."""

    fi: tuple[Id, ...] = Field(min_length=1)
    sv: tuple[Id, ...] = Field(min_length=1)
    en: tuple[Id, ...] = Field(min_length=1)

    def get(self, language: Language) -> tuple[str, ...]:
        """Return those for this language, or for Finnish."""
        match language:
            case Language.SV:
                return self.sv
            case Language.EN:
                return self.en
        return self.fi


class SafetyEntry(Strict):
    """A reply to somebody in danger, and when it fits."""

    id: Id
    kinds: tuple[Kind, ...] | None = Field(default=None, min_length=1)  # None: any
    about: tuple[About, ...] | None = Field(default=None, min_length=1)
    levels: tuple[Level, ...] | None = Field(default=None, min_length=1)
    text: FullText
    services: ServicesByLanguage
    guardian: LocalText | None = None

    @property
    def fits_anything(self) -> bool:
        """Say whether no risk is left without a reply when this one comes last."""
        return self.kinds is None and self.about is None and self.levels is None


class SafetyFile(Strict):
    """`safety.yaml` of common; the first entry that fits is taken."""

    safety: tuple[SafetyEntry, ...] = Field(min_length=1)
