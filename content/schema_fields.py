"""What the fields of pack files are made of: ids, lines, addresses, hours, and texts in our languages."""

import re
from typing import Annotated, Any, Final
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, PlainValidator, StringConstraints, field_validator

from content.hours import Hours, parse
from intents.language import Language

_BILL: Final = re.compile(r"HE \d{1,3}/\d{4}")
LABEL_LIMIT: Final = 32  # signs on a button: phones cut off what is longer


def _read_hours(value: Any) -> Hours:
    if isinstance(value, Hours):
        return value
    if not isinstance(value, str):
        raise ValueError('hours are text in quotes, like "Mon-Fri 9-16"; write them so, or null')
    return parse(value)


def check_url(value: str) -> str:
    """Take a web address that is written whole."""
    address = urlsplit(value)
    if address.scheme not in {"http", "https"} or "." not in address.netloc or re.search(r"\s", value):
        raise ValueError(f"{value} is not a web address; write it whole, as in https://example.fi/page")
    return value


Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
GroupId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(_[a-z0-9]+)*$")]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Url = Annotated[Line, PlainValidator(lambda value: check_url(_line(value)))]
Source = Annotated[Line, PlainValidator(lambda value: _check_source(_line(value)))]
Opening = Annotated[Hours, PlainValidator(_read_hours)]
LanguageCode = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]


def _check_source(value: str) -> str:
    """Take a web address, or a government bill as it is cited: HE 173/2020."""
    return value if _BILL.fullmatch(value) else check_url(value)


def _line(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("an address is text; put it in quotes")
    return value.strip()


class Strict(BaseModel):
    """What all our models share: no unknown keys, no changes, no repeating of what was written in errors."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class LocalText(Strict):
    """A text in our languages; Finnish is always there."""

    fi: Line
    sv: Line | None = None
    en: Line | None = None

    def get(self, language: Language) -> str:
        """Return it in this language, or in Finnish."""
        return self.exactly(language) or self.fi

    def exactly(self, language: Language) -> str | None:
        """Return it in this language, or None."""
        match language:
            case Language.FI:
                return self.fi
            case Language.SV:
                return self.sv
            case Language.EN:
                return self.en
        return None

    def items(self) -> list[tuple[Language, str]]:
        """Return each language that it has, with the text."""
        found = ((each, self.exactly(each)) for each in (Language.FI, Language.SV, Language.EN))
        return [(language, text) for language, text in found if text is not None]


class FullText(LocalText):
    """A text that must be there in all three languages."""

    sv: Line
    en: Line


class Label(FullText):
    """What a button says."""

    @field_validator("fi", "sv", "en")
    @classmethod
    def _fits_a_button(cls, value: str) -> str:
        if len(value) > LABEL_LIMIT:
            raise ValueError(f"{len(value)} signs, a phone shows {LABEL_LIMIT} on a button; shorten it")
        return value
