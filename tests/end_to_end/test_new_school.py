"""A school that nobody has heard of: `matala new-pack`, and the bot answers."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.double import Double
from tests.end_to_end.program import ROOT, Program

PARTS = ("bot", "content", "intents", "storage")


@pytest.fixture
def program_folder(tmp_path: Path) -> Path:
    """A copy of the program, so that the new pack stays out of our own."""
    for part in PARTS:
        shutil.copytree(ROOT / part, tmp_path / "matala" / part, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path / "matala"


@pytest.fixture
def made(program_folder: Path) -> str:
    """What `matala new-pack` said; what its phrases teach is learnt, which takes longer than a start."""
    said = matala(program_folder, "new-pack", "keski-opisto")
    matala(program_folder, "explain", "moi", "--pack", "keski-opisto")
    return said


def matala(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "bot.cli", *arguments], cwd=folder, capture_output=True, text=True, check=True
    )
    return done.stdout


@pytest.mark.timeout(300)
async def test_the_bot_starts_with_a_pack_just_made(made: str, program_folder: Path, tmp_path: Path) -> None:
    async with Double.started() as telegram:
        staff, student = telegram.person("Kvaisa", "Zqvonen"), telegram.person("Oona")
        room = telegram.forum("Tuen huone", [staff])
        settings = {"MATALA_PACK": "keski-opisto", "MATALA_STAFF_CHATS": f"*={room.id}"}
        program = Program(telegram, tmp_path / "data", settings, root=program_folder)
        await program.start()
        try:
            await student.starts()
            greeting = await student.hears("Keski Opisto")
            await student.writes("haluun kuolla")
            danger = await student.hears("112")
            await room.hears("haluun kuolla")
        finally:
            await program.stop()

    assert "content/packs/keski-opisto/pack.yaml" in made
    assert "botti" in greeting.text
    assert danger.text
    assert telegram.violations == []
