"""One school for all of these tests: each brings people of its own, so none disturbs another."""

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from tests.end_to_end.conversation.school import School, open_school


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def sakky_at_noon(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[School]:
    """Savon ammattiopisto on a Monday at noon, by polling."""
    async with open_school(tmp_path_factory.mktemp("sakky")) as school:
        yield school
        assert school.telegram.leaks(school.room, of=school.people) == []


@pytest.fixture
def school(sakky_at_noon: School) -> Iterator[School]:
    """The school; nothing failed, whatever was sent had its form, and staff learnt nothing of who came."""
    came = len(sakky_at_noon.people)
    logged = len(sakky_at_noon.program.log)
    wrong = len(sakky_at_noon.telegram.violations)
    yield sakky_at_noon
    assert [line for line in sakky_at_noon.program.log[logged:] if "failed" in line] == []
    assert sakky_at_noon.telegram.violations[wrong:] == []
    mine = sakky_at_noon.people[came:]
    assert not mine or sakky_at_noon.telegram.leaks(sakky_at_noon.room, of=mine) == []
