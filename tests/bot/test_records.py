"""/tiedot: everything that is kept, in words that its owner understands."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.channel import Message, Part, Style, pack
from bot.records import report
from content.library import Library
from intents.language import ANSWERED, Language

AT = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
LATER = datetime(2026, 12, 23, 10, 0, tzinfo=UTC)
CONTACT = {
    "chat": "telegram:77",
    "role": "guardian",
    "language": "fi",
    "campus": "siilinjarvi",
    "reachable": True,
    "state": '{"safety_at": "x"}',
    "created_at": AT,
    "seen_at": AT,
    "delete_after": LATER,
}


def turn(by: str, text: str) -> dict[str, Any]:
    return {"by": by, "text": text, "at": AT, "delete_after": LATER}


def message(*parts: Part) -> dict[str, Any]:
    body = pack(Message("telegram:77", parts))
    return {"body": body, "due_at": AT, "settled_at": None, "delete_after": LATER}


def written(everything: dict[str, Any], library: Library, language: Language = Language.FI) -> str:
    return "".join(part.text for part in report(everything, language, library))


def test_who_they_are_to_us_is_told_in_words(sakky: Library) -> None:
    text = written({"contact": CONTACT}, sakky)

    assert "huoltaja, suomi, Siilinjärvi (Toivala)" in text
    assert "77" in text
    assert "23.11.2026" in text
    assert "telegram:" not in text


def test_what_was_said_stands_to_the_letter(sakky: Library) -> None:
    """Nobody's stars turn bold, nobody's signs are lost."""
    parts = report({"turns": [turn("person", "**moi** <b>")]}, Language.FI, sakky)

    assert Part("**moi** <b>", Style.VERBATIM) in parts


def test_time_is_that_of_helsinki(sakky: Library) -> None:
    assert "23.11.2026 12:00 sinä: moi" in written({"turns": [turn("person", "moi")]}, sakky)


@pytest.mark.parametrize("status", ["new", "claimed", "closed"])
@pytest.mark.parametrize("level", range(4))
@pytest.mark.parametrize("language", ANSWERED)
def test_case_is_told_with_what_the_bot_judged(
    sakky: Library, status: str, level: int, language: Language
) -> None:
    case = {
        "code": "K-7",
        "campus": "kuopio",
        "level": level,
        "kind": "suicide" if level else "",
        "status": status,
        "opened_at": AT,
        "closed_at": None,
        "delete_after": LATER,
    }

    text = written({"cases": [case]}, sakky, language)

    assert "K-7" in text
    assert "Kuopio" in text
    assert ", ," not in text
    assert "suicide" not in text or language is Language.EN


def test_message_that_was_said_anyway_is_not_told_twice(sakky: Library) -> None:
    everything = {"turns": [turn("bot", "moi\nmitä kuuluu")], "messages": [message(Part("mitä kuuluu"))]}

    assert written(everything, sakky).count("mitä kuuluu") == 1


def test_message_that_stands_nowhere_else_is_told(sakky: Library) -> None:
    """A person's own short word must not hide it."""
    everything = {"turns": [turn("person", "a")], "messages": [message(Part("Kerroin koulun aikuisille"))]}

    assert "Kerroin koulun aikuisille" in written(everything, sakky)


def test_words_of_staff_are_told_once(sakky: Library) -> None:
    carried = message(Part("👤 **Koulun aikuinen:**\n"), Part("Hei vaan", Style.VERBATIM))

    assert (
        written({"turns": [turn("staff", "Hei vaan")], "messages": [carried]}, sakky).count("Hei vaan") == 1
    )


def test_one_of_whom_nothing_is_kept_is_told_that_little(sakky: Library) -> None:
    assert written({}, sakky) == sakky.say("privacy.records", language=Language.FI)
