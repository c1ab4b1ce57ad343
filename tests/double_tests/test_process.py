"""The double in a process of its own speaks the same words."""

import asyncio

import aiohttp
import pytest

from tests.double import How
from tests.double.acting import Impossible
from tests.double.process import started


async def test_the_driver_works_from_another_process() -> None:
    """Kill tests hold the double there, so that it outlives the program."""
    async with started() as (double, _), aiohttp.ClientSession() as client:
        anna = double.person("Anna", username="anna_v")
        kuratori = double.person("Kaisa")
        group = double.forum("Tuki", [kuratori])
        api = f"{double.url}/bot{double.token}"

        await anna.writes("moi")
        hearing = asyncio.create_task(anna.hears("Moi"))
        keyboard = {"inline_keyboard": [[{"text": "Kyllä", "callback_data": "y"}]]}
        await client.post(
            f"{api}/sendMessage", json={"chat_id": anna.id, "text": "Moi!", "reply_markup": keyboard}
        )
        await hearing
        press = await anna.presses_inline("Kyllä")
        broken = double.breaks("getMe", How.TOO_MANY, retry_after=3)
        async with client.get(f"{api}/getMe") as answer:
            slowed = await answer.json()
        with pytest.raises(Impossible):
            await anna.writes("täällä", in_=group)

        assert slowed["parameters"] == {"retry_after": 3}
        assert broken.hits == 1
        assert press.answer is None
        assert [call.method for call in double.calls] == ["sendMessage", "getMe"]
        assert double.pending["waiting"] == 2
        assert double.violations == []


async def test_connections_can_be_refused_from_outside() -> None:
    async with started() as (double, _), aiohttp.ClientSession() as client:
        api = f"{double.url}/bot{double.token}/getMe"

        await double.refuses_connections()
        with pytest.raises(aiohttp.ClientConnectionError):
            await client.get(api)
        await double.accepts_connections()

        async with client.get(api) as answer:
            assert answer.status == 200
