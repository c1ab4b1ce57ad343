"""A school with events and bulletins of its own: a copy of the program, so that they stay out of the real packs."""

import asyncio
import os
import shutil
import sys
import textwrap
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic

from tests.double import Double
from tests.double.people import Person
from tests.double.places import Group
from tests.double.seen import Seen
from tests.end_to_end.program import MONDAY_NOON, ROOT, Program

PARTS = ("bot", "content", "intents", "storage")
EVENTS = """\
    events:
      - id: breakfast
        title: {fi: Aamupala, sv: Frukost, en: Breakfast}
        place: {fi: Kirjasto, sv: Biblioteket, en: Library}
        campuses: [kuopio]
        starts: "2026-11-17 08:00"
        ends: "2026-11-17 08:30"
        repeats: "FREQ=WEEKLY;BYDAY=TU"
        until: "2027-05-25"
        not_on: ["2026-12-08"]
      - id: theme-day
        title: {fi: Hyvinvointipäivä, sv: Välmåendedag, en: Wellbeing day}
        starts: "2026-11-27"
      - id: evening
        title: {fi: Vanhempainilta, sv: Föräldrakväll, en: "Parents' evening"}
        audience: [guardian]
        campuses: [varkaus]
        starts: "2026-11-25 17:30"
        ends: "2026-11-25 19:00"
    """
NEWS = """\
    news:
      - id: evening-news
        title: {fi: Vanhempainilta tulossa, sv: Föräldrakväll på kommande, en: A parents' evening is coming}
        text:
          fi: "Nähdään **keskiviikkona**. Kurre-orava tulee myös."
          sv: "Vi ses på **onsdag**. Ekorren Kurre kommer också."
          en: "See you on **Wednesday**. Kurre the squirrel comes too."
        audience: [guardian]
        campuses: [kuopio]
        valid_from: "2026-11-20"
        valid_until: "2026-11-30"
      - id: spring-news
        title: {fi: Keväällä, sv: På våren, en: In spring}
        text: {fi: Kevät tulee., sv: Våren kommer., en: Spring comes.}
        audience: [guardian, student]
        valid_from: "2027-03-01"
        valid_until: "2027-03-31"
    """
GUARDIANS = "subscribe:guardian"  # the data of a button
LONG = 120.0  # seconds that a crowd may take
SQUIRREL = "Kurre"  # in every language of the bulletin, and nowhere else


@dataclass
class Newsroom:
    """A school with something to tell."""

    telegram: Double
    program: Program
    group: Group
    kaisa: Person
    antti: Person
    _began: float

    @property
    def database(self) -> Path:
        return self.program.data / "matala.db"

    async def starts_again(self) -> None:
        """Start the program anew; time has gone on."""
        lived = timedelta(seconds=monotonic() - self._began)
        await self.program.start(MATALA_NOW=(datetime.fromisoformat(MONDAY_NOON) + lived).isoformat())

    async def matala(self, *arguments: str) -> str:
        """Run a command beside the program; return what it says."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot.cli", *arguments),
            cwd=self.program.root,
            env={"PATH": os.defpath, "MATALA_DATA_DIR": str(self.program.data), "MATALA_NOW": MONDAY_NOON},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await process.communicate()
        return said.decode()

    def write(self, file: str, text: str) -> None:
        """Write a file of the school's pack."""
        path = self.program.root / "content" / "packs" / "sakky" / file
        path.write_text(textwrap.dedent(text), encoding="utf-8")


async def subscribe(room: "Newsroom", number: int) -> list[Person]:
    """Let many subscribe, by the buttons of /tilaa, in three languages."""
    languages = ("fi", "sv", "en")
    people = [
        room.telegram.person(f"Reader{each}", language_code=languages[each % 3]) for each in range(number)
    ]
    for person in people:
        await person.writes("/tilaa")
    await room.telegram.until(lambda: all(map(_asked, people)), within=LONG)
    for person in people:
        await person.presses_data(f"{GUARDIANS}:kuopio", _asked(person)[0])
    await room.telegram.until(lambda: all(map(_has_subscribed, people)), within=LONG)
    await room.telegram.quiet(within=LONG)
    return people


def _asked(person: Person) -> list[Seen]:
    return [seen for seen in person.inbox if any(each.data == GUARDIANS for each in seen.buttons)]


def _has_subscribed(person: Person) -> bool:
    return any("/peru" in seen.text for seen in person.inbox)


@asynccontextmanager
async def newsroom(folder: Path, **settings: str) -> AsyncIterator[Newsroom]:
    """Run the program, copied, for a school with events and bulletins."""
    root = folder / "matala"
    for part in PARTS:
        shutil.copytree(ROOT / part, root / part, ignore=shutil.ignore_patterns("__pycache__"))
    async with Double.started() as telegram:
        kaisa, antti = telegram.person("Kvaisa", "Zqvonen"), telegram.person("Antvti", "Zqvola")
        group = telegram.supergroup("Kuopion tuki", [antti], admins=[kaisa])
        data = folder / "data"
        program = Program(telegram, data, {"MATALA_STAFF_CHATS": f"*={group.id}", **settings}, root=root)
        room = Newsroom(telegram, program, group, kaisa, antti, monotonic())
        room.write("events/events.yaml", EVENTS)
        room.write("news/news.yaml", NEWS)
        try:
            await program.start()
            yield room
        finally:
            if program.process is not None and program.process.returncode is None:
                await program.stop()
