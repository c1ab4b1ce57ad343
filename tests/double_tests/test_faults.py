"""What a test breaks breaks where it should, as often as it should, and is there again afterwards."""

import asyncio
from typing import Any

import aiohttp
import pytest

from tests.double import Double, How, Person
from tests.double_tests.conftest import Caller


async def said(call: Caller, chat: Person, text: str = "moi") -> Any:
    """Return what sending got: the body, the kind of error, or the status of something that is no JSON."""
    url = f"{call.double.url}/bot{call.double.token}/sendMessage"
    try:
        async with call.client.post(url, json={"chat_id": chat.id, "text": text}) as answer:
            try:
                return (await answer.json())["ok"]
            except (aiohttp.ContentTypeError, ValueError):
                return answer.status
    except aiohttp.ClientConnectionError:
        return "lost"


@pytest.mark.parametrize(
    ("how", "got", "arrived"),
    [
        pytest.param(How.TOO_MANY, False, 0, id="429"),
        pytest.param(How.REFUSED, False, 0, id="refused"),
        pytest.param(How.SERVER_ERROR, False, 0, id="500"),
        pytest.param(How.BAD_GATEWAY, 502, 0, id="502 with a page"),
        pytest.param(How.LOST_BEFORE, "lost", 0, id="lost before"),
        pytest.param(How.LOST_AFTER, "lost", 1, id="lost after"),
        pytest.param(How.GARBAGE, 200, 1, id="garbage"),
        pytest.param(How.SLOW, True, 1, id="slow"),
        pytest.param(How.HANG, "lost", 0, id="hang, then cut"),
        pytest.param(How.HANG_AFTER, "lost", 1, id="hang after, then cut"),
    ],
)
async def test_each_fault_meets_one_call(
    double: Double, call: Caller, anna: Person, how: How, got: Any, arrived: int
) -> None:
    """`arrived` is what delivery can't know from the answer."""
    broken = double.breaks("sendMessage", how, chat=anna, seconds=0.01)

    first = await said(call, anna)
    number = len(anna.inbox)
    second = await said(call, anna)

    assert (first, number, second) == (got, arrived, True)
    assert broken.hits == 1
    assert [one.fault for one in double.calls] == [how, None]
    assert double.violations == []


async def test_the_nth_call_and_so_many_from_there(double: Double, call: Caller, anna: Person) -> None:
    double.breaks("sendMessage", How.SERVER_ERROR, nth=2, times=2)

    assert [await said(call, anna) for _ in range(5)] == [True, False, False, True, True]


async def test_only_what_holds_a_text(double: Double, call: Caller, anna: Person) -> None:
    double.breaks("*", How.SERVER_ERROR, containing="hälytys", times=None)

    assert [await said(call, anna, text) for text in ("moi", "hälytys 1", "hälytys 2")] == [
        True,
        False,
        False,
    ]


async def test_only_one_chat(double: Double, call: Caller, anna: Person, kuratori: Person) -> None:
    await kuratori.starts()
    double.breaks("sendMessage", How.SERVER_ERROR, chat=anna, times=None)

    assert [await said(call, anna), await said(call, kuratori)] == [False, True]


async def test_chance_is_the_same_with_the_same_seed(double: Double, call: Caller, anna: Person) -> None:
    async def run(seed: int) -> list[Any]:
        broken = double.breaks("sendMessage", How.SERVER_ERROR, times=None, probability=0.5, seed=seed)
        got = [await said(call, anna) for _ in range(20)]
        broken.lift()
        return got

    first = await run(7)

    assert await run(7) == first
    assert True in first
    assert False in first


async def test_a_call_hangs_until_the_program_gives_up(double: Double, call: Caller, anna: Person) -> None:
    broken = double.breaks("sendMessage", How.HANG_AFTER)
    sending = asyncio.create_task(said(call, anna))

    await broken.hit()
    await anna.hears("moi")
    sending.cancel()
    await asyncio.wait([sending])

    assert sending.cancelled()
    await double.until(lambda: double.calls[-1].ended_at is not None)


async def test_connections_are_refused_and_accepted_again(double: Double, call: Caller, anna: Person) -> None:
    poll = asyncio.create_task(call("getUpdates", offset=-1, timeout=30))
    await asyncio.wait_for(poll, 5)
    last = poll.result()["result"][0]["update_id"]
    poll = asyncio.create_task(call("getUpdates", offset=last + 1, timeout=30))
    await double.until(lambda: double.stage.do("polling"))

    await double.refuses_connections()
    with pytest.raises(aiohttp.ClientConnectionError):
        await poll
    away = await said(call, anna)
    await double.accepts_connections()

    assert (away, await said(call, anna)) == ("lost", True)


async def test_rates_are_held_when_asked_to(double: Double, call: Caller, anna: Person) -> None:
    double.limits_rates()

    got = [await said(call, anna) for _ in range(4)]

    assert got == [True, True, True, False]
    answer = double.calls[-1].answer
    assert answer is not None
    assert answer["error_code"] == 429
    assert 1 <= answer["parameters"]["retry_after"] <= 3


async def test_polling_can_fail_as_well(double: Double, call: Caller, anna: Person) -> None:
    """And nothing that waits is lost by it."""
    double.breaks("getUpdates", How.BAD_GATEWAY)
    url = f"{double.url}/bot{double.token}/getUpdates"

    async with call.client.post(url, json={}) as answer:
        status = answer.status

    assert status == 502
    assert len(await call.result("getUpdates")) == 1
    assert double.calls == []
