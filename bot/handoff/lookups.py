"""What staff look up in the content (/haku, /tapahtumat), and what they say is out of date (/vanhentunut)."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.channel import Message, Part, StaffTurn
from bot.dialogue import calendar
from bot.dialogue.answer import SIGNS
from bot.dialogue.times import open_state
from bot.handoff.alerting import STAFF
from bot.handoff.letters import ONE_MESSAGE, Letter, length
from content.library import Library
from content.schema import Role, Service, ServiceChannel
from content.searching import search
from storage import flags
from storage.outbox import Priority
from storage.staff import StaffChat

SEARCH, FLAG, EVENTS = "haku", "vanhentunut", "tapahtumat"
NOTE_LENGTH = 500  # characters of what staff say about it


def on_search(turn: StaffTurn, library: Library, *, now: datetime) -> list[Letter]:
    """Show the services and answers that fit; what is not verified says so, loudly."""
    words = turn.text.strip()
    if not words:
        return [_reply(turn, _say("staff.search_how", library))]
    found = search(library, words)
    if not found.services and not found.topics:
        return [_reply(turn, _say("staff.search_nothing", library))]
    services = [_service(each, library, now) for each in found.services]
    answers = [_answer(each, library) for each in found.topics]
    # The likeliest of both first, and no more than one message holds.
    shown, text = [*services[:2], *answers[:1], *services[2:], *answers[1:]], ""
    end = _say("staff.search_flag", library)
    for block in shown:
        if not text or length(text) + length(block) + length(end) < ONE_MESSAGE:
            text += f"{block}\n\n"
    return [_reply(turn, text + end)]


def _service(service: Service, library: Library, now: datetime) -> str:
    lines = [f"**{service.name.get(STAFF)}**"]
    if not service.verified:
        lines.append(_say("staff.search_unverified", library))
    elif service.status == "closed":
        lines.append(_say("staff.search_closed", library))
    lines.append(service.what_for.get(STAFF))
    lines += [_way(each, service, library, now) for each in service.channels]
    if service.address is not None:
        lines.append(f"📍 {service.address}")
    campuses = [
        library.campuses[each].name.get(STAFF) for each in service.campuses or () if each in library.campuses
    ]
    if campuses:
        lines.append(", ".join(campuses))
    if service.remark is not None:
        lines.append(_say("staff.search_remark", library, remark=service.remark))
    checked = service.checked or _say("staff.search_never", library)
    lines.append(
        _say("staff.search_checked", library, checked=checked, source=service.source or "–", id=service.id)
    )
    return "\n".join(lines)


def _way(channel: ServiceChannel, service: Service, library: Library, now: datetime) -> str:
    way = f"{SIGNS[channel.type]} {channel.value or _say('staff.search_no_contact', library)}"
    if channel.opening is not None:
        way += f" · {open_state(channel.opening, now, library, STAFF)}"
    if service.verified and channel.verified is False:
        way += f" · {_say('staff.search_unverified', library)}"
    if channel.remark is not None:
        way += f"\n{_say('staff.search_remark', library, remark=channel.remark)}"
    return way


def _answer(topic: str, library: Library) -> str:
    """Show what students are answered, and what stands first among who helps."""
    text = library.answer(topic, role=Role.STUDENT, language=STAFF)
    lines = [_say("staff.search_answer", library, topic=library.topic_name(topic, STAFF)), text]
    names = [library.services[each].name.get(STAFF) for each in library.topics[topic].services[:3]]
    if names:
        lines.append(_say("staff.search_services", library, services=", ".join(names)))
    lines.append(_say("staff.search_id", library, id=topic))
    return "\n".join(lines)


async def on_flag(session: AsyncSession, turn: StaffTurn, library: Library, *, now: datetime) -> list[Letter]:
    """Note for the keeper that something is out of date."""
    name, _, note = turn.text.strip().partition(" ")
    if not name:
        return [_reply(turn, _say("staff.flag_how", library))]
    kind = _kind(name.casefold(), library)
    if kind is None:
        return [_reply(turn, _say("staff.flag_unknown", library))]
    await flags.put_up(session, name.casefold(), kind, note=note.strip()[:NOTE_LENGTH], at=now)
    return [_reply(turn, _say("staff.flag_done", library, id=name.casefold()))]


def on_events(
    turn: StaffTurn, chats: Sequence[StaffChat], library: Library, *, now: datetime
) -> list[Letter]:
    """Tell what is on at the campuses of this chat, with what is for staff alone."""
    theirs = {each.campus for each in chats if each.chat == turn.chat}
    campuses = [each for each in library.campuses if each in theirs] or list(library.campuses)
    return [_reply(turn, calendar.whats_on_for_staff(campuses, library, now))]


def _kind(name: str, library: Library) -> str | None:
    """Say what an id is of; None when nothing has it."""
    if name in library.services:
        return "service"
    if name in library.topics:
        return "topic"
    if name in library.news:
        return "bulletin"
    return "event" if any(each.id == name for each in library.events) else None


def _say(key: str, library: Library, **values: str) -> str:
    return library.say(key, language=STAFF, **values)


def _reply(turn: StaffTurn, text: str) -> Letter:
    return Letter(Message(turn.chat, (Part(text),), reply_to=turn.ref), Priority.STAFF)
