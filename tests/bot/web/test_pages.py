"""How pages go out: kept for a minute, known by their tags, in the reader's language and for their campus."""

import gzip
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.web.kept import MOST_KEPT, Kept
from bot.web.pages import read_static
from bot.web.words import paragraphs
from content.library import Library
from content.schema_fields import LocalText
from tests.bot.web.site_of import Site, opened


@pytest.fixture
async def site(sakky: Library, noon: datetime) -> AsyncIterator[Site]:
    async with opened(sakky, noon) as at:
        yield at


# ---------------------------------------------------------------- tags


async def test_a_page_that_the_browser_has_is_not_sent_again(site: Site) -> None:
    first = await site.get("/fi/services")

    again = await site.get("/fi/services", if_none_match=first.headers["etag"])

    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert again.headers["cache-control"] == "private, no-cache"


async def test_a_tag_changes_with_the_minute_in_which_somebody_opens(site: Site, noon: datetime) -> None:
    """At 8.59 a chat is closed, at 9.00 it isn't: who asks again must hear it."""
    quiet = await site.get("/fi/services")
    site.now = noon + timedelta(seconds=30)
    same_minute = await site.get("/fi/services")
    site.now = noon + timedelta(hours=14)

    changed = await site.get("/fi/services", if_none_match=quiet.headers["etag"])

    assert same_minute.headers["etag"] == quiet.headers["etag"]
    assert changed.status_code == 200
    assert changed.headers["etag"] != quiet.headers["etag"]


async def test_a_minute_that_changes_nothing_keeps_the_tag(site: Site, noon: datetime) -> None:
    first = await site.get("/fi/about")
    site.now = noon + timedelta(minutes=1)

    again = await site.get("/fi/about", if_none_match=first.headers["etag"])

    assert again.status_code == 304


async def test_changed_content_is_seen_at_once(site: Site) -> None:
    await site.get("/fi/about")
    about = LocalText(fi="Uusi teksti ({school})", sv="x", en="x")
    texts = {**site.library.texts, "site.about.text": about}
    site.library = replace(site.library, texts=texts, version="another")

    page = await site.get("/fi/about")

    assert "Uusi teksti (Savon ammattiopisto)" in page.text


async def test_a_page_goes_out_packed_where_that_is_taken(site: Site) -> None:
    packed = await site.get("/fi/topics", accept_encoding="gzip")
    plain = await site.get("/fi/topics", accept_encoding="identity")

    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.text == plain.text
    assert "Accept-Encoding" in packed.headers["vary"]


async def test_headers_of_safety_are_on_every_answer(site: Site) -> None:
    for path in ("/", "/fi/", "/fi/nothing", "/fi/news.atom", "/robots.txt"):
        headers = (await site.get(path)).headers

        assert "script-src 'self'" in headers["content-security-policy"]
        assert "unsafe-inline" not in headers["content-security-policy"]
        assert headers["referrer-policy"] == "same-origin"
        assert headers["x-content-type-options"] == "nosniff"


def test_only_so_many_pages_are_kept() -> None:
    """The oldest makes way, so that memory does not grow with the number of campuses."""
    kept = Kept()
    for number in range(MOST_KEPT + 10):
        kept.get("minute", number, lambda: "x")

    assert len(kept.pages) == MOST_KEPT
    assert 0 not in kept.pages

    kept.get("next minute", 1, lambda: "x")

    assert len(kept.pages) == 1


# ---------------------------------------------------------------- static files


async def test_static_files_are_kept_for_ever_under_a_name_that_changes(site: Site) -> None:
    for name, file in read_static().items():
        found = await site.get(f"/static/{file.name}", accept_encoding="identity")

        assert found.status_code == 200, name
        assert found.content == file.body
        assert gzip.decompress(file.packed) == file.body
        assert "immutable" in found.headers["cache-control"]
        assert (await site.get(f"/static/{name}")).status_code == 404


async def test_the_icon_is_the_logo(site: Site) -> None:
    found = await site.browser.get("/favicon.ico", follow_redirects=True)

    assert found.headers["content-type"] == "image/svg+xml"


async def test_robots_are_told_what_is_not_for_them(site: Site) -> None:
    assert "Disallow: /desk" in (await site.get("/robots.txt")).text


# ---------------------------------------------------------------- who reads


@pytest.mark.parametrize(
    ("cookie", "browser", "path"),
    [
        pytest.param("", "", "/fi/", id="who says nothing reads Finnish"),
        pytest.param("", "sv-FI,sv;q=0.9,en;q=0.8", "/sv/", id="the browser's language"),
        pytest.param("", "de,fr;q=0.9,en;q=0.8", "/en/", id="its first that we know"),
        pytest.param("sv.kuopio", "en", "/sv/", id="what was chosen before it"),
        pytest.param("xx.nowhere", "en", "/en/", id="a cookie that is none of ours"),
    ],
)
async def test_the_root_leads_to_the_readers_language(
    cookie: str, browser: str, path: str, site: Site
) -> None:
    headers = {"accept_language": browser} if browser else {}
    if cookie:
        headers["cookie"] = f"matala_site={cookie}"

    answer = await site.get("/", **headers)

    assert (answer.status_code, answer.headers["location"]) == (302, path)


async def test_reading_in_another_language_than_the_browsers_is_remembered(site: Site) -> None:
    usual = await site.get("/sv/topics", accept_language="sv")
    chosen = await site.get("/en/topics", accept_language="sv")

    assert "set-cookie" not in usual.headers
    assert chosen.headers["set-cookie"].startswith("matala_site=en.;")


async def test_a_chosen_campus_is_remembered_in_the_one_cookie(site: Site) -> None:
    answer = await site.choose("iisalmi", back="/fi/topics/absence")

    assert (answer.status_code, answer.headers["location"]) == (303, "/fi/topics/absence")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("matala_site=fi.iisalmi;")
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    page = await site.get("/fi/services")
    assert "<h1>Kuka auttaa: Iisalmi</h1>" in page.text
    assert "Savilahden kampus" not in page.text


async def test_pages_of_two_campuses_are_not_mixed_up(site: Site) -> None:
    """The pages in memory are kept by campus."""
    for campus, name in (("kuopio", "Kuopio"), ("iisalmi", "Iisalmi"), ("kuopio", "Kuopio")):
        page = await site.get("/fi/services", cookie=f"matala_site=fi.{campus}")
        assert f"<h1>Kuka auttaa: {name}</h1>" in page.text


async def test_a_campus_can_be_unchosen(site: Site) -> None:
    await site.choose("iisalmi")

    answer = await site.choose("")

    assert answer.headers["set-cookie"].startswith("matala_site=fi.;")


@pytest.mark.parametrize(
    "back",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "/fi/../desk", "/desk", "", "/fi/a?b=c"],
)
async def test_nobody_is_sent_elsewhere_by_a_form(back: str, site: Site) -> None:
    answer = await site.choose("kuopio", back=back)

    assert answer.headers["location"] == "/fi/"


async def test_forms_of_other_sites_are_not_taken(site: Site) -> None:
    answer = await site.browser.post(
        "/fi/campus", data={"campus": "kuopio"}, headers={"Origin": "https://evil.example"}
    )

    assert answer.status_code == 403


async def test_the_only_campus_needs_no_choice(sskky: Library, noon: datetime) -> None:
    async with opened(sskky, noon) as site:
        page = await site.get("/fi/services")

    assert "<h1>Kuka auttaa: Salo</h1>" in page.text
    assert 'name="campus"' not in page.text


# ---------------------------------------------------------------- words


def test_words_are_shown_with_their_paragraphs_and_nothing_else() -> None:
    shown = paragraphs("**Ensin** tämä,\nsitten\n\n\n<b>tuo</b> & ** tyhjä **")

    assert shown == (
        "<p><strong>Ensin</strong> tämä,<br>\nsitten</p>\n"
        "<p>&lt;b&gt;tuo&lt;/b&gt; &amp; <strong> tyhjä </strong></p>"
    )
