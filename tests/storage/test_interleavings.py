"""Whatever crashes, fails or stays uncertain in whatever order: nobody is left without an answer."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from storage import inbox, orphans, outbox
from storage.crypto import Keys
from storage.database import Database
from storage.inbox import NewUpdate
from storage.models import INBOX, OUTBOX
from storage.outbox import Due, NewMessage, Priority, Settled, State

STAFF = "telegram:-1001"
LATER = timedelta(seconds=5)


class Handling(StrEnum):
    """What becomes of an update in the worker's hands."""

    DONE = "done"
    KILLED = "killed"  # before the commit
    FAILED = "failed"


class Sending(StrEnum):
    """What becomes of a message in the sender's hands."""

    SENT = "sent"
    NOT_SENT = "not sent"  # told to wait
    LOST_BEFORE = "uncertain, and it did not arrive"
    LOST_AFTER = "uncertain, though it did arrive"
    KILLED_BEFORE = "killed before sending"
    KILLED_AFTER = "killed after sending"

    @property
    def arrives(self) -> bool:
        return self in (Sending.SENT, Sending.LOST_AFTER, Sending.KILLED_AFTER)


@dataclass
class World:
    """A channel, a worker and a sender around a real database."""

    database: Database
    now: datetime
    arrived: list[str] = field(default_factory=list)  # updates, "chat/number"
    delivered: list[tuple[str, str]] = field(default_factory=list)  # (chat, body)

    async def arrive(self, chat: int) -> None:
        name = f"{chat}/{len(self.arrived)}"
        self.arrived.append(name)
        async with self.database.begin() as session:
            new = NewUpdate("telegram", "7", name, f"telegram:{chat}", name)
            await inbox.put(session, [new, new], at=self.now)

    async def handle(self, outcome: Handling) -> bool:
        """Answer the next update, and alert staff; False when there is none."""
        failed: int | None = None
        try:
            async with self.database.begin() as session:
                received = await inbox.take(session, now=self.now)
                if received is None:
                    return False
                reply = NewMessage(received.chat, received.raw, Priority.REPLY, self.now)
                alert = NewMessage(STAFF, received.raw, Priority.EMERGENCY, self.now, important=True)
                await outbox.put(session, [reply, alert], inbox_id=received.inbox_id, at=self.now)
                await inbox.done(session, received.inbox_id, at=self.now)
                if outcome is not Handling.DONE:
                    failed = received.inbox_id
                    raise InterruptedError
        except InterruptedError:
            if outcome is Handling.FAILED and failed is not None:
                async with self.database.begin() as session:
                    await inbox.fail(
                        session, failed, error="KeyError", retry_at=self.now + LATER, at=self.now
                    )
        return True

    async def send(self, outcome: Sending) -> bool:
        """Send what is due; False when nothing is."""
        async with self.database.begin() as session:
            batch = await outbox.due(session, now=self.now, limit=3)
        assert len({one.chat for one in batch}) == len(batch)
        for one in batch:
            if outcome.arrives:
                self.delivered.append((one.chat, one.body))
            settled = self._settle(one, outcome)
            if settled is not None:
                async with self.database.begin() as session:
                    await outbox.settle(session, [settled], at=self.now)
        return bool(batch)

    def _settle(self, one: Due, outcome: Sending) -> Settled | None:
        """Decide as the sender does: an alert again and again, an ordinary message once more."""
        match outcome:
            case Sending.SENT:
                return Settled(one.outbox_id, State.SENT)
            case Sending.NOT_SENT:
                return Settled(one.outbox_id, State.NEW, retry_at=self.now + LATER)
            case Sending.LOST_BEFORE | Sending.LOST_AFTER:
                again = one.important or one.state_before is State.NEW
                return Settled(one.outbox_id, State.UNCERTAIN, retry_at=self.now + LATER if again else None)
        return None

    async def restart(self) -> None:
        async with self.database.begin() as session:
            await orphans.recover(session, now=self.now, older_than=self.now)

    async def finish(self) -> None:
        """Let time pass without further mishaps until nothing is left to do."""
        await self.restart()
        for _ in range(500):
            self.now += LATER
            busy = await self.handle(Handling.DONE)
            if not (await self.send(Sending.SENT) or busy):
                break
        async with self.database.begin() as session:
            assert await inbox.waiting(session) == 0
            assert await outbox.waiting(session) == 0

    async def given_up(self) -> set[str]:
        """Return the bodies of messages of which nobody can say whether they arrived."""
        async with self.database.begin() as session:
            bodies = await session.scalars(
                select(OUTBOX.c.body).where(OUTBOX.c.state == int(State.UNCERTAIN))
            )
            return {self.database.keys.open(body) for body in bodies}


steps = st.lists(
    st.one_of(
        st.tuples(st.just("arrive"), st.integers(0, 2)),
        st.tuples(st.just("handle"), st.sampled_from(Handling)),
        st.tuples(st.just("send"), st.sampled_from(Sending)),
        st.tuples(st.just("restart"), st.none()),
        st.tuples(st.just("wait"), st.none()),
    ),
    max_size=30,
)


async def play(world: World, script: list[tuple[str, object]]) -> None:
    for name, how in script:
        match name, how:
            case "arrive", int(chat):
                await world.arrive(chat)
            case "handle", Handling() as outcome:
                await world.handle(outcome)
            case "send", Sending() as outcome:
                await world.send(outcome)
            case "restart", _:
                await world.restart()
            case _:
                world.now += LATER
    await world.finish()


async def check(world: World) -> None:
    alerts = [body for chat, body in world.delivered if chat == STAFF]
    replies = Counter(body for chat, body in world.delivered if chat != STAFF)
    given_up = await world.given_up()
    assert set(alerts) == set(world.arrived), "an alert was lost"
    for name in world.arrived:
        assert replies[name] <= 2, "a reply came more than twice"
        assert replies[name] >= 1 or name in given_up, "a reply was lost, and silently"
    for chat in range(3):
        got = [body for to, body in world.delivered if to == f"telegram:{chat}"]
        first = list(dict.fromkeys(got))
        sent = [name for name in world.arrived if name in first and name.startswith(f"{chat}/")]
        assert first == sent, "a chat was answered out of order"


def test_no_interleaving_loses_repeats_or_disorders_anything(url: str, keys: Keys, noon: datetime) -> None:
    with asyncio.Runner() as runner:
        database = runner.run(Database.open(url, keys))

        async def empty() -> None:
            async with database.begin() as session:
                await session.execute(delete(OUTBOX))
                await session.execute(delete(INBOX))

        @settings(max_examples=150, deadline=None)
        @given(script=steps)
        def holds(script: list[tuple[str, object]]) -> None:
            world = World(database, noon)
            runner.run(empty())
            runner.run(play(world, script))
            runner.run(check(world))

        holds()
        runner.run(database.close())
