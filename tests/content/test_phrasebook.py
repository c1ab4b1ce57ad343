"""Phrases are written into a file as a person would write them: nothing else in it changes."""

import shutil
from pathlib import Path

import pytest

from content.faults import ContentError
from content.library import PACKS_DIR, Shelf, load
from content.phrasebook import CannotAttach, attach, with_phrases
from intents.language import Language

FI, SV, EN = Language.FI, Language.SV, Language.EN
FILE = """\
# What people write about meals.
topic: meals
phrases:
  fi:
    - ruokalista # the commonest
    - "mitä: on ruokana"

    # from the canteen's own people
    - >-
      pitkä
      rivi
  en:
    - lunch
words:
  fi:
    strong: ruoka
"""


def added(before: str, after: str) -> list[str]:
    """Return the lines that came; fail if another line changed."""
    rest = iter(before.splitlines(keepends=True))
    waiting = next(rest, None)
    came = []
    for line in after.splitlines(keepends=True):
        if line == waiting:
            waiting = next(rest, None)
        else:
            came.append(line)
    assert waiting is None
    return came


def test_a_phrase_comes_after_the_last_of_its_language() -> None:
    after = with_phrases(FILE, [(FI, "mitä tänään syötäis"), (EN, "what's for lunch")])

    assert added(FILE, after) == ["    - mitä tänään syötäis\n", "    - what's for lunch\n"]
    assert after.index("rivi\n    - mitä tänään syötäis\n  en:") > 0


def test_a_language_that_was_not_there_comes_after_the_others() -> None:
    after = with_phrases(FILE, [(SV, "vad blir det för mat")])

    assert added(FILE, after) == ["  sv:\n", "    - vad blir det för mat\n"]
    assert after.index("    - lunch\n  sv:\n") > 0


def test_a_file_without_phrases_gets_its_first() -> None:
    assert with_phrases("topic: meals\n", [(FI, "ruoka")]) == "topic: meals\nphrases:\n  fi:\n    - ruoka\n"


@pytest.mark.parametrize(
    "phrase",
    [
        "a: b",
        "- a",
        "#a",
        "a #b",
        "'a",
        '"a" b',
        "true",
        "null",
        "112",
        "@a",
        "!: x",
        "[nimi]",
        "a\\b",
        "👀",
        "?",
        "<<",
    ],
)
def test_whatever_people_write_is_read_back_as_it_was(phrase: str) -> None:
    """What was added is compared with what is read back, else nothing is written."""
    assert len(added(FILE, with_phrases(FILE, [(FI, phrase)]))) == 1


def test_the_ends_of_lines_stay_as_they_are() -> None:
    before = FILE.replace("\n", "\r\n")

    assert added(before, with_phrases(before, [(FI, "ruoka")])) == ["    - ruoka\r\n"]


def test_a_last_line_without_an_end_gets_one() -> None:
    before = "topic: meals\nphrases:\n  fi:\n    - ruoka"

    assert with_phrases(before, [(FI, "leipä")]) == before + "\n    - leipä\n"


@pytest.mark.parametrize(
    "before",
    [
        pytest.param("topic: meals\nphrases: {fi: [a, b]}\n", id="braces"),
        pytest.param("topic: meals\nphrases:\n  fi: [a, b]\n", id="brackets"),
        pytest.param("- a\n", id="a list"),
    ],
)
def test_a_file_that_is_written_otherwise_is_left_to_a_person(before: str) -> None:
    with pytest.raises(CannotAttach):
        with_phrases(before, [(FI, "c")])


class TestAttach:
    @pytest.fixture
    def packs(self, tmp_path: Path) -> Path:
        """The packs as they go out, to be changed."""
        shutil.copytree(PACKS_DIR, tmp_path / "packs")
        return tmp_path / "packs"

    def test_a_phrase_goes_to_the_common_file_of_its_topic_and_is_understood_after_a_reload(
        self, packs: Path, tmp_path: Path
    ) -> None:
        """No restart: the shelf swaps the library."""
        shelf = Shelf(load("sakky", packs, tmp_path / "cache"), packs, tmp_path / "cache")
        assert shelf.library.reader.understand("kvzqx flrbn").topic is None

        done = attach("meals", [(FI, "kvzqx flrbn")], pack="sakky", packs_dir=packs)
        faults = shelf.reload()

        assert done.file == packs / "common" / "phrases" / "meals.yaml"
        assert "+    - kvzqx flrbn" in done.diff.splitlines()
        assert faults == []
        assert shelf.library.reader.understand("kvzqx flrbn").topic == "meals"

    def test_a_keeper_may_name_the_file_of_a_school(self, packs: Path) -> None:
        school = packs / "sakky" / "phrases" / "meals.yaml"
        common = packs / "common" / "phrases" / "meals.yaml"
        before = common.read_text()

        attach("meals", [(FI, "kvzqx flrbn")], pack="sakky", file=school, packs_dir=packs)

        assert "    - kvzqx flrbn\n" in school.read_text()
        assert common.read_text() == before

    def test_what_stands_there_already_is_not_written_again(self, packs: Path) -> None:
        file = packs / "common" / "phrases" / "meals.yaml"
        attach("meals", [(FI, "kvzqx flrbn")], pack="sakky", packs_dir=packs)
        before = file.read_text()

        again = attach("meals", [(FI, "Kvzqx  FLRBN!")], pack="sakky", packs_dir=packs)

        assert (again.added, again.diff) == ((), "")
        assert file.read_text() == before

    def test_what_would_bring_the_packs_into_disorder_leaves_the_file_as_it_was(self, packs: Path) -> None:
        """The same words cannot be two topics'."""
        attach("meals", [(FI, "kvzqx flrbn")], pack="sakky", packs_dir=packs)
        file = packs / "common" / "phrases" / "travel.yaml"
        before = file.read_text()

        with pytest.raises(ContentError, match="is also a phrase of"):
            attach("travel", [(FI, "kvzqx flrbn")], pack="sakky", packs_dir=packs)

        assert file.read_text() == before

    @pytest.mark.parametrize(
        ("topic", "file"),
        [
            pytest.param("no-such-topic", None, id="no such topic"),
            pytest.param("meals", "common/phrases/travel.yaml", id="the file of another topic"),
            pytest.param("meals", "common/texts.yaml", id="no file of phrases"),
            pytest.param("meals", "../meals.yaml", id="outside the packs"),
        ],
    )
    def test_a_place_that_is_none_is_refused(self, packs: Path, topic: str, file: str | None) -> None:
        with pytest.raises(CannotAttach):
            attach(
                topic,
                [(FI, "kvzqx flrbn")],
                pack="sakky",
                file=None if file is None else packs / file,
                packs_dir=packs,
            )
