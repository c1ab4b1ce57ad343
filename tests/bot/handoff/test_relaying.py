"""What of a staff line goes to the person."""

from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncSession

from bot.channel import Copy, Media, MediaKind, Message, Reaction
from bot.dialogue.state import Person, Relay
from bot.handoff.relaying import notes_in, on_staff_line, to_case, without_notes
from content.library import Library
from intents.language import Language
from storage import cases
from storage.cases import Case
from storage.outbox import Priority
from tests.bot.handoff.conftest import KUOPIO, PERSON, Opens, messages_to, staff_turn, words


@pytest.fixture
async def case(opens: Opens, session: AsyncSession, noon: datetime) -> Case:
    """A case that Kaisa holds."""
    opened, _ = await opens()
    await cases.claim(session, opened.id, by="kaisa", holder="Kaisa", at=noon)
    return await cases.access(session, opened.id, staff_chat=KUOPIO.chat)


@given(st.lists(st.sampled_from(["hei", "// salaa", "  //salaa", "http://ok.fi", "", "a // b"])))
def test_no_line_that_begins_as_a_note_goes_out(lines: list[str]) -> None:
    told = without_notes("\n".join(lines))

    assert "salaa" not in told
    assert told.count("ok.fi") == lines.count("http://ok.fi")
    assert told.count("a // b") == lines.count("a // b")


async def test_a_holders_line_goes_out_without_their_name(
    case: Case, session: AsyncSession, sakky: Library, noon: datetime
) -> None:
    letters = await on_staff_line(session, staff_turn("Moi"), case, sakky, now=noon)

    [message] = messages_to(PERSON, letters)
    assert words(message) == "👤 **Koulun aikuinen:**\nMoi"
    assert message.carries_for == KUOPIO.chat


@pytest.mark.parametrize(
    ("change", "turn", "says"),
    [
        pytest.param({"status": "new"}, {}, "ottamatta", id="nobody has taken it"),
        pytest.param({"status": "closed"}, {}, "on suljettu", id="closed"),
        pytest.param({"staff_chat": "telegram:-5"}, {}, "toisella ryhmällä", id="moved away"),
        pytest.param({}, {"is_nameless": True}, "nimettömänä", id="anonymous admin"),
        pytest.param({}, {"command": "sulje"}, "komennolta", id="a mistyped command"),
        pytest.param({}, {"media": Media(MediaKind.OTHER)}, "pysty välittämään", id="a poll"),
    ],
)
async def test_what_is_not_sent_says_why_to_who_wrote_it(
    case: Case,
    session: AsyncSession,
    sakky: Library,
    noon: datetime,
    change: dict[str, str],
    turn: dict[str, object],
    says: str,
) -> None:
    letters = await on_staff_line(
        session, staff_turn("Moi", **turn), replace(case, **change), sakky, now=noon
    )

    [warning] = messages_to(KUOPIO.chat, letters)
    assert warning.reply_to == "77"
    assert words(warning).startswith("⚠ Ei mennyt perille")
    assert says in words(warning)
    assert messages_to(PERSON, letters) == []


async def test_a_note_with_a_photo_keeps_the_photo_too(
    case: Case, session: AsyncSession, sakky: Library, noon: datetime
) -> None:
    turn = staff_turn("// tästä puhuttiin", media=Media(MediaKind.PHOTO))

    letters = await on_staff_line(session, turn, case, sakky, now=noon)

    assert [letter.outgoing for letter in letters] == [Reaction(KUOPIO.chat, "77", "✍")]


async def test_what_a_person_sends_keeps_the_rank_of_the_alert(case: Case, sakky: Library) -> None:
    """A reply's rank would let the first words overtake the alert that makes the case's topic."""
    person = Person(PERSON, Language.FI)

    letters = to_case(case, person, Relay("katso", Media(MediaKind.PHOTO), "5"), sakky)

    assert [type(letter.outgoing) for letter in letters] == [Message, Copy]
    assert {letter.priority for letter in letters} == {Priority.STAFF}
    assert all(letter.case_id == case.id and letter.is_important for letter in letters)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        pytest.param("// soitan kotiin", "soitan kotiin", id="a note"),
        pytest.param("// soitan\nkotiin", "soitan\nkotiin", id="a note of several lines"),
        pytest.param("Moi\n// soitan kotiin", "soitan kotiin", id="a note within a line to the person"),
        pytest.param("Moi // moi", "", id="no note"),
    ],
)
def test_what_is_a_note_is_kept_as_one(text: str, kept: str) -> None:
    """The desk shows it as well."""
    assert notes_in(text) == kept
