"""Which language a text is in: enough to choose the language of a reply, from a few words of slang on."""

from enum import StrEnum


class Language(StrEnum):
    """A language that we answer in, or at least recognise."""

    FI = "fi"
    SV = "sv"
    EN = "en"
    UK = "uk"
    RU = "ru"
    AR = "ar"
    SO = "so"
    ET = "et"


ANSWERED: tuple[Language, ...] = (Language.FI, Language.SV, Language.EN)
