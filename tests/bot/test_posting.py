"""What is to be said stands in the outbox as it will go out: in pieces, in order, each by its own channel."""

from datetime import timedelta

from bot.channel import text_message
from bot.handoff.letters import Letter
from bot.posting import post, post_each
from storage.outbox import Priority
from tests.bot.conftest import Small
from tests.fakes import PERSON, FakeChannel

LIMIT = 500
LONG = "\n\n".join(f"Kappale numero {number}, jossa on muutama sana." for number in range(30))
MINUTE = timedelta(minutes=1)


def letter(chat: str, text: str) -> Letter:
    return Letter(text_message(chat, text), Priority.REPLY)


async def test_a_long_text_goes_out_in_pieces_that_the_channel_takes(small: Small) -> None:
    small.channel.text_limit = LIMIT

    async with small.database.begin() as session:
        await post(session, [letter(PERSON, LONG)], small.channel, inbox_id=None, now=small.now)
    await small.delivery.flush()

    pieces = small.channel.texts(PERSON)
    assert len(pieces) > 1
    assert max(map(len, pieces)) <= LIMIT
    assert " ".join(pieces).split() == LONG.split()


async def test_each_goes_by_the_channel_of_its_chat(small: Small) -> None:
    """A case's person may be on the web, and its staff in Telegram."""
    narrow = FakeChannel(name="narrow", text_limit=LIMIT)
    letters = [letter(PERSON, LONG), letter("narrow:1", LONG)]

    async with small.database.begin() as session:
        await post_each(session, letters, {"fake": small.channel, "narrow": narrow}, now=small.now)
        rows = await small.delivery.take(session)

    assert [row.chat for row in rows] == [PERSON, "narrow:1"]
    assert "numero 29" in rows[0].body
    assert "numero 29" not in rows[1].body, "its rest is a row of its own"


async def test_what_is_meant_for_later_waits(small: Small) -> None:
    later = small.now + MINUTE

    async with small.database.begin() as session:
        await post_each(
            session, [letter(PERSON, "moi")], {"fake": small.channel}, now=small.now, due_at=later
        )
    await small.delivery.flush()
    assert small.channel.texts(PERSON) == []
    small.now = later
    await small.delivery.flush()

    assert small.channel.texts(PERSON) == ["moi"]
