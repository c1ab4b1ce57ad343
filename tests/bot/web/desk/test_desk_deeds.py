"""What staff do at the desk is done once, by one, and nothing that they wrote is lost."""

import pytest

from bot.handoff.desk_room import DESK
from storage import cases, notes, staff
from tests.bot.web.desk.conftest import Office

GROUP, OTHER = "telegram:-1001", "telegram:-1002"
SECRET = "kukaan ei saa tietää tätä"


async def test_who_takes_a_case_answers_and_closes_it(office: Office) -> None:
    """The whole of a day's work, from the queue to the outcome."""
    case = await office.opens("moi")
    kaisa = await office.visitor("Kaisa", staff_id="900")

    claimed = await kaisa.does(case.code, "claim")
    replied = await kaisa.does(case.code, "reply", text="Moi <b>sinä</b>")
    closed = await kaisa.does(case.code, "close", outcome="talked")

    assert [each.headers.get("location") for each in (claimed, replied, closed)] == [
        f"/desk/case/{case.code}?done={deed}" for deed in ("claim", "reply", "close")
    ]
    said = await office.letters(case.contact_chat)
    assert "Koulun aikuinen on nyt tässä" in said[0]
    assert said[1] == "👤 **Koulun aikuinen:**\nMoi <b>sinä</b>"
    assert "päätti tämän keskustelun" in said[2]
    done = await office.case(case.code)
    assert (done.status, done.outcome, done.holder) == (cases.CLOSED, "talked", "Kaisa")
    assert "Moi &lt;b&gt;sinä&lt;/b&gt;" in await kaisa.sees(f"/desk/case/{case.code}")
    assert "Juteltiin" in await kaisa.sees()
    assert office.rung.count("letters") == 3


async def test_of_two_who_take_a_case_the_second_hears_who_was_faster(office: Office) -> None:
    case = await office.opens("moi")
    kaisa, antti = await office.visitor("Kaisa"), await office.visitor("Antti")
    page = await antti.sees(f"/desk/case/{case.code}")
    proof = page.partition('name="proof" value="')[2][:32]
    await kaisa.does(case.code, "claim")

    late = await antti.browser.post(f"/desk/case/{case.code}/claim", data={"proof": proof})

    assert late.status_code == 409
    assert f"{case.code}: Kaisa ehti ensin." in late.text
    assert (await office.case(case.code)).holder == "Kaisa"
    assert ("Antti", "claim", case.code) not in await office.deeds()


async def test_a_reply_that_is_sent_twice_arrives_once(office: Office) -> None:
    """A double click; a page sent anew because nobody knew whether it had been."""
    case = await office.opens("moi")
    kaisa = await office.visitor()
    await kaisa.does(case.code, "claim")
    before = len(await office.letters(case.contact_chat))

    for _ in range(2):
        answer = await kaisa.does(case.code, "reply", text="Moi", line="desk-the-same")
        assert answer.status_code == 303

    assert len(await office.letters(case.contact_chat)) == before + 1


async def test_a_reply_to_a_case_that_a_colleague_has_by_now_is_kept_to_be_copied(office: Office) -> None:
    case = await office.opens("moi")
    kaisa, antti = await office.visitor("Kaisa"), await office.visitor("Antti")
    await kaisa.does(case.code, "claim")
    page = await kaisa.sees(f"/desk/case/{case.code}")
    proof = page.partition('name="proof" value="')[2][:32]
    await antti.does(case.code, "release")
    await antti.does(case.code, "claim")

    late = await kaisa.browser.post(
        f"/desk/case/{case.code}/reply", data={"proof": proof, "line": "desk-late", "text": SECRET}
    )

    assert late.status_code == 409
    assert "Antti hoitaa tapausta nyt" in late.text
    assert f">{SECRET}</textarea>" in late.text
    assert not [words for words in await office.letters(case.contact_chat) if SECRET in words]


@pytest.mark.parametrize(
    ("deed", "fields", "why"),
    [
        pytest.param("reply", {"text": "   "}, "Kirjoita ensin jotain", id="an empty reply"),
        pytest.param("reply", {"text": "a" * 4001}, "Teksti on liian pitkä", id="a book"),
        pytest.param("reply", {"text": "Moi", "line": "x"}, "Sivu oli vanha", id="a reply without a name"),
        pytest.param("close", {"outcome": "made-up"}, "valitse, mitä tästä tuli", id="no outcome of ours"),
        pytest.param("hand", {"to": "chat:nowhere"}, "ei ole enää", id="to nobody"),
    ],
)
async def test_what_cannot_be_done_is_said_and_changes_nothing(
    office: Office, deed: str, fields: dict[str, str], why: str
) -> None:
    case = await office.opens("moi")
    kaisa = await office.visitor()
    await kaisa.does(case.code, "claim")
    before = await office.deeds(), await office.letters(case.contact_chat)

    answer = await kaisa.does(case.code, deed, **fields)

    assert answer.status_code == 409
    assert why in answer.text
    assert (await office.deeds(), await office.letters(case.contact_chat)) == before
    assert (await office.case(case.code)).status == cases.CLAIMED


async def test_somebody_in_danger_whom_nobody_answered_is_not_closed_by_one_click(office: Office) -> None:
    case = await office.opens("haluun kuolla", level=2, kind="suicide")
    kaisa = await office.visitor()

    unsure = await kaisa.does(case.code, "close", outcome="talked")
    sure = await kaisa.does(case.code, "close", outcome="emergency-help", sure="yes")

    assert "merkitse ensin, että olet varma" in unsure.text
    assert (unsure.status_code, sure.status_code) == (409, 303)
    assert (await office.case(case.code)).outcome == "emergency-help"


async def test_a_note_is_for_staff_alone(office: Office) -> None:
    case = await office.opens("moi")
    kaisa = await office.visitor()

    await kaisa.does(case.code, "note", note=SECRET)

    assert SECRET in await kaisa.sees(f"/desk/case/{case.code}")
    assert await office.letters(case.contact_chat) == []
    async with office.database.begin() as session:
        assert [note.name for note in await notes.of(session, case.id)] == ["Kaisa"]


async def test_a_case_goes_to_a_colleague_who_is_at_the_desk(office: Office) -> None:
    case = await office.opens("moi")
    kaisa, antti = await office.visitor("Kaisa"), await office.visitor("Antti")
    await kaisa.does(case.code, "claim")
    page = await kaisa.sees(f"/desk/case/{case.code}")
    to = page.partition('<option value="staff:')[2].partition('"')[0]

    await kaisa.does(case.code, "hand", to=f"staff:{to}")

    assert (await office.case(case.code)).holder == "Antti"
    assert (await antti.does(case.code, "reply", text="Antti tässä")).status_code == 303


async def test_a_case_goes_to_the_staff_of_another_group_and_out_of_sight(office: Office) -> None:
    async with office.database.begin() as session:
        await staff.bind(session, OTHER, "varkaus", is_forum=False, at=office.now)
    case = await office.opens("moi", staff_chat=GROUP)
    kaisa = await office.visitor(chat=GROUP)

    handed = await kaisa.does(case.code, "hand", to="chat:varkaus")

    assert handed.headers["location"] == "/desk?done=hand"
    assert (await office.case(case.code)).staff_chat == OTHER
    assert (await kaisa.browser.get(f"/desk/case/{case.code}")).status_code == 404


async def test_staff_of_one_group_reach_no_case_of_another_by_any_way(office: Office) -> None:
    """As if there were no such case."""
    case = await office.opens(SECRET, staff_chat=GROUP)
    kaisa = await office.visitor(chat=OTHER)
    proof = (await kaisa.sees()).partition('name="proof" value="')[2][:32]

    answers = [await kaisa.browser.get(f"/desk/case/{code}") for code in (case.code, "K-99")]
    answers += [
        await kaisa.browser.post(f"/desk/case/{code}/{deed}", data={"proof": proof, "outcome": "talked"})
        for code in (case.code, "K-99")
        for deed in ("claim", "release", "close", "hand", "note", "reply")
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1, "they tell nothing apart"
    assert case.code not in await kaisa.sees()
    assert case.code not in (await kaisa.browser.get("/desk/news")).text
    assert (await office.case(case.code)).status == cases.NEW


async def test_a_case_that_no_staff_chat_hears_of_is_taken_by_who_sees_the_whole_school(
    office: Office,
) -> None:
    case = await office.opens("moi", staff_chat=None)
    admin = await office.visitor("Ylläpito", chat=None)

    await admin.does(case.code, "claim")
    await admin.does(case.code, "reply", text="Moi")

    assert (await office.case(case.code)).staff_chat == DESK
    assert "Moi" in (await office.letters(case.contact_chat))[-1]


async def test_the_log_tells_who_saw_and_did_what_and_holds_no_words(office: Office) -> None:
    case = await office.opens(SECRET)
    kaisa = await office.visitor("Kaisa")
    await kaisa.does(case.code, "claim")
    await kaisa.does(case.code, "reply", text=SECRET)
    await kaisa.does(case.code, "note", note=SECRET)

    deeds = await office.deeds()

    assert deeds == [
        ("Kaisa", "entered", None),
        ("Kaisa", "looked", case.code),
        ("Kaisa", "claim", case.code),
        ("Kaisa", "reply", case.code),
        ("Kaisa", "note", case.code),
    ]
    admin = await office.visitor("Ylläpito", chat=None)
    page = await admin.sees(f"/desk/audit?case={case.code}")
    assert "vastasi" in page
    assert SECRET not in page


async def test_the_log_of_all_is_for_who_sees_the_whole_school(office: Office) -> None:
    kaisa = await office.visitor()

    assert (await kaisa.browser.get("/desk/audit")).status_code == 404
