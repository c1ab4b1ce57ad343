"""Alerts: what staff see first of a case. The facts first, in the order they need them."""

from collections.abc import Sequence

from bot.channel import Button, Buttons, Message, Part
from bot.handoff.letters import Letter, quote, urgent
from content.library import Library
from intents.language import Language
from intents.risk import Level
from intents.text import mask_identity_codes
from storage.cases import Case
from storage.outbox import Priority
from storage.turns import TurnRow

STAFF = Language.FI  # staff are spoken to in Finnish
SIGNS = {Level.EMERGENCY: "🔴", Level.CRISIS: "🟠", Level.CONCERN: "🟡", Level.NONE: "⚓"}
LAST_TURNS = 6  # what was said before, for a recap that fits a screen
RECAP_LENGTH = 300  # characters of each


def claim_data(case: Case) -> str:
    """Data of the button that takes a case."""
    return f"claim:{case.code}"


def close_data(case: Case) -> str:
    """Data of the button that closes a case."""
    return f"close:{case.code}"


def release_data(case: Case) -> str:
    """Data of the button that gives a case back."""
    return f"release:{case.code}"


def open_buttons(case: Case, library: Library) -> Buttons:
    """Buttons below the alert of a case that nobody has taken."""
    return (
        (
            Button(library.say("staff.button_claim", language=STAFF), claim_data(case)),
            Button(library.say("staff.button_close", language=STAFF), close_data(case)),
        ),
    )


def claimed_buttons(case: Case, library: Library) -> Buttons:
    """Buttons below the alert of a case that somebody has taken."""
    return (
        (
            Button(library.say("staff.button_release", language=STAFF), release_data(case)),
            Button(library.say("staff.button_close", language=STAFF), close_data(case)),
        ),
    )


def headline(case: Case, library: Library) -> str:
    """Write level, code, campus, role and language of a case on one line."""
    level = Level(case.level)
    campus = library.campuses.get(case.campus or "")
    return " · ".join(
        [
            f"{SIGNS[level]} **{library.say(f'level.{level.name.lower()}', language=STAFF)}**",
            f"**{case.code}**",
            campus.name.get(STAFF) if campus else library.say("staff.campus_unknown", language=STAFF),
            library.say(f"role.{case.role}" if case.role else "staff.role_unknown", language=STAFF),
            library.say(f"spoken.{case.language}", language=STAFF),
        ]
    )


def alert(
    case: Case, text: str, understood: str, before: Sequence[TurnRow], library: Library, *, is_forum: bool
) -> Letter:
    """Write the alert of a case: one message with its buttons."""
    parts = [Part(headline(case, library) + "\n")]
    if understood:
        parts.append(Part(library.say("staff.understood", language=STAFF, understood=understood) + "\n"))
    if text:
        parts += [
            Part("\n" + library.say("staff.wrote", language=STAFF) + "\n"),
            quote(mask_identity_codes(text)),
        ]
    else:
        parts.append(Part("\n" + library.say("staff.pressed_anchor", language=STAFF) + "\n"))
    if before:
        parts += [
            Part("\n" + library.say("staff.before", language=STAFF) + "\n"),
            quote(recap(before, library)),
        ]
    key = "staff.how_forum" if is_forum else "staff.how_group"
    parts.append(Part("\n" + library.say(key, language=STAFF)))
    message = Message(case.staff_chat or "", tuple(parts), buttons=open_buttons(case, library), is_alert=True)
    if case.level >= Level.CRISIS:
        return urgent(message, case_id=case.id)
    return Letter(message, Priority.STAFF, is_important=True, case_id=case.id)


def recap(turns: Sequence[TurnRow], library: Library) -> str:
    """Write the last turns, the bot's answers among them."""
    lines = []
    for turn in turns[-LAST_TURNS:]:
        who = library.say(f"staff.by_{turn.by}", language=STAFF)
        words = mask_identity_codes(" ".join(turn.text.split()))
        lines.append(f"{who}: {words[:RECAP_LENGTH]}{'…' if len(words) > RECAP_LENGTH else ''}")
    return "\n".join(lines)


def to_staff(case: Case, *parts: Part, reply_to: str = "", origin: str = "") -> Message:
    """Write into a case's topic, or below its alert where there are no topics."""
    return Message(case.staff_chat or "", parts, reply_to=reply_to or case.alert_ref or "", origin=origin)


def staff_note(
    case: Case, key: str, library: Library, *, priority: Priority = Priority.STAFF, **values: str
) -> Letter:
    """Write a line of the bot's own into a case."""
    text = library.say(key, language=STAFF, code=case.code, **values)
    return Letter(to_staff(case, Part(text)), priority, case_id=case.id)
