"""All that Telegram knows in the double: people, chats, topics, messages, and what the bot has set."""

import asyncio
import itertools
import random
import time
from collections.abc import Callable
from typing import Any

from tests.double.errors import forbid, migrated, refuse
from tests.double.nouns import (
    GENERAL_TOPIC,
    Account,
    Call,
    Chat,
    File,
    Kept,
    Member,
    Query,
    Raw,
    Webhook,
)
from tests.double.updates import UpdateQueue

FIRST_PERSON = 7_100_000_001  # past 32 bits, as ids of new accounts are
FIRST_GROUP = -4_200_000_001
FIRST_SUPERGROUP = -1_002_200_000_001


class World:
    """The double's whole state; changed by methods (the bot) and by acting.py (people)."""

    def __init__(
        self, token: str, *, bot_name: str = "Matala", bot_username: str = "matala_test_bot"
    ) -> None:
        self.token = token
        self.shift = 0.0  # seconds by which the double's clock is ahead
        self.bot: Raw = {
            "id": int(token.split(":")[0]),
            "is_bot": True,
            "first_name": bot_name,
            "username": bot_username,
        }
        self.reads_all = False  # privacy mode off
        self.people: dict[int, Account] = {}
        self.chats: dict[int, Chat] = {}
        self.files: dict[str, File] = {}
        self.queries: dict[str, Query] = {}
        self.settings: dict[tuple[str, ...], Any] = {}  # commands, names, descriptions, by scope and language
        self.webhook = Webhook()
        self.calls: list[Call] = []
        self.violations: list[str] = []
        self.queue = UpdateQueue(self.clock)
        self.seed = random.Random(token)
        self.in_flight = 0  # calls that are neither answered nor held by a fault
        self.on_sent: list[Callable[[int], None]] = []  # told the chat of each message of the bot
        self.version = 0
        self.changed = asyncio.Event()
        self.arrived = asyncio.Event()  # as `changed`, of updates only: long polls sleep on it
        self._numbers = itertools.count(1)
        self._account_message_id = 0
        self._next_person = itertools.count(FIRST_PERSON)
        self._next_group = itertools.count(FIRST_GROUP, -1)
        self._next_supergroup = itertools.count(FIRST_SUPERGROUP, -1)

    def clock(self) -> float:
        """Return the time that the double believes in."""
        return time.time() + self.shift

    def now(self) -> int:
        """Return the time as messages carry it."""
        return int(self.clock())

    def touch(self) -> None:
        """Wake whoever waits for something to change."""
        self.version += 1
        self.changed.set()
        self.changed = asyncio.Event()

    def new_id(self, length: int = 16) -> str:
        """Return an id of letters and digits, different each time, the same in each run."""
        return "".join(
            self.seed.choices("abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789", k=length)
        )

    def add_person(self, account: Account) -> Account:
        """Add a person with their private chat to the bot."""
        self.people[account.id] = account
        self.chats[account.id] = Chat(account.id, "private", person=account)
        return account

    def next_person_id(self) -> int:
        return next(self._next_person)

    def next_chat_id(self, *, supergroup: bool) -> int:
        return next(self._next_supergroup if supergroup else self._next_group)

    def next_message_id(self, chat: Chat) -> int:
        """Return the next id; supergroups count their own, all other chats of the bot share one counting."""
        if chat.type == "supergroup":
            chat.last_message_id += 1
            return chat.last_message_id
        self._account_message_id += 1
        return self._account_message_id

    def bot_member(self, chat: Chat) -> Member:
        """Return the bot's standing in a group."""
        return chat.members.get(self.bot["id"], Member("left"))

    def find_chat(self, chat_id: int | str) -> Chat:
        """Return the chat that a call names, wherever it went; raise when there is none or it moved."""
        if isinstance(chat_id, str):
            if chat_id.lstrip("-").isdigit():
                return self.find_chat(int(chat_id))
            for chat in self.chats.values():
                if (
                    chat.username
                    and f"@{chat.username}".lower() == chat_id.lower()
                    and chat.type != "private"
                ):
                    return chat
            refuse("chat not found")
        found = self.chats.get(chat_id)
        if found is None:
            refuse("chat not found")
        if found.migrated_to is not None:
            raise migrated(found.migrated_to)
        return found

    def chat_to_write_to(self, chat_id: int | str) -> Chat:
        """Return the chat that a call names, if the bot may write there."""
        chat = self.find_chat(chat_id)
        if chat.person is not None:
            if chat.person.deactivated:
                forbid("user is deactivated")
            if chat.person.blocked:
                forbid("bot was blocked by the user")
            if not chat.person.started:
                forbid("bot can't initiate conversation with a user")
            return chat
        kind = "supergroup" if chat.type == "supergroup" else "group"
        match self.bot_member(chat).status:
            case "kicked":
                forbid(f"bot was kicked from the {kind} chat")
            case "left":
                forbid(f"bot is not a member of the {kind} chat")
        return chat

    def is_admin(self, chat: Chat, user_id: int) -> bool:
        return user_id in chat.members and chat.members[user_id].status in ("creator", "administrator")

    def bot_may(self, chat: Chat, right: str) -> bool:
        """Whether the bot has a right of administrators in this group."""
        member = self.bot_member(chat)
        return member.status == "creator" or (
            member.status == "administrator" and member.rights.get(right, False)
        )

    def keep(self, chat: Chat, raw: Raw, *, by_bot: bool) -> Kept:
        """Put a message into a chat."""
        kept = Kept(raw, by_bot, next(self._numbers), time.monotonic())
        chat.messages[kept.id] = kept
        if by_bot:
            for told in self.on_sent:
                told(chat.id)
        self.touch()
        return kept

    def push(self, kind: str, content: Raw, chat: int) -> int | None:
        """Queue an update for the program."""
        update_id = self.queue.put(kind, content, chat)
        if update_id is not None:
            self.wake_intake()
        self.touch()
        return update_id

    def wake_intake(self) -> None:
        """Wake long polls and the webhook's deliveries."""
        self.arrived.set()
        self.arrived = asyncio.Event()

    def serve(
        self, chat: Chat, sender: Raw, content: Raw, *, thread: int | None = None, told: bool = True
    ) -> Kept:
        """Put a service message into a chat; the bot hears of those that it caused itself, too."""
        raw: Raw = {
            "message_id": self.next_message_id(chat),
            "from": sender,
            "chat": chat.brief(),
            "date": self.now(),
            **content,
        }
        if thread is not None and thread != GENERAL_TOPIC:
            raw |= {"message_thread_id": thread, "is_topic_message": True}
        kept = self.keep(chat, raw, by_bot=sender["id"] == self.bot["id"])
        if told and self.bot_member(chat).status in ("creator", "administrator", "member"):
            self.push("message", raw, chat.id)
        return kept

    def add_file(self, name: str, content: bytes, folder: str) -> File:
        """Keep a file that somebody sent."""
        file_id = self.new_id(40)
        suffix = name.rsplit(".", 1)[-1] if "." in name else "bin"
        file = File(file_id, name, content, f"{folder}/file_{len(self.files)}.{suffix}")
        self.files[file_id] = file
        return file
