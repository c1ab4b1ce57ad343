"""A start that cannot succeed ends with 1 and one clear line, which holds no value of a setting."""

import shutil
import signal
import socket
import sqlite3
import sys
from asyncio.subprocess import DEVNULL, PIPE, create_subprocess_exec
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

from storage.crypto import Keys
from tests.end_to_end.bad_luck.scene import Scene
from tests.end_to_end.program import ROOT, Program

pytestmark = pytest.mark.asyncio(loop_scope="session")

SECRET = "zq-secret-value"


async def refused(scene: Scene, **settings: str) -> str:
    """Start with these settings; return the one line that says why that cannot be."""
    await scene.births.bear(scene.settings(**settings), waits=False)
    assert await scene.births.ended() == 1, scene.births.said
    lines = [line for line in scene.births.said if not line[:4].isdigit()]  # what is no line of the log
    assert len(lines) == 1, lines
    return lines[0]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MATALA_PACK", f"../{SECRET}"),
        ("MATALA_TELEGRAM_TOKEN", SECRET),
        ("MATALA_TELEGRAM_API", SECRET),
        ("MATALA_TELEGRAM_MODE", SECRET),
        ("MATALA_PUBLIC_URL", SECRET),
        ("MATALA_DATABASE_URL", f"mysql://{SECRET}@localhost/x"),
        ("MATALA_SECRET_KEY", SECRET),
        ("MATALA_STAFF_CHATS", SECRET),
        ("MATALA_STAFF_CHATS", f"{SECRET}=-1001"),
        ("MATALA_STAFF_CHATS", "kuopio=-1,kuopio=-2"),
        ("MATALA_LISTEN", SECRET),
        ("MATALA_LISTEN", "localhost:99999"),
        ("MATALA_NOW", SECRET),
        ("MATALA_NOW", "2026-11-22T08:00:00"),
        ("MATALA_DATA_DIR", "/proc/zq"),
        ("MATALA_DATA_DIR", "/dev/null"),
    ],
)
async def test_a_wrong_setting_is_named_and_its_value_is_not(name: str, value: str, scene: Scene) -> None:
    line = await refused(scene, **{name: value})

    assert line.startswith(f"matala: {name} ") or name in line
    assert SECRET not in line


async def test_a_webhook_needs_an_address(scene: Scene) -> None:
    assert "MATALA_PUBLIC_URL must be set" in await refused(scene, MATALA_TELEGRAM_MODE="webhook")


async def test_a_pack_that_is_not_there_is_said_to_be_so(scene: Scene) -> None:
    assert "nosuchpack" in await refused(scene, MATALA_PACK="nosuchpack")


async def test_a_token_that_telegram_does_not_know_stops_the_start(scene: Scene) -> None:
    line = await refused(scene, MATALA_TELEGRAM_TOKEN=f"123456:{SECRET}")

    assert line.startswith("matala: MATALA_TELEGRAM_TOKEN is not known to Telegram")
    assert not any(SECRET in line for line in scene.births.said)


async def test_an_address_to_listen_on_that_is_taken_stops_the_start(scene: Scene) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        line = await refused(
            scene,
            MATALA_TELEGRAM_MODE="webhook",
            MATALA_PUBLIC_URL="https://matala.example.fi",
            MATALA_LISTEN=f"127.0.0.1:{taken.getsockname()[1]}",
        )

    assert "MATALA_LISTEN" in line


async def test_another_key_than_the_database_s_stops_the_start(scene: Scene) -> None:
    await scene.begins()
    assert await scene.births.stop() == 0

    line = await refused(scene, MATALA_SECRET_KEY=Keys.generate())

    assert "sealed with another secret key" in line


async def test_a_database_of_a_newer_program_stops_the_start_and_is_left_as_it_is(scene: Scene) -> None:
    await scene.begins()
    assert await scene.births.stop() == 0
    with closing(sqlite3.connect(scene.data / "matala.db", isolation_level=None)) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")

    assert "9999" in await refused(scene)

    with closing(sqlite3.connect(scene.data / "matala.db")) as database:
        assert database.execute("SELECT version_num FROM alembic_version").fetchall() == [("9999",)]


async def test_a_file_that_is_no_database_stops_the_start(scene: Scene) -> None:
    (scene.data / "matala.db").write_bytes(b"moi" * 1000)

    line = await refused(scene, MATALA_SECRET_KEY=Keys.generate())

    assert "The database is damaged: its file is not a database" in line


async def test_a_damaged_database_is_called_damaged_and_not_away(scene: Scene) -> None:
    """ "We go on when it is back" would let somebody wait for what never comes."""
    await scene.begins()
    assert await scene.births.stop() == 0
    with (scene.data / "matala.db").open("r+b") as file:
        size = file.seek(0, 2)
        file.seek(100)  # past its header
        file.write(b"\xff" * (size - 100))

    line = await refused(scene)

    assert line.startswith("matala: The database is damaged: ")
    assert "bring back a backup" in line


async def test_a_second_program_on_one_database_is_refused_and_the_first_goes_on(scene: Scene) -> None:
    await scene.begins()
    process = await create_subprocess_exec(
        *(sys.executable, "-m", "bot.cli", "run"),
        cwd=ROOT,
        env={"PATH": "/usr/bin", **scene.settings()},
        stdin=DEVNULL,
        stderr=PIPE,
    )
    _, said = await process.communicate()

    assert process.returncode == 1
    [line] = [line for line in said.decode().splitlines() if line.startswith("matala:")]
    assert "another `matala run` works on this database already" in line
    person = scene.person()
    await person.writes("moi")
    await person.hears("Moi")


async def test_a_program_that_was_killed_stands_in_nobodys_way(scene: Scene) -> None:
    await scene.begins()
    await scene.births.kill()

    await scene.begins()

    person = scene.person()
    await person.writes("moi")
    await person.hears("Moi")


# ---------------------------------------------------------------- packs, in a tree of their own


@asynccontextmanager
async def tree(scene: Scene) -> AsyncIterator[tuple[Program, Path]]:
    """Run the program of a copied tree, whose packs may be spoilt."""
    place = scene.data / "tree"
    for room in ("bot", "content", "intents", "storage"):
        shutil.copytree(ROOT / room, place / room, ignore=shutil.ignore_patterns("__pycache__"))
    program = Program(scene.telegram, scene.data / "its data", root=place)
    try:
        yield program, place / "content" / "packs" / "sakky" / "pack.yaml"
    finally:
        if program.process is not None and program.process.returncode is None:
            await program.stop()


async def test_a_broken_pack_stops_the_start_with_file_and_line(scene: Scene) -> None:
    async with tree(scene) as (program, pack):
        pack.write_text("nonsense: 1\n" + pack.read_text())
        process = await create_subprocess_exec(
            sys.executable,
            "-m",
            "bot.cli",
            "run",
            cwd=program.root,
            env={"PATH": "/usr/bin", **scene.settings()},
            stdin=DEVNULL,
            stderr=PIPE,
        )
        _, said = await process.communicate()

    assert process.returncode == 1
    assert "packs/sakky/pack.yaml:1: " in said.decode()


async def test_a_broken_pack_is_not_taken_while_running_and_a_mended_one_is(scene: Scene) -> None:
    person = scene.person()
    async with tree(scene) as (program, pack):
        whole = pack.read_text()
        await program.start(MATALA_STAFF_CHATS=f"*={scene.group.id}")
        assert program.process is not None

        pack.write_text("nonsense: 1\n" + whole)
        program.process.send_signal(signal.SIGHUP)
        await program.says("packs/sakky/pack.yaml:1: ")
        await person.writes("moi")
        await person.hears("Moi")
        pack.write_text(whole)
        program.process.send_signal(signal.SIGHUP)

        await program.says("pack reloaded")
        await person.writes("moi")
        await person.hears(lambda _: True)
