"""/desk gives a link to the one who asked, and to nobody else."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from bot.channel import Turn
from bot.handoff import desk_door
from bot.handoff.letters import Letter
from content.library import Library
from storage import desk
from storage.desk import Visitor
from tests.bot.handoff.conftest import KUOPIO, messages_to, staff_turn, words

ADDRESS = "https://apu.example.fi"
KAISA = "telegram:900"


def token_in(letters: list[Letter], chat: str) -> str:
    """Take the link out of what somebody was sent."""
    [message] = messages_to(chat, letters)
    return words(message).partition(f"{ADDRESS}/desk/enter/")[2].split()[0]


async def test_the_link_goes_to_whoever_asked_and_not_to_the_group(
    session: AsyncSession, sakky: Library, noon: datetime
) -> None:
    """In the group a colleague could use it, and be taken for her."""
    letters = await desk_door.on_command(
        session, staff_turn(command="desk"), sakky, address=ADDRESS, now=noon
    )

    visitor = await desk.use_link(session, token_in(letters, KAISA), at=noon)
    assert visitor == Visitor("900", "Kaisa", KUOPIO.chat)
    assert "http" not in words(messages_to(KUOPIO.chat, letters)[0])


async def test_whom_the_bot_may_not_write_to_gets_it_by_asking_in_private(
    session: AsyncSession, sakky: Library, noon: datetime
) -> None:
    await desk_door.on_command(session, staff_turn(command="desk"), sakky, address=ADDRESS, now=noon)

    letters = await desk_door.in_private(
        session, Turn(KAISA, command="desk"), sakky, address=ADDRESS, now=noon
    )

    assert letters is not None
    assert await desk.use_link(session, token_in(letters, KAISA), at=noon) is not None


async def test_who_was_put_out_of_the_group_cannot_go_on_asking_in_private(
    session: AsyncSession, sakky: Library, noon: datetime
) -> None:
    """Nobody looks there whether they are a member still; so each link ends when the group's does."""
    await desk_door.on_command(session, staff_turn(command="desk"), sakky, address=ADDRESS, now=noon)
    turn, later = Turn(KAISA, command="desk"), noon + timedelta(minutes=9)
    letters = await desk_door.in_private(session, turn, sakky, address=ADDRESS, now=later)

    after = noon + timedelta(minutes=11)

    assert letters is not None
    assert await desk_door.in_private(session, turn, sakky, address=ADDRESS, now=after) is None
    assert await desk.look_at_link(session, token_in(letters, KAISA), at=after) is None


@pytest.mark.parametrize(
    ("turn", "minutes"),
    [
        pytest.param(Turn("telegram:901", command="desk"), 1, id="somebody else"),
        pytest.param(Turn("web:900", command="desk"), 1, id="a chat of the same name on another channel"),
        pytest.param(Turn(KAISA, command="desk"), 11, id="too late"),
        pytest.param(
            Turn(KAISA, command="desk", text="haluun kuolla"), 1, id="words, which are judged first"
        ),
        pytest.param(Turn(KAISA, text="moi"), 1, id="no command"),
    ],
)
async def test_nobody_else_is_given_one(
    session: AsyncSession, sakky: Library, noon: datetime, turn: Turn, minutes: int
) -> None:
    await desk_door.on_command(session, staff_turn(command="desk"), sakky, address=ADDRESS, now=noon)

    later = noon + timedelta(minutes=minutes)

    assert await desk_door.in_private(session, turn, sakky, address=ADDRESS, now=later) is None


@pytest.mark.parametrize(
    "who",
    [
        pytest.param({"is_nameless": True}, id="an anonymous administrator"),
        pytest.param({"is_member": False}, id="somebody who is no member any more"),
    ],
)
async def test_who_cannot_be_told_apart_gets_no_link(
    session: AsyncSession, sakky: Library, noon: datetime, who: dict[str, bool]
) -> None:
    turn = staff_turn(command="desk", **who)

    letters = await desk_door.on_command(session, turn, sakky, address=ADDRESS, now=noon)

    assert await desk.asked_lately(session, "900", at=noon) is None
    assert not [letter for letter in letters if ADDRESS in words(letter.outgoing)]
