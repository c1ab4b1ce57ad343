"""A third school begins with a pack that is valid at once, and touches no code."""

import shutil
from pathlib import Path

import pytest

from content.index import Index
from content.library import PACKS_DIR, check
from content.new_pack import PackRefused, make
from content.sources import gather


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The real common, beside which a school is made."""
    shutil.copytree(PACKS_DIR / "common", tmp_path / "common")
    return tmp_path


def test_a_new_pack_is_valid_at_once(folder: Path) -> None:
    make("keski-opisto", folder)

    assert [str(fault) for fault in check(folder) if not fault.is_warning] == []


def test_it_says_what_to_fill_in(folder: Path) -> None:
    files = make("keski-opisto", folder)

    assert [path.name for path in files] == [
        "pack.yaml",
        "services.yaml",
        "topics.yaml",
        "ladder.yaml",
        "events.yaml",
        "news.yaml",
    ]
    assert all("TÄYTÄ" in path.read_text(encoding="utf-8") for path in files)


def test_it_shows_nobody_a_contact_that_nobody_checked(folder: Path) -> None:
    make("keski-opisto", folder)

    assert (
        "verified: true"
        not in (folder / "keski-opisto/services.yaml").read_text(encoding="utf-8").split("services:")[1]
    )


def test_its_examples_of_events_and_news_are_shown_to_nobody(folder: Path) -> None:
    make("keski-opisto", folder)

    index = Index(gather("keski-opisto", folder))

    assert (dict(index.events), dict(index.news)) == ({}, {})


def test_its_examples_are_valid_when_their_signs_are_taken_away(folder: Path) -> None:
    """As their first lines say: a keeper copies them, and the first try must not fail."""
    make("keski-opisto", folder)
    for file in ("events/events.yaml", "news/news.yaml"):
        path = folder / "keski-opisto" / file
        head, example = path.read_text(encoding="utf-8").split(": []\n")
        path.write_text(f"{head}:\n{example.replace('#  ', '  ')}", encoding="utf-8")

    index = Index(gather("keski-opisto", folder))

    assert [str(fault) for fault in check(folder) if not fault.is_warning] == []
    assert list(index.events) == ["kahvit-kirjastossa"]
    assert list(index.news) == ["vanhempainilta-tammi-2027"]


@pytest.mark.parametrize(
    ("name", "why"),
    [
        pytest.param("common", "cannot be a pack", id="the common pack"),
        pytest.param("Keskiopisto", "cannot be a pack", id="a capital letter"),
        pytest.param("../up", "cannot be a pack", id="a path"),
        pytest.param("twice", "is there already", id="a pack that is there"),
    ],
)
def test_a_name_that_cannot_be_is_refused(folder: Path, name: str, why: str) -> None:
    (folder / "twice").mkdir()

    with pytest.raises(PackRefused, match=why):
        make(name, folder)


def test_a_folder_that_holds_no_packs_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PackRefused, match="has no pack common"):
        make("keski-opisto", tmp_path)
