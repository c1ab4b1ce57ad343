"""Updates in: written to the inbox before Telegram hears that we have them.

Telegram keeps an update until a later one is asked for (polling) or until we answer 200 (webhook). So a process
that dies with updates in its hands gets them again, and the inbox drops those it knows.
"""

import asyncio
import hashlib
import logging
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from datetime import datetime
from typing import Any

from telegram import Bot, ChatMember
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot import json_text
from bot.lifeline import Lifeline
from bot.telegram.handlers import IS_MEMBER, NAME, chat_name
from bot.telegram.request import AiohttpRequest, seconds_to_wait
from bot.worker import Carry, RideFailed
from storage import inbox
from storage.database import Database, DatabaseAway
from storage.inbox import NewUpdate
from storage.takings import Takings

log = logging.getLogger(__name__)

# Set explicitly: Telegram's defaults change, and leave out what one needs (lessons.md, 4).
ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")
LONG_POLL = 30  # seconds that Telegram holds a question open
ANSWER_MARGIN = 15.0  # seconds beyond that until the connection is given up
AT_MOST = 100  # updates in one answer; Bot API, getUpdates
FEW = 4  # updates that are handled before they are confirmed; with more, writing them down goes first
AGAIN_AFTER = 1.0  # seconds after an error; doubled each time
SLOWEST = 30.0
CONFLICT_PAUSE = 5.0  # seconds: another program polls; we go on trying, since it may be our own dying self
DATABASE_PATIENCE = 1.5  # seconds that somebody in danger waits for the database before we answer without it
DATABASE_PAUSE = 0.5  # seconds to the next question while the database is away: new danger must be heard of
MEMBER_PATIENCE = 3.0  # seconds: behind a press in a group, somebody else's message waits
MEMBERSHIP_KEPT = 300.0  # seconds for which we believe that somebody is still a member of a group


Riding = Callable[[], AbstractAsyncContextManager[Carry]]  # see `Worker.riding`


class Intake:
    """Writes updates to the inbox."""

    def __init__(
        self,
        bot: Bot,
        database: Database,
        lifeline: Lifeline,
        *,
        clock: Callable[[], datetime],
        on_updates: Callable[[], None],
        riding: Riding | None = None,
        takings: Takings | None = None,
    ) -> None:
        """Prepare; `on_updates` is called when there is something new in the inbox.

        With `riding`, the worker handles it in intake's own transaction when there is little of it; but not what
        the program has died over, as `takings` knows: that is written down first, so that the deaths find a row.
        """
        self._bot = bot
        self._bot_id = bot.token.partition(":")[0]  # the bot itself knows it only from Telegram
        self._database = database
        self._lifeline = lifeline
        self._clock = clock
        self._on_updates = on_updates
        self._riding = riding
        self._takings = takings or Takings()
        self._members: dict[tuple[int, int], tuple[bool, float]] = {}

    async def receive(self, updates: Sequence[Any]) -> None:
        """Write updates down, in their order. Whoever writes of danger does not wait for a slow database.

        Raises:
            DatabaseAway: nothing was written; whoever wrote of danger has heard what saves all the same.
        """
        rows: Sequence[NewUpdate]
        if len(updates) == 1:
            rows = [await self._row(updates[0])]
        else:
            rows = await asyncio.gather(*map(self._row, updates))
        rescuing: list[asyncio.Task[None]] = []
        timer = asyncio.get_running_loop().call_later(
            DATABASE_PATIENCE, lambda: rescuing.append(asyncio.create_task(self._rescue(rows)))
        )
        try:
            await self._keep(rows)
        except DatabaseAway:
            await self._rescue(rows)
            raise
        finally:
            timer.cancel()
            await asyncio.gather(*rescuing)

    async def _keep(self, rows: Sequence[NewUpdate]) -> None:
        """Write rows down; a few of them are handled in the same breath, which saves them the second commit."""
        try:
            is_safe = len(rows) <= FEW and not any(self._takings.deaths(row.name) for row in rows)
            await self._write_down(rows, self._riding if is_safe else None)
        except RideFailed:  # in a transaction of its own the worker knows what to do about it
            await self._write_down(rows, None)

    async def _write_down(self, rows: Sequence[NewUpdate], riding: Riding | None) -> None:
        async with riding() if riding else nullcontext() as carry, self._database.begin() as session:
            new = await inbox.put(session, rows, at=self._clock())
            if new and carry is not None:
                await carry(session)
        if new and carry is None:
            self._on_updates()

    async def _rescue(self, rows: Sequence[NewUpdate]) -> None:
        await asyncio.gather(*(self._lifeline.rescue(row.chat, row.update_id, row.raw) for row in rows))

    async def receive_raw(self, body: bytes) -> None:
        """Write down what came by webhook; what is no JSON object is kept as well, for humans to look at.

        Raises:
            DatabaseAway: nothing was written.
        """
        try:
            update = json_text.read(body)
        except (ValueError, RecursionError):
            update = body.decode("utf-8", "replace")
        await self.receive([update])

    async def _row(self, update: Any) -> NewUpdate:
        if not isinstance(update, dict):
            update = {"malformed": update}
        press = update.get("callback_query")
        if isinstance(press, dict):
            update = {**update, IS_MEMBER: await self._is_member(press)}
        raw = json_text.write(update)
        raw = raw.encode(errors="replace").decode()  # half a character (a lone surrogate) cannot be stored
        update_id = update.get("update_id")
        name = str(update_id) if isinstance(update_id, int) else hashlib.sha256(raw.encode()).hexdigest()
        return NewUpdate(NAME, self._bot_id, name, chat_name(_chat_of(update)), raw)

    async def _is_member(self, press: dict[str, Any]) -> bool:
        """Ask whether who pressed a button in a group is a member; when that cannot be known, they may."""
        try:
            chat, who = press["message"]["chat"], press["from"]["id"]
            if chat["type"] == "private":
                return True
            key = (chat["id"], who)
            known = self._members.get(key)
            if known is not None and time.monotonic() - known[1] < MEMBERSHIP_KEPT:
                return known[0]
            async with asyncio.timeout(MEMBER_PATIENCE):
                member = await self._bot.get_chat_member(chat["id"], who)
        except (KeyError, TypeError, TimeoutError, TelegramError):
            return True
        is_member = member.status not in {ChatMember.LEFT, ChatMember.BANNED}
        self._members[key] = (is_member, time.monotonic())
        return is_member


def _chat_of(update: dict[str, Any]) -> int:
    """Find the chat that an update belongs to, for its order; 0 when it names none."""
    for content in update.values():
        if isinstance(content, dict):
            holder = content.get("message", content)
            chat = holder.get("chat") if isinstance(holder, dict) else None
            if isinstance(chat, dict) and isinstance(chat.get("id"), int):
                return int(chat["id"])
    return 0


async def poll(bot: Bot, request: AiohttpRequest, intake: Intake) -> None:
    """Ask Telegram for updates for ever; the next question confirms only what is in the inbox."""
    offset: int | None = None  # never a stored one: ids may start anew from a lower number
    failures = 0
    while True:
        try:
            parameters = {"timeout": LONG_POLL, "limit": AT_MOST, "allowed_updates": ALLOWED_UPDATES}
            if offset is not None:
                parameters["offset"] = offset
            updates = await request.get_updates(
                f"{bot.base_url}/getUpdates", parameters, seconds=LONG_POLL + ANSWER_MARGIN
            )
            if updates:
                await intake.receive(updates)
                offset = _last_id(updates, offset)
                await asyncio.sleep(0)  # answers that are ready go before the next question
            failures = 0
        except InvalidToken:
            # It was right when we started. Ending for what may be a fault of Telegram's would leave people alone.
            log.critical("telegram does not accept the token any more: see MATALA_TELEGRAM_TOKEN")
            await asyncio.sleep(SLOWEST)
        except Conflict:
            log.error("another program receives this bot's updates (409): stop it, or this one")
            await asyncio.sleep(CONFLICT_PAUSE)
        except RetryAfter as error:
            await asyncio.sleep(seconds_to_wait(error))
        except DatabaseAway as error:
            log.error("database away, updates stay with telegram", extra={"reason": error})
            await asyncio.sleep(DATABASE_PAUSE)
        except TelegramError as error:
            log.warning("no updates", extra={"reason": type(error).__name__})
            await asyncio.sleep(min(AGAIN_AFTER * 2**failures, SLOWEST))
            failures = min(failures + 1, 10)


def _last_id(updates: Sequence[Any], offset: int | None) -> int | None:
    """Return the offset that confirms these updates: one past the last of them, be it lower than before."""
    known = [update.get("update_id") for update in updates if isinstance(update, dict)]
    ids = [each for each in known if isinstance(each, int)]
    return ids[-1] + 1 if ids else offset
