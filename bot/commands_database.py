"""Commands beside the running program that look into its database: codes, staff chats, counts, flags."""

from collections.abc import Callable
from datetime import timedelta

from bot.handoff.desk_room import DESK
from bot.program import make_clock, open_database_there_is
from bot.settings import Settings, SettingsError
from bot.telegram.handlers import chat_name
from content.hours import HELSINKI
from storage import counts, flags, inbox, staff
from storage.retention import RETENTION


async def make_staff_code(settings: Settings, campus: str, say: Callable[[str], None]) -> None:
    """Make a one-time code by which a group becomes a staff chat, and say it."""
    database = await open_database_there_is(settings)
    try:
        async with database.begin() as session:
            code = await staff.make_code(session, campus, at=make_clock(settings.now)())
    finally:
        await database.close()
    say(code)


async def show_staff_chats(settings: Settings, unbind: str | None, say: Callable[[str], None]) -> None:
    """Say which groups are staff chats, after unbinding one of them if that is asked for.

    Raises:
        SettingsError: the group to unbind is no staff chat.
    """
    database = await open_database_there_is(settings)
    try:
        async with database.begin() as session:
            if unbind is not None and not await staff.unbind(session, chat_name(int(unbind))):
                raise SettingsError(f"{unbind} is no staff chat: `matala staff-chats` lists those that are")
            chats = await staff.chats(session)
    finally:
        await database.close()
    for chat in chats:
        group = "the desk" if chat.chat == DESK else chat.chat.partition(":")[2]
        say(f"{chat.campus}={group}{' (forum)' if chat.is_forum else ''}")
    if not chats:
        say("No group is a staff chat.")


async def show_counts(settings: Settings, days: int, say: Callable[[str], None]) -> None:
    """Say what was passed over or could not be read in the last days, and what is kept of it for people to look at."""
    database = await open_database_there_is(settings)
    try:
        async with database.begin() as session:
            first = make_clock(settings.now)().date() - timedelta(days=days - 1)
            counted = await counts.since(session, first)
            kept = await inbox.dead_letters(session)
    finally:
        await database.close()
    for each in counted:
        say(f"{each.day} {each.count:6} {each.kind}")
    if not counted:
        say(f"Nothing was passed over since {first}.")
    say(f"Given up and kept for {RETENTION['inbox'].keep.days} days: {kept}")


async def show_flagged(settings: Settings, done: str | None, say: Callable[[str], None]) -> None:
    """Say what staff have flagged as out of date, after taking a flag down if that is asked for.

    Raises:
        SettingsError: nothing is flagged under that id.
    """
    database = await open_database_there_is(settings)
    try:
        async with database.begin() as session:
            if done is not None and not await flags.take_down(session, done):
                raise SettingsError(f"{done} is not flagged: `matala flagged` lists what is")
            found = await flags.flagged(session)
    finally:
        await database.close()
    for flag in found:
        day = flag.flagged_at.astimezone(HELSINKI).date()
        say(f"{flag.subject} ({flag.kind}), {flag.times} times, last {day}: {flag.note or '-'}")
    if not found:
        say("Nothing is flagged.")
