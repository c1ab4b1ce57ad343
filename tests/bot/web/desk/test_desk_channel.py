"""What is said to staff at the desk: it wakes who looks, and tells how a line went."""

from datetime import datetime

import pytest

from bot.channel import Copy, Message, Part, Reaction, Refused, Sent
from bot.handoff.desk_room import DESK
from bot.web.desk_channel import DeskChannel
from storage import contacts, posts, turns
from storage.database import Database
from tests.bot.web.desk.conftest import opened_case

LINE = "line-1"


@pytest.fixture
def rung() -> list[str]:
    return []


@pytest.fixture
def channel(database: Database, rung: list[str]) -> DeskChannel:
    return DeskChannel(database, rung.append)


@pytest.mark.parametrize(
    ("sign", "mark"),
    [
        pytest.param(Reaction(DESK, LINE, "👍"), "👍", id="delivered"),
        pytest.param(
            Message(DESK, (Part("⚠ Ei mennyt: **syy**"),), reply_to=LINE), "⚠ Ei mennyt: syy", id="refused"
        ),
    ],
)
async def test_a_line_shows_how_it_went(
    channel: DeskChannel, database: Database, noon: datetime, sign: Reaction | Message, mark: str
) -> None:
    """Whoever wrote it must see whether it arrived."""
    async with database.begin() as session:
        case = await opened_case(session, staff_chat=DESK, at=noon)
        await posts.remember(
            session, case_id=case.id, chat=DESK, ref=LINE, direction=posts.Direction.TO_PERSON
        )
        await turns.add(session, case.contact_id, by="staff", text="moi", at=noon, case_id=case.id, ref=LINE)

    assert await channel.send(sign) == Sent()

    async with database.begin() as session:
        contact = await contacts.load(session, case.contact_chat, now=noon)
        assert [turn.mark for turn in await turns.last(session, contact.id, 5)] == [mark]


async def test_an_alert_wakes_who_looks(channel: DeskChannel, rung: list[str]) -> None:
    await channel.send(Message(DESK, (Part("K-1"),), is_alert=True))

    assert rung == ["desk"]


async def test_a_picture_is_refused_so_that_both_sides_hear_of_it(channel: DeskChannel) -> None:
    assert isinstance(await channel.send(Copy(DESK, "telegram:1", "5")), Refused)
