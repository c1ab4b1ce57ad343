"""The box: danger is answered as danger, and nothing of what was written goes anywhere."""

import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime

import pytest

from bot.web.site_search import Finder
from content.library import Library
from tests.bot.web.site_of import Site, opened

STORY = "Poika ei ole käynyt koulussa kahteen viikkoon, mitä teen?"


@pytest.fixture
async def site(sakky: Library, noon: datetime) -> AsyncIterator[Site]:
    async with opened(sakky, noon) as at:
        yield at


# ---------------------------------------------------------------- danger


@pytest.mark.parametrize(
    ("text", "language", "heading"),
    [
        pytest.param("haluun kuolla", "fi", "Tähän saa apua nyt", id="Finnish"),
        pytest.param(
            "tyttäreni sanoi että haluaa tappaa itsensä", "fi", "Tähän saa apua nyt", id="of a child"
        ),
        pytest.param("kaveri otti yliannostuksen", "fi", "Tähän saa apua nyt", id="of a friend"),
        pytest.param("jag vill dö", "sv", "Det finns hjälp för det här nu", id="Swedish"),
        pytest.param("I want to kill myself", "en", "There is help for this now", id="English"),
    ],
)
async def test_danger_is_answered_with_what_saves(text: str, language: str, heading: str, site: Site) -> None:
    page = await site.ask(text, language=language)

    assert page.status_code == 200
    assert f"<h1>{heading}</h1>" in page.text
    assert '<div class="safety"><p>' in page.text
    assert page.text.count('href="tel:112"') >= 2
    assert 'class="found"' not in page.text
    assert 'class="cards"' not in page.text


async def test_a_guardian_in_danger_is_spoken_to_as_one(site: Site) -> None:
    asked = "en jaksa enää, haluan kuolla"

    guardian, student = await site.ask(asked), await site.ask(asked, role="student")

    assert "Vanhempikin saa tarvita apua" in guardian.text
    assert "Vanhempikin saa tarvita apua" not in student.text


async def test_who_writes_of_danger_hears_that_nobody_was_told(site: Site) -> None:
    """Unlike in the chat, no alert goes out: the page says so, and offers to carry the words there."""
    page = await site.ask("haluun kuolla")

    assert "Kukaan koulussa ei vielä tiedä" in page.text
    assert '<form method="post" action="/chat/messages">' in page.text
    assert '<input type="hidden" name="text" value="haluun kuolla">' in page.text


async def test_danger_within_a_long_story_is_found(site: Site) -> None:
    page = await site.ask("Hei. " + "Opinnot ovat jääneet kesken. " * 300 + "Haluan tappaa itseni.")

    assert "<h1>Tähän saa apua nyt</h1>" in page.text


async def test_what_breaks_the_engine_is_treated_as_danger(sakky: Library, noon: datetime) -> None:
    class Broken:
        """Ranks nothing."""

        def __getattr__(self, _: str) -> None:
            raise ZeroDivisionError

    reader = type(sakky.reader)(Broken(), sakky.reader.rules, sakky.reader.sense)  # type: ignore[arg-type]
    async with opened(replace(sakky, reader=reader), noon) as site:
        page = await site.ask("jotain")

    assert "<h1>Tähän saa apua nyt</h1>" in page.text


async def test_violence_written_of_can_be_left_at_once(site: Site) -> None:
    page = await site.ask("isä hakkaa mua kotona")

    assert 'id="exit"' in page.text
    assert page.headers["cache-control"] == "no-store"


# ---------------------------------------------------------------- all else


async def test_a_worry_is_met_softly_before_it_is_answered(site: Site) -> None:
    page = await site.ask(STORY)

    soft, answer = page.text.index("Hyvä että kirjoitit"), page.text.index('class="found"')
    assert soft < answer
    assert "/fi/topics/absence" in page.text


async def test_a_topic_comes_with_its_answer_and_who_helps(site: Site) -> None:
    page = await site.ask("mistä saa opintotukea")

    assert "/fi/topics/student-finance" in page.text
    assert "kela.fi" in page.text
    assert "Hyvä että kirjoitit" not in page.text


async def test_a_students_worry_about_a_friend_is_answered_as_that(site: Site) -> None:
    """As in the chat: what helps a tired person would be the wrong answer to their friend."""
    page = await site.ask("oon huolissani kaverista se on tosi masentunut", role="student")

    assert "/fi/topics/guardian-worry/student" in page.text


async def test_asking_what_the_anchor_button_is_leads_to_its_page(site: Site) -> None:
    page = await site.ask("mikä on ankkurinappi?")

    assert 'href="/fi/read/anchor-button"' in page.text


async def test_services_are_found_by_their_names(site: Site) -> None:
    page = await site.ask("nollalinja")

    assert "tel:080005005" in page.text


async def test_a_campus_in_the_words_counts(site: Site) -> None:
    kuopio, iisalmi = await site.ask("nuorisopalvelut kuopio"), await site.ask("nuorisopalvelut iisalmi")

    assert "Kuopion nuorisopalvelut" in kuopio.text
    assert "Kuopion nuorisopalvelut" not in iisalmi.text


def test_what_is_not_verified_is_never_found(sakky: Library, sskky: Library) -> None:
    for library in (sakky, sskky):
        finder = Finder.of(library)
        hidden = [each for each in library.services.values() if not each.is_shown]
        found = {id_ for each in hidden for id_ in finder.find(each.name.fi)}

        assert hidden
        assert not found & {each.id for each in hidden}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param("", "Mitä etsit?", id="nothing"),
        pytest.param("  \n ", "Mitä etsit?", id="blanks"),
        pytest.param("?!...", "Mitä etsit?", id="only signs"),
        pytest.param("asdkjh qwlekj zxmcnb", "Tuota en ymmärtänyt", id="no words"),
        pytest.param("mikä on ranskan pääkaupunki", "Tuota en ymmärtänyt", id="another matter"),
        pytest.param("Здравствуйте, мне нужна помощь с учёбой", "Я бот", id="another language"),
    ],
)
async def test_what_leads_nowhere_is_answered_kindly(text: str, says: str, site: Site) -> None:
    page = await site.ask(text)

    assert page.status_code == 200
    assert says in page.text
    assert "/fi/chat" in page.text


async def test_another_language_is_marked_as_such(site: Site) -> None:
    page = await site.ask("Здравствуйте, мне нужна помощь с учёбой")

    assert '<div class="safety" lang="ru" dir="auto">' in page.text


async def test_the_box_alone_can_be_opened(site: Site) -> None:
    """A reload, a changed language: the page is there, the words are not."""
    page = await site.get("/sv/ask")

    assert page.status_code == 200
    assert 'name="text"' in page.text


async def test_far_too_much_is_refused_in_words(site: Site) -> None:
    page = await site.ask("a" * 70_000)

    assert page.status_code == 413


async def test_a_form_that_is_none_of_ours_does_no_harm(site: Site) -> None:
    many = await site.browser.post("/fi/ask", content="&".join(f"a{each}=1" for each in range(50)))
    odd = await site.browser.post("/fi/ask", content=b"text=%ff%fe&role=king")

    assert (many.status_code, odd.status_code) == (200, 200)


async def test_markup_that_was_written_comes_back_as_text(site: Site) -> None:
    page = await site.ask('"><script>alert(1)</script> opintotuki')

    assert "<script>alert" not in page.text
    assert "&lt;script&gt;alert(1)" in page.text


async def test_nothing_of_it_stays(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """No address, no cookie, no copy in the browser, no line in the log."""
    caplog.set_level(logging.DEBUG)

    page = await site.ask("zqxw ahdistaa kovasti")

    assert page.url.path == "/fi/ask"
    assert not page.url.query
    assert "set-cookie" not in page.headers
    assert page.headers["cache-control"] == "no-store"
    assert "etag" not in page.headers
    assert "zqxw" not in caplog.text
