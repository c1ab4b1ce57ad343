"""A bulletin to five hundred, with everything going wrong: nobody is missed unaccounted, nobody gets it twice."""

import asyncio
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path
from time import monotonic

import pytest

from storage.broadcasts import CopyState
from tests.double import How
from tests.double.people import Person
from tests.double.places import Group
from tests.double.seen import Seen
from tests.end_to_end.newsroom import SQUIRREL, Newsroom, newsroom, subscribe

READERS = 500
DELETED, BLOCKING = 4, 3  # accounts that are no more; people who block the bot while it goes out
GONE = DELETED + BLOCKING
BEFORE_THE_KILL = 170  # copies that have arrived
SECONDS_FOR_ALL = 120.0


@pytest.mark.timeout(300)
async def test_nobody_of_five_hundred_is_missed_or_told_twice(tmp_path: Path) -> None:
    async with newsroom(tmp_path) as room:
        readers = await subscribe(room, READERS)
        for reader in readers[::120][:DELETED]:
            await reader.deletes_account()  # of which no bot hears
        room.telegram.limits_rates()
        often = room.telegram.breaks(
            "sendMessage", How.TOO_MANY, containing=SQUIRREL, probability=0.1, seed=3, times=30, retry_after=1
        )
        lost = [
            room.telegram.breaks("sendMessage", how, containing=SQUIRREL, nth=nth, times=2)
            for how, nth in ((How.LOST_AFTER, 60), (How.LOST_BEFORE, 110))
        ]

        preview = await _previewed(room)
        await (await room.kaisa.presses_inline("Lähetä", preview, in_=room.group)).answered()

        # Somebody in the middle of it writes, and does not wait for five hundred others.
        await room.telegram.until(lambda: _arrived(readers).total() > 50, within=SECONDS_FOR_ALL)
        writer, began = room.telegram.person("Zvilma"), monotonic()
        await writer.writes("mua ahdistaa")
        await writer.hears(lambda _: True, within=5)
        answered_within = monotonic() - began

        await room.telegram.until(lambda: _arrived(readers).total() > BEFORE_THE_KILL, within=SECONDS_FOR_ALL)
        for reader in readers[-BLOCKING:]:
            await reader.blocks()
        hangs = [
            room.telegram.breaks("sendMessage", how, containing=SQUIRREL)
            for how in (How.HANG_AFTER, How.HANG)
        ]
        for each in hangs:
            await each.hit()
        await room.program.kill()
        at_the_kill = _arrived(readers)
        for each in hangs:
            each.lift()
        await room.starts_again()
        result = await room.group.hears("on lähetetty", within=SECONDS_FOR_ALL)
        await room.telegram.quiet()

        arrived, states = _arrived(readers), _states(room)
        assert max(arrived.values()) == 1, "nobody gets it twice"
        assert states.total() == READERS, "everybody is accounted for"
        assert states[CopyState.BLOCKED] == GONE
        assert states[CopyState.DELIVERED] + states[CopyState.UNCERTAIN] == READERS - GONE
        # Two answers lost after, two before, and at most ten under way when it died.
        assert 4 <= states[CopyState.UNCERTAIN] <= 4 + 10
        assert arrived.total() >= states[CopyState.DELIVERED]
        assert arrived.total() <= states[CopyState.DELIVERED] + states[CopyState.UNCERTAIN]
        assert BEFORE_THE_KILL < at_the_kill.total() < READERS - GONE - 100, "it died in the middle"
        assert often.hits == 30
        assert [each.hits for each in lost] == [2, 2]
        assert answered_within < 3

        assert f"Perille: {states[CopyState.DELIVERED]}" in result.text
        assert f"poisti tilinsä: {GONE}" in result.text
        assert "Ei mennyt perille: 0" in result.text
        progress = _progress(room.group)
        assert len(progress.versions) >= 2, "one message, edited"
        assert f"{READERS} / {READERS}" in progress.text
        assert progress.buttons == []

        # That nobody is missed either is for humans to decide: it may tell somebody twice.
        again = await room.kaisa.presses_inline("epävarmoille", result, in_=room.group)
        await again.answered()
        await room.group.hears(lambda seen: "on lähetetty" in seen.text and "Epävarma" not in seen.text)
        everybody = _arrived(readers)
        assert sum(count > 0 for count in everybody.values()) == READERS - GONE
        assert max(everybody.values()) <= 2
        assert sum(count == 2 for count in everybody.values()) <= states[CopyState.UNCERTAIN]

        # Who has it gets it no more, however often somebody presses.
        await room.antti.writes("/tiedote evening-news", in_=room.group)
        assert "Uusia lukijoita: 0" in (await room.group.hears("on jo lähetetty")).text
        stale = await room.antti.presses_inline("Lähetä", preview, in_=room.group)
        assert "Ketään uutta lukijaa" in (await stale.answered())["text"]
        await room.telegram.quiet()
        assert _arrived(readers) == everybody
        assert room.telegram.violations == []
        print(
            f"\n{dict(states)}, arrived at the kill: {at_the_kill.total()}, answered in {answered_within:.2f} s"
        )


async def test_a_bulletin_goes_on_where_a_stop_in_good_order_left_it(tmp_path: Path) -> None:
    """A restart for an upgrade leaves no doubt about anybody."""
    async with newsroom(tmp_path) as room:
        readers = await subscribe(room, 60)
        preview = await _previewed(room)
        await (await room.kaisa.presses_inline("Lähetä", preview, in_=room.group)).answered()
        await room.telegram.until(lambda: _arrived(readers).total() > 15)

        assert await room.program.stop() == 0
        before = _arrived(readers).total()
        await room.starts_again()
        await room.group.hears("on lähetetty", within=30)

        assert before < 60
        assert set(_arrived(readers).values()) == {1}
        assert _states(room) == Counter({CopyState.DELIVERED: 60})


async def test_staff_can_stop_what_has_begun(tmp_path: Path) -> None:
    async with newsroom(tmp_path) as room:
        readers = await subscribe(room, 80)
        preview = await _previewed(room)
        await (await room.kaisa.presses_inline("Lähetä", preview, in_=room.group)).answered()
        progress = await room.group.hears("menee lukijoille")

        stop = await room.antti.presses_inline("Keskeytä", progress, in_=room.group)
        assert "Keskeytetty" in (await stop.answered())["text"]
        result = await room.group.hears("on lähetetty")
        await asyncio.sleep(1.5)

        states = _states(room)
        assert states[CopyState.DROPPED] > 20
        assert _arrived(readers).total() == states[CopyState.DELIVERED] == 80 - states[CopyState.DROPPED]
        assert f"Jätettiin lähettämättä: {states[CopyState.DROPPED]}" in result.text


async def _previewed(room: Newsroom) -> Seen:
    await room.kaisa.writes("/tiedote evening-news", in_=room.group)
    return await room.group.hears("Lähetetäänkö?")


def _arrived(readers: list[Person]) -> Counter[int]:
    """Return how many copies each reader has."""
    found = {reader.id: sum(SQUIRREL in seen.text for seen in reader.inbox) for reader in readers}
    return Counter(found)


def _states(room: Newsroom) -> Counter[CopyState]:
    with closing(sqlite3.connect(room.database)) as database:
        rows = database.execute("SELECT state, count(*) FROM bulletin_copies GROUP BY state").fetchall()
    return Counter({CopyState(state): count for state, count in rows})


def _progress(group: Group) -> Seen:
    [found] = [seen for seen in group.from_bot() if "menee lukijoille" in seen.text]
    return found
