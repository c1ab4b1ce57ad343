"""The language of the reply is chosen from few words, slang and all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intents.language import ANSWERED, Language, guess


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("mua ahistaa ihan sikana", "fi"),
        ("mistä saan uuden salasanan wilmaan", "fi"),
        ("en jaksa enaa tata koulua", "fi"),
        ("mää en tiiä kui sin pääsee", "fi"),
        ("missee se kuraattori on ja voeko sinne vuan männä", "fi"),
        ("hei ope sano et oon myöhäs", "fi"),
        ("poissaolot hukassa", "fi"),
        ("apua", "fi"),
        ("jag orkar int mera", "sv"),
        ("va ska ja göra om jag missat provet", "sv"),
        ("var hittar man kuratorn", "sv"),
        ("min pojke vill inte gå till skolan", "sv"),
        ("hjälp", "sv"),
        ("i cant sleep at all", "en"),
        ("where do i find the nurse", "en"),
        ("my teacher hates me tbh", "en"),
        ("how get kela money", "en"),
        ("мне нужна помощь с учебой", "ru"),
        ("где взять справку", "ru"),
        ("мені потрібна допомога", "uk"),
        ("де знайти психолога в школі", "uk"),
        ("أريد مساعدة من فضلك", "ar"),
        ("waxaan u baahanahay caawimaad", "so"),
        ("ma ei saa aru, kas keegi aitab mind", "et"),
        ("kuidas ma saan kooli vahetada", "et"),
    ],
)
def test_a_short_message_tells_its_language(text: str, language: str) -> None:
    assert guess(text) == language


@pytest.mark.parametrize(
    "text",
    ["", "   ", "?", "123", "🙂🙂", "ok", "wilma", "کمک می‌خواهم چه کنم پ", "\u200b"],
    ids=["empty", "blank", "mark", "number", "emojis", "ok", "a name", "Persian", "invisible"],
)
def test_too_little_tells_none(text: str) -> None:
    """The caller keeps the language that the person had."""
    assert guess(text) is None


def test_cyrillic_look_alikes_do_not_make_russian() -> None:
    assert guess("mä еn jаksа еnää") == Language.FI


@given(st.text(max_size=400))
def test_any_text_is_guessed_or_not(text: str) -> None:
    assert guess(text) is None or guess(text) in Language


def test_we_answer_in_three() -> None:
    assert ANSWERED == ("fi", "sv", "en")
