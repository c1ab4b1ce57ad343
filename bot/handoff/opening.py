"""Opening a case: staff are told and the person hears when somebody answers, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.channel import Button, Part, TopicNaming
from bot.dialogue import presses
from bot.dialogue.answer import describe_shortly
from bot.dialogue.onboarding import anchor_label
from bot.dialogue.presses import Verb
from bot.dialogue.state import Handoff, Person, say
from bot.handoff import moving
from bot.handoff.alerting import (
    STAFF,
    alert,
    open_buttons,
    posted_for,
    staff_note,
    to_staff,
    topic_name,
)
from bot.handoff.duty import is_on_duty, next_duty
from bot.handoff.letters import Letter, quote, urgent
from bot.handoff.reminding import expect_answer, first_reminder
from bot.handoff.rescue import NOT_UNDERSTOOD
from bot.handoff.routing import route
from content.hours import is_open
from content.library import Library
from intents.language import Language
from intents.risk import Level
from intents.text import mask_identity_codes
from storage import cases, reminders
from storage.cases import Case
from storage.contacts import Contact
from storage.outbox import Priority
from storage.staff import StaffChat
from storage.turns import TurnRow

UNHEARD = (
    100  # the step of a case whose person has heard that nobody reads it; no ladder of reminders gets so far
)
TRY_AGAIN = timedelta(minutes=10)  # between looks whether its staff chat takes messages again
STILL_TALKING = timedelta(minutes=10)  # a holder who wrote so lately sees the next line by themselves


@dataclass(frozen=True, slots=True)
class Occasion:
    """What led to a handoff: who wrote what, and what was said before."""

    contact: Contact
    person: Person
    text: str
    before: Sequence[TurnRow]
    ref: str = ""  # of the message whose words `text` is


async def open_or_join(
    session: AsyncSession,
    handoff: Handoff,
    occasion: Occasion,
    chats: Sequence[StaffChat],
    library: Library,
    *,
    now: datetime,
) -> tuple[Case, list[Letter]]:
    """Open a case, or join the one that is open; tell staff and the person."""
    person = occasion.person
    chat = route(chats, person.campus)
    before = await cases.open_of(session, occasion.contact.id)
    case, is_new = await cases.open(
        session,
        contact=occasion.contact,
        level=int(handoff.level),
        kind=str(handoff.risk.kind) if handoff.level else "",
        campus=person.campus,
        staff_chat=chat.chat if chat else None,
        # Without a staff chat it is looked at each time until there is one.
        remind_at=first_reminder(library, person.campus, handoff.level, now=now) if chats else now,
        at=now,
    )
    is_found = case.staff_chat is None and chat is not None  # opened when there was no staff chat
    if is_found:
        case = replace(case, staff_chat=chat.chat if chat else None)
    letters = []
    if is_new or is_found or _is_owed_an_answer(case, handoff, before):
        letters.append(_to_person(case, handoff, person, library, is_new=is_new, now=now))
    if case.staff_chat is None:
        return case, letters
    if is_found and chat is not None:
        remind_at = first_reminder(library, case.campus, Level(case.level), now=now)
        await reminders.reminded(session, case.id, step=0, remind_at=remind_at)
        letters += await moving.to_chat(session, replace(case, staff_chat=None), chat, library)
    elif is_new:
        letters.append(
            alert(
                case,
                occasion.text,
                understood(handoff, library),
                occasion.before,
                library,
                is_forum=chat is not None and chat.is_forum,
                ref=occasion.ref,
            )
        )
    else:
        level_before = before.level if before else 0
        letters += _to_staff_again(case, handoff, occasion, library, level_before=level_before)
        letters += await _to_holder(session, case, handoff, occasion, library, before=before, now=now)
    return case, letters


async def _to_holder(
    session: AsyncSession,
    case: Case,
    handoff: Handoff,
    occasion: Occasion,
    library: Library,
    *,
    before: Case | None,
    now: datetime,
) -> list[Letter]:
    """Call the holder of a taken case to somebody in danger, unless they are talking; expect their answer."""
    if case.status != cases.CLAIMED or handoff.level < Level.CRISIS:
        return []
    await expect_answer(session, case, handoff.level, library, now=now)
    if before is None or handoff.level > before.level:
        return []  # they have just been told that it is graver
    is_talking = any(turn.by == "staff" and now - turn.at < STILL_TALKING for turn in occasion.before)
    if is_talking and handoff.level < Level.EMERGENCY:
        return []
    text = library.say(
        "staff.danger_again",
        language=STAFF,
        code=case.code,
        holder=case.holder or "",
        understood=understood(handoff, library),
    )
    return [posted_for(case, to_staff(case, Part(text), *_words(occasion.text), origin=occasion.ref))]


def _words(text: str) -> list[Part]:
    """Set the words apart that a call to staff is about: it overtakes what waits, and must say it all."""
    return [Part("\n"), quote(mask_identity_codes(text))] if text else []


def _is_owed_an_answer(case: Case, handoff: Handoff, before: Case | None) -> bool:
    """Tell whether the person of an open case should hear how it stands: they asked, or danger is new in it.

    In a claimed case the bot leaves the talking to the human, but for the safety reply.
    """
    if handoff.is_asked:
        return True
    is_new_danger = before is not None and handoff.level >= Level.CRISIS > before.level
    return is_new_danger and case.status != cases.CLAIMED


async def on_nobody(session: AsyncSession, case: Case, library: Library, *, now: datetime) -> list[Letter]:
    """Take back that staff were told: their chat refuses what is sent, and there is no other.

    The case waits for a chat, and tries the one there is now and then; the person hears of it once, and has the
    bot again meanwhile.
    """
    is_known = case.remind_step >= UNHEARD
    await cases.set_staff_chat(session, case.id, None)
    await reminders.reminded(session, case.id, step=UNHEARD, remind_at=now + TRY_AGAIN)
    if is_known:
        return []
    language = Language(case.language or Language.FI)
    return [Letter(say(case.contact_chat, library.say("case.nobody", language=language)), is_important=True)]


def understood(handoff: Handoff, library: Library) -> str:
    """Say what the matter was taken to be: the danger and whose, or the topic."""
    if handoff.level >= Level.CRISIS or (handoff.level and not handoff.understood):
        kind = library.say(f"kind.{handoff.risk.kind}", language=STAFF)
        about = library.say(f"about.{handoff.risk.about}", language=STAFF)
        return f"{kind} ({about})"
    if handoff.understood in library.topics:
        return library.topic_name(handoff.understood, STAFF)
    return ""


def _to_staff_again(
    case: Case, handoff: Handoff, occasion: Occasion, library: Library, *, level_before: int
) -> list[Letter]:
    """Tell staff what changed in a case that was already open: graver, or asked for again."""
    if handoff.level > level_before:
        text = library.say(
            "staff.graver",
            language=STAFF,
            code=case.code,
            level=library.say(f"level.{handoff.level.name.lower()}", language=STAFF),
            understood=understood(handoff, library),
        )
        buttons = open_buttons(case, library) if case.status == cases.NEW else ()
        message = to_staff(case, Part(text), *_words(occasion.text), origin=occasion.ref)
        louder = replace(message, buttons=buttons)
        letters = [posted_for(case, louder)]
        if case.thread and case.staff_chat is not None:
            naming = TopicNaming(case.staff_chat, case.thread, topic_name(case, library))
            letters.append(Letter(naming, Priority.STAFF))
        return letters
    if handoff.is_asked:
        return [staff_note(case, "staff.asked_again", library)]
    return []


def _open_now(person: Person, library: Library, now: datetime) -> str:
    """List where somebody answers right now, for one who would have to wait for the school's own people."""
    safety = library.safety_reply(
        NOT_UNDERSTOOD, language=person.language, campus=person.campus, now=now, role=person.role_or_student
    )
    lines = [
        describe_shortly(service, person.language, library, now)
        for service in safety.services
        if any(way.opening and is_open(way.opening, now) for way in service.shown_channels(person.language))
    ]
    return (
        "\n\n" + "\n".join([library.say("case.open_now", language=person.language), *lines]) if lines else ""
    )


def _to_person(
    case: Case,
    handoff: Handoff,
    person: Person,
    library: Library,
    *,
    is_new: bool,
    now: datetime,
) -> Letter:
    """Tell the person the truth about who reads this and when somebody answers."""
    is_danger = handoff.level >= Level.CRISIS
    values: dict[str, str] = {}
    if case.staff_chat is None:
        key = "case.nobody"
    elif case.status == cases.CLAIMED:
        key = "case.still_claimed"
    elif is_on_duty(library, case.campus, now):
        key = "case.told_danger_now" if is_danger else "case.told_now"
    else:
        key = "case.told_danger_later" if is_danger else "case.told_later"
        values["when"] = next_duty(library, case.campus, now, person.language)
    text = library.say(key, language=person.language, **values)
    if not is_new and key != "case.nobody":
        text = library.say("case.already", language=person.language) + " " + text
    if key in {"case.nobody", "case.told_later"}:
        text += _open_now(person, library, now)
    if is_new and case.staff_chat is not None and not is_danger:
        end = Button(library.say("button.end", language=person.language), presses.data(Verb.END))
        text += "\n\n" + library.say("case.anonymous", language=person.language)
        reply = say(person.chat, text, buttons=((end,),))
    else:
        reply = say(person.chat, text, anchor=anchor_label(person.language, library))
    return urgent(reply) if is_danger else Letter(reply, is_important=True)
