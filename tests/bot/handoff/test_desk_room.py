"""The desk as the staff chat of a school without Telegram."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.handoff.desk_room import DESK, adopt
from content.library import Library
from storage import cases, staff
from storage.staff import StaffChat
from tests.bot.handoff.conftest import CHATS, KUOPIO, Opens

AT_DESK = StaffChat(DESK, "*", is_forum=False)


async def test_when_a_token_is_set_open_cases_go_from_the_desk_to_the_group_of_their_campus(
    session: AsyncSession, opens: Opens, sakky: Library
) -> None:
    """Nobody looks at a desk whose staff have got a group."""
    case, _ = await opens("apua", chats=(AT_DESK,))
    await staff.unbind(session, DESK)

    letters = await adopt(session, CHATS, sakky)

    assert [letter.outgoing.chat for letter in letters] == [KUOPIO.chat]
    assert (await cases.access(session, case.code, staff_chat=KUOPIO.chat)).staff_chat == KUOPIO.chat


async def test_cases_of_staff_chats_that_there_are_stay_where_they_are(
    session: AsyncSession, opens: Opens, sakky: Library, noon: datetime
) -> None:
    await opens("apua", at=noon)

    assert await adopt(session, CHATS, sakky) == []
