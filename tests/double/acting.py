"""What people do in Telegram, as plain calls with plain values; people.py makes sentences of them."""

import base64
from typing import Any

from tests.double.looking import PRESENT, Looking
from tests.double.markup import found_entities
from tests.double.methods.chats import described, user_of
from tests.double.methods.sending import media, poll
from tests.double.methods.topics import open_topic, remove_topic
from tests.double.nouns import (
    ADMIN_RIGHTS,
    ANONYMOUS_ADMIN,
    GENERAL_TOPIC,
    Account,
    Chat,
    Kept,
    Member,
    Query,
    Raw,
)


class Impossible(Exception):  # noqa: N818 -- a test's mistake, not the program's
    """Nobody could do this in Telegram: write without being there, press what is gone."""


class Acting(Looking):
    """All that can be done to the world but by the bot."""

    def person(self, **named: Any) -> int:
        """Add a person; return their id, which is that of their private chat with the bot as well."""
        number = named.pop("id", None) or self._world.next_person_id()
        return self._world.add_person(Account(number, **named)).id

    def chat(
        self,
        *,
        title: str,
        kind: str = "group",
        members: list[int] | None = None,
        admins: list[int] | None = None,
        bot: str = "administrator",
        rights: dict[str, bool] | None = None,
        username: str | None = None,
        announced: bool = False,
    ) -> int:
        """Add a group, supergroup or forum; return its id."""
        world = self._world
        supergroup = kind != "group"
        chat = Chat(
            world.next_chat_id(supergroup=supergroup),
            "supergroup" if supergroup else "group",
            title,
            username,
            is_forum=kind == "forum",
        )
        world.chats[chat.id] = chat
        chat.members = {number: Member("member") for number in members or []}
        chat.members |= {
            number: Member("administrator", dict.fromkeys(ADMIN_RIGHTS, True)) for number in admins or []
        }
        if announced:
            self.put_bot(chat.id, bot, rights)
        else:
            chat.members[world.bot["id"]] = Member(bot, self._rights(rights))
        return chat.id

    def _rights(self, rights: dict[str, bool] | None) -> dict[str, bool]:
        return dict.fromkeys(ADMIN_RIGHTS, True) | (rights or {})

    def put_bot(
        self, chat: int, status: str, rights: dict[str, bool] | None = None, by: int | None = None
    ) -> None:
        """Add the bot to a group, promote it, take rights from it, or throw it out; it is told."""
        place = self._place(chat)
        before = self._world.bot_member(place)
        place.members[self._world.bot["id"]] = Member(status, self._rights(rights))
        actor = by or next((number for number in place.members if number in self._world.people), None)
        sender = user_of(self._world, actor) if actor else ANONYMOUS_ADMIN
        self._standing_changed(place, sender, self._world.bot["id"], before, kind="my_chat_member")
        if before.status not in PRESENT and status in PRESENT:
            self._world.serve(place, sender, {"new_chat_members": [self._world.bot]})

    def put_member(self, chat: int, person: int, status: str = "member") -> None:
        """Let somebody join, leave, or rise to administrator."""
        place = self._place(chat)
        before = place.members.get(person, Member("left"))
        rights = dict.fromkeys(ADMIN_RIGHTS, status == "administrator")
        place.members[person] = Member(status, rights)
        user = user_of(self._world, person)
        self._standing_changed(place, user, person, before, kind="chat_member")
        if before.status not in PRESENT and status in PRESENT:
            self._world.serve(place, user, {"new_chat_members": [user]})
        elif before.status in PRESENT and status not in PRESENT:
            self._world.serve(place, user, {"left_chat_member": user})

    def _standing_changed(self, place: Chat, by: Raw, user_id: int, before: Member, *, kind: str) -> None:
        after = place.members[user_id]
        content = {
            "chat": place.brief(),
            "from": by,
            "date": self._world.now(),
            "old_chat_member": described(self._world, user_id, before),
            "new_chat_member": described(self._world, user_id, after),
        }
        if kind == "my_chat_member" or self._world.is_admin(place, self._world.bot["id"]):
            self._world.push(kind, content, place.id)

    def block(self, person: int, *, blocked: bool = True) -> None:
        """Block the bot, or take it back; the bot is told."""
        account = self._world.people[person]
        if account.blocked is blocked:
            return
        account.blocked = blocked
        chat = self._world.chats[person]
        bot_id = self._world.bot["id"]
        before, after = ("member", "kicked") if blocked else ("kicked", "member")
        chat.members[bot_id] = Member(after)
        self._standing_changed(chat, account.user(), bot_id, Member(before), kind="my_chat_member")

    def deactivate(self, person: int) -> None:
        """Delete somebody's account."""
        self._world.people[person].deactivated = True

    def rename(self, person: int, **named: Any) -> None:
        """Change what somebody is called."""
        for name, value in named.items():
            setattr(self._world.people[person], name, value)

    def _place(self, chat: int) -> Chat:
        found = self._world.chats.get(chat)
        if found is None or found.migrated_to is not None:
            raise Impossible(
                f"there is no chat {chat}" if found is None else f"chat {chat} became {found.migrated_to}"
            )
        return found

    def write(
        self,
        *,
        person: int,
        chat: int,
        content: Raw,
        topic: int | None = None,
        reply_to: int | None = None,
        anonymous: bool = False,
        group: str | None = None,
        extra: Raw | None = None,
    ) -> int:
        """Send something as a person; return the message's id."""
        place = self._place(chat)
        raw = self._written(place, person, content, anonymous=anonymous)
        thread = self._thread(place, raw, topic, reply_to)
        if thread is not None:
            raw |= {"message_thread_id": thread, "is_topic_message": True}
        if group is not None:
            raw["media_group_id"] = group
        raw |= extra or {}
        if place.person is not None:
            if place.person.blocked:
                self.block(person, blocked=False)
            place.person.started = True
        raw["message_id"] = self._world.next_message_id(place)
        kept = self._world.keep(place, raw, by_bot=False)
        if self._bot_sees(place, kept):
            self._world.push("message", kept.raw, place.id)
        return kept.id

    def _written(self, place: Chat, person: int, content: Raw, *, anonymous: bool) -> Raw:
        world = self._world
        if place.type != "private" and place.members.get(person, Member("left")).status not in PRESENT:
            raise Impossible(f"{world.people[person].first_name} is not in {place.title}")
        raw: Raw = {
            "message_id": 0,
            "from": world.people[person].user(),
            "chat": place.brief(),
            "date": world.now(),
            **content,
        }
        if anonymous:
            if not world.is_admin(place, person):
                raise Impossible(f"{world.people[person].first_name} is no administrator of {place.title}")
            raw |= {"from": ANONYMOUS_ADMIN, "sender_chat": place.brief()}
        for text, entities in (("text", "entities"), ("caption", "caption_entities")):
            if text in raw and entities not in raw and (found := found_entities(raw[text])):
                raw[entities] = found
        return raw

    def _thread(self, place: Chat, raw: Raw, topic: int | None, reply_to: int | None) -> int | None:
        """Return the topic that a message goes to, and put what it answers into it."""
        if reply_to is not None:
            answered = place.messages.get(reply_to)
            if answered is None or answered.deleted:
                raise Impossible(f"message {reply_to} is gone")
            raw["reply_to_message"] = {
                key: value for key, value in answered.raw.items() if key != "reply_to_message"
            }
            topic = topic or answered.thread
        if topic is None or topic == GENERAL_TOPIC:
            return None
        opened = place.topics.get(topic)
        if opened is None or opened.deleted:
            raise Impossible(f"topic {topic} is gone")
        if reply_to is None:
            # Telegram shows whatever stands in a topic as a reply to the message that opened it.
            raw["reply_to_message"] = place.messages[topic].raw
        return topic

    def _bot_sees(self, place: Chat, kept: Kept) -> bool:
        """Whether a message reaches the bot: privacy mode hides most of a group's talk from it."""
        if place.type == "private":
            return True
        member = self._world.bot_member(place)
        if member.status not in PRESENT:
            return False
        if self._world.reads_all or member.status != "member":
            return True
        text = kept.plain()
        answered = kept.raw.get("reply_to_message", {}).get("from", {}).get("id") == self._world.bot["id"]
        return answered or text.startswith("/") or f"@{self._world.bot['username']}" in text

    def upload(self, *, kind: str, name: str | None = None, content: str = "", **details: Any) -> Any:
        """Keep a file (content in base64); return the photo, document ... that a message shows of it."""
        raw = base64.b64decode(content)
        file = self._world.add_file(name or f"{kind}.bin", raw, f"{kind}s")
        shown = media(kind, file.id, name=name, size=len(raw))
        return shown | details if isinstance(shown, dict) else shown

    def new_poll(self, *, question: str, options: list[str]) -> Any:
        """Return a poll to send."""
        return poll(self._world, question, options)

    def new_group_id(self) -> str:
        """Return the id that holds an album together."""
        return self._world.new_id(17)

    def edit(self, *, chat: int, message: int, changes: Raw) -> None:
        """Edit somebody's own message."""
        place = self._place(chat)
        kept = place.messages[message]
        kept.versions.append(kept.raw)
        kept.raw = kept.raw | changes | {"edit_date": self._world.now()}
        if self._bot_sees(place, kept):
            self._world.push("edited_message", kept.raw, place.id)
        self._world.touch()

    def delete(self, *, chat: int, message: int) -> None:
        """Delete a message as a person: bots are never told."""
        self._place(chat).messages[message].deleted = True
        self._world.touch()

    def react(self, *, person: int, chat: int, message: int, emoji: str | None) -> None:
        """Put a reaction on a message, or take it away."""
        place = self._place(chat)
        now: list[Raw] = [{"type": "emoji", "emoji": emoji}] if emoji else []
        content = {
            "chat": place.brief(),
            "message_id": message,
            "user": self._world.people[person].user(),
            "date": self._world.now(),
            "old_reaction": [],
            "new_reaction": now,
        }
        if place.type == "private" or self._world.is_admin(place, self._world.bot["id"]):
            self._world.push("message_reaction", content, place.id)

    def press(self, *, person: int, chat: int, message: int, data: str, inaccessible: bool = False) -> str:
        """Press an inline button with this data; return the press's id."""
        world = self._world
        place = self._place(chat)
        kept = place.messages[message]
        if place.type != "private" and place.members.get(person, Member("left")).status not in PRESENT:
            raise Impossible(f"{world.people[person].first_name} is not in {place.title}")
        query = Query(str(world.seed.randrange(10**17, 10**18)), chat, world.clock())
        world.queries[query.id] = query
        shown = {"chat": place.brief(), "message_id": message, "date": 0} if inaccessible else kept.raw
        content = {
            "id": query.id,
            "from": world.people[person].user(),
            "message": shown,
            "chat_instance": str(abs(chat)),
            "data": data,
        }
        world.push("callback_query", content, chat)
        return query.id

    def query(self, *, query: str) -> Raw | None:
        """Return what a press was answered with; None when it was not."""
        return self._world.queries[query].answer

    def migrate(self, *, chat: int, forum: bool = False) -> int:
        """Turn a group into a supergroup with another id; return that."""
        world = self._world
        old = self._place(chat)
        new = Chat(world.next_chat_id(supergroup=True), "supergroup", old.title, is_forum=forum)
        new.members = dict(old.members)
        actor = next(
            (world.people[number].user() for number in old.members if number in world.people), ANONYMOUS_ADMIN
        )
        world.chats[new.id] = new
        world.serve(old, actor, {"migrate_to_chat_id": new.id})
        old.migrated_to = new.id
        anonymous = ANONYMOUS_ADMIN
        world.serve(new, anonymous, {"migrate_from_chat_id": old.id})
        return new.id

    def open_topic(self, *, chat: int, name: str, person: int) -> int:
        """Open a topic as a member; return its id."""
        return open_topic(self._world, self._place(chat), user_of(self._world, person), name).id

    def delete_topic(self, *, chat: int, topic: int, gone_as: str | None = None) -> None:
        """Delete a topic as an administrator; `gone_as` are the words that sending to it is refused with."""
        place = self._place(chat)
        if gone_as is not None:
            place.topics[topic].gone_as = gone_as
        remove_topic(self._world, place, place.topics[topic])

    def close_topic(self, *, chat: int, topic: int, person: int, closed: bool = True) -> None:
        """Close a topic, or open it again, as an administrator."""
        place = self._place(chat)
        place.topics[topic].closed = closed
        told = "forum_topic_closed" if closed else "forum_topic_reopened"
        self._world.serve(place, user_of(self._world, person), {told: {}}, thread=topic)

    def serve(self, *, chat: int, person: int, content: Raw, topic: int | None = None) -> int:
        """Cause any service message (a new title, a video chat, a boost)."""
        return self._world.serve(self._place(chat), user_of(self._world, person), content, thread=topic).id

    def push_raw(self, *, content: Raw, chat: int = 0) -> int:
        """Send the program an update of any shape, malformed ones included."""
        update_id = self._world.queue.put_raw(content, chat)
        self._world.wake_intake()
        self._world.touch()
        return update_id
