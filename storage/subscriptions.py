"""Who wants which bulletins: by audience and campus, until they say otherwise or the time is up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import dialect_of, keys_of, on_both
from storage.models import BULLETIN_COPIES, SUBSCRIPTIONS
from storage.retention import RETENTION

EVERY_CAMPUS = "*"


@dataclass(frozen=True, slots=True)
class Subscription:
    """Bulletins for an audience, of a campus or of all."""

    audience: str
    campus: str = EVERY_CAMPUS
    ends_at: datetime | None = None  # as stored: then it is forgotten


_SUBSCRIBE = on_both(
    lambda insert: (new := insert(SUBSCRIPTIONS)).on_conflict_do_update(
        index_elements=["chat_key", "audience", "campus"],
        set_={name: new.excluded[name] for name in ("chat", "language", "delete_after")},
    )
)


def lasts_until(now: datetime) -> datetime:
    """Return when a subscription made now ends by itself."""
    return now + RETENTION["subscriptions"].keep


async def subscribe(
    session: AsyncSession, chat: str, subscription: Subscription, *, language: str, at: datetime
) -> None:
    """Note that a chat wants bulletins; done again, the time begins anew."""
    keys = keys_of(session)
    row = {
        "chat_key": keys.fingerprint(chat),
        "chat": keys.seal(chat),
        "audience": subscription.audience,
        "campus": subscription.campus,
        "language": language,
        "delete_after": lasts_until(at),
    }
    await session.execute(_SUBSCRIBE[dialect_of(session)], row)


def _is_theirs(session: AsyncSession, chat: str) -> ColumnElement[bool]:
    return SUBSCRIPTIONS.c.chat_key.in_(keys_of(session).fingerprints(chat))


async def unsubscribe(session: AsyncSession, chat: str, subscription: Subscription | None = None) -> None:
    """Forget one subscription of a chat, or all of them."""
    which = [_is_theirs(session, chat)]
    if subscription is not None:
        which += [
            SUBSCRIPTIONS.c.audience == subscription.audience,
            SUBSCRIPTIONS.c.campus == subscription.campus,
        ]
    await session.execute(delete(SUBSCRIPTIONS).where(*which))


async def of(session: AsyncSession, chat: str) -> list[Subscription]:
    """Return what a chat has subscribed to, the oldest first."""
    rows = await session.execute(
        select(SUBSCRIPTIONS).where(_is_theirs(session, chat)).order_by(SUBSCRIPTIONS.c.id)
    )
    return [Subscription(row.audience, row.campus, row.delete_after) for row in rows]


async def set_language(session: AsyncSession, chat: str, language: str) -> None:
    """Let a chat's bulletins come in another language."""
    await session.execute(update(SUBSCRIPTIONS).where(_is_theirs(session, chat)).values(language=language))


def is_reader(audience: Sequence[str], campuses: Sequence[str]) -> ColumnElement[bool]:
    """Whether a subscription covers a bulletin; without campuses it is for all of them."""
    of_campus = or_(SUBSCRIPTIONS.c.campus == EVERY_CAMPUS, SUBSCRIPTIONS.c.campus.in_(list(campuses)))
    is_meant = SUBSCRIPTIONS.c.audience.in_(list(audience))
    return and_(is_meant, of_campus) if campuses else is_meant


async def count_readers(
    session: AsyncSession, bulletin: str, audience: Sequence[str], campuses: Sequence[str]
) -> int:
    """Return how many would get a bulletin: those who have subscribed and have no copy of it."""
    has_copy = select(BULLETIN_COPIES.c.chat_key).where(BULLETIN_COPIES.c.bulletin == bulletin)
    readers = select(func.count(SUBSCRIPTIONS.c.chat_key.distinct())).where(
        is_reader(audience, campuses), SUBSCRIPTIONS.c.chat_key.not_in(has_copy)
    )
    return (await session.execute(readers)).scalar_one()
