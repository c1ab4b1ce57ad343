"""Alerts: what staff see first of a case. The facts first, in the order they need them."""

from collections.abc import Sequence

from bot.channel import Button, Buttons, Edit, Message, Part
from bot.dialogue.onboarding import is_anchor_label
from bot.handoff.letters import ONE_MESSAGE, Letter, length, quote, urgent
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
BOT_LENGTH = 120  # characters of the bot's own: staff know its answers, they look for the person
TOPIC_NAME = 128  # characters; Bot API, createForumTopic
PERSON = "person"  # who spoke in a turn, as storage names it


def claim_data(case: Case) -> str:
    """Data of the button that takes a case."""
    return f"claim:{case.code}"


def close_data(case: Case, *, is_sure: bool = False) -> str:
    """Data of the button that closes a case, or that says yes to doing so."""
    return f"{'close_yes' if is_sure else 'close'}:{case.code}"


def keep_data(case: Case) -> str:
    """Data of the button that says no to closing a case."""
    return f"keep:{case.code}"


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


def topic_name(case: Case, library: Library) -> str:
    """Name a case's topic: what its alert begins with, so that the list of topics shows what is grave."""
    return headline(case, library).replace("**", "")[:TOPIC_NAME]


def alert(
    case: Case,
    text: str,
    understood: str,
    before: Sequence[TurnRow],
    library: Library,
    *,
    is_forum: bool,
    ref: str = "",
) -> Letter:
    """Write the alert of a case: one message with its buttons, as long as the words leave room for that.

    `ref` is that of the message whose words `text` is.
    """
    said = list(before[-LAST_TURNS:])
    lead = "staff.wrote"
    origin = ref if text else ""
    if not text:
        # The anchor button says nothing by itself: what they wrote last is what it is about.
        at = next((at for at in reversed(range(len(said))) if _is_of_the_matter(said[at], library)), None)
        lead = "staff.pressed_anchor" if at is None else _lead_to_last_words(case)
        if at is not None:
            last = said.pop(at)
            text, origin = last.text, last.ref or ""
    parts = [Part(headline(case, library) + "\n")]
    if understood:
        parts.append(Part(library.say("staff.understood", language=STAFF, understood=understood) + "\n"))
    parts.append(Part("\n" + library.say(lead, language=STAFF) + "\n"))
    if text:
        parts.append(quote(mask_identity_codes(text)))
    how = Part("\n" + library.say("staff.how_forum" if is_forum else "staff.how_group", language=STAFF))
    parts += [
        *_earlier(said, library, room=ONE_MESSAGE - sum(length(part.text) for part in (*parts, how))),
        how,
    ]
    message = Message(
        case.staff_chat or "",
        tuple(parts),
        buttons=open_buttons(case, library),
        is_alert=True,
        origin=origin,
    )
    return posted_for(case, message)


def _lead_to_last_words(case: Case) -> str:
    return "staff.wrote" if case.level >= Level.CRISIS else "staff.wrote_last"


def _is_of_the_matter(turn: TurnRow, library: Library) -> bool:
    return turn.by == PERSON and not is_anchor_label(turn.text, library)


def posted_for(case: Case, message: Message) -> Letter:
    """Put the postage on what staff must learn of a case: danger goes first."""
    if case.level >= Level.CRISIS:
        return urgent(message, case_id=case.id)
    return Letter(message, Priority.STAFF, is_important=True, case_id=case.id)


def _earlier(turns: Sequence[TurnRow], library: Library, *, room: int) -> list[Part]:
    """Write what was said before the alert, as much of the latest as there is room for."""
    lead = "\n" + library.say("staff.before", language=STAFF) + "\n"
    for first in range(len(turns)):
        words = recap(turns[first:], library)
        if length(lead) + length(words) <= room:
            return [Part(lead), quote(words)]
    return []


def recap(turns: Sequence[TurnRow], library: Library, *, is_whole: bool = False) -> str:
    """Write the last turns, the bot's answers among them; the person's own words in full if `is_whole`."""
    lines = []
    for turn in turns if is_whole else turns[-LAST_TURNS:]:
        who = library.say(f"staff.by_{turn.by}", language=STAFF)
        words = mask_identity_codes(" ".join(turn.text.split())).replace("**", "")
        most = BOT_LENGTH if turn.by == "bot" else RECAP_LENGTH
        if len(words) > most and not (is_whole and turn.by == PERSON):
            words = words[:most] + "…"
        lines.append(f"{who}: {words}")
    return "\n".join(lines)


def to_staff(case: Case, *parts: Part, reply_to: str = "", origin: str = "") -> Message:
    """Write into a case's topic, or below its alert where there are no topics."""
    below = "" if case.thread else case.alert_ref or ""
    return Message(case.staff_chat or "", parts, reply_to=reply_to or below, origin=origin)


def on_alert(case: Case, buttons: Buttons, *, besides: str = "") -> list[Letter]:
    """Change the buttons below a case's alert, and below another message of it that a button was pressed on."""
    refs = dict.fromkeys(ref for ref in (besides, case.alert_ref) if ref)
    chat = case.staff_chat or ""
    return [Letter(Edit(chat, ref, (), buttons), Priority.STAFF) for ref in refs]


def staff_note(
    case: Case, key: str, library: Library, *, priority: Priority = Priority.STAFF, **values: str
) -> Letter:
    """Write a line of the bot's own into a case."""
    text = library.say(key, language=STAFF, code=case.code, **values)
    return Letter(to_staff(case, Part(text)), priority, case_id=case.id)
