"""Who reads: their language and campus, remembered in the one cookie that the site needs."""

from dataclasses import dataclass

from starlette.convertors import Convertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import Response

from content.library import Library
from intents.language import ANSWERED, Language

COOKIE = "matala_site"  # "fi.kuopio": functional, the same for all who chose the same
A_YEAR = 365 * 24 * 3600  # seconds


class _LanguageConvertor(Convertor[str]):
    """In a route, `{language:language}` stands for a language that we answer in, and for nothing else."""

    regex = "|".join(ANSWERED)

    def convert(self, value: str) -> str:
        """Take it as it is."""
        return value

    def to_string(self, value: str) -> str:
        """Write it as it is."""
        return value


register_url_convertor("language", _LanguageConvertor())


@dataclass(frozen=True, slots=True)
class Reader:
    """What a reader of the site has chosen, or their browser says."""

    language: Language = Language.FI
    campus: str | None = None


def reader_of(request: Request, library: Library) -> Reader:
    """Tell who reads: the path's language before the cookie's, the cookie's before the browser's."""
    _, _, campus = request.cookies.get(COOKIE, "").partition(".")
    of_path = _language(request.path_params.get("language", ""))
    return Reader(of_path or _usual_language(request), campus_of(campus, library))


def campus_of(name: str, library: Library) -> str | None:
    """Return a campus that the school has; where it has but one, nobody needs to choose."""
    if name in library.campuses:
        return name
    return next(iter(library.campuses)) if len(library.campuses) == 1 else None


def reads_unusually(request: Request, reader: Reader) -> bool:
    """Say whether somebody reads in another language than their cookie or browser says: they have chosen it."""
    return reader.language is not _usual_language(request)


def _usual_language(request: Request) -> Language:
    language, _, _ = request.cookies.get(COOKIE, "").partition(".")
    return _language(language) or _of_browser(request)


def _language(name: str) -> Language | None:
    return Language(name) if name in ANSWERED else None


def _of_browser(request: Request) -> Language:
    """Return the first language that the browser asks for and we answer in; else Finnish."""
    wanted = (part.strip()[:2].lower() for part in request.headers.get("accept-language", "").split(","))
    return next((found for each in wanted if (found := _language(each)) is not None), Language.FI)


def remember(response: Response, reader: Reader, *, is_secure: bool) -> None:
    """Let the browser keep what the reader has chosen."""
    response.set_cookie(
        COOKIE,
        f"{reader.language}.{reader.campus or ''}",
        max_age=A_YEAR,
        secure=is_secure,
        httponly=True,
        samesite="lax",
    )
