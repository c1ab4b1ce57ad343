"""Methods do to the world what they do in Telegram, and are refused in its words."""

from typing import Any

import pytest

from tests.double import Double, Group, Person
from tests.double_tests.conftest import Caller


async def refused(call: Caller, method: str, **parameters: Any) -> str:
    """Return the words of a refusal, without "Bad Request"."""
    body = await call(method, **parameters)
    assert not body["ok"], body
    return str(body["description"]).removeprefix("Bad Request: ")


async def test_chats_that_can_t_be_written_to(
    double: Double, call: Caller, anna: Person, forum: Group
) -> None:
    stranger = double.person("Outi")
    elsewhere = double.group("Muualla", bot="left")
    await forum.adds_bot("kicked")
    await anna.deletes_account()

    async def words(chat: int | str) -> str:
        return await refused(call, "sendMessage", chat_id=chat, text="moi")

    assert await words(42) == "chat not found"
    assert await words("@nobody_here") == "chat not found"
    assert await words(stranger.id) == "Forbidden: bot can't initiate conversation with a user"
    assert await words(elsewhere.id) == "Forbidden: bot is not a member of the group chat"
    assert await words(forum.id) == "Forbidden: bot was kicked from the supergroup chat"
    assert await words(anna.id) == "Forbidden: user is deactivated"
    assert double.violations == []


async def test_a_group_s_old_id_points_to_the_new_one(double: Double, call: Caller, kuratori: Person) -> None:
    group = double.group("Tuki", [kuratori])
    old = await group.migrates()

    body = await call("sendMessage", chat_id=old, text="moi")

    assert body["description"] == "Bad Request: group chat was upgraded to a supergroup chat"
    assert body["parameters"] == {"migrate_to_chat_id": group.id}
    assert (await call("sendMessage", chat_id=group.id, text="moi"))["ok"]
    await kuratori.writes("olen yhä täällä", in_=group)


async def test_replies_need_their_message_unless_told_otherwise(call: Caller, anna: Person) -> None:
    lost = {"message_id": 99}

    words = await refused(call, "sendMessage", chat_id=anna.id, text="moi", reply_parameters=lost)
    lenient = lost | {"allow_sending_without_reply": True}
    sent = await call.result("sendMessage", chat_id=anna.id, text="moi", reply_parameters=lenient)

    assert words == "message to be replied not found"
    assert "reply_to_message" not in sent


async def test_a_reply_goes_to_the_topic_of_what_it_answers(
    call: Caller, forum: Group, kuratori: Person
) -> None:
    topic = await kuratori.opens_topic("K-7", in_=forum)
    asked = await kuratori.writes("?", in_=forum, topic=topic)

    sent = await call.result(
        "sendMessage", chat_id=forum.id, text="!", reply_parameters={"message_id": asked.id}
    )

    assert sent["message_thread_id"] == topic


async def test_what_is_edited_must_change(call: Caller, anna: Person) -> None:
    own = await anna.writes("minun")
    sent = await call.result("sendMessage", chat_id=anna.id, text="moi")
    here = {"chat_id": anna.id, "message_id": sent["message_id"]}

    assert (await refused(call, "editMessageText", **here, text="moi")).startswith("message is not modified")
    assert (await refused(call, "editMessageReplyMarkup", **here)).startswith("message is not modified")
    gone = here | {"message_id": 99}
    assert await refused(call, "editMessageText", **gone, text="hei") == "message to edit not found"
    theirs = here | {"message_id": own.id}
    assert await refused(call, "editMessageText", **theirs, text="hei") == "message can't be edited"


async def test_an_edit_takes_the_buttons_away_unless_given_again(call: Caller, anna: Person) -> None:
    keyboard = {"inline_keyboard": [[{"text": "Ota", "callback_data": "t"}]]}
    sent = await call.result("sendMessage", chat_id=anna.id, text="a", reply_markup=keyboard)
    here = {"chat_id": anna.id, "message_id": sent["message_id"]}

    await call.result("editMessageText", **here, text="b", reply_markup=keyboard)
    kept = anna.inbox[0].buttons
    await call.result("editMessageText", **here, text="c")

    assert [button.text for button in kept] == ["Ota"]
    assert anna.inbox[0].buttons == []
    assert anna.inbox[0].versions == ["a", "b"]


async def test_a_copy_has_no_origin_and_a_forward_has(
    double: Double, call: Caller, anna: Person, forum: Group
) -> None:
    """Forwarding is allowed by Telegram; tests of the program look for it."""
    photo = await anna.sends_photo("katso")

    await call.result("copyMessage", chat_id=forum.id, from_chat_id=anna.id, message_id=photo.id)
    await call.result("forwardMessage", chat_id=forum.id, from_chat_id=anna.id, message_id=photo.id)

    copied, forwarded = forum.messages()
    assert (copied.kind, copied.text, copied.copied_from) == ("photo", "katso", (anna.id, photo.id))
    assert "forward_origin" not in copied.raw
    assert forwarded.raw["forward_origin"]["sender_user"]["first_name"] == "Anna"
    assert len(double.calls_of("forwardMessage")) == 1


async def test_an_album_is_copied_as_an_album(call: Caller, anna: Person, forum: Group) -> None:
    album = await anna.sends_album(3, "kuvat")

    await call.result(
        "copyMessages", chat_id=forum.id, from_chat_id=anna.id, message_ids=[one.id for one in album]
    )

    copies = forum.messages()
    assert len({one.raw["media_group_id"] for one in copies}) == 1
    assert copies[0].raw["media_group_id"] != album[0].raw["media_group_id"]
    assert [one.text for one in copies] == ["kuvat", "", ""]


async def test_what_is_gone_can_t_be_copied(call: Caller, anna: Person, forum: Group) -> None:
    message = await anna.writes("hups")
    await anna.deletes(message)

    words = await refused(call, "copyMessage", chat_id=forum.id, from_chat_id=anna.id, message_id=message.id)

    assert words == "message to copy not found"


async def test_messages_can_be_deleted_for_two_days(double: Double, call: Caller, anna: Person) -> None:
    first = await call.result("sendMessage", chat_id=anna.id, text="moi")
    second = await call.result("sendMessage", chat_id=anna.id, text="moi taas")

    await call.result("deleteMessage", chat_id=anna.id, message_id=first["message_id"])
    double.advances(hours=49)
    words = await refused(call, "deleteMessage", chat_id=anna.id, message_id=second["message_id"])

    assert words == "message can't be deleted for everyone"
    assert [seen.text for seen in anna.inbox] == ["moi taas"]


async def test_others_messages_are_deleted_with_the_right_only(
    double: Double, call: Caller, kuratori: Person
) -> None:
    group = double.supergroup("Tuki", [kuratori], rights={"can_delete_messages": False})
    message = await kuratori.writes("moi", in_=group)

    words = await refused(call, "deleteMessage", chat_id=group.id, message_id=message.id)

    assert words == "message can't be deleted"


async def test_a_press_is_answered_once_and_in_time(double: Double, call: Caller, anna: Person) -> None:
    keyboard = {"inline_keyboard": [[{"text": "Ota", "callback_data": "t"}]]}
    await call.result("sendMessage", chat_id=anna.id, text="a", reply_markup=keyboard)
    press = await anna.presses_inline("Ota")
    late = await anna.presses_inline("Ota")

    await call.result("answerCallbackQuery", callback_query_id=press.id, text="Selvä")
    twice = await refused(call, "answerCallbackQuery", callback_query_id=press.id)
    double.advances(hours=1)
    expired = await refused(call, "answerCallbackQuery", callback_query_id=late.id)

    assert press.answer == {"text": "Selvä", "show_alert": False, "url": ""}
    assert twice == expired == "query is too old and response timeout expired or query ID is invalid"


async def test_reactions_are_the_free_ones(call: Caller, anna: Person) -> None:
    message = await anna.writes("moi")
    here = {"chat_id": anna.id, "message_id": message.id}

    await call.result("setMessageReaction", **here, reaction=[{"type": "emoji", "emoji": "❤️"}])
    assert anna.message(message).reactions == ["❤"]
    two = [{"type": "emoji", "emoji": "👍"}, {"type": "emoji", "emoji": "👀"}]
    assert await refused(call, "setMessageReaction", **here, reaction=two) == "REACTIONS_TOO_MANY"
    await call.result("setMessageReaction", **here)
    assert anna.message(message).reactions == []
    gone = here | {"message_id": 99}
    assert await refused(call, "setMessageReaction", **gone) == "message to react not found"


async def test_pins_are_told_to_the_bot_itself(call: Caller, forum: Group) -> None:
    """A service message of the bot's own comes back to it: intake must not stumble over that."""
    sent = await call.result("sendMessage", chat_id=forum.id, text="ohje")

    await call.result("pinChatMessage", chat_id=forum.id, message_id=sent["message_id"])

    assert (await call.result("getUpdates"))[-1]["message"]["pinned_message"]["text"] == "ohje"
    assert forum.message(sent["message_id"]).pinned


async def test_ids_are_counted_by_chat_in_supergroups_only(call: Caller, anna: Person, forum: Group) -> None:
    """A message's id says nothing without its chat."""
    first = await call.result("sendMessage", chat_id=anna.id, text="a")
    second = await call.result("sendMessage", chat_id=forum.id, text="b")

    assert first["message_id"] == second["message_id"] == 2


async def test_leaving_a_group_ends_writing_there(call: Caller, forum: Group) -> None:
    await call.result("leaveChat", chat_id=forum.id)

    words = await refused(call, "sendMessage", chat_id=forum.id, text="moi")

    assert words == "Forbidden: bot is not a member of the supergroup chat"


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        pytest.param("Contact", {"phone_number": "112", "first_name": "Hätä"}, id="contact"),
        pytest.param("Location", {"latitude": 62.9, "longitude": 27.7}, id="location"),
        pytest.param(
            "Venue", {"latitude": 62.9, "longitude": 27.7, "title": "a", "address": "b"}, id="venue"
        ),
        pytest.param("Poll", {"question": "?", "options": [{"text": "a"}, {"text": "b"}]}, id="poll"),
        pytest.param("Dice", {}, id="dice"),
        pytest.param("Photo", {"photo": "https://example.org/a.jpg"}, id="photo by link"),
    ],
)
async def test_cards_are_sent(call: Caller, anna: Person, kind: str, given: dict[str, Any]) -> None:
    await call.result(f"send{kind}", chat_id=anna.id, **given)

    assert anna.inbox[0].kind == kind.lower()


async def test_a_file_that_is_not_there_is_refused(call: Caller, anna: Person) -> None:
    words = await refused(call, "sendPhoto", chat_id=anna.id, photo="AgACAgQ")

    assert words.startswith("wrong remote file identifier specified")
    assert (
        await refused(call, "getFile", file_id="AgACAgQ")
        == "wrong file_id or the file is temporarily unavailable"
    )
