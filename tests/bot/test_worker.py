"""From an inbox row to all that follows from it: all in one transaction, and what fails goes to humans."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from bot import worker as worker_room
from bot.handoff import rescue
from bot.worker import RETRY_AFTER, TOGETHER, UNREADABLE
from storage import cases, outbox
from storage.models import CASES, CONTACTS, COUNTERS, INBOX, STAFF_CHATS, TURNS
from storage.outbox import Priority
from tests.bot.conftest import Broken, Small
from tests.fakes import OTHER, PERSON, SECOND_ROOM, STAFF_ROOM, staff_writes, writes

DANGER = "haluan tappaa itseni zq"
NOT_HANDLED, MALFORMED = "Ohjelma epäonnistui tämän viestin kohdalla", "jota ohjelma ei osannut lukea"


async def test_a_message_is_answered_once(small: Small) -> None:
    await small.receives(writes(PERSON, "moi"), chat=PERSON)

    await small.handles()
    await small.delivery.flush()

    assert len(small.channel.texts(PERSON)) == 1
    assert await small.waiting() == 0


async def test_a_failure_leaves_nothing_behind_and_is_tried_again(
    small: Small, breaks: dict[str, int]
) -> None:
    breaks["moi"] = 2
    await small.receives(writes(PERSON, "moi"), writes(PERSON, "kiitos"), chat=PERSON)
    await small.receives(writes(OTHER, "moi moi"), chat=OTHER)

    await small.handles()
    await small.delivery.flush()
    assert small.channel.texts(PERSON) == []
    assert len(small.channel.texts(OTHER)) == 1, "another chat waits for nothing"

    for pause in RETRY_AFTER:
        assert await small.waiting() == 2
        small.now += pause
        await small.handles()
    await small.delivery.flush()
    assert small.channel.texts(PERSON)[0].startswith("Moi")
    assert len(small.channel.texts(PERSON)) == 2
    assert await small.dead() == 0


async def test_who_stands_behind_a_failure_waits_for_nothing(
    small: Small, breaks: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even for the next look, and not for what shared the failed one's transaction."""
    monkeypatch.setattr(worker_room, "LOOK_AGAIN", 3600.0)
    breaks["moi"] = 1
    await small.receives(writes(OTHER, "moi moi"), chat=OTHER)
    await small.receives(writes(PERSON, "moi"), chat=PERSON)
    await small.receives(writes("fake:3", "moi moi"), chat="fake:3")

    running = [asyncio.create_task(small.worker.run()), asyncio.create_task(small.delivery.run())]
    await small.channel.gets(OTHER)
    await small.channel.gets("fake:3")

    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)
    assert len(small.channel.texts(OTHER)) == 1


async def test_what_keeps_failing_goes_to_humans_and_its_writer_hears_where_help_is(
    small: Small, breaks: dict[str, int]
) -> None:
    await small.binds(STAFF_ROOM)
    breaks["missä ruokala 010190-123A"] = 99
    await small.receives(writes(PERSON, "missä ruokala 010190-123A"), chat=PERSON)

    for pause in (*RETRY_AFTER, timedelta(0)):
        await small.handles()
        small.now += pause
    await small.delivery.flush()

    [reply] = small.channel.texts(PERSON)
    [note] = small.channel.texts(STAFF_ROOM)
    assert "112" in reply
    assert NOT_HANDLED in note
    assert "missä ruokala [henkilötunnus]" in note
    assert (await small.waiting(), await small.dead()) == (0, 1)


async def test_who_is_in_danger_hears_what_saves_at_the_first_failure(
    small: Small, breaks: dict[str, int]
) -> None:
    breaks[DANGER] = 1
    await small.receives(writes(PERSON, DANGER), chat=PERSON)

    await small.worker.handle_next()
    await small.delivery.flush()

    [reply] = small.channel.texts(PERSON)
    assert "112" in reply


async def test_the_second_attempt_opens_the_case_that_the_first_could_not(
    small: Small, breaks: dict[str, int]
) -> None:
    await small.binds(STAFF_ROOM)
    breaks[DANGER] = 1
    await small.receives(writes(PERSON, DANGER), chat=PERSON)
    await small.handles()
    small.now += RETRY_AFTER[0]

    await small.handles()
    await small.delivery.flush()

    assert "zq" in "".join(small.channel.texts(STAFF_ROOM))
    async with small.database.begin() as session:
        assert len(await cases.open_in(session, STAFF_ROOM)) == 1


async def test_an_update_that_cannot_be_read_is_kept_counted_and_reported_at_once(small: Small) -> None:
    await small.binds(STAFF_ROOM)
    await small.receives('{"is": "nonsense"}', writes(PERSON, "moi"), chat=PERSON)

    await small.handles()
    await small.delivery.flush()

    assert MALFORMED in small.channel.texts(STAFF_ROOM)[0]
    assert len(small.channel.texts(PERSON)) == 1
    assert await small.dead() == 1
    async with small.database.begin() as session:
        counted = (await session.execute(select(COUNTERS.c.kind, COUNTERS.c.count))).all()
    assert [tuple(row) for row in counted] == [("malformed update", 1)]


async def test_a_row_of_a_channel_that_is_gone_stops_nothing(small: Small) -> None:
    """A database that once served the terminal, say."""
    await small.binds(STAFF_ROOM)
    await small.receives(writes(PERSON, "moi"), chat=PERSON)
    channel = small.channel
    small.worker._parts.channels["other"] = small.worker._parts.channels.pop("fake")  # type: ignore[attr-defined]

    await small.worker.handle_next()

    small.worker._parts.channels["fake"] = channel  # type: ignore[index]
    small.waits(1)
    await small.handles()
    await small.delivery.flush()
    assert len(channel.texts(PERSON)) == 1


async def test_a_rescue_that_fails_still_names_112_and_tells_staff_that_somebody_wrote(
    small: Small, breaks: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    await small.binds(STAFF_ROOM)

    def letters(*_: Any, **__: Any) -> Any:
        raise Broken

    monkeypatch.setattr(rescue, "letters", letters)
    breaks["moi"] = 99
    await small.receives(writes(PERSON, "moi"), chat=PERSON)

    for pause in (*RETRY_AFTER, timedelta(0)):
        await small.handles()
        small.now += pause
    await small.delivery.flush()

    assert rescue.LAST_WORDS in small.channel.texts(PERSON)
    assert rescue.LAST_WORDS_TO_STAFF in small.channel.texts(STAFF_ROOM)
    assert await small.dead() == 1


async def test_staff_hear_below_their_line_that_the_program_failed_on_it(
    small: Small, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: Any, **__: Any) -> Any:
        raise Broken

    await small.binds(STAFF_ROOM)
    monkeypatch.setattr(worker_room.staff_room, "on_turn", broken)
    await small.receives(staff_writes(STAFF_ROOM, "Hei, olen tässä", ref="77"), chat=STAFF_ROOM)

    for pause in (*RETRY_AFTER, timedelta(0)):
        await small.handles()
        small.now += pause
    await small.delivery.flush()

    [note] = small.channel.given
    assert "eikä se mennyt perille" in note.text
    assert note.outgoing.reply_to == "77"  # type: ignore[union-attr]


async def test_told_to_stop_at_the_very_moment_of_news_it_stops(small: Small) -> None:
    running = [asyncio.create_task(small.worker.run()), asyncio.create_task(small.delivery.run())]
    await small.receives(writes(PERSON, "moi"), chat=PERSON)
    small.worker.wake()
    await small.channel.gets(PERSON)

    small.worker.wake()
    small.delivery.wake()
    for task in running:
        task.cancel()

    done, _ = await asyncio.wait(running, timeout=10)
    assert len(done) == 2


async def test_what_a_row_led_to_stands_in_the_outbox_with_its_number(small: Small) -> None:
    """Handled again after a crash, it makes no second copy."""
    await small.receives(writes(PERSON, "moi"), chat=PERSON)
    await small.handles()

    async with small.database.begin() as session:
        [row] = await outbox.due(session, now=small.now, limit=9)

    assert row.inbox_id is not None
    assert row.priority == Priority.REPLY


class TestDamage:
    """Rows that cannot be read, and messages over which the program dies."""

    async def damages(self, small: Small, **columns: bytes) -> None:
        async with small.database.begin() as session:
            await session.execute(update(INBOX).where(INBOX.c.id == 1).values(**columns))

    @pytest.mark.parametrize("together", [1, TOGETHER])
    async def test_an_update_that_cannot_be_read_is_set_aside_and_the_others_are_answered(
        self, small: Small, together: int
    ) -> None:
        small.worker._together = together
        await small.binds(STAFF_ROOM)
        await small.receives(writes(PERSON, "moi"), chat=PERSON)
        await small.receives(writes(OTHER, "moi"), chat=OTHER)
        await self.damages(small, raw=b"damaged")

        await small.handles()
        await small.delivery.flush()

        assert len(small.channel.texts(OTHER)) == 1
        assert ["112" in text for text in small.channel.texts(PERSON)] == [True]
        [told] = small.channel.texts(STAFF_ROOM)
        assert "tapaus ei ole tiedossa" in told
        async with small.database.begin() as session:
            kept = (await session.execute(select(INBOX.c.error, INBOX.c.raw).where(INBOX.c.is_failed))).one()
        assert tuple(kept) == (UNREADABLE, b"damaged")

    async def test_staff_hear_of_which_case_it_was(self, small: Small) -> None:
        await small.binds(STAFF_ROOM)
        await small.receives(writes(PERSON, DANGER), chat=PERSON)
        await small.handles()
        await small.receives(writes(PERSON, "ootteko siellä"), chat=PERSON)
        async with small.database.begin() as session:
            await session.execute(
                update(INBOX).where(INBOX.c.done_at.is_(None)).values(raw=b"damaged", chat=b"damaged")
            )

        await small.handles()
        await small.delivery.flush()

        assert "(K-1)" in small.channel.texts(STAFF_ROOM)[-1]

    async def test_a_damaged_staff_chat_or_memory_stops_nobody_else(self, small: Small) -> None:
        await small.binds(STAFF_ROOM, SECOND_ROOM)
        await small.receives(writes(PERSON, "moi"), chat=PERSON)
        await small.handles()
        async with small.database.begin() as session:
            await session.execute(update(STAFF_CHATS).where(STAFF_CHATS.c.campus == "*").values(chat=b"x"))
            await session.execute(update(CONTACTS).values(state=b"x"))
            await session.execute(update(TURNS).values(text=b"x"))
        await small.receives(writes(PERSON, DANGER), chat=PERSON)

        await small.handles()
        await small.delivery.flush()

        assert "112" in "".join(small.channel.texts(PERSON))
        assert DANGER in "".join(small.channel.texts(SECOND_ROOM))
        assert await small.dead() == 0

    async def test_a_damaged_case_keeps_no_other_from_being_reminded_of(self, small: Small) -> None:
        await small.binds(STAFF_ROOM)
        for person in (PERSON, OTHER):
            await small.receives(writes(person, DANGER), chat=person)
        await small.handles()
        await small.delivery.flush()
        async with small.database.begin() as session:
            await session.execute(update(CASES).where(CASES.c.id == 1).values(contact_chat=b"damaged"))
        small.waits(3600)

        await small.worker.remind()
        await small.delivery.flush()

        assert any("Odottanut" in text and "K-2" in text for text in small.channel.texts(STAFF_ROOM))
