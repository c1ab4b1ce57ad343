"""The database is locked, full, stopped: who is in danger is answered without it, and nobody is lost."""

import asyncio
import resource
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

import pytest

from tests.end_to_end.bad_luck.scene import DANGER, Scene, copies, texts
from tests.storage import postgres

pytestmark = pytest.mark.asyncio(loop_scope="session")

Away = AbstractContextManager[None]


@contextmanager
def locked(scene: Scene) -> Iterator[None]:
    """Another program holds the file's lock."""
    with closing(sqlite3.connect(scene.data / "matala.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@contextmanager
def full(scene: Scene) -> Iterator[None]:
    """The program may write no byte more to any file."""
    _, most = resource.prlimit(scene.births.number, resource.RLIMIT_FSIZE)
    resource.prlimit(scene.births.number, resource.RLIMIT_FSIZE, (0, most))
    yield
    resource.prlimit(scene.births.number, resource.RLIMIT_FSIZE, (most, most))


@pytest.mark.parametrize("away", [locked, full])
async def test_who_is_in_danger_is_answered_while_the_database_is_away_and_in_full_afterwards(
    away: Callable[[Scene], Away], scene: Scene
) -> None:
    await scene.begins()
    endangered, other, later = scene.person(), scene.person(), scene.person()

    with away(scene):
        await other.writes("moi")
        await endangered.writes(DANGER.format(tag="zq1"))
        await endangered.hears("112", within=6)
        await scene.group.hears("Tietokanta ei ole käytettävissä", within=6)
        await later.writes(DANGER.format(tag="zq2"))  # while it is known to be away
        await later.hears("112", within=10)
        assert scene.notes("zq1")
        assert texts(other) == []

    await other.hears("Moi")
    for person, tag in ((endangered, "zq1"), (later, "zq2")):
        await scene.telegram.until(lambda tag=tag: scene.alerts(tag))
        await person.hears("112")
    await scene.telegram.quiet(lasting=1)
    assert len(texts(other)) == 1
    assert [len(scene.alerts(tag)) for tag in ("zq1", "zq2")] == [1, 1]
    assert not any("Traceback" in line for line in scene.births.said)


async def test_while_the_database_is_away_the_lifeline_speaks_to_each_once(scene: Scene) -> None:
    """The update is asked for again and again; its writer is not written to again and again."""
    await scene.begins()
    person = scene.person()

    with locked(scene):
        await person.writes(DANGER.format(tag="zq3"))
        await person.hears("112", within=6)
        await scene.births.says("updates stay with telegram", times=2, within=20)
        assert copies(person) == 1

    await scene.telegram.until(lambda: copies(person) == 2)
    await scene.telegram.quiet(lasting=1)
    assert copies(person) == 2


async def test_a_lock_that_is_soon_gone_is_waited_for(scene: Scene) -> None:
    await scene.begins()
    person = scene.person()

    with locked(scene):
        await person.writes(DANGER.format(tag="zq4"))
        await scene.telegram.until_fetched()

    await person.hears("112")
    await scene.telegram.quiet(lasting=1)
    assert copies(person) == 1


async def test_a_postgresql_that_is_stopped_and_started_again_costs_nobody_anything(scene: Scene) -> None:
    with postgres.running(alone=True) as server:
        await scene.begins(MATALA_DATABASE_URL=await server.make("matala"))
        before, other, endangered = scene.person(), scene.person(), scene.person()
        await before.writes("moi")
        await before.hears("Moi")

        await asyncio.to_thread(server.stop)
        await other.writes("moi")
        await endangered.writes(DANGER.format(tag="zq5"))
        await endangered.hears("112", within=10)
        await asyncio.to_thread(server.start)

        await other.hears("Moi", within=30)
        await scene.telegram.until(lambda: scene.alerts("zq5"), within=30)
        await scene.telegram.quiet(lasting=1)
        assert len(texts(other)) == 1
        assert await scene.births.stop() == 0


async def test_started_while_the_database_is_locked_it_waits_a_while(scene: Scene, tmp_path: Path) -> None:
    await scene.begins()
    assert await scene.births.stop() == 0

    with locked(scene):
        await scene.begins(waits=False)
        await scene.births.says("waiting for the database")

    await scene.births.says(" ready ")
