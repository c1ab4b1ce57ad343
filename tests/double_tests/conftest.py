"""A running double, and a program's side of the wire: plain HTTP, and python-telegram-bot's own Bot."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from telegram import Bot

from tests.double import Double, Group, Person


class Caller:
    """Calls methods over real HTTP, as JSON, and returns what came back whole."""

    def __init__(self, double: Double, client: aiohttp.ClientSession) -> None:
        self.double = double
        self.client = client

    async def __call__(self, method: str, **parameters: Any) -> dict[str, Any]:
        url = f"{self.double.url}/bot{self.double.token}/{method}"
        async with self.client.post(url, json=parameters) as answer:
            body: dict[str, Any] = await answer.json()
            assert answer.status == (200 if body["ok"] else body["error_code"])
            return body

    async def result(self, method: str, **parameters: Any) -> Any:
        """Return the result of a call that must go well."""
        body = await self(method, **parameters)
        assert body["ok"], body
        return body["result"]


@pytest.fixture
async def double() -> AsyncIterator[Double]:
    async with Double.started() as running:
        yield running


@pytest.fixture
async def call(double: Double) -> AsyncIterator[Caller]:
    async with aiohttp.ClientSession() as client:
        yield Caller(double, client)


@pytest.fixture
async def bot(double: Double) -> AsyncIterator[Bot]:
    async with Bot(
        double.token, base_url=f"{double.url}/bot", base_file_url=f"{double.url}/file/bot"
    ) as running:
        yield running


@pytest.fixture
async def anna(double: Double) -> Person:
    """Somebody who has written to the bot, and whose first message was taken."""
    person = double.person("Anna", "Virtanen", "anna_v", phone="+358 40 765 4321")
    await person.starts()
    return person


@pytest.fixture
def kuratori(double: Double) -> Person:
    return double.person("Kaisa")


@pytest.fixture
def forum(double: Double, kuratori: Person) -> Group:
    return double.forum("Kuopion tuki", [kuratori])
