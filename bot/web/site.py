"""The guardians' website, from the same content that the bot answers from: its routes."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.web import site_ask, site_front, site_news, site_reading, site_topics
from bot.web.pages import ASK_AGAIN, NEVER_KEPT, Pages, answer
from bot.web.reader import Reader, campus_of, reader_of, reads_unusually, remember
from bot.web.site_search import Finder
from bot.web.site_topics import GUARDED
from bot.web.view import View, role_of, view_of
from bot.web.web import Web
from content.schema import Role
from intents.language import ANSWERED

Values = Mapping[str, Any]
# Path, template, and what makes its values; None of those is a page that there isn't.
PAGES: tuple[tuple[str, str, Callable[..., Values | None]], ...] = (
    ("/", "front.html", site_front.on_front),
    ("/topics", "topics.html", site_topics.on_topics),
    ("/topics/{topic}", "topic.html", site_topics.on_topic),
    ("/topics/{topic}/{role}", "topic.html", site_topics.on_topic),
    ("/read/{page}", "reading.html", site_reading.on_page),
    ("/read/{page}/{role}", "reading.html", site_reading.on_page),
    ("/services", "services.html", site_front.on_services),
    ("/services/{campus}", "services.html", site_front.on_services),
    ("/urgent", "urgent.html", site_front.on_urgent),
    ("/news", "news.html", site_news.on_news),
    ("/events", "events.html", site_news.on_events),
    ("/school", "school.html", site_reading.on_school),
    ("/staff", "staff.html", site_reading.on_staff),
    ("/about", "about.html", site_front.on_words),
    ("/privacy", "privacy.html", site_front.on_privacy),
    ("/accessibility", "accessibility.html", site_front.on_accessibility),
)
ROBOTS = "User-agent: *\nDisallow: /desk\nAllow: /\n"
FRESH_SECONDS = 900  # how long a reader of news may keep the feed
SEE_OTHER = 303
MOST_FIELDS = 10
_OURS = re.compile(rf"/({'|'.join(ANSWERED)})(/[a-z0-9-]+)*/?")


def routes(web: Web, pages: Pages) -> list[Route]:
    """Make the routes of the site."""

    async def on_root(request: Request) -> Response:
        reader = reader_of(request, web.library())
        return RedirectResponse(f"/{reader.language}/", 302, {"Vary": "Cookie, Accept-Language"})

    async def on_robots(_: Request) -> Response:
        return PlainTextResponse(ROBOTS, headers={"Cache-Control": "public, max-age=86400"})

    async def on_icon(_: Request) -> Response:
        return RedirectResponse(pages.address_of("logo.svg"), 302)

    async def on_feed(request: Request) -> Response:
        text = site_news.feed(view_of(request, web), web.public_url)
        keep = f"public, max-age={FRESH_SECONDS}"
        return answer(request, text, keep=keep, media_type="application/atom+xml; charset=utf-8")

    async def on_campus(request: Request) -> Response:
        """Remember a campus, and go back to where it was chosen."""
        form = await _form(request)
        reader = reader_of(request, web.library())
        campus = campus_of(form.get("campus", ""), web.library())
        response = RedirectResponse(_back(form.get("back", ""), reader), SEE_OTHER)
        remember(response, Reader(reader.language, campus), is_secure=web.is_secure)
        return response

    asking = _asking(web, pages)
    return [
        Route("/", on_root),
        Route("/robots.txt", on_robots),
        Route("/favicon.ico", on_icon),
        Route("/{language:language}", _with_slash),
        Route("/{language:language}/news.atom", on_feed),
        Route("/{language:language}/campus", on_campus, methods=["POST"]),
        Route("/{language:language}/ask", asking, methods=["GET", "POST"]),
        *(
            Route(f"/{{language:language}}{path}", _showing(web, pages, template, make))
            for path, template, make in PAGES
        ),
    ]


async def _with_slash(request: Request) -> Response:
    return RedirectResponse(f"{request.url.path}/", 308)


def _showing(
    web: Web, pages: Pages, template: str, make: Callable[..., Values | None]
) -> Callable[[Request], Awaitable[Response]]:
    """Make what shows one kind of page, and keeps it for who asks for the same within the minute."""

    async def on_page(request: Request) -> Response:
        view = view_of(request, web)
        words = {name: value for name, value in request.path_params.items() if name != "language"}

        def values() -> Values:
            found = make(view, **words)
            if found is None:
                raise HTTPException(404)
            return _common(view, request) | dict(found)

        response = pages.kept_page(
            request,
            template,
            view.language,
            by=view.campus,
            values=values,
            now=view.now,
            # A browser that keeps nothing has nothing to show to who looks into it later.
            keep=NEVER_KEPT if words.get("topic") in GUARDED else ASK_AGAIN,
        )
        if reads_unusually(request, view.reader):
            remember(response, view.reader, is_secure=web.is_secure)
        return response

    return on_page


def _asking(web: Web, pages: Pages) -> Callable[[Request], Awaitable[Response]]:
    """Make what answers a text from the box."""
    known: list[Finder] = []

    async def on_ask(request: Request) -> Response:
        view = view_of(request, web)
        if not known or known[0].version != view.library.version:
            known[:] = [await asyncio.to_thread(Finder.of, view.library)]
        form = await _form(request)
        role = role_of(form.get("role")) or Role.GUARDIAN
        found = site_ask.respond(view, form.get("text", ""), role, known[0])
        values = _common(view, request) | dict(found.values)
        return pages.page(request, found.template, view.language, keep=NEVER_KEPT, **values)

    return on_ask


def _common(view: View, request: Request) -> dict[str, Any]:
    """Return what the frame of each page needs."""
    here = request.url.path.removeprefix(f"/{view.language}")
    return {"here": here, "campus": view.campus, "is_indexed": True}


async def _form(request: Request) -> dict[str, str]:
    """Read a form; what is no form says nothing."""
    if request.method != "POST":
        return {}
    body = (await request.body()).decode(errors="replace")
    try:
        return dict(parse_qsl(body, keep_blank_values=True, max_num_fields=MOST_FIELDS))
    except ValueError:  # more fields than any form of ours has
        return {}


def _back(path: str, reader: Reader) -> str:
    """Return a path of ours to go back to; anything else is the front page."""
    return path if _OURS.fullmatch(path) else f"/{reader.language}/"
