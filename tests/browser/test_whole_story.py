"""From the front page to an adult and to the end: pages reload, and the program is killed on the way."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.browser.axe import violations
from tests.browser.browsing import DESKTOP, PHONE, Browse, Device
from tests.browser.cast import LINK, POST, AtDesk, Guardian, comes_back, desk_link
from tests.browser.running import Site, running
from tests.browser.watching import Watch
from tests.double import Double
from tests.double.people import Person
from tests.double.places import Group
from tests.double.seen import Seen

CUT_OFF = ("net::ERR_", "Failed to load resource")  # what a page says of a server that is killed
WITHIN = 20.0  # seconds until an answer shows to somebody who refreshes
APPOINTMENT = "Sovittiin tapaaminen"


@dataclass(frozen=True)
class Words:
    """What a guardian writes, and what is read then, in one language."""

    locale: str
    worry: str  # in the box of the front page
    danger: str
    first: str  # and later, to an adult
    second: str
    find: str  # the button of the box
    carry: str  # the button that goes on in the chat
    told: str
    joined: str
    ended: str
    helped: str
    glad: str


FINNISH = Words(
    "fi-FI",
    "poika ei käy koulussa",
    "tyttäreni sanoo että haluaa kuolla",
    "hän ei saa nukuttua",
    "voisitko soittaa hänelle",
    "Etsi apua",
    "Jatka tästä keskusteluun",
    "Kerroin koulun aikuisille",
    "Koulun aikuinen on nyt tässä",
    "Koulun aikuinen päätti tämän keskustelun",
    "Auttoi",
    "Hyvä kuulla",
)
SWEDISH = Words(
    "sv-FI",
    "min son går inte i skolan",
    "min dotter säger att hon vill dö",
    "hen kan inte sova",
    "kan du ringa henne",
    "Sök hjälp",
    "Fortsätt i chatten",
    "Jag har berättat för de vuxna",
    "En vuxen i skolan är här nu",
    "Den vuxna i skolan avslutade samtalet",
    "Det hjälpte",
    "Bra att höra",
)
ENGLISH = Words(
    "en-GB",
    "my son is absent from school",
    "my daughter says she wants to die",
    "she does not sleep at night",
    "can you call her",
    "Find help",
    "Go on in the chat",
    "I have told the adults at school",
    "An adult at school is here now",
    "The adult at school ended this conversation",
    "It helped",
    "Good to hear",
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    """The program without Telegram, as it is tried out first."""
    async with running(tmp_path_factory.mktemp("web")) as site:
        yield site


@dataclass
class School:
    """The program beside Telegram, and the staff's group there."""

    site: Site
    telegram: Double
    group: Group
    kaisa: Person


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def school(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[School]:
    async with Double.started() as telegram:
        kaisa = telegram.person("Kaisa", "Kuraattori")
        group = telegram.forum("Koulun tuki", [], admins=[kaisa])
        bound = {"MATALA_STAFF_CHATS": f"*={group.id}"}
        async with running(tmp_path_factory.mktemp("both"), telegram=telegram, **bound) as site:
            yield School(site, telegram, group, kaisa)


async def comes_from_the_front_page(page: Page, site: Site, words: Words) -> Guardian:
    """Ask in the box, go on in the chat with what was asked, and ask for a human there."""
    await page.goto(site.url)
    await page.fill("#ask-text", words.worry)
    await page.get_by_role("button", name=words.find).click()
    await page.get_by_role("button", name=words.carry).click()
    await expect(page.locator("#chat-text")).to_have_value(words.worry)
    await page.locator("#chat-send").click()
    await expect(page.locator(f"{POST}.bot").first).to_be_visible()
    guardian = Guardian(page)
    await guardian.asks_for_a_human()
    await guardian.hears(words.told)
    return guardian


# ---------------------------------------------------------------- the web alone


@pytest.mark.parametrize(
    ("words", "hers", "theirs", "is_dark"),
    [
        pytest.param(FINNISH, PHONE, DESKTOP, False, id="Finnish on a phone"),
        pytest.param(SWEDISH, DESKTOP, PHONE, True, id="Swedish on a desktop by night"),
    ],
)
async def test_a_guardian_is_answered_from_the_desk_through_reloads_and_kills(
    words: Words, hers: Device, theirs: Device, browse: Browse, watch: Watch, site: Site, *, is_dark: bool
) -> None:
    """Neither side has to do anything: what was written is there again, and goes out once."""
    watch.forgive(*CUT_OFF)
    page = await browse(hers, locale=words.locale, dark=is_dark)
    staff = AtDesk(await browse(theirs, dark=is_dark), site.url)
    guardian = await comes_from_the_front_page(page, site, words)

    await staff.enters(await desk_link(site, f"Kaisa {theirs.name}"))
    code = await staff.opens_the_newest()
    await staff.hears(words.worry)
    await staff.claims()
    await guardian.hears(words.joined)
    await staff.replies("Hei, olen kuraattori. Mitä kotona tapahtuu aamuisin?")
    await guardian.hears("Mitä kotona tapahtuu aamuisin?")

    await page.reload()
    await guardian.hears("Mitä kotona tapahtuu aamuisin?")
    await guardian.says(words.first)
    await staff.hears(words.first)
    await staff.page.fill("#text", "Kiitos, että kerroit")

    await site.kill()
    await guardian.says(words.second)
    await expect(page.locator(".pending")).to_have_count(1)
    await comes_back(site)

    await staff.hears(words.second)
    await expect(staff.page.locator("#text")).to_have_value("Kiitos, että kerroit")
    await staff.sends("Kiitos, että kerroit")
    await guardian.hears("Kiitos, että kerroit")
    await expect(page.locator("#chat-offline")).to_be_hidden()

    await site.kill()
    await comes_back(site)
    await page.reload()
    await staff.page.reload()
    await staff.replies("Nähdään huomenna klo 9")
    await guardian.hears("Nähdään huomenna klo 9")
    assert await violations(page) + await violations(staff.page) == []

    await staff.closes(APPOINTMENT)
    await guardian.hears(words.ended)
    await guardian.presses(words.helped)
    await guardian.hears(words.glad)
    await staff.page.goto(f"{site.url}/desk")
    await staff.page.locator("summary", has_text="Suljettu").click()
    await expect(staff.page.locator(f"tr[data-case={code}]")).to_contain_text(APPOINTMENT)
    assert await violations(page) + await violations(staff.page) == []


@pytest.mark.parametrize("device", [PHONE, DESKTOP], ids=lambda device: device.name)
async def test_without_scripts_on_either_side_it_is_the_same(
    device: Device, browse: Browse, site: Site
) -> None:
    page = await browse(device, javascript=False, locale=ENGLISH.locale)
    staff = AtDesk(await browse(device, javascript=False), site.url)
    guardian = await comes_from_the_front_page(page, site, ENGLISH)

    await staff.enters(await desk_link(site, f"Antti {device.name}"))
    await staff.opens_the_newest()
    await staff.claims()
    await staff.page.fill("#text", "Good morning! What happens at home?")
    await staff.page.get_by_role("button", name="Lähetä").click()
    await expect(staff.page.get_by_text("Vastaus lähti.")).to_be_visible()

    await hears_by_refreshing(guardian, "What happens at home?")
    assert await violations(page) + await violations(staff.page) == []
    await staff.closes("Juteltiin, riitti tällä kertaa")
    await hears_by_refreshing(guardian, ENGLISH.ended)
    await guardian.presses(ENGLISH.helped)
    await hears_by_refreshing(guardian, ENGLISH.glad)


async def hears_by_refreshing(guardian: Guardian, text: str) -> None:
    """Press the link that shows what came since, until it has come."""
    heard = guardian.page.locator(f"{POST}:not(.you)", has_text=text)
    async with asyncio.timeout(WITHIN):
        while not await heard.count():
            async with guardian.page.expect_navigation(url="**/chat**"):
                await guardian.page.get_by_role("link", name="Refresh").click()
    await expect(heard).to_have_count(1)


# ---------------------------------------------------------------- beside Telegram


@pytest.mark.parametrize(
    ("words", "device"),
    [
        pytest.param(ENGLISH, PHONE, id="English on a phone"),
        pytest.param(FINNISH, DESKTOP, id="Finnish on a desktop"),
    ],
)
async def test_a_guardian_is_answered_from_telegram_and_from_the_desk_at_once(
    words: Words, device: Device, browse: Browse, watch: Watch, school: School
) -> None:
    """Danger this time: staff hear in their group, answer there and at the desk, and the page stays open all along."""
    watch.forgive(*CUT_OFF)
    site, group, kaisa = school.site, school.group, school.kaisa
    page = await browse(device, locale=words.locale)
    guardian = Guardian(page)
    await page.goto(f"{site.url}/{words.locale[:2]}/chat")
    await guardian.says(words.danger)
    await expect(page.locator(f"{POST}.saves").first).to_contain_text("112")
    alert = await group.hears(lambda seen: words.danger in seen.text and bool(seen.buttons))
    press = await kaisa.presses_inline("Otan tämän", alert, in_=group)
    await press.answered()
    await guardian.hears(words.joined)
    await kaisa.writes("Hello, I am here", in_=group, topic=alert.topic)
    await guardian.hears("Hello, I am here")

    await page.reload()
    await guardian.hears("Hello, I am here")
    await guardian.says(words.first)
    await group.hears(words.first, topic=alert.topic)

    await site.kill()
    await guardian.says(words.second)
    await kaisa.writes("I will call you at once", in_=group, topic=alert.topic)
    await comes_back(site)
    await guardian.hears("I will call you at once")
    await guardian.has_said(words.danger, words.first, words.second)
    await group.hears(words.second, topic=alert.topic)

    staff = AtDesk(await browse(DESKTOP), site.url)
    await staff.enters(await link_in_telegram(school))
    await staff.opens(code_of(alert))
    for text in (words.danger, "Hello, I am here", words.first, "I will call you at once"):
        await staff.hears(text)
    await staff.replies("Now from my computer")
    await guardian.hears("Now from my computer")
    await group.hears("Now from my computer", topic=alert.topic)
    await kaisa.writes("And from my phone again", in_=group, topic=alert.topic)
    await guardian.hears("And from my phone again")
    await staff.hears("And from my phone again")
    assert await violations(page) + await violations(staff.page) == []

    await staff.closes(APPOINTMENT)
    await guardian.hears(words.ended)
    await guardian.presses(words.helped)
    await guardian.hears(words.glad)
    await group.sees(lambda chat: chat.message(alert).buttons == [])
    assert school.telegram.violations == []


async def link_in_telegram(school: School) -> str:
    """Let Kaisa ask for a link in the group; it comes to her alone."""
    await school.kaisa.uses("desk", in_=school.group)
    answer = await school.group.hears("lähetin sinulle linkin")
    assert not LINK.search(answer.text)
    await school.kaisa.uses("desk")
    found = LINK.search((await school.kaisa.hears("/desk/enter/")).text)
    assert found is not None
    return found[0]


def code_of(alert: Seen) -> str:
    """Return the public name of the case that an alert is about."""
    found = re.search(r"K-\d+", alert.text)
    assert found is not None
    return found[0]
