"""Text is read as Telegram reads it."""

from typing import Any

import pytest

from tests.double.errors import ApiError
from tests.double.html import parse_html
from tests.double.markup import formatted
from tests.double.measures import is_link, units


@pytest.mark.parametrize(
    ("source", "plain", "entities"),
    [
        pytest.param("a &lt; b &amp; c &#228; &auml;", "a < b & c ä &auml;", [], id="references"),
        pytest.param("R&D", "R&D", [], id="a lone ampersand"),
        pytest.param("😀<b>ä</b>", "😀ä", [("bold", 2, 1)], id="code units"),
        pytest.param("<b>a<i>b</i></b>", "ab", [("bold", 0, 2), ("italic", 1, 1)], id="nested"),
        pytest.param('<a href="https://mieli.fi/?a=1&amp;b=2">m</a>', "m", [("text_link", 0, 1)], id="link"),
        pytest.param('<a href="tel:116111">m</a>', "m", [], id="a link that is none"),
        pytest.param(
            "<blockquote expandable>q</blockquote>", "q", [("expandable_blockquote", 0, 1)], id="quote"
        ),
        pytest.param('<span class="tg-spoiler">s</span>', "s", [("spoiler", 0, 1)], id="spoiler"),
        pytest.param('<pre><code class="language-py">x</code></pre>', "x", [("pre", 0, 1)], id="code"),
        pytest.param("<b></b>x", "x", [], id="empty"),
    ],
)
def test_html_becomes_text_and_entities(
    source: str, plain: str, entities: list[tuple[str, int, int]]
) -> None:
    text, found = parse_html(source)

    assert text == plain
    assert [(one["type"], one["offset"], one["length"]) for one in found] == entities


@pytest.mark.parametrize(
    ("source", "said"),
    [
        pytest.param("ä<b>a", 'Can\'t find end tag corresponding to start tag "b"', id="unclosed"),
        pytest.param("ä</b>", "Unexpected end tag at byte offset 2", id="unopened"),
        pytest.param(
            "<b><i>a</b>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"', id="crossed"
        ),
        pytest.param("1 < 2", "Unclosed start tag at byte offset 2", id="a bare sign"),
        pytest.param("<3 > 2", 'Unsupported start tag "3" at byte offset 0', id="a heart"),
        pytest.param("<div>a</div>", 'Unsupported start tag "div" at byte offset 0', id="unknown"),
        pytest.param("<span>a</span>", 'Unsupported start tag "span" at byte offset 0', id="a plain span"),
        pytest.param("a<br>b", 'Unsupported start tag "br" at byte offset 1', id="line break"),
    ],
)
def test_html_that_telegram_would_not_take_is_refused(source: str, said: str) -> None:
    """An unescaped sign in a person's text must show in tests, not in the field."""
    with pytest.raises(ApiError, match="can't parse entities") as refused:
        parse_html(source)

    assert said in refused.value.description
    assert refused.value.invalid


def test_text_is_trimmed_and_its_entities_with_it() -> None:
    assert formatted("\n <b>moi </b> ", "HTML", None) == ("moi", [{"type": "bold", "offset": 0, "length": 3}])


def test_commands_and_links_are_found() -> None:
    _, entities = formatted("/apua ks. https://mieli.fi", None, None)

    assert [(one["type"], one["offset"], one["length"]) for one in entities] == [
        ("bot_command", 0, 5),
        ("url", 10, 16),
    ]


@pytest.mark.parametrize(
    ("link", "fits"),
    [
        ("https://mieli.fi", True),
        ("mieli.fi/chat", True),
        ("tg://user?id=1", True),
        ("http://localhost/desk", False),
        ("http://127.0.0.1:8080/desk", True),
        ("mailto:a@b.fi", False),
        ("https://[", False),
    ],
)
def test_links_are_known_from_what_is_none(link: str, fits: Any) -> None:
    assert is_link(link) is fits


def test_length_is_counted_in_code_units() -> None:
    assert units("aä😀") == 4
