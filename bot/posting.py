"""Letters go into the outbox: in pieces that their channel takes, and an album's parts together."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.channel import Channel, pack
from bot.handoff import albums
from bot.handoff.letters import Letter, posted
from storage import outbox
from storage.outbox import NewMessage


async def post(
    session: AsyncSession,
    letters: Sequence[Letter],
    channel: Channel,
    *,
    inbox_id: int | None,
    now: datetime,
    due_at: datetime | None = None,
) -> None:
    """Put letters into the outbox, in order; they go at once unless `due_at` says later, or they are of an album."""
    rows = [
        NewMessage(
            chat=letter.outgoing.chat,
            body=pack(letter.outgoing),
            priority=int(letter.priority),
            due_at=(due_at or now) + (albums.GATHERS if albums.is_part(letter) else timedelta(0)),
            important=letter.is_important,
            case_id=letter.case_id,
        )
        for first in posted(letters, text_limit=channel.text_limit)
        if not await albums.join(session, first)
        for letter in albums.begun(first)
    ]
    if rows:
        await outbox.put(session, rows, inbox_id=inbox_id, at=now)


async def post_each(
    session: AsyncSession,
    letters: Sequence[Letter],
    channels: Mapping[str, Channel],
    *,
    now: datetime,
    due_at: datetime | None = None,
) -> None:
    """Put letters that answer no update into the outbox, each by the channel of its chat."""
    for letter in letters:
        channel = channels[letter.outgoing.chat.partition(":")[0]]
        await post(session, [letter], channel, inbox_id=None, now=now, due_at=due_at)
