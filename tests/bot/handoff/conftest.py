"""A database with one person in it, and two staff groups: what handoff's functions work on."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from bot.channel import Message, Outgoing, StaffTurn
from bot.dialogue.state import Handoff, Person
from bot.handoff.letters import Letter
from bot.handoff.opening import Occasion, open_or_join
from content.library import Library
from intents.language import Language
from intents.risk import Kind, Level, Risk
from storage import contacts, staff, turns
from storage.cases import Case
from storage.crypto import Keys
from storage.database import Database
from storage.staff import StaffChat

PERSON = "telegram:501"
KUOPIO = StaffChat("telegram:-1001", "kuopio", is_forum=True)
EVERYBODY = StaffChat("telegram:-1002", "*", is_forum=False)
CHATS = (KUOPIO, EVERYBODY)


@pytest.fixture(scope="session")
def staff_keys() -> Keys:
    return Keys.parse(Keys.generate())


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory, staff_keys: Keys) -> Path:
    """A migrated database, to be copied."""
    path = tmp_path_factory.mktemp("empty") / "matala.db"

    async def make() -> None:
        await (await Database.open(f"sqlite:///{path}", staff_keys)).close()

    asyncio.run(make())
    return path


@pytest.fixture
async def session(empty_database: Path, tmp_path: Path, staff_keys: Keys) -> AsyncIterator[AsyncSession]:
    """One transaction on a database of its own."""
    path = tmp_path / "matala.db"
    shutil.copy(empty_database, path)
    database = await Database.open(f"sqlite:///{path}", staff_keys)
    try:
        async with database.begin() as session:
            yield session
    finally:
        await database.close()


Opens = Callable[..., Awaitable[tuple[Case, list[Letter]]]]


@pytest.fixture
async def opens(session: AsyncSession, sakky: Library, noon: datetime) -> Opens:
    """Let a person open a case, or join theirs, as the conversation does."""

    async def open_one(
        text: str = "",
        *,
        level: Level = Level.NONE,
        chats: tuple[StaffChat, ...] = CHATS,
        at: datetime = noon,
        person: str = PERSON,
        campus: str | None = "kuopio",
        is_asked: bool = True,
    ) -> tuple[Case, list[Letter]]:
        for chat in chats:
            await staff.bind(session, chat.chat, chat.campus, chat.is_forum, at=at)
        contact = await contacts.load(session, person, now=at)
        contact.language, contact.campus = Language.FI, campus
        await contacts.save(session, contact, now=at)
        said = await turns.last(session, contact.id, 6)
        risk = Risk(level, Kind.SUICIDE) if level else Risk(level)
        who = Person(person, Language.FI, campus=campus)
        occasion = Occasion(contact, who, text, said)
        found = await open_or_join(session, Handoff(risk, is_asked=is_asked), occasion, chats, sakky, now=at)
        if text:
            await turns.add(session, contact.id, by="person", text=text, at=at)
        return found

    return open_one


def staff_turn(text: str = "", *, chat: str = KUOPIO.chat, **more: object) -> StaffTurn:
    """Make something that Kaisa did."""
    return StaffTurn(chat, "900", "Kaisa", text=text, ref="77", **more)  # type: ignore[arg-type]  # fields by name


def messages_to(chat: str, letters: list[Letter]) -> list[Message]:
    """Return the messages that go to a chat."""
    return [
        letter.outgoing
        for letter in letters
        if isinstance(letter.outgoing, Message) and letter.outgoing.chat == chat
    ]


def words(message: Outgoing) -> str:
    """Return a message's text."""
    assert isinstance(message, Message)
    return "".join(part.text for part in message.parts)
