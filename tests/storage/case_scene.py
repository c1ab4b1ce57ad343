"""Where tests of cases take place: three staff chats, and somebody in a crisis."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from storage import cases, contacts
from storage.cases import Case

MINUTE = timedelta(minutes=1)
KUOPIO, VARKAUS, FALLBACK = "telegram:-1001", "telegram:-1002", "telegram:-1003"
CONCERN, CRISIS, EMERGENCY = 1, 2, 3


async def open_case(
    session: AsyncSession, at: datetime, chat: str = "telegram:42", **more: Any
) -> tuple[Case, bool]:
    contact = await contacts.load(session, chat, now=at)
    contact.language = "fi"
    wanted: dict[str, Any] = {
        "level": CRISIS,
        "kind": "self-harm",
        "campus": "kuopio",
        "staff_chat": KUOPIO,
        "remind_at": at + 5 * MINUTE,
    }
    return await cases.open(session, contact=contact, at=at, **{**wanted, **more})
