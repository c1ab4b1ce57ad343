"""Learning from use: what was not understood becomes a phrase, and is understood without a restart."""

import asyncio
import json
import os
import shutil
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.double import Double
from tests.double.seen import Seen
from tests.end_to_end.program import READY_WITHIN, ROOT, Program

STRANGE = "kvzqx flrbn trzkl"
LEARNT_WITHIN = 120.0  # seconds: the whole bank is learnt anew, in a process of its own


def is_not_understood(seen: Seen) -> bool:
    """Whether it is declined or asked about is the thresholds' matter."""
    return "en ymmärtänyt" in seen.text or "Tarkoititko" in seen.text


@dataclass
class School:
    """A program in a folder of its own, whose packs a keeper may change."""

    telegram: Double
    program: Program
    tree: Path

    async def matala(self, *arguments: str) -> tuple[int, str]:
        """Run the command beside the program, as a keeper on the server does."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "bot.cli", *arguments),
            cwd=self.tree,
            env={**os.environ, "MATALA_DATA_DIR": str(self.program.data)},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        told, _ = await asyncio.wait_for(process.communicate(), READY_WITHIN)
        return process.returncode or 0, told.decode()


@asynccontextmanager
async def school_in(folder: Path) -> AsyncIterator[School]:
    tree = folder / "tree"
    for room in ("bot", "content", "intents", "storage"):
        shutil.copytree(ROOT / room, tree / room, ignore=shutil.ignore_patterns("__pycache__"))
    async with Double.started() as telegram:
        staff = telegram.person("Kaisa")
        group = telegram.forum("Tuki", [staff])
        program = Program(telegram, folder / "data", root=tree)
        try:
            await program.start(MATALA_STAFF_CHATS=f"*={group.id}")
            yield School(telegram, program, tree)
        finally:
            if program.process is not None and program.process.returncode is None:
                await program.stop()
        assert telegram.violations == []
        assert STRANGE not in group.transcript()


async def test_what_was_declined_is_attached_and_answered_after_a_reload(tmp_path: Path) -> None:
    async with school_in(tmp_path) as school:
        first, second, third = (school.telegram.person(name) for name in ("Zvilmaq", "Rqvistz", "Xqilvaz"))
        await first.writes(f"{STRANGE} 040 123 4567")
        await first.hears(is_not_understood)
        await second.writes(STRANGE)
        await second.hears(is_not_understood)
        await third.writes("haluun kuolla kvzqx")
        await third.hears("112")
        process = school.program.process
        assert process is not None

        _, listed = await school.matala("unanswered", "--json")
        cluster = json.loads(listed.splitlines()[0])
        code, told = await school.matala("unanswered", "attach", cluster["cluster"], "meals")
        _, left = await school.matala("unanswered", "--json")
        process.send_signal(signal.SIGHUP)
        await school.program.says("pack reloaded", within=LEARNT_WITHIN)
        await first.writes(STRANGE)
        await first.hears(lambda seen: any(button.text == "Auttoi" for button in seen.buttons))

        assert {text["text"] for text in cluster["texts"]} == {STRANGE, f"{STRANGE} [puhelin]"}
        assert cluster["count"] == 2
        assert "kuolla" not in listed
        assert code == 0
        assert f"+    - {STRANGE}" in told.splitlines()
        assert left == ""
        assert process.returncode is None


async def test_what_the_person_did_not_mean_is_listed_once(tmp_path: Path) -> None:
    async with school_in(tmp_path) as school:
        person = school.telegram.person("Zvilmaq")
        await person.writes("mistä saan opintotukea?")
        answer = await person.hears("pintotu")
        not_meant = next(button.text for button in answer.buttons if "tarkoittan" in button.text.casefold())

        for _ in range(2):
            press = await person.presses_inline(not_meant, answer)
            await press.answered()
        _, listed = await school.matala("unanswered", "--json")
        shown = await school.matala("unanswered")

        [cluster] = [json.loads(line) for line in listed.splitlines()]
        assert cluster["outcomes"] == {"not-meant": 1}
        assert cluster["texts"][0]["text"] == "mistä saan opintotukea?"
        assert "student-finance" in shown[1]
