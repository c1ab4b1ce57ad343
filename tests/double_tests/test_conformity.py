"""All that the double says is itself shaped as the Bot API says: nobody must learn wrong things from it."""

from typing import Any

from tests.double import Double, Group, Person
from tests.double.api import bot_api
from tests.double.validation import check_of, fault_in
from tests.double_tests.conftest import Caller

EVERYTHING = ["message_reaction", *bot_api().types["Update"].fields]


async def everything_happens(
    double: Double, call: Caller, anna: Person, forum: Group, kuratori: Person
) -> None:
    """Let people do one of each."""
    keyboard = {"inline_keyboard": [[{"text": "Otan", "callback_data": "t"}]]}
    await call.result("sendMessage", chat_id=anna.id, text="moi", reply_markup=keyboard)
    message = await anna.writes("/apua https://a.fi")
    await anna.edits(message, "hei")
    await anna.reacts(anna.inbox[0], "👍")
    await anna.presses("Otan")
    await anna.presses_data("x", anna.inbox[0], inaccessible=True)
    for send in (
        anna.sends_photo, anna.sends_voice, anna.sends_video, anna.sends_video_note, anna.sends_audio,
        anna.sends_animation, anna.sends_sticker, anna.sends_contact, anna.sends_location, anna.sends_dice,
        anna.sends_album,
    ):  # fmt: skip
        await send()
    await anna.sends_document("a.pdf", caption="b")
    await anna.sends_poll("?")
    await anna.blocks()
    await anna.unblocks()
    topic = await call.result("createForumTopic", chat_id=forum.id, name="K-1")
    await kuratori.writes("moi", in_=forum, topic=topic["message_thread_id"])
    await forum.takes_in(anna)
    await forum.takes_in(kuratori, "administrator")
    await kuratori.writes("moi", in_=forum, anonymous=True)
    await forum.takes_in(anna, "left")
    await forum.adds_bot("member")
    group = double.group("Tuki", [kuratori], announced=True)
    await kuratori.writes("moi", in_=group)
    await group.migrates(forum=True)


async def test_every_update_is_one(
    double: Double, call: Caller, anna: Person, forum: Group, kuratori: Person
) -> None:
    await call.result("getUpdates", allowed_updates=EVERYTHING)
    await everything_happens(double, call, anna, forum, kuratori)

    updates: list[dict[str, Any]] = await call.result("getUpdates")

    kinds = {kind for update in updates for kind in update}
    assert {"callback_query", "edited_message", "message_reaction", "my_chat_member", "chat_member"} <= kinds
    assert [fault for update in updates if (fault := fault_in("Update", update))] == []


async def test_every_result_is_of_its_method_s_type(
    double: Double, call: Caller, anna: Person, forum: Group, kuratori: Person
) -> None:
    await everything_happens(double, call, anna, forum, kuratori)
    for method in ("getMe", "getWebhookInfo", "getMyCommands", "getMyDescription", "getMyName"):
        await call.result(method)
    for chat in (anna.id, forum.id):
        await call.result("getChat", chat_id=chat)
        await call.result("getChatMember", chat_id=chat, user_id=anna.id)
    await call.result("getChatAdministrators", chat_id=forum.id)
    message = anna.inbox[0].id
    where = {"chat_id": forum.id, "from_chat_id": anna.id}
    await call.result("copyMessage", **where, message_id=message)
    await call.result("copyMessages", **where, message_ids=[message])
    await call.result("forwardMessage", **where, message_id=message)
    await call.result("sendMediaGroup", chat_id=anna.id, media=[
        {"type": "photo", "media": "https://a.fi/1.jpg"}, {"type": "photo", "media": "https://a.fi/2.jpg"},
    ])  # fmt: skip
    await call.result("sendVoice", chat_id=anna.id, voice="https://a.fi/1.ogg")
    await call.result("sendVenue", chat_id=anna.id, latitude=1.5, longitude=1.5, title="a", address="b")

    faults = [
        fault
        for made in double.calls
        if made.ok
        and made.answer is not None
        and (fault := check_of(bot_api().methods[made.method].returns)(made.answer["result"], made.method))
    ]
    assert faults == []
    assert double.violations == []
