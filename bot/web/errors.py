"""What went wrong, as a page that a person can read."""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from bot.web.pages import NEVER_KEPT, Pages
from bot.web.reader import reader_of
from bot.web.web import Web

TOO_LONG = 413
TOLD_APART = frozenset({403, 404, TOO_LONG, 503})
OF_MACHINES = ("/static/", "/calendar/", "/telegram", "/healthz", "/readyz")


def page_maker(web: Web, pages: Pages) -> Callable[[Request, int], Response]:
    """Make what turns a status into a page, in the reader's language; machines get a line, scripts get JSON."""

    def page(request: Request, status: int) -> Response:
        if request.url.path.startswith(OF_MACHINES):
            return PlainTextResponse(f"{status}\n", status)
        reason = f"site.error.{status if status in TOLD_APART else 'other'}"
        library = web.library()
        language = reader_of(request, library).language
        if request.headers.get("content-type", "").startswith("application/json"):
            words = " ".join(library.say(key, language=language) for key in (reason, "site.error.help"))
            # The chat's script puts what is too long back into its box, and tries all else again.
            state = "too_long" if status == TOO_LONG else "failed"
            return JSONResponse({"state": state, "text": words.replace("**", "")}, status)
        return pages.page(request, "error.html", language, status=status, keep=NEVER_KEPT, reason=reason)

    return page
