"""From Telegram's updates to turns: everything is read or counted, and who somebody is stays behind."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channel import Ignored, MalformedUpdate, MediaKind, Membership, Moved, Reach, StaffTurn, Turn
from bot.telegram.handlers import IS_MEMBER, chat_id, chat_name, read

BOT = "matala_test_bot"
ZVILMA = {
    "id": 77,
    "is_bot": False,
    "first_name": "Zvilma",
    "last_name": "Rqvist",
    "username": "zvilma_rq",
    "language_code": "sv",
}
PRIVATE = {"id": 77, "type": "private", "first_name": "Zvilma", "username": "zvilma_rq"}
GROUP = {"id": -1001, "type": "supergroup", "title": "Tuki", "is_forum": True}
FILE = {"file_id": "f", "file_unique_id": "u", "file_size": 1}
PICTURE = {**FILE, "width": 1, "height": 1}


def update(kind: str = "message", **message: Any) -> dict[str, Any]:
    return {"update_id": 1, kind: {"message_id": 5, "date": 0, "from": ZVILMA, "chat": PRIVATE, **message}}


def reading(content: dict[str, Any]) -> Any:
    return read(json.dumps(content), BOT)


def test_text_becomes_a_turn() -> None:
    assert reading(update(text="moi")) == Turn("telegram:77", ref="5", text="moi", language_hint="sv")


def test_nothing_but_the_chat_tells_who_somebody_is() -> None:
    """Names, usernames and numbers end in this file."""
    turns = [
        reading(update(text="moi")),
        reading(update(contact={"phone_number": "+358407654321", "first_name": "Zvilma", "user_id": 77})),
        reading(update(document={**FILE, "file_name": "Zvilma Rqvist.pdf"}, caption="tässä")),
    ]

    assert not any(secret in repr(turns) for secret in ("Zvilma", "Rqvist", "zvilma_rq", "7654321"))


@pytest.mark.parametrize(
    ("text", "command", "rest"),
    [
        ("/start", "start", ""),
        ("/start kuopio-anxiety", "start", "kuopio-anxiety"),
        ("/APUA", "apua", ""),
        ("/apua@matala_test_bot", "apua", ""),
        ("/apua\nmua ahdistaa", "apua", "mua ahdistaa"),
        ("/en jaksa enää", "en", "jaksa enää"),
        ("/ei-komento", "", "/ei-komento"),
        ("/äää", "", "/äää"),
        ("/", "", "/"),
        ("//", "", "//"),
        ("moi /start", "", "moi /start"),
        (" /start", "", " /start"),
    ],
)
def test_commands_are_split_from_what_follows(text: str, command: str, rest: str) -> None:
    turn = reading(update(text=text))

    assert (turn.command, turn.text) == (command, rest)


@pytest.mark.parametrize(
    ("content", "kind", "tells"),
    [
        pytest.param({"photo": [PICTURE]}, MediaKind.PHOTO, False, id="photo"),
        pytest.param({"voice": {**FILE, "duration": 1}}, MediaKind.VOICE, False, id="voice"),
        pytest.param(
            {"video_note": {**FILE, "length": 1, "duration": 1}}, MediaKind.VIDEO_NOTE, False, id="video note"
        ),
        pytest.param(
            {"sticker": {**PICTURE, "type": "regular", "is_animated": False, "is_video": False}},
            MediaKind.STICKER,
            False,
            id="sticker",
        ),
        pytest.param(
            {"video": {**PICTURE, "duration": 1}}, MediaKind.VIDEO, False, id="video without a name"
        ),
        pytest.param(
            {"video": {**PICTURE, "duration": 1, "file_name": "VID_20261123_120000.mp4"}},
            MediaKind.VIDEO,
            False,
            id="video named by a camera",
        ),
        pytest.param(
            {"video": {**PICTURE, "duration": 1, "file_name": "zvilma.mp4"}},
            MediaKind.VIDEO,
            True,
            id="video named by hand",
        ),
        pytest.param({"document": {**FILE, "file_name": "cv.pdf"}}, MediaKind.DOCUMENT, True, id="document"),
        pytest.param(
            {"document": {**FILE, "file_name": "IMG_2041.heic"}},
            MediaKind.DOCUMENT,
            False,
            id="plain document",
        ),
        pytest.param(
            {"audio": {**FILE, "duration": 1, "performer": "Zvilma"}}, MediaKind.AUDIO, True, id="audio"
        ),
        pytest.param(
            {"contact": {"phone_number": "1", "first_name": "Z"}}, MediaKind.CONTACT, True, id="contact"
        ),
        pytest.param(
            {"location": {"latitude": 1.0, "longitude": 1.0}}, MediaKind.LOCATION, True, id="location"
        ),
        pytest.param(
            {
                "venue": {"location": {"latitude": 1.0, "longitude": 1.0}, "title": "a", "address": "b"},
                "location": {"latitude": 1.0, "longitude": 1.0},
            },
            MediaKind.LOCATION,
            True,
            id="venue",
        ),
        pytest.param({"dice": {"emoji": "🎲", "value": 1}}, MediaKind.OTHER, False, id="dice"),
        pytest.param({"hologram": {"depth": 3}}, MediaKind.OTHER, False, id="of the future"),
    ],
)
def test_media_are_known_for_what_they_are_and_what_they_tell(
    content: dict[str, Any], kind: MediaKind, tells: bool
) -> None:
    turn = reading(update(**content))

    assert (turn.media.kind, turn.media.tells) == (kind, tells)


def test_caption_is_the_text_and_never_a_command() -> None:
    turn = reading(update(photo=[PICTURE], caption="/unohda"))

    assert (turn.command, turn.text) == ("", "/unohda")


def test_edit_is_marked() -> None:
    assert reading(update("edited_message", text="moi", edit_date=1)).is_edit


def press(**more: Any) -> dict[str, Any]:
    message = {
        "message_id": 5,
        "date": 1,
        "chat": PRIVATE,
        "from": {**ZVILMA, "id": 9, "is_bot": True},
        "text": "x",
    }
    query = {"id": "q", "from": ZVILMA, "chat_instance": "c", "data": "menu", "message": message, **more}
    return {"update_id": 1, "callback_query": query}


def test_press_becomes_a_turn_with_what_ends_its_waiting() -> None:
    turn = reading(press())

    assert turn == Turn("telegram:77", ref="5", press="menu", press_id="q", language_hint="sv")


def test_press_on_an_inaccessible_message_is_read_all_the_same() -> None:
    turn = reading(press(message={"message_id": 5, "date": 0, "chat": PRIVATE}))

    assert (turn.chat, turn.press) == ("telegram:77", "menu")


def test_press_without_data_is_still_a_press() -> None:
    content = press()
    del content["callback_query"]["data"]
    content["callback_query"]["game_short_name"] = "g"

    assert reading(content).press == "-"


def test_press_in_a_group_says_who_of_the_staff_and_whether_a_member() -> None:
    content = press(message={"message_id": 5, "date": 1, "chat": GROUP, "text": "x"}) | {IS_MEMBER: False}

    turn = reading(content)

    assert isinstance(turn, StaffTurn)
    assert (turn.staff, turn.name, turn.is_member) == ("77", "Zvilma Rqvist", False)


def test_message_in_a_group_knows_its_topic_and_what_it_answers() -> None:
    answered = {"message_id": 3, "date": 0, "chat": GROUP, "text": "x"}
    turn = reading(
        update(chat=GROUP, text="Hei", message_thread_id=4, is_topic_message=True, reply_to_message=answered)
    )

    assert (turn.thread, turn.reply_to, turn.is_forum, turn.text) == ("4", "3", True, "Hei")


def test_reply_in_the_general_part_of_a_group_is_in_no_topic() -> None:
    assert reading(update(chat=GROUP, text="Hei", message_thread_id=4)).thread == ""


@pytest.mark.parametrize(
    "who",
    [
        {"from": {"id": 1087968824, "is_bot": True, "first_name": "Group"}, "sender_chat": GROUP},
        {"from": {"id": 1087968824, "is_bot": True, "first_name": "Group"}},
    ],
    ids=["as the group", "by its account"],
)
def test_anonymous_admin_is_nobody(who: dict[str, Any]) -> None:
    turn = reading(update(chat=GROUP, text="Hei", **who))

    assert turn.is_nameless
    assert turn.name == ""


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        pytest.param(
            update(chat=GROUP, text="/ohje@other_bot"), "another bot's command", id="another bot's command"
        ),
        pytest.param(
            update(chat=GROUP, text="x", **{"from": {"id": 3, "is_bot": True, "first_name": "B"}}),
            "another bot",
            id="bot",
        ),
        pytest.param(
            update(chat=GROUP, new_chat_title="x"), "service message", id="service message in a group"
        ),
        pytest.param(
            update(pinned_message={"message_id": 1, "date": 0, "chat": PRIVATE}),
            "service message",
            id="pinned message",
        ),
        pytest.param(
            update("channel_post", chat={"id": -5, "type": "channel", "title": "K"}, text="x"),
            "channel_post",
            id="a kind that we did not ask for",
        ),
        pytest.param({"update_id": 1, "of_the_future": {"a": 1}}, "of_the_future", id="an unknown kind"),
        pytest.param(
            update(chat={"id": -5, "type": "channel", "title": "K"}, text="x"), "channel post", id="channel"
        ),
    ],
)
def test_what_asks_nothing_of_us_is_counted_by_its_kind(content: dict[str, Any], kind: str) -> None:
    assert reading(content) == Ignored(kind)


def test_group_that_became_a_supergroup_has_moved() -> None:
    chat = {"id": -5, "type": "group", "title": "Tuki"}

    assert reading(update(chat=chat, migrate_to_chat_id=-1005)) == Moved("telegram:-5", "telegram:-1005")


def membership(chat: dict[str, Any], before: str, after: str) -> dict[str, Any]:
    bot = {"id": 9, "is_bot": True, "first_name": "Matala"}

    def member(status: str) -> dict[str, Any]:
        return {"user": bot, "status": status} | ({"until_date": 0} if status == "kicked" else {})

    change = {
        "chat": chat,
        "from": ZVILMA,
        "date": 0,
        "old_chat_member": member(before),
        "new_chat_member": member(after),
    }
    return {"update_id": 1, "my_chat_member": change}


@pytest.mark.parametrize(
    ("chat", "before", "after", "expected"),
    [
        pytest.param(PRIVATE, "member", "kicked", Reach("telegram:77", reachable=False), id="blocked"),
        pytest.param(PRIVATE, "kicked", "member", Reach("telegram:77", reachable=True), id="let in again"),
        pytest.param(
            GROUP, "left", "member", Membership("telegram:-1001", present=True, is_forum=True), id="added"
        ),
        pytest.param(
            GROUP, "member", "left", Membership("telegram:-1001", present=False, is_forum=True), id="put out"
        ),
    ],
)
def test_coming_and_going_is_read(chat: dict[str, Any], before: str, after: str, expected: object) -> None:
    assert reading(membership(chat, before, after)) == expected


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "{",
        "[]",
        "1",
        "null",
        '"x"',
        "{}",
        '{"update_id": 1}',
        '{"update_id":1,"message":5}',
        '{"update_id":1,"message":{}}',
    ],
)
def test_what_is_no_update_is_malformed(raw: str) -> None:
    with pytest.raises(MalformedUpdate):
        read(raw, BOT)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)
FIELDS = st.sampled_from(
    ["text", "chat", "from", "photo", "caption", "message_id", "contact", "sticker", "date", "entities"]
)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(FIELDS, JSON, max_size=5))
def test_any_message_is_read_or_malformed(changes: dict[str, Any]) -> None:
    """Nothing that comes may stop the channel."""
    content = update(text="moi")
    content["message"].update(changes)
    try:
        found = reading(content)
    except MalformedUpdate:
        return
    assert isinstance(found, Turn | StaffTurn | Ignored | Moved)


@settings(deadline=None)
@given(JSON)
def test_any_json_is_read_or_malformed(content: Any) -> None:
    try:
        read(json.dumps(content), BOT)
    except MalformedUpdate:
        return


def test_reason_of_a_malformed_update_does_not_quote_it() -> None:
    with pytest.raises(MalformedUpdate) as caught:
        read('{"update_id":1,"message":"haluan kuolla"}', BOT)

    assert "kuolla" not in repr(caught.value)
    assert caught.value.__cause__ is None


@given(st.integers())
def test_name_of_a_chat_leads_back_to_it(number: int) -> None:
    assert chat_id(chat_name(number)) == number
