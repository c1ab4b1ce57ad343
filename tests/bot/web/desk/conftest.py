"""A database with cases in it, for the tests of the desk."""

import shutil
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from bot.handoff.desk_room import DESK
from storage import cases, contacts
from storage.cases import Case
from storage.crypto import Keys
from storage.database import Database


@pytest.fixture
async def database(migrated: Path, bot_keys: Keys, tmp_path: Path) -> AsyncIterator[Database]:
    """A database of this test's own."""
    shutil.copy(migrated, tmp_path / "matala.db")
    opened = await Database.open(f"sqlite:///{tmp_path / 'matala.db'}", bot_keys)
    yield opened
    await opened.close()


async def opened_case(
    session: AsyncSession,
    *,
    at: datetime,
    person: str = "web:1",
    staff_chat: str | None = DESK,
    level: int = 0,
    kind: str = "",
    campus: str | None = "kuopio",
    language: str = "fi",
) -> Case:
    """Let somebody have a case."""
    contact = await contacts.load(session, person, now=at)
    contact.language, contact.campus, contact.role = language, campus, "student"
    await contacts.save(session, contact, now=at)
    case, _ = await cases.open(
        session,
        contact=contact,
        level=level,
        kind=kind,
        campus=campus,
        staff_chat=staff_chat,
        remind_at=None,
        at=at,
    )
    return case
