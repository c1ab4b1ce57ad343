"""Nobody knows whether a message arrived: it is sent once more, or told to staff, by what it says."""

from bot.channel import (
    Unsure,
)
from bot.delivery import SENDER_DEAD, WHEN_SILENT
from storage import orphans, outbox
from storage.outbox import Priority, State
from tests.bot.conftest import Small
from tests.fakes import PERSON, STAFF_ROOM

UNCERTAIN = "vastaus katosi matkalla"
LOST = Unsure("TimedOut")


async def test_an_ordinary_reply_is_sent_once_more_at_most_and_staff_hear_of_it(small: Small) -> None:
    await small.binds(STAFF_ROOM)
    small.channel.will(PERSON, LOST, LOST, LOST)
    await small.receives('{"is": "Turn", "chat": "fake:1", "text": "moi"}', chat=PERSON)
    await small.handles()

    for _ in range(5):
        await small.delivery.flush()
        small.waits(60)

    assert len(small.channel.texts(PERSON)) == 2
    assert UNCERTAIN in small.channel.texts(STAFF_ROOM)[0]


async def test_the_last_copy_goes_only_to_a_channel_that_answers(small: Small) -> None:
    small.channel.will(PERSON, LOST)
    await small.posts("one", "two", chat=PERSON)
    await small.delivery.flush()
    small.channel.answers = False

    for _ in range(20):
        small.waits(WHEN_SILENT)
        await small.delivery.flush()
    assert small.channel.texts(PERSON) == ["one"]
    small.channel.answers = True
    small.waits(WHEN_SILENT)
    await small.delivery.flush()

    assert small.channel.texts(PERSON) == ["one", "one", "two"]


async def test_what_saves_is_sent_until_it_is_sure_ever_more_slowly(small: Small) -> None:
    small.channel.will(PERSON, *[LOST] * 9)
    small.channel.answers = False
    await small.posts("112", chat=PERSON, priority=Priority.EMERGENCY, important=True)

    for pause in (1, 2, 4, 8, 16, 32, 60, 60, 60):
        await small.delivery.flush()
        sent = len(small.channel.given)
        small.waits(pause - 0.5)
        await small.delivery.flush()
        assert len(small.channel.given) == sent
        small.waits(0.5)
    await small.delivery.flush()

    assert await small.states() == [State.SENT]


async def test_what_was_being_sent_when_the_program_died_is_sent_again(small: Small) -> None:
    await small.posts("one", "two", chat=PERSON)
    async with small.database.begin() as session:
        await outbox.due(session, now=small.now, limit=9)
    small.begin()

    await small.delivery.flush()

    assert small.channel.texts(PERSON) == ["one", "two"]


async def test_a_reply_whose_sender_died_twice_is_given_up_and_staff_hear_of_it(small: Small) -> None:
    await small.binds(STAFF_ROOM)
    await small.posts("one", chat=PERSON)
    for _ in range(2):
        async with small.database.begin() as session:
            await orphans.recover(session, now=small.now, older_than=small.now)
            await outbox.due(session, now=small.now, limit=9)
    small.begin()

    await small.delivery.flush()

    assert small.channel.texts(PERSON) == []
    assert UNCERTAIN in small.channel.texts(STAFF_ROOM)[0]


async def test_what_is_being_sent_for_long_is_not_taken_for_lost(small: Small) -> None:
    """A send may take longer than we would wait for a dead sender."""
    small.channel.held = {PERSON}
    await small.posts("one", chat=PERSON)
    await small.delivery._turn()
    small.waits(2 * SENDER_DEAD.total_seconds())
    await small.delivery._turn()
    assert await small.states() == [State.SENDING]

    small.channel.released.set()
    await small.delivery.flush()

    assert small.channel.texts(PERSON) == ["one"]


async def test_rows_that_a_broken_commit_marked_are_found_at_the_next_turn(small: Small) -> None:
    """Whether a commit that broke was made, nobody knows: so we look."""
    await small.delivery.flush()
    await small.posts("one", chat=PERSON)
    async with small.database.begin() as session:
        await outbox.due(session, now=small.now, limit=9)
    await small.delivery.flush()
    assert small.channel.texts(PERSON) == []

    small.delivery._lost_track = True
    await small.delivery.flush()

    assert small.channel.texts(PERSON) == ["one"]
