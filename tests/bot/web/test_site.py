"""Every page of the site, of both schools and in each language: it is there, it is whole, it is ours alone."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from html.parser import HTMLParser

import pytest

from bot.web.site_topics import ABOUT_THE_BOT, COMMONEST, GUARDED
from content.library import Library
from content.schema_fields import LocalText
from intents.language import Language
from tests.bot.web.site_of import ADDRESS, Site, opened

PATHS = (
    "/",
    "/topics",
    "/topics/absence",
    "/topics/absence/student",
    "/topics/absence/staff",
    "/topics/violence-home",
    "/read/ankkuri",
    "/read/ankkuri/staff",
    "/read/panic",
    "/services",
    "/urgent",
    "/ask",
    "/news",
    "/events",
    "/school",
    "/staff",
    "/about",
    "/privacy",
    "/accessibility",
)
HEAVIEST = 100_000  # bytes of a page with its style and pictures, unpacked


class Reader(HTMLParser):
    """Notes what a page consists of."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def all(self, tag: str) -> list[dict[str, str]]:
        """Return the attributes of all tags of a kind."""
        return [attributes for name, attributes in self.tags if name == tag]

    @property
    def loaded(self) -> list[str]:
        """Return the addresses of what a browser fetches by itself."""
        sources = [each["src"] for each in self.all("img") + self.all("script") if "src" in each]
        links = [each["href"] for each in self.all("link") if each["rel"] in {"stylesheet", "icon"}]
        return sources + links


@pytest.fixture(params=["sakky", "sskky"])
async def site(request: pytest.FixtureRequest, noon: datetime) -> AsyncIterator[Site]:
    """The site of each school."""
    async with opened(request.getfixturevalue(request.param), noon) as at:
        yield at


@pytest.fixture
async def sakky_site(sakky: Library, noon: datetime) -> AsyncIterator[Site]:
    """The site of a school with several campuses."""
    async with opened(sakky, noon) as at:
        yield at


LANGUAGES = pytest.mark.parametrize("language", ["fi", "sv", "en"])


# ---------------------------------------------------------------- every page


@LANGUAGES
async def test_each_page_is_whole(language: str, site: Site) -> None:
    """One heading of the first rank, landmarks, the page's language, urgent help in sight."""
    for path in PATHS:
        page = await site.get(f"/{language}{path}")
        parts = Reader(page.text)

        assert page.status_code == 200, path
        assert parts.all("html") == [{"lang": language}]
        assert [len(parts.all(each)) for each in ("h1", "main", "footer", "title")] == [1, 1, 1, 1], path
        assert page.text.count('href="tel:112"') >= 2, path
        assert "{" not in re.sub(r"<[^>]*>", "", page.text), "a placeholder was not filled in"
        ids = [attributes["id"] for _, attributes in parts.tags if "id" in attributes]
        assert len(ids) == len(set(ids)), path
        inner = {each["href"][1:] for each in parts.all("a") if each.get("href", "").startswith("#")}
        assert inner <= set(ids), path


@LANGUAGES
async def test_each_page_loads_only_what_is_ours(language: str, site: Site) -> None:
    """No third party learns who reads what, and nothing stands in the page that its policy would refuse."""
    for path in PATHS:
        parts = Reader((await site.get(f"/{language}{path}")).text)
        names = {name for _, attributes in parts.tags for name in attributes}

        assert all(each.startswith("/static/") for each in parts.loaded), path
        assert not parts.all("style")
        assert all(each.get("src") for each in parts.all("script"))
        assert not [each for each in names if each == "style" or each.startswith("on")], path


@LANGUAGES
async def test_each_page_is_light(language: str, site: Site) -> None:
    """A cheap phone on a slow line: less than 100 kB, whatever the browser keeps, and packed by nobody."""
    for path in PATHS:
        page = await site.get(f"/{language}{path}", accept_encoding="identity")
        loaded = set(Reader(page.text).loaded)

        weights = [len((await site.get(each, accept_encoding="identity")).content) for each in loaded]

        assert len(page.content) + sum(weights) < HEAVIEST, path


async def test_each_page_leads_to_itself_in_other_languages(site: Site) -> None:
    for path in PATHS:
        parts = Reader((await site.get(f"/fi{path}")).text)

        alternates = {each["hreflang"]: each["href"] for each in parts.all("link") if "hreflang" in each}
        switches = {each["hreflang"]: each["href"] for each in parts.all("a") if "hreflang" in each}

        paths = {each: f"/{each}{path}" for each in ("fi", "sv", "en")}
        addresses = {each: f"{ADDRESS}{paths[each]}" for each in paths}
        assert alternates == {**addresses, "x-default": f"{ADDRESS}/fi{path}"}
        assert switches == paths


async def test_every_link_of_the_site_leads_somewhere(site: Site) -> None:
    """From the front page on, through every page that can be reached."""
    waiting, seen = ["/fi/"], {"/fi/"}
    while waiting:
        page = await site.get(waiting.pop())
        assert page.status_code == 200, page.url
        ours = (each.get("href", "").partition("#")[0] for each in Reader(page.text).all("a"))
        for path in ours:
            if path.startswith("/fi/") and path not in seen and path != "/fi/chat":
                seen.add(path)
                waiting.append(path)

    matters = [each for group, ids in site.library.groups.items() if group != ABOUT_THE_BOT for each in ids]
    assert {f"/fi/topics/{each}" for each in matters} <= seen
    assert {f"/fi/read/{each}" for each in site.library.pages} - seen <= {"/fi/read/anchor-button"}


def test_the_lists_of_topics_name_topics_that_are_there(sakky: Library, sskky: Library) -> None:
    assert {*COMMONEST, *GUARDED} <= set(sakky.topics) & set(sskky.topics)


# ---------------------------------------------------------------- what is said


async def test_services_that_are_not_verified_are_shown_nowhere(site: Site) -> None:
    """Nor is a number that is not verified at a service that is."""
    library = site.library
    campuses = [f"/fi/services/{each}" for each in library.campuses]
    topics = [f"/fi/topics/{each}" for group in library.groups for each in library.groups[group]]
    shown = {
        channel.value
        for service in library.services.values()
        for channel in service.channels
        if service.is_shown and service.is_channel_shown(channel)
    }
    hidden = {
        channel.value
        for service in library.services.values()
        for channel in service.channels
        if channel.value is not None and not (service.is_shown and service.is_channel_shown(channel))
    } - shown

    for path in ("/fi/", "/fi/services", "/fi/urgent", "/fi/school", "/fi/staff", *campuses, *topics):
        links = {each.get("href", "") for each in Reader((await site.get(path)).text).all("a")}
        assert not links & {f"tel:{value.replace(' ', '')}" for value in hidden}
        assert not links & hidden


async def test_a_campus_shows_its_own_services(sakky_site: Site) -> None:
    kuopio, iisalmi = (
        await sakky_site.get("/fi/services/kuopio"),
        await sakky_site.get("/fi/services/iisalmi"),
    )

    assert "Savilahden kampus" in kuopio.text
    assert "Savilahden kampus" not in iisalmi.text
    assert (await sakky_site.get("/fi/services/turku")).status_code == 404


async def test_open_now_follows_the_clock(sakky_site: Site, noon: datetime) -> None:
    at_noon = await sakky_site.get("/fi/services")
    sakky_site.now = noon + timedelta(hours=14)

    at_night = await sakky_site.get("/fi/services")

    assert at_noon.text.count("auki nyt") > at_night.text.count("auki nyt")
    assert "nyt kiinni, aukeaa" in at_night.text


async def test_roles_are_answered_differently(site: Site) -> None:
    answers = {
        role: site.library.topics["absence"].answers.get(role, Language.FI).split("\n")[0]
        for role in ("guardian", "student", "staff")
    }

    for role, path in (("guardian", ""), ("student", "/student"), ("staff", "/staff")):
        page = await site.get(f"/fi/topics/absence{path}")
        assert answers[role] in page.text


@pytest.mark.parametrize(
    "path",
    [
        "/fi/topics/nothing",
        "/fi/topics/greeting",
        "/fi/topics/absence/guardian",
        "/fi/topics/absence/king",
        "/fi/topics/timetable/staff",
        "/fi/read/nothing",
        "/fi/read/panic/staff",
        "/de/",
        "/fi/nothing",
    ],
)
async def test_what_is_not_there_is_said_in_words(path: str, sakky_site: Site) -> None:
    page = await sakky_site.get(path)

    assert page.status_code == 404
    assert "Tätä sivua ei ole" in page.text
    assert page.headers["cache-control"] == "no-store"


async def test_an_answer_in_another_language_says_so_to_who_listens(sakky: Library, noon: datetime) -> None:
    topic = sakky.topics["absence"]
    only_finnish = LocalText(fi="Kysy opettajalta.")
    answers = topic.answers.model_copy(update={"guardian": only_finnish})
    library = replace(
        sakky, topics={**sakky.topics, "absence": topic.model_copy(update={"answers": answers})}
    )

    async with opened(library, noon) as site:
        swedish = await site.get("/sv/topics/absence")

    assert '<div lang="fi"><p>Kysy opettajalta.</p></div>' in swedish.text


async def test_markup_in_content_stays_text(sakky: Library, noon: datetime) -> None:
    topic = sakky.topics["absence"]
    evil = LocalText(fi='<script>alert("x")</script> **vahva**', sv="x", en="x")
    answers = topic.answers.model_copy(update={"guardian": evil})
    library = replace(
        sakky, topics={**sakky.topics, "absence": topic.model_copy(update={"answers": answers, "name": evil})}
    )

    async with opened(library, noon) as site:
        page = await site.get("/fi/topics/absence")

    assert "<script>" not in page.text
    assert "&lt;script&gt;" in page.text
    assert "<strong>vahva</strong>" in page.text


# ---------------------------------------------------------------- leaving no trace


@pytest.mark.parametrize("topic", sorted(GUARDED))
async def test_topics_of_violence_can_be_left_at_once(topic: str, sakky_site: Site) -> None:
    """And the browser keeps no copy to be found later."""
    page = await sakky_site.get(f"/fi/topics/{topic}")
    way_out = next(each for each in Reader(page.text).all("a") if each.get("id") == "exit")

    assert way_out["href"].startswith("https://www.ilmatieteenlaitos.fi")
    assert way_out["rel"] == "noreferrer"
    assert page.headers["cache-control"] == "no-store"
    assert "etag" not in page.headers
    assert "site_exit" in page.text
    assert 'id="no-trace"' in page.text


async def test_other_topics_have_no_way_out_in_sight(sakky_site: Site) -> None:
    """A button that stands everywhere is seen nowhere."""
    page = await sakky_site.get("/fi/topics/timetable")

    assert 'id="exit"' not in page.text
    assert "site_exit" not in page.text
