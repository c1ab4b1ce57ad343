"""What tests do with the outbox: each step in a transaction of its own, as the sender does it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from storage import outbox
from storage.database import Database
from storage.models import OUTBOX
from storage.outbox import Due, NewMessage, Priority, Settled, State

MINUTE = timedelta(minutes=1)
PERSON = "telegram:1"
STAFF = "telegram:-1001"


def message(chat: str, body: str, at: datetime, **more: Any) -> NewMessage:
    return NewMessage(chat=chat, body=body, due_at=at, **{"priority": Priority.REPLY, **more})


async def put(
    database: Database, messages: Sequence[NewMessage], at: datetime, inbox_id: int | None = None
) -> list[int]:
    async with database.begin() as session:
        return await outbox.put(session, messages, inbox_id=inbox_id, at=at)


async def due(database: Database, now: datetime, limit: int = 10, **more: Any) -> list[Due]:
    async with database.begin() as session:
        return await outbox.due(session, now=now, limit=limit, **more)


async def settle(database: Database, at: datetime, *results: Settled) -> None:
    async with database.begin() as session:
        await outbox.settle(session, results, at=at)


async def send_all(database: Database, now: datetime) -> list[str]:
    """Send until nothing is due; return the bodies in the order in which they went out."""
    sent = []
    while batch := await due(database, now):
        for one in batch:
            await settle(database, now, Settled(one.outbox_id, State.SENT, sent_ref="5"))
            sent.append(one.body)
    return sent


async def states(database: Database) -> list[State]:
    async with database.begin() as session:
        return [State(state) for state in await session.scalars(select(OUTBOX.c.state).order_by(OUTBOX.c.id))]
