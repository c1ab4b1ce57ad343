"""Coming to the desk by a link, and leaving it."""

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.web.desk_visit import COOKIE, PATH, Desk, form_of, visiting
from storage import audit, desk


async def on_link(desk_: Desk, request: Request) -> Response:
    """Ask whoever opens a link whether it is them; opening alone uses nothing up, as previews of links do it too."""
    token = request.path_params["token"]
    async with desk_.web.database.begin() as session:
        visitor = await desk.look_at_link(session, token, at=desk_.web.clock())
    if visitor is None:
        return desk_.page(request, "desk_over.html", status=403, key="desk.link_over", written=[])
    return desk_.page(request, "desk_enter.html", who=visitor.name, action=f"{PATH}/enter/{quote(token)}")


async def on_enter(desk_: Desk, request: Request) -> Response:
    """Use the link up and let a visit begin, under a name that no browser had before."""
    now, known = desk_.web.clock(), request.cookies.get(COOKIE, "")
    async with desk_.web.database.begin() as session:
        visitor = await desk.use_link(session, request.path_params["token"], at=now)
        if visitor is None:
            return desk_.page(request, "desk_over.html", status=403, key="desk.link_over", written=[])
        if known:
            await desk.end(session, known, at=now)
        token = await desk.begin(session, visitor, at=now)
        await audit.note(session, "entered", name=visitor.name, at=now)
    response = RedirectResponse(PATH, 303)
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(desk.SESSION_LASTS.total_seconds()),
        path=PATH,
        secure=desk_.web.is_secure,
        httponly=True,
        samesite="strict",
    )
    return response


async def on_leave(desk_: Desk, request: Request) -> Response:
    """End the visit."""
    async with visiting(desk_, request, await form_of(request)) as visit:
        await desk.end(visit.session, request.cookies[COOKIE], at=visit.now)
        await visit.notes("left")
    response = desk_.page(request, "desk_over.html", key="desk.left", written=[])
    response.delete_cookie(COOKIE, path=PATH, secure=desk_.web.is_secure, httponly=True, samesite="strict")
    return response
