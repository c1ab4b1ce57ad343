"""kill -9 at every stage, many rounds: everybody is answered, in order, nothing more than twice, staff hear of danger.

Each round a program dies while people write to it, at a point chosen by the seed: after the update was fetched,
in the handling transaction, after its commit, before, during and after sending, while settling, or anywhere at
all. The next one, born on the same database, has to make it good.

`make test` does some rounds on each database. More of them: KILL_ROUNDS=300 [KILL_SEED=7]
python -m pytest tests/end_to_end/test_kill.py -s
"""

import os
import random
import sqlite3
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import cycle
from pathlib import Path

import asyncpg
import pytest

from tests.double import Double, How
from tests.double.people import Person
from tests.double.seen import Seen
from tests.end_to_end import nursery
from tests.end_to_end.nursery import POINTS, Nursery
from tests.end_to_end.program import MONDAY_NOON
from tests.storage import postgres

ROUNDS = int(os.environ.get("KILL_ROUNDS", "21"))
SEED = int(os.environ.get("KILL_SEED", "1"))
SECONDS_A_ROUND = 15  # at most, on a machine that does much else
MADE_GOOD_WITHIN = 30.0
DIES_WITHIN = 1.5  # else its point was never passed, and it is killed wherever it is

ANYWHERE = "anywhere"
ON_THE_WIRE = (How.HANG, How.HANG_AFTER, How.LOST_BEFORE, How.LOST_AFTER)
STAGES: tuple[str | How, ...] = (*POINTS, *ON_THE_WIRE, ANYWHERE, ANYWHERE)

SCRIPTS = (
    ("moi", "mistä saan opintotukea?", "missä asuntola on"),
    ("en tiedä mitä teen työkseni", "haluan vaihtaa alaa", "kiitos"),
    ("mua kiusataan koulussa", "kuka on kuraattori", "moi"),
)
CLOSE = "Sulje"
DANGER = "haluan tappaa itseni, tunnus {tag}"


@dataclass
class Writer:
    """Somebody who writes in a round, and what should come of it."""

    person: Person
    texts: tuple[str, ...]
    tag: str = ""

    def heard(self) -> list[str]:
        return [seen.text for seen in self.person.inbox]


@dataclass
class Figures:
    """What the rounds came to."""

    rounds: Counter[str] = field(default_factory=Counter)
    by_itself: int = 0
    messages: int = 0
    replies: int = 0
    copies: int = 0
    alerts: int = 0
    alert_copies: int = 0


class Trial:
    """A school, a nursery of programs, and the rounds."""

    def __init__(self, double: Double, births: Nursery, database: str, data: Path) -> None:
        self.double, self.births = double, births
        self.curator = double.person("Kaislqa")
        self.group = double.forum("Kuraattorit", [self.curator])
        self.database = database
        self.data = data
        self.dice = random.Random(SEED)
        self.began = time.monotonic()
        self.right: dict[tuple[str, ...], list[str]] = {}  # what a script is answered when nobody dies
        self.figures = Figures()
        self.endangered: list[Writer] = []

    def settings(self) -> dict[str, str]:
        """Time goes on from one life to the next."""
        lived = timedelta(seconds=time.monotonic() - self.began)
        return {
            "MATALA_TELEGRAM_API": self.double.url,
            "MATALA_TELEGRAM_TOKEN": self.double.token,
            "MATALA_DATA_DIR": str(self.data),
            "MATALA_DATABASE_URL": self.database,
            "MATALA_STAFF_CHATS": f"*={self.group.id}",
            "MATALA_LISTEN": "127.0.0.1:0",  # any free port: many programs run at once
            "MATALA_NOW": (datetime.fromisoformat(MONDAY_NOON) + lived).isoformat(),
        }

    def writer(self, number: int, *texts: str, tag: str = "") -> Writer:
        return Writer(self.double.person(f"Zvil{number}ma", "Rqvist", username=f"zvq{number}"), texts, tag)

    async def learn(self) -> None:
        """Let nobody die, and see what is right."""
        writers = [self.writer(index, *script) for index, script in enumerate(SCRIPTS)]
        for writer in writers:
            for text in writer.texts:
                await writer.person.writes(text)
            await self.double.until(lambda writer=writer: len(writer.heard()) >= len(writer.texts))
        await self.double.quiet(lasting=1.5)
        self.right = {writer.texts: writer.heard() for writer in writers}
        for heard in self.right.values():
            assert len(set(heard)) == len(heard) >= len(SCRIPTS[0]), "the scripts' answers must be distinct"

    async def round(self, number: int, stage: str | How, next_stage: str | How) -> None:
        """Let people write while the program dies; then see what the next one makes of it."""
        writers = [self.writer(100 * number + index, *script) for index, script in enumerate(SCRIPTS)]
        tag = f"zq{number}x"
        endangered = self.writer(100 * number + 50, DANGER.format(tag=tag), "oletko siellä?", tag=tag)
        writers.insert(self.dice.randrange(len(writers) + 1), endangered)
        await self._dies(stage, writers)
        await self.births.bear(self.settings(), **self._fate(next_stage))
        await self.double.until(lambda: self._is_made_good(writers), within=MADE_GOOD_WITHIN)
        await self.double.quiet(lasting=0.5)
        for writer in writers:
            self._see(writer)
        alert = self._alerts(endangered)[0]  # closed, so that no reminder disturbs the rounds to come
        await (await self.curator.presses_inline(CLOSE, alert, in_=self.group)).answered()
        question = await self.group.hears("Suljetaanko", topic=alert.topic)
        await (await self.curator.presses_inline("Kyllä", question, in_=self.group)).answered()
        self.endangered.append(endangered)
        self.figures.rounds[str(stage)] += 1

    def _fate(self, stage: str | How) -> dict[str, float | int | str]:
        if stage == ANYWHERE:
            return {"delay": nursery.some_delay(self.dice)}
        return {} if isinstance(stage, How) else {"point": stage, "nth": self.dice.randint(1, 4)}

    async def _dies(self, stage: str | How, writers: list[Writer]) -> None:
        broken = None
        if isinstance(stage, How):
            broken = self.double.breaks("sendMessage", stage, nth=self.dice.randint(1, 6))
        self.births.arm()
        lines = [(writer, text) for writer in writers for text in writer.texts]
        if self.dice.random() < 0.5:  # all at the same time, else one after the other
            lines.sort(key=lambda line: line[0].texts.index(line[1]))
        for writer, text in lines:
            await writer.person.writes(text)
        if broken is not None:
            await broken.hit()
        self.figures.by_itself += await self.births.buried(within=0.0 if broken else DIES_WITHIN)
        self.double.mends()

    def _is_made_good(self, writers: list[Writer]) -> bool:
        return all(
            set(self.right.get(writer.texts, ())) <= set(writer.heard())
            if not writer.tag
            else len(writer.heard()) >= 2 and self._alerts(writer)
            for writer in writers
        )

    def _alerts(self, writer: Writer) -> list[Seen]:
        """Return the alerts that hold somebody's words."""
        return [seen for seen in self.group.messages() if writer.tag in seen.text and seen.buttons]

    def _see(self, writer: Writer) -> None:
        """What came of one person's messages."""
        heard = writer.heard()
        times = Counter(heard)
        story = f"{writer.texts}\n{writer.person.transcript()}\n" + "\n".join(self.births.log[-30:])
        if writer.tag:
            assert "112" in "".join(heard), story
            alerts = self._alerts(writer)
            assert 1 <= len(alerts) <= 2, story + self.group.transcript()
            self.figures.alerts += 1
            self.figures.alert_copies += len(alerts) - 1
        else:
            assert list(dict.fromkeys(heard)) == self.right[writer.texts], story
        assert max(times.values()) <= 2, story
        self.figures.messages += len(writer.texts)
        self.figures.replies += len(heard)
        self.figures.copies += sum(times.values()) - len(times)


@pytest.fixture(params=["sqlite", "postgresql"])
def dialect(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def server(dialect: str) -> Iterator[postgres.Postgres | None]:
    if dialect == "sqlite":
        yield None
        return
    with postgres.running() as server:
        yield server


@asynccontextmanager
async def _database(server: postgres.Postgres | None, data: Path) -> AsyncIterator[str]:
    if server is None:
        yield f"sqlite:///{data}/matala.db"
        return
    name = f"killed_{os.getpid()}_{SEED}"
    yield await server.make(name)
    await server.drop(name)


async def _rows(database: str, question: str) -> list[tuple[object, ...]]:
    if database.startswith("sqlite"):
        with closing(sqlite3.connect(database.removeprefix("sqlite:///"))) as connection:
            return connection.execute(question).fetchall()
    connection = await asyncpg.connect(database)
    try:
        return [tuple(row) for row in await connection.fetch(question)]
    finally:
        await connection.close()


@pytest.mark.timeout(120 + SECONDS_A_ROUND * ROUNDS)
async def test_whatever_stage_it_dies_at_everybody_is_answered_and_staff_hear_of_danger(
    dialect: str, server: postgres.Postgres | None, tmp_path: Path
) -> None:
    stages = [stage for _, stage in zip(range(ROUNDS), cycle(STAGES), strict=False)]
    random.Random(SEED).shuffle(stages)
    async with (
        Double.started() as double,
        nursery.opened() as births,
        _database(server, tmp_path) as database,
    ):
        trial = Trial(double, births, database, tmp_path)
        await births.bear(trial.settings(), **trial._fate(stages[0]))
        await trial.learn()
        for number, (stage, following) in enumerate(zip(stages, [*stages[1:], ""], strict=True), start=1):
            await trial.round(number, stage, following)
        await double.quiet(lasting=1.5)
        assert await births.stop() == 0

        assert double.violations == []
        assert double.leaks(trial.group) == []
        cases = await _rows(database, "SELECT contact_id, count(*) FROM cases GROUP BY contact_id")
        assert sorted(number for _, number in cases) == [1] * len(trial.endangered)
        assert await _rows(database, "SELECT id FROM inbox WHERE done_at IS NULL OR is_failed") == []
        assert await _rows(database, "SELECT state FROM outbox WHERE settled_at IS NULL OR state <> 2") == []
    print(f"\n{dialect}, seed {SEED}: {trial.figures}")
