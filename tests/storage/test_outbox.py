"""The outbox sends what matters first, each chat in order, and twice rather than never."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from storage import cases, contacts, inbox, outbox
from storage.database import Database
from storage.inbox import NewUpdate
from storage.models import OUTBOX
from storage.outbox import Due, NewMessage, Priority, Recovered, Settled, State

MINUTE = timedelta(minutes=1)
PERSON = "telegram:1"
STAFF = "telegram:-1001"


def message(chat: str, body: str, at: datetime, **more: Any) -> NewMessage:
    return NewMessage(chat=chat, body=body, due_at=at, **{"priority": Priority.REPLY, **more})


async def put(
    database: Database, messages: Sequence[NewMessage], at: datetime, inbox_id: int | None = None
) -> list[int]:
    async with database.begin() as session:
        return await outbox.put(session, messages, inbox_id=inbox_id, at=at)


async def due(database: Database, now: datetime, limit: int = 10, **more: Any) -> list[Due]:
    async with database.begin() as session:
        return await outbox.due(session, now=now, limit=limit, **more)


async def settle(database: Database, at: datetime, *results: Settled) -> None:
    async with database.begin() as session:
        await outbox.settle(session, results, at=at)


async def send_all(database: Database, now: datetime) -> list[str]:
    """Send until nothing is due; return the bodies in the order in which they went out."""
    sent = []
    while batch := await due(database, now):
        for one in batch:
            await settle(database, now, Settled(one.outbox_id, State.SENT, sent_ref="5"))
            sent.append(one.body)
    return sent


async def recover(database: Database, now: datetime) -> Recovered:
    async with database.begin() as session:
        return await outbox.recover(session, now=now, older_than=now)


async def states(database: Database) -> list[State]:
    async with database.begin() as session:
        return [State(state) for state in await session.scalars(select(OUTBOX.c.state).order_by(OUTBOX.c.id))]


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


class TestRecover:
    async def test_what_a_dead_sender_left_is_sent_once_more_and_then_shown(
        self, database: Database, noon: datetime
    ) -> None:
        """At most twice, when nobody can know whether it arrived; never zero times."""
        await put(database, [message(PERSON, "1", noon)], noon)
        [first] = await due(database, noon)
        once = await recover(database, noon)
        [second] = await due(database, noon)
        twice = await recover(database, noon)

        assert (once.again, once.given_up) == (1, ())
        assert second.state_before is State.UNCERTAIN
        assert (twice.again, twice.given_up) == (0, (first.outbox_id,))
        assert await states(database) == [State.UNCERTAIN]

    async def test_an_alert_is_sent_however_often_its_sender_dies(
        self, database: Database, noon: datetime
    ) -> None:
        await put(database, [message(STAFF, "alert", noon, important=True)], noon)

        for attempt in range(1, 6):
            [one] = await due(database, noon)
            assert (one.attempts, one.important) == (attempt, True)
            assert (await recover(database, noon)).again == 1

    async def test_attempts_that_surely_did_not_arrive_are_not_held_against_a_message(
        self, database: Database, noon: datetime
    ) -> None:
        """Told to wait twice, then killed: still nobody has got it."""
        await put(database, [message(PERSON, "1", noon)], noon)
        for _ in range(2):
            [one] = await due(database, noon)
            await settle(database, noon, Settled(one.outbox_id, State.NEW, retry_at=noon))
        await due(database, noon)

        assert (await recover(database, noon)).again == 1
        assert await send_all(database, noon) == ["1"]

    async def test_what_its_own_caller_sends_is_no_sender_s_that_died(
        self, database: Database, noon: datetime
    ) -> None:
        await put(database, [message("a", "1", noon), message("b", "2", noon)], noon)
        alive, _ = await due(database, noon)

        async with database.begin() as session:
            recovered = await outbox.recover(session, now=noon, older_than=noon, besides=[alive.outbox_id])

        assert recovered.again == 1
        assert [one.body for one in await due(database, noon)] == ["2"]

    async def test_a_living_sender_is_left_alone(self, database: Database, noon: datetime) -> None:
        await put(database, [message(PERSON, "1", noon)], noon)
        await due(database, noon)

        async with database.begin() as session:
            recovered = await outbox.recover(session, now=noon + MINUTE, older_than=noon - MINUTE)

        assert recovered.again == 0
        assert await due(database, noon + MINUTE) == []


class TestChats:
    async def test_what_waits_follows_a_group_that_moved(self, database: Database, noon: datetime) -> None:
        await put(database, [message(STAFF, "1", noon), message("telegram:-5", "2", noon)], noon)

        async with database.begin() as session:
            await outbox.move_chat(session, STAFF, "telegram:-100777")

        batch = await due(database, noon)
        assert [(one.chat, one.body) for one in batch] == [("telegram:-100777", "1"), ("telegram:-5", "2")]
        assert batch[0].chat_key == database.keys.fingerprint("telegram:-100777")


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


class TestUntried:
    """What waits and was never tried may still be written anew: the parts of an album join there."""

    @pytest.fixture
    async def case_id(self, database: Database, noon: datetime) -> int:
        async with database.begin() as session:
            contact = await contacts.load(session, PERSON, now=noon)
            case, _ = await cases.open(
                session,
                contact=contact,
                level=0,
                kind="",
                campus=None,
                staff_chat=STAFF,
                remind_at=None,
                at=noon,
            )
        return case.id

    async def test_it_is_found_by_chat_and_case_and_rewritten(
        self, database: Database, noon: datetime, case_id: int
    ) -> None:
        rows = [
            message(STAFF, "of the case", noon, case_id=case_id),
            message(STAFF, "of none", noon),
            message(PERSON, "elsewhere", noon, case_id=case_id),
        ]
        await put(database, rows, noon)

        async with database.begin() as session:
            [found] = await outbox.untried(session, STAFF, case_id)
            assert found.body == "of the case"
            assert await outbox.rewrite(session, found.outbox_id, "of the case, twice")

        assert "of the case, twice" in await send_all(database, noon)

    async def test_what_is_on_its_way_is_not_rewritten(
        self, database: Database, noon: datetime, case_id: int
    ) -> None:
        [outbox_id] = await put(database, [message(STAFF, "x", noon, case_id=case_id)], noon)
        await due(database, noon)

        async with database.begin() as session:
            assert await outbox.untried(session, STAFF, case_id) == []
            assert not await outbox.rewrite(session, outbox_id, "y")


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
