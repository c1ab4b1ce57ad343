"""What keepers call: new-pack, export and import, as lines in and lines out."""

import json
from pathlib import Path

import pytest

from bot import commands_content
from bot.cli import main
from tests.content.conftest import Packs
from tests.content.test_importing import FILE, ROW, table


@pytest.fixture
def packs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Packs:
    monkeypatch.setattr(commands_content, "PACKS_DIR", tmp_path / "packs")
    monkeypatch.chdir(tmp_path)
    return Packs(tmp_path / "packs")


@pytest.fixture
def offer(tmp_path: Path) -> Path:
    path = tmp_path / "offer.csv"
    path.write_text(table(ROW, {**ROW, "id": "curator-kuopio"}), encoding="utf-8")
    return path


def code_of(*arguments: str) -> int:
    with pytest.raises(SystemExit) as end:
        main(arguments)
    return int(end.value.code or 0)


def test_an_import_reports_what_became_of_each(
    packs: Packs, offer: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert code_of("import", str(offer), "--pack", "school") == 1  # one was refused

    out = capsys.readouterr().out
    assert (
        "new        1\n  youth-centre\nchanged    0\nunchanged  0\nrefused    1\n  curator-kuopio (line 3): kept by"
        in out
    )
    assert f"In packs/{FILE}, all unverified" in out


def test_what_is_stale_ends_with_where_the_flags_of_staff_are(
    packs: Packs, capsys: pytest.CaptureFixture[str]
) -> None:
    """They are in the database, and a keeper who looks for what to review must learn of them."""
    assert code_of("check", "--stale") == 0

    *_, flags, number = capsys.readouterr().out.splitlines()
    assert packs.folder.name == "packs"
    assert flags.endswith("matala flagged")
    assert number == "1 to review."


def test_the_template_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert code_of("import", "--template") == 0
    assert capsys.readouterr().out.startswith("id,name_fi,")


def test_an_import_of_nothing_is_a_wrong_call(capsys: pytest.CaptureFixture[str]) -> None:
    assert code_of("import") == 2
    assert "matala import --help" in capsys.readouterr().err


def test_an_import_that_cannot_be_is_one_line(packs: Packs, capsys: pytest.CaptureFixture[str]) -> None:
    assert code_of("import", "not there.csv", "--pack", "school") == 1
    assert capsys.readouterr().err == "matala: not there.csv cannot be read: No such file or directory\n"


def test_an_export_gives_out_what_people_are_shown(packs: Packs, capsys: pytest.CaptureFixture[str]) -> None:
    assert code_of("export", "hsds", "--pack", "school") == 0
    shown = json.loads(capsys.readouterr().out)["contents"]
    assert code_of("export", "hsds", "--pack", "school", "--all") == 0
    every = json.loads(capsys.readouterr().out)["contents"]

    assert {each["status"] for each in shown} == {"active"}
    assert [each["name"] for each in every if each["status"] == "inactive"] == ["Palvelupiste"]


def test_a_pack_is_made_once(packs: Packs, capsys: pytest.CaptureFixture[str]) -> None:
    assert code_of("new-pack", "keski-opisto") == 0
    assert "made packs/keski-opisto/pack.yaml" in capsys.readouterr().out

    assert code_of("new-pack", "keski-opisto") == 1
    assert "is there already" in capsys.readouterr().err
