"""A database with cases in it, for the tests of the desk."""

import re
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.applications import Starlette

from bot.channel import Channel, Message, unpack
from bot.handoff.desk_room import DESK
from bot.web.desk import routes
from bot.web.desk_channel import DeskChannel
from bot.web.desk_visit import Desk
from bot.web.pages import Pages
from bot.web.server import make_app
from bot.web.web import Web
from content.library import Library
from storage import audit, cases, contacts, staff, turns
from storage import desk as desk_links
from storage.cases import Case
from storage.crypto import Keys
from storage.database import Database
from storage.desk import Visitor
from storage.models import OUTBOX
from tests.fakes import FakeChannel

ADDRESS = "http://apu.test"
SECOND = timedelta(seconds=1)


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


@dataclass
class Office:
    """The desk over a real database: links into it, visitors, and what the outbox holds afterwards."""

    database: Database
    library: Library
    now: datetime
    address: str = ADDRESS
    app: Starlette = field(init=False)
    channels: dict[str, Channel] = field(default_factory=dict)
    rung: list[str] = field(default_factory=list)
    web: Web = field(init=False)
    desk: Desk = field(init=False)

    def __post_init__(self) -> None:
        self.channels |= {"desk": DeskChannel(self.database, self.rung.append)}
        self.channels |= {name: FakeChannel(name) for name in ("web", "telegram")}
        self.web = Web(
            self.database,
            lambda: self.library,
            lambda: self.now,
            self.address,
            on_updates=lambda: None,
            on_letters=lambda: self.rung.append("letters"),
        )
        pages = Pages(self.web.library, public_url=self.address, clock=lambda: self.now)
        self.desk = Desk(self.web, pages, self.channels)
        self.app = make_app(routes(self.web, pages, self.channels), public_url=self.address, ready=_ready)

    async def link(self, name: str = "Kaisa", *, chat: str | None = DESK, staff_id: str = "") -> str:
        """Make a link into the desk; return its path."""
        async with self.database.begin() as session:
            if chat is not None:
                await staff.bind(session, chat, "*", is_forum=False, at=self.now)
            visitor = Visitor(staff_id or name, name, chat)
            return f"/desk/enter/{await desk_links.make_link(session, visitor, at=self.now)}"

    def browser(self) -> httpx.AsyncClient:
        """Open a browser that nobody has used."""
        return httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url=self.address)

    async def visitor(
        self, name: str = "Kaisa", *, chat: str | None = DESK, staff_id: str = ""
    ) -> "Colleague":
        """Let somebody of the staff enter."""
        browser = self.browser()
        entered = await browser.post(await self.link(name, chat=chat, staff_id=staff_id))
        assert entered.status_code == 303, entered.text
        return Colleague(browser)

    async def opens(self, *said: str, **more: Any) -> Case:
        """Let somebody write and have a case."""
        async with self.database.begin() as session:
            at = more.pop("at", self.now)
            case = await opened_case(session, at=at, **more)
            for text in said:
                await turns.add(session, case.contact_id, by="person", text=text, at=at + SECOND)
        return case

    async def case(self, code: str) -> Case:
        """Read a case anew."""
        async with self.database.begin() as session:
            return await cases.access(session, code, staff_chat=cases.WHOLE_SCHOOL)

    async def letters(self, chat: str) -> list[str]:
        """Return the words that wait in the outbox for a chat."""
        async with self.database.begin() as session:
            rows = await session.execute(select(OUTBOX.c.chat, OUTBOX.c.body).order_by(OUTBOX.c.id))
            keys = self.database.keys
            bodies = [unpack(keys.open(row.body)) for row in rows if keys.open(row.chat) == chat]
        return ["".join(part.text for part in body.parts) for body in bodies if isinstance(body, Message)]

    async def deeds(self) -> list[tuple[str, str, str | None]]:
        """Return who did what, the first at the beginning."""
        async with self.database.begin() as session:
            found = await audit.deeds(session)
        return [(each.name, each.deed, each.case_code) for each in reversed(found)]


@dataclass
class Colleague:
    """Somebody at the desk."""

    browser: httpx.AsyncClient

    async def sees(self, path: str = "/desk") -> str:
        """Open a page."""
        answer = await self.browser.get(path)
        assert answer.status_code == 200, answer.text
        return answer.text

    async def does(self, code: str, deed: str, **fields: str) -> httpx.Response:
        """Send a form of a case's page."""
        page = await self.sees(f"/desk/case/{code}")
        hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))
        return await self.browser.post(f"/desk/case/{code}/{deed}", data=hidden | fields)


async def _ready() -> bool:
    return True


@pytest.fixture
def office(database: Database, sakky: Library, noon: datetime) -> Office:
    return Office(database, sakky, noon)
