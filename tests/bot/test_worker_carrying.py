"""A worker that lets delivery take what it has put, in its own transaction."""

from typing import Any

import pytest

from bot.worker import RETRY_AFTER, RideFailed
from storage import inbox, outbox
from storage.inbox import NewUpdate
from storage.outbox import State
from tests.bot.conftest import Broken, Small
from tests.fakes import NAME, OTHER, PERSON, writes


async def test_the_answer_is_on_its_way_when_the_message_is_done(small: Small) -> None:
    await small.receives(writes(PERSON, "moi"), chat=PERSON)

    await small.carrying.handle_next()

    assert await small.states() == [State.SENDING]
    await small.channel.gets(PERSON)
    await small.delivery.flush()
    assert await small.states() == [State.SENT]
    assert len(small.channel.texts(PERSON)) == 1


async def test_what_is_just_written_down_is_answered_in_the_same_transaction(small: Small) -> None:
    async with small.carrying.riding() as carry, small.database.begin() as session:
        await inbox.put(session, [NewUpdate(NAME, "1", "1", PERSON, writes(PERSON, "moi"))], at=small.now)
        await carry(session)

    assert await small.waiting() == 0
    assert await small.states() == [State.SENDING]
    await small.channel.gets(PERSON)


async def test_what_cannot_be_handled_is_left_to_be_written_down_alone(
    small: Small, breaks: dict[str, int]
) -> None:
    """And counts as no attempt: the worker's own is the first."""
    breaks["moi"] = 99
    await small.receives(writes(OTHER, "moi moi"), chat=OTHER)

    async def takes_in() -> None:
        async with small.carrying.riding() as carry, small.database.begin() as session:
            update = NewUpdate(NAME, "1", "9", PERSON, writes(PERSON, "moi"))
            await inbox.put(session, [update], at=small.now)
            await carry(session)

    with pytest.raises(RideFailed):
        await takes_in()

    assert await small.waiting() == 1
    await small.carrying.handle_next()
    await small.channel.gets(OTHER)


async def test_a_fault_of_delivery_is_not_blamed_on_the_message(
    small: Small, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*_: Any, **__: Any) -> Any:
        raise Broken

    await small.receives(writes(PERSON, "moi"), chat=PERSON)

    with monkeypatch.context() as patch:
        patch.setattr(outbox, "due", fails)
        await small.carrying.handle_next()
        assert await small.waiting() == 1
        await small.carrying.handle_next()
    await small.delivery.flush()

    assert len(small.channel.texts(PERSON)) == 1
    assert await small.dead() == 0


async def test_a_transaction_that_fails_sends_nothing_and_forgets_nothing(
    small: Small, breaks: dict[str, int]
) -> None:
    """What was sent before is settled all the same, at the next turn."""
    await small.receives(writes(OTHER, "moi moi"), chat=OTHER)
    await small.carrying.handle_next()
    await small.channel.gets(OTHER)
    breaks["moi"] = 1
    await small.receives(writes("fake:3", "moi moi"), chat="fake:3")
    await small.receives(writes(PERSON, "moi"), chat=PERSON)

    while await small.carrying.handle_next():
        pass
    small.now += RETRY_AFTER[0]
    while await small.carrying.handle_next():
        pass
    await small.delivery.flush()

    assert await small.waiting() == 0
    assert set(await small.states()) == {State.SENT}
    assert len(small.channel.texts(OTHER)) == len(small.channel.texts("fake:3")) == 1
    assert len(small.channel.texts(PERSON)) == 1
