"""Whatever tells who a person is, is found wherever it stands."""

from typing import Any

import pytest

from tests.double import Double, Group, Person
from tests.double_tests.conftest import Caller


@pytest.fixture
async def vilhelmiina(double: Double) -> Person:
    person = double.person("Vilhelmiina", "Ruotsalainen", "vilma_r07", phone="+358 40 765 4321")
    await person.starts()
    return person


@pytest.mark.parametrize(
    ("method", "parameters", "where", "what"),
    [
        pytest.param(
            "sendMessage", {"text": "Vilhelmiinan asia"}, "text", "first_name", id="an inflected name"
        ),
        pytest.param("sendMessage", {"text": "@VILMA_R07 kirjoitti"}, "text", "username", id="username"),
        pytest.param(
            "sendMessage", {"text": "soita 040-7654321"}, "text", "phone", id="another way to write a number"
        ),
        pytest.param(
            "sendContact",
            {"phone_number": "1", "first_name": "V", "last_name": "Ruotsalainen"},
            "contact.last_name",
            "last_name",
            id="contact card",
        ),
        pytest.param(
            "createForumTopic",
            {"name": "K-1 Ruotsalainen"},
            "forum_topic_created.name",
            "last_name",
            id="topic",
        ),
    ],
)
async def test_a_leak_is_found_with_its_place(
    double: Double, call: Caller, forum: Group, vilhelmiina: Person,
    method: str, parameters: dict[str, Any], where: str, what: str,
) -> None:  # fmt: skip
    await call.result(method, chat_id=forum.id, **parameters)

    assert [(leak.where, leak.what) for leak in double.leaks(forum)] == [(where, what)]


async def test_buttons_links_files_and_forwards_are_looked_into(
    double: Double, call: Caller, forum: Group, vilhelmiina: Person
) -> None:
    link = f"tg://user?id={vilhelmiina.id}"
    keyboard = {
        "inline_keyboard": [
            [{"text": "a", "callback_data": f"c:{vilhelmiina.id}"}, {"text": "b", "url": link}]
        ]
    }
    await call.result("sendMessage", chat_id=forum.id, text="a", reply_markup=keyboard)
    document = await vilhelmiina.sends_document("ruotsalainen_cv.pdf")
    where = {"chat_id": forum.id, "from_chat_id": vilhelmiina.id, "message_id": document.id}
    await call.result("copyMessage", **where)
    await call.result("forwardMessage", **where)

    found = {leak.where for leak in double.leaks(forum)}

    assert "reply_markup.inline_keyboard[0][0].callback_data" in found
    assert "reply_markup.inline_keyboard[0][1].url" in found
    assert "document.file_name" in found
    assert "document.file_id(name)" in found
    assert "forward_origin.sender_user.first_name" in found


async def test_what_was_edited_away_or_deleted_has_leaked_too(
    double: Double, call: Caller, forum: Group, vilhelmiina: Person
) -> None:
    sent = await call.result("sendMessage", chat_id=forum.id, text="Vilhelmiina")
    here = {"chat_id": forum.id, "message_id": sent["message_id"]}
    await call.result("editMessageText", **here, text="K-7")
    await call.result("deleteMessage", **here)

    assert [leak.value for leak in double.leaks(forum)] == ["Vilhelmiina"]


async def test_staff_are_known_to_one_another_but_not_to_the_person(
    double: Double, call: Caller, forum: Group, kuratori: Person, vilhelmiina: Person
) -> None:
    await call.result("sendMessage", chat_id=forum.id, text="Kaisa otti tapauksen K-7, jossa on 3 viestiä")
    await call.result("sendMessage", chat_id=vilhelmiina.id, text="Kaisa liittyi keskusteluun")

    assert double.leaks(forum) == []
    assert [leak.value for leak in double.leaks(vilhelmiina, of=[kuratori])] == ["Kaisa"]


async def test_a_toast_can_leak(double: Double, call: Caller, forum: Group, kuratori: Person) -> None:
    double.person("Vilhelmiina")
    keyboard = {"inline_keyboard": [[{"text": "Otan", "callback_data": "t"}]]}
    await call.result("sendMessage", chat_id=forum.id, text="K-7", reply_markup=keyboard)
    press = await kuratori.presses_inline("Otan", in_=forum)

    await call.result("answerCallbackQuery", callback_query_id=press.id, text="Vilhelmiina odottaa")

    assert [leak.where for leak in double.leaks(forum)] == ["answerCallbackQuery.text"]
