"""For whom a page is made: who reads it, of which content, at what moment."""

from dataclasses import dataclass
from datetime import datetime

from starlette.requests import Request

from bot.web.reader import Reader, reader_of
from bot.web.web import Web
from content.library import Library
from content.schema import Role
from intents.language import Language


@dataclass(frozen=True, slots=True)
class View:
    """What the pages of the site are made from."""

    reader: Reader
    library: Library
    now: datetime
    has_telegram: bool = False

    @property
    def language(self) -> Language:
        """The language of the page."""
        return self.reader.language

    @property
    def campus(self) -> str | None:
        """The campus that the reader has chosen, or the only one there is."""
        return self.reader.campus

    def say(self, key: str, **values: str) -> str:
        """Say a text in the page's language."""
        return self.library.say(key, language=self.language, **values)


def view_of(request: Request, web: Web) -> View:
    """Tell for whom a page is made."""
    library = web.library()
    return View(reader_of(request, library), library, web.clock(), web.has_telegram)


def role_of(name: str | None) -> Role | None:
    """Return the role of a path or a form; guardians' is the site's own."""
    if not name:
        return Role.GUARDIAN
    return Role(name) if name in set(Role) else None
