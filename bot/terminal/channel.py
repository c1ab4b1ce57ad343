"""The terminal as a channel: one student's chat and one staff group, both on the same screen.

What is written or pressed there becomes JSON (`written`, `pressed`) and goes through the inbox like any update;
what the outbox holds is put into the transcript that the screen shows.
"""

import json
import re
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.channel import (
    CommandMenu,
    Copy,
    Edit,
    MalformedUpdate,
    Message,
    Outcome,
    Outgoing,
    PressAnswer,
    Reaction,
    Reading,
    Refusal,
    Refused,
    Sent,
    StaffTurn,
    TopicClosing,
    TopicNaming,
    Turn,
    Wait,
)
from bot.terminal.transcript import Post, Transcript
from bot.terminal.words import STAFF_NAME, Side

NAME = "terminal"
CHATS = {Side.STUDENT: f"{NAME}:student", Side.STAFF: f"{NAME}:-1"}  # "-": a group, as everywhere
SIDES = {chat: side for side, chat in CHATS.items()}
STAFF_ID = "staff"  # there is one member of staff here
NOBODY_LOOKS = (
    1.0  # seconds until a message is shown again to a screen that is gone; in truth, at the next start
)
_COMMAND = re.compile(r"/([a-z0-9_]{1,32})(?:\s+(.*))?", re.DOTALL | re.IGNORECASE)


def new_ref() -> str:
    """Name a message or an update: other than any before, be it before a restart."""
    return uuid.uuid4().hex


def written(side: Side, ref: str, text: str, *, reply_to: str = "") -> str:
    """Make the raw update of something written."""
    return _raw(side=side, ref=ref, text=text, reply_to=reply_to)


def pressed(side: Side, ref: str, press: str) -> str:
    """Make the raw update of a pressed button; `ref` is the message that it is below."""
    return _raw(side=side, ref=ref, press=press, press_id=new_ref())


def _raw(**fields: str) -> str:
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":"))


def read(raw: str) -> Turn | StaffTurn:
    """Read a raw update.

    Raises:
        MalformedUpdate: neither `written` nor `pressed` wrote it.
    """
    try:
        fields: dict[str, Any] = json.loads(raw)
        side, ref = Side(fields["side"]), str(fields["ref"])
        press, press_id = str(fields.get("press", "")), str(fields.get("press_id", ""))
        text, reply_to = str(fields.get("text", "")), str(fields.get("reply_to", ""))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise MalformedUpdate(type(error).__name__) from None
    found = _COMMAND.fullmatch(text)
    command, text = (found[1].casefold(), (found[2] or "").strip()) if found else ("", text)
    if side is Side.STUDENT:
        return Turn(CHATS[side], ref=ref, text=text, command=command, press=press, press_id=press_id)
    return StaffTurn(
        CHATS[side],
        staff=STAFF_ID,
        name=STAFF_NAME,
        ref=ref,
        text=text,
        command=command,
        press=press,
        press_id=press_id,
        reply_to=reply_to,
    )


class TerminalChannel:
    """Shows what is sent in a transcript."""

    name = NAME
    text_limit = 2**20  # a terminal scrolls; only /tiedot could ever come near any limit

    def __init__(self, transcript: Transcript, clock: Callable[[], datetime]) -> None:
        """Prepare; the transcript has a view, or will have one."""
        self._transcript = transcript
        self._clock = clock

    def read(self, raw: str) -> Reading:
        """Read a raw update. Raises MalformedUpdate."""
        return read(raw)

    async def send(self, outgoing: Outgoing, *, thread: str = "") -> Outcome:
        """Show one outgoing thing; `thread` is never given, the staff group here has no topics."""
        side = SIDES.get(outgoing.chat)
        if side is None:
            return Refused(Refusal.GONE, "no such chat in this terminal", chat=thread)
        try:
            return self._show(side, outgoing)
        except OSError:  # whoever read our output has gone: it stays in the outbox
            return Wait(NOBODY_LOOKS, "nobody looks")

    def _show(self, side: Side, outgoing: Outgoing) -> Outcome:
        match outgoing:
            case Message():
                return self._show_message(side, outgoing)
            case Edit(_, ref, parts, buttons):
                changes = {"parts": parts} if parts else {}
                self._transcript.change(side, ref, buttons=buttons, **changes)
                return Sent(ref)
            case Reaction(_, ref, emoji):
                self._transcript.change(side, ref, sign=emoji)
            case PressAnswer(_, _, text) if text:
                self._transcript.notice(side, text)
            case Copy():
                return Refused(Refusal.INVALID, "a terminal has words only")
            case PressAnswer() | TopicClosing() | TopicNaming() | CommandMenu():
                pass
        return Sent()

    def _show_message(self, side: Side, message: Message) -> Outcome:
        post = Post(
            new_ref(),
            self._clock(),
            message.parts,
            buttons=message.buttons,
            reply_to=message.reply_to,
            is_alert=message.is_alert and side is Side.STAFF,
        )
        if message.anchor:
            self._transcript.anchor = message.anchor
        self._transcript.add(side, replace(post, root=post.ref if post.is_alert else ""))
        return Sent(post.ref)

    async def open_thread(self, chat: str, name: str) -> Outcome:
        """Refuse: the staff group of a terminal has no topics."""
        return Refused(Refusal.GONE, f"no topics in {chat}" if name else "no name")

    async def is_there(self) -> bool:
        """Tell that a screen takes what it is given."""
        return True
