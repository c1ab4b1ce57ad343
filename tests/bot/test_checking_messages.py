"""Answers are measured as they go out, with their services: what is cut in two is read half."""

from datetime import datetime
from pathlib import Path

import pytest

from bot.checking_messages import too_long
from content.checkup import Pack
from content.index import Index
from content.library import load
from content.sources import gather
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
