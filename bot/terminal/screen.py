"""A rehearsal on the whole screen: the student on the left, staff on the right; below each other when it is narrow.

The screen shows the transcript and takes part in nothing: each time something changes, it brings its widgets in line
with it. Who is who is said three times, by place, by name and by colour, so that no one of them is needed.
"""

import asyncio
import logging
import os
import sys
from collections.abc import Coroutine
from datetime import datetime
from typing import Any, ClassVar, Literal

from rich.console import RenderableType
from rich.text import Text
from textual import events, on
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.css.query import NoMatches
from textual.widget import MountError
from textual.widgets import Button, Footer, Input, Static

from bot.channel import Buttons, Style
from bot.dialogue.times import HELSINKI
from bot.terminal import words
from bot.terminal.rehearsal import Rehearsal
from bot.terminal.transcript import Numbered, Post, runs, safe
from bot.terminal.words import Side

log = logging.getLogger(__name__)

NARROW = 90  # columns below which two panes side by side are too narrow to read
NOTICE_SECONDS = 8.0
LAST_WAIT = 2.0  # seconds that the end waits for what was just written to be saved
TITLES = {Side.STUDENT: words.STUDENT_TITLE, Side.STAFF: words.STAFF_TITLE}
HINTS = {Side.STUDENT: words.STUDENT_HINT, Side.STAFF: words.STAFF_HINT}
NAMES = {Side.STUDENT: "student", Side.STAFF: "staff"}  # as ids of widgets


class ScreenFailed(Exception):  # noqa: N818  # named for the case, as all of ours are
    """The screen broke; what was said is in the database."""


class PressButton(Button):
    """A button below a post."""

    def __init__(self, at: int) -> None:
        """Make the button at this place of its post."""
        super().__init__("", compact=True, classes="press")
        self.at = at

    def name_it(self, label: str, number: int | None) -> None:
        """Show the label, with the number by which it can be pressed now."""
        self.label = Content(f"{number} {safe(label)}" if number else safe(label))


class PostView(Vertical):
    """One post: who and when, what, its buttons, its sign."""

    def __init__(self, side: Side, post: Post) -> None:
        """Make the view of a post."""
        kinds = ["own" if post.is_own else "bot", *(["alert"] if post.is_alert else [])]
        super().__init__(classes=" ".join(["post", *kinds]))
        self.side = side
        self.post = post
        self._rows: Buttons = ()
        self._shown: tuple[Post, dict[int, int]] | None = None

    def compose(self) -> ComposeResult:
        """Lay it out."""
        yield Static(classes="head")
        yield Static(classes="words")
        yield Vertical(classes="rows")

    async def show(self, post: Post, numbers: dict[int, int]) -> None:
        """Bring it in line with the post; `numbers` of its buttons by their places."""
        if self._shown == (post, numbers):
            return
        self._shown = (post, numbers)
        self.post = post
        who = words.ME[self.side] if post.is_own else words.BOT
        notes = [who, _clock_time(post.at), words.EARLIER if post.is_earlier else "", post.sign]
        self.query_one(".head", Static).update(Content(" · ".join(filter(None, notes))))
        self.query_one(".words", Static).update(as_text(post))
        if post.buttons != self._rows:
            await self._lay_buttons(post.buttons)
        for button in self.query(PressButton):
            button.name_it(post.flat_buttons[button.at].label, numbers.get(button.at))

    async def _lay_buttons(self, rows: Buttons) -> None:
        self._rows = rows
        place = self.query_one(".rows", Vertical)
        await place.remove_children()
        at = 0
        for row in rows:
            buttons = [PressButton(at + further) for further in range(len(row))]
            at += len(row)
            await place.mount(Horizontal(*buttons, classes="row"))


class Words(Input):
    """A line to write on; what is pasted in several lines stays whole, on one."""

    def _on_paste(self, event: events.Paste) -> None:
        super()._on_paste(events.Paste(" ".join(event.text.splitlines())))
        event.stop()
        event.prevent_default()


class Pane(Vertical):
    """One side of the screen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("pageup", "scroll_posts(-1)", show=False),
        Binding("pagedown", "scroll_posts(1)", show=False),
    ]

    def __init__(self, side: Side) -> None:
        """Make the pane of a side."""
        super().__init__(id=NAMES[side], classes="pane")
        self.side = side
        self.border_title = TITLES[side]
        self._views: dict[str, PostView] = {}

    def compose(self) -> ComposeResult:
        """Lay it out: posts, then what concerns writing, then the line to write on."""
        yield VerticalScroll(classes="posts", can_focus=False)
        if self.side is Side.STUDENT:
            yield Button("", id="anchor", compact=True)
        else:
            yield Static("", id="target")
        yield Words(placeholder=HINTS[self.side], id=f"{NAMES[self.side]}-line")

    def on_mount(self) -> None:
        """Keep the newest post in sight until somebody scrolls up."""
        self.posts.anchor()

    @property
    def posts(self) -> VerticalScroll:
        """Where the posts are."""
        return self.query_one(".posts", VerticalScroll)

    @property
    def line(self) -> Input:
        """Where one writes."""
        return self.query_one(Words)

    def action_scroll_posts(self, pages: int) -> None:
        """Scroll the posts by a page."""
        self.posts.scroll_relative(y=pages * max(self.posts.size.height - 2, 1), animate=False)

    async def show(self, posts: list[Post], numbered: list[Numbered]) -> None:
        """Bring the pane in line with the posts."""
        known = {post.ref for post in posts}
        for ref in [ref for ref in self._views if ref not in known]:
            await self._views.pop(ref).remove()
        numbers: dict[str, dict[int, int]] = {}
        for each in numbered:
            places = numbers.setdefault(each.post.ref, {})
            places[len(places)] = each.number
        for post in posts:
            if post.ref not in self._views:
                self._views[post.ref] = PostView(self.side, post)
                await self.posts.mount(self._views[post.ref])
            await self._views[post.ref].show(post, numbers.get(post.ref, {}))


class RehearsalApp(App[None]):
    """Both sides, and the line that says what this is."""

    TITLE = words.TITLE
    ENABLE_COMMAND_PALETTE = False
    AUTO_FOCUS = "#student-line"  # before anything is drawn: what is typed at once must not be lost
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (NARROW, "-wide")]  # noqa: RUF012 - as App declares it
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f2", "anchor", words.KEY_ANCHOR, priority=True),
        Binding("f6", "other_side", words.KEY_SIDE, priority=True),
        Binding("ctrl+q", "quit", words.KEY_QUIT, priority=True),
    ]
    CSS = """
    #frame { height: auto; padding: 0 1; background: $warning; color: $text; text-style: bold; }
    #panes { height: 1fr; }
    .-narrow #panes { layout: vertical; }
    .pane { width: 1fr; height: 1fr; padding: 0 1; border: round $accent; border-title-style: bold; }
    #student { border: round $success; border-title-color: $success; }
    #staff { border: double $secondary; border-title-color: $secondary; }
    .pane:focus-within { border-title-style: bold reverse; }
    .posts { height: 1fr; scrollbar-size-vertical: 1; }
    .post { height: auto; margin: 0 6 1 0; padding: 0 1; border-left: thick $primary-darken-1; }
    .post.own { margin: 0 0 1 6; }
    #student .own { border-left: thick $success; background: $success 12%; }
    #staff .own { border-left: thick $secondary; background: $secondary 12%; }
    .post.alert { border: heavy $error; }
    .head { height: auto; text-style: bold; color: $text-muted; }
    .words, .rows, .row { height: auto; }
    .press { width: 1fr; max-width: 44; height: auto; margin: 0 1 0 0; padding: 0 1; text-align: left;
             content-align: left middle; background: $primary-darken-2; }
    #anchor { width: 1fr; height: 1; margin: 0; text-style: bold; }
    #target { height: auto; color: $text-muted; }
    Words { border: none; height: 1; padding: 0 1; background: $boost; }
    Words:focus { border: none; background: $primary-darken-3; }
    .-narrow .row { layout: vertical; }
    .-narrow .post { margin: 0 2 1 0; }
    .-narrow .post.own { margin: 0 0 1 2; }
    """

    def __init__(self, rehearsal: Rehearsal, frame: str) -> None:
        """Make the screen of a rehearsal; `frame` says what this is."""
        super().__init__()
        self.rehearsal = rehearsal
        self._words_of_frame = frame
        self._is_due = False
        self._is_ending = False

    def compose(self) -> ComposeResult:
        """Lay it out."""
        yield Static(Content(self._words_of_frame + words.FRAME_KEYS), id="frame")
        with Horizontal(id="panes"):
            yield Pane(Side.STUDENT)
            yield Pane(Side.STAFF)
        yield Footer()

    def pane(self, side: Side) -> Pane:
        """Return the pane of a side."""
        return self.query_one(f"#{NAMES[side]}", Pane)

    async def on_mount(self) -> None:
        """Show what is there already; from now on, what comes."""
        self.rehearsal.transcript.view = self
        await self._show()

    # ---------------------------------------------------------------- what there is to show

    def on_post(self, _side: Side, _post: Post) -> None:
        """Show a new post."""
        self._show_soon()

    def on_change(self, _side: Side, _post: Post) -> None:
        """Show a changed post."""
        self._show_soon()

    def on_notice(self, side: Side, text: str) -> None:
        """Show a word in passing."""
        self.call_later(self.notify, safe(text), title=TITLES[side], timeout=NOTICE_SECONDS, markup=False)

    def _show_soon(self) -> None:
        """Come back to it in the app's own time: changes come from worker and delivery as well."""
        if not self._is_due:
            self._is_due = True
            self.call_later(self._show)

    async def _show(self) -> None:
        self._is_due = False
        transcript = self.rehearsal.transcript
        try:
            for side, page in transcript.pages.items():
                await self.pane(side).show(list(page.posts), page.numbered())
            self.query_one("#anchor", Button).label = Content(f"{safe(transcript.anchor)} (F2)")
            code = transcript.code(transcript.chosen) or words.A_CASE
            target = words.REPLIES_TO.format(case=code) if transcript.chosen else words.REPLIES_TO_NOTHING
            self.query_one("#target", Static).update(Content(target))
        except (NoMatches, MountError):
            # From the moment it is to end, an app mounts nothing more; what is new is shown at the next start.
            if not self._is_ending:
                raise

    # ---------------------------------------------------------------- what is done

    @on(Input.Submitted)
    def on_line(self, event: Input.Submitted) -> None:
        """Write a line; a number that stands on a button presses it. (A space before it, and it is a text.)"""
        side = _side_of(event.input)
        text = event.value
        event.input.clear()
        for each in self.rehearsal.transcript.pages[side].numbered():
            if text == str(each.number):
                self._do(self.rehearsal.press(side, each))
                return
        self._do(self.rehearsal.write(side, text))

    @on(Button.Pressed, ".press")
    def on_press(self, event: Button.Pressed) -> None:
        """Press a button of a post."""
        button = event.button
        view = next(each for each in button.ancestors if isinstance(each, PostView))
        post = view.post
        if isinstance(button, PressButton) and button.at < len(post.flat_buttons):
            pressed = Numbered(0, post, post.flat_buttons[button.at])
            self._do(self.rehearsal.press(view.side, pressed))
        self.pane(view.side).line.focus()

    @on(Button.Pressed, "#anchor")
    def action_anchor(self) -> None:
        """Press the anchor button."""
        self._do(self.rehearsal.press_anchor())
        self.pane(Side.STUDENT).line.focus()

    @on(events.Click, "#staff .post")
    def on_choice(self, event: events.Click) -> None:
        """Choose the case that staff answer, by a click on one of its posts."""
        widget = event.widget
        chain = [widget, *widget.ancestors] if widget is not None else []
        view = next((each for each in chain if isinstance(each, PostView)), None)
        if view is not None and view.side is Side.STAFF and view.post.root:
            self.rehearsal.transcript.chosen = view.post.root
            self._show_soon()

    def action_other_side(self) -> None:
        """Go to the other side's line."""
        side = Side.STAFF if self.pane(Side.STUDENT).has_focus_within else Side.STUDENT
        self.pane(side).line.focus()

    async def action_quit(self) -> None:
        """End, once what was just written is in the inbox; a database that is away does not keep us."""
        try:
            await asyncio.wait_for(self.workers.wait_for_complete(), LAST_WAIT)
        except TimeoutError:
            log.warning("ended before the last words were saved")
        self.exit()

    def exit(self, result: None = None, return_code: int = 0, message: RenderableType | None = None) -> None:
        """End now."""
        self._is_ending = True
        super().exit(result, return_code, message)

    def action_help_quit(self) -> None:
        """Say how to end: Ctrl+C does not."""
        self.notify(words.HOW_TO_QUIT, markup=False)

    def _do(self, doing: Coroutine[Any, Any, None]) -> None:
        """Do it beside everything else; what was begun first is written down first."""
        self.run_worker(doing)


class LogNotices(logging.Handler):
    """Shows log records as notices: written to standard error they would tear the screen."""

    def __init__(self, app: RehearsalApp) -> None:
        """Show them on this screen."""
        super().__init__()
        self._app = app

    def emit(self, record: logging.LogRecord) -> None:
        """Show one; its words hold nothing of people (bot/logs.py)."""
        if self._app.is_running:
            severity: Literal["error", "warning"] = "error" if record.levelno >= logging.ERROR else "warning"
            self._app.notify(record.getMessage(), severity=severity, timeout=NOTICE_SECONDS, markup=False)


def as_text(post: Post) -> Text:
    """Write the words of a post: ours may be bold, somebody's are set apart."""
    text = Text()
    for piece, style, is_bold in runs(post.parts):
        text.append(piece, style="bold" if is_bold else "italic" if style is Style.QUOTE else "")
    text.rstrip()
    return text


def is_possible() -> bool:
    """Tell whether there is a terminal to draw on: at both ends, and on standard error, where Textual draws."""
    is_terminal = all(each.isatty() for each in (sys.stdin, sys.stdout, sys.stderr))
    return is_terminal and os.environ.get("TERM", "") not in {"", "dumb"}


async def run(rehearsal: Rehearsal, frame: str, stop: asyncio.Event) -> None:
    """Show the screen until it is closed, which sets `stop`, or until we are cancelled.

    Raises:
        ScreenFailed: it broke.
    """
    app = RehearsalApp(rehearsal, frame)
    root = logging.getLogger()
    handlers, root.handlers = root.handlers, [LogNotices(app)]
    showing = asyncio.create_task(app.run_async())
    try:
        await asyncio.shield(showing)
    finally:
        if not showing.done():
            app.exit()
        await showing  # it gives the terminal back as it was
        root.handlers = handlers
        stop.set()
    if app.return_code:
        raise ScreenFailed


def _side_of(line: Input) -> Side:
    return next(each.side for each in line.ancestors if isinstance(each, Pane))


def _clock_time(moment: datetime) -> str:
    return f"{moment.astimezone(HELSINKI):%H:%M}"
