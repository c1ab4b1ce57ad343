"""What staff do at the desk reaches the person, and shows in the staff chat."""

from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from bot.channel import StaffTurn
from bot.handoff import at_desk, claiming
from bot.handoff.at_desk import Declined
from bot.handoff.desk_room import DESK
from content.library import Library
from storage import cases, notes, turns
from storage.cases import Case
from tests.bot.handoff.conftest import EVERYBODY, KUOPIO, PERSON, Opens, messages_to, staff_turn, words

KAISAS, ANTTIS = "fingerprint of Kaisa", "fingerprint of Antti"


def at_the_desk(text: str = "", ref: str = "") -> StaffTurn:
    return replace(staff_turn(text), ref=ref, is_at_desk=True)


@pytest.fixture
async def case(session: AsyncSession, opens: Opens, noon: datetime) -> Case:
    """A case that Kaisa has."""
    opened, _ = await opens("apua", at=noon)
    await cases.claim(session, opened.id, by=KAISAS, holder="Kaisa", at=noon)
    return await cases.access(session, opened.code, staff_chat=KUOPIO.chat)


async def test_a_reply_goes_to_the_person_and_is_shown_in_the_group(
    session: AsyncSession, case: Case, sakky: Library, noon: datetime
) -> None:
    letters = await at_desk.on_reply(session, at_the_desk("Moi", "r1"), case, sakky, by=KAISAS, now=noon)

    [to_person] = messages_to(PERSON, letters)
    assert words(to_person) == "👤 **Koulun aikuinen:**\nMoi"
    assert (to_person.origin, to_person.carries_for) == ("r1", DESK)
    assert [words(each) for each in messages_to(KUOPIO.chat, letters)] == ["👤 Kaisa (työpöytä):\nMoi"]
    [*_, said] = await turns.last(session, case.contact_id, 5)
    assert (said.by, said.text, said.ref) == ("staff", "Moi", "r1")


async def test_the_same_reply_again_goes_nowhere(
    session: AsyncSession, case: Case, sakky: Library, noon: datetime
) -> None:
    """A double click, a form sent anew after a reload."""
    turn = at_the_desk("Moi", "r1")
    await at_desk.on_reply(session, turn, case, sakky, by=KAISAS, now=noon)

    assert await at_desk.on_reply(session, turn, case, sakky, by=KAISAS, now=noon) == []


@pytest.mark.parametrize(
    ("change", "by", "key"),
    [
        pytest.param({"status": cases.CLOSED}, KAISAS, "desk.declined_closed", id="closed"),
        pytest.param({"status": cases.NEW}, KAISAS, "desk.declined_free", id="free"),
        pytest.param({}, ANTTIS, "desk.declined_anothers", id="a colleague's"),
    ],
)
async def test_only_the_holder_of_an_open_case_writes_to_the_person(
    session: AsyncSession,
    case: Case,
    sakky: Library,
    noon: datetime,
    change: dict[str, str],
    by: str,
    key: str,
) -> None:
    changed = replace(case, **change)  # type: ignore[arg-type]  # names are Case's

    with pytest.raises(Declined) as declined:
        await at_desk.on_reply(session, at_the_desk("Moi", "r1"), changed, sakky, by=by, now=noon)

    assert declined.value.key == key


async def test_a_note_is_kept_and_shown_in_the_group_and_not_to_the_person(
    session: AsyncSession, case: Case, sakky: Library, noon: datetime
) -> None:
    letters = await at_desk.on_note(session, at_the_desk("soitan kotiin", "n1"), case, sakky, now=noon)
    again = await at_desk.on_note(session, at_the_desk("soitan kotiin", "n1"), case, sakky, now=noon)

    assert [letter.outgoing.chat for letter in letters] == [KUOPIO.chat]
    assert again == []
    assert [note.text for note in await notes.of(session, case.id)] == ["soitan kotiin"]


async def test_a_case_goes_to_another_group_free_to_be_taken(
    session: AsyncSession, case: Case, sakky: Library, noon: datetime
) -> None:
    letters = await at_desk.to_other_chat(session, at_the_desk(), case, EVERYBODY, sakky, now=noon)

    there = await cases.access(session, case.code, staff_chat=EVERYBODY.chat)
    assert (there.status, there.staff_chat, there.remind_step) == (cases.NEW, EVERYBODY.chat, 0)
    assert there.remind_at is not None
    assert [message.is_alert for message in messages_to(EVERYBODY.chat, letters)] == [True]
    assert "Joku toinen koulun aikuinen jatkaa" in words(messages_to(PERSON, letters)[0])
    assert "siirsi tapauksen" in words(messages_to(KUOPIO.chat, letters)[0])


async def test_a_colleague_who_gets_a_case_has_it_and_the_person_hears_of_it(
    session: AsyncSession, case: Case, sakky: Library, noon: datetime
) -> None:
    letters = await at_desk.to_colleague(
        session, at_the_desk(), case, sakky, to=ANTTIS, name="Antti", now=noon
    )

    now = await cases.access(session, case.code, staff_chat=KUOPIO.chat)
    assert (now.holder, now.claimed_by) == ("Antti", ANTTIS)
    assert now.remind_at is not None, "whoever gets a case is expected to write"
    assert "toinen koulun aikuinen" in words(messages_to(PERSON, letters)[0])
    assert (
        words(messages_to(KUOPIO.chat, letters)[0])
        == f"{case.code}: Kaisa antoi tapauksen. Nyt sitä hoitaa Antti."
    )


async def test_a_case_that_changed_hands_meanwhile_is_not_given_on(
    session: AsyncSession, case: Case, sakky: Library, noon: datetime
) -> None:
    await cases.release(session, case.id, remind_at=None)

    with pytest.raises(Declined):
        await at_desk.to_colleague(session, at_the_desk(), case, sakky, to=ANTTIS, name="Antti", now=noon)


async def test_a_claim_at_the_desk_says_so_in_the_group(
    session: AsyncSession, opens: Opens, sakky: Library, noon: datetime
) -> None:
    case, _ = await opens("apua", at=noon)

    letters = await claiming.on_claim(session, at_the_desk(), case, sakky, by=KAISAS, now=noon)

    assert "Kaisa hoitaa (työpöytä)" in words(messages_to(KUOPIO.chat, letters)[-1])
