"""Who is at the desk: every request finds its session in the database, and every form proves that it is of ours."""

import hmac
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import parse_qsl

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from bot.channel import Channel, PressAnswer, StaffTurn
from bot.handoff.alerting import STAFF
from bot.handoff.desk_room import DESK
from bot.handoff.letters import Letter
from bot.handoff.routing import bound
from bot.handoff.staff_room import fingerprint_of
from bot.posting import post_each
from bot.web.pages import NEVER_KEPT, Pages
from bot.web.web import Web
from content.library import Library
from storage import audit, desk, staff
from storage.cases import WHOLE_SCHOOL, Case, Reach
from storage.desk import Visitor
from storage.staff import StaffChat

COOKIE = "matala_desk"
PATH = "/desk"
PROOF = "proof"  # the field by which a form proves that a page of this very session made it
WRITTEN = ("text", "note")  # fields with words that nobody should have to write twice
MOST_FIELDS = 20  # of a form


class Over(Exception):  # noqa: N818 (named for the case, as all of ours are)
    """Nobody is here: no session, one that has ended, or of a chat that is no staff chat any more."""


class Unproved(Exception):  # noqa: N818
    """A form that no page of this session made."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What the pages of the desk work with."""

    web: Web
    pages: Pages
    channels: Mapping[str, Channel]

    def page(self, request: Request, template: str, *, status: int = 200, **values: object) -> Response:
        """Answer with a page that nobody keeps and nobody lists."""
        response = self.pages.page(request, template, STAFF, status=status, keep=NEVER_KEPT, **values)
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response


@dataclass(frozen=True, slots=True)
class Visit:
    """A request of somebody who is at the desk, in one transaction."""

    desk: Desk
    request: Request
    session: AsyncSession
    visitor: Visitor
    chats: tuple[StaffChat, ...]
    proof: str
    now: datetime
    form: Mapping[str, str] = field(default_factory=dict)

    @property
    def library(self) -> Library:
        """Return the running library."""
        return self.desk.web.library()

    @property
    def reach(self) -> Reach:
        """Return whose cases they see."""
        return WHOLE_SCHOOL if self.visitor.staff_chat is None else self.visitor.staff_chat

    def turn_in(self, case: Case, *, text: str = "", ref: str = "") -> StaffTurn:
        """Make what they do with a case something that staff did in its chat."""
        chat = case.staff_chat or DESK
        visitor = self.visitor
        return StaffTurn(chat, visitor.staff, visitor.name, ref=ref, text=text, is_at_desk=True)

    def by(self, case: Case) -> str:
        """Return the fingerprint of who is here, by which the case knows them."""
        return fingerprint_of(self.visitor.staff, case, self.desk.web.database.keys)

    async def notes(self, deed: str, case: Case | None = None) -> None:
        """Write down what they saw or did."""
        code = None if case is None else case.code
        if deed == "looked" and await audit.has_lately(
            self.session, deed, name=self.visitor.name, case_code=code, at=self.now
        ):
            return
        await audit.note(self.session, deed, name=self.visitor.name, case_code=code, at=self.now)

    async def posts(self, letters: list[Letter]) -> str:
        """Put letters into the outbox; what would answer a pressed button is returned instead, to be shown."""
        answer = ""
        for letter in letters:
            if isinstance(letter.outgoing, PressAnswer):
                answer = letter.outgoing.text
                continue
            await post_each(self.session, [letter], self.desk.channels, now=self.now)
        return answer


async def form_of(request: Request) -> dict[str, str]:
    """Read the fields of a form."""
    body = (await request.body()).decode(errors="replace")
    try:
        return dict(parse_qsl(body, keep_blank_values=True, max_num_fields=MOST_FIELDS))
    except ValueError:
        return {}


@asynccontextmanager
async def visiting(
    desk_: Desk, request: Request, form: Mapping[str, str] | None = None
) -> AsyncIterator[Visit]:
    """Give out a transaction with whoever asks in it; with a form, only if that is of this session.

    Raises:
        Over: nobody is at the desk.
        Unproved: the form is not of this session.
    """
    token, now = request.cookies.get(COOKIE, ""), desk_.web.clock()
    keys = desk_.web.database.keys
    async with desk_.web.database.begin() as session:
        found = await desk.find(session, token, at=now) if token else None
        if found is None:
            raise Over
        chats = tuple(await staff.chats(session))
        chat = found.visitor.staff_chat
        if chat is not None and bound(chats, chat) is None:
            raise Over
        proofs = keys.fingerprints(f"desk form {token}")
        given = (form or {}).get(PROOF, "").encode()
        if form is not None and not any(hmac.compare_digest(each.encode(), given) for each in proofs):
            raise Unproved
        yield Visit(desk_, request, session, found.visitor, chats, proofs[0], now, form or {})


Handler = Callable[[Desk, Request], Awaitable[Response]]


def refused(
    desk_: Desk, request: Request, form: Mapping[str, str], *, key: str, status: int = 403
) -> Response:
    """Say what to do when nothing was done; what somebody had written is shown, to be copied."""
    written = [form[name] for name in WRITTEN if form.get(name, "").strip()]
    template = "desk_gone.html" if status == 404 else "desk_over.html"
    return desk_.page(request, template, status=status, key=key, written=written)
