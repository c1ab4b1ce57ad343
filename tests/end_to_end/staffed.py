"""A school with people at work: the program, a staff group, students to write; for the tests of handoff."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

from tests.double import Double
from tests.double.people import Person
from tests.double.places import Group
from tests.double.seen import Seen, TopicSeen
from tests.end_to_end.program import MONDAY_NOON, READY_WITHIN, ROOT, Program, running

ANCHOR = "⚓ Haluan puhua ihmiselle"
CLAIM, CLOSE, RELEASE = "Otan tämän", "Sulje", "Vapauta"
DANGER = "haluun kuolla"
WORRY = "en jaksa enää mitään"
_numbers = count(1)


@dataclass
class Case:
    """A case as its two sides see it."""

    person: Person
    group: Group
    topic: TopicSeen
    alert: Seen

    @property
    def code(self) -> str:
        """Its public name."""
        return next(word for word in self.topic.name.split() if word.startswith("K-"))

    @property
    def lines(self) -> list[str]:
        """What stands in its topic."""
        return [seen.text for seen in self.group.messages(topic=self.topic.id)]

    async def hears(self, wanted: str | Callable[[Seen], bool]) -> Seen:
        """Wait for something new in its topic."""
        return await self.group.hears(wanted, topic=self.topic.id)

    async def gets(self, text: str, *, by: Person) -> Seen:
        """Let a member of staff write in its topic."""
        return await by.writes(text, in_=self.group, topic=self.topic)

    async def is_claimed(self, *, by: Person) -> None:
        """Let a member of staff take it."""
        press = await by.presses_inline(CLAIM, self.alert, in_=self.group)
        assert "on nyt sinun" in (await press.answered())["text"]
        await self.person.hears("Koulun aikuinen on nyt tässä")

    async def has_mark(self, line: Seen, mark: str) -> None:
        """Wait for the bot's sign on a staff line."""
        await self.group.sees(lambda group: group.message(line).reactions == [mark])


@dataclass
class School:
    """All that a test of handoff acts with."""

    telegram: Double
    data: Path
    group: Group
    kaisa: Person
    antti: Person
    others: list[Group] = field(default_factory=list)
    program: Program | None = None
    students: list[Person] = field(default_factory=list)
    _known: set[tuple[int, int]] = field(default_factory=set)  # alerts whose cases tests have in hand

    def student(self, **named: str) -> Person:
        """Add somebody whose name is no word of any language, so that a leak of it shows."""
        number = next(_numbers)
        given = {
            "first_name": f"Xqilva{number}z",
            "last_name": f"Rqvystö{number}z",
            "username": f"zq_hidden_{number}z",
            "phone": f"+358 45 {7000000 + number * 137}",
        }
        self.students.append(self.telegram.person(**(given | named)))
        return self.students[-1]

    def second_group(self) -> Group:
        """Return the group for all campuses, of a school that has one."""
        return self.others[0]

    async def at(self, moment: str) -> None:
        """Let it be another time: the program starts anew with another clock."""
        assert self.program is not None
        await self.telegram.quiet()
        await self.program.stop()
        await self.program.start(MATALA_NOW=moment)
        await self.telegram.quiet(lasting=0.6)

    async def after(self, **time: float) -> None:
        """Let time pass since the program believed to have started."""
        assert self.program is not None
        began = datetime.fromisoformat(self.program.settings.get("MATALA_NOW", MONDAY_NOON))
        await self.at((began + timedelta(**time)).isoformat())

    async def code_for(self, campus: str, *, now: str = MONDAY_NOON) -> str:
        """Ask the real command for a code, beside the running program."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "bot.cli", "staff-code", "--campus", campus),
            cwd=ROOT,
            env={"PATH": os.defpath, "MATALA_DATA_DIR": str(self.data), "MATALA_NOW": now},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        told, complaint = await asyncio.wait_for(process.communicate(), READY_WITHIN)
        assert process.returncode == 0, complaint.decode()
        return told.decode().strip()

    async def case_of(self, person: Person, *, group: Group | None = None, within: float = 10.0) -> Case:
        """Wait for the newest alert of a forum group: that of the case which this person has just opened."""
        group = group or self.group

        def is_new(seen: Seen) -> bool:
            is_taken = bool(seen.versions)  # its buttons have changed
            return "menee hänelle" in seen.text and not is_taken and (group.id, seen.id) not in self._known

        seen = await group.hears(is_new, within=within)
        self._known.add((group.id, seen.id))
        topic = next(topic for topic in group.topics if topic.id == seen.topic)
        return Case(person, group, topic, seen)

    async def opened(self, *texts: str, person: Person | None = None) -> Case:
        """Let somebody write and ask for a human."""
        person = person or self.student()
        for text in (*texts, ANCHOR):
            await person.writes(text)
        return await self.case_of(person)

    async def claimed(self, *texts: str, by: Person | None = None, person: Person | None = None) -> Case:
        """Let somebody write and ask for a human, and staff take the case."""
        case = await self.opened(*texts, person=person)
        await case.is_claimed(by=by or self.kaisa)
        return case

    def is_sound(self) -> None:
        """See that no call was wrong and that no staff chat tells who anybody is."""
        assert self.telegram.violations == []
        for group in (self.group, *self.others):
            assert self.telegram.leaks(group, of=self.students) == [], group.transcript()
            assert not any(seen.forwarded for seen in group.everything())


@asynccontextmanager
async def staffed(
    data: Path, *, kind: str = "forum", has_second: bool = False, **settings: str
) -> AsyncIterator[School]:
    """Run the program with a staff group of Kuopio, in which Kaisa and Antti work, and maybe one for all campuses."""
    async with Double.started() as telegram:
        kaisa = telegram.person("Kaisa", "Kuraattori")
        antti = telegram.person("Antti", "Nuorisotyöntekijä")
        make = {"forum": telegram.forum, "supergroup": telegram.supergroup, "group": telegram.group}[kind]
        group = make("Kuopion tuki", [antti], admins=[kaisa])
        school = School(telegram, data, group, kaisa, antti)
        bound = f"kuopio={group.id}"
        if has_second:
            school.others.append(telegram.forum("Koko koulun tuki", [antti]))
            bound += f",*={school.second_group().id}"
        async with running(telegram, data, **({"MATALA_STAFF_CHATS": bound} | settings)) as program:
            school.program = program
            yield school
