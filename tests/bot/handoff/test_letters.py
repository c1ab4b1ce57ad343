"""Long messages are split so that nothing of them is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channel import Button, Message, Part, Reaction, Style
from bot.handoff.letters import ROOM_FOR_MARKUP, Letter, length, posted, split, urgent
from storage.outbox import Priority

LIMIT = 400
ROOM = LIMIT - ROOM_FOR_MARKUP
BUTTONS = ((Button("Otan tämän", "claim:K-1"),),)
texts = st.text(st.sampled_from("aäö 🙂👨‍👩‍👧\n<&>*ж"), max_size=1500) | st.text(
    st.characters(exclude_categories=("Cs",)), max_size=900
)
parts = st.lists(st.builds(Part, texts, st.sampled_from(Style)), min_size=1, max_size=6).map(tuple)


def visible(text: str) -> str:
    return "".join(text.split())


@given(parts)
def test_nothing_is_lost_and_the_order_stays(parts: tuple[Part, ...]) -> None:
    pages = split(Message("telegram:1", parts), LIMIT)

    said = "".join(part.text for page in pages for part in page.parts)
    assert visible(said) == visible("".join(part.text for part in parts))


@given(parts)
def test_no_page_is_longer_than_the_channel_takes(parts: tuple[Part, ...]) -> None:
    for page in split(Message("telegram:1", parts), LIMIT):
        assert sum(length(part.text) for part in page.parts) <= ROOM


@given(parts)
def test_each_word_keeps_its_style(parts: tuple[Part, ...]) -> None:
    pages = split(Message("telegram:1", parts), LIMIT)

    for style in Style:
        before = "".join(part.text for part in parts if part.style is style)
        after = "".join(part.text for page in pages for part in page.parts if part.style is style)
        assert visible(after) == visible(before)


@given(parts)
def test_what_is_pressed_and_answered_for_stands_once_at_the_end(parts: tuple[Part, ...]) -> None:
    message = Message(
        "telegram:-1", parts, buttons=BUTTONS, is_alert=True, carries_for="telegram:-2", origin="5"
    )

    pages = split(message, LIMIT)

    assert [page.buttons for page in pages] == [()] * (len(pages) - 1) + [BUTTONS]
    assert [page.is_alert for page in pages] == [False] * (len(pages) - 1) + [True]
    assert [bool(page.carries_for) for page in pages] == [False] * (len(pages) - 1) + [True]
    assert {page.origin for page in pages} == {"5"}


def test_a_short_message_stays_as_it_is() -> None:
    message = Message("telegram:1", (Part("moi"),))

    assert split(message, LIMIT) == [message]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        pytest.param("a" * 200 + "\n\n" + "b" * 200, "a" * 200, id="between paragraphs"),
        pytest.param("a" * 200 + "\n" + "b" * 200, "a" * 200, id="between lines"),
        pytest.param("a" * 200 + " " + "b" * 200, "a" * 200, id="between words"),
        pytest.param("a" * 500, "a" * ROOM, id="anywhere, if need be"),
        pytest.param("🙂" * 300, "🙂" * (ROOM // 2), id="never inside a character"),
    ],
)
def test_the_cut_is_made_where_it_hurts_least(text: str, first: str) -> None:
    pages = split(Message("telegram:1", (Part(text),)), LIMIT)

    assert pages[0].parts[0].text == first


def test_a_long_text_begins_below_its_headline() -> None:
    """Else a 4,096-character text would leave a page with a headline alone."""
    pages = split(Message("telegram:-1", (Part("Kriisi · K-7\n"), Part("sana " * 819, Style.QUOTE))), 4096)

    assert len(pages) == 2
    assert [part.style for part in pages[0].parts] == [Style.TEXT, Style.QUOTE]


def test_letters_keep_their_postage_on_each_page() -> None:
    long = urgent(Message("telegram:1", (Part("sana " * 200),)), case_id=3)
    sign = Letter(Reaction("telegram:-1", "5", "👍"), Priority.STAFF)

    pages = posted([long, sign], text_limit=LIMIT)

    assert len(pages) > 2
    assert all((page.priority, page.is_important, page.case_id) == (0, True, 3) for page in pages[:-1])
    assert pages[-1] == sign


@pytest.mark.parametrize("words", ["a" * 4097, "sana " * 819 + "ab"], ids=["one word", "many words"])
def test_a_text_one_longer_than_telegram_takes_goes_as_two_and_whole(words: str) -> None:
    """4,097 characters: what staff or another channel may write, and Telegram would refuse."""
    pages = split(Message("telegram:1", (Part(words, Style.VERBATIM),)), 4096)

    assert len(words) == 4097
    assert len(pages) == 2
    assert all(length(part.text) <= 4096 for page in pages for part in page.parts)
    assert visible("".join(part.text for page in pages for part in page.parts)) == visible(words)
