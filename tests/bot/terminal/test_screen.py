"""The whole screen, driven by keys and clicks as a person would."""

import asyncio
import fcntl
import logging
import os
import select
import signal
import struct
import subprocess
import sys
import termios
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import Static

from bot.terminal import screen, words
from bot.terminal.screen import PostView, PressButton, RehearsalApp
from bot.terminal.transcript import plain
from bot.terminal.words import Side
from tests.bot.terminal.conftest import OpenStage, Stage, environment

PATIENCE = 30.0  # seconds for a slow machine to start, answer or end
LEAVES_THE_SCREEN = "\x1b[?1049l"
STUDENT, STAFF = Side.STUDENT, Side.STAFF


class Person:
    """Somebody before the screen."""

    def __init__(self, stage: Stage, app: RehearsalApp, pilot: Pilot[None]) -> None:
        self.stage, self.app, self.pilot = stage, app, pilot

    async def settle(self) -> None:
        """Let the program do all that follows, and the screen show it."""
        await self.pilot.pause()
        await self.app.workers.wait_for_complete()
        await self.stage.conversation.settle()
        await self.pilot.pause()

    async def write(self, side: Side, text: str) -> None:
        line = self.app.pane(side).line
        line.focus()
        line.value = text
        await self.pilot.press("enter")
        await self.settle()

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.settle()

    async def click(self, side: Side, label: str) -> None:
        button = next(
            each
            for each in reversed(list(self.app.pane(side).query(PressButton)))
            if label in str(each.label)
        )
        button.press()
        await self.settle()

    def shown(self, side: Side) -> str:
        """Return what stands on a side, heads, words and buttons."""
        pane = self.app.pane(side)
        return "\n".join(
            [str(each.render()) for each in pane.query(Static)]
            + [str(each.label) for each in pane.query(PressButton)]
        )

    def last(self, side: Side) -> str:
        return plain(list(self.app.pane(side).query(PostView))[-1].post.parts)


@pytest.fixture
async def person(stage: Stage) -> AsyncIterator[Person]:
    app = RehearsalApp(stage.rehearsal, "HARJOITUS")
    async with app.run_test(size=(120, 40)) as pilot:
        yield Person(stage, app, pilot)


async def test_a_conversation_goes_from_question_to_human_to_end(person: Person) -> None:
    await person.write(STUDENT, "moi, ahdistaa koulu")
    assert "Sekasin" in person.shown(STUDENT)
    await person.press("f2")
    assert "Kerroin koulun aikuisille" in person.shown(STUDENT)
    assert "K-1" in person.shown(STAFF)

    await person.press("f6", "1", "enter")
    assert "Koulun aikuinen on nyt tässä" in person.shown(STUDENT)
    assert "1 Vapauta" in person.shown(STAFF)
    await person.write(STAFF, "Hei, olen kuraattori.")
    assert "Hei, olen kuraattori." in person.last(STUDENT)
    assert "👍" in person.shown(STAFF)
    await person.write(STUDENT, "no moi")
    assert "no moi" in person.last(STAFF)

    await person.click(STAFF, "Sulje")
    assert "päätti tämän keskustelun" in person.last(STUDENT)
    await person.click(STUDENT, "Auttoi")
    assert "Hyvä kuulla" in person.last(STUDENT)


async def test_who_is_who_is_told_in_words(person: Person) -> None:
    """Not by colour alone: titles, heads of posts, and the frame that says what this is."""
    await person.write(STUDENT, "moi")

    assert words.STUDENT_ME in person.shown(STUDENT)
    assert words.BOT in person.shown(STUDENT)
    assert (person.app.pane(STUDENT).border_title, person.app.pane(STAFF).border_title) == (
        words.STUDENT_TITLE,
        words.STAFF_TITLE,
    )
    assert "HARJOITUS" in str(person.app.query_one("#frame", Static).render())


async def test_the_anchor_button_can_be_clicked_from_the_start(person: Person) -> None:
    await person.pilot.click("#anchor")
    await person.settle()

    assert "⚓ Haluan puhua ihmiselle" in person.shown(STUDENT)
    assert "K-1" in person.shown(STAFF)


async def test_a_number_presses_and_a_number_after_a_space_is_written(person: Person) -> None:
    await person.write(STUDENT, "/kieli")
    await person.write(STUDENT, "3")
    assert person.last(STUDENT) == "OK, let's use English."
    await person.write(STUDENT, "/kieli")
    await person.write(STUDENT, " 3")

    own = [plain(view.post.parts) for view in person.app.pane(STUDENT).query(PostView) if view.post.is_own]
    assert own == ["/kieli", "▸ painoi: English", "/kieli", "3"]


async def test_a_click_on_a_post_chooses_the_case_to_answer(person: Person) -> None:
    await person.press("f2")
    await person.click(STAFF, "Otan tämän")
    await person.click(STAFF, "Sulje")
    await person.press("f2")
    assert "K-2" in str(person.app.query_one("#target", Static).render())

    first_alert = next(iter(person.app.pane(STAFF).query(PostView)))
    first_alert.scroll_visible(animate=False)
    await person.pilot.pause()
    await person.pilot.click(first_alert.query_one(".words"))
    await person.settle()

    assert "K-1" in str(person.app.query_one("#target", Static).render())


@pytest.mark.parametrize(("width", "is_narrow"), [(120, False), (60, True)])
async def test_panes_stand_below_each_other_when_it_is_narrow(
    person: Person, width: int, is_narrow: bool
) -> None:
    await person.pilot.resize_terminal(width, 40)
    await person.pilot.pause()

    student, staff = person.app.pane(STUDENT).region, person.app.pane(STAFF).region
    assert (staff.y > student.y) is is_narrow
    assert (staff.x > student.x) is not is_narrow


async def test_odd_sizes_keys_and_texts_do_no_harm(person: Person) -> None:
    for size in [(1, 1), (5, 2), (300, 100), (20, 50)]:
        await person.pilot.resize_terminal(*size)
        await person.pilot.pause()
    await person.press("escape", "f12", "ctrl+c", "ctrl+z", "pageup", "pagedown", "home", "tab", "f6", "f6")
    await person.write(STUDENT, "[bold]moi[/] [/x] \x1b[2J \u202e" + "🔴" * 500)

    assert person.app.is_running
    assert "[bold]moi[/] [/x]" in person.shown(STUDENT)


async def test_pasted_lines_stay_whole(person: Person) -> None:
    """Whoever writes their trouble elsewhere and pastes it must not lose all but its first line."""
    person.app.pane(STUDENT).line.post_message(events.Paste("eka rivi\ntoka rivi"))
    await person.pilot.pause()

    assert person.app.pane(STUDENT).line.value == "eka rivi toka rivi"


async def test_logs_do_not_tear_the_screen(person: Person) -> None:
    handler = screen.LogNotices(person.app)

    handler.emit(logging.LogRecord("bot", logging.ERROR, "", 0, "database [away]", (), None))
    await person.pilot.pause()

    assert [each.message for each in person.app._notifications] == ["database [away]"]


async def test_what_was_said_is_there_after_a_restart(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        await stage.write(STUDENT, "moi, ahdistaa koulu")

    async with open_stage() as stage:
        app = RehearsalApp(stage.rehearsal, "HARJOITUS")
        async with app.run_test(size=(120, 40)) as pilot:
            person = Person(stage, app, pilot)
            assert words.EARLIER in person.shown(STUDENT)
            assert "moi, ahdistaa koulu" in person.shown(STUDENT)


async def test_quitting_waits_until_the_last_words_are_saved(person: Person) -> None:
    line = person.app.pane(STUDENT).line
    line.value = "ihan viimeinen"
    await person.pilot.press("enter", "ctrl+q")
    await person.pilot.pause()
    await asyncio.sleep(0)
    await person.stage.conversation.settle()

    assert person.stage.said(STUDENT)


class Terminal:
    """A real terminal with the real command in it."""

    def __init__(self, folder: Path) -> None:
        self._end, inside = os.openpty()
        fcntl.ioctl(inside, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bot.cli", "chat"],
            stdin=inside,
            stdout=inside,
            stderr=inside,
            cwd=folder,
            env=environment(folder) | {"TERM": "xterm-256color"},
            start_new_session=True,
        )
        os.close(inside)

    def type(self, keys: str) -> None:
        os.write(self._end, keys.encode())

    def read_until(self, mark: str) -> bool:
        """Read what is drawn until something is; False when the terminal was left before that."""
        drawn = b""
        while mark.encode() not in drawn:
            if not select.select([self._end], [], [], PATIENCE)[0]:
                return False
            try:
                drawn += os.read(self._end, 65536)
            except OSError:
                return False
        return True

    def close(self) -> int:
        try:
            return self.process.wait(PATIENCE)
        finally:
            self.process.kill()
            os.close(self._end)


@pytest.mark.parametrize("ending", ["ctrl+q", signal.SIGHUP], ids=str)
def test_on_a_real_terminal_it_is_drawn_and_given_back(tmp_path: Path, ending: str | signal.Signals) -> None:
    """Whether one leaves by the key or the window is closed (SIGHUP)."""
    terminal = Terminal(tmp_path)
    try:
        assert terminal.read_until("HENKILÖKUNTA")
        terminal.type("moi, ahdistaa koulu\r")
        assert terminal.read_until("olen botti")
        if isinstance(ending, signal.Signals):
            terminal.process.send_signal(ending)
        else:
            terminal.type("\x11")
        assert terminal.read_until(LEAVES_THE_SCREEN)
    finally:
        code = terminal.close()

    assert code == 0


async def test_what_comes_while_it_ends_does_no_harm(person: Person) -> None:
    """It is kept, and shown at the next start; it must not end in a stack of errors over the last words."""
    person.app.exit()

    await person.stage.write(STUDENT, "moi, ahdistaa koulu")
    await person.app._show()

    assert person.app.return_code == 0
