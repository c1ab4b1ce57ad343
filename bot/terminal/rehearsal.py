"""A rehearsal: one person writes as student and as staff, and the program does what it always does.

Nothing here decides anything. What is written or pressed is put into the inbox before anything else; worker,
dialogue, handoff, outbox and delivery are those of the real thing, on a real database that survives restarts.

The database is always `terminal.db` in the data folder, whatever MATALA_DATABASE_URL says: on that of a running bot
a rehearsal would take the messages that wait there for Telegram, and the bot would send alerts to this screen.
"""

import asyncio
import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from bot import alone as lock
from bot.channel import Part
from bot.handoff.alerting import LAST_TURNS, STAFF, claimed_buttons, headline, open_buttons, recap
from bot.handoff.letters import quote, verbatim
from bot.handoff.relaying import NOTE
from bot.lifeline import Lifeline
from bot.settings import EVERY_CAMPUS, Settings, SettingsError
from bot.terminal import words
from bot.terminal.channel import CHATS, NAME, TerminalChannel, new_ref, pressed, written
from bot.terminal.transcript import Numbered, Post, Transcript
from bot.terminal.words import Side
from bot.worker import PATIENCE_WITH_DATABASE
from content.library import Library
from intents.language import Language
from storage import cases, contacts, inbox, staff, turns
from storage.cases import Case
from storage.database import Database, DatabaseAway
from storage.inbox import NewUpdate
from storage.turns import TurnRow

log = logging.getLogger(__name__)

DATABASE = "terminal.db"
LOCK = "terminal.lock"
TO_CASE = "@"  # "@K-7 text" answers that case


def apart(settings: Settings) -> Settings:
    """Return the settings with a database of the rehearsal's own."""
    path = (settings.data_dir / DATABASE).absolute()
    return settings.model_copy(update={"database_url": f"sqlite:///{path}"})


def frame(settings: Settings) -> str:
    """Say what this is: a rehearsal, on this machine, that nobody else reads."""
    telegram = words.TOKEN_UNUSED if settings.telegram_token else words.NO_TOKEN
    return words.FRAME.format(telegram=telegram, place=f"{settings.data_dir}/")


@contextmanager
def alone(settings: Settings) -> Iterator[None]:
    """See that no other rehearsal uses the same database: each would show half of the other's messages.

    Raises:
        SettingsError: one does, or the data folder cannot be written to.
    """
    with ExitStack() as held:
        try:
            held.enter_context(lock.alone(settings.data_dir / LOCK))
        except lock.Taken:
            raise SettingsError(words.ALREADY_RUNNING) from None
        except OSError as error:
            raise SettingsError(words.NO_DATA_FOLDER.format(why=error.strerror)) from error
        yield


@dataclass
class Rehearsal:
    """What screen and lines have in common: the transcript, and the way into the inbox."""

    database: Database
    library: Callable[[], Library]
    clock: Callable[[], datetime]
    lifeline: Lifeline
    wake: Callable[[], None]  # says that there is something in the inbox
    transcript: Transcript = field(default_factory=Transcript)
    _order: asyncio.Lock = field(default_factory=asyncio.Lock)  # what was said first is written down first

    def channel(self) -> TerminalChannel:
        """Make the channel that shows on this rehearsal's transcript."""
        return TerminalChannel(self.transcript, self.clock)

    async def begin(self) -> None:
        """Bind the staff's side for every campus, and bring back what was said before a restart."""
        async with self.database.begin() as session:
            await staff.bind(session, CHATS[Side.STAFF], EVERY_CAMPUS, is_forum=False, at=self.clock())
            contact = await contacts.load(session, CHATS[Side.STUDENT], now=self.clock())
            said = await turns.last(session, contact.id, LAST_TURNS)
            waiting = await cases.open_in(session, CHATS[Side.STAFF])
        language = Language(contact.language) if contact.language else STAFF
        self.transcript.anchor = self.library().say("button.anchor", language=language)
        for turn in said:
            self.transcript.add(Side.STUDENT, self._said_before(turn, language))
        for case in waiting:
            if case.alert_ref:  # else the alert itself is still on its way
                before = recap(said, self.library()) if case.contact_id == contact.id else ""
                self.transcript.add(Side.STAFF, self._again(case, case.alert_ref, before))

    def _said_before(self, turn: TurnRow, language: Language) -> Post:
        """Write once more what was said in the student's chat."""
        parts: tuple[Part, ...] = (Part(turn.text) if turn.by == "bot" else verbatim(turn.text),)
        if turn.by == "staff":
            parts = (Part(self.library().say("case.staff_says", language=language) + "\n"), *parts)
        return Post(new_ref(), turn.at, parts, is_own=turn.by == "person", is_earlier=True)

    def _again(self, case: Case, alert_ref: str, before: str) -> Post:
        """Write the alert of an open case once more, under its old name, so that it can be answered."""
        library = self.library()
        buttons = claimed_buttons if case.status == cases.CLAIMED else open_buttons
        parts = (Part(headline(case, library) + "\n"), *((quote(before),) if before else ()))
        return Post(
            alert_ref,
            case.opened_at,
            parts,
            buttons=buttons(case, library),
            root=alert_ref,
            is_alert=True,
            is_earlier=True,
        )

    # ---------------------------------------------------------------- what is done on the two sides

    async def write(self, side: Side, text: str) -> None:
        """Say something; as staff, in answer to the chosen case, or to the one of "@K-7 text"."""
        # A text that no encoding knows (half a surrogate pair) could not be stored.
        text = text.encode("utf-8", "replace").decode()
        if not text.strip():
            return
        if side is Side.STAFF and text.startswith(TO_CASE):
            code, _, rest = text.removeprefix(TO_CASE).partition(" ")
            alert = self.transcript.alert_of(code)
            if not alert:
                self.transcript.notice(side, words.NO_SUCH_CASE.format(code=code))
                return
            self.transcript.chosen, text = alert, rest.strip()
            if not text:
                return
        is_note = text.startswith(NOTE)
        is_answer = side is Side.STAFF and (is_note or not text.startswith("/"))
        reply_to = self.transcript.chosen if is_answer else ""
        ref = new_ref()
        own = Post(ref, self.clock(), (verbatim(text),), is_own=True, reply_to=reply_to, root=reply_to)
        self.transcript.add(side, own)
        await self._put(side, ref, written(side, ref, text, reply_to=reply_to))
        if is_answer and not is_note and not reply_to:
            self.transcript.notice(side, words.TO_NOBODY)

    async def press(self, side: Side, numbered: Numbered) -> None:
        """Press a button."""
        button, post = numbered.button, numbered.post
        if button.url:
            self.transcript.notice(side, words.OPENS_ELSEWHERE.format(url=button.url))
            return
        if side is Side.STAFF and post.root:
            self.transcript.chosen = post.root
        ref = new_ref()
        label = verbatim(words.PRESSED.format(label=button.label))
        self.transcript.add(side, Post(ref, self.clock(), (label,), is_own=True, root=post.root))
        await self._put(side, ref, pressed(side, post.ref, button.press))

    async def press_anchor(self) -> None:
        """Press the anchor button: it writes its own label, as it does in Telegram."""
        await self.write(Side.STUDENT, self.transcript.anchor)

    async def _put(self, side: Side, own_ref: str, raw: str) -> None:
        """Write it down, however long that takes; somebody in danger hears what saves meanwhile."""
        update = NewUpdate(NAME, NAME, new_ref(), CHATS[side], raw)
        is_told = False
        async with self._order:
            while True:
                try:
                    async with self.database.begin() as session:
                        await inbox.put(session, [update], at=self.clock())
                    break
                except DatabaseAway as error:
                    if not is_told:
                        log.warning("not saved yet", extra={"reason": type(error).__name__})
                        self.transcript.change(side, own_ref, sign=words.WAITING)
                        self.transcript.notice(side, words.NOT_SAVED)
                        await self.lifeline.rescue(update.chat, update.update_id, raw)
                        is_told = True
                    await asyncio.sleep(PATIENCE_WITH_DATABASE)
        if is_told:
            self.transcript.change(side, own_ref, sign="")
        self.wake()
