"""What was learnt is kept on disk: once learnt, read back; whatever is wrong with it, learnt again."""

import os
import time
from pathlib import Path

import pytest

from content import learnt
from content.learnt import KEPT, recall
from intents.knowledge import Example, Knowledge


@pytest.fixture
def examples(monkeypatch: pytest.MonkeyPatch) -> list[Example]:
    """Few, but treated as many."""
    monkeypatch.setattr(learnt, "FEW", 2)
    return [Example("unohdin salasanan", topic="accounts"), Example("ruokalista", topic="meals")]


def recalled(examples: list[Example], folder: Path) -> Knowledge:
    return recall([example.text for example in examples], lambda: examples, folder)


def states(folder: Path) -> list[Path]:
    return sorted(folder.iterdir())


def test_the_second_time_nothing_is_learnt(
    examples: list[Example], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = recalled(examples, tmp_path)
    monkeypatch.setattr(learnt, "_learn_apart", lambda *_: pytest.fail("learnt again"))

    second = recalled(examples, tmp_path)

    assert second.topics == first.topics == ("accounts", "meals")


def test_a_changed_example_is_learnt(examples: list[Example], tmp_path: Path) -> None:
    recalled(examples, tmp_path)
    recalled([*examples, Example("kerho", topic="hobbies")], tmp_path)

    assert len(states(tmp_path)) == 2


def test_a_damaged_state_is_learnt_again(examples: list[Example], tmp_path: Path) -> None:
    recalled(examples, tmp_path)
    (state,) = states(tmp_path)
    (state / "weights.npy").write_bytes(b"broken")

    assert recalled(examples, tmp_path).topics == ("accounts", "meals")
    assert (state / "weights.npy").stat().st_size > 100


def test_a_state_that_lacks_a_part_is_learnt_again(examples: list[Example], tmp_path: Path) -> None:
    recalled(examples, tmp_path)
    (state,) = states(tmp_path)
    (state / "codes.npy").unlink()

    assert recalled(examples, tmp_path).topics == ("accounts", "meals")


def test_where_nothing_can_be_kept_it_is_learnt_each_time(
    examples: list[Example], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A start must not depend on a cache."""
    no_folder = tmp_path / "file"
    no_folder.write_text("in the way")

    assert recalled(examples, no_folder).topics == ("accounts", "meals")
    assert "cannot be kept" in caplog.text


def test_old_states_go(examples: list[Example], tmp_path: Path) -> None:
    for number in range(KEPT + 2):
        recalled([*examples, Example(f"kerho {number}", topic="hobbies")], tmp_path)

    assert len(states(tmp_path)) == KEPT


def test_what_a_killed_process_left_goes(examples: list[Example], tmp_path: Path) -> None:
    """Somebody else's work of the last hour stays: it may be going on."""
    left, others = tmp_path / "learning-left", tmp_path / "learning-others"
    for folder in (left, others):
        folder.mkdir()
        (folder / "codes.npy").touch()
    two_hours_ago = time.time() - 7200
    os.utime(left, (two_hours_ago, two_hours_ago))

    recalled(examples, tmp_path)

    assert not left.exists()
    assert others.exists()


def test_a_process_that_fails_is_not_the_end(
    examples: list[Example], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(learnt.sys, "executable", "false")

    assert recalled(examples, tmp_path).topics == ("accounts", "meals")
    assert "cannot be kept" in caplog.text
    assert states(tmp_path) == []


def test_few_examples_are_not_worth_a_file(tmp_path: Path) -> None:
    recalled([Example("moi", topic="greeting")], tmp_path)

    assert states(tmp_path) == []


def test_parts_are_done_side_by_side_and_come_back_in_their_order() -> None:
    assert list(learnt._side_by_side(sorted, ["cab", "fed", "ihg"])) == [[*"abc"], [*"def"], [*"ghi"]]


def test_a_part_that_fails_elsewhere_is_heard_of(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(EOFError):
        learnt._side_by_side(len, ["fine", 7])

    assert "object of type 'int' has no len()" in capfd.readouterr().err
