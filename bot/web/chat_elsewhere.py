"""Going on elsewhere, by a code that works once; and leaving: this device forgets the conversation."""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.continuing import LINK, on_joined
from bot.handoff.alerting import staff_note
from bot.posting import post
from bot.web.channel import bell
from bot.web.chat_form import Sent, sent
from bot.web.chat_limits import CODES_OF_ADDRESS, Limits, address_of
from bot.web.chat_passes import Passes, StaleForm
from bot.web.chat_room import Rooms
from bot.web.web import Web
from storage import cases, contacts, continuing, web_chats, web_codes

SEE_OTHER = 303


class Elsewhere:
    """Gives codes and takes them."""

    def __init__(
        self, web: Web, rooms: Rooms, passes: Passes, limits: Limits, telegram_name: Callable[[], str]
    ) -> None:
        """Prepare."""
        self._web = web
        self._rooms = rooms
        self._passes = passes
        self._limits = limits
        self._telegram_name = telegram_name

    async def on_code(self, request: Request) -> Response:
        """Show a code for the conversation of this browser."""
        said = await sent(request)
        chat = self._passes.chat_of(request)
        if chat is None or not self._is_ours(request, said):
            return await self._say(request, said, "chat.stale", status=409)
        if self._limits.pause(CODES_OF_ADDRESS, address_of(request)):
            return await self._say(request, said, "chat.tries", status=429)
        async with self._web.database.begin() as session:
            code = await web_codes.make(session, chat, at=self._web.clock())
        name = self._telegram_name()
        link = f"https://t.me/{name}?start={LINK}-{code}" if name else ""
        return await self._rooms.page(
            request, said.language, is_embedded=said.is_embedded, code=code, telegram=link
        )

    async def on_resume(self, request: Request) -> Response:
        """Go on here with the conversation of a code; what was said here before becomes part of it."""
        said = await sent(request)
        if not self._is_ours(request, said):
            return await self._say(request, said, "chat.stale", status=409)
        if self._limits.pause(CODES_OF_ADDRESS, address_of(request)):
            return await self._say(request, said, "chat.tries", status=429)
        chat = await self._resume(said["code"], self._passes.chat_of(request))
        if chat is None:
            return await self._say(request, said, "chat.code.wrong", status=400)
        response = RedirectResponse(f"{said.address}#end", SEE_OTHER)
        self._passes.give(response, chat, is_embedded=said.is_embedded)
        return response

    async def _resume(self, code: str, here: str | None) -> str | None:
        """Use a code up, and join to its conversation what this browser had; return the conversation."""
        now = self._web.clock()
        library = self._web.library()
        async with self._web.database.begin() as session:
            chat = await web_codes.use(session, code, at=now)
            if chat is None or here is None or chat == here:
                return chat
            found = await continuing.go_on(session, here, chat, now=now, keeps_state=True)
            await web_chats.join(session, here, chat)
            for letter in on_joined(found, library) if found is not None else ():
                await post(session, [letter], self._rooms.channel, inbox_id=None, now=now)
        self._web.on_letters()
        self._web.bells.ring(bell(chat))
        return chat

    async def on_leave(self, request: Request) -> Response:
        """Let this device forget the conversation; what remains of it is said honestly."""
        said = await sent(request)
        if not self._is_ours(request, said):
            return await self._say(request, said, "chat.stale", status=409)
        chat = self._passes.chat_of(request)
        if chat is not None:
            await self._tell_staff(chat)
        response = RedirectResponse(f"{said.address}?left=1", SEE_OTHER)
        self._passes.take_away(response, is_embedded=said.is_embedded)
        return response

    async def _tell_staff(self, chat: str) -> None:
        """Tell those who are talking with the person: what they write may be read by nobody."""
        async with self._web.database.begin() as session:
            contact = await contacts.find(session, chat)
            case = await cases.open_of(session, contact.id) if contact is not None else None
            if case is None or case.staff_chat is None:
                return
            letter = staff_note(case, "staff.person_left", self._web.library())
            await post(session, [letter], self._rooms.channel, inbox_id=None, now=self._web.clock())
        self._web.on_letters()

    def _is_ours(self, request: Request, said: Sent) -> bool:
        try:
            self._passes.visitor(request, said["token"])
        except StaleForm:
            return False
        return True

    async def _say(self, request: Request, said: Sent, notice: str, *, status: int) -> Response:
        return await self._rooms.page(
            request, said.language, is_embedded=said.is_embedded, status=status, notice=notice, is_open=True
        )


def routes(
    web: Web, rooms: Rooms, passes: Passes, limits: Limits, telegram_name: Callable[[], str]
) -> list[Route]:
    """Make the routes."""
    elsewhere = Elsewhere(web, rooms, passes, limits, telegram_name)
    return [
        Route("/chat/code", elsewhere.on_code, methods=["POST"]),
        Route("/chat/resume", elsewhere.on_resume, methods=["POST"]),
        Route("/chat/leave", elsewhere.on_leave, methods=["POST"]),
    ]
