"""Open now, opens at: at noon, in the night, on a holiday. Nobody is sent to a closed door unwarned."""

from pathlib import Path

import pytest

from tests.end_to_end.conversation.school import open_school, words
from tests.end_to_end.program import MONDAY_NOON, SATURDAY_NIGHT

CHRISTMAS_EVE = "2026-12-24T18:00:00+02:00"
INDEPENDENCE_DAY = "2028-12-06T10:00:00+02:00"  # a Wednesday


@pytest.mark.parametrize(
    ("now", "sekasin", "staff"),
    [
        pytest.param(MONDAY_NOON, "auki nyt, sulkeutuu klo 24", "Joku heistä vastaa tähän", id="Monday noon"),
        pytest.param(SATURDAY_NIGHT, "auki nyt, sulkeutuu klo 24", "maanantaina klo 8", id="Saturday night"),
        pytest.param(CHRISTMAS_EVE, "sekasin", "maanantaina klo 8", id="Christmas Eve"),
        pytest.param(INDEPENDENCE_DAY, "sekasin", "huomenna klo 8", id="Independence Day"),
    ],
)
async def test_what_is_said_about_time_is_true(tmp_path: Path, now: str, sekasin: str, staff: str) -> None:
    """In danger, at any hour, a line that answers now stands first; staff are promised when they are there."""
    async with open_school(tmp_path, MATALA_NOW=now) as school:
        person, other = school.person(), school.person()

        danger = await school.answers_to(person, "haluun kuolla")
        asked = await school.answers_to(other, "/ihminen")

        assert sekasin in danger[0].text.casefold()
        assert "auki aina" in danger[0].text.split("\n\n")[1].split("\n")[0]
        assert staff in words(asked)
        assert school.telegram.violations == []


async def test_while_nobody_is_on_duty_the_bot_goes_on_answering(tmp_path: Path) -> None:
    """A case that waits over the weekend must not leave somebody without food until Monday."""
    async with open_school(tmp_path, MATALA_NOW=SATURDAY_NIGHT) as school:
        person = school.person()
        waiting = await school.answers_to(person, "/ihminen")

        heard = await school.answers_to(person, "mulla ei oo rahaa ruokaan")

        assert "Nyt auki:" in words(waiting)
        assert "Välitin tämänkin" in heard[0].text
        assert "raha" in heard[1].text
        assert "mulla ei oo rahaa ruokaan" in words(school.room.messages())
        assert school.telegram.violations == []
