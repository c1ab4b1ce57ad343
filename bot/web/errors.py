"""What went wrong, as a page that a person can read."""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from bot.web.pages import NEVER_KEPT, Pages
from bot.web.reader import reader_of
from bot.web.web import Web

TOLD_APART = frozenset({403, 404, 503})
OF_MACHINES = ("/static/", "/calendar/", "/telegram", "/healthz", "/readyz")


def page_maker(web: Web, pages: Pages) -> Callable[[Request, int], Response]:
    """Make what turns a status into a page, in the reader's language; machines get a line."""

    def page(request: Request, status: int) -> Response:
        if request.url.path.startswith(OF_MACHINES):
            return PlainTextResponse(f"{status}\n", status)
        reason = f"site.error.{status if status in TOLD_APART else 'other'}"
        language = reader_of(request, web.library()).language
        return pages.page(request, "error.html", language, status=status, keep=NEVER_KEPT, reason=reason)

    return page
