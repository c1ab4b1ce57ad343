"""Updates are kept, given and confirmed as Telegram does it."""

import asyncio
from typing import Any

import pytest

from tests.double import Double, Group, Person
from tests.double_tests.conftest import Caller


def texts(updates: list[dict[str, Any]]) -> list[str]:
    return [update["message"]["text"] for update in updates]


async def test_updates_come_again_until_an_offset_confirms_them(
    double: Double, call: Caller, anna: Person
) -> None:
    await anna.writes("yksi")
    await anna.writes("kaksi")

    first = await call.result("getUpdates")
    again = await call.result("getUpdates", limit=2)
    rest = await call.result("getUpdates", offset=first[1]["update_id"] + 1)

    assert texts(first) == ["/start", "yksi", "kaksi"]
    assert again == first[:2]
    assert texts(rest) == ["kaksi"]
    assert double.pending["confirmed"] == 2
    assert double.pending["fetched"] == 1


async def test_a_negative_offset_keeps_only_the_last(call: Caller, anna: Person) -> None:
    await anna.writes("yksi")

    assert texts(await call.result("getUpdates", offset=-1)) == ["yksi"]
    assert texts(await call.result("getUpdates")) == ["yksi"]


async def test_a_long_poll_answers_as_soon_as_there_is_something(call: Caller, anna: Person) -> None:
    start = (await call.result("getUpdates"))[-1]["update_id"]
    poll = asyncio.create_task(call.result("getUpdates", offset=start + 1, timeout=30))
    await asyncio.sleep(0)

    await anna.writes("moi")

    assert texts(await poll) == ["moi"]


async def test_a_newer_poll_ends_the_one_that_waits(call: Caller, double: Double, kuratori: Person) -> None:
    """Two programs with one token: the one that was there is thrown out, as in Telegram."""
    elder = asyncio.create_task(call("getUpdates", timeout=30))
    await double.until(lambda: elder.done() or double.stage.do("polling"))

    younger = asyncio.create_task(call.result("getUpdates", timeout=30))
    body = await elder
    await kuratori.writes("moi")

    assert body["error_code"] == 409
    assert body["description"].startswith("Conflict: terminated by other getUpdates request")
    assert texts(await younger) == ["moi"]


async def test_what_is_older_than_a_day_is_gone(double: Double, call: Caller, anna: Person) -> None:
    await anna.writes("eilen")
    double.advances(hours=24.1)
    await anna.writes("tänään")

    assert texts(await call.result("getUpdates")) == ["tänään"]


async def test_update_ids_may_fall_back(double: Double, call: Caller, anna: Person) -> None:
    """After a silent week they do; an offset from before then confirms nothing and hides nothing."""
    old = (await call.result("getUpdates"))[-1]["update_id"]
    double.jumps_update_ids(1000)
    await anna.writes("heinäkuu")

    after = await call.result("getUpdates", offset=old + 1)
    still = await call.result("getUpdates", offset=old + 1)
    none = await call.result("getUpdates", offset=1001)

    assert [update["update_id"] for update in after] == [1000]
    assert still == after
    assert none == []


async def test_kinds_that_were_not_asked_for_are_left_out(
    double: Double, call: Caller, anna: Person, forum: Group, kuratori: Person
) -> None:
    """By default reactions and members; the choice holds until there is another."""
    sent = await call.result("sendMessage", chat_id=anna.id, text="moi")
    await anna.reacts(anna.message(sent["message_id"]), "👍")
    await call.result("getUpdates", offset=-1, allowed_updates=["message_reaction"])
    await anna.writes("ei kuulu")
    await anna.reacts(anna.message(sent["message_id"]), "👎")
    updates = await call.result("getUpdates")

    kinds = [kind for update in updates for kind in update if kind != "update_id"]
    assert kinds == ["message", "message_reaction"]
    await call.result("getUpdates", offset=-1, allowed_updates=[])
    assert "message_reaction" not in double.pending["allowed"]
    assert "callback_query" in double.pending["allowed"]


async def test_blocking_and_unblocking_are_told(call: Caller, anna: Person) -> None:
    await anna.blocks()
    refused = await call("sendMessage", chat_id=anna.id, text="moi")
    await anna.unblocks()
    sent = await call("sendMessage", chat_id=anna.id, text="moi")

    statuses = [
        update["my_chat_member"]["new_chat_member"]["status"]
        for update in await call.result("getUpdates")
        if "my_chat_member" in update
    ]
    assert statuses == ["kicked", "member"]
    assert (refused["error_code"], refused["description"]) == (403, "Forbidden: bot was blocked by the user")
    assert sent["ok"]


async def test_privacy_mode_hides_talk_from_a_bot_that_is_no_administrator(
    double: Double, call: Caller, kuratori: Person
) -> None:
    group = double.group("Tuki", [kuratori], bot="member")
    sent = await call.result("sendMessage", chat_id=group.id, text="moi")
    await kuratori.writes("keskenämme", in_=group)
    await kuratori.writes("/liity 123", in_=group)
    await kuratori.writes("sinulle", in_=group, reply_to=sent["message_id"])
    double.privacy(on=False)
    await kuratori.writes("kaikille", in_=group)

    assert texts(await call.result("getUpdates")) == ["/liity 123", "sinulle", "kaikille"]


async def test_anonymous_administrators_write_as_the_group(
    double: Double, call: Caller, kuratori: Person
) -> None:
    group = double.forum("Tuki", admins=[kuratori])

    await kuratori.writes("moi", in_=group, anonymous=True)

    message = (await call.result("getUpdates"))[0]["message"]
    assert message["from"]["username"] == "GroupAnonymousBot"
    assert message["sender_chat"]["id"] == group.id


@pytest.mark.parametrize("content", [{"shiny_new_thing": {"a": 1}}, {"message": None}, {}])
async def test_updates_of_any_shape_can_be_sent(
    double: Double, call: Caller, content: dict[str, Any]
) -> None:
    update_id = double.sends_raw(content)

    assert await call.result("getUpdates") == [{"update_id": update_id, **content}]
