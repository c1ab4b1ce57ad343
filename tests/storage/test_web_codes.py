"""A code continues one conversation, for a day, once; whoever guesses gets nowhere."""

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from storage import web_codes
from storage.database import Database
from storage.models import WEB_CODES

CHAT, OTHER = "web:aa", "web:bb"


async def test_a_code_works_once(session: AsyncSession, noon: datetime) -> None:
    code = await web_codes.make(session, CHAT, at=noon)

    assert await web_codes.use(session, code, at=noon) == CHAT
    assert await web_codes.use(session, code, at=noon) is None


async def test_however_it_is_typed(session: AsyncSession, noon: datetime) -> None:
    code = await web_codes.make(session, CHAT, at=noon)

    assert await web_codes.use(session, f" {code.lower().replace('-', ' – ')} ", at=noon) == CHAT


async def test_for_a_day(session: AsyncSession, noon: datetime) -> None:
    code = await web_codes.make(session, CHAT, at=noon)
    late = await web_codes.make(session, CHAT, at=noon)

    assert await web_codes.use(session, code, at=noon + timedelta(hours=23, minutes=59)) == CHAT
    assert await web_codes.use(session, late, at=noon + timedelta(hours=24)) is None


@pytest.mark.parametrize("code", ["", "BBBBB-BBBBB", "moi", "🙂" * 50, "x" * 5000])
async def test_another_code_does_nothing(code: str, session: AsyncSession, noon: datetime) -> None:
    await web_codes.make(session, CHAT, at=noon)

    assert await web_codes.use(session, code, at=noon) is None


async def test_of_two_who_use_it_at_once_one_goes_on(database: Database, noon: datetime) -> None:
    async with database.begin() as session:
        code = await web_codes.make(session, CHAT, at=noon)

    async def use() -> str | None:
        async with database.begin() as session:
            return await web_codes.use(session, code, at=noon)

    assert sorted(await asyncio.gather(use(), use()), key=str) == [None, CHAT]


async def test_the_code_itself_is_nowhere(session: AsyncSession, noon: datetime) -> None:
    code = await web_codes.make(session, CHAT, at=noon)

    [row] = (await session.execute(select(WEB_CODES))).all()

    assert not any(code in str(value) or code.replace("-", "") in str(value) for value in row)
    assert CHAT not in str(row)


async def test_a_conversation_is_forgotten_with_its_codes(session: AsyncSession, noon: datetime) -> None:
    code = await web_codes.make(session, CHAT, at=noon)
    others = await web_codes.make(session, OTHER, at=noon)

    await web_codes.forget(session, CHAT)

    assert await web_codes.use(session, code, at=noon) is None
    assert await web_codes.use(session, others, at=noon) == OTHER
