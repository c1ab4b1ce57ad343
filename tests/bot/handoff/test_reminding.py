"""The ladder: who waits is remembered, ever more slowly, until somebody takes the case."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from bot.handoff.reminding import PATIENCE, expect_answer, remind
from content.library import Library
from intents.risk import Level
from storage import cases, reminders
from storage.cases import Case
from tests.bot.handoff.conftest import CHATS, EVERYBODY, KUOPIO, Opens, messages_to, words

MINUTE = timedelta(minutes=1)


async def told(session: AsyncSession, library: Library, now: datetime) -> dict[str, list[str]]:
    """Return what each group is told at a moment."""
    letters = await remind(session, CHATS, library, now=now)
    return {
        chat.chat: [words(message) for message in messages_to(chat.chat, letters)]
        for chat in CHATS
        if messages_to(chat.chat, letters)
    }


@pytest.mark.parametrize(
    ("level", "minutes"), [(Level.EMERGENCY, 2), (Level.CRISIS, 5), (Level.CONCERN, 30), (Level.NONE, 30)]
)
async def test_the_first_reminder_comes_after_the_patience_that_the_matter_allows(
    opens: Opens, session: AsyncSession, sakky: Library, noon: datetime, level: Level, minutes: int
) -> None:
    await opens("moi", level=level)

    assert await told(session, sakky, noon + (minutes - 0.1) * MINUTE) == {}
    assert list(await told(session, sakky, noon + minutes * MINUTE)) == [KUOPIO.chat]


async def test_the_second_step_gives_the_case_to_the_other_group(
    opens: Opens, session: AsyncSession, sakky: Library, noon: datetime
) -> None:
    case, _ = await opens("en halua elää", level=Level.CRISIS)
    await told(session, sakky, noon + 5 * MINUTE)

    heard = await told(session, sakky, noon + 10 * MINUTE)

    assert "en halua elää" in heard[EVERYBODY.chat][0]
    assert "meni myös toiselle ryhmälle" in heard[KUOPIO.chat][0]
    assert (await cases.access(session, case.id, staff_chat=EVERYBODY.chat)).staff_chat == EVERYBODY.chat


async def test_a_long_downtime_makes_one_step(
    opens: Opens, session: AsyncSession, sakky: Library, noon: datetime
) -> None:
    await opens("moi", level=Level.EMERGENCY)
    later = noon + timedelta(days=3)

    assert [len(texts) for texts in (await told(session, sakky, later)).values()] == [1]
    assert await told(session, sakky, later) == {}
    assert await told(session, sakky, later + MINUTE) == {}


async def test_reminders_grow_slower_and_never_end_by_themselves(
    opens: Opens, session: AsyncSession, sakky: Library, noon: datetime
) -> None:
    await opens("moi", level=Level.EMERGENCY)
    moments = []
    now = noon
    for _ in range(10):
        while not await told(session, sakky, now):
            now += MINUTE
        moments.append(int((now - noon) / MINUTE))

    waits = [later - earlier for earlier, later in zip([0, *moments], moments, strict=False)]
    assert waits[:5] == [2, 2, 2, 4, 8]
    assert waits[-1] == waits[-2] == 16 * PATIENCE[Level.EMERGENCY] / MINUTE


@pytest.mark.parametrize("ended", ["claimed", "closed"])
async def test_reminders_end_with_the_waiting(
    opens: Opens, session: AsyncSession, sakky: Library, noon: datetime, ended: str
) -> None:
    case, _ = await opens("moi", level=Level.EMERGENCY)
    await _end(session, case, ended, noon)

    assert await told(session, sakky, noon + timedelta(days=1)) == {}


async def _end(session: AsyncSession, case: Case, how: str, at: datetime) -> None:
    if how == "claimed":
        await cases.claim(session, case.id, by="x", holder="Kaisa", at=at)
    else:
        await cases.close(session, case.id, at=at)


async def test_without_danger_nobody_is_reminded_at_night(
    opens: Opens, session: AsyncSession, sakky: Library, noon: datetime
) -> None:
    await opens(at=noon + timedelta(hours=3, minutes=50))  # ten minutes before staff go home

    for hours in (4, 8, 12, 19):
        assert await told(session, sakky, noon + timedelta(hours=hours)) == {}
    assert list(await told(session, sakky, noon + timedelta(hours=20, minutes=20))) == [KUOPIO.chat]


async def test_one_group_alone_is_reminded_again(
    opens: Opens, session: AsyncSession, sakky: Library, noon: datetime
) -> None:
    await opens("moi", level=Level.CRISIS, chats=(KUOPIO,))

    for minutes in (5, 10):
        letters = await remind(session, (KUOPIO,), sakky, now=noon + minutes * MINUTE)
        assert f"Odottanut {minutes} min" in words(messages_to(KUOPIO.chat, letters)[0])


async def test_a_case_opened_without_any_staff_chat_is_told_of_at_the_first_look(
    opens: Opens, session: AsyncSession, sakky: Library, noon: datetime
) -> None:
    """Whenever it was opened: on a Saturday night nobody waits for Monday to hear of it."""
    saturday = noon + timedelta(days=5, hours=12)
    await opens("apua jooko", chats=(), at=saturday)
    assert await remind(session, (), sakky, now=saturday + MINUTE) == []

    heard = await told(session, sakky, saturday + 2 * MINUTE)

    assert "apua jooko" in heard[KUOPIO.chat][0]
    assert await told(session, sakky, saturday + 3 * MINUTE) == {}


class TestHolder:
    """Somebody who took a case, and does not write."""

    async def claimed(self, opens: Opens, session: AsyncSession, library: Library, now: datetime) -> Case:
        case, _ = await opens("moi")
        await cases.claim(session, case.id, by="x", holder="Kaisa", at=now)
        case = await cases.access(session, case.id, staff_chat=KUOPIO.chat)
        await expect_answer(session, case, Level.NONE, library, now=now)
        return case

    async def test_the_holder_is_reminded_once_and_then_the_case_is_anybodys(
        self, opens: Opens, session: AsyncSession, sakky: Library, noon: datetime
    ) -> None:
        case = await self.claimed(opens, session, sakky, noon)

        assert await told(session, sakky, noon + 59 * MINUTE) == {}
        [reminded] = (await told(session, sakky, noon + 60 * MINUTE))[KUOPIO.chat]
        assert "Kaisa, ehditkö" in reminded
        assert await told(session, sakky, noon + 89 * MINUTE) == {}
        letters = await remind(session, CHATS, sakky, now=noon + 90 * MINUTE)

        [offered] = messages_to(KUOPIO.chat, letters)
        assert "Kuka vain voi ottaa" in words(offered)
        assert "joutui lähtemään" in words(messages_to(case.contact_chat, letters)[0])
        assert (await cases.access(session, case.id, staff_chat=KUOPIO.chat)).status == cases.NEW

    async def test_who_answers_is_left_in_peace(
        self, opens: Opens, session: AsyncSession, sakky: Library, noon: datetime
    ) -> None:
        case = await self.claimed(opens, session, sakky, noon)
        await told(session, sakky, noon + 60 * MINUTE)

        await reminders.answered(session, case.id)

        assert await told(session, sakky, noon + 3 * 60 * MINUTE) == {}

    async def test_only_duty_time_counts(
        self, opens: Opens, session: AsyncSession, sakky: Library, noon: datetime
    ) -> None:
        """What was written in the last ten minutes of a day waits for the next."""
        at = noon + timedelta(hours=3, minutes=50)
        await self.claimed(opens, session, sakky, at)

        assert await told(session, sakky, at + timedelta(hours=15)) == {}
        assert await told(session, sakky, noon + timedelta(hours=20, minutes=50)) != {}

    async def test_danger_does_not_wait_for_that(
        self, opens: Opens, session: AsyncSession, sakky: Library, noon: datetime
    ) -> None:
        case = await self.claimed(opens, session, sakky, noon)
        await opens("en halua elää", level=Level.CRISIS, is_asked=False)

        [offered] = (await told(session, sakky, noon + 5 * MINUTE))[KUOPIO.chat]

        assert "hän on vaarassa, eikä Kaisa ole vastannut" in offered
        assert (await cases.access(session, case.id, staff_chat=KUOPIO.chat)).status == cases.NEW
