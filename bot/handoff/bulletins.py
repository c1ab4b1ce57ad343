"""Bulletins go out when staff have seen them as readers will, and say so (/tiedote ID)."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.channel import Button, Buttons, Edit, Message, Part, PressAnswer, StaffTurn, pack, unpack
from bot.dialogue.bulletins import to_reader, words
from bot.handoff.alerting import STAFF
from bot.handoff.letters import Letter
from bot.handoff.routing import route
from content.library import Library
from content.news import Bulletin
from intents.language import ANSWERED, Language
from storage import broadcasts, subscriptions
from storage.broadcasts import UNDER_WAY, Broadcast, CopyState, NewBroadcast
from storage.outbox import Priority
from storage.staff import StaffChat

COMMAND = "tiedote"
SEND, LEAVE, STOP, AGAIN = "bulletin-send", "bulletin-leave", "bulletin-stop", "bulletin-again"
VERBS = frozenset({SEND, LEAVE, STOP, AGAIN})
SMALL = 5  # fewer readers than that are not counted out: somebody might be one of them


async def on_command(
    session: AsyncSession, turn: StaffTurn, chats: Sequence[StaffChat], library: Library, *, now: datetime
) -> list[Letter]:
    """Show a bulletin as its readers will see it, with their number; without an id, list those that are news."""
    name = turn.text.strip()
    if not name:
        return [_reply(turn, await _listed(session, library, now))]
    bulletin = library.news.get(name)
    if bulletin is None:
        return [_reply(turn, _say("staff.bulletin_unknown", library))]
    if not bulletin.is_valid(now):
        return [_reply(turn, _say("staff.bulletin_not_now", library, **_dates(bulletin)))]
    shown = [
        Letter(Message(turn.chat, (Part(words(bulletin, language)),), reply_to=turn.ref), Priority.STAFF)
        for language in ANSWERED
        if bulletin.text.exactly(language) is not None
    ]
    readers = await subscriptions.count_readers(
        session, bulletin.id, bulletin.readers, bulletin.campuses or ()
    )
    groups = _groups(bulletin, chats, library)
    text = await _preview(session, bulletin, readers, groups, library)
    buttons: Buttons = ()
    if readers or groups:
        send = Button(_say("staff.bulletin_button_send", library), f"{SEND}:{bulletin.id}:{bulletin.version}")
        buttons = ((send, Button(_say("staff.bulletin_button_leave", library), LEAVE)),)
    return [*shown, Letter(Message(turn.chat, (Part(text),), buttons, reply_to=turn.ref), Priority.STAFF)]


async def _preview(
    session: AsyncSession, bulletin: Bulletin, readers: int, groups: Sequence[str], library: Library
) -> str:
    """Say whom a bulletin would reach."""
    facts = {
        **_facts(bulletin, library),
        "readers": shown_number(readers, library),
        "groups": str(len(groups)),
    }
    if not bulletin.readers:
        return _say("staff.bulletin_preview_staff", library, **facts)
    is_known = await broadcasts.is_known(session, bulletin.id)
    text = _say("staff.bulletin_preview_again" if is_known else "staff.bulletin_preview", library, **facts)
    return f"{text}\n{_say('staff.bulletin_to_groups', library, **facts)}" if groups else text


def _groups(bulletin: Bulletin, chats: Sequence[StaffChat], library: Library) -> Sequence[str]:
    """Return the chats of staff that a bulletin goes to: each campus's own, as for cases."""
    if not bulletin.is_for_staff:
        return ()
    routed = (route(chats, campus) for campus in bulletin.campuses or library.campuses)
    return tuple(dict.fromkeys(each.chat for each in routed if each is not None))


async def on_press(
    session: AsyncSession, turn: StaffTurn, chats: Sequence[StaffChat], library: Library, *, now: datetime
) -> list[Letter]:
    """Do what a button below a preview, or below a broadcast's progress or result, asks for."""
    match turn.press.split(":"):
        case [verb, name, version] if verb == SEND:
            return await _send(session, turn, chats, library.news.get(name), version, library, now=now)
        case [verb] if verb == LEAVE:
            return [_answer(turn, _say("staff.bulletin_left", library)), _without_buttons(turn)]
        case [verb, number] if verb in {STOP, AGAIN} and number.isdigit():
            broadcast = await broadcasts.find(session, int(number), staff_chat=turn.chat)
            if broadcast is not None:
                return await _change(session, turn, broadcast, library, is_stop=verb == STOP, now=now)
    return [_answer(turn, _say("staff.out_of_reach", library))]


async def _send(
    session: AsyncSession,
    turn: StaffTurn,
    chats: Sequence[StaffChat],
    bulletin: Bulletin | None,
    version: str,
    library: Library,
    *,
    now: datetime,
) -> list[Letter]:
    """Let a bulletin go out, if it is still the one that was shown."""
    if bulletin is None or bulletin.version != version or not bulletin.is_valid(now):
        return [_answer(turn, _say("staff.bulletin_changed", library)), _without_buttons(turn)]
    to_groups = [
        Letter(Message(chat, (Part(words(bulletin, STAFF)),)), Priority.STAFF)
        for chat in _groups(bulletin, chats, library)
    ]
    done = [_answer(turn, _say("staff.bulletin_begun", library)), _without_buttons(turn), *to_groups]
    if not bulletin.readers:
        return done
    new = NewBroadcast(
        bulletin=bulletin.id,
        audience=tuple(bulletin.readers),
        campuses=bulletin.campuses or (),
        texts={each.value: pack(to_reader("", bulletin, each, library)) for each in ANSWERED},
        ends_at=bulletin.ends_at,
        staff_chat=turn.chat,
        confirmed_on=turn.ref,
    )
    _, readers = await broadcasts.begin(session, new, at=now)
    if readers or to_groups:
        return done
    return [_answer(turn, _say("staff.bulletin_no_new_readers", library)), _without_buttons(turn)]


async def _change(
    session: AsyncSession,
    turn: StaffTurn,
    broadcast: Broadcast,
    library: Library,
    *,
    is_stop: bool,
    now: datetime,
) -> list[Letter]:
    """Stop a broadcast; or send once more what may not have arrived, since a human takes that upon them."""
    if is_stop:
        await broadcasts.drop_waiting(session, broadcast.id)
        return [_answer(turn, _say("staff.bulletin_stopped", library)), _without_buttons(turn)]
    again = 0 if now >= broadcast.ends_at else await broadcasts.send_uncertain_again(session, broadcast.id)
    key = "staff.bulletin_begun" if again else "staff.bulletin_changed"
    return [_answer(turn, _say(key, library)), _without_buttons(turn)]


# ---------------------------------------------------------------- how far it is, how it went


def copy_for(broadcast: Broadcast, chat: str, language: str) -> Message:
    """Write one reader's copy, as it was confirmed."""
    texts = broadcast.texts
    stored = json.loads(texts.get(language) or texts[Language.FI.value])
    copy = unpack(json.dumps({**stored, "chat": chat}))
    assert isinstance(copy, Message)
    return copy


def progress(broadcast: Broadcast, counts: Mapping[CopyState, int], library: Library) -> tuple[str, Buttons]:
    """Say how far a broadcast is."""
    total = sum(counts.values())
    text = _say(
        "staff.bulletin_progress",
        library,
        id=broadcast.bulletin,
        done=shown_number(done_of(counts), library),
        total=shown_number(total, library),
    )
    return text, ((Button(_say("staff.bulletin_button_stop", library), f"{STOP}:{broadcast.id}"),),)


def result(broadcast: Broadcast, counts: Mapping[CopyState, int], library: Library) -> tuple[str, Buttons]:
    """Say how a broadcast went."""
    lines = [
        _say("staff.bulletin_result", library, id=broadcast.bulletin),
        _say("staff.bulletin_delivered", library, count=shown_number(counts[CopyState.DELIVERED], library)),
        _say("staff.bulletin_blocked", library, count=shown_number(counts[CopyState.BLOCKED], library)),
        _say("staff.bulletin_failed", library, count=shown_number(counts[CopyState.FAILED], library)),
    ]
    for state in (CopyState.UNCERTAIN, CopyState.DROPPED):
        if counts[state]:
            count = shown_number(counts[state], library)
            lines.append(_say(f"staff.bulletin_{state.name.lower()}", library, count=count))
    buttons: Buttons = ()
    if counts[CopyState.UNCERTAIN]:
        buttons = ((Button(_say("staff.bulletin_button_again", library), f"{AGAIN}:{broadcast.id}"),),)
    return "\n".join(lines), buttons


def done_of(counts: Mapping[CopyState, int]) -> int:
    """Return how many copies are under way no more."""
    return sum(count for state, count in counts.items() if state not in UNDER_WAY)


def shown_number(count: int, library: Library) -> str:
    """Write a number of people; a small one is hidden, none at all tells of nobody."""
    return _say("staff.bulletin_few", library) if 0 < count < SMALL else str(count)


# ---------------------------------------------------------------- words


async def _listed(session: AsyncSession, library: Library, now: datetime) -> str:
    current = [each for each in library.news.values() if each.is_valid(now)]
    if not current:
        return _say("staff.bulletin_none", library)
    lines = [_say("staff.bulletin_list", library)]
    for bulletin in current:
        sign = "✔ " if await broadcasts.is_known(session, bulletin.id) else ""
        facts = _facts(bulletin, library)
        lines.append(
            f"{sign}{bulletin.id}: {bulletin.title.get(STAFF)} ({facts['audience']}, {facts['campuses']})"
        )
    return "\n".join(lines)


def _facts(bulletin: Bulletin, library: Library) -> dict[str, str]:
    names = [
        library.campuses[each].name.get(STAFF) for each in bulletin.campuses or () if each in library.campuses
    ]
    lacking = [language for language in ANSWERED if bulletin.text.exactly(language) is None]
    spoken = ", ".join(_say(f"spoken.{each}", library) for each in ANSWERED if each not in lacking)
    return {
        "id": bulletin.id,
        "audience": ", ".join(_say(f"bulletin.for_{each}", library) for each in bulletin.audience),
        "campuses": ", ".join(names) or _say("staff.every_campus", library),
        "languages": spoken,
    }


def _dates(bulletin: Bulletin) -> dict[str, str]:
    days = (bulletin.valid_from, bulletin.valid_until)
    first, last = (f"{day.day}.{day.month}.{day.year}" for day in days)
    return {"first": first, "last": last}


def _say(key: str, library: Library, **values: str) -> str:
    return library.say(key, language=STAFF, **values)


def _reply(turn: StaffTurn, text: str) -> Letter:
    return Letter(Message(turn.chat, (Part(text),), reply_to=turn.ref), Priority.STAFF)


def _answer(turn: StaffTurn, text: str) -> Letter:
    return Letter(PressAnswer(turn.chat, turn.press_id, text), Priority.EMERGENCY)


def _without_buttons(turn: StaffTurn) -> Letter:
    return Letter(Edit(turn.chat, turn.ref, ()), Priority.STAFF)
