"""The desk as a staff chat: where alerts go when there is no other chat, and signs about lines written there."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from bot.handoff import moving
from bot.handoff.letters import Letter
from bot.handoff.routing import bound, route
from content.library import Library
from storage import cases
from storage.staff import StaffChat

DESK = "desk:-1"  # "-": a group, as everywhere


async def adopt(session: AsyncSession, chats: Sequence[StaffChat], library: Library) -> list[Letter]:
    """Bring open cases of chats that are no staff chats any more to one that is, should there be one.

    So it is after the program got a Telegram token, or lost it.
    """
    letters: list[Letter] = []
    for case in await cases.all_open(session):
        found = route(chats, case.campus)
        if case.staff_chat is not None and found is not None and bound(chats, case.staff_chat) is None:
            letters += await moving.to_chat(session, case, found, library)
    return letters
