"""Staff ask how the bot read a message: in words that they can check, and only in the chat of its case."""

from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from bot.channel import Message, StaffTurn, Style
from bot.handoff import staff_room
from bot.handoff.alerting import alert
from bot.handoff.explaining import explain, is_meant
from bot.handoff.letters import Letter
from content.library import Library
from intents.risk import Level
from storage import posts, turns
from storage.cases import Case
from storage.crypto import Keys
from storage.posts import Direction
from storage.turns import TurnRow
from tests.bot.handoff.conftest import CHATS, EVERYBODY, KUOPIO, Opens, messages_to, staff_turn, words

ALERT, WRITTEN = "40", "5"


@pytest.fixture
async def case(opens: Opens, session: AsyncSession, noon: datetime) -> Case:
    """A case of Kuopio whose alert shows what the person wrote in their message 5."""
    found, _ = await opens(level=Level.CRISIS)
    text = "haluun kuolla"
    await turns.add_all(session, found.contact_id, [("person", text)], at=noon, ref=WRITTEN)
    await posts.remember(
        session,
        case_id=found.id,
        chat=KUOPIO.chat,
        ref=ALERT,
        direction=Direction.TO_STAFF,
        origin_ref=WRITTEN,
    )
    return found


async def told(
    turn: StaffTurn, session: AsyncSession, library: Library, keys: Keys, now: datetime
) -> list[str]:
    letters: list[Letter] = await staff_room.on_turn(session, turn, CHATS, library, keys, now=now)
    return [words(each) for each in messages_to(turn.chat, letters)]


def asked(**more: object) -> StaffTurn:
    return staff_turn(**{"command": "selita", "reply_to": ALERT, **more})  # type: ignore[arg-type]


async def test_a_message_of_a_case_is_explained(
    case: Case, session: AsyncSession, sakky: Library, staff_keys: Keys, noon: datetime
) -> None:
    [text] = await told(asked(), session, sakky, staff_keys, noon)

    assert case.code in text
    assert "**Kieli:** suomi" in text
    assert "**Vaara:** Kriisi, itsemurha-ajatuksia (kirjoittaja itse)" in text
    assert "haluun kuolla" in text.partition("**Peruste:**")[2]
    assert "apunumerot" in text


async def test_identity_codes_stay_masked(case: Case, sakky: Library) -> None:
    text = "".join(part.text for part in explain("haluun kuolla, hetu 010203A123B", case, sakky))

    assert "010203A123B" not in text
    assert "haluun kuolla, hetu [henkilötunnus]" in text


async def test_each_wording_of_an_edited_message_is_explained(
    case: Case, session: AsyncSession, sakky: Library, staff_keys: Keys, noon: datetime
) -> None:
    """The last wording alone would say that there never was any danger."""
    await turns.add_all(
        session, case.contact_id, [("person", "mistä saan opintotukea?")], at=noon, ref=WRITTEN
    )

    first, second = await told(asked(), session, sakky, staff_keys, noon)

    assert "**Vaara:** Kriisi" in first
    assert "**Vaara:** ei merkkiä vaarasta" in second


@pytest.mark.parametrize(
    "turn",
    [
        pytest.param(asked(reply_to=""), id="in answer to nothing"),
        pytest.param(asked(reply_to="41"), id="in answer to no message of a case"),
        pytest.param(asked(reply_to="9", thread="9"), id="in a topic, in answer to nothing"),
        pytest.param(asked(chat=EVERYBODY.chat), id="in another staff chat"),
    ],
)
async def test_elsewhere_nothing_is_told_but_how_to_ask(
    turn: StaffTurn, case: Case, session: AsyncSession, sakky: Library, staff_keys: Keys, noon: datetime
) -> None:
    [text] = await told(turn, session, sakky, staff_keys, noon)

    assert text == sakky.texts["staff.explain_how"].fi
    assert case.code not in text


async def test_a_case_of_another_chat_looks_like_none(
    case: Case, session: AsyncSession, sakky: Library, staff_keys: Keys, noon: datetime
) -> None:
    """A message number of one group may be one of another group's, too."""
    await posts.remember(
        session,
        case_id=case.id,
        chat=EVERYBODY.chat,
        ref="99",
        direction=Direction.TO_STAFF,
        origin_ref=WRITTEN,
    )
    shown_there = asked(chat=EVERYBODY.chat, reply_to="99")
    from_nowhere = asked(chat="telegram:-9", reply_to=ALERT)

    [seen] = await told(shown_there, session, sakky, staff_keys, noon)

    assert "haluun kuolla" in seen  # a chat that was shown the case may ask; another may not
    assert await told(from_nowhere, session, sakky, staff_keys, noon) == []


async def test_who_is_no_member_is_not_answered(
    case: Case, session: AsyncSession, sakky: Library, staff_keys: Keys, noon: datetime
) -> None:
    assert await told(asked(is_member=False), session, sakky, staff_keys, noon) == []


async def test_a_message_whose_words_are_forgotten_says_so(
    case: Case, session: AsyncSession, sakky: Library, staff_keys: Keys, noon: datetime
) -> None:
    await posts.remember(
        session, case_id=case.id, chat=KUOPIO.chat, ref="50", direction=Direction.TO_STAFF, origin_ref="6"
    )

    [text] = await told(asked(reply_to="50"), session, sakky, staff_keys, noon)

    assert text == sakky.texts["staff.explain_nothing"].fi


@pytest.mark.parametrize(
    "text", ["/selitä", "/Selitä", "/selita\u0308", "/selitä@matala_bot", " /selitä miksi"]
)
async def test_written_with_its_letter_it_is_meant_too_and_does_not_go_to_the_person(
    text: str, case: Case, session: AsyncSession, sakky: Library, staff_keys: Keys, noon: datetime
) -> None:
    """For Telegram a command has no ä; for whoever types it, it has."""
    turn = asked(command="", text=text)

    letters = await staff_room.on_turn(session, turn, CHATS, sakky, staff_keys, now=noon)

    assert {letter.outgoing.chat for letter in letters} == {KUOPIO.chat}


def test_other_lines_are_not_meant() -> None:
    assert not is_meant(staff_turn("selitä mitä tapahtui"))
    assert not is_meant(staff_turn(command="ohje"))


async def test_an_explanation_goes_with_its_case(
    case: Case, session: AsyncSession, sakky: Library, staff_keys: Keys, noon: datetime
) -> None:
    """It holds the person's words: /unohda takes it out of the outbox with everything else of the case."""
    letters = await staff_room.on_turn(session, asked(), CHATS, sakky, staff_keys, now=noon)

    assert [letter.case_id for letter in letters] == [case.id]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("mistä saan opintotukea?", "**Mitä botti tekee:** vastaa aiheesta"),
        ("montako kuuta jupiterilla on", "sanoo, ettei ymmärtänyt"),
        ("en jaksa enää mitään", "kysyy varovasti"),
        ("мне очень плохо и я не знаю что делать", "ei osaa tätä kieltä"),
    ],
)
async def test_what_the_bot_does_about_it_is_told(text: str, wanted: str, case: Case, sakky: Library) -> None:
    assert wanted in "".join(part.text for part in explain(text, case, sakky))


async def test_nothing_that_somebody_wrote_is_markup(case: Case, sakky: Library) -> None:
    parts = explain("**mistä** saan <b>opintotukea</b>", case, sakky)

    assert [part for part in parts if part.style is Style.TEXT and "<b>" in part.text] == []


async def test_the_longest_message_makes_one_answer(case: Case, sakky: Library) -> None:
    parts = explain("haluun kuolla " * 290, replace(case, role="guardian"), sakky)

    assert sum(len(part.text) for part in parts) < 3000


async def test_the_help_of_staff_tells_of_it(
    case: Case, session: AsyncSession, sakky: Library, staff_keys: Keys, noon: datetime
) -> None:
    [text] = await told(asked(command="ohje", reply_to=""), session, sakky, staff_keys, noon)

    assert "/selita" in text


@pytest.mark.parametrize(
    ("text", "ref", "origin"),
    [
        pytest.param("haluun kuolla", "9", "9", id="what was written"),
        pytest.param("", "", "8", id="the anchor alone shows what was written last"),
    ],
)
async def test_an_alert_knows_whose_words_it_shows(
    text: str, ref: str, origin: str, case: Case, sakky: Library, noon: datetime
) -> None:
    """By this it is explained."""
    said = [TurnRow("person", "mua kiusataan", noon, None, "8"), TurnRow("bot", "Se on väärin.", noon, None)]

    message = alert(case, text, "", said, sakky, is_forum=True, ref=ref).outgoing

    assert isinstance(message, Message)
    assert message.origin == origin
