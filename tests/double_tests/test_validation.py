"""Calls that the Bot API's description forbids are refused and remembered."""

import json
from typing import Any

import pytest

from tests.double import Double, Person
from tests.double.api import bot_api, specimen
from tests.double.validation import fault_in
from tests.double_tests.conftest import Caller

BUTTON = {"text": "Kyllä", "callback_data": "y"}


def inline(**button: Any) -> dict[str, Any]:
    return {"inline_keyboard": [[button]]}


@pytest.mark.parametrize(
    ("method", "parameters", "said"),
    [
        pytest.param(
            "sendMessage", {"text": "moi", "txt": 1}, "sendMessage has no parameter txt", id="unknown"
        ),
        pytest.param("sendMessage", {}, "message text is empty", id="missing"),
        pytest.param("sendMessage", {"text": 5}, "text must be String, not Integer", id="wrong type"),
        pytest.param("sendMessage", {"text": ""}, "message text is empty", id="empty"),
        pytest.param(
            "sendMessage", {"text": "\ud83d"}, "strings must be encoded in UTF-8", id="half an emoji"
        ),
        pytest.param("sendMessage", {"text": " \n"}, "text must be non-empty", id="blank"),
        pytest.param("sendMessage", {"text": "a" * 4097}, "message is too long", id="4097"),
        pytest.param("sendMessage", {"text": "😀" * 2049}, "message is too long", id="4098 code units"),
        pytest.param(
            "sendMessage",
            {"text": "a", "reply_markup": inline(text="a", callback_data="ä" * 33)},
            "BUTTON_DATA_INVALID",
            id="66 bytes of data",
        ),
        pytest.param(
            "sendMessage",
            {"text": "a", "reply_markup": inline(text="a", callback_data="")},
            "BUTTON_DATA_INVALID",
            id="no data",
        ),
        pytest.param(
            "sendMessage",
            {"text": "a", "reply_markup": inline(text="a")},
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
            id="a button that does nothing",
        ),
        pytest.param(
            "sendMessage",
            {"text": "a", "reply_markup": inline(text="Soita", url="tel:+358116111")},
            "inline keyboard button URL 'tel:+358116111' is invalid: Unsupported URL protocol",
            id="a button that phones",
        ),
        pytest.param(
            "sendMessage",
            {"text": "a", "reply_markup": inline(txt="a")},
            "reply_markup.inline_keyboard[0][0].text is required in InlineKeyboardButton",
            id="nested, missing",
        ),
        pytest.param(
            "sendMessage",
            {"text": "a", "reply_markup": inline(**BUTTON, colour="red")},
            "reply_markup.inline_keyboard[0][0].colour is no field of InlineKeyboardButton",
            id="nested, unknown",
        ),
        pytest.param(
            "sendMessage",
            {"text": "a", "reply_parameters": {"message_id": "5"}},
            "reply_parameters.message_id must be Integer, not String",
            id="nested, wrong type",
        ),
        pytest.param(
            "sendMessage",
            {"text": "a", "link_preview_options": "{no json"},
            "can't parse link preview options JSON object",
            id="no JSON",
        ),
        pytest.param(
            "sendMessage", {"text": "a", "parse_mode": "Markdown"}, "unsupported parse_mode", id="mode"
        ),
        pytest.param("sendPhoto", {"photo": "attach://p"}, "wrong file identifier", id="no such part"),
        pytest.param(
            "setMessageReaction",
            {"message_id": 1, "reaction": [{"type": "emoji", "emoji": "⚠"}]},
            "REACTION_INVALID",
            id="a reaction that is not free",
        ),
        pytest.param(
            "setMessageReaction",
            {"message_id": 1, "reaction": [{"type": "smile"}]},
            "reaction[0] must be",
            id="no such reaction type",
        ),
        pytest.param(
            "createForumTopic", {"name": "a" * 129}, "topic name must be 1-128 characters long", id="topic"
        ),
        pytest.param(
            "setMyCommands",
            {"commands": [{"command": "Apua", "description": "a"}]},
            "BOT_COMMAND_INVALID",
            id="a capital in a command",
        ),
        pytest.param(
            "setMyCommands",
            {"commands": [{"command": "a" * 33, "description": "a"}]},
            "BOT_COMMAND_INVALID",
            id="a long command",
        ),
        pytest.param(
            "setMyCommands",
            {"commands": [{"command": "apua", "description": ""}]},
            "BOT_COMMAND_DESCRIPTION_INVALID",
            id="no description",
        ),
        pytest.param(
            "setMyCommands", {"commands": [], "language_code": "fin"}, "LANGUAGE_CODE_INVALID", id="language"
        ),
        pytest.param("setMyShortDescription", {"short_description": "a" * 121}, "too long", id="description"),
        pytest.param(
            "setWebhook", {"url": "http://example.org/"}, "An HTTPS URL must be provided", id="plain HTTP"
        ),
        pytest.param(
            "setWebhook", {"url": "https://a.fi", "secret_token": "ä"}, "unallowed characters", id="secret"
        ),
        pytest.param(
            "answerCallbackQuery",
            {"callback_query_id": "1", "text": "a" * 201},
            "MESSAGE_TOO_LONG",
            id="toast",
        ),
    ],
)
async def test_an_invalid_call_is_refused_and_kept(
    double: Double, call: Caller, anna: Person, method: str, parameters: dict[str, Any], said: str
) -> None:
    """A test of the program fails on `double.violations`, wherever the call came from."""
    if "chat_id" in bot_api().methods[method].fields:
        parameters = {"chat_id": anna.id} | parameters

    body = await call(method, **parameters)

    assert body["error_code"] == 400
    assert said in body["description"]
    assert len(double.violations) == 1
    assert said in double.violations[0]


async def test_an_unknown_method_is_not_found(double: Double, call: Caller) -> None:
    body = await call("sendMesage")

    assert (body["error_code"], body["description"]) == (404, "Not Found: method not found")
    assert len(double.violations) == 1


async def test_a_form_is_read_as_telegram_reads_it(double: Double, call: Caller, anna: Person) -> None:
    """Numbers, truths and objects come as text there; a method's case does not matter."""
    form = {
        "chat_id": str(anna.id),
        "text": "12",
        "disable_notification": "true",
        "reply_markup": json.dumps({"inline_keyboard": [[BUTTON]]}),
    }

    async with call.client.post(f"{double.url}/bot{double.token}/SENDMESSAGE", data=form) as answer:
        body = await answer.json()

    assert body["ok"], body
    assert (anna.inbox[0].text, anna.inbox[0].silent) == ("12", True)
    assert anna.inbox[0].buttons[0].data == "y"


async def test_a_query_string_will_do(double: Double, call: Caller, anna: Person) -> None:
    url = f"{double.url}/bot{double.token}/sendMessage"

    async with call.client.get(url, params={"chat_id": str(anna.id), "text": "moi"}) as answer:
        assert (await answer.json())["ok"]

    assert anna.inbox[0].text == "moi"


async def test_a_body_that_is_no_json_is_refused(double: Double, call: Caller) -> None:
    url = f"{double.url}/bot{double.token}/getMe"

    async with call.client.post(url, data=b"{", headers={"Content-Type": "application/json"}) as answer:
        assert answer.status == 400

    assert double.violations


async def test_4096_code_units_are_let_through(call: Caller, anna: Person) -> None:
    """Markup is not counted, and emoji count twice."""
    await call.result("sendMessage", chat_id=anna.id, text=f"<b>{'😀' * 2048}</b>", parse_mode="HTML")
    await call.result(
        "sendMessage", chat_id=anna.id, text="a", reply_markup=inline(text="a", callback_data="ä" * 32)
    )

    assert len(anna.inbox) == 2


@pytest.mark.parametrize("method", sorted(bot_api().methods))
async def test_every_method_has_an_answer_of_its_type(method: str) -> None:
    """Nobody is left with nothing when a later issue calls something new."""
    returned = bot_api().methods[method].returns[0]

    if returned.startswith("Array of ") or returned in ("Boolean", "String", "Integer"):
        assert specimen(returned) is not None
    else:
        assert fault_in(returned, specimen(returned)) is None
