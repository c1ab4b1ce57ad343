"""Ten people and their staff write at once, in any order: no word goes to anybody but whom it was meant for."""

import asyncio
import random
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio

from tests.end_to_end.staffed import ANCHOR, DANGER, Case, School, staffed

pytestmark = pytest.mark.asyncio(loop_scope="module")
PEOPLE = 10
ROUNDS = 40


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def school(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[School]:
    async with staffed(tmp_path_factory.mktemp("data")) as school:
        yield school


async def all_opened(school: School, dice: random.Random) -> list[Case]:
    """Let ten people open their cases at the same time; tell the cases by what they wrote."""
    people = [school.student() for _ in range(PEOPLE)]
    words = {person.id: f"tunnus{position}x" for position, person in enumerate(people)}
    for person in people:
        await person.writes(f"{DANGER} {words[person.id]}" if dice.random() < 0.5 else words[person.id])
    await asyncio.gather(*(person.writes(ANCHOR) for person in dice.sample(people, PEOPLE)))
    found = [await school.case_of(people[0]) for _ in people]
    by_words = {word: case for case in found for word in words.values() if word in "\n".join(case.lines)}
    assert len(by_words) == PEOPLE
    return [replace(by_words[words[person.id]], person=person) for person in people]


@pytest.mark.parametrize("seed", [1, 2])
async def test_ten_cases_at_once_do_not_mix(school: School, seed: int) -> None:
    dice = random.Random(seed)
    cases = await all_opened(school, dice)
    holders = {id(case): dice.choice([school.kaisa, school.antti]) for case in cases}
    for case in dice.sample(cases, PEOPLE):
        await case.is_claimed(by=holders[id(case)])
    expected: dict[int, list[str]] = {id(case): [] for case in cases}
    answers: dict[int, list[str]] = {id(case): [] for case in cases}

    for number in range(ROUNDS):
        case = dice.choice(cases)
        if dice.random() < 0.5:
            text = f"oma{seed}n{number}."
            await case.person.writes(text)
            expected[id(case)].append(text)
        else:
            text = f"vastaus{seed}n{number}."
            await case.gets(text, by=holders[id(case)])
            answers[id(case)].append(text)
            stray = dice.choice(cases)
            await stray.gets(f"// muistio{seed}n{number}", by=dice.choice([school.kaisa, school.antti]))

    await school.telegram.quiet(within=30)
    for case in cases:
        written = [line.splitlines()[-1] for line in case.lines if "kirjoittaa:" in line]
        assert [line for line in written if line.startswith("oma")] == expected[id(case)]
        heard = [seen.text.splitlines()[-1] for seen in case.person.inbox if "Koulun aikuinen:" in seen.text]
        assert heard == answers[id(case)]
        assert not any("muistio" in seen.text for seen in case.person.inbox)
    school.is_sound()
