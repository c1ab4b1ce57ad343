"""From the outbox to the channels, until each message has been taken or refused.

Gravest first, in order per chat, many chats at once. A row is marked as being sent before the channel is asked,
so that a second copy after a crash is known for what it is. Whether it is tried again `bot.attempts` says, what else
follows `bot.aftermath`; the topics of cases are `bot.threads`'.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from typing import TypeGuard

from sqlalchemy.ext.asyncio import AsyncSession

from bot import aftermath, threads
from bot.aftermath import Ended
from bot.attempts import is_last_copy, settled
from bot.channel import (
    Channel,
    Copy,
    KnowsAgain,
    Message,
    Outcome,
    Outgoing,
    Refusal,
    Refused,
    Sent,
    Unsure,
    Wait,
    text_message,
    unpack,
)
from bot.handoff.letters import Letter
from bot.logs import describe
from bot.pace import Pace, is_group
from bot.posting import post_each
from bot.worker import PATIENCE_WITH_DATABASE, Parts, Ride
from storage import orphans, outbox
from storage.database import DatabaseAway
from storage.outbox import Due, Settled, State

log = logging.getLogger(__name__)

AT_ONCE = (
    24  # sends in flight: enough to hide the wait for answers, few enough that none waits for a connection
)
LOOK_AGAIN = 1.0  # seconds after which due rows are looked for without having been told
KEPT_FREE = 8  # more of them for alerts and safety texts alone: these wait for no slow send of something else
RIDES_IN_A_ROW = 8  # turns in the worker's transactions before delivery insists on one of its own
SENDER_DEAD = timedelta(minutes=2)  # a row that has been "sending" for longer has lost its sender
LAST_WAIT = 5.0  # seconds that an orderly stop waits for answers
WHEN_SILENT = 2.0  # seconds to the next try while a channel does not answer
HOPELESS = 5  # attempts that fail within this program: then humans hear of it
GO_ROUND_AFTER = timedelta(
    minutes=1
)  # so that staff chats that all refuse are not asked in a circle without pause


class _Turn:
    """One turn of delivery, within somebody's transaction."""

    def __init__(self, delivery: "Delivery") -> None:
        self._delivery = delivery
        self.has_begun = self.has_taken = False
        self.ended: list[Ended] = []
        self.started: list[Due] = []

    async def begin(self, session: AsyncSession) -> None:
        """Settle what has ended: whatever the transaction does next, it knows what was sent."""
        self.has_begun = True
        self.ended = await self._delivery.settle(session)

    async def end(self, session: AsyncSession) -> None:
        """Take what is due."""
        self.has_taken = True
        self.started = await self._delivery.take(session)


class _Beside:
    """What delivery does beside a transaction of the worker, where several run at once."""

    def __init__(self, delivery: "Delivery") -> None:
        self._delivery = delivery
        self.has_letters = False

    async def begin(self, _: AsyncSession) -> None:
        """Settle, so that a staff chat's next line finds the alert that it answers."""
        await self._delivery.catch_up()

    async def end(self, _: AsyncSession) -> None:
        """Note that there is something to send when the transaction is over."""
        self.has_letters = True


class Delivery:
    """Sends what is due until stopped."""

    def __init__(self, parts: Parts, pace: Pace) -> None:
        """Prepare the delivery; `pace` keeps it within what the channel allows."""
        self._parts = parts
        self._pace = pace
        self._news = asyncio.Event()
        self._sending: dict[int, tuple[Due, asyncio.Task[None]]] = {}
        self._ended: list[Ended] = []
        self._one_turn = asyncio.Lock()  # what is busy is known only when the turn before is over
        self._has_taken = False  # in the last turn; it may have settled only
        self._recovered_at: datetime | None = None
        self._lost_track = (
            True  # of rows that are marked as being sent: at the start, and when a commit broke
        )

    def wake(self) -> None:
        """Say that there may be something to send."""
        self._news.set()

    async def run(self) -> None:
        """Send for ever. Stopping waits for nothing: what was being sent is found again at the next start."""
        try:
            while True:
                await self._let_ride()
                self._news.clear()
                try:
                    pause = await self._turn()
                except DatabaseAway as error:
                    log.error("database away", extra={"reason": error})
                    await asyncio.sleep(PATIENCE_WITH_DATABASE)
                    continue
                # Not wait_for: in Python 3.11 that swallows being cancelled when news come at the same moment.
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(pause):
                        await self._news.wait()
        finally:
            await asyncio.shield(self._end())

    async def _let_ride(self) -> None:
        """Leave it to the worker while it goes on by itself: what rides along needs no commit of its own."""
        for _ in range(RIDES_IN_A_ROW):
            await asyncio.sleep(0)  # the worker's turn, if it has more to do
            if not self._one_turn.locked():
                return
            async with self._one_turn:
                if not self._has_taken:
                    return

    async def _end(self) -> None:
        """Let what is being sent come to its end, and settle it: else it would be sent again at the next start."""
        tasks = [task for _, task in self._sending.values()]
        if tasks:
            await asyncio.wait(tasks, timeout=LAST_WAIT)
        for task in tasks:
            task.cancel()
        ended, self._ended = self._ended, []
        if ended:
            async with self._parts.database.begin() as session:
                now = self._parts.clock()
                await outbox.settle(session, [each.settled for each in ended], at=now)
                for each in ended:
                    await self._follow_safely(session, each, now)

    async def flush(self) -> None:
        """Send until nothing is due or in flight; for an orderly end and for tests."""
        while True:
            self._news.clear()
            await self._turn()
            if not self._sending and not self._ended:
                return
            await self._news.wait()

    async def _turn(self) -> float:
        """Do a turn in a transaction of its own; return how many seconds may pass before the next look."""
        async with self._carried() as turn, self._parts.database.begin() as session:
            await turn.begin(session)
            await turn.end(session)
        return min(LOOK_AGAIN, self._pace.opens_in() or LOOK_AGAIN)

    @asynccontextmanager
    async def riding(self) -> AsyncIterator[Ride]:
        """Let the worker's transaction, opened within, carry a turn: what it has put goes without another commit."""
        async with self._carried() as ride:
            yield ride
        if self._pace.opens_in() is not None:
            self._news.set()  # what may not go yet has a time at which it may

    @asynccontextmanager
    async def beside(self) -> AsyncIterator[Ride]:
        """Settle, in transactions of delivery's own, before the worker handles what may answer what was just sent."""
        ride = _Beside(self)
        yield ride
        if ride.has_letters:
            self._news.set()

    async def catch_up(self) -> None:
        """Settle what has ended, and wait for whoever is just doing so."""
        async with self._one_turn:
            has_more = bool(self._ended)
        if has_more:
            await self._turn()

    @asynccontextmanager
    async def _carried(self) -> AsyncIterator["_Turn"]:
        """Give out a turn for a transaction that is opened within; what it took is sent once that is over."""
        turn = _Turn(self)
        async with self._one_turn:
            try:
                yield turn
            except BaseException:
                self._ended = turn.ended + self._ended  # known once more at the next turn
                self._lost_track |= turn.has_begun  # a commit that broke may have been made
                raise
            if turn.has_begun:
                self._lost_track = False
                self._has_taken = turn.has_taken
                self._start(turn.started)

    async def settle(self, session: AsyncSession) -> list[Ended]:
        """Settle what has ended, and return it."""
        now = self._parts.clock()
        ended, self._ended = self._ended, []
        try:
            await self._recover(session, ended, now)
            if ended:
                await outbox.settle(session, [each.settled for each in ended], at=now)
                for each in ended:
                    await self._follow_safely(session, each, now)
        except BaseException:
            self._ended = ended + self._ended
            raise
        return ended

    def _start(self, rows: Sequence[Due]) -> None:
        """Begin to send what was taken."""
        for row in rows:
            self._pace.count(row.chat_key, row.chat)
            self._sending[row.outbox_id] = (row, asyncio.create_task(self._send(row)))

    async def take(self, session: AsyncSession) -> list[Due]:
        """Take what may go now. What is urgent waits for no limit and for no slow send of something else."""
        return self._readable(await self._take_due(session))

    def _readable(self, rows: Sequence[Due]) -> list[Due]:
        """Set aside what cannot be read any more: one damaged row must not stop all others."""
        for row in rows:
            if row.is_readable:
                continue
            final = Settled(row.outbox_id, State.UNREADABLE, refusal=Refusal.UNREADABLE)
            outcome = Refused(Refusal.UNREADABLE, Refusal.UNREADABLE)
            self._ended.append(Ended(row, text_message(row.chat, ""), outcome, final))
            self._news.set()
        return [row for row in rows if row.is_readable]

    async def _take_due(self, session: AsyncSession) -> list[Due]:
        now = self._parts.clock()
        busy, held = self._occupied()
        room = self._pace.room(AT_ONCE - len(self._sending))
        if room > 0:
            return await outbox.due(session, now=now, limit=room, busy=busy, held=held | self._pace.full())
        most = AT_ONCE + KEPT_FREE - len(self._sending)
        return await outbox.due(session, now=now, limit=most, busy=busy, only_urgent=True)

    def _occupied(self) -> tuple[set[str], set[str]]:
        """Return the chats to which nothing can go just now, and those to which only what is urgent can.

        One message of a chat at a time keeps the order; but who is in danger does not wait for an answer to
        something else. In a group all wait: two at once might both open the topic of one case.
        """
        busy: set[str] = set()
        held: set[str] = set()
        for row, _ in self._sending.values():
            (busy if row.priority == outbox.Priority.EMERGENCY or is_group(row.chat) else held).add(
                row.chat_key
            )
        return busy, held

    async def _recover(self, session: AsyncSession, ended: Sequence[Ended], now: datetime) -> None:
        """Find rows whose sender died: all that are not ours when we lost track, else those that take too long."""
        is_time = self._recovered_at is None or now - self._recovered_at > SENDER_DEAD / 2
        if not self._lost_track and not is_time:
            return
        older_than = now if self._lost_track else now - SENDER_DEAD
        ours = [row.outbox_id for row, _ in self._sending.values()] + [each.row.outbox_id for each in ended]
        found = await orphans.recover(
            session, now=now, older_than=older_than, besides=ours, knows_again=self._knows_again
        )
        self._recovered_at = now
        for outbox_id in found.given_up:
            log.error("uncertain", extra={"outbox_id": outbox_id, "reason": "its sender died twice"})
        if found.given_up:
            letters = await aftermath.on_given_up(session, self._parts.library())
            await self._post(session, letters, now)

    # ---------------------------------------------------------------- one message

    async def _send(self, row: Due) -> None:
        """Send one row, whatever happens; what happened is settled at the next turn."""
        outgoing: Outgoing = text_message(row.chat, "")
        try:
            outgoing = _readdressed(unpack(row.body), row.chat)
            outcome = await self._perform(row, outgoing)
        except asyncio.CancelledError:
            raise
        except DatabaseAway:
            outcome = Wait(PATIENCE_WITH_DATABASE, "database away")
        except Exception as error:  # noqa: BLE001 - the one place (style.md, Errors): the row must be settled
            log.error("delivery failed", extra={"outbox_id": row.outbox_id, "error": describe(error)})
            outcome = Unsure(type(error).__name__)
            if row.attempts >= HOPELESS or is_last_copy(row):
                outcome = Refused(Refusal.INVALID, type(error).__name__)
        self._ended.append(Ended(row, outgoing, outcome, settled(row, outcome, now=self._parts.clock())))
        self._sending.pop(row.outbox_id, None)
        self._news.set()

    async def _perform(self, row: Due, outgoing: Outgoing) -> Outcome:
        channel = self._channel_of(row)
        if is_last_copy(row) and not await channel.is_there():
            return Wait(WHEN_SILENT, "no answer")  # after this copy there is no other: it must not be wasted
        if not isinstance(outgoing, Message | Copy) or row.case_id is None or outgoing.carries_for:
            thread = await threads.of_row(self._parts, row) if row.case_id is not None else ""
            return await channel.send(outgoing, thread=thread)
        return await threads.send(self._parts, row, outgoing, channel)

    def _channel_of(self, row: Due) -> Channel:
        """Return the channel that a row goes by; if it can know a second copy again, it will."""
        channel = self._channel(row.chat)
        if not _is_one_that_knows_again(channel):
            return channel
        return channel.known_as(
            f"outbox {row.outbox_id}", is_urgent=row.priority <= outbox.Priority.EMERGENCY
        )

    def _channel(self, chat: str) -> Channel:
        return self._parts.channels[chat.partition(":")[0]]

    def _knows_again(self, chat: str) -> bool:
        channel = self._parts.channels.get(chat.partition(":")[0])
        return channel is not None and _is_one_that_knows_again(channel)

    # ---------------------------------------------------------------- what follows

    async def _follow_safely(self, session: AsyncSession, ended: Ended, now: datetime) -> None:
        """Do what follows; if that fails, the settlement itself still holds."""
        if isinstance(ended.outcome, Sent) and ended.row.case_id is None:
            carries_for = getattr(ended.outgoing, "carries_for", "")
            if not carries_for:
                return  # as good as always: a savepoint for nothing would cost more than the settlement
        try:
            async with session.begin_nested():
                await self._follow(session, ended, now)
        except DatabaseAway:
            raise
        except Exception as error:  # noqa: BLE001 - one message's aftermath must not stop all others
            log.error("aftermath failed", extra={"outbox_id": ended.row.outbox_id, "error": describe(error)})

    async def _follow(self, session: AsyncSession, ended: Ended, now: datetime) -> None:
        """Post what follows from how a message went."""
        letters = await aftermath.follow(session, ended, self._parts.library(), now=now)
        late = now + GO_ROUND_AFTER if aftermath.goes_round(ended) else now
        await self._post(session, letters, now, due_at=late)

    async def _post(
        self,
        session: AsyncSession,
        letters: Sequence[Letter],
        now: datetime,
        *,
        due_at: datetime | None = None,
    ) -> None:
        await post_each(session, letters, self._parts.channels, now=now, due_at=due_at)
        if letters:
            self._news.set()


def _is_one_that_knows_again(channel: Channel) -> TypeGuard[KnowsAgain]:
    return _is_for_knowing(type(channel))


@cache  # to ask a protocol costs as much as to read a row
def _is_for_knowing(kind: type[Channel]) -> bool:
    return issubclass(kind, KnowsAgain)


def _readdressed(outgoing: Outgoing, chat: str) -> Outgoing:
    """Send to the chat that a row names now: should it have moved, what a message answered is not there."""
    if outgoing.chat == chat:
        return outgoing
    if isinstance(outgoing, Message | Copy):
        return replace(outgoing, chat=chat, reply_to="")
    return replace(outgoing, chat=chat)
