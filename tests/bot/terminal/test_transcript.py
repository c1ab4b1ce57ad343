"""Which number presses which button, which case a post belongs to, and what a terminal must not obey."""

from datetime import UTC, datetime

import pytest

from bot.channel import Button, Part, Style
from bot.terminal.transcript import MOST_POSTS, Page, Post, Transcript, plain, safe
from bot.terminal.words import Side

NOON = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


def post(ref: str, *labels: str, is_own: bool = False, reply_to: str = "", is_alert: bool = False) -> Post:
    buttons = (tuple(Button(label, f"claim:{label}") for label in labels),) if labels else ()
    return Post(ref, NOON, (Part(ref),), is_own=is_own, buttons=buttons, reply_to=reply_to, is_alert=is_alert)


def labels(page: Page) -> list[str]:
    return [f"{each.number} {each.button.label}" for each in page.numbered()]


def test_buttons_are_numbered_over_all_posts_of_an_answer() -> None:
    page = Page([post("a", "old"), post("me", is_own=True), post("b", "yes", "no"), post("c", "campus")])

    assert labels(page) == ["1 yes", "2 no", "3 campus"]


def test_numbers_stay_until_there_are_new_buttons() -> None:
    """Whoever reads "1" on the screen and writes a word in between still presses what stands there."""
    page = Page([post("a", "yes"), post("b", "no"), post("me", is_own=True), post("c")])

    assert labels(page) == ["1 yes", "2 no"]


def test_a_page_forgets_what_has_scrolled_away() -> None:
    page = Page()
    for number in range(MOST_POSTS + 5):
        page.add(post(str(number)))

    assert len(page.posts) == MOST_POSTS
    assert page.find("4") is None


def test_posts_below_an_alert_belong_to_its_case() -> None:
    transcript = Transcript()
    transcript.add(Side.STAFF, post("alert", "K-1", is_alert=True))
    transcript.add(Side.STAFF, post("note", reply_to="alert"))
    transcript.add(Side.STAFF, post("answer to the note", reply_to="note"))
    transcript.add(Side.STAFF, post("about nothing"))

    roots = [each.root for each in transcript.pages[Side.STAFF].posts]

    assert roots == ["alert", "alert", "alert", ""]
    assert transcript.chosen == "alert"


def test_a_closed_case_keeps_its_code() -> None:
    """Its alert has no buttons any more; staff can still name it."""
    transcript = Transcript()
    transcript.add(Side.STAFF, post("alert", "K-1", is_alert=True))
    transcript.change(Side.STAFF, "alert", buttons=())

    assert transcript.code("alert") == "K-1"
    assert transcript.alert_of("k-1") == "alert"
    assert transcript.alert_of("K-2") == ""


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("a\x1b[31mb", "a[31mb", id="colours"),
        pytest.param("a\x07\x00b", "ab", id="bells"),
        pytest.param("112\u202e999", "112999", id="turned direction"),
        pytest.param("äö 🔴 ешь", "äö 🔴 ешь", id="letters of all kinds"),
        pytest.param("a\r\nb\tc", "a\nb    c", id="line ends and tabs"),
    ],
)
def test_what_a_terminal_would_obey_is_taken_out(text: str, shown: str) -> None:
    assert safe(text) == shown


def test_only_our_own_words_have_markup() -> None:
    parts = (Part("**Botti** "), Part("**minä**\nrivi", Style.QUOTE))

    assert plain(parts) == "Botti │ **minä**\n│ rivi"
