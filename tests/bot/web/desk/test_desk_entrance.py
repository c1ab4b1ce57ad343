"""Who gets in: whoever has a link of their own, once, within ten minutes; for eight hours, and nobody else."""

from datetime import datetime, timedelta

import pytest

from bot.handoff.desk_room import DESK
from bot.web.desk_visit import COOKIE
from content.library import Library
from storage import staff
from storage.database import Database
from tests.bot.web.desk.conftest import ADDRESS, Office


async def test_opening_a_link_asks_for_whom_it_is_and_uses_nothing_up(office: Office) -> None:
    """Messengers open links for a preview."""
    link, browser = await office.link("Kaisa"), office.browser()

    pages = [await browser.get(link) for _ in range(3)]
    entered = await browser.post(link)

    assert [page.status_code for page in pages] == [200, 200, 200]
    assert "Oletko <strong>Kaisa</strong>?" in pages[0].text
    assert COOKIE not in browser.cookies or entered.status_code == 303
    assert entered.headers["location"] == "/desk"


async def test_a_link_lets_nobody_in_twice(office: Office) -> None:
    link = await office.link()
    await office.browser().post(link)

    again, page = await office.browser().post(link), await office.browser().get(link)

    assert (again.status_code, page.status_code) == (403, 403)
    assert "set-cookie" not in again.headers
    assert "Linkki on jo käytetty tai vanhentunut" in again.text


async def test_a_link_that_is_too_old_or_made_up_lets_nobody_in(office: Office) -> None:
    link = await office.link()
    office.now += timedelta(minutes=10)

    assert (await office.browser().post(link)).status_code == 403
    assert (await office.browser().post("/desk/enter/made-up")).status_code == 403


async def test_the_session_is_kept_where_no_script_and_no_other_site_finds_it(office: Office) -> None:
    entered = await office.browser().post(await office.link())

    cookie = entered.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "Path=/desk" in cookie
    assert "SameSite=strict" in cookie
    assert "Secure" not in cookie  # on this machine alone: there is no https


async def test_over_https_the_session_goes_over_nothing_else(
    database: Database, sakky: Library, noon: datetime
) -> None:
    office = Office(database, sakky, noon, address="https://apu.test")

    entered = await office.browser().post(await office.link())

    assert "Secure" in entered.headers["set-cookie"]


async def test_a_name_that_was_put_into_the_browser_beforehand_is_not_taken(office: Office) -> None:
    """Session fixation: whoever planted it would be at the desk as well."""
    browser = office.browser()
    browser.cookies.set(COOKIE, "planted", domain="apu.test", path="/desk")

    entered = await browser.post(await office.link())

    assert "planted" not in entered.headers["set-cookie"]
    planted = office.browser()
    planted.cookies.set(COOKIE, "planted", domain="apu.test", path="/desk")
    assert (await planted.get("/desk")).status_code == 403


async def test_who_enters_anew_leaves_the_old_session_behind(office: Office) -> None:
    kaisa = await office.visitor()
    old = kaisa.browser.cookies[COOKIE]

    await kaisa.browser.post(await office.link())

    left = office.browser()
    left.cookies.set(COOKIE, old, domain="apu.test", path="/desk")
    assert (await left.get("/desk")).status_code == 403


async def test_a_visit_ends_after_eight_hours_and_what_was_written_is_not_lost(office: Office) -> None:
    case = await office.opens("apua")
    kaisa = await office.visitor()
    await kaisa.does(case.code, "claim")
    page = await kaisa.sees(f"/desk/case/{case.code}")
    proof = page.partition('name="proof" value="')[2][:32]
    office.now += timedelta(hours=8)

    answer = await kaisa.browser.post(
        f"/desk/case/{case.code}/reply", data={"proof": proof, "line": "desk-1", "text": "Pitkä vastaus"}
    )

    assert answer.status_code == 403
    assert "Istuntosi on päättynyt" in answer.text
    assert ">Pitkä vastaus</textarea>" in answer.text
    assert not [words for words in await office.letters(case.contact_chat) if "Pitkä" in words]


async def test_whoever_leaves_is_out(office: Office) -> None:
    kaisa = await office.visitor()
    token = kaisa.browser.cookies[COOKIE]
    proof = (await kaisa.sees()).partition('name="proof" value="')[2][:32]

    left = await kaisa.browser.post("/desk/leave", data={"proof": proof})

    assert left.status_code == 200
    thief = office.browser()
    thief.cookies.set(COOKIE, token, domain="apu.test", path="/desk")
    assert (await thief.get("/desk")).status_code == 403


async def test_when_a_group_is_no_staff_chat_any_more_its_people_are_out(office: Office) -> None:
    kaisa = await office.visitor()
    async with office.database.begin() as session:
        await staff.unbind(session, DESK)

    assert (await kaisa.browser.get("/desk")).status_code == 403


@pytest.mark.parametrize(
    "path", ["/desk", "/desk/case/K-1", "/desk/overview", "/desk/audit", "/desk/news", "/desk/events"]
)
async def test_a_stranger_sees_nothing(office: Office, path: str) -> None:
    await office.opens("salaisuus")

    answer = await office.browser().get(path)

    assert answer.status_code == 403
    assert "K-1" not in answer.text
    assert "salaisuus" not in answer.text


@pytest.mark.parametrize(
    "proof",
    [
        pytest.param("", id="none"),
        pytest.param("0" * 32, id="made up"),
        pytest.param("Antti", id="another's"),
    ],
)
async def test_a_form_that_no_page_of_the_session_made_does_nothing(office: Office, proof: str) -> None:
    """CSRF: another site's page sends the cookie along, but cannot read ours."""
    case = await office.opens()
    kaisa, antti = await office.visitor(), await office.visitor("Antti")
    if proof == "Antti":
        proof = (await antti.sees()).partition('name="proof" value="')[2][:32]

    answer = await kaisa.browser.post(f"/desk/case/{case.code}/claim", data={"proof": proof})

    assert answer.status_code == 403
    assert (await office.case(case.code)).status == "new"


async def test_a_form_from_another_site_does_nothing(office: Office) -> None:
    kaisa = await office.visitor()

    answer = await kaisa.browser.post("/desk/leave", headers={"Origin": "https://elsewhere.test"})

    assert answer.status_code == 403
    assert (await kaisa.browser.get("/desk")).status_code == 200


async def test_no_page_of_the_desk_is_kept_or_listed(office: Office) -> None:
    case = await office.opens()
    kaisa = await office.visitor(chat=None)

    for path in ("/desk", f"/desk/case/{case.code}", "/desk/overview", "/desk/audit", "/desk/case/K-99"):
        answer = await kaisa.browser.get(path)

        assert answer.headers["cache-control"] == "no-store", path
        assert answer.headers["x-robots-tag"] == "noindex, nofollow", path
        assert answer.headers["x-frame-options"] == "DENY", path
        assert "etag" not in answer.headers, path
    assert (await kaisa.browser.get("/desk/news")).headers["cache-control"] == "no-store"
    assert ADDRESS not in kaisa.browser.cookies
