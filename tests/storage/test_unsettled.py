"""What waits in the outbox follows its chat, and what was never tried may still be written anew."""

from datetime import datetime

import pytest

from storage import cases, contacts, unsettled
from storage.database import Database
from tests.storage.outbox_scene import PERSON, STAFF, due, message, put, send_all


async def test_what_waits_follows_a_group_that_moved(database: Database, noon: datetime) -> None:
    await put(database, [message(STAFF, "1", noon), message("telegram:-5", "2", noon)], noon)

    async with database.begin() as session:
        await unsettled.move_chat(session, STAFF, "telegram:-100777")

    batch = await due(database, noon)
    assert [(one.chat, one.body) for one in batch] == [("telegram:-100777", "1"), ("telegram:-5", "2")]
    assert batch[0].chat_key == database.keys.fingerprint("telegram:-100777")


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
            [found] = await unsettled.untried(session, STAFF, case_id)
            assert found.body == "of the case"
            assert await unsettled.rewrite(session, found.outbox_id, "of the case, twice")

        assert "of the case, twice" in await send_all(database, noon)

    async def test_what_is_on_its_way_is_not_rewritten(
        self, database: Database, noon: datetime, case_id: int
    ) -> None:
        [outbox_id] = await put(database, [message(STAFF, "x", noon, case_id=case_id)], noon)
        await due(database, noon)

        async with database.begin() as session:
            assert await unsettled.untried(session, STAFF, case_id) == []
            assert not await unsettled.rewrite(session, outbox_id, "y")
