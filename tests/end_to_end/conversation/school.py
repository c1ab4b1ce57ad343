"""A school as these tests see it: the running program, its double, staff who read, and people who write."""

import itertools
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.double import Double
from tests.double.people import Person
from tests.double.places import Group
from tests.double.seen import Seen
from tests.end_to_end.program import Program, running

ANCHOR = "⚓"
SCREEN = 4096  # characters in one message of Telegram
_numbers: Iterator[int] = itertools.count(1)


@dataclass
class School:
    """The program for one institution, and everybody round it."""

    telegram: Double
    program: Program
    staff: Person
    room: Group  # where staff work: a forum for every campus
    people: list[Person] = field(default_factory=list)

    def person(self, language: str | None = "fi") -> Person:
        """Let somebody come whom nobody has met; the name is no word, so that it can be looked for."""
        number = next(_numbers)
        person = self.telegram.person(
            f"Zvilma{number}q",
            f"Rqvist{number}q",
            username=f"zvilma_rq_{number}",
            language_code=language,
            phone=f"+358 40 76{number:05}",
        )
        self.people.append(person)
        return person

    async def answers_to(self, person: Person, text: str) -> list[Seen]:
        """Let somebody write, and return all that comes of it."""
        person.forgets()
        await person.writes(text)
        return await self.heard_by(person)

    async def heard_by(self, person: Person) -> list[Seen]:
        """Return what somebody hears until the program is done."""
        await person.hears(lambda _: True)
        await self.telegram.quiet()
        last = max(seen.id for seen in person.everything() if not seen.by_bot)
        return [seen for seen in person.inbox if seen.id > last]

    async def presses(self, person: Person, button: str, message: Seen | None = None) -> list[Seen]:
        """Let somebody press an inline button, see that its waiting ends, and return what comes of it."""
        before = {seen.id for seen in person.inbox}
        press = await person.presses_inline(button, message)
        await press.answered()
        await self.telegram.quiet()
        return [seen for seen in person.inbox if seen.id not in before]


@asynccontextmanager
async def open_school(folder: Path, *, pack: str = "sakky", **settings: str) -> AsyncIterator[School]:
    """Run a school's bot, with a forum of staff for every campus."""
    async with Double.started() as telegram:
        staff = telegram.person("Kvaisa", "Zqvonen")
        room = telegram.forum("Tuen huone", [staff])
        settings = {"MATALA_PACK": pack, "MATALA_STAFF_CHATS": f"*={room.id}", **settings}
        async with running(telegram, folder, **settings) as program:
            yield School(telegram, program, staff, room)


def words(seen: list[Seen]) -> str:
    """Return all the words of some messages."""
    return "\n".join(each.text for each in seen)
