"""Pictures of the bot's answers for docs/content.md, from what it really says: `python -m tests.pictures`.

Draw them anew when answers or services have changed much; a guide with last year's words is still a guide.
"""

import textwrap
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from xml.sax.saxutils import escape

from bot.channel import Message
from bot.dialogue.answer import answer, describe
from bot.dialogue.state import Person
from bot.telegram.render import as_plain
from content.hours import HELSINKI
from content.library import Library, load
from intents.language import Language

FOLDER = Path(__file__).parent.parent / "docs" / "pictures"
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=HELSINKI)
WIDTH, ROW, PAD, LETTERS = 460, 20, 14, 54
FONT = "font-family='system-ui, Segoe UI, Roboto, sans-serif' font-size='14'"


def answered(library: Library) -> Message:
    """What a student in Kuopio reads about absences."""
    return answer(Person("picture:1", Language.FI, campus="kuopio"), "absence", library, NOON)


def wrapped(text: str) -> list[str]:
    return [row for line in text.splitlines() for row in (textwrap.wrap(line, LETTERS) or [""])]


def drawn(asked: str, said: str, buttons: list[list[str]]) -> str:
    """Draw a chat: what somebody asked, what the bot says, its buttons."""
    rows = wrapped(said)
    top = 46
    height = top + len(rows) * ROW + PAD * 2
    parts = [
        f"<rect x='{WIDTH - 250}' y='8' width='242' height='30' rx='12' fill='#d7f5cf'/>",
        f"<text x='{WIDTH - 240}' y='28' {FONT}>{escape(asked)}</text>",
        f"<rect x='8' y='{top}' width='{WIDTH - 40}' height='{len(rows) * ROW + PAD}' rx='12' fill='white'/>",
        *(
            f"<text x='18' y='{top + PAD + 6 + at * ROW}' {FONT}>{escape(row)}</text>"
            for at, row in enumerate(rows)
        ),
        *_buttons(buttons, height),
    ]
    whole = height + len(buttons) * 36 + PAD
    frame = f"<svg xmlns='http://www.w3.org/2000/svg' width='{WIDTH}' height='{whole}' role='img'>"
    ground = f"<rect width='{WIDTH}' height='{whole}' rx='16' fill='#cfdbe4'/>"
    return "\n".join([frame, ground, *parts, "</svg>"]) + "\n"


def _buttons(buttons: list[list[str]], top: int) -> Iterator[str]:
    for at, row in enumerate(buttons):
        wide = (WIDTH - 40) / len(row)
        for place, label in enumerate(row):
            left, y = 8 + place * wide, top + at * 36
            yield f"<rect x='{left:.0f}' y='{y}' width='{wide - 4:.0f}' height='32' rx='8' fill='#a9bccb'/>"
            middle = left + wide / 2 - 2
            yield f"<text x='{middle:.0f}' y='{y + 21}' text-anchor='middle' {FONT}>{escape(label)}</text>"


def main() -> None:
    """Draw all of them."""
    library = load("sakky")
    FOLDER.mkdir(exist_ok=True)
    message = answered(library)
    labels = [[button.label for button in row] for row in message.buttons]
    picture = drawn("oon ollu paljon poissa koulusta", as_plain(message.parts), labels)
    (FOLDER / "vastaus.svg").write_text(picture, encoding="utf-8")
    service = describe(library.services["mieli-crisis-line-fi"], Language.FI, library, NOON).replace("**", "")
    (FOLDER / "palvelu.svg").write_text(drawn("kriisipuhelin", service, []), encoding="utf-8")


if __name__ == "__main__":
    main()
