"""The guardians' website, from the same content that the bot answers from."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.web.pages import Pages
from bot.web.reader import reader_of
from bot.web.web import Web


def routes(web: Web, pages: Pages) -> list[Route]:
    """Make the routes of the site."""

    async def on_root(request: Request) -> Response:
        reader = reader_of(request, web.library())
        return RedirectResponse(f"/{reader.language}/", 302, {"Vary": "Cookie, Accept-Language"})

    async def on_front(request: Request) -> Response:
        return pages.page(request, "front.html", reader_of(request, web.library()).language)

    return [Route("/", on_root), Route("/{language:language}/", on_front)]
