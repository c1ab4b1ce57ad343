"""A school with people at work: the program, a staff group, students to write; for the tests of handoff."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from tests.double import Double
from tests.double.people import Person, Press
from tests.double.places import Group
from tests.double.seen import Seen, TopicSeen
from tests.end_to_end.program import Program, running

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
        return self.telegram.person(**(given | named))

    async def case_of(self, person: Person, *, group: Group | None = None, within: float = 10.0) -> Case:
        """Wait for the newest alert of a forum group: that of the case which this person has just opened."""
        group = group or self.group

        def is_new(seen: Seen) -> bool:
            return "menee hänelle" in seen.text and (group.id, seen.id) not in self._known

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

    def is_sound(self, *, sharing: Sequence[Person] = ()) -> None:
        """See that no call was wrong and that no staff chat tells who anybody is (but those who chose to)."""
        assert self.telegram.violations == []
        shown = {(person.name) for person in sharing}
        for group in (self.group, *self.others):
            leaks = [leak for leak in self.telegram.leaks(group) if leak.value not in shown]
            assert leaks == [], group.transcript()
            assert not any(seen.forwarded for seen in group.everything())


def alone(press: Press | Seen) -> Press:
    """Say that what was pressed is an inline button."""
    assert isinstance(press, Press)
    return press


@asynccontextmanager
async def staffed(data: Path, *, kind: str = "forum", **settings: str) -> AsyncIterator[School]:
    """Run the program with one staff group, of Kuopio, in which Kaisa and Antti work."""
    async with Double.started() as telegram:
        kaisa = telegram.person("Kaisa", "Kuraattori")
        antti = telegram.person("Antti", "Nuorisotyöntekijä")
        make = {"forum": telegram.forum, "supergroup": telegram.supergroup, "group": telegram.group}[kind]
        group = make("Kuopion tuki", [antti], admins=[kaisa])
        school = School(telegram, data, group, kaisa, antti)
        given = {"MATALA_STAFF_CHATS": f"kuopio={group.id}"} | settings
        async with running(telegram, data, **given) as program:
            school.program = program
            yield school
