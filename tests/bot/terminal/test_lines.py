"""A rehearsal by lines: what each line means, and the whole way through the real command."""

import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterable
from pathlib import Path

import pytest

from bot.terminal.lines import Line, LineView, parse, read_lines
from bot.terminal.words import Side
from tests.bot.terminal.conftest import Stage, environment

STUDENT, STAFF = Side.STUDENT, Side.STAFF


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        pytest.param("moi", Line(STUDENT, "moi"), id="nobody named"),
        pytest.param("opiskelija: moi", Line(STUDENT, "moi"), id="student"),
        pytest.param("Henkilökunta:hei", Line(STAFF, "hei"), id="staff"),
        pytest.param("henkilokunta: hei", Line(STAFF, "hei"), id="without dots"),
        pytest.param("opiskelija> 1", Line(STUDENT, "1", is_press=True), id="press"),
        pytest.param("henkilökunta> Otan tämän", Line(STAFF, "Otan tämän", is_press=True), id="label"),
        pytest.param("kello 12:30", Line(STUDENT, "kello 12:30"), id="a colon in a text"),
        pytest.param("klo: 12", Line(STUDENT, "klo: 12"), id="another word before a colon"),
        pytest.param("> 1", Line(STUDENT, "> 1"), id="a press of nobody"),
        pytest.param("henkilökunta: // jää", Line(STAFF, "// jää"), id="note"),
        pytest.param("  ", None, id="nothing"),
    ],
)
def test_a_line_says_who_does_what(line: str, wanted: Line | None) -> None:
    assert parse(line) == wanted


async def _each(lines: Iterable[str]) -> AsyncIterator[str | None]:
    for line in lines:
        yield line


async def talk(stage: Stage, *lines: str) -> list[str]:
    said: list[str] = []
    stage.rehearsal.transcript.view = LineView(stage.rehearsal, said.append)
    await stage.conversation.run(_each(lines))
    return said


async def test_buttons_are_pressed_by_number_and_by_label(stage: Stage) -> None:
    said = await talk(stage, "/kieli", "opiskelija> 2", "/kieli", "opiskelija> english")

    assert "botti → opiskelija: Okej, vi tar det på svenska." in said
    assert "botti → opiskelija: OK, let's use English." in said


async def test_a_button_that_is_not_there_is_answered_kindly(stage: Stage) -> None:
    said = await talk(stage, "opiskelija> 1", "/kieli", "opiskelija> 9", "opiskelija>")

    assert "! opiskelija: Nappia 1 ei ole. Nyt ei ole yhtään nappia." in said
    assert "! opiskelija: Nappia 9 ei ole. Nyt on: [1] Suomi, [2] Svenska, [3] English." in said
    assert said[-1].startswith("! opiskelija: Nappia ? ei ole.")


async def test_staff_without_a_case_are_told_that_nobody_reads_them(stage: Stage) -> None:
    said = await talk(stage, "henkilökunta: hei vaan")

    assert said[-1].startswith("! henkilökunta: Tämä rivi ei ole vastaus mihinkään")


async def test_lines_come_from_pipes_whole_and_to_the_last(tmp_path: Path) -> None:
    file = tmp_path / "lines"
    file.write_bytes("yksi\nkaksi ä".encode() + b"\xff")
    with file.open() as opened:
        lines = [line async for line in read_lines(opened.fileno())]

    assert lines == ["yksi", "kaksi ä\ufffd"]


def chat(data_dir: Path, *lines: str) -> str:
    """Run `matala chat` as a pipe does, and return what it wrote."""
    done = subprocess.run(
        [sys.executable, "-m", "bot.cli", "chat"],
        input="\n".join(lines),
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
        env=environment(data_dir),
        cwd=data_dir,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_the_real_command_goes_the_whole_way(tmp_path: Path) -> None:
    """Ask, be answered, press the anchor, be answered by a human, and be let go."""
    first = chat(
        tmp_path,
        "moi, ahdistaa koulu",
        "opiskelija> ⚓",
        "henkilökunta> Otan tämän",
        "henkilökunta: Hei, olen kuraattori.",
    )
    second = chat(tmp_path, "no kiitos", "henkilökunta> Sulje", "opiskelija> Auttoi")

    assert first.startswith("# HARJOITUS")
    assert "Sekasin-chat" in first
    assert "botti → opiskelija: Kerroin koulun aikuisille." in first
    assert "· K-1 ·" in first
    assert "botti → opiskelija: 👤 Koulun aikuinen:\n    Hei, olen kuraattori." in first
    assert "botti → henkilökunta: 👍 Hei, olen kuraattori." in first
    assert "opiskelija: (aiemmin) moi, ahdistaa koulu" in second
    assert "botti → henkilökunta: 💬 K-1 kirjoittaa:\n    no kiitos" in second
    assert "botti → opiskelija: Koulun aikuinen päätti tämän keskustelun." in second
    assert "botti → opiskelija: Hyvä kuulla." in second


def test_it_ends_in_order_when_told_to_while_it_waits_for_a_line(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "bot.cli", "chat"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env=environment(tmp_path),
        cwd=tmp_path,
    )
    with process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        said = process.stderr.read()  # before its input ends

        assert (process.wait(60), said) == (0, "")
