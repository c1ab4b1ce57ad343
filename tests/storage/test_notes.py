"""Notes are for staff, and go with their case."""

from datetime import datetime

from storage import contacts, notes
from storage.database import Database
from storage.notes import Note
from tests.storage.test_desk_cases import opened


async def test_notes_stay_in_their_order(database: Database, noon: datetime) -> None:
    async with database.begin() as session:
        case = await opened(session, at=noon)
        await notes.add(session, case.id, "soitin kotiin", name="Kaisa", at=noon)
        await notes.add(session, case.id, "ei vastattu", name="Antti", at=noon)

        assert await notes.of(session, case.id) == [
            Note("Kaisa", "soitin kotiin", noon),
            Note("Antti", "ei vastattu", noon),
        ]


async def test_whoever_wants_to_be_forgotten_takes_the_notes_with_them(
    database: Database, noon: datetime
) -> None:
    async with database.begin() as session:
        case = await opened(session, at=noon)
        await notes.add(session, case.id, "soitin kotiin", name="Kaisa", at=noon)

        await contacts.forget(session, case.contact_id)

        assert await notes.of(session, case.id) == []
