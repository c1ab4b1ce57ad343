"""What is new in a conversation: as it comes (server-sent events), or when it is asked for."""

import asyncio
import json
from collections.abc import AsyncIterator, Collection, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from bot.web.channel import bell
from bot.web.chat_lookout import LOOK_EVERY, Lookout
from bot.web.chat_passes import Passes
from bot.web.chat_room import BEGINNING, Change, Rooms, language_of
from bot.web.web import Web
from intents.language import Language
from storage.database import DatabaseAway

HEARTBEAT = 15.0  # seconds of silence after which we say that we are there: what stands between may hang up
RETRY = 2000  # milliseconds to the browser's next try
MOST_OF_CHAT = 8  # pages of one conversation that are told at once; others ask
MOST = 2000  # of all
NO_MORE = 204  # an answer on which a browser asks no more


class Streams:
    """Counts the open streams."""

    def __init__(self) -> None:
        self._of: dict[str, int] = {}

    @property
    def chats(self) -> Collection[str]:
        """The conversations that are listened to."""
        return self._of.keys()

    def has_room(self, chat: str) -> bool:
        """Tell whether one more may be opened."""
        return self._of.get(chat, 0) < MOST_OF_CHAT and sum(self._of.values()) < MOST

    @contextmanager
    def one(self, chat: str) -> Iterator[None]:
        """Count one while it is open."""
        self._of[chat] = self._of.get(chat, 0) + 1
        try:
            yield
        finally:
            self._of[chat] -= 1
            if not self._of[chat]:
                del self._of[chat]


def routes(web: Web, rooms: Rooms, passes: Passes) -> list[Route]:
    """Make the routes."""
    streams = Streams()
    lookout = Lookout(web.database, web.bells, lambda: streams.chats, every=LOOK_EVERY)

    async def on_events(request: Request) -> Response:
        chat = passes.chat_of(request)
        if chat is None or not streams.has_room(chat):
            return Response(status_code=NO_MORE)  # the page asks instead
        known = request.headers.get("last-event-id") or request.query_params.get("since", BEGINNING)
        language = language_of(request.query_params.get("language", ""))
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        stream = _counted(streams, lookout, chat, _stream(web, rooms, chat, known, language))
        return StreamingResponse(stream, headers=headers, media_type="text/event-stream")

    async def on_posts(request: Request) -> Response:
        chat = passes.chat_of(request)
        known = request.query_params.get("since", BEGINNING)
        change = (
            await rooms.since(chat, known) if chat else Change(BEGINNING, (), is_whole=known != BEGINNING)
        )
        language = language_of(request.query_params.get("language", ""))
        told = _told(rooms, change, language) | {"kept": passes.is_kept(request)}
        return JSONResponse(told, headers={"Cache-Control": "no-store"})

    return [Route("/chat/events", on_events), Route("/chat/posts", on_posts)]


async def _counted(
    streams: Streams, lookout: Lookout, chat: str, stream: AsyncIterator[str]
) -> AsyncIterator[str]:
    # Others came at the same moment; this one's browser tries again, and is told to ask instead.
    if not streams.has_room(chat):
        return
    with streams.one(chat):
        lookout.begin()
        async for each in stream:
            yield each


def _told(rooms: Rooms, change: Change, language: Language) -> dict[str, Any]:
    """Write a change for the page's script."""
    return {
        "place": change.place,
        "whole": change.is_whole,
        "posts": [
            {"id": item.id, "html": rooms.post(item, language), "voice": item.voice, "anchor": item.anchor}
            for item in change.items
        ],
    }


async def _stream(web: Web, rooms: Rooms, chat: str, known: str, language: Language) -> AsyncIterator[str]:
    """Tell what is new until the page goes or the program stops; after that, the page asks from where it was."""
    told_at = monotonic()
    with web.bells.listening(bell(chat)) as rung:
        yield f"retry: {RETRY}\n\n"
        while not web.closing.is_set():
            rung.clear()
            try:
                # A page that goes away ends the stream; it must not end it within a transaction.
                change = await asyncio.shield(asyncio.ensure_future(rooms.since(chat, known)))
            except DatabaseAway:
                change = Change(known, ())
            if change.items or change.is_whole:
                known, told_at = change.place, monotonic()
                yield f"id: {known}\ndata: {json.dumps(_told(rooms, change, language))}\n\n"
                continue  # there may be more than fits one answer
            known = change.place
            if monotonic() - told_at >= HEARTBEAT:
                told_at = monotonic()
                yield ":\n\n"
            await _first(rung, web.closing, HEARTBEAT)


async def _first(rung: asyncio.Event, closing: asyncio.Event, seconds: float) -> None:
    """Wait for either, or for so long."""
    waits = [asyncio.ensure_future(event.wait()) for event in (rung, closing)]
    try:
        await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for each in waits:
            each.cancel()
