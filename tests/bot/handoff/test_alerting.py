"""What staff see first of a case."""

from dataclasses import replace
from datetime import datetime

import pytest

from bot.channel import Style
from bot.handoff.alerting import alert, recap, to_staff
from bot.handoff.letters import split
from content.library import Library
from intents.risk import Level
from storage.outbox import Priority
from storage.turns import TurnRow
from tests.bot.handoff.conftest import KUOPIO, Opens, messages_to, words


def turn(by: str, text: str, at: datetime) -> TurnRow:
    return TurnRow(by=by, text=text, at=at, case_id=None)  # a speaker, given as text


async def test_danger_goes_before_all_else_and_is_sent_again_in_doubt(opens: Opens) -> None:
    _, letters = await opens("en halua elää", level=Level.CRISIS)

    [letter] = [each for each in letters if each.outgoing.chat == KUOPIO.chat]
    assert (letter.priority, letter.is_important) == (Priority.EMERGENCY, True)


async def test_an_alert_names_level_code_campus_role_and_language(opens: Opens) -> None:
    case, letters = await opens("en halua elää", level=Level.EMERGENCY)

    headline = words(messages_to(KUOPIO.chat, letters)[0]).splitlines()[0]
    assert headline == f"🔴 **HÄTÄ** · **{case.code}** · Kuopio · rooli ei tiedossa · suomi"


async def test_the_persons_words_are_set_apart_and_never_markup(opens: Opens) -> None:
    _, letters = await opens("**ei lihavoida** <b>", level=Level.CRISIS)

    [message] = messages_to(KUOPIO.chat, letters)
    assert [part.text for part in message.parts if part.style is Style.QUOTE] == ["**ei lihavoida** <b>"]


async def test_the_anchor_alone_shows_what_was_written_last(
    opens: Opens, sakky: Library, noon: datetime
) -> None:
    case, _ = await opens()
    said = [
        turn("person", "mua kiusataan", noon),
        turn("bot", "Se on väärin.", noon),
        turn("person", "⚓ Haluan puhua ihmiselle", noon),
    ]

    letter = alert(case, "", "", said, sakky, is_forum=True)

    text = words(letter.outgoing)
    assert "Kirjoitti viimeksi:\nmua kiusataan" in text
    assert "Botti: Se on väärin." in text


async def test_words_before_are_left_out_rather_than_making_two_messages(
    opens: Opens, sakky: Library, noon: datetime
) -> None:
    case, _ = await opens()
    said = [turn("bot", f"{number} " + "pitkä vastaus " * 60, noon) for number in range(6)]

    letter = alert(case, "x" * 3200, "", said, sakky, is_forum=False)

    message = letter.outgoing
    assert len(split(message, 4096)) == 1
    assert "Botti: 5" in words(message)
    assert "Botti: 0" not in words(message)


@pytest.mark.parametrize("is_whole", [True, False], ids=["whole", "short"])
def test_a_recap_masks_identity_codes(sakky: Library, noon: datetime, is_whole: bool) -> None:
    told = recap([turn("person", "hetu 131052-308T", noon)], sakky, is_whole=is_whole)

    assert told == "Hän: hetu [henkilötunnus]"


def test_a_whole_recap_shortens_the_bot_and_never_the_person(sakky: Library, noon: datetime) -> None:
    told = recap([turn("person", "a" * 900, noon), turn("bot", "b" * 900, noon)], sakky, is_whole=True)

    assert "a" * 900 in told
    assert "b" * 121 not in told


async def test_in_a_topic_lines_stand_for_themselves_elsewhere_below_the_alert(opens: Opens) -> None:
    case, _ = await opens()

    assert to_staff(replace(case, thread="9", alert_ref="10")).reply_to == ""
    assert to_staff(replace(case, thread=None, alert_ref="10")).reply_to == "10"
