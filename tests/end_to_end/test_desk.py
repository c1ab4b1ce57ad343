"""The desk beside Telegram: one case, whoever answers where."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx
import pytest
import pytest_asyncio

from tests.browser.running import HOST, free_port
from tests.double.people import Person
from tests.end_to_end.staffed import CLOSE, RELEASE, Case, School, staffed

pytestmark = pytest.mark.asyncio(loop_scope="module")
LINK = re.compile(r"https?://\S+/desk/enter/\S+")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def school(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[School]:
    listen = f"{HOST}:{free_port()}"
    async with staffed(tmp_path_factory.mktemp("data"), MATALA_LISTEN=listen) as school:
        yield school


@dataclass
class AtDesk:
    """Somebody of the staff at the desk."""

    browser: httpx.AsyncClient

    async def sees(self, case: Case) -> str:
        """Look at a case."""
        return (await self.browser.get(f"/desk/case/{case.code}")).text

    async def does(self, case: Case, deed: str, **fields: str) -> httpx.Response:
        """Send a form of a case's page."""
        hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', await self.sees(case)))
        return await self.browser.post(f"/desk/case/{case.code}/{deed}", data=hidden | fields)


@asynccontextmanager
async def enters(school: School, who: Person) -> AsyncIterator[AtDesk]:
    """Let somebody ask for a link in the group, and enter by it."""
    await who.uses("desk", in_=school.group)
    answer = await school.group.hears("lähetin sinulle linkin")
    assert not LINK.search(answer.text)
    await who.uses("desk")
    link = LINK.search((await who.hears("/desk/enter/")).text)
    assert link is not None
    address = httpx.URL(link[0])
    async with httpx.AsyncClient(base_url=f"http://{address.netloc.decode()}") as browser:
        entered = await browser.post(address.path)
        assert entered.status_code == 303
        yield AtDesk(browser)


async def test_what_is_done_at_the_desk_reaches_the_person_and_shows_in_the_group(school: School) -> None:
    async with enters(school, school.kaisa) as kaisa:
        case = await school.opened("tarviin apua opintoihin")

        assert (await kaisa.does(case, "claim")).status_code == 303
        await case.person.hears("Koulun aikuinen on nyt tässä")
        await case.hears("Kaisa Kuraattori hoitaa (työpöytä)")
        await school.group.sees(
            lambda group: [b.text for b in group.message(case.alert).buttons] == [RELEASE, CLOSE]
        )

        await kaisa.does(case, "reply", text="Moi, mitä opintoihin kuuluu?")
        told = await case.person.hears("mitä opintoihin kuuluu")
        assert "Kaisa" not in told.text
        shown = await case.hears("Kaisa Kuraattori (työpöytä)")
        assert "mitä opintoihin kuuluu" in shown.text
        await school.telegram.quiet()
        assert "✓ perillä" in await kaisa.sees(case)

        await kaisa.does(case, "note", note="soitan huomenna")
        await case.hears("soitan huomenna")
        await kaisa.does(case, "close", outcome="talked")
        await case.person.hears("päätti tämän keskustelun")
        assert "Juteltiin" in await kaisa.sees(case)
        school.is_sound()


async def test_what_is_done_in_telegram_shows_at_the_desk_for_the_same_person(school: School) -> None:
    """She takes a case on her phone, and goes on at her computer."""
    async with enters(school, school.kaisa) as kaisa:
        case = await school.claimed("oon ihan yksin täällä")

        await case.gets("// vanhempi kurssi", by=school.kaisa)
        line = await case.gets("Moi, luin viestisi", by=school.kaisa)
        await case.has_mark(line, "👍")
        await case.person.writes("kiitos kun vastasit")
        await case.hears("kiitos kun vastasit")

        page = await kaisa.sees(case)
        assert "vanhempi kurssi" in page
        assert "Moi, luin viestisi" in page
        assert "kiitos kun vastasit" in page
        assert (await kaisa.does(case, "reply", text="Nyt koneelta")).status_code == 303
        await case.person.hears("Nyt koneelta")
        school.is_sound()


async def test_who_blocked_the_bot_is_seen_at_the_desk_and_the_line_has_its_reason(school: School) -> None:
    async with enters(school, school.kaisa) as kaisa:
        case = await school.claimed("tarviin apua")

        await case.person.blocks()
        await school.telegram.quiet()
        await kaisa.does(case, "reply", text="Oletko vielä siellä?")
        await school.telegram.quiet()

        page = await kaisa.sees(case)
        assert "⚠ Ei mennyt perille" in page


async def test_a_colleague_without_a_link_of_their_own_is_given_none(school: School) -> None:
    """What is for Kaisa is not for Antti, who is in the same group."""
    await school.kaisa.uses("desk", in_=school.group)
    await school.telegram.quiet()
    before = len(school.antti.inbox)

    await school.antti.uses("desk")
    await school.telegram.quiet()

    assert not [seen for seen in school.antti.inbox[before:] if LINK.search(seen.text)]
