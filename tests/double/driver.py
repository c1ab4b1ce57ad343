"""The double as tests hold it: people and places to begin with, what came of it, and bad weather.

The same words work on a double in this process and on one in another (process.py): all goes through a Stage.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from tests.double.faults import How
from tests.double.leaks import Leak, leaks_in
from tests.double.people import Person
from tests.double.places import PATIENCE, Group, NotHeard, Place, waited
from tests.double.seen import CallSeen, Raw
from tests.double.server import Server
from tests.double.stage import LocalStage, Stage
from tests.double.state import World
from tests.double.webhook import Deliveries

TOKEN = "7000000001:AAE-test-token-of-the-double-0123456789"  # of nobody
LOAD_LOOKED_AT = 0.1  # seconds


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
        """The load so far: `written`, `answered`, `done`, `seconds`; `latencies` in seconds once it is done."""
        load: Raw = self.stage.do("load_report")
        return load

    async def load_answered(self, *, within: float) -> Raw:
        """Return the load's figures once each message has its reply.

        Looks now and then, not at each change: what asking costs must not show in what is measured.
        """
        deadline = time.monotonic() + within
        while not (load := self.load)["done"]:
            if time.monotonic() > deadline:
                raise NotHeard(f"{load['answered']} of {load['written']} were answered within {within} s")
            await asyncio.sleep(LOAD_LOOKED_AT)
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
        """Return where the bot's messages and toasts in a chat tell who somebody is.

        Somebody is `of`, or else everybody who isn't there (staff may be named among staff). Give people names
        that are no words: "Anna" is also Finnish for "give".
        """
        people = self.stage.do("people")
        inside = set(self.stage.do("members", chat=place.id))
        private = {person.id for person in of} or {person["id"] for person in people} - inside
        looked_for = [person for person in people if person["id"] in private]
        toasts = self.stage.do("answers", chat=place.id)
        return leaks_in(place.everything(), looked_for, self.stage.do("files"), toasts)

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
