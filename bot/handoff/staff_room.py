"""What staff do in their chats: buttons, commands and lines. Only bound chats count, and only their members."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.channel import CommandMenu, Message, Part, PressAnswer, StaffTurn
from bot.handoff import bulletins, claiming, closing, desk_door, hinting, lookups, relaying
from bot.handoff.alerting import STAFF, headline
from bot.handoff.explaining import is_meant, on_explain
from bot.handoff.letters import Letter
from bot.handoff.reminding import remind
from bot.handoff.routing import bound
from bot.settings import EVERY_CAMPUS
from content.library import Library
from storage import cases, posts, staff
from storage.cases import Case, CaseOutOfReach
from storage.crypto import Keys
from storage.outbox import Priority
from storage.staff import StaffChat

STAFF_COMMANDS = (
    "tapaukset",
    "selita",
    "haku",
    "vanhentunut",
    "tiedote",
    "tapahtumat",
    "desk",
    "ohje",
    "liity",
)


async def on_turn(
    session: AsyncSession,
    turn: StaffTurn,
    chats: Sequence[StaffChat],
    library: Library,
    keys: Keys,
    *,
    now: datetime,
    address: str = "",
) -> list[Letter]:
    """Do what a member of staff did; in a chat that is not bound, only `/liity CODE` does anything.

    `address` is where browsers find the desk.
    """
    if turn.command == "liity":
        return await _bind(session, turn, library, now=now)
    if bound(chats, turn.chat) is None:
        return [_refuse_press(turn, library)] if turn.press else []
    if turn.press:
        return await _on_press(session, turn, chats, library, keys, now=now)
    if is_meant(turn):
        return await on_explain(session, turn, library)
    match turn.command:
        case "tapaukset":
            return await _list_cases(session, turn, library)
        case lookups.SEARCH:
            return lookups.on_search(turn, library, now=now)
        case lookups.EVENTS:
            return lookups.on_events(turn, chats, library, now=now)
        case lookups.FLAG:
            return await lookups.on_flag(session, turn, library, now=now)
        case desk_door.COMMAND:
            return await desk_door.on_command(session, turn, library, address=address, now=now)
        case bulletins.COMMAND:
            return await bulletins.on_command(session, turn, chats, library, now=now)
        case "ohje" | "start" | "apua":
            help_texts = ("staff.help", "staff.help_explain", "staff.help_content", "staff.help_desk")
            return [_reply(turn, "\n\n".join(library.say(each, language=STAFF) for each in help_texts))]
    try:
        case = await relaying.find_case(session, turn)
    except CaseOutOfReach:
        return []
    if case is None:
        return await hinting.on_loose_line(session, turn, library, keys, now=now)
    by = _by(turn, case, keys)
    if relaying.is_colleagues(turn, case, by=by):
        return await hinting.on_colleagues_line(session, turn, case, library, now=now)
    return await relaying.on_staff_line(session, turn, case, library, now=now)


def _by(turn: StaffTurn, case: Case, keys: Keys) -> str:
    """Return the fingerprint of who acts."""
    return fingerprint_of(turn.staff, case, keys)


def fingerprint_of(who: str, case: Case, keys: Keys) -> str:
    """Return the fingerprint of a member of staff; the one that a case knows, should keys have changed since."""
    known = keys.fingerprints(who)
    return case.claimed_by if case.claimed_by in known else known[0]


async def _on_press(
    session: AsyncSession,
    turn: StaffTurn,
    chats: Sequence[StaffChat],
    library: Library,
    keys: Keys,
    *,
    now: datetime,
) -> list[Letter]:
    verb, _, code = turn.press.partition(":")
    if not turn.is_member:
        return [_refuse_press(turn, library)]
    if verb in bulletins.VERBS:
        return await bulletins.on_press(session, turn, chats, library, now=now)
    try:
        case = await cases.access(session, code, staff_chat=turn.chat)
    except CaseOutOfReach:
        return [_refuse_press(turn, library)]
    # The alert may stand there twice, when the answer to the first was lost: both lead to the case.
    await posts.remember(
        session, case_id=case.id, chat=turn.chat, ref=turn.ref, direction=posts.Direction.TO_STAFF
    )
    by = _by(turn, case, keys)
    match verb:
        case "claim":
            return await claiming.on_claim(session, turn, case, library, by=by, now=now)
        case "release":
            return await claiming.on_release(session, turn, case, library, by=by, now=now)
        case "close":
            return await closing.on_press(session, turn, case, library, by=by, now=now)
        case "close_yes":
            return await closing.by_staff(session, turn, case, library, now=now)
        case "keep":
            return closing.on_kept(turn, case, library)
        case _:
            return [_refuse_press(turn, library)]


async def _bind(session: AsyncSession, turn: StaffTurn, library: Library, *, now: datetime) -> list[Letter]:
    """Bind a group by its one-time code."""
    campus = (
        await staff.use_code(session, turn.text.strip(), turn.chat, at=now) if turn.text.strip() else None
    )
    if campus is None:
        return [_reply(turn, library.say("staff.code_refused", language=STAFF))]
    await staff.bind(session, turn.chat, campus, is_forum=turn.is_forum, at=now)
    name = (
        library.say("staff.every_campus", language=STAFF)
        if campus == EVERY_CAMPUS or campus not in library.campuses
        else library.campuses[campus].name.get(STAFF)
    )
    welcome = _reply(turn, library.say("staff.bound", language=STAFF, campus=name))
    # Whoever has waited for want of a staff chat is heard now.
    waited = await remind(session, await staff.chats(session), library, now=now)
    return [welcome, menu(turn.chat, library), *waited]


def menu(chat: str, library: Library) -> Letter:
    """Let a staff chat show its commands."""
    commands = tuple((name, library.say(f"command.{name}", language=STAFF)) for name in STAFF_COMMANDS)
    return Letter(CommandMenu(chat, commands), Priority.STAFF)


async def _list_cases(session: AsyncSession, turn: StaffTurn, library: Library) -> list[Letter]:
    """List the open cases of a chat, gravest and oldest first."""
    found = await cases.open_in(session, turn.chat)
    if not found:
        return [_reply(turn, library.say("staff.no_cases", language=STAFF))]
    lines = [
        f"{headline(case, library)} · "
        + library.say(f"staff.status_{case.status}", language=STAFF, holder=case.holder or "")
        for case in found
    ]
    return [_reply(turn, "\n".join([library.say("staff.open_cases", language=STAFF), *lines]))]


def _refuse_press(turn: StaffTurn, library: Library) -> Letter:
    """Answer a press that leads nowhere; it tells nothing about whether such a case exists."""
    text = library.say("staff.out_of_reach", language=STAFF)
    return Letter(PressAnswer(turn.chat, turn.press_id, text), Priority.EMERGENCY)


def _reply(turn: StaffTurn, text: str) -> Letter:
    return Letter(Message(turn.chat, (Part(text),), reply_to=turn.ref), Priority.STAFF)
