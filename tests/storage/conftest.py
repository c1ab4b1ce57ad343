"""Every storage test runs on a real SQLite file and on a real PostgreSQL."""

import asyncio
import shutil
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from storage.cases import Case
from storage.crypto import Keys
from storage.database import Database
from tests.storage.case_scene import open_case
from tests.storage.postgres import Postgres, running


@pytest.fixture(scope="session")
def key() -> str:
    """The secret key of the databases below."""
    return Keys.generate()


@pytest.fixture(scope="session")
def keys(key: str) -> Keys:
    return Keys.parse(key)


@pytest.fixture
def noon() -> datetime:
    return datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with running() as server:
        yield server


def _make(url: str, keys: Keys) -> None:
    async def make() -> None:
        await (await Database.open(url, keys)).close()

    asyncio.run(make())


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory, keys: Keys) -> Path:
    path = tmp_path_factory.mktemp("template") / "matala.db"
    _make(f"sqlite:///{path}", keys)
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres: Postgres, keys: Keys) -> str:
    name = f"template_{uuid.uuid4().hex}"
    asyncio.run(postgres.make(name))
    _make(postgres.url(name), keys)
    return name


@pytest.fixture(params=["sqlite", "postgresql"])
def dialect(request: pytest.FixtureRequest) -> str:
    """Which database a test runs on; each runs on both."""
    name: str = request.param
    return name


@pytest.fixture
def make_database(
    dialect: str, request: pytest.FixtureRequest, tmp_path: Path
) -> Callable[[bool], AbstractAsyncContextManager[str]]:
    """Makes a database of this test's own: a migrated one, or one that nothing was ever written to."""
    # Asked for here and not inside: they run event loops of their own.
    if dialect == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        return lambda is_migrated: _sqlite_copy(tmp_path, template if is_migrated else None)
    server: Postgres = request.getfixturevalue("postgres")
    name: str = request.getfixturevalue("postgres_template")
    return lambda is_migrated: _postgres_copy(server, name if is_migrated else "template1")


@asynccontextmanager
async def _sqlite_copy(folder: Path, template: Path | None) -> AsyncIterator[str]:
    if template is not None:
        shutil.copy(template, folder / "matala.db")
    yield f"sqlite:///{folder}/matala.db"


@asynccontextmanager
async def _postgres_copy(server: Postgres, template: str) -> AsyncIterator[str]:
    name = f"test_{uuid.uuid4().hex}"
    yield await server.make(name, template=template)
    await server.drop(name)


@pytest.fixture
async def url(make_database: Callable[[bool], AbstractAsyncContextManager[str]]) -> AsyncIterator[str]:
    """The address of a fresh, migrated database."""
    async with make_database(True) as address:
        yield address


@pytest.fixture
async def empty_url(make_database: Callable[[bool], AbstractAsyncContextManager[str]]) -> AsyncIterator[str]:
    """The address of a database that nothing was ever written to."""
    async with make_database(False) as address:
        yield address


@pytest.fixture
async def database(url: str, keys: Keys) -> AsyncIterator[Database]:
    """The open database."""
    opened = await Database.open(url, keys)
    yield opened
    await opened.close()


@pytest.fixture
async def session(database: Database) -> AsyncIterator[AsyncSession]:
    async with database.begin() as opened:
        yield opened


@pytest.fixture
async def case(session: AsyncSession, noon: datetime) -> Case:
    """K-1, of Kuopio, that nobody has taken."""
    return (await open_case(session, noon))[0]
