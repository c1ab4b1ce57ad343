"""Which staff chat a matter goes to."""

from collections.abc import Sequence

from bot.settings import EVERY_CAMPUS
from storage.staff import StaffChat


def route(chats: Sequence[StaffChat], campus: str | None) -> StaffChat | None:
    """Choose the chat of a campus, else the one for all; else any, since staff of another campus are humans too.

    Of several chats of one campus it is the one bound last: that is where its staff went.
    """
    for wanted in (campus, EVERY_CAMPUS):
        for chat in reversed(chats):
            if chat.campus == wanted:
                return chat
    return chats[0] if chats else None


def fallback(chats: Sequence[StaffChat], besides: str | None) -> StaffChat | None:
    """Choose the chat that is asked when the first one does not answer."""
    others = [chat for chat in chats if chat.chat != besides]
    return route(others, EVERY_CAMPUS)


def bound(chats: Sequence[StaffChat], chat: str) -> StaffChat | None:
    """Return a chat's binding, or None when it is no staff chat."""
    return next((each for each in chats if each.chat == chat), None)
