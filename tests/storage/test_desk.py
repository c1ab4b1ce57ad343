"""Links to the desk work once and for ten minutes; who is there is known for eight hours."""

from datetime import datetime, timedelta

from sqlalchemy import select

from storage import desk
from storage.database import Database
from storage.desk import LINK_LASTS, SESSION_LASTS, Visitor
from storage.models import DESK_LINKS, DESK_SESSIONS

KAISA = Visitor("900", "Kaisa", "telegram:-1001")
ADMIN = Visitor("desk ylläpito", "Ylläpito", None)
SECOND = timedelta(seconds=1)


async def test_a_link_lets_in_the_one_it_was_made_for_once(database: Database, noon: datetime) -> None:
    """A link that was read over somebody's shoulder is worth nothing any more."""
    async with database.begin() as session:
        token = await desk.make_link(session, KAISA, at=noon)

        assert await desk.use_link(session, token, at=noon) == KAISA
        assert await desk.use_link(session, token, at=noon) is None


async def test_looking_at_a_link_does_not_use_it_up(database: Database, noon: datetime) -> None:
    """Messengers fetch links for a preview."""
    async with database.begin() as session:
        token = await desk.make_link(session, ADMIN, at=noon)

        assert await desk.look_at_link(session, token, at=noon) == ADMIN
        assert await desk.use_link(session, token, at=noon) == ADMIN
        assert await desk.look_at_link(session, token, at=noon) is None


async def test_a_link_that_is_too_old_lets_nobody_in(database: Database, noon: datetime) -> None:
    async with database.begin() as session:
        token = await desk.make_link(session, KAISA, at=noon)

        assert await desk.use_link(session, token, at=noon + LINK_LASTS) is None
        assert await desk.use_link(session, "made-up", at=noon) is None


async def test_who_asked_lately_is_known_until_the_link_is_used(database: Database, noon: datetime) -> None:
    async with database.begin() as session:
        token = await desk.make_link(session, KAISA, at=noon)

        asked = await desk.asked_lately(session, "900", at=noon + SECOND)
        assert asked == (KAISA, noon + desk.LINK_LASTS)
        assert await desk.asked_lately(session, "901", at=noon + SECOND) is None
        await desk.use_link(session, token, at=noon)
        assert await desk.asked_lately(session, "900", at=noon + SECOND) is None


async def test_a_visit_lasts_a_day_at_work(database: Database, noon: datetime) -> None:
    async with database.begin() as session:
        token = await desk.begin(session, KAISA, at=noon)

        found = await desk.find(session, token, at=noon + SESSION_LASTS - SECOND)
        assert found is not None
        assert found.visitor == KAISA
        assert await desk.find(session, token, at=noon + SESSION_LASTS) is None


async def test_whoever_leaves_is_gone(database: Database, noon: datetime) -> None:
    async with database.begin() as session:
        token = await desk.begin(session, KAISA, at=noon)
        other = await desk.begin(session, ADMIN, at=noon)

        await desk.end(session, token, at=noon)

        assert await desk.find(session, token, at=noon) is None
        assert [each.visitor for each in await desk.present(session, at=noon)] == [ADMIN]
        assert await desk.find(session, other, at=noon) is not None


async def test_an_administrator_can_show_somebody_out(database: Database, noon: datetime) -> None:
    """A telephone was lost."""
    async with database.begin() as session:
        await desk.begin(session, KAISA, at=noon)
        await desk.begin(session, ADMIN, at=noon)
        link = await desk.make_link(session, KAISA, at=noon)

        assert await desk.end_all(session, "Kaisa", at=noon) == 1

        assert [each.visitor for each in await desk.present(session, at=noon)] == [ADMIN]
        assert await desk.use_link(session, link, at=noon) is None


async def test_a_link_is_no_session_and_neither_can_be_read_from_the_database(
    database: Database, noon: datetime
) -> None:
    async with database.begin() as session:
        link = await desk.make_link(session, KAISA, at=noon)
        visit = await desk.begin(session, KAISA, at=noon)

        assert await desk.find(session, link, at=noon) is None
        assert await desk.use_link(session, visit, at=noon) is None
        stored = [
            str(value)
            for table in (DESK_LINKS, DESK_SESSIONS)
            for row in await session.execute(select(table))
            for value in row
        ]
        assert not [text for text in stored if "Kaisa" in text or link in text or visit in text]
