"""Commands for the desk of the staff: links into it, who is there, who did what."""

from collections.abc import Callable

from bot.handoff.desk_door import PATH
from bot.handoff.routing import route
from bot.program import make_clock, open_database_there_is
from bot.settings import Settings, SettingsError
from content.hours import HELSINKI
from storage import audit, desk, staff
from storage.desk import LINK_LASTS, Visitor

NAMELESS = "Päivystäjä"  # how colleagues know whoever comes by a link that was made for no name


async def make_desk_link(
    settings: Settings, campus: str | None, name: str | None, say: Callable[[str], None]
) -> None:
    """Make a link into the desk, and say it; with a campus for the cases of its staff chat, else for all.

    Raises:
        SettingsError: the campus has no staff chat.
    """
    database = await open_database_there_is(settings)
    who = (name or "").strip() or NAMELESS
    try:
        async with database.begin() as session:
            found = route(await staff.chats(session), campus) if campus is not None else None
            if campus is not None and found is None:
                raise SettingsError(f"{campus} has no staff chat: `matala staff-chats` lists those there are")
            # The same name is the same person, who has still what they had.
            visitor = Visitor(f"desk {who.casefold()}", who, found.chat if found is not None else None)
            now = make_clock(settings.now)()
            token = await desk.make_link(session, visitor, at=now)
            await audit.note(session, "link", name=who, at=now)
    finally:
        await database.close()
    say(f"{settings.address_of_web}{PATH}{token}")
    say(f"For {who}: it works once, within {int(LINK_LASTS.total_seconds() // 60)} minutes.")


async def show_desk_sessions(
    settings: Settings, end: str | None, say: Callable[[str], None], *, ends_all: bool = False
) -> None:
    """Say who is at the desk, after showing out somebody, or everybody, if that is asked for."""
    database = await open_database_there_is(settings)
    try:
        async with database.begin() as session:
            now = make_clock(settings.now)()
            if end is not None or ends_all:
                ended = await desk.end_all(session, None if ends_all else end, at=now)
                say(f"Ended: {ended}")
            there = await desk.present(session, at=now)
    finally:
        await database.close()
    for each in there:
        whose = "one staff chat" if each.visitor.staff_chat else "the whole school"
        say(f"{each.visitor.name}, {whose}, until {each.expires_at.astimezone(HELSINKI):%H:%M}")
    if not there:
        say("Nobody is at the desk.")


async def show_audit(settings: Settings, case_code: str | None, say: Callable[[str], None]) -> None:
    """Say who saw or did what at the desk, the latest first; of one case, or of all."""
    database = await open_database_there_is(settings)
    try:
        async with database.begin() as session:
            code = None if case_code is None else case_code.strip().upper()
            found = await audit.deeds(session, case_code=code)
    finally:
        await database.close()
    for each in found:
        at = each.at.astimezone(HELSINKI)
        say(f"{at:%Y-%m-%d %H:%M} {each.case_code or '-':8} {each.deed:10} {each.name}")
    if not found:
        say("Nothing was seen or done.")
