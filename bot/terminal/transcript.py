"""What stands on the two sides of the screen: posts, their signs, and which buttons have which number."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from bot.channel import Button, Buttons, Part, Style
from bot.terminal.words import Side

MOST_POSTS = 300  # on a side; what is older has scrolled away for good
_BOLD = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)
_QUOTE_MARK = "│ "
# Marks that turn the direction of everything after them: a terminal would show our own words backwards.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@dataclass(frozen=True, slots=True)
class Post:
    """One message on one side."""

    ref: str
    at: datetime
    parts: tuple[Part, ...]
    is_own: bool = False  # of whoever sits on this side; else the bot's
    buttons: Buttons = ()
    root: str = ""  # the alert of the case it belongs to; "" outside cases, and on the student's side
    reply_to: str = ""
    sign: str = ""  # a reaction: 👍 delivered
    is_alert: bool = False
    is_earlier: bool = False  # brought back from before a restart

    @property
    def flat_buttons(self) -> tuple[Button, ...]:
        """Its buttons without their rows."""
        return tuple(button for row in self.buttons for button in row)


@dataclass(frozen=True, slots=True)
class Numbered:
    """A button with the number by which it is pressed."""

    number: int
    post: Post
    button: Button


class View(Protocol):
    """Whoever shows a transcript."""

    def on_post(self, side: Side, post: Post, /) -> None:
        """Show a new post."""
        ...

    def on_change(self, side: Side, post: Post, /) -> None:
        """Show what changed about a post: its words, its buttons or its sign."""
        ...

    def on_notice(self, side: Side, text: str, /) -> None:
        """Show a word in passing."""
        ...


@dataclass
class Page:
    """The posts of one side, in their order, and what can be pressed."""

    posts: list[Post] = field(default_factory=list)

    def add(self, post: Post) -> None:
        """Put a post at the end."""
        self.posts.append(post)
        del self.posts[:-MOST_POSTS]

    def find(self, ref: str) -> Post | None:
        """Return a post by its ref."""
        return next((post for post in reversed(self.posts) if post.ref == ref), None)

    def change(self, post: Post) -> None:
        """Put a changed post where it was."""
        self.posts = [post if each.ref == post.ref else each for each in self.posts]

    def numbered(self) -> list[Numbered]:
        """Number the buttons of the latest posts that have some.

        That is those since somebody on this side last did something; while there are none, the numbers that
        were there before stay.
        """
        latest: list[Post] = []
        for post in reversed(self.posts):
            if post.is_own and latest:
                break
            if post.buttons and not post.is_own:
                latest.insert(0, post)
        pairs = [(post, button) for post in latest for button in post.flat_buttons]
        return [Numbered(number, post, button) for number, (post, button) in enumerate(pairs, start=1)]


@dataclass
class Transcript:
    """Both sides, and whoever shows them."""

    view: View | None = None
    pages: dict[Side, Page] = field(default_factory=lambda: {side: Page() for side in Side})
    anchor: str = ""  # label of the anchor button as the student last got it
    chosen: str = ""  # the alert that a staff line answers
    _codes: dict[str, str] = field(default_factory=dict)  # of cases, by their alerts

    def add(self, side: Side, post: Post) -> None:
        """Add a post; an alert becomes what staff answer."""
        if side is Side.STAFF and not post.root:
            post = replace(post, root=self._root(post))
        self.pages[side].add(post)
        self._learn_code(post)
        if post.is_alert:
            self.chosen = post.root
        if self.view is not None:
            self.view.on_post(side, post)

    def _root(self, post: Post) -> str:
        """Find the alert that a post answers, over whatever stands between; an alert is its own."""
        if post.is_alert or not post.reply_to:
            return post.ref if post.is_alert else ""
        answered = self.pages[Side.STAFF].find(post.reply_to)
        return answered.root if answered is not None else post.reply_to

    def change(self, side: Side, ref: str, **changes: object) -> None:
        """Change a post; one that has scrolled away is past changing."""
        post = self.pages[side].find(ref)
        if post is None:
            return
        post = replace(post, **changes)  # type: ignore[arg-type]  # names are Post's
        self.pages[side].change(post)
        self._learn_code(post)
        if self.view is not None:
            self.view.on_change(side, post)

    def notice(self, side: Side, text: str) -> None:
        """Say something in passing."""
        if self.view is not None:
            self.view.on_notice(side, text)

    def code(self, root: str) -> str:
        """Return the code of the case that an alert is of; "" when it is not known."""
        return self._codes.get(root, "")

    def alert_of(self, code: str) -> str:
        """Return the (latest) alert of a case; "" when there is none here."""
        return next((root for root, known in reversed(self._codes.items()) if known == code.upper()), "")

    def _learn_code(self, post: Post) -> None:
        """Take a case's code from its alert's buttons: a closed case's alert has none any more."""
        if post.root:
            for button in post.flat_buttons:
                self._codes[post.root] = button.press.partition(":")[2].upper()


def runs(parts: Sequence[Part]) -> Iterator[tuple[str, Style, bool]]:
    """Cut parts into runs of text with their style, and whether they are bold."""
    for part in parts:
        if part.style is not Style.TEXT:
            mark = _QUOTE_MARK if part.style is Style.QUOTE else ""
            text = safe(part.text)
            yield "\n".join(mark + line for line in text.split("\n")), part.style, False
            continue
        for at, piece in enumerate(_BOLD.split(safe(part.text))):
            if piece:
                yield piece, part.style, at % 2 == 1


def plain(parts: Sequence[Part]) -> str:
    """Write parts as text."""
    return "".join(text for text, _, _ in runs(parts)).strip()


def safe(text: str) -> str:
    """Take out what a terminal would obey instead of showing it."""
    return "".join(
        each
        for each in text.replace("\r\n", "\n").replace("\t", "    ")
        if each == "\n" or (unicodedata.category(each) not in {"Cc", "Cs"} and each not in _TURNING)
    )
