"""Makes pages out of templates: in the reader's language, escaped, with an ETag; and serves scripts and styles."""

import gzip
import hashlib
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.web.kept import Kept, Rendered
from bot.web.site_services import urgent
from bot.web.words import bold, paragraphs, told, told_at_length
from content.library import Library
from intents.language import ANSWERED, Language

HERE = Path(__file__).parent
STATIC = "/static/{name}"
FOR_EVER = "public, max-age=31536000, immutable"  # the name changes with the content
ASK_AGAIN = "private, no-cache"  # kept by the browser, but asked for each time whether it still holds
NEVER_KEPT = "no-store"
HASH_LENGTH = 12  # hex digits of a hash in a file's name
WORTH_PACKING = 1024  # bytes
# Where the quick way out leads: the weather, which anybody may have open and which tells nothing. It is no help, so it
# stands here and not among the contacts of the packs.
WAYS_OUT = {
    Language.FI: "https://www.ilmatieteenlaitos.fi/",
    Language.SV: "https://sv.ilmatieteenlaitos.fi/",
    Language.EN: "https://en.ilmatieteenlaitos.fi/",
}
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file that goes to browsers as it is."""

    name: str  # with its hash: site.0a1b2c3d4e5f.css
    body: bytes
    packed: bytes
    media_type: str


def read_static(folder: Path = HERE / "static") -> dict[str, StaticFile]:
    """Read the files that go out as they are, by the names that templates know them by."""
    found = {}
    for path in sorted(folder.iterdir()):
        body = path.read_bytes()
        digest = hashlib.sha256(body).hexdigest()[:HASH_LENGTH]
        name = f"{path.stem}.{digest}{path.suffix}"
        found[path.name] = StaticFile(name, body, gzip.compress(body, mtime=0), TYPES[path.suffix])
    return found


class Pages:
    """All templates and static files, read once."""

    def __init__(
        self, library: Callable[[], Library], *, public_url: str, clock: Callable[[], datetime]
    ) -> None:
        """Read the files; `library` is asked for texts at each page, `clock` for who helps just now."""
        self._library = library
        self._clock = clock
        self._static = read_static()
        self._by_name = {file.name: file for file in self._static.values()}
        self._kept = Kept()
        self._templates = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=select_autoescape(default=True, default_for_string=True),
            undefined=StrictUndefined,  # a value that is missing is a fault, not a blank
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._templates.globals.update(static=self.address_of, public_url=public_url, languages=ANSWERED)
        self._templates.filters.update(paragraphs=paragraphs, bold=bold)

    def address_of(self, name: str) -> str:
        """Return the path of a static file, its hash in its name."""
        return STATIC.format(name=self._static[name].name)

    def text(
        self, name: str, language: Language, values: Mapping[str, Any], *, now: datetime | None = None
    ) -> str:
        """Fill in a template; in it `say(key, ...)` speaks the reader's language, `library` is the running one.

        `here` is the page's path without its language, "/topics/absence"; None: it stands in one language.
        """
        library = self._library()
        template = self._templates.get_template(name)
        common = {
            "say": partial(library.say, language=language),
            "told": partial(told, language=language),
            "told_at_length": partial(told_at_length, language=language),
            "urgent": partial(urgent, library, language, now or self._clock()),
            "language": language,
            "library": library,
            "way_out": WAYS_OUT[language],
            "here": None,
            "campus": None,
            "is_guarded": False,
            "is_indexed": False,
        }
        return template.render(common | dict(values))

    def page(
        self,
        request: Request,
        name: str,
        language: Language,
        *,
        status: int = 200,
        keep: str = ASK_AGAIN,
        **values: Any,
    ) -> Response:
        """Answer with a page; 304 when the browser has just this one already."""
        return answer(request, self.text(name, language, values), status=status, keep=keep)

    def kept_page(
        self,
        request: Request,
        name: str,
        language: Language,
        *,
        by: Hashable,
        values: Callable[[], Mapping[str, Any]],
        now: datetime,
        keep: str = ASK_AGAIN,
    ) -> Response:
        """Answer with a page that is the same for all who share its path and `by`; it is made once a minute."""
        of = (self._library().version, now.replace(second=0, microsecond=0))
        key = (request.url.path, by)
        rendered = self._kept.get(of, key, lambda: self.text(name, language, values(), now=now))
        return _answer(request, rendered, keep=keep)

    def routes(self) -> list[Route]:
        """Make the route to the static files."""

        async def on_static(request: Request) -> Response:
            file = self._by_name.get(request.path_params["name"])
            if file is None:
                return Response("There is no such file.\n", 404, media_type="text/plain")
            headers = {"Cache-Control": FOR_EVER, "Vary": "Accept-Encoding"}
            if _takes_packed(request):
                return Response(
                    file.packed, headers=headers | {"Content-Encoding": "gzip"}, media_type=file.media_type
                )
            return Response(file.body, headers=headers, media_type=file.media_type)

        return [Route(STATIC, on_static)]


def answer(
    request: Request,
    text: str,
    *,
    status: int = 200,
    keep: str = ASK_AGAIN,
    media_type: str = "text/html; charset=utf-8",
) -> Response:
    """Answer with a text of its own ETag, packed where the browser takes that."""
    return _answer(request, Rendered.of(text), status=status, keep=keep, media_type=media_type)


def _answer(
    request: Request,
    rendered: Rendered,
    *,
    status: int = 200,
    keep: str,
    media_type: str = "text/html; charset=utf-8",
) -> Response:
    headers = {"Cache-Control": keep, "Vary": "Cookie, Accept-Language, Accept-Encoding"}
    if keep != NEVER_KEPT and status == 200:
        headers["ETag"] = rendered.etag
        if rendered.etag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
    if rendered.size <= WORTH_PACKING or not _takes_packed(request):
        return Response(rendered.body, status, headers, media_type=media_type)
    headers["Content-Encoding"] = "gzip"
    return Response(rendered.packed, status, headers, media_type=media_type)


def _takes_packed(request: Request) -> bool:
    return "gzip" in request.headers.get("accept-encoding", "")
