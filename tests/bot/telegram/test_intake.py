"""Updates in: in the inbox before Telegram hears that we have them, whatever they look like."""

import asyncio
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import pytest
from sqlalchemy import select, text
from telegram import Bot
from telegram.error import Conflict, InvalidToken, NetworkError, RetryAfter, TelegramError

from bot.lifeline import Lifeline
from bot.telegram import handlers
from bot.telegram import intake as intake_room
from bot.telegram.handlers import IS_MEMBER
from bot.telegram.intake import ALLOWED_UPDATES, Intake, Riding, poll
from bot.telegram.request import AiohttpRequest
from storage import inbox
from storage.database import DatabaseAway
from storage.models import INBOX
from storage.staff import StaffChat
from tests.bot.conftest import Small
from tests.bot.telegram.test_delivery import Told, done, no
from tests.fakes import FakeChannel

DANGER = "haluan tappaa itseni"
GROUP = {"id": -100, "type": "supergroup"}


def message(update_id: int, text: str = "moi", chat: int = 7) -> dict[str, Any]:
    return {
        "update_id": update_id,
        "message": {"message_id": 1, "date": 1, "chat": {"id": chat, "type": "private"}, "text": text},
    }


def press(update_id: int) -> dict[str, Any]:
    return {
        "update_id": update_id,
        "callback_query": {"id": "5", "from": {"id": 9}, "data": "x", "message": {"chat": GROUP}},
    }


@contextmanager
def locked(small: Small) -> Iterator[None]:
    """Hold the lock of the database file, as another program would."""
    path = small.database._engine.url.database
    assert path is not None
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


class Door:
    """An intake with what it needs, on a database of its own."""

    def __init__(self, small: Small, *answers: Any, riding: Riding | None = None) -> None:
        self.small = small
        self.channel = FakeChannel(name="telegram")
        self.told = Told(*answers)
        self.bot = Bot("123:abc", request=self.told, get_updates_request=AiohttpRequest())
        chats = [StaffChat("telegram:-1", "*", is_forum=False)]
        lifeline = Lifeline(
            {"telegram": self.channel}, lambda: small.library, lambda: chats, clock=lambda: small.now
        )
        self.news = 0
        self.intake = Intake(
            self.bot,
            small.database,
            lifeline,
            clock=lambda: small.now,
            on_updates=self._on_updates,
            riding=riding,
        )

    def _on_updates(self) -> None:
        self.news += 1

    async def rows(self) -> list[tuple[str, str]]:
        """Return update ids and chats of all rows, in their order."""
        async with self.small.database.begin() as session:
            rows = (await session.execute(select(INBOX.c.update_id, INBOX.c.chat).order_by(INBOX.c.id))).all()
        return [(row.update_id, self.small.database.keys.open(row.chat)) for row in rows]

    async def raw(self) -> dict[str, Any]:
        """Return the oldest update as it was kept."""
        async with self.small.database.begin() as session:
            row = await inbox.take(session, now=self.small.now)
        assert row is not None
        kept: dict[str, Any] = json.loads(row.raw)
        return kept


@pytest.fixture
def door(small: Small) -> Door:
    return Door(small)


class TestKeeping:
    async def test_updates_are_kept_in_their_order_and_known_when_they_come_again(self, door: Door) -> None:
        await door.intake.receive([message(5), message(6, chat=8)])
        await door.intake.receive([message(6, chat=8), message(2)])

        assert await door.rows() == [("5", "telegram:7"), ("6", "telegram:8"), ("2", "telegram:7")]
        assert door.news == 2

    async def test_what_the_worker_fails_on_is_kept_all_the_same(self, small: Small) -> None:
        """Here for want of the channel; whatever it is, the worker meets it again by itself."""
        door = Door(small, riding=small.carrying.riding)

        await door.intake.receive([message(5)])

        assert await door.rows() == [("5", "telegram:7")]
        assert door.news == 1

    async def test_what_is_known_already_wakes_nobody(self, door: Door) -> None:
        await door.intake.receive([message(5)])
        await door.intake.receive([message(5)])

        assert door.news == 1

    @pytest.mark.parametrize(
        ("body", "kept"),
        [
            (b"<html>", {"malformed": "<html>"}),
            (b"[1, 2]", {"malformed": [1, 2]}),
            (b'"moi"', {"malformed": "moi"}),
            (b"\xff\xfe", {"malformed": "\ufffd\ufffd"}),
            (b"", {"malformed": ""}),
            (b'{"brand_new": 1}', {"brand_new": 1}),
        ],
    )
    async def test_what_is_no_update_is_kept_as_well(
        self, body: bytes, kept: dict[str, Any], door: Door
    ) -> None:
        await door.intake.receive_raw(body)
        await door.intake.receive_raw(body)

        assert await door.raw() == kept
        assert len(await door.rows()) == 1, "it has no number, but it is known all the same"

    async def test_endless_nesting_is_kept_as_text(self, door: Door) -> None:
        await door.intake.receive_raw(b"[" * 100_000)

        assert list(await door.raw()) == ["malformed"]

    async def test_half_a_character_is_kept_as_a_question_mark(self, door: Door) -> None:
        await door.intake.receive_raw(json.dumps(message(5, "moi \ud83d")).encode())

        assert (await door.raw())["message"]["text"] == "moi ?"

    @pytest.mark.parametrize(
        ("update", "chat"),
        [
            (message(1), "telegram:7"),
            ({"update_id": 1, "edited_message": message(1)["message"]}, "telegram:7"),
            ({"update_id": 1, "my_chat_member": {"chat": GROUP}}, "telegram:-100"),
            (
                {"update_id": 1, "callback_query": {"message": {"chat": {"id": 7, "type": "private"}}}},
                "telegram:7",
            ),
            ({"update_id": 1, "poll": {"id": "x"}}, "telegram:0"),
            ({"update_id": 1, "message": {"chat": "nonsense"}}, "telegram:0"),
        ],
    )
    async def test_each_belongs_to_a_chat_for_its_order(
        self, update: dict[str, Any], chat: str, door: Door
    ) -> None:
        await door.intake.receive([update])

        assert await door.rows() == [("1", chat)]


class TestMembers:
    @pytest.mark.parametrize(("status", "is_member"), [("member", True), ("left", False), ("kicked", False)])
    async def test_who_presses_in_a_group_is_looked_up_once(
        self, status: str, is_member: bool, small: Small
    ) -> None:
        who = {"status": status, "user": {"id": 9, "is_bot": False, "first_name": "K"}, "until_date": 0}
        door = Door(small, done(who))

        await door.intake.receive([press(1)])
        await door.intake.receive([press(2)])

        assert (await door.raw())[IS_MEMBER] is is_member
        assert len(door.told.asked) == 1

    async def test_when_that_cannot_be_known_the_press_counts(self, small: Small) -> None:
        door = Door(small, no(400, "Bad Request: member list is inaccessible"))

        await door.intake.receive([press(1)])

        assert (await door.raw())[IS_MEMBER] is True

    async def test_a_question_that_hangs_holds_the_updates_up_for_moments_only(
        self, small: Small, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """In the same batch somebody may be in danger."""

        class Hanging(Told):
            async def _exchange(self, *_: Any, **__: Any) -> tuple[int, bytes]:
                await asyncio.Event().wait()
                raise AssertionError

        monkeypatch.setattr(intake_room, "MEMBER_PATIENCE", 0.01)
        door = Door(small)
        door.bot._request = (AiohttpRequest(), Hanging())

        await door.intake.receive([press(1), message(2, DANGER)])

        assert len(await door.rows()) == 2


@pytest.fixture
def reads_telegram(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the channel in memory read Telegram's updates."""
    monkeypatch.setattr(FakeChannel, "read", lambda _, raw: handlers.read(raw, "matala_bot"))


@pytest.mark.usefixtures("reads_telegram")
class TestLifeline:
    async def test_danger_is_answered_when_the_database_is_away(self, door: Door) -> None:
        with locked(door.small), pytest.raises(DatabaseAway):
            await door.intake.receive([message(5), message(6, DANGER, chat=8)])

        assert {given.chat for given in door.channel.given} == {"telegram:8", "telegram:-1"}

    async def test_danger_does_not_wait_for_a_slow_database(
        self, door: Door, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(intake_room, "DATABASE_PATIENCE", 0.0)
        async with door.small.database.begin():  # somebody else's turn takes long
            receiving = asyncio.create_task(door.intake.receive([message(6, DANGER, chat=8)]))
            await door.channel.gets("telegram:8")
            assert not receiving.done()

        await receiving

        assert await door.rows() == [("6", "telegram:8")]

    async def test_a_quick_database_needs_no_lifeline(self, door: Door) -> None:
        await door.intake.receive([message(6, DANGER, chat=8)])

        assert door.channel.given == []


class Asked(AiohttpRequest):
    """Gives out batches of updates, or errors, and keeps the offsets it was asked with."""

    def __init__(self, *answers: list[Any] | TelegramError) -> None:
        super().__init__()
        self.answers = list(answers)
        self.offsets: list[int | None] = []
        self.allowed: set[tuple[str, ...]] = set()
        self.finished = asyncio.Event()

    async def get_updates(self, url: str, parameters: dict[str, Any], *, seconds: float) -> list[Any]:
        self.offsets.append(parameters.get("offset"))
        self.allowed.add(tuple(parameters["allowed_updates"]))
        if not self.answers:
            self.finished.set()
            await asyncio.Event().wait()
        answer = self.answers.pop(0)
        if isinstance(answer, TelegramError):
            raise answer
        return answer


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Let no time pass between questions; keep how much would have."""
    pauses: list[float] = []
    real = asyncio.sleep

    async def sleep(seconds: float) -> None:
        if seconds:  # else it only lets others go first
            pauses.append(seconds)
        await real(0)

    monkeypatch.setattr(intake_room.asyncio, "sleep", sleep)
    return pauses


async def asked(door: Door, *answers: list[Any] | TelegramError) -> Asked:
    """Poll until all of these answers have been given."""
    request = Asked(*answers)
    polling = asyncio.create_task(poll(door.bot, request, door.intake))
    finished = asyncio.create_task(request.finished.wait())
    await asyncio.wait({polling, finished}, return_when=asyncio.FIRST_COMPLETED)
    assert not polling.done(), polling.exception()
    polling.cancel()
    await asyncio.gather(polling, return_exceptions=True)
    return request


class TestPolling:
    async def test_the_next_question_confirms_what_is_in_the_inbox(self, door: Door) -> None:
        request = await asked(door, [message(5), message(6)], [], [message(9)])

        assert request.offsets == [None, 7, 7, 10]
        assert request.allowed == {ALLOWED_UPDATES}
        assert [number for number, _ in await door.rows()] == ["5", "6", "9"]

    async def test_ids_may_fall_back(self, door: Door) -> None:
        request = await asked(door, [message(900)], [message(3)], [message(4)])

        assert request.offsets == [None, 901, 4, 5]
        assert len(await door.rows()) == 3

    @pytest.mark.parametrize(
        ("error", "pause"),
        [
            (Conflict("other getUpdates"), intake_room.CONFLICT_PAUSE),
            (RetryAfter(7), 7.0),
            (NetworkError("x"), intake_room.AGAIN_AFTER),
            (InvalidToken("x"), intake_room.SLOWEST),
        ],
        ids=lambda value: type(value).__name__,
    )
    async def test_it_goes_on_after_every_trouble(
        self, error: TelegramError, pause: float, door: Door, pauses: list[float]
    ) -> None:
        request = await asked(door, [message(5)], error, [message(6)])

        assert pauses == [pause]
        assert request.offsets == [None, 6, 6, 7]
        assert len(await door.rows()) == 2

    async def test_it_asks_ever_more_slowly_while_telegram_is_away(
        self, door: Door, pauses: list[float]
    ) -> None:
        await asked(door, *[NetworkError("x")] * 7, [], NetworkError("x"))

        assert pauses == [1, 2, 4, 8, 16, 30, 30, 1]

    async def test_nothing_is_confirmed_while_the_database_is_away(
        self, door: Door, pauses: list[float]
    ) -> None:
        request = Asked([message(5)], [message(5)], [message(5)])
        with locked(door.small):
            polling = asyncio.create_task(poll(door.bot, request, door.intake))
            while len(request.offsets) < 3:
                await asyncio.get_running_loop().run_in_executor(None, lambda: None)
        await request.finished.wait()
        polling.cancel()
        await asyncio.gather(polling, return_exceptions=True)

        assert request.offsets[:3] == [None, None, None]
        assert request.offsets[-1] == 6
        assert set(pauses) == {intake_room.DATABASE_PAUSE}, "who writes of danger meanwhile is heard of soon"
        assert len(await door.rows()) == 1

    async def test_what_is_no_object_is_kept_and_does_not_stop_it(self, door: Door) -> None:
        request = await asked(door, [message(5), "nonsense"], [message(7)])

        assert request.offsets == [None, 6, 8]
        assert len(await door.rows()) == 3


async def test_the_database_is_as_the_tests_say(small: Small) -> None:
    """`locked` locks the very file."""
    with locked(small), pytest.raises(DatabaseAway):
        async with small.database.begin() as session:
            await session.execute(text("SELECT 1"))
