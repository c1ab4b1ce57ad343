"""From an inbox row to everything that follows from it, in one transaction.

The worker takes the oldest row that may be handled, asks dialogue and handoff what to do, and commits their
decision together with the row's completion. What fails is rolled back and tried again; what keeps failing is
given to humans, and the person is told where help is meanwhile.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from bot.channel import Channel, Ignored, MalformedUpdate, Membership, Moved, Reach, StaffTurn, Turn
from bot.conversation import on_person_turn, on_reach
from bot.handoff import desk_door, moving, rescue, staff_room
from bot.handoff.alerting import STAFF
from bot.handoff.letters import Letter
from bot.handoff.reminding import remind
from bot.handoff.routing import bound
from bot.logs import describe
from bot.posting import post, post_each
from content.library import Library
from storage import broadcasts, cases, counts, inbox, retention, staff, unsettled
from storage.database import Database, DatabaseAway
from storage.inbox import Received
from storage.takings import Takings

log = logging.getLogger(__name__)

# Deaths of the program over one message, in a row; then humans get it, and nothing of ours reads what it says. Three
# are not enough: what is killed from outside, at a bad time, again and again, is often at the same message.
DEATHS = 5
UNREADABLE, KILLED = "unreadable", "killed the program"  # why a row was set aside, as its `error` says
ATTEMPTS = 3  # then a message is given to humans; more tries would only let its writer wait
RETRY_AFTER = (timedelta(seconds=1), timedelta(seconds=4))  # before the second and the third attempt
# Messages that wait at the same moment share a transaction, so many at most: on a burst it is the commit that costs.
# Each is still whole or not at all; the first of them waits some milliseconds for the last.
TOGETHER = 8
PATIENCE_WITH_DATABASE = 0.5  # seconds between looks at a database that is away
LOOK_AGAIN = 1.0  # seconds after which rows are looked for without having been told of one


@dataclass(frozen=True, slots=True)
class Parts:
    """What the worker works with."""

    database: Database
    channels: Mapping[str, Channel]
    library: Callable[[], Library]  # the running one: a reload changes it between two turns, never within one
    clock: Callable[[], datetime]
    takings: Takings = field(default_factory=Takings)
    address: str = ""  # where browsers find the web


class Ride(Protocol):
    """What delivery does in the worker's transaction (`Delivery.riding`)."""

    async def begin(self, session: AsyncSession) -> None:
        """Settle, so that what is handled next knows what was sent."""
        ...

    async def end(self, session: AsyncSession) -> None:
        """Take what was put."""
        ...


Carry = Callable[[AsyncSession], Awaitable[None]]  # what the worker does in intake's (`Worker.riding`)


class RideFailed(Exception):  # noqa: N818 (named for the case, as all of ours are)
    """What a transaction carried along failed, and not what it is for; it is rolled back all the same."""


class Worker:
    """Handles inbox rows until stopped; several may run at once, each row is handled by one."""

    def __init__(
        self,
        parts: Parts,
        *,
        on_letters: Callable[[], None],
        riding: Callable[[], AbstractAsyncContextManager[Ride]] | None = None,
    ) -> None:
        """Prepare a worker; `on_letters` is called when there is something new to deliver.

        With `riding`, delivery takes it in the worker's own transaction instead of a second one.
        """
        self._parts = parts
        self._on_letters = on_letters
        self._riding = riding
        self._news = asyncio.Event()
        # On PostgreSQL several workers hold the rows of people: two with many of them could wait for each other.
        self._together = 1 if parts.database.is_postgresql else TOGETHER
        self._alone = 0  # rows to be handled one by one, because one of them has failed

    def wake(self) -> None:
        """Say that there may be something to do."""
        self._news.set()

    async def run(self) -> None:
        """Handle rows for ever."""
        while True:
            self._news.clear()
            try:
                while (handled := await self.handle_next()) and (handled == self._together or self._alone):
                    await _give_way()
            except DatabaseAway as error:
                log.error("database away", extra={"reason": error})
                await asyncio.sleep(PATIENCE_WITH_DATABASE)
                continue
            # Not wait_for: in Python 3.11 that swallows being cancelled when news come at the same moment.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_AGAIN):
                    await self._news.wait()

    async def handle_next(self) -> int:
        """Handle what waits, a few rows at most; return how many there were.

        Raises:
            DatabaseAway: nothing was changed; the rows are still there.
        """
        rows: list[Received] = []
        has_letters = False
        try:
            async with self._carrying() as rides, self._parts.database.begin() as session:
                has_letters = await self._handle_some(session, rides, rows)
        except DatabaseAway:
            raise
        except RideFailed:
            self._news.set()  # nothing is wrong with the rows
        except Exception as error:
            if not rows:
                raise
            self._news.set()  # what stands behind it was not looked at yet
            if len(rows) == 1:
                await self._on_failure(rows[0], error)
            else:
                self._alone = len(rows) + 1  # the failed one took the others' work with it
        if has_letters and self._riding is None:
            self._on_letters()
        self._alone = max(0, self._alone - 1)
        return len(rows)

    @asynccontextmanager
    async def riding(self) -> AsyncIterator[Carry]:
        """Let intake's transaction, opened within, carry the handling of what it has just written down.

        Raises:
            RideFailed: within; what was written down is to be written down without it. The worker then meets what
                failed in a transaction of its own, and does about it what it always does.
        """
        rows: list[Received] = []
        has_letters = False

        async def ride(session: AsyncSession) -> None:
            nonlocal has_letters
            try:
                has_letters = await self._handle_some(session, rides, rows)
            except (DatabaseAway, RideFailed):
                raise
            except Exception as error:
                raise RideFailed from error

        async with self._carrying() as rides:
            yield ride
        if has_letters and self._riding is None:
            self._on_letters()
        if self._alone or len(rows) == self._together:
            self.wake()  # there may be more

    async def _handle_some(self, session: AsyncSession, rides: Sequence[Ride], begun: list[Received]) -> bool:
        """Handle a few rows, noted in `begun` one by one; return whether anything is to be delivered."""
        has_letters = False
        rows = await self._take(session)
        if rows:
            await self._carry([ride.begin for ride in rides], session)
        try:
            for row in rows:
                begun.append(row)
                has_letters |= await self._handle_row(session, row, self._parts.clock())
        finally:
            self._parts.takings.rest()
        if has_letters:
            await self._carry([ride.end for ride in rides], session)
        return has_letters

    async def _take(self, session: AsyncSession) -> Sequence[Received]:
        """Take what waits: as many as may share a transaction, or one."""
        now = self._parts.clock()
        if self._together > 1 and not self._alone:
            return self._apart(await inbox.take_several(session, now=now, limit=self._together))
        row = await inbox.take(session, now=now)
        return [] if row is None else [row]

    def _apart(self, rows: Sequence[Received]) -> Sequence[Received]:
        """Leave for later what stands behind something over which the program has died: that is handled by itself."""
        for at, row in enumerate(rows):
            if self._parts.takings.deaths(row.name):
                self._news.set()
                return rows[: max(at, 1)]
        return rows

    @asynccontextmanager
    async def _carrying(self) -> AsyncIterator[Sequence[Ride]]:
        """Give out who rides along in the transaction that is opened within: delivery, or nobody."""
        if self._riding is None:
            yield ()
            return
        async with self._riding() as ride:
            yield (ride,)

    async def _carry(self, steps: Sequence[Carry], session: AsyncSession) -> None:
        """Do what rides along; should it fail, it is left to its own transactions from now on."""
        try:
            for step in steps:
                await step(session)
        except DatabaseAway:
            raise
        except Exception as error:
            log.critical("delivery cannot ride along", extra={"error": describe(error)})
            self._riding = None
            raise RideFailed from error

    async def _handle_row(self, session: AsyncSession, row: Received, now: datetime) -> bool:
        """Handle one row, to its completion; return whether anything is to be delivered."""
        deaths = self._parts.takings.deaths(row.name)
        async with self._parts.takings.holding_in_turn(row.name):
            if not row.is_readable or deaths >= DEATHS:
                return await self._set_aside(session, row, deaths, now)
            letters = await self._handle(session, row, now)
        await post(session, letters, self._parts.channels[row.channel], inbox_id=row.inbox_id, now=now)
        await inbox.done(session, row.inbox_id, at=now)
        return bool(letters)

    async def _set_aside(self, session: AsyncSession, row: Received, deaths: int, now: datetime) -> bool:
        """Give up, and keep, what cannot be read or killed the program; humans hear of it, and so does its writer."""
        why = KILLED if row.is_readable else UNREADABLE
        log.critical("message set aside", extra={"inbox_id": row.inbox_id, "reason": why})
        await inbox.fail(session, row.inbox_id, error=why, retry_at=None, at=now)
        chats, library = await staff.chats(session), self._parts.library()
        if not row.is_readable:
            code = await cases.open_of_chat(session, row.chat_key)
            letters = rescue.unreadable(row.chat, code, chats, library)
        elif deaths > DEATHS:  # even handing it over has killed us
            letters = rescue.last_resort(row.chat, chats)
        else:
            letters = rescue.untouched(self._read_again(row), row.chat, chats, library)
        await post_each(session, letters, self._parts.channels, now=now)
        return bool(letters)

    async def _handle(self, session: AsyncSession, row: Received, now: datetime) -> list[Letter]:
        """Read a row and let the room that it is for decide."""
        library = self._parts.library()
        reading = self._parts.channels[row.channel].read(row.raw)
        match reading:
            case Turn():
                address = self._parts.address
                link = await desk_door.in_private(session, reading, library, address=address, now=now)
                return link or await on_person_turn(session, reading, library, now=now, address=address)
            case StaffTurn():
                chats = await self._known_chats(session, reading, now=now)
                return await staff_room.on_turn(
                    session,
                    reading,
                    chats,
                    library,
                    self._parts.database.keys,
                    now=now,
                    address=self._parts.address,
                )
            case Reach():
                return await on_reach(session, reading, library)
            case Membership():
                return await _on_membership(session, reading, library)
            case Moved(old, new):
                return await move_chat(session, old, new, library)
            case Ignored(kind):
                if await counts.add(session, f"ignored {kind}", at=now) == 1:
                    log.info("update passed over, first of its kind today", extra={"kind": kind})
        return []

    async def _known_chats(
        self, session: AsyncSession, turn: StaffTurn, *, now: datetime
    ) -> Sequence[staff.StaffChat]:
        """Return the staff chats; learn on the way whether this one has become a forum."""
        chats: Sequence[staff.StaffChat] = await staff.chats(session)
        known = bound(chats, turn.chat)
        if known is None or known.is_forum == turn.is_forum:
            return chats
        await staff.bind(session, turn.chat, known.campus, is_forum=turn.is_forum, at=now)
        return await staff.chats(session)

    async def _on_failure(self, row: Received, error: Exception) -> None:
        """Try again later; at last give the message to humans. Somebody in danger hears what saves at once."""
        log.error(
            "update failed",
            extra={"inbox_id": row.inbox_id, "attempt": row.attempts + 1, "error": describe(error)},
        )
        try:
            await self._note_failure(row, error, self._read_again(row))
        except DatabaseAway:
            raise
        except Exception as another:  # noqa: BLE001 - else one message would end the program again and again
            # Not even the rescue can bear what was written. That something was, staff hear all the same.
            log.critical("rescue failed", extra={"inbox_id": row.inbox_id, "error": describe(another)})
            await self._note_failure(row, error, None, has_failed_too=True)
        self._on_letters()

    async def _note_failure(
        self, row: Received, error: Exception, turn: Turn | StaffTurn | None, *, has_failed_too: bool = False
    ) -> None:
        """Count the attempt, and post what can still be done; `has_failed_too`: even that has failed before."""
        now = self._parts.clock()
        is_malformed = isinstance(error, MalformedUpdate)
        is_last = row.attempts + 1 >= ATTEMPTS or is_malformed
        retry_at = None if is_last else now + RETRY_AFTER[row.attempts]
        async with self._parts.database.begin() as session:
            await inbox.fail(session, row.inbox_id, error=type(error).__name__, retry_at=retry_at, at=now)
            if is_malformed and await counts.add(session, "malformed update", at=now) == 1:
                log.error("malformed update, first of today", extra={"inbox_id": row.inbox_id})
            if is_last or row.attempts == 0:
                chats = await staff.chats(session)
                letters = (
                    rescue.last_resort(row.chat, chats)
                    if has_failed_too
                    else rescue.letters(turn, chats, self._parts.library(), is_last=is_last, now=now)
                )
                # Without the row's number: the handling proper, should it succeed later, numbers its own.
                await post_each(session, letters, self._parts.channels, now=now)

    def _read_again(self, row: Received) -> Turn | StaffTurn | None:
        """Read a row that could not be handled, for what little is needed to help."""
        try:
            reading = self._parts.channels[row.channel].read(row.raw)
        except (MalformedUpdate, KeyError):
            return None
        return reading if isinstance(reading, Turn | StaffTurn) else None

    async def remind(self) -> None:
        """Take the cases that nobody has taken one step up the ladder."""
        async with self._parts.database.begin() as session:
            now = self._parts.clock()
            chats = await staff.chats(session)
            letters = await remind(session, chats, self._parts.library(), now=now)
            await post_each(session, letters, self._parts.channels, now=now)
        if letters:
            self._on_letters()

    async def forget_due(self) -> None:
        """Delete what is due to be forgotten."""
        gone = await retention.forget_all_due(self._parts.database, now=self._parts.clock())
        if any(gone.values()):
            log.info("forgotten", extra={"rows": dict(gone)})
        if gone[retention.EXPIRED_CASES]:
            log.error("cases closed that nobody took", extra={"cases": gone[retention.EXPIRED_CASES]})


async def _give_way() -> None:
    """Let delivery and intake have their turn between two messages of a long queue."""
    await asyncio.sleep(0)


async def move_chat(session: AsyncSession, old: str, new: str, library: Library) -> list[Letter]:
    """Let everything that concerns a group follow it to its new chat; its cases are shown there anew."""
    await staff.move_chat(session, old, new)
    await broadcasts.move_chat(session, old, new)
    letters = await moving.to_supergroup(session, old, new, library)
    await unsettled.move_chat(session, old, new)
    return [*letters, staff_room.menu(new, library)] if bound(await staff.chats(session), new) else letters


async def _on_membership(session: AsyncSession, membership: Membership, library: Library) -> list[Letter]:
    """Say in a new group how it becomes a staff chat; a staff chat that is lost is logged loudly."""
    known = bound(await staff.chats(session), membership.chat)
    if not membership.present:
        if known is not None:
            log.error("put out of a staff chat", extra={"campus": known.campus})
        return []
    if known is not None:
        return await moving.back_in(session, membership.chat, library)
    return [rescue.notice(membership.chat, library.say("staff.not_bound", language=STAFF))]
