"""What is new at the desk, said to the pages as it happens: numbers and case codes, no text of anybody."""

import asyncio
import contextlib
import hashlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from time import monotonic

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from bot.channel import Message, unpack
from bot.handoff.desk_room import DESK
from bot.handoff.routing import bound
from bot.web.desk_channel import NEWS
from bot.web.desk_visit import Desk, Over, Visit, visiting
from bot.web.pages import NEVER_KEPT
from storage import cases, desk_cases

LOOK_EVERY = 2.0  # seconds: what another process did is seen so late; what this one did, at once
# At a busy desk much happens at once, and every look of every colleague stands in the way of what is being sent.
APART = 0.3  # seconds between two looks of one page; the first after a silence is at once
SPEAK_EVERY = 15.0  # seconds of silence after which a connection is kept open by saying nothing
HASH_LENGTH = 16
HEADERS = {
    "Cache-Control": NEVER_KEPT,
    "X-Accel-Buffering": "no",
}  # the latter for nginx, which would wait for more


@dataclass(frozen=True, slots=True)
class Notice:
    """What was said to staff that is of no case: that a message could not be handled, or did not arrive."""

    number: int
    text: str
    at: datetime


async def notices(visit: Visit) -> list[Notice]:
    """Return what was said to the desk where it is the staff chat, the latest first: nobody else shows it."""
    if visit.visitor.staff_chat not in {None, DESK} or bound(visit.chats, DESK) is None:
        return []
    found = []
    for number, body, at in await desk_cases.notices(visit.session, DESK, now=visit.now):
        outgoing = unpack(body)
        if isinstance(outgoing, Message):
            found.append(Notice(number, "".join(part.text for part in outgoing.parts), at))
    return found


async def news(visit: Visit) -> dict[str, object]:
    """Say how things stand: `cases` have a hash each, which changes when they do.

    `calls` are the cases that nobody has, each with how loudly: a higher number is a new call. `words` are the
    cases of this very person, each with the number of the newest line in it. `notice` is the newest one's number.
    """
    waiting = await desk_cases.waiting(visit.session, visit.reach)
    found = {case.id: case for case in await desk_cases.open_cases(visit.session, visit.reach)}
    told = await notices(visit)
    mine = {each for each, case in found.items() if case.claimed_by == visit.by(case)}
    return {
        "notice": told[0].number if told else 0,
        "cases": {cases.code_of(each): _hash(repr(what)) for each, what in waiting.items()},
        "calls": {
            cases.code_of(each): what.level * 1000 + what.remind_step
            for each, what in waiting.items()
            if what.status == cases.NEW
        },
        "words": {cases.code_of(each): what.last_words for each, what in waiting.items() if each in mine},
    }


async def written(visit: Visit) -> str:
    """Write how things stand as a page holds it: what changes between its making and its first question shows."""
    return json.dumps(await news(visit), separators=(",", ":"))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:HASH_LENGTH]


async def on_news(desk_: Desk, request: Request) -> Response:
    """Answer once, to pages that cannot listen."""
    try:
        async with visiting(desk_, request) as visit:
            return JSONResponse(await news(visit), headers=HEADERS)
    except Over:
        return JSONResponse({"over": True}, 403, HEADERS)


async def on_events(desk_: Desk, request: Request) -> Response:
    """Tell what is new for as long as somebody listens, is at the desk, and the program runs."""
    try:
        async with visiting(desk_, request):
            pass
    except Over:
        return JSONResponse({"over": True}, 403, HEADERS)
    return StreamingResponse(events(desk_, request), headers=HEADERS, media_type="text/event-stream")


async def events(desk_: Desk, request: Request) -> AsyncIterator[str]:
    """Yield what is new, as it happens; end when the visit or the program does."""
    last, spoken = "", monotonic()
    with desk_.web.bells.listening(NEWS) as bell:
        while not desk_.web.closing.is_set():
            bell.clear()
            looked_at = monotonic()
            try:
                async with visiting(desk_, request) as visit:
                    now = await written(visit)
            except Over:
                yield "event: over\ndata: {}\n\n"
                return
            if now != last:
                yield f"data: {now}\n\n"
                last, spoken = now, monotonic()
            elif monotonic() - spoken > SPEAK_EVERY:
                yield ":\n\n"
                spoken = monotonic()
            await _until(bell, desk_.web.closing)
            if not desk_.web.closing.is_set():
                await asyncio.sleep(looked_at + APART - monotonic())  # none, if that has passed


async def _until(*events: asyncio.Event) -> None:
    """Wait until one of these is set, or it is time to look again."""
    waits = [asyncio.ensure_future(event.wait()) for event in events]
    try:
        await asyncio.wait(waits, timeout=LOOK_EVERY, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for each in waits:
            each.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(*waits, return_exceptions=True)
