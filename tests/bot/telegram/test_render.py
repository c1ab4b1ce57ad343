"""HTML for Telegram: always balanced, always escaped, whoever wrote it; the words come back whole."""

import html
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channel import Button, Message, Part, Style
from bot.telegram.render import as_html, as_plain, inline_keyboard, keyboard

CHAT = "telegram:1"
TEXTS = st.one_of(
    st.text(max_size=200),
    st.text("<>&*\"'/bia =\n", max_size=60),
    st.sampled_from(["**a**", "****", "<b>", "&lt;"]),
)
PARTS = st.lists(st.builds(Part, TEXTS, st.sampled_from(Style)), max_size=5).map(tuple)


class Balance(HTMLParser):
    """Reads as Telegram does: only our own tags, each closed in its order."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in {"b", "blockquote"}
        assert attrs == []
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


@given(PARTS)
def test_html_is_balanced_and_holds_no_tag_but_ours(parts: tuple[Part, ...]) -> None:
    written = as_html(parts)

    stripped = re.sub(r"</?(?:b|blockquote)>", "", written)
    assert "<" not in stripped
    assert ">" not in stripped
    opened, closed = (re.findall(rf"<{slash}(b|blockquote)>", written) for slash in ("", "/"))
    assert sorted(opened) == sorted(closed)


@given(PARTS)
def test_words_come_back_when_the_markup_is_taken_away(parts: tuple[Part, ...]) -> None:
    stripped = re.sub(r"</?(?:b|blockquote)>", "", as_html(parts))

    assert html.unescape(stripped).strip() == as_plain(parts)


@given(st.text("ab<>&* \n", max_size=80))
def test_words_of_people_are_shown_to_the_letter(text: str) -> None:
    """Stars too: **x** is bold only where we say so."""
    reader = Balance()
    reader.feed(as_html((Part("a"), Part(text, Style.VERBATIM), Part("z"))))
    reader.close()

    assert reader.text == f"a{text}z"
    assert reader.open == []


@pytest.mark.parametrize(
    ("part", "written"),
    [
        pytest.param(Part("soita **112** nyt"), "soita <b>112</b> nyt", id="bold"),
        pytest.param(Part("a < b & c > d"), "a &lt; b &amp; c &gt; d", id="escaped"),
        pytest.param(Part("**<b>**"), "<b>&lt;b&gt;</b>", id="bold and escaped"),
        pytest.param(Part("**auki"), "**auki", id="half a bold"),
        pytest.param(Part("**x**", Style.VERBATIM), "**x**", id="somebody's stars"),
        pytest.param(
            Part("</blockquote>", Style.QUOTE), "<blockquote>&lt;/blockquote&gt;</blockquote>", id="quote"
        ),
        pytest.param(Part('"lainaus"'), '"lainaus"', id="quotes stay"),
    ],
)
def test_parts_are_written_in_their_style(part: Part, written: str) -> None:
    assert as_html((part,)) == written


def test_inline_buttons_bring_data_or_open_an_address() -> None:
    made = inline_keyboard(((Button("Aiheet", "menu"), Button("Sivu", url="https://sakky.fi")),))

    assert made == {
        "inline_keyboard": [
            [{"text": "Aiheet", "callback_data": "menu"}, {"text": "Sivu", "url": "https://sakky.fi"}]
        ]
    }


def test_no_buttons_are_no_keyboard() -> None:
    assert inline_keyboard(()) is None
    assert keyboard(Message(CHAT, (Part("x"),))) is None


def test_anchor_stays_at_the_bottom_of_the_chat() -> None:
    made = keyboard(Message(CHAT, (Part("x"),), anchor="⚓ Haluan puhua ihmiselle"))

    assert made == {
        "keyboard": [[{"text": "⚓ Haluan puhua ihmiselle"}]],
        "resize_keyboard": True,
        "is_persistent": True,
    }


def test_a_message_has_one_kind_of_keyboard_and_its_own_buttons_win() -> None:
    message = Message(CHAT, (Part("x"),), buttons=((Button("Aiheet", "menu"),),), anchor="⚓")

    assert keyboard(message) == inline_keyboard(message.buttons)
