"""The browser itself, with pages of the tests' own: what it would tell of ours, it tells of these."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import pytest_asyncio
import uvicorn
from playwright.async_api import Error, Page, Playwright
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from tests.browser import chromium as chromium_module
from tests.browser.axe import violations
from tests.browser.browsing import DESKTOP, PHONE, Browse, browsing
from tests.browser.chromium import Chromium, NoChromium, find
from tests.browser.watching import Watch

POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'"
LOOSE = "default-src * 'unsafe-inline' data:"
FRAME = """<!doctype html>
<html lang="fi">
<head>
<title>Sivu</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="/dot.svg">
<link rel="stylesheet" href="/style.css">
</head>
<body>{}</body>
</html>"""
STYLE = """
body {background: #fff; color: #222}
.pale {color: #ddd}
.tiny {width: 9px; height: 9px; padding: 0}
@media (prefers-color-scheme: dark) {body {background: #111; color: #eee} a {color: #9cf}}
"""
GOOD = '<main><h1>Apua</h1><p>Soita <a href="/">meille</a>.</p><img src="/dot.svg" alt="Piste"></main>'
PAGES = {
    "/": GOOD,
    "/bad": '<main><h1>Apua</h1><img src="/dot.svg"><p class="pale">Tuskin näkyy</p>'
    '<button class="tiny" aria-label="a"></button><button class="tiny" aria-label="b"></button></main>',
    "/scripted": GOOD + '<script src="/script.js"></script>',
    "/logs": GOOD + '<script src="/logs.js"></script>',
    "/throws": GOOD + '<script src="/throws.js"></script>',
    "/calls": GOOD + '<script src="/calls.js"></script>',
    "/inline": GOOD + "<script>document.title = 'no'</script>",
    "/styled": GOOD + '<p style="color: #000">Tyyli</p>',
    "/elsewhere": GOOD + '<img src="http://other.example/dot.svg" alt="Piste">',
    "/gone": GOOD + '<img src="/nowhere.svg" alt="Piste">',
}
FILES = {
    "/style.css": ("text/css", STYLE),
    "/dot.svg": (
        "image/svg+xml",
        "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><circle r='9'/></svg>",
    ),
    "/script.js": ("text/javascript", "document.querySelector('h1').textContent = 'Elossa'"),
    "/logs.js": ("text/javascript", "console.error('it went wrong'); console.warn('this is no fault')"),
    "/throws.js": ("text/javascript", "null.that"),
    "/calls.js": ("text/javascript", "new WebSocket('ws://other.example/live')"),
}


async def _answer(request: Request) -> Response:
    path = request.url.path
    if path in FILES:
        kind, text = FILES[path]
        return Response(text, media_type=kind)
    if path not in PAGES:
        return Response(status_code=404)
    policy = LOOSE if "loose" in request.query_params else POLICY
    return HTMLResponse(FRAME.format(PAGES[path]), headers={"Content-Security-Policy": policy})


@asynccontextmanager
async def _served() -> AsyncIterator[str]:
    listening = socket.create_server(
        ("127.0.0.1", 0)
    )  # from here on a browser may come; it waits for its turn
    app = Starlette(routes=[Route("/{path:path}", _answer)])
    server = uvicorn.Server(uvicorn.Config(app, lifespan="off", ws="none", log_config=None))
    serving = asyncio.create_task(server.serve([listening]))
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        await serving
        listening.close()


@pytest_asyncio.fixture(loop_scope="module")
async def site() -> AsyncIterator[str]:
    """A small site with a strict policy; `?loose` is without one."""
    async with _served() as url:
        yield url


# ---------------------------------------------------------------- the watch


async def test_a_good_page_has_no_faults(phone: Page, watch: Watch, site: str) -> None:
    await phone.goto(f"{site}/scripted")

    assert await phone.text_content("h1") == "Elossa"
    assert watch.faults == []


@pytest.mark.parametrize(
    ("path", "fault"),
    [
        pytest.param("/logs", "console: it went wrong", id="console error"),
        pytest.param("/throws", "script: TypeError", id="broken script"),
        pytest.param("/inline", "policy: ", id="script in the page"),
        pytest.param("/styled", "policy: ", id="style in the page"),
        pytest.param(
            "/elsewhere", "elsewhere: image http://other.example/dot.svg", id="policy holds it back"
        ),
        pytest.param("/elsewhere?loose", "elsewhere: image http://other.example/dot.svg", id="other server"),
        pytest.param("/calls?loose", "elsewhere: websocket ws://other.example/live", id="other websocket"),
        pytest.param("/gone", "404", id="missing file"),
    ],
)
async def test_what_no_page_may_do_fails_the_test(
    path: str, fault: str, playwright: Playwright, chromium: Chromium, site: str
) -> None:
    """Even when it happens after the last thing that a test looks at."""

    async def visit() -> None:
        async with browsing(playwright, chromium.url(), Watch()) as browse:
            page = await browse(DESKTOP)
            await page.goto(site + path)

    with pytest.raises(AssertionError, match="what no page may") as failure:
        await visit()

    assert fault in str(failure.value)


async def test_policy_is_watched_without_javascript_too(plain_desktop: Page, watch: Watch, site: str) -> None:
    watch.forgive("policy: ")

    await plain_desktop.goto(f"{site}/styled")
    await plain_desktop.evaluate("0")

    assert await plain_desktop.text_content("h1") == "Apua"
    assert watch._faults
    assert watch.faults == []


async def test_another_server_may_be_trusted(phone: Page, watch: Watch, site: str) -> None:
    """A school's own page carries our chat: two servers, both meant."""
    async with _served() as ours:
        watch.trust(ours)
        await phone.goto(f"{site}/?loose")
        await phone.evaluate("url => fetch(url, {mode: 'no-cors'}).then(() => 0)", ours)

    assert watch.faults == []


async def test_nothing_leaves_the_machine(phone: Page, watch: Watch) -> None:
    watch.forgive("example.com")

    with pytest.raises(Error, match="ERR_NAME_NOT_RESOLVED"):
        await phone.goto("http://example.com/")


# ---------------------------------------------------------------- devices


async def test_devices_are_what_they_say(browse: Browse, site: str) -> None:
    seen = []
    for device in (PHONE, DESKTOP):
        page = await browse(device)
        await page.goto(site)
        seen.append(
            await page.evaluate("[innerWidth, innerHeight, devicePixelRatio, navigator.maxTouchPoints > 0]")
        )

    assert seen == [[390, 844, 2, True], [1280, 900, 1, False]]


async def test_owners_choices_reach_the_page(browse: Browse, site: str) -> None:
    page = await browse(PHONE, dark=True, locale="sv-FI")

    async with page.expect_request("**/") as asked:
        await page.goto(site)

    assert await page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    assert await page.evaluate("[navigator.language, Intl.DateTimeFormat().resolvedOptions().timeZone]") == [
        "sv-FI",
        "Europe/Helsinki",
    ]
    assert (await (await asked.value).all_headers())["accept-language"].startswith("sv-FI")


async def test_without_javascript_no_script_runs(plain_phone: Page, site: str) -> None:
    await plain_phone.goto(f"{site}/scripted")

    assert await plain_phone.text_content("h1") == "Apua"


async def test_two_devices_share_nothing(browse: Browse, site: str) -> None:
    """A guardian and a member of staff are at the same server in one test."""
    one, other = await browse(PHONE), await browse(DESKTOP)
    await one.goto(site)
    await other.goto(site)

    await one.evaluate("document.cookie = 'a=1'; localStorage.a = '1'")

    assert await other.evaluate("[document.cookie, localStorage.length]") == ["", 0]


async def test_a_picture_can_be_taken_under_a_strict_policy(phone: Page, watch: Watch, site: str) -> None:
    await phone.goto(site)

    picture = await phone.screenshot(full_page=True, animations="disabled")

    assert picture.startswith(b"\x89PNG")
    assert watch.faults == []


async def test_a_browser_that_died_is_followed_by_another(
    playwright: Playwright, chromium: Chromium, site: str
) -> None:
    """One crash fails one test, not all that come after it."""
    chromium.url()
    assert chromium._process is not None
    chromium._process.kill()
    chromium._process.wait()

    async with browsing(playwright, chromium.url(), Watch()) as browse:
        page = await browse(PHONE)
        await page.goto(site)

        assert await page.text_content("h1") == "Apua"


def test_who_has_no_chromium_is_told_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chromium_module, "PLAYWRIGHT_FOLDERS", ())
    monkeypatch.delenv("PLAYWRIGHT_BROWSERS_PATH", raising=False)
    monkeypatch.setitem(os.environ, "PATH", "")

    with pytest.raises(NoChromium, match="make browser"):
        find()


# ---------------------------------------------------------------- axe


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
async def test_axe_finds_nothing_on_a_good_page(browse: Browse, watch: Watch, dark: bool, site: str) -> None:
    """And doing so breaks no policy of the page."""
    page = await browse(PHONE, dark=dark)
    await page.goto(site)

    assert await violations(page) == []
    assert watch.faults == []


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
async def test_axe_finds_what_is_wrong(browse: Browse, watch: Watch, javascript: bool, site: str) -> None:
    page = await browse(DESKTOP, javascript=javascript)
    await page.goto(f"{site}/bad")

    found = await violations(page)

    rules = sorted({line.split()[0] for line in found})
    assert rules == ["color-contrast", "image-alt", "target-size"]
    assert any(line.startswith("color-contrast (serious) p: ") for line in found)
    assert watch.faults == []
