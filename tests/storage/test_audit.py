"""Who saw or did what can be read afterwards."""

from datetime import datetime, timedelta

from sqlalchemy import select

from storage import audit
from storage.audit import Deed
from storage.database import Database
from storage.models import AUDIT


async def test_deeds_are_read_latest_first_and_by_case(database: Database, noon: datetime) -> None:
    later = noon + timedelta(minutes=1)
    async with database.begin() as session:
        await audit.note(session, "looked", name="Kaisa", case_code="K-7", at=noon)
        await audit.note(session, "entered", name="Antti", at=later)

        assert await audit.deeds(session) == [
            Deed("Antti", "entered", None, later),
            Deed("Kaisa", "looked", "K-7", noon),
        ]
        assert [each.name for each in await audit.deeds(session, case_code="K-7")] == ["Kaisa"]


async def test_who_it_was_is_sealed(database: Database, noon: datetime) -> None:
    async with database.begin() as session:
        await audit.note(session, "looked", name="Kaisa", case_code="K-7", at=noon)

        assert b"Kaisa" not in (await session.scalars(select(AUDIT.c.name))).one()
