"""The desk keeps others out: links used at once, forged fields, looks that nobody would know of, other schools."""

import asyncio
import shutil
from pathlib import Path

import pytest

from bot.web.desk_visit import COOKIE
from content.library import Library
from storage.database import Database
from tests.bot.web.desk.conftest import Office

SECRET = "kukaan ei saa tietää"
MARKUP = "<script>alert(1)</script>"
ODD = ["\0", "ä" * 32, "\u202e", "\N{GRINNING FACE}", "'\"><b>", "x" * 9000]


def _proof(page: str) -> str:
    return page.partition('name="proof" value="')[2].partition('"')[0]


async def test_of_many_who_use_a_link_at_once_one_gets_in(office: Office) -> None:
    link = await office.link()

    answers = await asyncio.gather(*(office.browser().post(link) for _ in range(8)))

    assert sorted(answer.status_code for answer in answers) == [303] + 7 * [403]
    assert sum("set-cookie" in answer.headers for answer in answers) == 1


async def test_a_link_or_session_of_another_school_opens_nothing(
    office: Office, migrated: Path, tmp_path: Path, sskky: Library
) -> None:
    case = await office.opens(SECRET)
    shutil.copy(migrated, tmp_path / "other.db")
    elsewhere = await Database.open(f"sqlite:///{tmp_path / 'other.db'}", office.database.keys)
    other = Office(elsewhere, sskky, office.now)
    stranger = await other.visitor(chat=None)
    browser = office.browser()
    browser.cookies.set(COOKIE, stranger.browser.cookies[COOKIE], domain="apu.test", path="/desk")

    seen = await browser.get(f"/desk/case/{case.code}")
    entered = await office.browser().post(await other.link(chat=None))

    assert (seen.status_code, entered.status_code) == (403, 403)
    assert SECRET not in seen.text
    await elsewhere.close()


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("deed", ["claim", "release", "reply", "note", "close", "hand"])
async def test_a_forged_field_is_refused_and_breaks_nothing(office: Office, deed: str, odd: str) -> None:
    case = await office.opens("apua")
    kaisa = await office.visitor()
    proof = _proof(await kaisa.sees())
    good = {"proof": proof, "line": "desk-1", "text": "x", "note": "x", "to": "chat:*", "outcome": "x"}

    for name in good:
        fields = good | {name: odd}
        if deed == "note" and name == "line":
            fields["line"] = "desk-" + odd
        answer = await kaisa.browser.post(f"/desk/case/{case.code}/{deed}", data=fields)

        assert answer.status_code in {303, 403, 409}, name
        assert name != "proof" or answer.status_code == 403


@pytest.mark.parametrize(
    "path", ["/desk/case/{}", "/desk/enter/{}", "/desk/audit?case={}", "/desk?campus={}"]
)
@pytest.mark.parametrize("odd", ["%00", "K-99999999999999999999", "%FF%FE", "%ED%A0%80", "..%2f..", "%D9%A1"])
async def test_an_odd_address_is_answered_kindly(office: Office, path: str, odd: str) -> None:
    kaisa = await office.visitor(chat=None)

    answer = await kaisa.browser.get(path.format(odd))

    assert answer.status_code in {200, 403, 404}
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("deed", ["reply", "note", "close", "hand"])
async def test_a_case_that_is_seen_by_a_form_that_does_nothing_is_seen_in_the_log(
    office: Office, deed: str
) -> None:
    """Else a whole conversation could be read without anybody knowing of it."""
    case = await office.opens(SECRET)
    kaisa = await office.visitor()
    proof = _proof(await kaisa.sees())

    answer = await kaisa.browser.post(f"/desk/case/{case.code}/{deed}", data={"proof": proof})

    assert answer.status_code == 409
    assert SECRET in answer.text
    assert ("Kaisa", "looked", case.code) in await office.deeds()


async def test_who_was_slower_at_taking_a_case_is_seen_in_the_log(office: Office) -> None:
    case = await office.opens(SECRET)
    kaisa, antti = await office.visitor(), await office.visitor("Antti")
    await kaisa.does(case.code, "claim")
    proof = _proof(await antti.sees())

    answer = await antti.browser.post(f"/desk/case/{case.code}/claim", data={"proof": proof})

    assert SECRET in answer.text
    assert ("Antti", "looked", case.code) in await office.deeds()


async def test_markup_is_text_wherever_somebody_can_write_it(office: Office) -> None:
    """In what people say, in lines and notes of staff, in their names, and where a form comes back."""
    case = await office.opens(MARKUP, campus=MARKUP)
    name = f"Kaisa {MARKUP}"
    opened = await office.browser().get(await office.link(name))
    kaisa = await office.visitor(name)
    pages = [opened.text, (await kaisa.does(case.code, "claim")).text]
    pages += [(await kaisa.does(case.code, deed, **fields)).text for deed, fields in _markup().items()]
    pages += [await kaisa.sees(path) for path in ("/desk", f"/desk/case/{case.code}", "/desk/overview")]
    whole = await office.visitor(name, chat=None)
    pages += [await whole.sees(path) for path in ("/desk/audit", f"/desk/audit?case={MARKUP}")]
    pages.append((await kaisa.browser.post("/desk/leave", data={"proof": "x", "text": MARKUP})).text)

    assert not [page for page in pages if "<script>alert" in page]
    assert "&lt;script&gt;alert(1)" in pages[0]
    assert "&lt;script&gt;alert(1)" in pages[-1]


def _markup() -> dict[str, dict[str, str]]:
    return {
        "reply": {"text": MARKUP},
        "note": {"note": MARKUP},
        "hand": {"to": MARKUP, "text": MARKUP, "note": MARKUP},
        "close": {"outcome": MARKUP},
    }
