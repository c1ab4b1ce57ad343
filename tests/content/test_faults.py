"""Reading YAML so that a keeper finds the line that is wrong."""

from pathlib import Path

import pytest

from content.faults import ContentError, Fault, ReadError, read


def write(folder: Path, text: str) -> Path:
    path = folder / "file.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def why(path: Path) -> list[tuple[int, str]]:
    with pytest.raises(ReadError) as refused:
        read(path)
    return [(fault.line, fault.message) for fault in refused.value.faults]


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        pytest.param("a: 1\n\tb: 2", 2, "use spaces, not tabs", id="tab"),
        pytest.param("a:\n  b: 1\n c: 2", 3, "indentation", id="indentation"),
        pytest.param("a: 1\nfi: Moi: mitä", 2, "in quotes", id="colon in plain text"),
        pytest.param("a: [1,\n  2\nb: 1", 3, "brackets", id="open bracket"),
        pytest.param('a: 1\nb: "x', 2, "quotes", id="open quote"),
        pytest.param("a: 1\nb: 2\na: 3", 3, 'the key "a" stands twice', id="key twice"),
        pytest.param("- 1\n- {b: 2, b: 3}", 2, 'the key "b" stands twice', id="key twice on one line"),
        pytest.param("1: a", 1, "not text", id="number as key"),
        pytest.param("? [a]\n: 1", 1, "not text", id="list as key"),
        pytest.param("a: *x", 1, "&name", id="unknown alias"),
        pytest.param("a: &x\n  - *x", 1, "contains itself", id="endless anchor"),
        pytest.param("a: 1\n---\nb: 1", 2, "second document", id="second document"),
        pytest.param("a: @x", 1, "in quotes", id="reserved sign"),
        pytest.param("", 1, "empty", id="empty"),
        pytest.param("# only a comment\n", 1, "empty", id="only a comment"),
        pytest.param("a: 1\nb: \x01", 2, "control characters", id="control character"),
    ],
)
def test_broken_yaml_is_told_with_its_line(tmp_path: Path, text: str, line: int, says: str) -> None:
    (found, message), *rest = why(write(tmp_path, text))

    assert (found, rest) == (line, [])
    assert says in message


def test_a_file_that_is_not_utf8_is_told_with_its_line(tmp_path: Path) -> None:
    """Windows editors save ä in one byte."""
    path = tmp_path / "file.yaml"
    path.write_bytes("a: 1\nb: ä\n".encode("latin-1"))

    assert why(path) == [(2, "this is not UTF-8; save the file as UTF-8")]


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    ((line, message),) = why(tmp_path / "file.yaml")

    assert line == 1
    assert "cannot be read" in message


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("no", "no"),
        ("on", "on"),
        ("yes", "yes"),
        ("9:30", "9:30"),
        ("2024-05-01", "2024-05-01"),
        ("0800 97899", "0800 97899"),
        ("007", "007"),
        ("1.5", "1.5"),
        ("112", 112),
        ('"112"', "112"),
        ("'true'", "true"),
        ("true", True),
        ("false", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("|\n  a\n  b", "a\nb"),
        ("[a, b]", ["a", "b"]),
        ("{b: c}", {"b": "c"}),
    ],
)
def test_plain_words_stay_words(tmp_path: Path, written: str, meant: object) -> None:
    """ "no" is something that people write to us, not false."""
    assert read(write(tmp_path, f"a: {written}")).value == {"a": meant}


def test_anchors_and_merges_work(tmp_path: Path) -> None:
    document = read(write(tmp_path, "a: &x {b: 1, c: 2}\nd: {<<: *x, c: 3}\ne: *x\n"))

    assert document.value["d"] == {"b": 1, "c": 3}
    assert document.value["e"] == {"b": 1, "c": 2}


def test_each_place_knows_its_line(tmp_path: Path) -> None:
    document = read(write(tmp_path, "a:\n  - b: 1\n    c:\n      - x\n      - y\n"))

    lines = [document.line(where) for where in [("a",), ("a", 0, "b"), ("a", 0, "c"), ("a", 0, "c", 1)]]

    assert lines == [1, 2, 3, 5]


def test_what_is_missing_stands_where_it_should_be(tmp_path: Path) -> None:
    document = read(write(tmp_path, "a:\n  - b: 1\n"))

    assert document.line(("a", 0, "missing", "fi")) == 2


def test_faults_are_told_once_and_in_order() -> None:
    faults = [
        Fault("b.yaml", 2, "x"),
        Fault("a.yaml", 10, "y"),
        Fault("a.yaml", 9, "z"),
        Fault("b.yaml", 2, "x"),
    ]

    assert str(ContentError(faults)) == "a.yaml:9: z\na.yaml:10: y\nb.yaml:2: x"


def test_a_warning_says_that_it_is_one() -> None:
    assert str(Fault("a.yaml", 9, "odd; look", is_warning=True)) == "a.yaml:9: warning: odd; look"
