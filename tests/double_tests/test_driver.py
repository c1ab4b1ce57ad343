"""The words that tests use say clearly what they found, and what they did not."""

import asyncio

import pytest

from tests.double import Double, Group, NotHeard, Person
from tests.double.acting import Impossible
from tests.double_tests.conftest import Caller

BOTH = {
    "inline_keyboard": [
        [{"text": "Otan tämän", "callback_data": "t"}, {"text": "Sivu", "url": "https://a.fi"}]
    ]
}


async def test_hearing_waits_and_takes_each_message_once(call: Caller, anna: Person) -> None:
    hearing = asyncio.create_task(anna.hears("moi"))
    await call.result("sendMessage", chat_id=anna.id, text="moi 1")
    await call.result("sendMessage", chat_id=anna.id, text="moi 2")

    heard = [(await hearing).text, (await anna.hears(lambda seen: "moi" in seen.text)).text]

    assert heard == ["moi 1", "moi 2"]
    assert anna.unheard() == []


async def test_an_edited_message_is_heard_again(call: Caller, anna: Person) -> None:
    sent = await call.result("sendMessage", chat_id=anna.id, text="odota")
    await anna.hears("odota")

    await call.result("editMessageText", chat_id=anna.id, message_id=sent["message_id"], text="valmis")

    assert (await anna.hears("valmis")).versions == ["odota"]


async def test_what_is_not_heard_shows_the_transcript(call: Caller, anna: Person) -> None:
    await call.result("sendMessage", chat_id=anna.id, text="Hei", reply_markup=BOTH)

    with pytest.raises(NotHeard) as told:
        await anna.hears("Moi", within=0)

    assert "Anna did not hear 'Moi' within 0 s" in str(told.value)
    assert "Anna: /start" in str(told.value)
    assert "bot: Hei [Otan tämän] [Sivu]" in str(told.value)


async def test_a_missing_button_names_those_that_are_there(call: Caller, anna: Person) -> None:
    await call.result("sendMessage", chat_id=anna.id, text="Hei", reply_markup=BOTH)

    with pytest.raises(NotHeard, match=r"finds no button 'Sulje' in \['Otan tämän', 'Sivu'\]"):
        await anna.presses("Sulje", within=0)
    with pytest.raises(AssertionError, match=r"opens https://a\.fi"):
        await anna.presses("Sivu")


async def test_the_newest_button_is_pressed_unless_a_message_is_named(call: Caller, anna: Person) -> None:
    for data in ("old", "new"):
        keyboard = {"inline_keyboard": [[{"text": "Otan tämän", "callback_data": data}]]}
        await call.result("sendMessage", chat_id=anna.id, text=data, reply_markup=keyboard)

    await anna.presses("Otan")
    await anna.presses("Otan tämän", anna.inbox[0])
    await anna.presses(lambda button: button.data == "old")
    await anna.presses_data("väärennetty", anna.inbox[0], inaccessible=True)

    queries = [update["callback_query"] for update in (await call.result("getUpdates"))[1:]]
    assert [query["data"] for query in queries] == ["new", "old", "old", "väärennetty"]
    assert queries[3]["message"]["date"] == 0


async def test_a_button_that_shares_a_contact_sends_the_card(call: Caller, anna: Person) -> None:
    keyboard = {"keyboard": [[{"text": "Jaa numeroni", "request_contact": True}]]}
    await call.result("sendMessage", chat_id=anna.id, text="?", reply_markup=keyboard)

    await anna.presses("Jaa numeroni")

    contact = (await call.result("getUpdates"))[-1]["message"]["contact"]
    assert (contact["phone_number"], contact["user_id"]) == ("+358 40 765 4321", anna.id)


async def test_nobody_writes_where_they_are_not(
    double: Double, anna: Person, forum: Group, kuratori: Person
) -> None:
    """A mistake in a test must not look like a result."""
    with pytest.raises(Impossible, match="Anna is not in Kuopion tuki"):
        await anna.writes("moi", in_=forum)
    with pytest.raises(Impossible, match="topic 99 is gone"):
        await kuratori.writes("moi", in_=forum, topic=99)
    with pytest.raises(Impossible, match="Kaisa is no administrator"):
        await kuratori.writes("moi", in_=forum, anonymous=True)


async def test_quiet_comes_when_the_program_has_taken_everything(
    double: Double, call: Caller, anna: Person
) -> None:
    with pytest.raises(NotHeard, match="still busy"):
        await double.quiet(lasting=0.01, within=0.02)
    last = (await call.result("getUpdates"))[-1]["update_id"]
    await call.result("getUpdates", offset=last + 1)

    await double.quiet(lasting=0.01)


async def test_a_topic_is_waited_for(call: Caller, forum: Group) -> None:
    waiting = asyncio.create_task(forum.has_topic("K-7"))
    await asyncio.sleep(0)

    await call.result("createForumTopic", chat_id=forum.id, name="K-7 · kriisi")

    assert (await waiting).name == "K-7 · kriisi"


async def test_load_is_written_at_its_rate_and_timed(double: Double, call: Caller) -> None:
    double.begins_load(people=3, messages=6, rate=1000)

    await double.until(lambda: double.load["written"] == 6)
    for update in await call.result("getUpdates"):
        await call.result("sendMessage", chat_id=update["message"]["chat"]["id"], text="moi")

    load = await double.load_answered(within=5)
    assert len(load["latencies"]) == 6
    assert 0 < load["seconds"] < 5
