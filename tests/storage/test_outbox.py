"""The outbox sends what matters first, each chat in order, and twice rather than never."""

import asyncio
from datetime import datetime

import pytest
from sqlalchemy import select, update

from storage import inbox, outbox
from storage.database import Database
from storage.inbox import NewUpdate
from storage.models import OUTBOX
from storage.outbox import Due, Priority, Settled, State
from tests.storage.outbox_scene import MINUTE, PERSON, STAFF, due, message, put, send_all, settle, states


@pytest.fixture
async def inbox_id(database: Database, noon: datetime) -> int:
    """An update that is being handled."""
    async with database.begin() as session:
        await inbox.put(session, [NewUpdate("telegram", "7", "1", PERSON, "{}")], at=noon)
        received = await inbox.take(session, now=noon)
    assert received is not None
    return received.inbox_id


class TestOrder:
    async def test_a_message_comes_out_as_it_went_in(
        self, database: Database, inbox_id: int, noon: datetime
    ) -> None:
        [outbox_id] = await put(database, [message(PERSON, '{"text": "Hyvä 🙂"}', noon)], noon, inbox_id)

        [one] = await due(database, noon)

        assert one == Due(
            outbox_id=outbox_id,
            chat=PERSON,
            chat_key=database.keys.fingerprint(PERSON),
            body='{"text": "Hyvä 🙂"}',
            priority=Priority.REPLY,
            attempts=1,
            important=False,
            case_id=None,
            inbox_id=inbox_id,
            state_before=State.NEW,
        )

    async def test_emergencies_go_first(self, database: Database, noon: datetime) -> None:
        await put(
            database,
            [
                message("a", "news", noon, priority=Priority.BULK),
                message("b", "reply", noon),
                message("c", "alert", noon, priority=Priority.EMERGENCY),
                message("d", "status", noon, priority=Priority.STAFF),
            ],
            noon,
        )

        assert [one.body for one in await due(database, noon, 2)] == ["alert", "reply"]
        assert [one.body for one in await due(database, noon, 2)] == ["status", "news"]

    async def test_one_chat_gets_one_at_a_time_in_order(self, database: Database, noon: datetime) -> None:
        await put(database, [message(PERSON, str(n), noon) for n in range(3)], noon)

        [first] = await due(database, noon)
        meanwhile = await due(database, noon)
        await settle(database, noon, Settled(first.outbox_id, State.SENT))

        assert first.body == "0"
        assert meanwhile == []
        assert await send_all(database, noon) == ["1", "2"]

    async def test_what_waits_for_another_attempt_holds_back_the_rest_of_its_chat_and_no_other(
        self, database: Database, noon: datetime
    ) -> None:
        await put(
            database, [message(PERSON, "1", noon), message(PERSON, "2", noon), message("x", "3", noon)], noon
        )
        [first, other] = await due(database, noon)
        retry = Settled(first.outbox_id, State.NEW, retry_at=noon + MINUTE)
        await settle(database, noon, retry, Settled(other.outbox_id, State.SENT))

        assert await send_all(database, noon) == []
        assert await send_all(database, noon + MINUTE) == ["1", "2"]

    async def test_an_emergency_passes_what_waits_and_what_is_being_sent(
        self, database: Database, noon: datetime
    ) -> None:
        await put(database, [message(PERSON, "reply", noon), message(PERSON, "reply 2", noon)], noon)
        await due(database, noon)

        await put(database, [message(PERSON, "112", noon, priority=Priority.EMERGENCY)], noon)

        assert [one.body for one in await due(database, noon)] == ["112"]

    async def test_an_emergency_that_waits_holds_back_replies(
        self, database: Database, noon: datetime
    ) -> None:
        """The safety text is read before what follows it."""
        messages = [message(PERSON, "reply", noon), message(PERSON, "112", noon, priority=Priority.EMERGENCY)]
        await put(database, messages, noon)
        [first] = await due(database, noon)
        await settle(database, noon, Settled(first.outbox_id, State.NEW, retry_at=noon + MINUTE))

        assert first.body == "112"
        assert await due(database, noon) == []

    async def test_what_is_meant_for_later_holds_nothing_back(
        self, database: Database, noon: datetime
    ) -> None:
        """Tomorrow's "did it help?" must not keep today's answer waiting."""
        await put(database, [message(PERSON, "later", noon + MINUTE), message(PERSON, "now", noon)], noon)

        assert await send_all(database, noon) == ["now"]
        assert await send_all(database, noon + MINUTE) == ["later"]

    async def test_a_message_that_never_arrives_lets_the_chat_go_on_in_the_end(
        self, database: Database, noon: datetime
    ) -> None:
        """One bad alert must not keep all later alerts from a staff chat."""
        await put(database, [message(STAFF, "bad", noon), message(STAFF, "good", noon)], noon)
        now = noon
        for _ in range(outbox.HOLDS_BACK_ATTEMPTS):
            assert [one.body for one in await due(database, now)] == ["bad"]
            now += MINUTE
            await settle(database, now, Settled(1, State.NEW, retry_at=now + MINUTE / 2))
            now += MINUTE / 4
            if _ < outbox.HOLDS_BACK_ATTEMPTS - 1:
                assert await due(database, now) == []
            now += MINUTE / 4

        assert [one.body for one in await due(database, now - MINUTE / 4)] == ["good"]

    async def test_a_channel_that_takes_nothing_from_anybody_costs_no_message_its_place(
        self, database: Database, noon: datetime
    ) -> None:
        """After an hour without a connection a person still reads the answers in their order."""
        await put(database, [message(PERSON, "1", noon), message(PERSON, "2", noon)], noon)
        for _ in range(outbox.HOLDS_BACK_ATTEMPTS + 2):
            [one] = await due(database, noon)
            waits = Settled(one.outbox_id, State.NEW, retry_at=noon + MINUTE, is_blameless=True)
            await settle(database, noon, waits)
            assert await due(database, noon) == []
            noon += MINUTE

        assert await send_all(database, noon) == ["1", "2"]

    async def test_alerts_can_be_taken_alone(self, database: Database, noon: datetime) -> None:
        await put(database, [message("a", "reply", noon), message("b", "reply", noon)], noon)
        await put(database, [message("a", "112", noon, priority=Priority.EMERGENCY)], noon)

        assert [one.body for one in await due(database, noon, only_urgent=True)] == ["112"]
        assert [one.body for one in await due(database, noon)] == ["reply"]

    async def test_held_chats_get_alerts_and_nothing_else(self, database: Database, noon: datetime) -> None:
        await put(database, [message("a", "reply", noon), message("b", "reply too", noon)], noon)
        await put(database, [message("a", "112", noon, priority=Priority.EMERGENCY)], noon)
        held = {database.keys.fingerprint("a")}

        batch = await due(database, noon, held=held)

        assert [one.body for one in batch] == ["112", "reply too"]
        assert await due(database, noon, held=held) == []

    async def test_busy_chats_are_left_alone(self, database: Database, noon: datetime) -> None:
        await put(database, [message("a", "1", noon), message("b", "2", noon)], noon)

        batch = await due(database, noon, busy={database.keys.fingerprint("a")})

        assert [one.body for one in batch] == ["2"]


class TestPut:
    async def test_an_update_handled_again_makes_no_second_copies(
        self, database: Database, inbox_id: int, noon: datetime
    ) -> None:
        messages = [message(PERSON, "1", noon), message(STAFF, "2", noon), message(PERSON, "1", noon)]

        first = await put(database, messages, noon, inbox_id)
        again = await put(database, messages, noon + MINUTE, inbox_id)

        assert again == first
        assert len(set(first)) == 3
        assert sorted(await send_all(database, noon)) == ["1", "1", "2"]

    async def test_an_update_that_says_something_else_the_second_time_is_heard(
        self, database: Database, inbox_id: int, noon: datetime
    ) -> None:
        """After a failure the person was told where help is; the answer of the next attempt goes out too."""
        await put(database, [message(PERSON, "help is there", noon)], noon, inbox_id)

        answers = [message(PERSON, "the answer", noon), message(STAFF, "the alert", noon)]
        ids = await put(database, answers, noon, inbox_id)
        again = await put(database, answers, noon, inbox_id)

        assert again == ids
        assert sorted(await send_all(database, noon)) == ["help is there", "the alert", "the answer"]

    async def test_two_puts_for_one_update_in_one_transaction_add_up(
        self, database: Database, inbox_id: int, noon: datetime
    ) -> None:
        async with database.begin() as session:
            await outbox.put(session, [message(PERSON, "1", noon)], inbox_id=inbox_id, at=noon)
            await outbox.put(session, [message(PERSON, "1", noon)], inbox_id=inbox_id, at=noon)

        assert await send_all(database, noon) == ["1", "1"]

    async def test_messages_of_timers_never_collide(self, database: Database, noon: datetime) -> None:
        await put(database, [message(STAFF, "1", noon)], noon)
        await put(database, [message(STAFF, "1", noon)], noon)

        assert await send_all(database, noon) == ["1", "1"]

    async def test_what_was_rolled_back_was_never_put(
        self, database: Database, inbox_id: int, noon: datetime
    ) -> None:
        async def fall_over() -> None:
            async with database.begin() as session:
                await outbox.put(session, [message(PERSON, "1", noon)], inbox_id=inbox_id, at=noon)
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            await fall_over()

        assert await send_all(database, noon) == []
        await put(database, [message(PERSON, "1", noon)], noon, inbox_id)
        assert await send_all(database, noon) == ["1"]


class TestSettle:
    async def test_what_is_settled_is_not_sent_again(self, database: Database, noon: datetime) -> None:
        await put(database, [message(chat, chat, noon) for chat in "abc"], noon)
        [a, b, c] = await due(database, noon)

        await settle(
            database,
            noon,
            Settled(a.outbox_id, State.SENT, sent_ref="77"),
            Settled(b.outbox_id, State.REFUSED, refusal="Forbidden: bot was blocked by the user " * 99),
            Settled(c.outbox_id, State.UNCERTAIN),
        )

        assert await due(database, noon + MINUTE) == []
        assert await states(database) == [State.SENT, State.REFUSED, State.UNCERTAIN]
        async with database.begin() as session:
            assert await outbox.waiting(session) == 0
            assert await session.scalar(select(OUTBOX.c.sent_ref).where(OUTBOX.c.id == a.outbox_id)) == "77"

    async def test_an_uncertain_attempt_is_known_at_the_next(
        self, database: Database, noon: datetime
    ) -> None:
        """So that a second copy can be recognised as one, or not be made."""
        await put(database, [message(PERSON, "1", noon)], noon)
        for result in (State.UNCERTAIN, State.NEW):
            [one] = await due(database, noon)
            await settle(database, noon, Settled(one.outbox_id, result, retry_at=noon))

        [one] = await due(database, noon)

        assert (one.state_before, one.attempts) == (State.UNCERTAIN, 3)

    async def test_a_second_sender_changes_nothing_that_is_settled(
        self, database: Database, noon: datetime
    ) -> None:
        await put(database, [message(PERSON, "1", noon)], noon)
        [one] = await due(database, noon)
        await settle(database, noon, Settled(one.outbox_id, State.SENT))

        await settle(database, noon, Settled(one.outbox_id, State.UNCERTAIN, retry_at=noon))

        assert await due(database, noon) == []


async def test_several_senders_take_each_message_once_and_keep_each_chat_in_order(
    database: Database, noon: datetime
) -> None:
    await put(database, [message(f"chat {n % 4}", str(n), noon) for n in range(40)], noon)
    sent: dict[str, list[int]] = {}

    async def send() -> None:
        for _ in range(300):
            for one in await due(database, noon, 3):
                await asyncio.sleep(0)
                sent.setdefault(one.chat, []).append(int(one.body))
                await settle(database, noon, Settled(one.outbox_id, State.SENT))
            async with database.begin() as session:
                if await outbox.waiting(session) == 0:
                    return

    await asyncio.gather(*(send() for _ in range(4)))

    assert sent == {f"chat {c}": list(range(c, 40, 4)) for c in range(4)}


@pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)
async def test_while_one_sender_takes_a_message_another_does_not_take_the_next_of_its_chat(
    database: Database, noon: datetime
) -> None:
    await put(database, [message(PERSON, "1", noon), message(PERSON, "2", noon)], noon)

    async with database.begin() as ours:
        [first] = await outbox.due(ours, now=noon, limit=5)
        theirs = await due(database, noon)

    assert first.body == "1"
    assert theirs == []


async def test_a_damaged_message_is_handed_over_as_unreadable_beside_the_others(
    database: Database, noon: datetime
) -> None:
    await put(database, [message(PERSON, "1", noon), message(STAFF, "2", noon)], noon)
    async with database.begin() as session:
        await session.execute(update(OUTBOX).where(OUTBOX.c.id == 1).values(body=b"damaged"))

    batch = await due(database, noon)

    assert [(one.is_readable, one.body) for one in batch] == [(False, ""), (True, "2")]
    await settle(database, noon, Settled(batch[0].outbox_id, State.UNREADABLE, refusal="unreadable"))
    assert await states(database) == [State.UNREADABLE, State.SENDING]
