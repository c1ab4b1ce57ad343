"""Pictures that were sent as one: each comes as an update of its own, and they go across together.

The first part waits in the outbox for a moment; what comes meanwhile joins it there. So nothing is held in memory,
and a part that comes too late goes by itself.
"""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.channel import Copy, Message, Part, pack, unpack
from bot.handoff.letters import Letter
from storage import unsettled

# From the first part on. Telegram brings the parts in one answer or in two; nobody looks at a picture sooner.
GATHERS = timedelta(seconds=0.7)


async def join(session: AsyncSession, letter: Letter) -> bool:
    """Let a part of an album go with those that wait already; False when it is the first that is here."""
    part = letter.outgoing
    if not isinstance(part, Copy) or not part.album or letter.case_id is None:
        return False
    for row in await unsettled.untried(session, part.chat, letter.case_id):
        waiting = unpack(row.body)
        if not isinstance(waiting, Copy) or waiting.album != part.album:
            continue
        if part.ref in waiting.refs:
            return True
        return await unsettled.rewrite(
            session, row.outbox_id, pack(replace(waiting, more=(*waiting.more, part.ref)))
        )
    return False


def begun(letter: Letter) -> list[Letter]:
    """Return what is posted for the first part of an album: the words that say whose it is, if it has any, and it."""
    part = letter.outgoing
    if not isinstance(part, Copy) or not part.lead:
        return [letter]
    lead = Message(part.chat, (Part(part.lead),), reply_to=part.reply_to)
    return [replace(letter, outgoing=lead), replace(letter, outgoing=replace(part, lead=""))]


def is_part(letter: Letter) -> bool:
    """Tell whether a letter waits for others of its album."""
    return isinstance(letter.outgoing, Copy) and bool(letter.outgoing.album)


def one_by_one(album: Copy) -> list[Copy]:
    """Take an album apart: what becomes of each picture is then known."""
    return [replace(album, ref=ref, origin=ref, more=(), album="") for ref in album.refs]
