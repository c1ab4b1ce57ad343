"""A letter: an outgoing thing with its postage. Handoff and dialogue write letters; the worker alone posts them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.channel import Message, Outgoing, Part, Style
from storage.outbox import Priority

# Telegram counts a message's length in UTF-16 units; below its 4,096 we leave room for the signs of markup.
ROOM_FOR_MARKUP = 96
WORTH_BEGINNING = 1000  # with less than this left on a page, a long part begins on the next
ONE_MESSAGE = 4000  # what is sure to go as one message


@dataclass(frozen=True, slots=True)
class Letter:
    """What the outbox will hold."""

    outgoing: Outgoing
    priority: Priority = Priority.REPLY
    is_important: bool = False  # an alert or a safety text: in doubt it is sent again, however often
    case_id: int | None = None  # in a staff chat: the case in whose topic, or below whose alert, it goes


def urgent(outgoing: Outgoing, *, case_id: int | None = None) -> Letter:
    """Write a letter that goes before all others and is sent again in doubt."""
    return Letter(outgoing, Priority.EMERGENCY, is_important=True, case_id=case_id)


def length(text: str) -> int:
    """Count UTF-16 units, as Telegram does."""
    return len(text.encode("utf-16-le")) // 2


def split(message: Message, limit: int) -> list[Message]:
    """Split a message that is too long, between paragraphs where possible; buttons stay with the last piece."""
    room = limit - ROOM_FOR_MARKUP
    if sum(length(part.text) for part in message.parts) <= room:
        return [message]
    pages: list[list[Part]] = [[]]
    left = room
    for part in message.parts:
        for number, piece in enumerate(_pieces(part, left if left >= WORTH_BEGINNING else room, room)):
            if number or length(piece.text) > left:
                pages.append([])
                left = room
            pages[-1].append(piece)
            left -= length(piece.text)
    pages = [parts for parts in pages if any(part.text.strip() for part in parts)] or pages[:1]
    last = len(pages) - 1
    return [
        replace(
            message,
            parts=tuple(parts),
            buttons=message.buttons if at == last else (),
            is_alert=message.is_alert and at == last,
            carries_for=message.carries_for if at == last else "",
        )
        for at, parts in enumerate(pages)
    ]


def _pieces(part: Part, first: int, room: int) -> list[Part]:
    """Cut a part into pieces, the first of which may be shorter: after a paragraph, else a line, a word, anywhere."""
    if length(part.text) <= room and "\n\n" not in part.text[:first]:
        first = room  # what fits on a page of its own is not torn for nothing
    pieces: list[Part] = []
    rest = part.text
    while length(rest) > (first if not pieces else room):
        cut = _cut(rest, first if not pieces else room)
        pieces.append(Part(rest[:cut].rstrip(), part.style))
        rest = rest[cut:].lstrip()
    if rest:
        pieces.append(Part(rest, part.style))
    return pieces


def _cut(text: str, room: int) -> int:
    """Find where to cut: an index at most `room` UTF-16 units into the text, never inside a character."""
    end = len(text.encode("utf-16-le")[: room * 2].decode("utf-16-le", errors="ignore"))
    for mark in ("\n\n", "\n", " "):
        cut = text.rfind(mark, end // 2, end)
        if cut > 0:
            return cut
    return end


def posted(letters: Sequence[Letter], *, text_limit: int) -> list[Letter]:
    """Split what is too long, in order."""
    pages: list[Letter] = []
    for letter in letters:
        if isinstance(letter.outgoing, Message):
            pages += [replace(letter, outgoing=page) for page in split(letter.outgoing, text_limit)]
        else:
            pages.append(letter)
    return pages


def verbatim(text: str) -> Part:
    """Somebody's words, to the letter."""
    return Part(text, Style.VERBATIM)


def quote(text: str) -> Part:
    """Somebody's words, set apart."""
    return Part(text, Style.QUOTE)
