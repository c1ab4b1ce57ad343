"""The `matala` command as tools and people call it: exit codes, lines in, lines out."""

import asyncio
import functools
import io
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from bot import cli
from bot.cli import main
from bot.commands_content import FIRST
from bot.program import open_database
from bot.settings import read_settings
from content.library import Library


@pytest.fixture(autouse=True)
def nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith("MATALA_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="module")
def loaded() -> Callable[[str], Library]:
    """Each pack, read once for all of these tests."""
    return functools.cache(cli.load)


@pytest.fixture(autouse=True)
def loads_once(monkeypatch: pytest.MonkeyPatch, loaded: Callable[[str], Library]) -> None:
    monkeypatch.setattr(cli, "load", loaded)


class Command:
    """Calls the command; what it printed is `out` and `err`."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch, self._capsys = monkeypatch, capsys
        self.out = self.err = ""

    def __call__(self, *arguments: str, given: str = "") -> int:
        self._monkeypatch.setattr("sys.stdin", io.StringIO(given))
        with pytest.raises(SystemExit) as end:
            main(arguments)
        self.out, self.err = self._capsys.readouterr()
        return int(end.value.code or 0)

    @property
    def lines(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.out.splitlines()]


@pytest.fixture
def matala(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    return Command(monkeypatch, capsys)


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("nonsense",),
        ("explain",),
        ("match",),
        ("evaluate",),
        ("staff-code",),
        ("check", "--pack", "sakky"),
        ("explain", "moi", "--role", "boss"),
        ("match", "--train", "not there.jsonl"),
        ("evaluate", "not there.jsonl"),
        ("staff-code", "--campus", "atlantis"),
    ],
)
def test_a_wrong_call_is_answered_with_2_and_a_way_to_find_out(
    arguments: tuple[str, ...], matala: Command
) -> None:
    assert matala(*arguments) == 2
    assert "usage" in matala.err or "--help" in matala.err
    assert "Traceback" not in matala.err


class TestClassify:
    LINES = "\n".join(
        [
            '{"id": 1, "text": "haluan tappaa itseni"}',
            "",
            '{"id": "b", "text": "mistä saan opintotukea?", "role": "guardian"}',
            '{"id": 3, "text": "..."}',
            '{"id": 4, "text": "hur får jag studiestöd?", "lang": "sv"}',
            '{"text": ""}',
        ]
    )

    def test_each_line_is_answered_in_its_order_and_in_its_form(self, matala: Command) -> None:
        assert matala("classify", given=self.LINES) == 0

        assert [line["id"] for line in matala.lines] == [1, "b", 3, 4, None]
        for line in matala.lines:
            assert list(line) == ["id", "lang", "topic", "candidates", "risk", "reason"]
            assert line["lang"] in {"fi", "sv", "en", "uk", "ru", "ar", "so", "et"}
            assert line["risk"] in {"none", "concern", "crisis", "emergency"}
            assert isinstance(line["candidates"], list)
            for topic, score in line["candidates"]:
                assert isinstance(topic, str)
                assert 0 <= score <= 100

    def test_danger_is_told_with_its_reason(self, matala: Command) -> None:
        matala("classify", given=self.LINES)

        assert matala.lines[0]["risk"] in {"crisis", "emergency"}
        assert matala.lines[0]["reason"]

    def test_what_is_about_nothing_has_no_topic(self, matala: Command) -> None:
        matala("classify", given=self.LINES)

        assert matala.lines[2]["topic"] is None

    def test_the_pack_can_be_chosen(self, matala: Command) -> None:
        assert matala("classify", "--pack", "sskky", given='{"id": 1, "text": "moi"}') == 0
        assert len(matala.lines) == 1

    @pytest.mark.parametrize(
        ("line", "why"),
        [
            ("moi", "line 2 is not JSON"),
            ('{"id": 1}', "line 2 lacks text"),
            ('["text"]', "line 2 lacks text"),
            ('{"id": 2, "text": 5}', "line 2: text must be a string"),
            ('{"id": 2, "text": null}', "line 2: text must be a string"),
            ('{"id": 2, "text": "moi", "role": 1}', "line 2: role must be student"),
            ('{"id": 2, "text": "moi", "langauge": "fi"}', "line 2 has 'langauge', which means nothing here"),
        ],
    )
    def test_a_bad_line_is_named_and_the_lines_before_it_are_answered(
        self, line: str, why: str, matala: Command
    ) -> None:
        assert matala("classify", given=f'{{"id": 1, "text": "moi"}}\n{line}\n') == 2

        assert why in matala.err
        assert len(matala.lines) == 1


class TestMatch:
    @pytest.fixture
    def train(self, tmp_path: Path) -> str:
        path = tmp_path / "pairs.jsonl"
        pairs = [
            ("card", "I lost my card"),
            ("card", "my card is gone"),
            ("money", "how do I transfer money"),
            ("money", "send money to a friend"),
        ]
        path.write_text("\n".join(json.dumps({"text": text, "label": label}) for label, text in pairs))
        return str(path)

    def test_queries_are_ranked_by_the_labels_given(self, train: str, matala: Command) -> None:
        given = '{"id": 7, "text": "my card is lost"}\n{"id": 8, "text": "transfer money to friend"}\n'

        assert matala("match", "--train", train, given=given) == 0

        assert [line["id"] for line in matala.lines] == [7, 8]
        best = [line["candidates"][0][0] for line in matala.lines]  # type: ignore[index]
        assert best == ["card", "money"]

    def test_pairs_without_label_are_named(self, tmp_path: Path, matala: Command) -> None:
        (tmp_path / "bad.jsonl").write_text('{"text": "x", "label": "y"}\n{"text": "x"}\n')

        assert matala("match", "--train", str(tmp_path / "bad.jsonl")) == 2
        assert "line 2 lacks label" in matala.err


def test_explain_shows_a_person_how_a_text_is_understood(matala: Command) -> None:
    assert matala("explain", "mä en jaksa enää elää") == 0

    assert "jaksa" in matala.out
    assert "crisis" in matala.out.lower() or "emergency" in matala.out.lower()


def test_evaluate_prints_figures(tmp_path: Path, matala: Command) -> None:
    (tmp_path / "labelled.jsonl").write_text(
        '{"text": "haluan tappaa itseni", "risk": "crisis", "topics": ["suicidal-thoughts"], "lang": "fi"}\n'
    )

    assert matala("evaluate", str(tmp_path / "labelled.jsonl")) == 0

    assert "100.0 % (1/1)" in matala.out


def test_evaluate_names_a_bad_line(tmp_path: Path, matala: Command) -> None:
    (tmp_path / "bad.jsonl").write_text("moi\n")

    assert matala("evaluate", str(tmp_path / "bad.jsonl")) == 2
    assert "bad.jsonl" in matala.err


def test_check_says_that_the_packs_are_in_order(matala: Command) -> None:
    assert matala("check", "--seconds", "0") == 0
    assert matala.out.splitlines()[-1].startswith("The packs are in order")
    assert "--all tries every one" in matala.out.splitlines()[-2]
    for title in (line for line in matala.out.splitlines() if line.endswith(")") and line[0] != " "):
        assert matala.out.split(title)[1].split("\n\n")[0].count("warning:") <= FIRST


def test_check_lists_what_to_review_by_owner(matala: Command) -> None:
    assert matala("check", "--stale") == 0
    assert matala.out.startswith("common (")
    assert ".yaml:" in matala.out.splitlines()[1]
    assert matala.out.splitlines()[-1].endswith("to review.")


def test_a_wrong_setting_ends_with_1_and_one_line(monkeypatch: pytest.MonkeyPatch, matala: Command) -> None:
    monkeypatch.setenv("MATALA_LISTEN", "zq")

    assert matala("explain", "moi") == 1
    assert matala.err == "matala: MATALA_LISTEN must look like 127.0.0.1:8080\n"


def test_a_file_in_another_encoding_is_named(tmp_path: Path, matala: Command) -> None:
    """A table program's export, as a rule."""
    (tmp_path / "pairs.jsonl").write_bytes(b'{"text": "\xe4", "label": "a"}\n')

    assert matala("match", "--train", "pairs.jsonl") == 2
    assert "pairs.jsonl is not written in UTF-8" in matala.err


def test_settings_in_another_encoding_end_with_1_and_one_line(tmp_path: Path, matala: Command) -> None:
    (tmp_path / ".env").write_bytes(b"MATALA_PACK=\xe4\n")

    assert matala("explain", "moi") == 1
    assert matala.err == "matala: .env is not written in UTF-8: save it so\n"


def test_an_impossible_database_address_ends_with_1_and_one_line(
    monkeypatch: pytest.MonkeyPatch, matala: Command
) -> None:
    monkeypatch.setenv("MATALA_DATABASE_URL", "postgresql://u:zqpass@localhost:abc/x")

    assert matala("staff-chats") == 1
    assert "The database address must begin with" in matala.err
    assert "zqpass" not in matala.err


def test_a_pack_that_is_not_there_ends_with_1(matala: Command) -> None:
    assert matala("explain", "moi", "--pack", "nosuch") == 1
    assert "nosuch" in matala.err


def test_a_staff_code_is_made_and_printed(matala: Command) -> None:
    asyncio.run(_first_start())

    assert matala("staff-code", "--campus", "kuopio") == 0

    assert matala.out.strip()
    assert matala.out.count("\n") == 1


def test_a_command_beside_the_program_makes_no_database_of_its_own(tmp_path: Path, matala: Command) -> None:
    """In the wrong folder it would print a code that the running bot has never heard of."""
    assert matala("staff-code", "--campus", "kuopio") == 1

    assert "MATALA_DATA_DIR" in matala.err
    assert not (tmp_path / "data" / "secret.key").exists()


def test_a_lost_key_is_not_replaced_beside_a_database(tmp_path: Path, matala: Command) -> None:
    """A new one, with the advice to keep it well, would soon be copied over the good backup."""
    asyncio.run(_first_start())
    (tmp_path / "data" / "secret.key").unlink()

    assert matala("staff-chats") == 1

    assert "bring the key back" in matala.err
    assert not (tmp_path / "data" / "secret.key").exists()


async def _first_start() -> None:
    await (await open_database(read_settings())).close()


def test_a_staff_code_without_a_database_ends_with_1_and_one_line(
    monkeypatch: pytest.MonkeyPatch, matala: Command
) -> None:
    monkeypatch.setenv("MATALA_DATABASE_URL", "postgresql://u:zqpass@127.0.0.1:1/none")

    assert matala("staff-code", "--campus", "*") == 1

    [line] = [line for line in matala.err.splitlines() if line.startswith("matala: ")]
    assert "The database is away" in line
    assert "zqpass" not in matala.err


def test_the_version_is_told(matala: Command) -> None:
    with pytest.raises(SystemExit) as ended:
        cli._parser().parse_args(["--version"])

    assert ended.value.code == 0


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (
            '{"text": "moi", "risk": "none", "topic": "greeting"}',
            "line 1 has 'topic', which means nothing here",
        ),
        ('{"text": "moi", "risk": "none", "topics": "greeting"}', "line 1: topics must be a list"),
        ('{"text": "moi", "risk": "none", "topics": [1]}', "line 1: topics must be a list"),
        ('{"text": "moi"}', "line 1 lacks risk"),
    ],
)
def test_a_labelled_file_that_is_none_is_refused_with_line_and_reason(
    line: str, why: str, tmp_path: Path, matala: Command
) -> None:
    (tmp_path / "labelled.jsonl").write_text(line + "\n")

    assert matala("evaluate", "labelled.jsonl") == 2

    assert why in matala.err
    assert "labelled.jsonl" in matala.err


def test_a_misspelt_variable_is_warned_about_without_its_value(
    monkeypatch: pytest.MonkeyPatch, matala: Command
) -> None:
    monkeypatch.setenv("MATALA_TELEGRAM_TOKN", "zqvalue")

    assert matala("explain", "moi") == 0

    assert "MATALA_TELEGRAM_TOKN is no setting: did you mean MATALA_TELEGRAM_TOKEN?" in matala.err
    assert "zqvalue" not in matala.err
