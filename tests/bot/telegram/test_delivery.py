"""What Telegram answers, sorted: wait, refused for good, perhaps, done. Over a request object that answers as told."""

import json
from typing import Any

import pytest
from telegram import Bot
from telegram.error import TelegramError

from bot.channel import (
    Button,
    Copy,
    Edit,
    Message,
    Outcome,
    Outgoing,
    Part,
    PressAnswer,
    Reaction,
    Refusal,
    Refused,
    Sent,
    Style,
    TopicClosing,
    Unsure,
    Wait,
    text_message,
)
from bot.telegram.delivery import WHEN_CUT_OFF, WHEN_LOCKED_OUT, TelegramChannel
from bot.telegram.request import AiohttpRequest, NotSent

PERSON, GROUP = "telegram:7", "telegram:-1001"
SENT = {"message_id": 55, "date": 1, "chat": {"id": 7, "type": "private"}}
Answer = tuple[int, Any] | TelegramError


class Told(AiohttpRequest):
    """Answers as it is told and keeps what it was asked."""

    def __init__(self, *answers: Answer) -> None:
        super().__init__()
        self.answers = list(answers)
        self.asked: list[tuple[str, dict[str, Any]]] = []

    async def _exchange(self, url: str, method: str, read: float | None, **body: Any) -> tuple[int, bytes]:
        self.asked.append((url.rpartition("/")[2], dict(body.get("json") or body.get("data") or {})))
        answer = self.answers.pop(0)
        if isinstance(answer, TelegramError):
            raise answer
        status, content = answer
        return status, content if isinstance(content, bytes) else json.dumps(content).encode()


def channel(*answers: Answer) -> tuple[TelegramChannel, Told]:
    request = Told(*answers)
    return TelegramChannel(Bot("123:abc", request=request, get_updates_request=AiohttpRequest())), request


def done(result: Any) -> Answer:
    return 200, {"ok": True, "result": result}


def no(status: int, description: str, **parameters: Any) -> Answer:
    return status, {
        "ok": False,
        "error_code": status,
        "description": description,
        **({"parameters": parameters} if parameters else {}),
    }


def bad(description: str) -> Answer:
    return no(400, f"Bad Request: {description}")


GONE, INVALID, BLOCKED = Refusal.GONE, Refusal.INVALID, Refusal.BLOCKED


@pytest.mark.parametrize(
    ("chat", "answer", "outcome"),
    [
        pytest.param(PERSON, done(SENT), Sent("55"), id="sent"),
        pytest.param(
            PERSON, no(429, "Too Many Requests", retry_after=35), Wait(35, "asked to wait"), id="429"
        ),
        pytest.param(PERSON, NotSent("x"), Wait(WHEN_CUT_OFF, "no connection"), id="no connection"),
        pytest.param(PERSON, (502, b"<html>"), Wait(WHEN_CUT_OFF, "telegram away"), id="502"),
        pytest.param(PERSON, no(503, "x"), Wait(WHEN_CUT_OFF, "telegram away"), id="503"),
        pytest.param(
            PERSON,
            no(500, "Internal Server Error"),
            Wait(WHEN_CUT_OFF, "telegram stumbled", is_its_own=True),
            id="500",
        ),
        pytest.param(PERSON, (504, b""), Unsure("NetworkError"), id="504: perhaps it was done"),
        pytest.param(PERSON, (200, b"<html>"), Unsure("TelegramError"), id="200 and no JSON"),
        pytest.param(PERSON, (200, [1]), Unsure("TelegramError"), id="200 and no object"),
        pytest.param(PERSON, done({}), Unsure("invalid answer"), id="200 and no message"),
        pytest.param(PERSON, done(True), Unsure("invalid answer"), id="200 and no more than yes"),
        pytest.param(PERSON, no(401, "Unauthorized"), Wait(WHEN_LOCKED_OUT, "token refused"), id="401"),
        pytest.param(PERSON, no(404, "Not Found"), Wait(WHEN_LOCKED_OUT, "token refused"), id="404"),
        pytest.param(
            PERSON, no(409, "Conflict: terminated by other getUpdates"), Unsure("Conflict"), id="409"
        ),
        pytest.param(
            GROUP,
            no(400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=-1009),
            Refused(Refusal.MOVED, "became a supergroup", chat="telegram:-1009"),
            id="became a supergroup",
        ),
    ],
)
async def test_each_answer_has_its_outcome(chat: str, answer: Answer, outcome: Outcome) -> None:
    telegram, _ = channel(answer)

    assert await telegram.send(text_message(chat, "moi")) == outcome


@pytest.mark.parametrize(
    ("chat", "answer", "refusal"),
    [
        (PERSON, no(403, "Forbidden: bot was blocked by the user"), BLOCKED),
        (PERSON, no(403, "Forbidden: user is deactivated"), BLOCKED),
        (PERSON, no(403, "Forbidden: bot can't initiate conversation with a user"), BLOCKED),
        (PERSON, bad("chat not found"), BLOCKED),
        (PERSON, bad("user not found"), BLOCKED),
        (GROUP, no(403, "Forbidden: bot was kicked from the supergroup chat"), GONE),
        (GROUP, bad("chat not found"), GONE),
        (GROUP, bad("not enough rights to send text messages to the chat"), GONE),
        (GROUP, bad("have no rights to send a message"), GONE),
        (GROUP, bad("need administrator rights in the channel chat"), GONE),
        (GROUP, bad("CHAT_WRITE_FORBIDDEN"), GONE),
        (GROUP, bad("group chat was deleted"), GONE),
        (GROUP, bad("message to edit not found"), GONE),
        (GROUP, bad("message thread not found"), Refusal.NO_THREAD),
        (GROUP, bad("TOPIC_DELETED"), Refusal.NO_THREAD),
        (PERSON, bad("message is too long"), INVALID),
        (PERSON, bad("BUTTON_DATA_INVALID"), INVALID),
        (PERSON, bad("message text is empty"), INVALID),
        (PERSON, bad("something new"), INVALID),
    ],
)
async def test_each_refusal_has_its_reason(chat: str, answer: Answer, refusal: Refusal) -> None:
    telegram, _ = channel(answer)

    outcome = await telegram.send(text_message(chat, "moi"))

    assert isinstance(outcome, Refused)
    assert outcome.refusal is refusal
    assert outcome.reason


@pytest.mark.parametrize(
    "outgoing",
    [
        Edit(GROUP, "5", (Part("x"),)),
        Edit(GROUP, "5", ()),
        Reaction(GROUP, "5", "👍"),
        PressAnswer(GROUP, "9", "x"),
        TopicClosing(GROUP, "3"),
    ],
    ids=lambda outgoing: type(outgoing).__name__,
)
@pytest.mark.parametrize(
    "description",
    ["message is not modified", "query is too old and response timeout expired", "TOPIC_NOT_MODIFIED"],
)
async def test_what_needs_no_doing_any_more_is_done(outgoing: Outgoing, description: str) -> None:
    telegram, _ = channel(bad(description))

    assert await telegram.send(outgoing) == Sent()


async def test_a_fault_in_our_markup_costs_nobody_the_words() -> None:
    telegram, request = channel(bad("can't parse entities: unexpected end tag"), done(SENT))

    outcome = await telegram.send(Message(PERSON, (Part("**a** <b"), Part("<i>", Style.VERBATIM))))

    assert outcome == Sent("55")
    (_, first), (_, second) = request.asked
    assert first["text"] == "<b>a</b> &lt;b&lt;i&gt;"
    assert "parse_mode" not in second
    assert second["text"].endswith("<i>")


async def test_an_album_goes_in_the_order_of_its_numbers_and_each_copy_is_known() -> None:
    telegram, request = channel(done([{"message_id": 9}, {"message_id": 10}]))

    outcome = await telegram.send(Copy(GROUP, PERSON, "6", more=("5",), without_caption=True), thread="3")

    assert outcome == Sent("9", more=("10",))
    [(method, asked)] = request.asked
    assert method == "copyMessages"
    assert asked["message_ids"] == "[5, 6]"
    assert asked["remove_caption"] == "true"


async def test_of_an_album_that_is_copied_in_part_nothing_stays() -> None:
    """Which part is missing is not said."""
    telegram, request = channel(done([{"message_id": 9}]), done(True))

    outcome = await telegram.send(Copy(GROUP, PERSON, "5", more=("6",)))

    assert isinstance(outcome, Refused)
    assert outcome.refusal is Refusal.INVALID
    assert [method for method, _ in request.asked] == ["copyMessages", "deleteMessages"]


async def test_every_kind_goes_out_by_its_own_method() -> None:
    telegram, request = channel(
        done({"message_id": 9}), done(SENT), done(SENT), done(True), done(True), done(True)
    )

    await telegram.send(Copy(GROUP, PERSON, "5", without_caption=True), thread="3")
    await telegram.send(Edit(GROUP, "5", (Part("x"),)))
    await telegram.send(Edit(GROUP, "5", (), buttons=((Button("x", "y"),),)))
    await telegram.send(Reaction(GROUP, "5", "👍"))
    await telegram.send(PressAnswer(GROUP, "9", "x"))
    await telegram.send(TopicClosing(GROUP, "3"))

    assert [method for method, _ in request.asked] == [
        "copyMessage",
        "editMessageText",
        "editMessageReplyMarkup",
        "setMessageReaction",
        "answerCallbackQuery",
        "closeForumTopic",
    ]
    assert request.asked[0][1]["caption"] == "", "a caption may hold a name"
    assert request.asked[0][1]["message_thread_id"] == "3"


async def test_a_topic_is_opened_and_named() -> None:
    telegram, request = channel(
        done({"message_thread_id": 44, "name": "K-7", "icon_color": 1}),
        bad("not enough rights to manage topics"),
    )

    assert await telegram.open_thread(GROUP, "K-7") == Sent("44")
    refused = await telegram.open_thread(GROUP, "K-8")

    assert isinstance(refused, Refused)
    assert request.asked[0][1]["name"] == "K-7"


@pytest.mark.parametrize(
    ("answer", "is_there"),
    [
        (done({"id": 1, "is_bot": True, "first_name": "M", "username": "m_bot"}), True),
        (NotSent("x"), False),
        ((502, b""), False),
        (no(429, "x", retry_after=1), False),
    ],
)
async def test_it_can_be_asked_whether_telegram_answers(answer: Answer, is_there: bool) -> None:
    telegram, _ = channel(answer)

    assert await telegram.is_there() is is_there


async def test_before_telegram_has_told_our_name_updates_can_be_read() -> None:
    telegram, _ = channel()
    command = {"message_id": 1, "date": 1, "chat": {"id": -5, "type": "group"}, "text": "/liity@any_bot CODE"}

    reading = telegram.read(json.dumps({"update_id": 1, "message": command}))

    assert getattr(reading, "command", "") == "liity"
