"""/desk: a link to the desk for one member of staff.

It goes to them alone: in the group a colleague could use it, and would be taken for them. A bot may not write first
to somebody who has never begun a chat with it; then they begin one, and write /desk there. That the two are the same
person Telegram vouches for: a private chat is called as the person is.
"""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.channel import Message, Part, StaffTurn, Turn
from bot.handoff.alerting import STAFF
from bot.handoff.letters import Letter
from content.library import Library
from storage import audit, desk
from storage.desk import Visitor
from storage.outbox import Priority

COMMAND = "desk"
PATH = "/desk/enter/"  # what a link begins with, after the address of the web


async def on_command(
    session: AsyncSession, turn: StaffTurn, library: Library, *, address: str, now: datetime
) -> list[Letter]:
    """Send whoever asked in a staff chat a link of their own, in private."""
    if not turn.is_member or turn.is_edit:
        return []
    if turn.is_nameless or not turn.staff:
        return [_reply(turn, library.say("staff.desk_nameless", language=STAFF))]
    if not address:
        return [_reply(turn, library.say("staff.desk_none", language=STAFF))]
    visitor = Visitor(turn.staff, turn.name, turn.chat)
    channel = turn.chat.partition(":")[0]
    link = await _link(session, visitor, f"{channel}:{turn.staff}", library, address=address, now=now)
    return [link, _reply(turn, library.say("staff.desk_asked", language=STAFF, holder=turn.name))]


async def in_private(
    session: AsyncSession, turn: Turn, library: Library, *, address: str, now: datetime
) -> list[Letter] | None:
    """Give a link to somebody who has just asked for one in a staff chat; None for everybody else."""
    channel, _, who = turn.chat.partition(":")
    if turn.command != COMMAND or turn.text or not address:
        return None
    found = await desk.asked_lately(session, who, at=now)
    if found is None:
        return None
    asked, until = found
    if asked.staff_chat is None or asked.staff_chat.partition(":")[0] != channel:
        return None
    # No longer than the one that was asked for in the group: who is put out of it must not go on by themselves.
    return [await _link(session, asked, turn.chat, library, address=address, now=now, until=until)]


async def _link(
    session: AsyncSession,
    visitor: Visitor,
    chat: str,
    library: Library,
    *,
    address: str,
    now: datetime,
    until: datetime | None = None,
) -> Letter:
    token = await desk.make_link(session, visitor, at=now, until=until)
    await audit.note(session, "link", name=visitor.name, at=now)
    text = library.say("staff.desk_link", language=STAFF, holder=visitor.name, link=f"{address}{PATH}{token}")
    return Letter(Message(chat, (Part(text),)), Priority.REPLY)


def _reply(turn: StaffTurn, text: str) -> Letter:
    return Letter(Message(turn.chat, (Part(text),), reply_to=turn.ref), Priority.STAFF)
