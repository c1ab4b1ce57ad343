"""Messages whose sender died before it settled them: they may have arrived, and are sent again, or given up."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, bindparam, literal_column, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import keys_of
from storage.models import OUTBOX
from storage.outbox import IS_BEING_SENT, IS_UNSETTLED, Priority, State, goes_once
from storage.quick import fetch
from storage.retention import RETENTION


@dataclass(frozen=True, slots=True)
class Recovered:
    """What became of messages whose sender died."""

    again: int  # wait for another attempt
    given_up: tuple[int, ...]  # ids of ordinary ones that were uncertain before; to be shown to staff


_WAS_LEFT = and_(
    IS_BEING_SENT,
    OUTBOX.c.sending_at <= bindparam("older"),
    IS_UNSETTLED,
    OUTBOX.c.id.not_in(bindparam("alive", expanding=True)),
)
_HAD_ITS_COPIES = select(OUTBOX.c.id, OUTBOX.c.chat, OUTBOX.c.priority).where(
    _WAS_LEFT,
    or_(
        and_(OUTBOX.c.is_uncertain, ~OUTBOX.c.is_important),
        OUTBOX.c.priority >= literal_column(str(int(Priority.BULK))),
    ),
)
_GIVE_UP = (
    update(OUTBOX)
    .where(_WAS_LEFT, OUTBOX.c.id.in_(bindparam("which", expanding=True)))
    .values(state=int(State.UNCERTAIN), settled_at=bindparam("moment"), delete_after=bindparam("until"))
    .returning(OUTBOX.c.id, OUTBOX.c.priority)
)
_SEND_AGAIN = (
    update(OUTBOX)
    .where(_WAS_LEFT)
    .values(state=int(State.UNCERTAIN), is_uncertain=true(), due_at=bindparam("moment"))
    .returning(OUTBOX.c.id)
)


def _nobody(_: str) -> bool:
    return False


async def recover(
    session: AsyncSession,
    *,
    now: datetime,
    older_than: datetime,
    besides: Collection[int] = (),
    knows_again: Callable[[str], bool] = _nobody,
) -> Recovered:
    """Bring back messages whose sender took them at `older_than` or before and never settled them.

    They may have arrived. An important one is sent again however often that happens, an ordinary one once, a
    bulletin never; after that it is settled as UNCERTAIN. But to a chat that `knows_again` what it has taken, all
    are sent again however often: a copy too many shows nowhere. While other processes send, `older_than` has to be
    well past the longest attempt; `besides` are the ids that the caller itself is sending.
    """
    until = now + RETENTION["settled outbox"].keep
    left = {"older": older_than, "moment": now, "alive": list(besides)}
    keys = keys_of(session)
    hopeless = [
        row.id
        for row in await fetch(session, _HAD_ITS_COPIES, left)
        if not knows_again(keys.try_open(row.chat) or "")
    ]
    given_up = await fetch(session, _GIVE_UP, {**left, "until": until, "which": hopeless}) if hopeless else []
    ids = tuple(sorted(row.id for row in given_up if not goes_once(row.priority)))
    again = await fetch(session, _SEND_AGAIN, left)
    return Recovered(again=len(again), given_up=ids)
