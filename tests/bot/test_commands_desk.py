"""The desk's commands on the server: links, who is there, who did what."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.commands_desk import make_desk_link, show_audit, show_desk_sessions
from bot.program import open_database
from bot.settings import Settings, SettingsError
from storage import audit, desk, staff
from storage.desk import Visitor

NOON = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
GROUP = "telegram:-1001"


@pytest.fixture
async def settings(tmp_path: Path) -> Settings:
    """Settings of a program that has run before."""
    found = Settings(data_dir=tmp_path, now=NOON, listen="127.0.0.1:8103", _env_file=None)  # type: ignore[call-arg]
    await (await open_database(found)).close()
    return found


@pytest.fixture
def said() -> list[str]:
    return []


async def test_a_link_for_the_whole_school_lets_its_person_in(settings: Settings, said: list[str]) -> None:
    await make_desk_link(settings, None, "Kaisa", said.append)

    address, token = said[0].rsplit("/", 1)
    assert address == "http://127.0.0.1:8103/desk/enter"
    database = await open_database(settings)
    async with database.begin() as session:
        visitor = await desk.use_link(session, token, at=NOON + timedelta(minutes=1))
        assert [each.deed for each in await audit.deeds(session)] == ["link"]
    await database.close()
    assert visitor == Visitor("desk kaisa", "Kaisa", None)


async def test_a_link_for_a_campus_shows_the_cases_of_its_staff_chat(
    settings: Settings, said: list[str]
) -> None:
    database = await open_database(settings)
    async with database.begin() as session:
        await staff.bind(session, GROUP, "kuopio", is_forum=False, at=NOON)

    await make_desk_link(settings, "kuopio", None, said.append)

    async with database.begin() as session:
        visitor = await desk.use_link(session, said[0].rsplit("/", 1)[1], at=NOON + timedelta(minutes=1))
    await database.close()
    assert visitor is not None
    assert visitor.staff_chat == GROUP


async def test_a_campus_without_a_staff_chat_has_no_link(settings: Settings, said: list[str]) -> None:
    with pytest.raises(SettingsError, match="no staff chat"):
        await make_desk_link(settings, "kuopio", None, said.append)


async def test_who_is_at_the_desk_is_listed_and_can_be_shown_out(settings: Settings, said: list[str]) -> None:
    database = await open_database(settings)
    async with database.begin() as session:
        await desk.begin(session, Visitor("1", "Kaisa", None), at=NOON)
        await audit.note(session, "looked", name="Kaisa", case_code="K-7", at=NOON)
    await database.close()

    await show_desk_sessions(settings, None, said.append)
    await show_desk_sessions(settings, "Kaisa", said.append)
    await show_audit(settings, "k-7", said.append)

    assert said == [
        "Kaisa, the whole school, until 20:00",
        "Ended: 1",
        "Nobody is at the desk.",
        "2026-11-23 12:00 K-7      looked     Kaisa",
    ]
