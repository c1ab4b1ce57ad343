"""The desk of the staff: its pages, and what happens to those who may not see them."""

from collections.abc import Awaitable, Callable, Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.channel import Channel
from bot.web import desk_case, desk_deeds, desk_entrance, desk_events, desk_overview, desk_queue
from bot.web.desk_visit import PATH, Desk, Handler, Over, Unproved, form_of, refused
from bot.web.pages import Pages
from bot.web.web import Web
from storage.cases import CaseOutOfReach

Endpoint = Callable[[Request], Awaitable[Response]]


def routes(web: Web, pages: Pages, channels: Mapping[str, Channel]) -> list[Route]:
    """Make the routes of the desk."""
    desk = Desk(web, pages, channels)

    def route(path: str, handler: Handler, method: str = "GET") -> Route:
        return Route(PATH + path, _guarded(desk, handler), methods=[method])

    deeds = [route(f"/case/{{code}}/{name}", _deed(name), "POST") for name in desk_deeds.DEEDS]
    return [
        route("", desk_queue.on_queue),
        route("/case/{code}", desk_case.on_case),
        *deeds,
        route("/overview", desk_overview.on_overview),
        route("/audit", desk_overview.on_audit),
        route("/events", desk_events.on_events),
        route("/news", desk_events.on_news),
        route("/enter/{token}", desk_entrance.on_link),
        route("/enter/{token}", desk_entrance.on_enter, "POST"),
        route("/leave", desk_entrance.on_leave, "POST"),
    ]


def _deed(name: str) -> Handler:
    async def do(desk: Desk, request: Request) -> Response:
        return await desk_deeds.on_deed(desk, request, name)

    return do


def _guarded(desk: Desk, handler: Handler) -> Endpoint:
    """Let a handler answer; whoever may not see something learns nothing but what to do."""

    async def answer(request: Request) -> Response:
        try:
            return await handler(desk, request)
        except Over:
            return refused(desk, request, await form_of(request), key="desk.over")
        except Unproved:
            return refused(desk, request, await form_of(request), key="desk.unproved")
        except CaseOutOfReach:
            return refused(desk, request, await form_of(request), key="desk.gone", status=404)

    return answer
