"""Closing a case: either side may; the person is told, and asked whether it helped.

One press must not end what a colleague does for somebody, nor leave alone who is in danger: there staff are asked.
"""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.channel import Button, Edit, Message, Part, PressAnswer, StaffTurn, TopicClosing
from bot.dialogue import presses
from bot.dialogue.presses import NO, YES, Verb
from bot.dialogue.state import say
from bot.handoff.alerting import (
    STAFF,
    close_data,
    keep_data,
    on_alert,
    posted_for,
    staff_note,
    to_staff,
)
from bot.handoff.letters import Letter
from content.library import Library
from intents.language import Language
from intents.risk import Level
from storage import cases
from storage.cases import Case
from storage.outbox import Priority


async def on_press(
    session: AsyncSession, turn: StaffTurn, case: Case, library: Library, *, by: str, now: datetime
) -> list[Letter]:
    """Close a case at its holder's press; ask back when somebody else holds it, or nobody took one in danger."""
    is_anothers = case.status == cases.CLAIMED and case.claimed_by != by
    if not is_anothers and not (case.status == cases.NEW and case.level >= Level.CRISIS):
        return await by_staff(session, turn, case, library, now=now)
    key = "staff.close_anothers" if is_anothers else "staff.close_in_danger"
    text = library.say(key, language=STAFF, code=case.code, holder=case.holder or "")
    yes = Button(library.say("staff.button_yes", language=STAFF), close_data(case, is_sure=True))
    no = Button(library.say("staff.button_no", language=STAFF), keep_data(case))
    question = Message(turn.chat, (Part(text),), buttons=((yes, no),), reply_to=turn.ref)
    return [
        Letter(PressAnswer(turn.chat, turn.press_id), Priority.EMERGENCY),
        Letter(question, Priority.STAFF, case_id=case.id),
    ]


def on_kept(turn: StaffTurn, case: Case, library: Library) -> list[Letter]:
    """Take the question back: the case stays open."""
    text = library.say("staff.kept_open", language=STAFF, code=case.code)
    return [
        Letter(PressAnswer(turn.chat, turn.press_id), Priority.EMERGENCY),
        Letter(Edit(turn.chat, turn.ref, (Part(text),)), Priority.STAFF),
    ]


async def by_staff(
    session: AsyncSession,
    turn: StaffTurn,
    case: Case,
    library: Library,
    *,
    now: datetime,
    outcome: str | None = None,
) -> list[Letter]:
    """Close a case for the staff; `outcome` is what came of it, of the pack's list."""
    if not await cases.close(session, case.id, at=now, outcome=outcome):
        text = library.say("staff.is_closed", language=STAFF, code=case.code)
        return [Letter(PressAnswer(turn.chat, turn.press_id, text), Priority.EMERGENCY)]
    return [
        Letter(PressAnswer(turn.chat, turn.press_id), Priority.EMERGENCY),
        _to_person(case, "case.closed_by_staff", library),
        *on_alert(case, (), besides=turn.ref if turn.chat == case.staff_chat else ""),
        staff_note(case, "staff.closed", library, holder=turn.name),
        *_close_topic(case),
    ]


async def by_person(
    session: AsyncSession, case: Case, library: Library, *, language: Language, now: datetime
) -> list[Letter]:
    """Close a case for the person."""
    if not await cases.close(session, case.id, at=now):
        return []
    was_alone = case.level >= Level.CRISIS and case.status == cases.NEW
    key = "case.closed_in_danger" if was_alone else "case.closed_by_person"
    letters = [_to_person(replace(case, language=language), key, library)]
    if case.staff_chat is not None:
        text = library.say("staff.closed_in_danger", language=STAFF, code=case.code)
        loud = posted_for(case, to_staff(case, Part(text)))
        letters += [
            *on_alert(case, ()),
            loud if was_alone else staff_note(case, "staff.closed_by_person", library),
            *_close_topic(case),
        ]
    return letters


async def by_forgetting(
    session: AsyncSession, case: Case, library: Library, *, now: datetime
) -> list[Letter]:
    """Close a case whose person wants everything forgotten; staff learn that nothing can be answered any more."""
    if not await cases.close(session, case.id, at=now) or case.staff_chat is None:
        return []
    # The rows of the case go now: what is left to say finds its topic by the alert that it answers.
    text = library.say("staff.forgotten", language=STAFF, code=case.code)
    note = Message(case.staff_chat, (Part(text),), reply_to=case.alert_ref or "")
    return [*on_alert(case, ()), Letter(note, Priority.STAFF), *_close_topic(case)]


def _to_person(case: Case, key: str, library: Library) -> Letter:
    """Tell the person that the conversation ended; ask whether it helped."""
    language = Language(case.language or Language.FI)

    def button(label: str, answer: str) -> Button:
        return Button(library.say(label, language=language), presses.data(Verb.AFTER, answer))

    row = (button("button.after_yes", YES), button("button.after_no", NO))
    return Letter(
        say(case.contact_chat, library.say(key, language=language), buttons=(row,)), is_important=True
    )


def put_away(case: Case) -> list[Letter]:
    """Take the buttons from the alert of a case that is closed, and close its topic."""
    return [*on_alert(case, ()), *_close_topic(case)] if case.staff_chat is not None else []


def _close_topic(case: Case) -> list[Letter]:
    if not case.thread or case.staff_chat is None:
        return []
    return [Letter(TopicClosing(case.staff_chat, case.thread), Priority.STAFF)]
