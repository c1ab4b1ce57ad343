"""What is going on: on the page, in the feed, in the calendar."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import pytest

from bot.web.site_news import ATOM
from content.events import Event
from content.library import Library
from content.news import Bulletin
from tests.bot.web.site_of import ADDRESS, Site, opened

EVENING: dict[str, Any] = {
    "id": "parents-evening",
    "title": {"fi": "Vanhempainilta & kahvit", "sv": "Föräldrakväll"},
    "text": {"fi": "**Tervetuloa** juttelemaan.\n\nMukana <kuraattori>."},
    "audience": ["guardian"],
    "valid_from": "2026-11-20",
    "valid_until": "2026-11-30",
    "link": "https://example.fi/ilta",
}
OF_STAFF = EVENING | {"id": "staff-day", "title": {"fi": "Henkilöstöpäivä"}, "audience": ["staff"]}
OF_IISALMI = EVENING | {"id": "iisalmi-day", "title": {"fi": "Iisalmen päivä"}, "campuses": ["iisalmi"]}
OLD = EVENING | {
    "id": "old",
    "title": {"fi": "Vanha"},
    "valid_from": "2026-10-01",
    "valid_until": "2026-10-02",
}
CLUB: dict[str, Any] = {
    "id": "club",
    "title": {"fi": "Kerho"},
    "place": {"fi": "Kirjasto"},
    "campuses": ["kuopio"],
    "starts": "2026-11-24 11:00",
    "ends": "2026-11-24 11:45",
    "repeats": "FREQ=WEEKLY;BYDAY=TU",
    "until": "2026-12-08",
}


@pytest.fixture
async def site(sakky: Library, noon: datetime) -> AsyncIterator[Site]:
    """The site of a school with news and events."""
    news = [Bulletin.model_validate(each) for each in (EVENING, OF_STAFF, OF_IISALMI, OLD)]
    library = replace(
        sakky,
        news={each.id: each for each in news},
        events=(Event.model_validate(CLUB),),
        version="with news",
    )
    async with opened(library, noon) as at:
        yield at


async def test_news_of_now_is_shown_and_no_other(site: Site) -> None:
    page = await site.get("/fi/news")

    assert "Vanhempainilta &amp; kahvit" in page.text
    assert "<strong>Tervetuloa</strong>" in page.text
    assert "Mukana &lt;kuraattori&gt;." in page.text
    assert "Iisalmen päivä" in page.text
    assert "Henkilöstöpäivä" not in page.text
    assert "Vanha" not in page.text.replace("Vanhempain", "")


async def test_a_campus_sees_its_own_news(site: Site) -> None:
    page = await site.get("/fi/news", cookie="matala_site=fi.kuopio")

    assert "Vanhempainilta" in page.text
    assert "Iisalmen päivä" not in page.text


async def test_finnish_news_on_a_swedish_page_is_marked(site: Site) -> None:
    page = await site.get("/sv/news")

    assert "<h2>Föräldrakväll</h2>" in page.text
    assert '<div lang="fi"><p><strong>Tervetuloa' in page.text


async def test_the_front_page_tells_of_news_and_events(site: Site) -> None:
    page = await site.get("/fi/")

    assert 'href="/fi/news#parents-evening"' in page.text
    assert "Kerho" in page.text


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
async def test_the_feed_is_whole(language: str, site: Site) -> None:
    """As RFC 4287 wants it: ids, titles, times with zones, an author, a link to itself."""
    answer = await site.get(f"/{language}/news.atom")
    root = ElementTree.fromstring(answer.text.encode())
    name = {"a": ATOM}

    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    assert root.tag == f"{{{ATOM}}}feed"
    assert [root.findtext(f"a:{each}", namespaces=name) for each in ("id", "author/a:name")] == [
        f"{ADDRESS}/{language}/news",
        "Savo Vocational College" if language == "en" else "Savon ammattiopisto",
    ]
    links = {each.get("rel"): each.get("href") for each in root.findall("a:link", name)}
    assert links["self"] == f"{ADDRESS}/{language}/news.atom"
    entries = root.findall("a:entry", name)
    assert len(entries) == 2
    ids = [each.findtext("a:id", namespaces=name) for each in entries]
    assert len(set(ids)) == 2
    for each in [root, *entries]:
        updated = datetime.fromisoformat(each.findtext("a:updated", "", name))
        assert updated.utcoffset() == timedelta(0)
        assert each.findtext("a:title", namespaces=name)
    assert "**" not in answer.text
    assert "Mukana <kuraattori>." in (entries[0].findtext("a:content", "", name))


async def test_a_feed_without_news_is_a_feed(sakky: Library, noon: datetime) -> None:
    async with opened(replace(sakky, news={}), noon) as site:
        answer = await site.get("/fi/news.atom")

    root = ElementTree.fromstring(answer.text.encode())
    assert root.findtext(f"{{{ATOM}}}updated") == "2026-11-22T22:00:00+00:00"
    assert not root.findall(f"{{{ATOM}}}entry")


async def test_a_feed_that_is_known_is_not_sent_again(site: Site) -> None:
    first = await site.get("/fi/news.atom")

    assert (await site.get("/fi/news.atom", if_none_match=first.headers["etag"])).status_code == 304


async def test_events_come_with_each_of_their_times(site: Site) -> None:
    page = await site.get("/fi/events")

    assert page.text.count("<h2>Kerho</h2>") == 3
    assert '<time datetime="2026-11-24T11:00:00+02:00">tiistaina 24.11. klo 11–11.45</time>' in page.text
    assert "Kirjasto, Kuopio" in page.text


async def test_every_campus_has_its_calendar(site: Site) -> None:
    page = await site.get("/sv/events")

    for campus in site.library.campuses:
        path = f"/calendar/{campus}.ics?lang=sv&role=guardian"
        assert path.replace("&", "&amp;") in page.text
        assert (await site.get(path)).headers["content-type"].startswith("text/calendar")


async def test_an_empty_calendar_says_so(sakky: Library, noon: datetime) -> None:
    async with opened(replace(sakky, events=(), news={}), noon) as site:
        events, news = await site.get("/fi/events"), await site.get("/fi/news")

    assert "Kalenterissa ei ole nyt mitään" in events.text
    assert "Nyt ei ole tiedotteita" in news.text
