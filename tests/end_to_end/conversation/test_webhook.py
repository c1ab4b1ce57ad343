"""By webhook: 200 only after the commit, and whoever is not Telegram is turned away."""

import io
import socket
import sqlite3
from collections.abc import AsyncIterator

import aiohttp
import pytest
import pytest_asyncio

from tests.end_to_end.conversation.school import School, open_school, words

pytestmark = pytest.mark.asyncio(loop_scope="module")

SECRET = "X-Telegram-Bot-Api-Secret-Token"


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def school(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[School]:
    address = f"127.0.0.1:{free_port()}"
    settings = {
        "MATALA_TELEGRAM_MODE": "webhook",
        "MATALA_PUBLIC_URL": f"http://{address}",
        "MATALA_LISTEN": address,
    }
    async with open_school(tmp_path_factory.mktemp("webhook"), **settings) as school:
        await school.telegram.until(lambda: school.telegram.pending["webhook"])
        yield school
        assert school.telegram.violations == []
        assert school.telegram.leaks(school.room) == []


def door(school: School) -> str:
    return str(school.telegram.pending["webhook"])


def secret(school: School) -> str:
    return str(school.telegram.calls_of("setWebhook")[-1].parameters["secret_token"])


async def post(school: School, body: bytes, **headers: str) -> int:
    async with (
        aiohttp.ClientSession() as session,
        session.post(door(school), data=io.BytesIO(body), headers=headers) as answer,
    ):
        return answer.status


def inbox_rows(school: School) -> int:
    with sqlite3.connect(school.program.data / "matala.db") as database:
        return int(database.execute("SELECT count(*) FROM inbox").fetchone()[0])


async def test_conversation_works_as_by_polling(school: School) -> None:
    person = school.person()

    heard = await school.answers_to(person, "mulla ei oo rahaa ruokaan")
    pressed = await school.presses(person, "Auttoi", heard[0])
    danger = await school.answers_to(person, "haluun kuolla")

    assert "raha" in heard[0].text
    assert "Kiitos" in words(pressed)
    assert "112" in danger[0].text
    assert "haluun kuolla" in words(school.room.messages())


async def test_update_is_acknowledged_when_it_is_in_the_inbox(school: School) -> None:
    before = inbox_rows(school)

    status = await post(school, b'{"update_id": 900001}', **{SECRET: secret(school)})

    assert status == 200
    assert inbox_rows(school) == before + 1


@pytest.mark.parametrize("given", ["", "wrong", "ä" * 10, "x" * 300])
async def test_wrong_secret_is_refused_and_nothing_is_kept(school: School, given: str) -> None:
    before = inbox_rows(school)

    status = await post(school, b'{"update_id": 900002}', **({SECRET: given} if given else {}))

    assert status == 403
    assert inbox_rows(school) == before


async def test_too_large_a_request_is_refused(school: School) -> None:
    before = inbox_rows(school)

    status = await post(school, b" " * (2 * 1024 * 1024), **{SECRET: secret(school)})

    assert status == 413
    assert inbox_rows(school) == before


@pytest.mark.parametrize("body", [b"{not json", b"[1, 2]", b"", b"\xff\xfe"])
async def test_malformed_update_is_kept_and_reported_and_stops_nothing(school: School, body: bytes) -> None:
    before = inbox_rows(school)

    status = await post(school, body, **{SECRET: secret(school)})

    assert status == 200
    assert inbox_rows(school) == before + 1
    await school.room.hears("ei osannut lukea")
    assert "Minä olen botti" in words(await school.answers_to(school.person(), "moi"))


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "HEAD"])
async def test_only_post_is_heard(school: School, method: str) -> None:
    async with aiohttp.ClientSession() as session, session.request(method, door(school)) as answer:
        assert answer.status == 405


async def test_other_paths_are_not_there(school: School) -> None:
    async with aiohttp.ClientSession() as session, session.get(door(school) + "x") as answer:
        assert answer.status == 404
