"""The chat on the web: its routes, and what a page may send."""

import asyncio
import contextlib
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.channel import Button, Message
from bot.lifeline import Lifeline
from bot.web import chat_elsewhere, chat_embed, chat_live
from bot.web.channel import bell, pressed, written
from bot.web.chat_form import Sent, sent
from bot.web.chat_intake import Away, Busy, ChatIntake, Coming, Taken, TooLong, is_key, key_of_form, tidy
from bot.web.chat_limits import Limits, address_of
from bot.web.chat_passes import Passes, StaleForm, Visitor
from bot.web.chat_posts import Corrected, Pressed, Said, Shown, from_json
from bot.web.chat_room import Rooms
from bot.web.chat_view import read_place
from bot.web.pages import Pages
from bot.web.reader import reader_of
from bot.web.web import Web
from storage import web_chats
from storage.database import DatabaseAway

SEE_OTHER = 303
RETRY_AFTER = 3  # seconds, while the database is away
REPLY_WITHIN = 1.5  # seconds that a page without a script waits, so that it shows the answer, too


class Chat:
    """Takes what pages send, and answers them."""

    def __init__(self, web: Web, rooms: Rooms, passes: Passes, intake: ChatIntake) -> None:
        """Prepare."""
        self._web = web
        self._rooms = rooms
        self._passes = passes
        self._intake = intake

    async def on_page(self, request: Request) -> Response:
        """Show the conversation."""
        language = reader_of(request, self._web.library()).language
        has_left = "left" in request.query_params
        return await self._rooms.page(
            request,
            language,
            is_embedded=request.url.path.endswith("/embed"),
            has_left=has_left,
            notice="chat.left" if has_left else "",
        )

    async def on_carried(self, request: Request) -> Response:
        """Show the conversation with words from the site's box in its own: whoever wrote them decides to send them."""
        language = reader_of(request, self._web.library()).language
        draft = tidy((await sent(request))["text"])
        return await self._rooms.page(request, language, is_embedded=False, draft=draft)

    async def on_message(self, request: Request) -> Response:
        """Take words, new ones or in the place of the last."""
        said = await sent(request)
        text = tidy(said["text"])
        visitor = self._visitor(request, said, text)
        if visitor is None:
            return await self._refuse(request, said, "chat.stale", text, status=409)
        key = said["key"] if said.is_script else key_of_form(said["key"], text)
        if not text or not is_key(key):
            return await self._refuse(request, said, "chat.empty", text)
        earlier = said["of"] if is_key(said["of"]) else ""
        raw = written(visitor.chat, earlier or key, text, language=said.language, is_edit=bool(earlier))
        kept = Corrected(earlier, text) if earlier else Said(text)
        coming = Coming(visitor.chat, key, raw, kept, text)
        return await self._answer(request, said, visitor, coming)

    def _visitor(self, request: Request, said: Sent, text: str) -> Visitor | None:
        """Tell who sends it; None when the form is stale. Its page asks again, but not who writes of danger."""
        try:
            return self._passes.visitor(request, said["token"])
        except StaleForm:
            is_taken = not said.is_script and self._intake.is_grave(text)
            return self._passes.anyone(request) if is_taken else None

    async def on_press(self, request: Request) -> Response:
        """Take a pressed button: one of those that were shown, and no other."""
        said = await sent(request)
        visitor = self._visitor(request, said, "")
        if visitor is None:
            return await self._refuse(request, said, "chat.stale", "", status=409)
        key = said["key"] if said.is_script else key_of_form(said["key"], said["press"])
        try:
            found = await self._button(visitor.chat, said["press"])
        except DatabaseAway:
            return await self._put_off(request, said, Away(), "")
        if found is None or not is_key(key):
            return await self._refuse(request, said, "chat.old_button", "")
        number, button = found
        raw = pressed(visitor.chat, key, button.press, language=said.language)
        return await self._answer(
            request, said, visitor, Coming(visitor.chat, key, raw, Pressed(number, button.label))
        )

    async def _button(self, chat: str, press: str) -> tuple[int, Button] | None:
        where, _, which = press.rpartition("-")
        chat_id, number = read_place(where)
        async with self._web.database.begin() as session:
            found = await web_chats.find(session, chat)
            if found is None or found.id != chat_id:
                return None
            post = await web_chats.numbered(session, chat_id, number)
        kept = from_json(post.body) if post is not None else None
        if not isinstance(kept, Shown) or not isinstance(kept.what, Message):
            return None
        buttons = [button for row in kept.what.buttons for button in row]
        at = int(which) if which.isdecimal() and len(which) < 4 else len(buttons)
        return (number, buttons[at]) if at < len(buttons) and buttons[at].press else None

    async def _answer(self, request: Request, said: Sent, visitor: Visitor, coming: Coming) -> Response:
        """Write down what came, and say what became of it."""
        with self._web.bells.listening(bell(visitor.chat)) as rung:
            taken = await self._intake.take(coming, address=address_of(request))
            if taken is not None:
                return await self._put_off(request, said, taken, coming.text)
            if not said.is_script:
                await _wait_for_reply(rung)
        response: Response
        if said.is_script:
            token = self._passes.token(visitor.chat) if visitor.is_new else said["token"]
            response = JSONResponse({"state": "sent", "token": token})
        else:
            response = RedirectResponse(f"{said.address}#end", SEE_OTHER)
        if visitor.is_new:
            self._passes.give(response, visitor.chat, is_embedded=said.is_embedded)
        return response

    async def _put_off(self, request: Request, said: Sent, taken: Taken, text: str) -> Response:
        """Say that it was not taken, and why; the page keeps it."""
        match taken:
            case Busy(seconds):
                return await self._refuse(
                    request, said, "chat.busy", text, status=429, again=max(1, round(seconds))
                )
            case TooLong():
                return await self._refuse(request, said, "chat.too_long", text)
            case Away(reply):
                return await self._refuse(
                    request, said, "chat.away", text, status=503, again=RETRY_AFTER, saves=reply
                )
        raise TypeError("what was taken is not put off")

    async def _refuse(
        self,
        request: Request,
        said: Sent,
        notice: str,
        draft: str,
        *,
        status: int = 400,
        again: int = 0,
        saves: Message | None = None,
    ) -> Response:
        if said.is_script:
            told = {
                "state": notice.removeprefix("chat."),
                "text": self._web.library().say(notice, language=said.language),
                "token": self._passes.token(self._passes.chat_of(request)),
                "saves": self._rooms.saving(saves, said.language) if saves else "",
            }
            response: Response = JSONResponse(told, status)
        else:
            response = await self._rooms.page(
                request,
                said.language,
                is_embedded=said.is_embedded,
                status=status,
                notice=notice,
                draft=draft,
                saves=saves,
            )
        if again:
            response.headers["Retry-After"] = str(again)
        return response


async def _wait_for_reply(rung: asyncio.Event) -> None:
    """Give the answer a moment: whoever has no script would else have to ask for it."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(REPLY_WITHIN):
            for _ in range(2):  # what was sent, and the first of what comes back
                await rung.wait()
                rung.clear()


def routes(
    web: Web,
    pages: Pages,
    lifeline: Lifeline,
    *,
    telegram_name: Callable[[], str],
    limits: Limits | None = None,
) -> list[Route]:
    """Make the routes; `telegram_name` is the bot's username there, if it is known."""
    limits = limits or Limits()
    passes = Passes(web.database.keys, is_secure=web.is_secure)
    rooms = Rooms(web, pages, passes)
    chat = Chat(web, rooms, passes, ChatIntake(web, lifeline, limits))
    return [
        Route("/{language:language}/chat", chat.on_page, methods=["GET"]),
        Route("/{language:language}/chat", chat.on_carried, methods=["POST"]),
        Route("/{language:language}/chat/embed", chat.on_page),
        Route("/chat/messages", chat.on_message, methods=["POST"]),
        Route("/chat/presses", chat.on_press, methods=["POST"]),
        *chat_live.routes(web, rooms, passes),
        *chat_elsewhere.routes(web, rooms, passes, limits, telegram_name),
        *chat_embed.routes(web),
    ]
