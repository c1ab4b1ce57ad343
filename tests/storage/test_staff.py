"""Only a group with a code becomes a staff chat, and a code works once."""

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from storage import staff
from storage.database import Database
from storage.models import STAFF_CODES
from storage.staff import StaffChat

CHAT = "telegram:-1001"


class TestCodes:
    async def test_a_code_works_once(self, session: AsyncSession, noon: datetime) -> None:
        code = await staff.make_code(session, "kuopio", at=noon)

        assert await staff.use_code(session, code, CHAT, at=noon) == "kuopio"
        assert await staff.use_code(session, code, CHAT, at=noon) is None

    async def test_however_it_is_typed(self, session: AsyncSession, noon: datetime) -> None:
        code = await staff.make_code(session, "kuopio", at=noon)

        typed = f" {code.lower().replace('-', ' – ')} "

        assert await staff.use_code(session, typed, CHAT, at=noon) == "kuopio"

    async def test_for_a_day(self, session: AsyncSession, noon: datetime) -> None:
        code = await staff.make_code(session, "kuopio", at=noon)
        late = await staff.make_code(session, "kuopio", at=noon)

        almost = noon + timedelta(hours=24) - timedelta(seconds=1)

        assert await staff.use_code(session, code, CHAT, at=almost) == "kuopio"
        assert await staff.use_code(session, late, CHAT, at=noon + timedelta(hours=24)) is None

    @pytest.mark.parametrize("code", ["", "AAAA-AAAA", "kuopio", "🙂" * 50, "x" * 5000])
    async def test_another_code_does_nothing(self, session: AsyncSession, noon: datetime, code: str) -> None:
        await staff.make_code(session, "kuopio", at=noon)

        assert await staff.use_code(session, code, CHAT, at=noon) is None

    async def test_of_two_groups_that_use_it_at_once_one_gets_it(
        self, database: Database, noon: datetime
    ) -> None:
        async with database.begin() as session:
            code = await staff.make_code(session, "kuopio", at=noon)

        async def use(chat: str) -> str | None:
            async with database.begin() as session:
                return await staff.use_code(session, code, chat, at=noon)

        results = await asyncio.gather(*(use(f"telegram:-{number}") for number in range(4)))

        assert sorted(results, key=str) == [None, None, None, "kuopio"]

    async def test_the_code_itself_is_not_stored(self, session: AsyncSession, noon: datetime) -> None:
        code = await staff.make_code(session, "kuopio", at=noon)

        stored = str((await session.execute(select(STAFF_CODES))).one())

        assert code not in stored
        assert code.replace("-", "") not in stored


class TestChats:
    async def test_a_bound_chat_is_known(self, session: AsyncSession, noon: datetime) -> None:
        await staff.bind(session, CHAT, "kuopio", True, at=noon, title="Kuraattorit")

        assert await staff.chats(session) == [StaffChat(CHAT, "kuopio", True, "Kuraattorit")]

    async def test_binding_again_only_learns_what_changed(
        self, session: AsyncSession, noon: datetime
    ) -> None:
        await staff.bind(session, CHAT, "kuopio", False, at=noon)
        await staff.bind(session, CHAT, "kuopio", True, at=noon)

        assert await staff.chats(session) == [StaffChat(CHAT, "kuopio", True)]

    async def test_one_group_may_serve_several_campuses(self, session: AsyncSession, noon: datetime) -> None:
        await staff.bind(session, CHAT, "kuopio", False, at=noon)
        await staff.bind(session, CHAT, "*", False, at=noon)

        assert [chat.campus for chat in await staff.chats(session)] == ["kuopio", "*"]

    async def test_an_unbound_group_is_a_staff_chat_no_more(
        self, session: AsyncSession, noon: datetime
    ) -> None:
        await staff.bind(session, CHAT, "kuopio", False, at=noon)
        await staff.bind(session, CHAT, "*", False, at=noon)

        assert await staff.unbind(session, CHAT)
        assert not await staff.unbind(session, CHAT)
        assert await staff.chats(session) == []

    async def test_a_group_that_moved_is_followed(self, session: AsyncSession, noon: datetime) -> None:
        await staff.bind(session, CHAT, "kuopio", False, at=noon)

        await staff.move_chat(session, CHAT, "telegram:-100777")

        assert await staff.chats(session) == [StaffChat("telegram:-100777", "kuopio", False)]

    async def test_a_group_that_was_bound_anew_before_its_move_was_told_stays_bound_once(
        self, session: AsyncSession, noon: datetime
    ) -> None:
        await staff.bind(session, CHAT, "kuopio", False, at=noon)
        await staff.bind(session, CHAT, "varkaus", False, at=noon)
        await staff.bind(session, "telegram:-100777", "kuopio", True, at=noon)

        await staff.move_chat(session, CHAT, "telegram:-100777")

        assert set(await staff.chats(session)) == {
            StaffChat("telegram:-100777", "kuopio", True),
            StaffChat("telegram:-100777", "varkaus", False),
        }
