"""What the desk's pages ask of the cases that somebody may see."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from storage import cases, contacts, desk_cases, notes, posts, turns
from storage.cases import WHOLE_SCHOOL, Case, CaseOutOfReach
from storage.database import Database
from storage.posts import Direction

KUOPIO, VARKAUS = "telegram:-1001", "telegram:-1002"
MINUTE = timedelta(minutes=1)


async def opened(
    session: AsyncSession,
    *,
    at: datetime,
    person: str = "web:1",
    chat: str | None = KUOPIO,
    level: int = 0,
    campus: str = "kuopio",
) -> Case:
    """Let somebody have a case."""
    contact = await contacts.load(session, person, now=at)
    case, _ = await cases.open(
        session,
        contact=contact,
        level=level,
        kind="",
        campus=campus,
        staff_chat=chat,
        remind_at=None,
        at=at,
    )
    return case


async def test_a_staff_chat_sees_its_own_cases_and_the_whole_school_all(
    database: Database, noon: datetime
) -> None:
    async with database.begin() as session:
        kuopio = await opened(session, at=noon)
        varkaus = await opened(session, at=noon, person="web:2", chat=VARKAUS, level=2)
        nobodys = await opened(session, at=noon, person="web:3", chat=None)

        assert [each.code for each in await desk_cases.open_cases(session, KUOPIO)] == [kuopio.code]
        assert [each.code for each in await desk_cases.open_cases(session, WHOLE_SCHOOL)] == [
            each.code for each in (varkaus, kuopio, nobodys)
        ]
        assert set(await desk_cases.waiting(session, KUOPIO)) == {kuopio.id}
        assert (await desk_cases.access(session, nobodys.code, reach=WHOLE_SCHOOL)).id == nobodys.id
        with pytest.raises(CaseOutOfReach):
            await desk_cases.access(session, varkaus.code, reach=KUOPIO)


async def test_a_case_that_went_elsewhere_is_out_of_reach_though_its_alert_was_shown_here(
    database: Database, noon: datetime
) -> None:
    """What a person tells the new staff is not for the old ones."""
    async with database.begin() as session:
        case = await opened(session, at=noon)
        await posts.remember(session, case_id=case.id, chat=KUOPIO, ref="5", direction=Direction.TO_STAFF)
        await cases.set_staff_chat(session, case.id, VARKAUS)

        with pytest.raises(CaseOutOfReach):
            await desk_cases.access(session, case.code, reach=KUOPIO)


async def test_somebody_waits_from_their_first_words_after_the_last_answer(
    database: Database, noon: datetime
) -> None:
    async with database.begin() as session:
        case = await opened(session, at=noon)
        await cases.claim(session, case.id, by="x", holder="Kaisa", at=noon)
        waits = [(await desk_cases.waiting(session, KUOPIO))[case.id].since]
        for minutes, by in ((1, "person"), (2, "person"), (3, "staff"), (4, "person"), (5, "person")):
            at = noon + minutes * MINUTE
            case_id = case.id if by == "staff" else None
            await turns.add_all(session, case.contact_id, [(by, "moi")], at=at, case_id=case_id)  # type: ignore[list-item]
            waits.append((await desk_cases.waiting(session, KUOPIO))[case.id].since)

        first, last = noon + MINUTE, noon + 4 * MINUTE
        assert waits == [None, first, first, None, last, last]


async def test_a_free_case_waits_since_it_was_opened(database: Database, noon: datetime) -> None:
    async with database.begin() as session:
        case = await opened(session, at=noon)

        assert (await desk_cases.waiting(session, KUOPIO))[case.id].since == noon


async def test_a_line_that_went_to_nobody_shows_until_another_arrives(
    database: Database, noon: datetime
) -> None:
    async with database.begin() as session:
        case = await opened(session, at=noon)
        seen = []
        for ref, mark in (("a", "⚠ Ei mennyt"), ("b", "👍")):
            await turns.add(
                session, case.contact_id, by="staff", text="moi", at=noon, case_id=case.id, ref=ref
            )
            await turns.set_mark(session, case.id, ref, mark)
            seen.append((await desk_cases.waiting(session, KUOPIO))[case.id])

        assert [(each.marks, each.not_arrived) for each in seen] == [(1, 1), (2, 0)]


async def test_what_was_said_after_the_end_of_a_case_is_not_for_staff(
    database: Database, noon: datetime
) -> None:
    """The person goes on with the bot, and nobody told them that staff still read it."""
    async with database.begin() as session:
        contact = await contacts.load(session, "web:1", now=noon)
        await turns.add(session, contact.id, by="person", text="ennen", at=noon - MINUTE)
        case = await opened(session, at=noon)
        await turns.add(session, contact.id, by="person", text="aikana", at=noon + MINUTE)
        await cases.close(session, case.id, at=noon + 2 * MINUTE, outcome="talked")
        await turns.add(session, contact.id, by="person", text="jälkeen", at=noon + 3 * MINUTE)
        case = await cases.access(session, case.code, staff_chat=KUOPIO)

        before, during = await desk_cases.conversation(session, case)

        assert [turn.text for turn in before] == ["ennen"]
        assert [turn.text for turn in during] == ["aikana"]
        assert case.outcome == "talked"
        assert [each.code for each in await desk_cases.closed_lately(session, KUOPIO, now=noon)] == [
            case.code
        ]


async def test_every_change_of_a_case_shows(database: Database, noon: datetime) -> None:
    """The pages fetch themselves anew when, and only when, this changes."""
    async with database.begin() as session:
        case = await opened(session, at=noon)
        seen = [(await desk_cases.waiting(session, KUOPIO))[case.id]]

        async def is_new() -> bool:
            now = (await desk_cases.waiting(session, KUOPIO))[case.id]
            seen.append(now)
            return now != seen[-2]

        assert not await is_new()
        await turns.add(session, case.contact_id, by="person", text="moi", at=noon)
        assert await is_new()
        await notes.add(session, case.id, "x", name="Kaisa", at=noon)
        assert await is_new()
        await cases.claim(session, case.id, by="x", holder="Kaisa", at=noon)
        assert await is_new()


async def test_of_two_who_hand_a_case_over_at_once_the_first_does(database: Database, noon: datetime) -> None:
    async with database.begin() as session:
        case = await opened(session, at=noon)

        assert await cases.pass_on(session, case, by="a", holder="Antti", at=noon)
        assert not await cases.pass_on(session, case, by="b", holder="Bertta", at=noon)
        assert (await cases.access(session, case.code, staff_chat=KUOPIO)).holder == "Antti"


async def test_the_same_line_is_first_once(database: Database, noon: datetime) -> None:
    async with database.begin() as session:
        case = await opened(session, at=noon)

        first = [await posts.is_first(session, case_id=case.id, chat="desk:-1", ref="x") for _ in range(2)]

        assert first == [True, False]


async def test_open_cases_are_counted_by_campus_and_level(database: Database, noon: datetime) -> None:
    async with database.begin() as session:
        await opened(session, at=noon, level=2)
        await opened(session, at=noon, person="web:2", level=2)
        await opened(session, at=noon, person="web:3", chat=VARKAUS, campus="varkaus")

        counted = await desk_cases.levels_by_campus(session, WHOLE_SCHOOL)

        assert counted == {("kuopio", 2): 2, ("varkaus", 0): 1}
