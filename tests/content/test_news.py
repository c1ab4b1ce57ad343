"""Bulletins: valid from a day until a day, one message long, and no two alike by name."""

from datetime import UTC, datetime

import pytest

from tests.content.conftest import Packs

NEWS = """\
news:
  - id: evening
    title: {fi: Ilta, sv: Kväll, en: Evening}
    text: {fi: Tervetuloa., sv: Välkommen., en: Welcome.}
    audience: [guardian]
    campuses: [kuopio]
    valid_from: "2026-11-23"
    valid_until: "2026-11-25"
"""


@pytest.mark.parametrize(
    ("moment", "is_valid"),
    [
        pytest.param(
            datetime(2026, 11, 22, 21, 59, tzinfo=UTC), False, id="a minute before its first midnight"
        ),
        pytest.param(datetime(2026, 11, 22, 22, 0, tzinfo=UTC), True, id="from midnight in Helsinki"),
        pytest.param(datetime(2026, 11, 25, 21, 59, tzinfo=UTC), True, id="through its last day"),
        pytest.param(datetime(2026, 11, 25, 22, 0, tzinfo=UTC), False, id="not a minute longer"),
    ],
)
def test_a_bulletin_is_news_from_a_day_until_a_day(packs: Packs, moment: datetime, is_valid: bool) -> None:
    packs.write("school/news/autumn.yaml", NEWS)

    assert packs.load().news["evening"].is_valid(moment) is is_valid


@pytest.mark.parametrize(
    ("old", "new"),
    [("Tervetuloa.", "Tervetuloa!"), ("[guardian]", "[guardian, student]"), ("2026-11-25", "2026-11-26")],
)
def test_whatever_readers_or_staff_would_see_differently_is_another_version(
    packs: Packs, old: str, new: str
) -> None:
    packs.write("school/news/autumn.yaml", NEWS)
    before = packs.load().news["evening"].version
    packs.edit("school/news/autumn.yaml", old, new)

    assert packs.load().news["evening"].version != before


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        pytest.param("2026-11-25", "2026-11-20", '"valid_until" is before', id="over before it begins"),
        pytest.param("[guardian]", "[parents]", "unknown value", id="no such role"),
        pytest.param("[guardian]", "[]", "is empty", id="for nobody"),
        pytest.param("[kuopio]", "[salo]", 'no campus "salo"', id="no such campus"),
        pytest.param("Tervetuloa.", "a" * 3001, "at most 3000", id="too long for one message"),
        pytest.param("Ilta", "I" * 121, "at most 120", id="a title of a page"),
        pytest.param("Tervetuloa.", "Soita 017 214 3000.", "who says so", id="a number nobody vouches for"),
    ],
)
def test_a_fault_names_its_line(packs: Packs, old: str, new: str, fault: str) -> None:
    packs.write("school/news/autumn.yaml", NEWS.replace(old, new, 1))

    found = packs.faults()

    assert found[0].startswith("school/news/autumn.yaml:")
    assert any(fault in each for each in found)


def test_a_number_that_somebody_vouches_for_may_stand_there(packs: Packs) -> None:
    words = NEWS.replace("Tervetuloa.", "Soita 017 214 3000.") + "    source: rehtori 20.11.2026\n"
    packs.write("school/news/autumn.yaml", words)

    assert packs.faults() == []


def test_a_language_that_lacks_is_a_warning(packs: Packs) -> None:
    packs.write("school/news/autumn.yaml", NEWS.replace(", en: Welcome.", ""))

    assert any("lacks en" in line for line in packs.check())
