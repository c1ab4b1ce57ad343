"""Messages that are not settled can still be changed: get another body, or follow their case or chat elsewhere."""

from dataclasses import dataclass, field

from sqlalchemy import and_, bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import keys_of
from storage.models import OUTBOX
from storage.outbox import IS_BEING_SENT, IS_UNSETTLED, State


@dataclass(frozen=True, slots=True)
class Untried:
    """A message that nobody has begun to send."""

    outbox_id: int
    body: str = field(repr=False)


_IS_UNTRIED = and_(IS_UNSETTLED, OUTBOX.c.state == int(State.NEW), OUTBOX.c.attempts == 0)
_UNTRIED = (
    select(OUTBOX.c.id, OUTBOX.c.body)
    .where(
        OUTBOX.c.chat_key.in_(bindparam("chat_keys", expanding=True)),
        OUTBOX.c.case_id == bindparam("of_case"),
        _IS_UNTRIED,
    )
    .order_by(OUTBOX.c.id.desc())
)
_REWRITE = (
    update(OUTBOX)
    .where(OUTBOX.c.id == bindparam("which"), _IS_UNTRIED)
    .values(body=bindparam("written"))
    .returning(OUTBOX.c.id)
)


async def untried(session: AsyncSession, chat: str, case_id: int) -> list[Untried]:
    """Return what waits for a chat about one case and was never tried, the newest first."""
    keys = keys_of(session)
    rows = await session.execute(_UNTRIED, {"chat_keys": keys.fingerprints(chat), "of_case": case_id})
    return [Untried(row.id, body) for row in rows if (body := keys.try_open(row.body)) is not None]


async def rewrite(session: AsyncSession, outbox_id: int, body: str) -> bool:
    """Give a message that nobody has begun to send another body; False when somebody has."""
    parameters = {"which": outbox_id, "written": keys_of(session).seal(body)}
    return (await session.execute(_REWRITE, parameters)).first() is not None


_TO_CHAT = OUTBOX.c.chat_key.in_(bindparam("chat_keys", expanding=True))
_MOVE = (
    update(OUTBOX)
    .where(_TO_CHAT, IS_UNSETTLED)
    .values(chat_key=bindparam("new_key"), chat=bindparam("new_chat"))
)


async def move_chat(session: AsyncSession, old: str, new: str) -> None:
    """Send what waits for a group to what the group has become (a supergroup, with another id)."""
    keys = keys_of(session)
    await session.execute(
        _MOVE,
        {"chat_keys": keys.fingerprints(old), "new_key": keys.fingerprint(new), "new_chat": keys.seal(new)},
    )


_MOVE_CASE = (
    update(OUTBOX)
    .where(_TO_CHAT, IS_UNSETTLED, ~IS_BEING_SENT, OUTBOX.c.case_id == bindparam("of_case"))
    .values(chat_key=bindparam("new_key"), chat=bindparam("new_chat"))
)


async def move_case(session: AsyncSession, case_id: int, old: str, new: str) -> None:
    """Send what waits for a staff chat about one case to the chat that the case went to."""
    keys = keys_of(session)
    await session.execute(
        _MOVE_CASE,
        {
            "chat_keys": keys.fingerprints(old),
            "of_case": case_id,
            "new_key": keys.fingerprint(new),
            "new_chat": keys.seal(new),
        },
    )
