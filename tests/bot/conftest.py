"""A small program without its edges: database, worker, delivery, a channel in memory, a clock set by hand."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot import worker as worker_room
from bot.channel import Outgoing, pack, text_message
from bot.delivery import Delivery
from bot.pace import Pace, unpaced
from bot.worker import Parts, Worker
from content.library import Library
from storage import inbox, outbox, staff
from storage.crypto import Keys
from storage.database import Database
from storage.inbox import NewUpdate
from storage.models import OUTBOX
from storage.outbox import NewMessage, Priority, State
from tests.fakes import NAME, FakeChannel


@pytest.fixture(scope="session")
def bot_keys() -> Keys:
    return Keys.parse(Keys.generate())


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory, bot_keys: Keys) -> Path:
    """A database that nothing was ever written to, to be copied."""
    path = tmp_path_factory.mktemp("migrated") / "matala.db"

    async def make() -> None:
        await (await Database.open(f"sqlite:///{path}", bot_keys)).close()

    asyncio.run(make())
    return path


@dataclass
class Small:
    """The program without its edges."""

    database: Database
    library: Library
    now: datetime
    channel: FakeChannel = field(default_factory=FakeChannel)
    pace: Pace = field(default_factory=unpaced)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """Start, or start again: what was in memory is gone."""
        parts = Parts(self.database, {NAME: self.channel}, lambda: self.library, lambda: self.now)
        self.delivery = Delivery(parts, self.pace)
        self.worker = Worker(parts, on_letters=self.delivery.wake)
        self.carrying = Worker(parts, on_letters=self.delivery.wake, riding=self.delivery.riding)

    def waits(self, seconds: float) -> None:
        """Let time pass."""
        self.now += timedelta(seconds=seconds)

    async def binds(self, *chats: str, is_forum: bool = False) -> None:
        """Make staff chats, the first of them for every campus."""
        async with self.database.begin() as session:
            for chat, campus in zip(chats, ("*", "kuopio", "varkaus"), strict=False):
                await staff.bind(session, chat, campus, is_forum=is_forum, at=self.now)

    async def receives(self, *raws: str, chat: str) -> None:
        """Put updates into the inbox."""
        rows = [NewUpdate(NAME, "1", str(next(self.numbers)), chat, raw) for raw in raws]
        async with self.database.begin() as session:
            await inbox.put(session, rows, at=self.now)

    async def handles(self) -> None:
        """Let the worker do what there is to do now."""
        while await self.worker.handle_next():
            pass

    async def posts(
        self,
        *messages: Outgoing | str,
        chat: str,
        priority: Priority = Priority.REPLY,
        important: bool = False,
        inbox_id: int | None = None,
    ) -> list[int]:
        """Put messages into the outbox."""
        outgoing = [text_message(chat, each) if isinstance(each, str) else each for each in messages]
        rows = [NewMessage(chat, pack(each), priority, self.now, important) for each in outgoing]
        async with self.database.begin() as session:
            return await outbox.put(session, rows, inbox_id=inbox_id, at=self.now)

    async def states(self) -> list[State]:
        """Return the states of all messages, in their order."""
        async with self.database.begin() as session:
            rows = await session.execute(select(OUTBOX.c.state).order_by(OUTBOX.c.id))
            return [State(row.state) for row in rows]

    async def waiting(self) -> int:
        """Return how many updates are neither done nor given up."""
        async with self.database.begin() as session:
            return await inbox.waiting(session)

    async def dead(self) -> int:
        """Return how many updates were given up."""
        async with self.database.begin() as session:
            return await inbox.dead_letters(session)


@pytest.fixture
async def small(
    migrated: Path, tmp_path: Path, bot_keys: Keys, sakky: Library, noon: datetime
) -> AsyncIterator[Small]:
    shutil.copy(migrated, tmp_path / "matala.db")
    database = await Database.open(f"sqlite:///{tmp_path}/matala.db", bot_keys, busy_seconds=0.1)
    yield Small(database, sakky, noon)
    await database.close()


class Broken(Exception):  # noqa: N818 (named for the case, as all of ours are)
    """What a fault of ours raises."""


@pytest.fixture
def breaks(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """Let the handling fail: how often for each text."""
    times: dict[str, int] = {}
    real = worker_room.on_person_turn

    async def handle(session: Any, turn: Any, *more: Any, **named: Any) -> Any:
        letters = await real(session, turn, *more, **named)
        if times.get(turn.text, 0) > 0:
            times[turn.text] -= 1
            raise Broken
        return letters

    monkeypatch.setattr(worker_room, "on_person_turn", handle)
    return times
