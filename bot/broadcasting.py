"""Feeds bulletins into the outbox, a few at a time, and tells staff how far they are.

Few at a time, because what is in the outbox may be under way when the program dies, and of that nobody knows whether
it arrived; and because a bulletin must leave room for everything that people say to each other.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.channel import Edit, Message, Part, pack
from bot.handoff import bulletins
from bot.handoff.letters import Letter
from bot.posting import post_each
from bot.worker import Parts
from storage import broadcasts, outbox
from storage.broadcasts import UNDER_WAY, Broadcast, CopyState
from storage.outbox import NewMessage, Priority

log = logging.getLogger(__name__)

EVERY = 0.5  # seconds between two looks while a bulletin goes out
WHEN_IDLE = 4  # looks of which one is taken when none does
# At most so many in the outbox: with EVERY it makes 20 a second, so that 10 of Telegram's 30 are left for people.
AT_ONCE = 10
TOLD_EVERY = timedelta(seconds=10)  # between edits of the progress: a group takes 20 messages a minute


class Broadcasting:
    """Takes every broadcast a step further; all that it knows is in the database."""

    def __init__(self, parts: Parts, *, on_letters: Callable[[], None]) -> None:
        """Prepare; `on_letters` is called when there is something new to deliver."""
        self._parts = parts
        self._on_letters = on_letters
        self._skipped = WHEN_IDLE  # so that the first look after a start is taken at once

    async def step(self) -> None:
        """Take all broadcasts a step further; when there was none the last time, look less often."""
        if 0 < self._skipped < WHEN_IDLE:
            self._skipped += 1
            return
        async with self._parts.database.begin() as session:
            found = await broadcasts.unfinished(session)
            room = AT_ONCE
            for broadcast in found:
                room -= await self._advance(session, broadcast, room)
        self._skipped = 0 if found else 1
        if found:
            self._on_letters()

    async def _advance(self, session: AsyncSession, broadcast: Broadcast, room: int) -> int:
        """Take one a step further; return how many of its copies are in the outbox."""
        now = self._parts.clock()
        await broadcasts.note_outcomes(session, broadcast.id)
        if now >= broadcast.ends_at:
            await broadcasts.drop_waiting(session, broadcast.id)
        counts = await broadcasts.counts(session, broadcast.id)
        under_way = counts[CopyState.QUEUED]
        if counts[CopyState.WAITING] and room > under_way:
            await self._feed(session, broadcast, room - under_way, now)
            counts = await broadcasts.counts(session, broadcast.id)
        if any(counts[state] for state in UNDER_WAY):
            await self._tell_progress(session, broadcast, now)
        else:
            await self._tell_result(session, broadcast, now)
        return counts[CopyState.QUEUED]

    async def _feed(self, session: AsyncSession, broadcast: Broadcast, most: int, now: datetime) -> None:
        copies = await broadcasts.next_copies(session, broadcast, limit=most)
        messages = [
            NewMessage(
                chat=copy.chat,
                body=pack(bulletins.copy_for(broadcast, copy.chat, copy.language)),
                priority=int(Priority.BULK),
                due_at=now,
            )
            for copy in copies
        ]
        ids = await outbox.put(session, messages, inbox_id=None, at=now)
        await broadcasts.queued(session, dict(zip((copy.id for copy in copies), ids, strict=True)))

    # ---------------------------------------------------------------- what staff see

    async def _tell_progress(self, session: AsyncSession, broadcast: Broadcast, now: datetime) -> None:
        """Post the message that tells how far it is; later, edit it now and then."""
        counts = await broadcasts.counts(session, broadcast.id)
        text, buttons = bulletins.progress(broadcast, counts, self._parts.library())
        done = bulletins.done_of(counts)
        if broadcast.progress_at is None:
            message = Message(broadcast.staff_chat, (Part(text),), buttons, reply_to=broadcast.confirmed_on)
            new = NewMessage(message.chat, pack(message), int(Priority.STAFF), now)
            [outbox_id] = await outbox.put(session, [new], inbox_id=None, at=now)
            await broadcasts.set_progress(session, broadcast.id, done=done, at=now, outbox_id=outbox_id)
            return
        is_time = now - broadcast.progress_at >= TOLD_EVERY
        if broadcast.progress_ref and is_time and done != broadcast.progress_done:
            edit = Edit(broadcast.staff_chat, broadcast.progress_ref, (Part(text),), buttons)
            await self._post(session, Letter(edit, Priority.STAFF), now)
            await broadcasts.set_progress(session, broadcast.id, done=done, at=now)

    async def _tell_result(self, session: AsyncSession, broadcast: Broadcast, now: datetime) -> None:
        """Say how it went: in a message of its own, since nobody hears of an edit."""
        counts = await broadcasts.counts(session, broadcast.id)
        library = self._parts.library()
        text, buttons = bulletins.result(broadcast, counts, library)
        if broadcast.progress_ref:
            over, _ = bulletins.progress(broadcast, counts, library)
            edit = Edit(broadcast.staff_chat, broadcast.progress_ref, (Part(over),))
            await self._post(session, Letter(edit, Priority.STAFF), now)
        told = Message(broadcast.staff_chat, (Part(text),), buttons, reply_to=broadcast.confirmed_on)
        await self._post(session, Letter(told, Priority.STAFF), now)
        await broadcasts.finish(session, broadcast.id, at=now)
        log.info(
            "bulletin sent",
            extra={"broadcast": broadcast.id, **{state.name.lower(): counts[state] for state in CopyState}},
        )

    async def _post(self, session: AsyncSession, letter: Letter, now: datetime) -> None:
        await post_each(session, [letter], self._parts.channels, now=now)
