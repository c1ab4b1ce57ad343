"""From the outbox to the channel: gravest first, in order, until each message is taken or refused."""

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import update

from bot.channel import (
    Unsure,
    Wait,
    text_message,
)
from bot.delivery import AT_ONCE, HOPELESS, RIDES_IN_A_ROW
from bot.pace import Limit, Pace
from storage import cases, outbox
from storage.models import OUTBOX
from storage.outbox import Priority, Settled, State
from tests.bot.conftest import Small
from tests.fakes import OTHER, PERSON, STAFF_ROOM, writes

NOT_ARRIVED = "ei mennyt perille"
LOST = Unsure("TimedOut")


async def test_what_is_graver_goes_first_and_the_rest_in_order(small: Small) -> None:
    await small.posts("one", "two", chat=PERSON)
    await small.posts("112", chat=PERSON, priority=Priority.EMERGENCY)
    await small.posts("status", chat=OTHER, priority=Priority.STAFF)

    await small.delivery.flush()

    assert small.channel.texts(PERSON) == ["112", "one", "two"]
    assert small.channel.texts(OTHER) == ["status"]
    assert set(await small.states()) == {State.SENT}


async def test_a_chat_that_hangs_holds_up_no_other_and_keeps_its_order(small: Small) -> None:
    small.channel.held = {PERSON}
    await small.posts("one", "two", chat=PERSON)
    await small.posts("else", chat=OTHER)

    flushing = asyncio.create_task(small.delivery.flush())
    await small.channel.gets(OTHER)
    assert small.channel.texts(PERSON) == ["one"]
    small.channel.released.set()
    await flushing

    assert small.channel.texts(PERSON) == ["one", "two"]


async def test_who_is_in_danger_waits_for_no_answer_to_something_else(small: Small) -> None:
    small.channel.held = {PERSON}
    await small.posts("one", "two", chat=PERSON)
    await small.delivery._turn()
    await small.posts("112", "stay", chat=PERSON, priority=Priority.EMERGENCY)

    for _ in range(2):
        await small.delivery._turn()
        await asyncio.sleep(0)

    assert small.channel.texts(PERSON) == ["one", "112"]
    small.channel.released.set()
    await small.delivery.flush()
    assert small.channel.texts(PERSON) == ["one", "112", "stay", "two"]


async def test_in_a_group_one_message_goes_at_a_time(small: Small) -> None:
    """Two at once might both open the topic of one case."""
    small.channel.held = {STAFF_ROOM}
    await small.posts("one", chat=STAFF_ROOM)
    await small.delivery._turn()
    await small.posts("alert", chat=STAFF_ROOM, priority=Priority.EMERGENCY)

    await small.delivery._turn()
    await asyncio.sleep(0)

    assert small.channel.texts(STAFF_ROOM) == ["one"]
    small.channel.released.set()
    await small.delivery.flush()
    assert small.channel.texts(STAFF_ROOM) == ["one", "alert"]


async def test_alerts_have_room_of_their_own_beside_sends_that_hang(small: Small) -> None:
    """However many ordinary sends wait for an answer: who is in danger waits for none of them."""
    people = [f"fake:{number}" for number in range(100, 100 + AT_ONCE + 5)]
    small.channel.held = set(people)
    for person in people:
        await small.posts("slow", chat=person)
    await small.delivery._turn()
    await small.posts("112", chat=PERSON, priority=Priority.EMERGENCY)
    await small.posts("else", chat=OTHER)

    await small.delivery._turn()
    await asyncio.sleep(0)

    assert len(small.channel.given) == AT_ONCE + 1
    assert small.channel.texts(PERSON) == ["112"]
    small.channel.released.set()
    await small.delivery.flush()
    assert set(await small.states()) == {State.SENT}


class TestWaiting:
    async def test_told_to_wait_it_waits_that_long_and_keeps_the_order(self, small: Small) -> None:
        small.channel.will(PERSON, Wait(30, "asked to wait"))
        await small.posts("one", "two", chat=PERSON)

        await small.delivery.flush()
        small.waits(29)
        await small.delivery.flush()
        assert small.channel.texts(PERSON) == ["one"]

        small.waits(1)
        await small.delivery.flush()
        assert small.channel.texts(PERSON) == ["one", "one", "two"]

    async def test_a_long_outage_costs_no_message_its_place(self, small: Small) -> None:
        small.channel.will(PERSON, *[Wait(2, "no connection")] * 30)
        await small.posts("one", chat=PERSON)
        for _ in range(30):
            await small.delivery.flush()
            small.waits(2)
        await small.posts("two", chat=PERSON)

        await small.delivery.flush()

        assert small.channel.texts(PERSON)[-2:] == ["one", "two"]

    async def test_what_may_be_at_fault_itself_lets_others_pass_in_the_end(self, small: Small) -> None:
        small.channel.will(PERSON, *[Wait(2, "telegram stumbled", is_its_own=True)] * 30)
        await small.posts("one", "two", chat=PERSON)

        for _ in range(outbox.HOLDS_BACK_ATTEMPTS - 1):
            await small.delivery.flush()
            assert "two" not in small.channel.texts(PERSON)
            small.waits(2)
        await small.delivery.flush()

        assert "two" in small.channel.texts(PERSON)

    async def test_no_channel_can_ask_for_more_than_time_holds(self, small: Small) -> None:
        small.channel.will(PERSON, Wait(1e30, "asked to wait"))
        await small.posts("one", chat=PERSON)

        await small.delivery.flush()
        small.waits(3600)
        await small.delivery.flush()

        assert await small.states() == [State.SENT]


class TestPace:
    @pytest.fixture
    def paced(self, small: Small) -> Small:
        """One message a minute to a group, twenty a second in all, by the test's clock."""
        started = small.now
        small.pace = Pace(
            overall=Limit(20, 1.0),
            group=Limit(1, 60.0),
            clock=lambda: (small.now - started).total_seconds(),
        )
        small.begin()
        return small

    async def test_a_group_that_has_had_enough_waits_and_others_do_not(self, paced: Small) -> None:
        await paced.posts("one", "two", chat=STAFF_ROOM)
        await paced.posts("else", chat=PERSON)

        await paced.delivery.flush()
        assert [given.text for given in paced.channel.given] == ["one", "else"]
        assert await paced.states() == [State.SENT, State.NEW, State.SENT], (
            "nothing is marked that does not go"
        )

        paced.waits(60)
        await paced.delivery.flush()
        assert paced.channel.texts(STAFF_ROOM) == ["one", "two"]

    async def test_an_alert_waits_for_no_limit(self, paced: Small) -> None:
        """It once waited up to a minute behind an ordinary line that waited its turn."""
        await paced.posts("one", "two", chat=STAFF_ROOM)
        await paced.delivery.flush()

        await paced.posts("alert", chat=STAFF_ROOM, priority=Priority.EMERGENCY)
        await paced.delivery.flush()

        assert paced.channel.texts(STAFF_ROOM) == ["one", "alert"]

    async def test_no_more_go_at_once_than_all_chats_together_may_have(self, paced: Small) -> None:
        for number in range(30):
            await paced.posts("moi", chat=f"fake:{number + 10}")

        await paced.delivery.flush()
        assert len(paced.channel.given) == 20
        paced.waits(1)
        await paced.delivery.flush()

        assert len(paced.channel.given) == 30


class TestFaultsOfOurs:
    async def test_a_message_that_we_fail_on_holds_up_no_other_and_humans_hear_of_it(
        self, small: Small
    ) -> None:
        await small.binds(STAFF_ROOM)
        small.channel.will(PERSON, *[RuntimeError("words of somebody")] * (HOPELESS + 9))
        await small.posts("112", chat=PERSON, important=True)
        await small.posts("else", chat=OTHER)

        for _ in range(HOPELESS * 3):
            await small.delivery.flush()
            small.waits(60)

        assert small.channel.texts(OTHER) == ["else"]
        assert NOT_ARRIVED in small.channel.texts(STAFF_ROOM)[0]
        assert State.REFUSED in await small.states()

    async def test_an_aftermath_that_fails_does_not_undo_the_settlement(
        self, small: Small, caplog: pytest.LogCaptureFixture
    ) -> None:
        line = replace(text_message(PERSON, "hei"), carries_for="nowhere:1", origin="5")
        await small.posts(line, chat=PERSON)
        await small.posts("else", chat=OTHER)

        await small.delivery.flush()

        assert await small.states() == [State.SENT, State.SENT]
        assert "aftermath failed" in caplog.text


class TestStopping:
    async def test_what_is_being_sent_is_waited_for_and_settled(self, small: Small) -> None:
        """Else it would be sent again at the next start."""
        small.channel.held = {PERSON}
        await small.posts("one", chat=PERSON)
        running = asyncio.create_task(small.delivery.run())
        await small.channel.gets(PERSON)

        running.cancel()
        small.channel.released.set()
        await asyncio.gather(running, return_exceptions=True)

        assert await small.states() == [State.SENT]

    async def test_a_settled_message_of_a_dead_rival_stays_settled(self, small: Small) -> None:
        await small.posts("one", chat=PERSON)
        small.channel.held = {PERSON}
        await small.delivery._turn()
        async with small.database.begin() as session:
            await outbox.settle(session, [Settled(1, State.SENT, sent_ref="7")], at=small.now)

        small.channel.will(PERSON, LOST)
        small.channel.released.set()
        await small.delivery.flush()

        assert await small.states() == [State.SENT]
        assert small.channel.texts(PERSON) == ["one"]


class TestDamage:
    """Rows whose seal is broken: the disk, or a hand in the database."""

    async def test_a_message_that_cannot_be_read_is_set_aside_and_staff_hear_of_it(
        self, small: Small
    ) -> None:
        await small.binds(STAFF_ROOM)
        await small.posts("one", "two", chat=PERSON)
        async with small.database.begin() as session:
            await session.execute(update(OUTBOX).where(OUTBOX.c.id == 1).values(body=b"damaged"))

        await small.delivery.flush()

        assert small.channel.texts(PERSON) == ["two"]
        [told] = small.channel.texts(STAFF_ROOM)
        assert "ei voitu lukea" in told
        assert (await small.states())[0] is State.UNREADABLE

    async def test_so_is_one_whose_chat_cannot_be_read(self, small: Small) -> None:
        await small.binds(STAFF_ROOM)
        await small.posts("one", chat=PERSON)
        async with small.database.begin() as session:
            await session.execute(update(OUTBOX).values(chat=b"damaged"))

        await small.delivery.flush()

        assert [given.chat for given in small.channel.given] == [STAFF_ROOM]


async def test_beside_the_worker_what_was_sent_is_settled_before_what_answers_it_is_handled(
    small: Small,
) -> None:
    """On PostgreSQL each has transactions of its own: who answers an alert at once must not be too early."""
    await small.binds(STAFF_ROOM)
    await small.receives(writes(PERSON, "haluan tappaa itseni"), chat=PERSON)
    await small.handles()
    async with small.database.begin() as session:
        [alert] = [each for each in await small.delivery.take(session) if each.chat == STAFF_ROOM]
    await small.delivery._send(alert)

    async with small.delivery.beside() as ride:
        await ride.begin(None)  # type: ignore[arg-type]  # it has a session of its own

    async with small.database.begin() as session:
        [case] = await cases.open_in(session, STAFF_ROOM)
    assert case.alert_ref is not None


class TestLettingRide:
    """While the worker's transactions carry turns of delivery, it begins none of its own: but not for ever."""

    @staticmethod
    async def carries_on(small: Small, rides: list[None], *, takes: bool) -> None:
        """Do as a worker that always has more to do: one transaction after the other, a turn within each."""
        while True:
            async with small.delivery.riding() as ride, small.database.begin() as session:
                await ride.begin(session)
                await asyncio.sleep(0)  # while it handles something, others have their turn
                if takes:
                    await ride.end(session)
            rides.append(None)
            await asyncio.sleep(0)

    @pytest.mark.parametrize(
        ("takes", "most"),
        [
            pytest.param(True, RIDES_IN_A_ROW, id="all of them took what was due"),
            pytest.param(False, 1, id="nothing was looked for"),
        ],
    )
    async def test_after_so_many_turns_with_the_worker_it_insists_on_one_of_its_own(
        self, small: Small, takes: bool, most: int
    ) -> None:
        rides: list[None] = []
        working = asyncio.create_task(self.carries_on(small, rides, takes=takes))

        try:
            async with asyncio.timeout(10):
                await small.delivery._let_ride()
        finally:
            working.cancel()
            await asyncio.gather(working, return_exceptions=True)

        assert len(rides) == most
