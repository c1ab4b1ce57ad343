"""Telegram loses answers, stumbles, hangs, says wait, goes away: nothing is lost, nothing is said too often."""

import asyncio
from itertools import pairwise

import aiohttp
import pytest

from tests.double import How
from tests.end_to_end.bad_luck.scene import DANGER, Scene, copies, texts

pytestmark = pytest.mark.asyncio(loop_scope="session")

DESK_IS_TOLD = "vastaus katosi matkalla"


async def test_what_saves_and_the_alert_are_sent_again_until_an_answer_comes(scene: Scene) -> None:
    await scene.begins()
    person = scene.person()
    scene.telegram.breaks("sendMessage", How.LOST_AFTER, chat=person, times=2)
    scene.telegram.breaks("sendMessage", How.LOST_AFTER, chat=scene.group, times=2)

    await person.writes(DANGER.format(tag="zq1"))

    await scene.telegram.until(lambda: copies(person) == 3, within=15)
    await scene.telegram.until(lambda: len(scene.alerts("zq1")) == 3, within=15)
    await scene.telegram.quiet(lasting=2)
    assert copies(person) == 3
    assert len(scene.alerts("zq1")) == 3


async def test_an_ordinary_reply_is_sent_once_more_at_most_and_staff_hear_that_it_is_uncertain(
    scene: Scene,
) -> None:
    await scene.begins()
    person = scene.person()
    scene.telegram.breaks("sendMessage", How.LOST_AFTER, chat=person, times=None)

    await person.writes("moi")

    await scene.telegram.until(lambda: scene.notes(DESK_IS_TOLD))
    await scene.telegram.quiet(lasting=2)
    assert len(texts(person)) == 2


async def test_a_reply_waits_out_an_outage_that_swallows_everything(scene: Scene) -> None:
    """Its last copy is not thrown after the first: it goes when Telegram answers again."""
    await scene.begins("impatient")
    person = scene.person()
    scene.telegram.breaks("sendMessage", How.HANG, chat=person, times=None, seconds=4)
    silence = scene.telegram.breaks("getMe", How.HANG, times=None, seconds=4)

    await person.writes("moi")
    await silence.hit(2)
    assert texts(person) == []
    scene.telegram.mends()

    await person.hears("Moi")
    await scene.telegram.quiet(lasting=2)
    assert len(texts(person)) == 1


async def test_told_to_wait_it_waits_and_sends_once(scene: Scene) -> None:
    await scene.begins()
    person = scene.person()
    scene.telegram.breaks("sendMessage", How.TOO_MANY, chat=person, times=2, retry_after=1)

    await person.writes("moi")

    await person.hears("Moi")
    calls = scene.telegram.calls_of("sendMessage")
    sent = [call for call in calls if str(call.parameters["chat_id"]) == str(person.id)]
    assert [call.ok for call in sent] == [False, False, True]
    assert all(later.at - earlier.at >= 1 for earlier, later in pairwise(sent))


async def test_one_chat_that_has_to_wait_holds_up_no_other(scene: Scene) -> None:
    await scene.begins()
    slow, quick = scene.person(), scene.person()
    scene.telegram.breaks("sendMessage", How.TOO_MANY, chat=slow, retry_after=30)

    await slow.writes("moi")
    await quick.writes("moi")

    await quick.hears("Moi", within=3)


@pytest.mark.parametrize("how", [How.BAD_GATEWAY, How.SERVER_ERROR])
async def test_a_server_that_stumbles_loses_nothing_and_keeps_the_order(how: How, scene: Scene) -> None:
    await scene.begins()
    person = scene.person()
    scene.telegram.breaks("sendMessage", how, times=3)

    await person.writes("moi")
    await person.writes("mistä saan opintotukea?")

    await scene.telegram.until(lambda: len(texts(person)) == 2, within=20)
    assert texts(person)[0].startswith("Moi")


async def test_a_hanging_send_holds_up_nobody_and_no_help(scene: Scene) -> None:
    await scene.begins()
    person, other = scene.person(), scene.person()
    hanging = scene.telegram.breaks("sendMessage", How.HANG, chat=person, seconds=4)

    await person.writes("moi")
    await hanging.hit()
    await other.writes("moi")
    await person.writes(DANGER.format(tag="zq2"))

    await other.hears("Moi", within=2)
    await person.hears("112", within=2)
    await scene.telegram.until(lambda: scene.alerts("zq2"), within=2)


async def test_a_hanging_send_is_sent_once_more(scene: Scene) -> None:
    await scene.begins("impatient")
    person = scene.person()
    scene.telegram.breaks("sendMessage", How.HANG, chat=person)

    await person.writes("moi")

    await person.hears("Moi")
    assert len(texts(person)) == 1


async def test_an_answer_that_nobody_can_read_costs_one_more_copy_at_most(scene: Scene) -> None:
    await scene.begins()
    person = scene.person()
    scene.telegram.breaks("sendMessage", How.GARBAGE, chat=person)

    await person.writes("moi")

    await scene.telegram.until(lambda: len(texts(person)) == 2)
    await scene.telegram.quiet(lasting=2)
    assert len(texts(person)) == 2
    assert not any("Moi" in line for line in scene.births.said), "what was sent stands in no log"


async def test_updates_that_cannot_be_read_are_asked_for_again(scene: Scene) -> None:
    await scene.begins()
    person = scene.person()
    for how in (How.GARBAGE, How.BAD_GATEWAY, How.TOO_MANY, How.LOST_BEFORE, How.LOST_AFTER):
        scene.telegram.breaks("getUpdates", how)

    await person.writes("moi")

    await person.hears("Moi", within=30)
    await scene.telegram.quiet(lasting=1)
    assert len(texts(person)) == 1


async def test_after_a_while_without_telegram_everybody_is_answered_once_and_in_order(scene: Scene) -> None:
    await scene.begins()
    person, other = scene.person(), scene.person()
    held = scene.telegram.breaks("sendMessage", How.LOST_BEFORE, chat=person)
    await person.writes("moi")
    await held.hit()
    await scene.telegram.refuses_connections()
    await person.writes("mistä näen lukujärjestyksen?")
    await other.writes(DANGER.format(tag="zq3"))
    await scene.births.says("no updates")

    await scene.telegram.accepts_connections()

    await scene.telegram.until(lambda: len(texts(person)) >= 2, within=30)
    await other.hears("112", within=30)
    await scene.telegram.until(lambda: scene.alerts("zq3"), within=30)
    await scene.telegram.quiet(lasting=1)
    greeted, *answered = (text.startswith("Moi") for text in texts(person))
    assert greeted
    assert answered
    assert not any(answered)


async def test_two_pollers_are_told_and_nothing_is_lost(scene: Scene) -> None:
    await scene.begins()
    person = scene.person()
    rival = f"{scene.telegram.url}/bot{scene.telegram.token}/getUpdates"
    async with aiohttp.ClientSession() as session:
        asking = asyncio.create_task(session.post(rival, json={"timeout": 2}))
        await scene.births.says("another program receives this bot's updates")
        await person.writes("moi")
        (await asking).close()

    await person.hears("Moi", within=30)
    await scene.telegram.quiet(lasting=1)
    assert len(texts(person)) == 1


async def test_update_ids_may_fall_back(scene: Scene) -> None:
    """After a silent week Telegram counts anew from anywhere."""
    scene.telegram.jumps_update_ids(900_000)
    await scene.begins()
    person = scene.person()
    await person.writes("moi")
    await person.hears("Moi")
    await scene.telegram.quiet()

    scene.telegram.jumps_update_ids(5_000)
    await person.writes("mistä saan opintotukea?")

    await person.hears(lambda _: True)
    await scene.telegram.until(lambda: not scene.telegram.pending["waiting"])


async def test_a_blocked_bot_stops_and_goes_on_after(scene: Scene) -> None:
    await scene.begins()
    person, other = scene.person(), scene.person()
    held = scene.telegram.breaks("sendMessage", How.TOO_MANY, chat=person, retry_after=1)
    await person.writes(DANGER.format(tag="zq4"))
    await held.hit()
    await person.blocks()

    await scene.telegram.until(lambda: scene.alerts("zq4"))
    await scene.telegram.until(lambda: scene.notes("estänyt botin"))
    await other.writes("moi")
    await other.hears("Moi")
    await person.unblocks()
    await person.writes("moi")

    await person.hears(lambda _: True)


async def test_stopped_while_sending_it_sends_nothing_twice(scene: Scene) -> None:
    await scene.begins()
    people = [scene.person() for _ in range(6)]
    slow = scene.telegram.breaks("sendMessage", How.SLOW, times=None, seconds=0.7)
    for person in people:
        await person.writes("moi")
    await slow.hit(3)

    assert await scene.births.stop() == 0
    scene.telegram.mends()
    await scene.begins()

    await scene.telegram.until(lambda: all(texts(person) for person in people))
    await scene.telegram.quiet(lasting=1)
    assert [len(texts(person)) for person in people] == [1] * len(people)


async def test_without_telegram_it_starts_and_answers_when_it_is_back(scene: Scene) -> None:
    person = scene.person()
    await person.writes(DANGER.format(tag="zq5"))
    await scene.telegram.refuses_connections()
    await scene.begins(waits=False)
    await scene.births.says("telegram=awaited")

    await scene.telegram.accepts_connections()

    await person.hears("112", within=30)
    await scene.telegram.until(lambda: scene.alerts("zq5"), within=30)
    assert scene.alerts("zq5")[0].topic, "that the group is a forum was learnt in time"


async def test_without_telegram_it_can_be_stopped(scene: Scene) -> None:
    await scene.telegram.refuses_connections()
    await scene.begins(waits=False)
    await scene.births.says("telegram=awaited")

    assert await scene.births.stop() == 0

    await scene.telegram.accepts_connections()


async def test_a_message_that_telegram_finds_wrong_goes_out_as_bare_words(scene: Scene) -> None:
    """A fault in our buttons or markup must not cost anybody the words."""
    await scene.begins()
    person = scene.person()
    for chat in (person, scene.group):
        scene.telegram.breaks(
            "sendMessage", How.REFUSED, chat=chat, description="Bad Request: BUTTON_DATA_INVALID"
        )

    await person.writes(DANGER.format(tag="zq6"))

    await person.hears("112")
    await scene.telegram.until(lambda: [seen for seen in scene.group.from_bot() if "zq6" in seen.text])


async def test_staff_chats_that_are_all_gone_are_not_asked_in_a_circle(scene: Scene) -> None:
    second = scene.telegram.group("Varalla", [scene.curator])
    await scene.begins(MATALA_STAFF_CHATS=f"kuopio={scene.group.id},*={second.id}")
    gone = scene.telegram.breaks(
        "sendMessage",
        How.REFUSED,
        code=403,
        description="Forbidden: bot was kicked",
        times=None,
        containing="-",
    )
    person = scene.person()

    await person.writes(DANGER.format(tag="zq7"))

    await gone.hit(2)
    await scene.telegram.quiet(lasting=2)
    assert gone.hits < 20
