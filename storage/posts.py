"""Which message belongs to which case, and of what it is a copy: texts are routed by this alone."""

from enum import StrEnum

from sqlalchemy import bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import dialect_of, keys_of, on_both
from storage.models import POSTS


class Direction(StrEnum):
    """On whose side the copy stands."""

    TO_STAFF = "to-staff"
    TO_PERSON = "to-person"


_REMEMBER = on_both(
    lambda insert: (new := insert(POSTS)).on_conflict_do_update(
        index_elements=["chat_key", "ref"],
        set_={
            "case_id": new.excluded.case_id,
            "direction": new.excluded.direction,
            # Who says no more than whose it is does not take away of what it is a copy.
            "origin_ref": func.coalesce(new.excluded.origin_ref, POSTS.c.origin_ref),
        },
    )
)


async def remember(
    session: AsyncSession,
    *,
    case_id: int,
    chat: str,
    ref: str,
    direction: Direction,
    origin_ref: str | None = None,
) -> None:
    """Remember that message `ref` in `chat` is of this case, and copies `origin_ref` of the other side."""
    row = {
        "case_id": case_id,
        "chat_key": keys_of(session).fingerprint(chat),
        "ref": ref,
        "direction": direction.value,
        "origin_ref": origin_ref,
    }
    await session.execute(_REMEMBER[dialect_of(session)], row)


_BE_FIRST = on_both(lambda insert: insert(POSTS).on_conflict_do_nothing().returning(POSTS.c.id))


async def is_first(session: AsyncSession, *, case_id: int, chat: str, ref: str) -> bool:
    """Remember a line of staff to a person by its ref; False when there is one already: it came twice."""
    row = {
        "case_id": case_id,
        "chat_key": keys_of(session).fingerprint(chat),
        "ref": ref,
        "direction": Direction.TO_PERSON.value,
    }
    return (await session.execute(_BE_FIRST[dialect_of(session)], row)).first() is not None


_IS_THIS = (POSTS.c.chat_key.in_(bindparam("chat_keys", expanding=True)), POSTS.c.ref == bindparam("message"))
_FIND = select(POSTS.c.case_id, POSTS.c.origin_ref).where(*_IS_THIS)


async def find(session: AsyncSession, *, chat: str, ref: str) -> int | None:
    """Return the id of the case that a message belongs to."""
    row = (
        await session.execute(_FIND, {"chat_keys": keys_of(session).fingerprints(chat), "message": ref})
    ).first()
    return None if row is None else int(row.case_id)


async def origin(session: AsyncSession, *, chat: str, ref: str) -> str | None:
    """Return of which message on the other side this one is a copy."""
    row = (
        await session.execute(_FIND, {"chat_keys": keys_of(session).fingerprints(chat), "message": ref})
    ).first()
    return None if row is None else row.origin_ref
