"""Answers are measured as they go out, with their services: what is cut in two is read half."""

from datetime import datetime
from pathlib import Path

import pytest

from bot.checking_messages import too_long
from content.checkup import Pack
from content.hours import HELSINKI
from content.index import Index
from content.library import PACKS_DIR, load
from content.sources import gather, pack_names
from tests.content.conftest import Packs


def pack_of(packs: Packs) -> Pack:
    for button in ("more", "helped", "not_helped", "not_meant", "human"):
        packs.add("common/texts.yaml", f"  button.{button}: {{fi: nappi}}\n")
    for text in ("open.always", "open.closed"):
        packs.add("common/texts.yaml", f"  {text}: {{fi: auki}}\n")
    for text in (
        "answer.all_services",
        "answer.who_answers_now",
        "open.until",
        "open.from",
        "time.today",
        "answer.speaks",
        "answer.page_in",
    ):
        packs.add("common/texts.yaml", f"  {text}: {{fi: milloin}}\n")
    for language in ("fi", "sv", "en"):
        packs.add("common/texts.yaml", f"  spoken.{language}: {{fi: kieli}}\n")
    return Pack(Index(gather("school", packs.folder)), load("school", packs.folder, packs.folder / "cache"))


@pytest.fixture
def packs(tmp_path: Path) -> Packs:
    return Packs(tmp_path)


def test_an_answer_too_long_with_its_services_is_told(packs: Packs, noon: datetime) -> None:
    """Each text alone would fit; neither the keeper of topics nor that of services would notice."""
    packs.edit("common/topics/wellbeing.yaml", "Kerro kuraattorille.", "Kerro kuraattorille. " * 120)
    packs.edit("school/services.yaml", "Kun on jotain kerrottavaa.", "Kun on jotain kerrottavaa. " * 80)

    (warning,) = too_long(pack_of(packs), noon)

    assert packs.shown(str(warning)).startswith('common/topics/wellbeing.yaml:7: warning: "anxiety" takes 48')
    assert "(fi, student, kuopio of school)" in warning.message


def test_answers_of_a_usual_length_are_not(packs: Packs, noon: datetime) -> None:
    assert list(too_long(pack_of(packs), noon)) == []


# What is open, and so what is said of it, differs most here.
MOMENTS = [
    pytest.param("2026-11-24 12:00", id="a Tuesday at noon"),
    pytest.param("2026-11-27 20:30", id="a Friday evening"),
    pytest.param("2026-11-27 23:59", id="just before midnight"),
    pytest.param("2026-11-28 00:01", id="just after midnight"),
    pytest.param("2026-12-24 18:00", id="Christmas Eve"),
    pytest.param("2027-06-26 10:00", id="Midsummer Day"),
    pytest.param("2027-07-14 13:00", id="July"),
    pytest.param("2027-03-28 03:30", id="the hour that is not, in spring"),
    pytest.param("2026-10-25 03:30", id="the hour that comes twice, in autumn"),
]


@pytest.fixture(scope="module", params=pack_names(PACKS_DIR))
def school(request: pytest.FixtureRequest) -> Pack:
    return Pack(Index(gather(request.param, PACKS_DIR)), load(request.param))


@pytest.mark.parametrize("moment", MOMENTS)
def test_every_answer_of_ours_fits_a_message_at_any_hour(school: Pack, moment: str) -> None:
    """Of each topic, for each role, campus and language; after its question and with all its services too."""
    now = datetime.fromisoformat(moment).replace(tzinfo=HELSINKI)

    assert [str(each) for each in too_long(school, now)] == []
