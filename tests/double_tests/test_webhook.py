"""Updates go to a webhook until it says 2xx, each chat's in order."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.double import Double, Person
from tests.double_tests.conftest import Caller


class Hook:
    """A program's webhook: notes what comes, answers with what it is told to."""

    def __init__(self) -> None:
        self.got: list[tuple[str | None, Any]] = []
        self.statuses: list[int] = []
        self.answer: Any = None

    async def take(self, request: web.Request) -> web.Response:
        status = self.statuses.pop(0) if self.statuses else 200
        secret = request.headers.get("X-Telegram-Bot-Api-Secret-Token")
        self.got.append((secret, (await request.json())["message"]["text"]))
        return web.json_response(self.answer, status=status)


@pytest.fixture
async def hook(call: Caller) -> AsyncIterator[Hook]:
    hook = Hook()
    app = web.Application()
    app.router.add_post("/hook", hook.take)
    async with TestServer(app) as server:
        url = str(server.make_url("/hook"))
        await call.result("setWebhook", url=url, secret_token="salaisuus-1")
        yield hook


async def test_a_webhook_gets_the_secret_and_each_update_once(
    double: Double, hook: Hook, anna: Person
) -> None:
    await anna.writes("moi")

    await double.quiet(lasting=0.1)

    assert hook.got == [("salaisuus-1", "/start"), ("salaisuus-1", "moi")]


async def test_a_webhook_that_fails_is_tried_again_in_order(
    double: Double, call: Caller, hook: Hook, anna: Person
) -> None:
    hook.statuses = [500, 503]

    await anna.writes("moi")
    await double.until(lambda: not double.pending["waiting"])

    assert [text for _, text in hook.got] == ["/start", "/start", "/start", "moi"]
    info = await call.result("getWebhookInfo")
    assert "503" in info["last_error_message"]
    assert info["pending_update_count"] == 0


async def test_a_webhook_may_answer_with_a_call(double: Double, hook: Hook, anna: Person) -> None:
    hook.answer = {"method": "sendMessage", "chat_id": anna.id, "text": "Moi!"}

    await anna.writes("moi")

    await anna.hears("Moi!")


async def test_after_the_webhook_is_deleted_one_can_poll(double: Double, call: Caller, hook: Hook) -> None:
    conflict = await call("getUpdates")
    await call.result("deleteWebhook")

    assert conflict["error_code"] == 409
    assert (await call("getUpdates"))["ok"]
