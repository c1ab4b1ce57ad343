"""People in Telegram, as tests let them act: in their private chat with the bot, and in groups with `in_=group`."""

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tests.double.places import PATIENCE, Group, NotHeard, Place, message_id, topic_id, waited
from tests.double.seen import Button, Raw, Seen, TopicSeen
from tests.double.stage import Stage

PHOTO = b"\x89PNG a picture of nothing"


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
            topic=topic_id(topic),
            reply_to=message_id(reply_to),
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
        self._stage.do("close_topic", chat=in_.id, topic=topic_id(topic), person=self.id, closed=closed)


def _is_button(one: Button, wanted: str | Callable[[Button], bool], *, exact: bool) -> bool:
    if callable(wanted):
        return wanted(one)
    return one.text == wanted if exact else wanted in one.text


def _all_buttons(place: Place) -> list[str]:
    inline = [button.text for seen in place.from_bot() for button in seen.buttons]
    return inline + [text for row in place.keyboard for text in row]
