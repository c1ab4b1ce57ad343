"""The page of a conversation: as it stands, with a form that works without a script."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from bot.channel import Message
from bot.dialogue.onboarding import anchor_label
from bot.web.channel import WebChannel
from bot.web.chat_passes import Passes
from bot.web.chat_view import Item, items, markup, place, read_place
from bot.web.guards import CONTENT_POLICY
from bot.web.pages import NEVER_KEPT, Pages
from bot.web.web import Web
from content.hours import HELSINKI
from intents.language import ANSWERED, Language
from storage import web_chats
from storage.database import DatabaseAway

MOST_SHOWN = 300  # posts of a conversation on its page
BEGINNING = place(0, 0)


@dataclass(frozen=True, slots=True)
class Room:
    """What the page shows."""

    token: str
    anchor: str
    is_embedded: bool = False
    is_known: bool = False  # something was said: there is something to continue, or to leave
    is_open: bool = False  # what can be done with it is in sight
    has_left: bool = False
    place: str = BEGINNING  # up to where the page knows the conversation
    posts: Sequence[Markup] = ()
    notice: str = ""
    draft: str = ""
    saves: Markup = field(default_factory=Markup)  # shown while nothing can be written down
    code: str = ""
    telegram: str = ""
    key: str = field(default_factory=lambda: secrets.token_hex(16))


@dataclass(frozen=True, slots=True)
class Change:
    """What came after a place: the new place, and posts to show; `is_whole` when all before is gone."""

    place: str
    items: Sequence[Item]
    is_whole: bool = False


class Rooms:
    """Makes the page, and what came since."""

    def __init__(self, web: Web, pages: Pages, passes: Passes) -> None:
        """Prepare."""
        self._web = web
        self._pages = pages
        self._passes = passes
        self.channel = WebChannel(web.database, web.bells, web.clock)

    async def page(
        self,
        request: Request,
        language: Language,
        *,
        is_embedded: bool,
        status: int = 200,
        saves: Message | None = None,
        chat: str | None = None,
        **more: Any,
    ) -> Response:
        """Show the conversation of a browser; `chat`, if it is given in this very answer."""
        chat = chat or self._passes.chat_of(request)
        label = anchor_label(language, self._web.library())
        room = Room(self._passes.token(chat), label, is_embedded=is_embedded, is_known=chat is not None)
        if saves is not None:
            more["saves"] = self.saving(saves, language)
        room = replace(
            await self._filled(room, chat, language), **{name: value for name, value in more.items() if value}
        )
        template = "chat_embed.html" if is_embedded else "chat.html"
        values = {"room": room, "here": None if is_embedded else "/chat"}
        response = self._pages.page(request, template, language, status=status, keep=NEVER_KEPT, **values)
        if chat is not None:
            self._passes.give(response, chat, is_embedded=is_embedded)
        if is_embedded:
            self._passes.try_out(response, is_embedded=True)
            framed_by = " ".join(["'self'", *self._web.origins])
            response.headers["Content-Security-Policy"] = f"{CONTENT_POLICY}frame-ancestors {framed_by}"
        return response

    async def _filled(self, room: Room, chat: str | None, language: Language) -> Room:
        if chat is None:
            return room
        try:
            change = await self.since(chat, BEGINNING)
        except DatabaseAway:  # whoever writes of danger is answered all the same
            return replace(room, notice="site.error.503")
        shown = [self.post(item, language) for item in change.items]
        anchor = next((item.anchor for item in reversed(change.items) if item.anchor), room.anchor)
        return replace(room, place=change.place, posts=shown, anchor=anchor)

    async def since(self, chat: str, known: str) -> Change:
        """Return what came after a place.

        Raises:
            DatabaseAway: it cannot be known just now.
        """
        known_id, number = read_place(known)
        async with self._web.database.begin() as session:
            found = await web_chats.find(session, chat)
            if found is None:
                return Change(BEGINNING, (), is_whole=known_id != 0)
            is_whole = known_id not in {0, found.id}
            if known_id != found.id:
                number = max(0, found.last - MOST_SHOWN)
            if number >= found.last:
                return Change(place(found.id, found.last), ())
            posts = await web_chats.posts(session, found.id, after=number, limit=MOST_SHOWN)
            last = posts[-1].number if posts else found.last
            return Change(place(found.id, last), await items(session, found.id, posts), is_whole=is_whole)

    def post(self, item: Item, language: Language) -> Markup:
        """Show one bubble."""
        today = self._web.clock().astimezone(HELSINKI).date()
        return Markup(self._pages.text("chat_post.html", language, {"item": item, "today": today}))

    def saving(self, message: Message, language: Language) -> Markup:
        """Show what saves, while nothing can be written down."""
        now: datetime = self._web.clock()
        return self.post(Item(0, 0, "bot", now, markup(message.parts), is_urgent=True), language)


def language_of(name: str) -> Language:
    """Return the language that a form says its page is in."""
    return Language(name) if name in ANSWERED else Language.FI
