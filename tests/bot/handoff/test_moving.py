"""A case that goes elsewhere takes with it all that was said and all that still waits to be sent."""

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.channel import pack
from bot.handoff import moving
from bot.handoff.claiming import on_claim
from content.library import Library
from intents.risk import Level
from storage import cases, outbox, turns
from storage.outbox import NewMessage, Priority
from tests.bot.handoff.conftest import (
    EVERYBODY,
    KUOPIO,
    PERSON,
    Opens,
    messages_to,
    staff_turn,
    words,
)


async def test_what_waits_for_the_old_group_goes_to_the_new_one(
    opens: Opens, session: AsyncSession, sakky: Library, noon: datetime
) -> None:
    case, letters = await opens("en halua elää", level=Level.CRISIS)
    other, _ = await opens("moi", person="telegram:502")
    waiting = [
        NewMessage(KUOPIO.chat, pack(letters[-1].outgoing), Priority.STAFF, noon, case_id=each.id)
        for each in (case, other)
    ]
    await outbox.put(session, waiting, inbox_id=None, at=noon)

    await moving.to_chat(session, case, EVERYBODY, sakky)

    due = await outbox.due(session, now=noon, limit=10)
    assert {(row.chat, row.case_id) for row in due} == {(EVERYBODY.chat, case.id), (KUOPIO.chat, other.id)}


async def test_all_that_was_said_is_told_anew(
    opens: Opens, session: AsyncSession, sakky: Library, noon: datetime
) -> None:
    case, _ = await opens("en halua elää", level=Level.CRISIS)
    for number in range(20):
        at = noon + timedelta(minutes=number + 1)
        await turns.add(session, case.contact_id, by="person", text=f"sanoin {number}. " + "a" * 400, at=at)

    letters = await moving.to_chat(session, case, EVERYBODY, sakky)

    alert, story = messages_to(EVERYBODY.chat, letters)
    assert "en halua elää" in words(alert)
    assert "itsemurha" in words(alert)
    assert all(f"sanoin {number}. " + "a" * 400 in words(story) for number in range(20))


async def test_who_takes_a_moved_case_in_its_old_group_brings_it_back(
    opens: Opens, session: AsyncSession, sakky: Library, noon: datetime
) -> None:
    case, _ = await opens("en halua elää", level=Level.CRISIS)
    await moving.to_chat(session, case, EVERYBODY, sakky)
    moved = await cases.access(session, case.id, staff_chat=EVERYBODY.chat)
    turn = staff_turn(press=f"claim:{case.code}", thread="31")

    letters = await on_claim(session, turn, moved, sakky, by="kaisa", now=noon)

    back = await cases.access(session, case.id, staff_chat=KUOPIO.chat)
    assert (back.staff_chat, back.thread, back.alert_ref) == (KUOPIO.chat, "31", "77")
    assert "toisessa ryhmässä" in words(messages_to(EVERYBODY.chat, letters)[0])
    assert "on nyt tässä" in words(messages_to(PERSON, letters)[0])


async def test_a_group_that_became_another_chat_sees_its_open_cases_anew(
    opens: Opens, session: AsyncSession, sakky: Library, noon: datetime
) -> None:
    taken, _ = await opens("asia yksi", person="telegram:601")
    await opens("asia kaksi", person="telegram:602")
    closed, _ = await opens("asia kolme", person="telegram:603")
    await cases.claim(session, taken.id, by="x", holder="Kaisa", at=noon)
    await cases.close(session, closed.id, at=noon)

    letters = await moving.to_supergroup(session, KUOPIO.chat, "telegram:-100999", sakky)

    shown = [words(message) for message in messages_to("telegram:-100999", letters)]
    assert ["hoitaa Kaisa" in text for text in shown] == [True, False]
    assert ["asia yksi" in shown[0], "asia kaksi" in shown[1]] == [True, True]
    buttons = [[b.label for b in message.buttons[0]] for message in messages_to("telegram:-100999", letters)]
    assert buttons == [["Vapauta", "Sulje"], ["Otan tämän", "Sulje"]]
    assert await moving.to_supergroup(session, KUOPIO.chat, "telegram:-100999", sakky) == []
