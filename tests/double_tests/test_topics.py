"""Forum topics open, change, close and vanish."""

from typing import Any

import pytest

from tests.double import Double, Group, Person
from tests.double_tests.conftest import Caller
from tests.double_tests.test_methods import refused


@pytest.fixture
async def topic(call: Caller, forum: Group) -> int:
    created = await call.result("createForumTopic", chat_id=forum.id, name="K-7")
    return int(created["message_thread_id"])


async def test_a_topic_holds_its_messages(call: Caller, forum: Group, topic: int, kuratori: Person) -> None:
    await call.result("sendMessage", chat_id=forum.id, message_thread_id=topic, text="hälytys")
    await call.result("sendMessage", chat_id=forum.id, text="yleiseen")
    await kuratori.writes("otan", in_=forum, topic=topic)

    assert [seen.text for seen in forum.messages(topic=topic)] == ["hälytys", "otan"]
    assert [seen.topic for seen in forum.messages()] == [topic, None, topic]
    assert forum.messages()[2].reply_to is None


@pytest.mark.parametrize(
    ("gone_as", "words"),
    [
        pytest.param(None, "message thread not found", id="usually"),
        pytest.param("TOPIC_DELETED", "TOPIC_DELETED", id="sometimes"),
    ],
)
async def test_a_deleted_topic_takes_nothing(
    call: Caller, forum: Group, topic: int, gone_as: str | None, words: str
) -> None:
    await forum.deletes_topic(topic, gone_as=gone_as)

    said = await refused(call, "sendMessage", chat_id=forum.id, message_thread_id=topic, text="moi")

    assert said == words
    assert forum.topics == []
    assert (await call("sendMessage", chat_id=forum.id, text="yleiseen"))["ok"]


async def test_the_general_topic_is_named_by_no_id(call: Caller, forum: Group) -> None:
    said = await refused(call, "sendMessage", chat_id=forum.id, message_thread_id=1, text="moi")

    assert said == "message thread not found"


async def test_a_topic_is_renamed_closed_and_opened_again(
    call: Caller, forum: Group, topic: int, kuratori: Person
) -> None:
    here = {"chat_id": forum.id, "message_thread_id": topic}

    await call.result("editForumTopic", **here, name="K-7 ✓")
    assert await refused(call, "editForumTopic", **here, name="K-7 ✓") == "TOPIC_NOT_MODIFIED"
    await call.result("closeForumTopic", **here)
    assert (forum.topics[0].name, forum.topics[0].closed) == ("K-7 ✓", True)
    assert await refused(call, "closeForumTopic", **here) == "TOPIC_NOT_MODIFIED"
    await call.result("reopenForumTopic", **here)
    assert not forum.topics[0].closed

    kinds = [seen.kind for seen in forum.everything()]
    assert kinds == [
        "forum_topic_created",
        "forum_topic_edited",
        "forum_topic_closed",
        "forum_topic_reopened",
    ]


async def test_deleting_a_topic_erases_what_stood_in_it(call: Caller, forum: Group, topic: int) -> None:
    """At any age: it is how a case is forgotten in the staff's chat."""
    await call.result("sendMessage", chat_id=forum.id, message_thread_id=topic, text="hälytys")

    await call.result("deleteForumTopic", chat_id=forum.id, message_thread_id=topic)

    assert forum.messages() == []
    said = await refused(call, "deleteForumTopic", chat_id=forum.id, message_thread_id=topic)
    assert said == "TOPIC_ID_INVALID"


@pytest.mark.parametrize(
    ("right", "method", "words"),
    [
        ("can_manage_topics", "createForumTopic", "not enough rights to create a topic"),
        ("can_delete_messages", "deleteForumTopic", "not enough rights to delete a topic"),
    ],
)
async def test_topics_need_rights(
    double: Double, call: Caller, kuratori: Person, right: str, method: str, words: str
) -> None:
    """What `matala doctor` looks for."""
    group = double.forum("Tuki", [kuratori], rights={right: False})
    opened = await kuratori.opens_topic("K-1", in_=group)
    given: dict[str, Any] = {"name": "K-2"} if method == "createForumTopic" else {"message_thread_id": opened}

    assert await refused(call, method, chat_id=group.id, **given) == words


async def test_a_closed_topic_takes_messages_of_those_who_manage_topics(
    double: Double, call: Caller, kuratori: Person
) -> None:
    group = double.forum("Tuki", [kuratori], rights={"can_manage_topics": False})
    opened = await kuratori.opens_topic("K-1", in_=group)
    await kuratori.closes_topic(opened, in_=group)

    said = await refused(call, "sendMessage", chat_id=group.id, message_thread_id=opened, text="moi")
    await group.adds_bot("administrator")

    assert said == "TOPIC_CLOSED"
    assert (await call("sendMessage", chat_id=group.id, message_thread_id=opened, text="moi"))["ok"]


async def test_a_plain_group_has_no_topics(double: Double, call: Caller) -> None:
    group = double.group("Tuki")

    assert await refused(call, "createForumTopic", chat_id=group.id, name="K-1") == "the chat is not a forum"
    said = await refused(call, "sendMessage", chat_id=group.id, message_thread_id=5, text="moi")
    assert said == "message thread not found"
