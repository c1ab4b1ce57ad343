"""What a test says: `await anna.writes("hei")`, `await anna.hears("Hei")`, `await kuratori.presses("Otan")`.

The same words work on a double in this process and on one in another (process.py): all goes through a Stage.
"""

import base64
import json
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Self, TypeVar

from tests.double.faults import How
from tests.double.leaks import Leak, leaks_in
from tests.double.seen import KINDS, Button, CallSeen, Raw, Seen, TopicSeen
from tests.double.server import Server
from tests.double.stage import LocalStage, Stage
from tests.double.state import World
from tests.double.webhook import Deliveries

TOKEN = "7000000001:AAE-test-token-of-the-double-0123456789"
PATIENCE = 10.0  # seconds that a test waits for what should come at once
TRANSCRIPT_LINES = 40
T = TypeVar("T")
Wanted = str | Callable[[Seen], bool]
PHOTO = b"\x89PNG a picture of nothing"


class NotHeard(AssertionError):  # noqa: N818 -- it fails a test
    """What a test waited for did not come; holds the transcript."""


def fits(wanted: Wanted, seen: Seen) -> bool:
    """Whether a message is what a test waits for: holds the text, or satisfies the predicate."""
    return wanted in seen.text if isinstance(wanted, str) else wanted(seen)


class Place:
    """A chat, as far as it can be read."""

    def __init__(self, stage: Stage, chat: int, name: str) -> None:
        self._stage = stage
        self.id = chat
        self.name = name
        self._heard: set[tuple[int, int, int]] = set()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name} {self.id}>"

    def everything(self) -> list[Seen]:
        """Return all messages, by whomever, deleted ones too."""
        return [Seen(kept["raw"], kept) for kept in self._stage.do("messages", chat=self.id)]

    def from_bot(self) -> list[Seen]:
        """Return what the bot sent here and what still stands, service messages left out."""
        return [
            seen
            for seen in self.everything()
            if seen.by_bot
            and not seen.deleted
            and not seen.kind.startswith(("forum_topic", "pinned", "new_chat"))
        ]

    @property
    def keyboard(self) -> list[list[str]]:
        """The reply keyboard that shows, as texts."""
        shown = self._stage.do("keyboard", chat=self.id) or {}
        return [[button["text"] for button in row] for row in shown.get("keyboard", [])]

    def transcript(self) -> str:
        """Return the latest lines of the chat, to be read when a test fails."""
        lines = [seen.line() for seen in self.everything()[-TRANSCRIPT_LINES:]]
        return f"--- {self.name}\n" + "\n".join(lines or ["(nothing)"]) + "\n---"

    def unheard(self, *, topic: int | None = None) -> list[Seen]:
        """Return what the bot sent or edited since a test last heard it, oldest first."""
        return [
            seen
            for seen in self.from_bot()
            if self._key(seen) not in self._heard and (topic is None or seen.topic == topic)
        ]

    def _key(self, seen: Seen) -> tuple[int, int, int]:
        return seen.chat, seen.id, len(seen.versions)

    def forgets(self) -> None:
        """Take everything up to now for heard."""
        self._heard.update(self._key(seen) for seen in self.from_bot())

    async def hears(self, wanted: Wanted, *, within: float = PATIENCE, topic: int | None = None) -> Seen:
        """Return the first message of the bot that fits and was not heard before; wait for it."""

        def heard() -> Seen | None:
            return next((seen for seen in self.unheard(topic=topic) if fits(wanted, seen)), None)

        seen = await waited(self._stage, heard, within)
        if seen is None:
            raise NotHeard(f"{self.name} did not hear {wanted!r} within {within} s\n{self.transcript()}")
        self._heard.add(self._key(seen))
        return seen

    async def sees(self, holds: Callable[[Self], bool], *, within: float = PATIENCE) -> None:
        """Wait until something holds of this chat (a message is deleted, a reaction is there)."""
        if not await waited(self._stage, lambda: holds(self) or None, within):
            raise NotHeard(f"{self.name} did not see it within {within} s\n{self.transcript()}")

    def message(self, message: "int | Seen") -> Seen:
        """Return a message as it stands now."""
        number = message if isinstance(message, int) else message.id
        return next(seen for seen in self.everything() if seen.id == number)


class Group(Place):
    """A group of staff: plain, supergroup or forum."""

    @property
    def topics(self) -> list[TopicSeen]:
        """The topics that there are; deleted ones are left out."""
        return [topic for topic in self.all_topics() if not topic.deleted]

    def all_topics(self) -> list[TopicSeen]:
        """Return the topics, deleted ones too."""
        return [TopicSeen(**topic) for topic in self._stage.do("topics", chat=self.id)]

    def messages(self, *, topic: int | None = None) -> list[Seen]:
        """Return what stands in the group or in one topic, service messages left out."""
        return [
            seen
            for seen in self.everything()
            if not seen.deleted and seen.kind in (*KINDS, "other") and (topic is None or seen.topic == topic)
        ]

    async def has_topic(self, named: str = "", *, within: float = PATIENCE) -> TopicSeen:
        """Return the newest topic whose name holds this; wait for it."""

        def found() -> TopicSeen | None:
            return next((topic for topic in reversed(self.topics) if named in topic.name), None)

        topic = await waited(self._stage, found, within)
        if topic is None:
            names = [topic.name for topic in self.all_topics()]
            raise NotHeard(f"{self.name} has no topic {named!r}, but {names}\n{self.transcript()}")
        return topic

    async def migrates(self, *, forum: bool = False) -> int:
        """Become a supergroup; return the old id."""
        old = self.id
        self.id = self._stage.do("migrate", chat=old, forum=forum)
        return old

    async def adds_bot(
        self, status: str = "administrator", *, by: "Person | None" = None, **rights: bool
    ) -> None:
        """Add the bot, promote or demote it ("member"), or throw it out ("kicked")."""
        self._stage.do("put_bot", chat=self.id, status=status, rights=rights, by=by.id if by else None)

    async def takes_in(self, person: "Person", status: str = "member") -> None:
        """Let somebody join or rise ("administrator"), or go ("left", "kicked")."""
        self._stage.do("put_member", chat=self.id, person=person.id, status=status)

    async def deletes_topic(self, topic: int | TopicSeen, *, gone_as: str | None = None) -> None:
        """Delete a topic by an administrator's hand."""
        self._stage.do("delete_topic", chat=self.id, topic=_topic(topic), gone_as=gone_as)


def _topic(topic: int | TopicSeen | None) -> int | None:
    return topic.id if isinstance(topic, TopicSeen) else topic


def _id(message: int | Seen | None) -> int | None:
    return message.id if isinstance(message, Seen) else message


@dataclass(frozen=True)
class Press:
    """A pressed inline button."""

    id: str
    stage: Stage

    @property
    def answer(self) -> Raw | None:
        """What the bot answered to the press (`text`, `show_alert`, `url`); None while it did not."""
        answer: Raw | None = self.stage.do("query", query=self.id)
        return answer

    async def answered(self, *, within: float = PATIENCE) -> Raw:
        """Return the bot's answer; wait for it."""
        answer = await waited(self.stage, lambda: self.answer, within)
        if answer is None:
            raise NotHeard(f"the press was not answered within {within} s")
        return answer


class Person(Place):
    """Somebody with a private chat to the bot; in groups they act with `in_=group`."""

    @property
    def inbox(self) -> list[Seen]:
        """What the bot sent into the private chat and what still stands."""
        return self.from_bot()

    async def writes(self, text: str, **where: Any) -> Seen:
        """Write a text; `in_`, `topic`, `reply_to`, `anonymous` say where and how."""
        return self._put({"text": text}, **where)

    async def starts(self, payload: str | None = None) -> Seen:
        """Press Start, as a deep link does."""
        return await self.writes(f"/start {payload}" if payload else "/start")

    async def uses(self, command: str, **where: Any) -> Seen:
        """Use a command."""
        return await self.writes(command if command.startswith("/") else f"/{command}", **where)

    async def sends(self, kind: str, content: Any, **where: Any) -> Seen:
        """Send any other content as the Bot API shows it."""
        caption = where.pop("caption", None)
        return self._put({kind: content} | ({"caption": caption} if caption else {}), **where)

    async def sends_photo(self, caption: str | None = None, *, file: bytes = PHOTO, **where: Any) -> Seen:
        """Send a photo."""
        return await self._sends_file("photo", None, file, caption=caption, **where)

    async def sends_document(self, name: str, *, file: bytes = b"text", **where: Any) -> Seen:
        """Send a file, whose name the bot sees."""
        return await self._sends_file("document", name, file, **where)

    async def sends_voice(self, caption: str | None = None, *, file: bytes = b"OggS", **where: Any) -> Seen:
        """Send a voice message."""
        return await self._sends_file("voice", None, file, caption=caption, **where)

    async def sends_video(self, caption: str | None = None, *, file: bytes = b"mp4", **where: Any) -> Seen:
        """Send a video."""
        return await self._sends_file("video", "video.mp4", file, caption=caption, **where)

    async def sends_video_note(self, *, file: bytes = b"mp4", **where: Any) -> Seen:
        """Send a round video."""
        return await self._sends_file("video_note", None, file, **where)

    async def sends_audio(self, name: str = "track.mp3", *, file: bytes = b"mp3", **where: Any) -> Seen:
        """Send a piece of music."""
        return await self._sends_file("audio", name, file, **where)

    async def sends_animation(
        self, caption: str | None = None, *, file: bytes = b"gif", **where: Any
    ) -> Seen:
        """Send a GIF, which Telegram shows as an animation and a document at once."""
        animation = self._upload("animation", "funny.mp4", file)
        document = self._stage.do("upload", kind="document", name="funny.mp4") | {
            "file_id": animation["file_id"]
        }
        return await self.sends(
            "animation", animation, caption=caption, extra={"document": document}, **where
        )

    async def sends_sticker(self, emoji: str = "🙂", **where: Any) -> Seen:
        """Send a sticker."""
        return await self.sends("sticker", self._upload("sticker", None, b"webp", emoji=emoji), **where)

    async def sends_contact(
        self, phone: str | None = None, *, first_name: str | None = None, **where: Any
    ) -> Seen:
        """Send a contact card; one's own unless other data is given."""
        own = next(person for person in self._stage.do("people") if person["id"] == self.id)
        card = {
            "phone_number": phone or own["phone"] or "+358401234567",
            "first_name": first_name or own["first_name"],
        }
        if phone is None and first_name is None:
            card |= {"user_id": self.id} | ({"last_name": own["last_name"]} if "last_name" in own else {})
        return await self.sends("contact", card, **where)

    async def sends_location(self, latitude: float = 62.89, longitude: float = 27.68, **where: Any) -> Seen:
        """Send a place."""
        return await self.sends("location", {"latitude": latitude, "longitude": longitude}, **where)

    async def sends_poll(self, question: str, options: Sequence[str] = ("Kyllä", "Ei"), **where: Any) -> Seen:
        """Send a poll."""
        return await self.sends(
            "poll", self._stage.do("new_poll", question=question, options=list(options)), **where
        )

    async def sends_dice(self, **where: Any) -> Seen:
        """Throw a die."""
        return await self.sends("dice", {"emoji": "🎲", "value": 6}, **where)

    async def sends_album(self, number: int = 2, caption: str | None = None, **where: Any) -> list[Seen]:
        """Send several photos as one album; the caption stands on the first."""
        group = self._stage.do("new_group_id")
        captions = [caption] + [None] * (number - 1)
        return [await self.sends_photo(text, group=group, **where) for text in captions]

    async def _sends_file(self, kind: str, name: str | None, file: bytes, **where: Any) -> Seen:
        return await self.sends(kind, self._upload(kind, name, file), **where)

    def _upload(self, kind: str, name: str | None, file: bytes, **details: Any) -> Any:
        content = base64.b64encode(file).decode()
        return self._stage.do("upload", kind=kind, name=name, content=content, **details)

    def _put(
        self,
        content: Raw,
        *,
        in_: Group | None = None,
        topic: int | TopicSeen | None = None,
        reply_to: int | Seen | None = None,
        anonymous: bool = False,
        group: str | None = None,
        extra: Raw | None = None,
    ) -> Seen:
        place = in_ or self
        number = self._stage.do(
            "write",
            person=self.id,
            chat=place.id,
            content=content,
            topic=_topic(topic),
            reply_to=_id(reply_to),
            anonymous=anonymous,
            group=group,
            extra=extra,
        )
        return place.message(number)

    async def edits(self, message: Seen, text: str) -> Seen:
        """Change an own message, or the caption of one."""
        field = "text" if message.kind == "text" else "caption"
        self._stage.do("edit", chat=message.chat, message=message.id, changes={field: text})
        raw = next(
            kept
            for kept in self._stage.do("messages", chat=message.chat)
            if kept["raw"]["message_id"] == message.id
        )
        return Seen(raw["raw"], raw)

    async def deletes(self, message: Seen) -> None:
        """Delete a message; the bot is never told."""
        self._stage.do("delete", chat=message.chat, message=message.id)

    async def reacts(self, message: Seen, emoji: str | None) -> None:
        """React to a message."""
        self._stage.do("react", person=self.id, chat=message.chat, message=message.id, emoji=emoji)

    async def presses(
        self,
        button: str | Callable[[Button], bool],
        message: Seen | None = None,
        *,
        in_: Group | None = None,
        within: float = PATIENCE,
    ) -> Press | Seen:
        """Press the newest inline button with this text (or part of it), else the reply keyboard's.

        Waits for it. An inline press returns a `Press`; a reply keyboard's button writes its text, and that
        message is returned.
        """
        place = in_ or self

        def found() -> tuple[Seen, Button] | str | None:
            return self._inline(place, button, message) or self._on_keyboard(place, button)

        match await waited(self._stage, found, within):
            case (Seen() as seen, Button() as chosen):
                return self._press(seen, chosen)
            case str(text):
                return await self._keyboard_pressed(text, place)
        raise NotHeard(
            f"{self.name} finds no button {button!r} in {_all_buttons(place)}\n{place.transcript()}"
        )

    async def presses_inline(
        self,
        button: str | Callable[[Button], bool],
        message: Seen | None = None,
        *,
        in_: Group | None = None,
        within: float = PATIENCE,
    ) -> Press:
        """Press an inline button; anything else is a mistake."""
        pressed = await self.presses(button, message, in_=in_, within=within)
        assert isinstance(pressed, Press), f"{button!r} is a button of the reply keyboard"
        return pressed

    def _inline(
        self, place: Place, button: str | Callable[[Button], bool], message: Seen | None
    ) -> tuple[Seen, Button] | None:
        # A message that a test holds may have lost its buttons since: the slow press what they still see.
        messages = [message] if message is not None else [*reversed(place.from_bot())]
        for exact in (True, False):
            for seen in messages:
                for one in seen.buttons:
                    if _is_button(one, button, exact=exact):
                        return seen, one
        return None

    def _on_keyboard(self, place: Place, button: str | Callable[[Button], bool]) -> str | None:
        texts = [text for row in place.keyboard for text in row]
        for exact in (True, False):
            for text in texts:
                if _is_button(Button(text), button, exact=exact):
                    return text
        return None

    def _press(self, seen: Seen, button: Button) -> Press:
        assert button.data is not None, f"[{button.text}] opens {button.url}: nobody hears of that press"
        query = self._stage.do("press", person=self.id, chat=seen.chat, message=seen.id, data=button.data)
        return Press(query, self._stage)

    async def _keyboard_pressed(self, text: str, place: Place) -> Seen:
        shown = self._stage.do("keyboard", chat=place.id)
        button = next(one for row in shown["keyboard"] for one in row if one["text"] == text)
        where: dict[str, Any] = {"in_": place} if isinstance(place, Group) else {}
        if button.get("request_contact"):
            return await self.sends_contact(**where)
        if button.get("request_location"):
            return await self.sends_location(**where)
        return await self.writes(text, **where)

    async def presses_data(self, data: str, message: Seen, *, inaccessible: bool = False) -> Press:
        """Press with data of one's own making, as a forged client can; `inaccessible`: a very old message."""
        query = self._stage.do(
            "press",
            person=self.id,
            chat=message.chat,
            message=message.id,
            data=data,
            inaccessible=inaccessible,
        )
        return Press(query, self._stage)

    async def blocks(self) -> None:
        """Block the bot."""
        self._stage.do("block", person=self.id)

    async def unblocks(self) -> None:
        """Take the block back."""
        self._stage.do("block", person=self.id, blocked=False)

    async def deletes_account(self) -> None:
        """Leave Telegram for good."""
        self._stage.do("deactivate", person=self.id)

    async def opens_topic(self, name: str, *, in_: Group) -> int:
        """Open a forum topic by hand; return its id."""
        number: int = self._stage.do("open_topic", chat=in_.id, name=name, person=self.id)
        return number

    async def closes_topic(self, topic: int | TopicSeen, *, in_: Group, closed: bool = True) -> None:
        """Close a topic by hand, or open it again."""
        self._stage.do("close_topic", chat=in_.id, topic=_topic(topic), person=self.id, closed=closed)


def _is_button(one: Button, wanted: str | Callable[[Button], bool], *, exact: bool) -> bool:
    if callable(wanted):
        return wanted(one)
    return one.text == wanted if exact else wanted in one.text


def _all_buttons(place: Place) -> list[str]:
    inline = [button.text for seen in place.from_bot() for button in seen.buttons]
    return inline + [text for row in place.keyboard for text in row]


async def waited(stage: Stage, found: Callable[[], T | None], within: float) -> T | None:
    """Return what `found` finds, looking again at each change; None when the time is up."""
    deadline = time.monotonic() + within
    while True:
        version = stage.do("version")
        if (result := found()) is not None:
            return result
        left = deadline - time.monotonic()
        if left <= 0:
            return None
        await stage.changed(version, left)


@dataclass(frozen=True)
class Broken:
    """A fault in force."""

    stage: Stage
    number: int

    @property
    def hits(self) -> int:
        """How many calls it has met."""
        return int(self.stage.do("fault", number=self.number)["hits"])

    def lift(self) -> None:
        """End it."""
        self.stage.do("lift_fault", number=self.number)

    async def hit(self, times: int = 1, *, within: float = PATIENCE) -> None:
        """Wait until it has met so many calls."""
        if not await waited(self.stage, lambda: self.hits >= times or None, within):
            raise NotHeard(f"the fault met {self.hits} calls within {within} s, not {times}")


class Double:
    """The Bot API as tests hold it; `Double.started()` runs one in this event loop."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    @classmethod
    @asynccontextmanager
    async def started(
        cls, *, token: str = TOKEN, port: int = 0, username: str = "matala_test_bot"
    ) -> AsyncIterator["Double"]:
        """Run a double for the length of a `with`."""
        server = Server(World(token, bot_username=username))
        await server.start(port=port)
        deliveries = Deliveries(server)
        deliveries.start()
        try:
            yield cls(LocalStage(server))
        finally:
            await deliveries.stop()
            await server.stop()

    @property
    def url(self) -> str:
        """What `MATALA_TELEGRAM_API` is to be."""
        return self.stage.url

    @property
    def token(self) -> str:
        """What `MATALA_TELEGRAM_TOKEN` is to be."""
        return self.stage.token

    # --- people and places

    def person(
        self,
        first_name: str,
        last_name: str | None = None,
        username: str | None = None,
        language_code: str | None = "fi",
        phone: str | None = None,
    ) -> Person:
        """Add a person, who may have no username, no last name, no language."""
        number = self.stage.do(
            "person",
            first_name=first_name,
            last_name=last_name,
            username=username,
            language_code=language_code,
            phone=phone,
        )
        return Person(self.stage, number, first_name)

    def group(self, title: str, members: Sequence[Person] = (), **how: Any) -> Group:
        """Add a plain group; how: `admins`, `bot` (a status), `rights`, `announced`."""
        return self._group("group", title, members, **how)

    def supergroup(self, title: str, members: Sequence[Person] = (), **how: Any) -> Group:
        """Add a supergroup without topics."""
        return self._group("supergroup", title, members, **how)

    def forum(self, title: str, members: Sequence[Person] = (), **how: Any) -> Group:
        """Add a supergroup with topics."""
        return self._group("forum", title, members, **how)

    def _group(self, kind: str, title: str, members: Sequence[Person], **how: Any) -> Group:
        admins = [person.id for person in how.pop("admins", ())]
        ids = [person.id for person in members]
        number = self.stage.do("chat", kind=kind, title=title, members=ids, admins=admins, **how)
        return Group(self.stage, number, title)

    # --- load

    def begins_load(
        self, *, people: int, messages: int, rate: float | None = None, text: str = "moi"
    ) -> None:
        """Let people write in turn, `rate` messages a second (None: all at once); see `load`."""
        self.stage.do("begin_load", people=people, messages=messages, rate=rate, text=text)

    @property
    def load(self) -> Raw:
        """The load so far: `written`, `answered`, `done`, `seconds`, and `latencies` in seconds."""
        load: Raw = self.stage.do("load_report")
        return load

    # --- what came of it

    @property
    def calls(self) -> list[CallSeen]:
        """All calls of the program but getUpdates, in order."""
        return [CallSeen(**call) for call in self.stage.do("calls")]

    def calls_of(self, method: str) -> list[CallSeen]:
        """Return the calls of one method."""
        return [call for call in self.calls if call.method == method]

    @property
    def violations(self) -> list[str]:
        """Each call that no state could have made right: what a fixture asserts to be empty."""
        violations: list[str] = self.stage.do("violations")
        return violations

    @property
    def pending(self) -> Raw:
        """How many updates are `waiting`, `fetched` of those, `confirmed`; `allowed` kinds; `webhook`."""
        pending: Raw = self.stage.do("pending")
        return pending

    def commands(self, scope: Raw | None = None, language: str = "") -> list[str]:
        """Return the commands set for exactly this scope and language."""
        wanted = ["commands", json.dumps(scope or {"type": "default"}, sort_keys=True), language]
        found: list[Raw] = next((value for key, value in self.stage.do("settings") if key == wanted), [])
        return [command["command"] for command in found]

    @property
    def settings(self) -> list[Any]:
        """All that the bot has set about itself, as pairs of key and value."""
        settings: list[Any] = self.stage.do("settings")
        return settings

    def leaks(self, place: Place, *, of: Sequence[Person] = ()) -> list[Leak]:
        """Return where the bot's messages in a chat tell who somebody is; of everybody not in `of`'s stead.

        Without `of`, everybody counts who isn't a member of that group (staff may be named among staff).
        """
        people = self.stage.do("people")
        inside = set(self.stage.do("members", chat=place.id))
        private = {person.id for person in of} or {person["id"] for person in people} - inside
        return leaks_in(
            place.everything(), [person for person in people if person["id"] in private], self._files()
        )

    def _files(self) -> dict[str, str]:
        files: dict[str, str] = self.stage.do("files")
        return files

    async def until(self, holds: Callable[[], object], *, within: float = PATIENCE) -> None:
        """Wait until something holds, looking at each change."""
        if not await waited(self.stage, lambda: holds() or None, within):
            raise NotHeard(f"it did not come to hold within {within} s")

    async def until_fetched(self, number: int = 1, *, within: float = PATIENCE) -> None:
        """Wait until the program holds so many updates that it has not confirmed."""
        await self.until(lambda: self.pending["fetched"] >= number, within=within)

    async def quiet(self, *, lasting: float = 0.3, within: float = PATIENCE) -> None:
        """Wait until no update waits and the program has called nothing for so long."""
        deadline = time.monotonic() + within
        while True:
            version = self.stage.do("version")
            pending = self.pending
            idle = not pending["waiting"] and not pending["in_flight"]
            await self.stage.changed(version, lasting)
            if idle and self.stage.do("version") == version:
                return
            if time.monotonic() > deadline:
                raise NotHeard(f"the program was still busy after {within} s: {pending}")

    # --- weather

    def breaks(self, method: str, how: How, *, chat: Place | int | None = None, **rule: Any) -> Broken:
        """Make calls fail; `method` may be "*".

        Which: `nth`, `times` (None: all), `probability` with `seed`, `containing`. How: `seconds`,
        `retry_after`, and for How.REFUSED `code`, `description`, `migrate_to_chat_id`.
        """
        target = chat.id if isinstance(chat, Place) else chat
        return Broken(self.stage, self.stage.do("add_fault", how=how, method=method, chat=target, **rule))

    def mends(self) -> None:
        """End all faults."""
        self.stage.do("lift_fault")

    async def refuses_connections(self) -> None:
        """Go away: open connections are cut, new ones refused."""
        await self.stage.refuse()

    async def accepts_connections(self) -> None:
        """Come back, on the same port."""
        await self.stage.listen()

    def limits_rates(self, *, on: bool = True) -> None:
        """Hold the program to 30 messages/s, one/s per person, 20/min per group, by 429."""
        self.stage.do("limit", on=on)

    def advances(self, *, hours: float = 0, seconds: float = 0) -> None:
        """Move Telegram's clock: updates of more than 24 h are dropped, presses expire."""
        self.stage.do("advance", seconds=hours * 3600 + seconds)

    def jumps_update_ids(self, to: int) -> None:
        """Let update ids go on from there, lower or higher."""
        self.stage.do("jump_update_ids", to=to)

    def sends_raw(self, content: Raw, *, chat: Place | int = 0) -> int:
        """Send an update of any shape (unknown kinds, malformed ones); return its id."""
        number: int = self.stage.do(
            "push_raw", content=content, chat=chat.id if isinstance(chat, Place) else chat
        )
        return number

    def privacy(self, *, on: bool) -> None:
        """Switch the bot's privacy mode; on at first, as with BotFather."""
        self.stage.do("privacy", on=on)
