"""What is kept about a person, written out for them (/tiedot)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.channel import Message, Part, Style, unpack
from bot.dialogue.bulletins import named
from bot.dialogue.state import Wish, is_on_web, words_of
from bot.dialogue.times import HELSINKI
from content.library import Library
from intents.language import Language
from intents.risk import Level

Row = Mapping[str, Any]
NOTHING = "–"


def report(everything: Mapping[str, Any], language: Language, library: Library) -> tuple[Part, ...]:
    """Write everything that is kept: who they are to us, what was said, which cases, what was sent besides."""
    writing = _Writing(language, library)
    blocks = [[Part(library.say("privacy.records", language=language))]]
    if everything.get("contact"):
        blocks.append([Part(writing.contact(everything["contact"]))])
    turns = everything.get("turns") or []
    if turns:
        blocks.append(writing.turns(turns))
    if everything.get("cases"):
        blocks.append([Part("\n".join([writing.say("cases"), *map(writing.case, everything["cases"])]))])
    if everything.get("subscriptions"):
        wishes = [writing.subscription(row) for row in everything["subscriptions"]]
        blocks.append([Part("\n".join([writing.say("subscriptions"), *wishes]))])
    if everything.get("page"):
        blocks.append([Part(writing.page(everything["page"]))])
    others = _not_among(turns, everything.get("messages") or [])
    if others:
        blocks.append(writing.messages(others))
    last = len(blocks) - 1
    return tuple(
        part for at, block in enumerate(blocks) for part in (*block, *([] if at == last else [Part("\n\n")]))
    )


def _not_among(turns: Sequence[Row], messages: Sequence[Row]) -> list[tuple[Row, str]]:
    """Return the messages to the person whose words are not among what was said anyway."""
    by_bot = [turn["text"] for turn in turns if turn["by"] == "bot"]
    by_staff = [turn["text"] for turn in turns if turn["by"] == "staff"]
    found = []
    for message in messages:
        outgoing = unpack(message["body"])
        words = words_of([outgoing]) if isinstance(outgoing, Message) else ""
        is_known = any(words in text for text in by_bot) or any(words.endswith(text) for text in by_staff)
        if words and not is_known:
            found.append((message, words))
    return found


class _Writing:
    """Writes rows in a language."""

    def __init__(self, language: Language, library: Library) -> None:
        self._language = language
        self._library = library

    def say(self, key: str, **values: str) -> str:
        return self._library.say(f"records.{key}", language=self._language, **values)

    def contact(self, row: Row) -> str:
        known = [
            row["role"] and self._library.say(f"role.{row['role']}", language=self._language),
            row["language"] and self._library.say(f"spoken.{row['language']}", language=self._language),
            self._campus(row["campus"]),
        ]
        return self.say(
            "contact_on_web" if is_on_web(row["chat"]) else "contact",
            chat=row["chat"].partition(":")[2],
            known=", ".join(filter(None, known)) or NOTHING,
            since=_day(row["created_at"]),
            until=_day(row["delete_after"]),
        )

    def turns(self, rows: Sequence[Row]) -> list[Part]:
        """Write what was said, to the letter."""
        parts = [Part(self.say("turns", until=_day(rows[-1]["delete_after"])))]
        for row in rows:
            parts.append(Part(f"\n{_minute(row['at'])} {self.say('by_' + row['by'])}: "))
            style = Style.TEXT if row["by"] == "bot" else Style.VERBATIM
            parts.append(Part(row["text"], style))
        return parts

    def case(self, row: Row) -> str:
        level = self.say(f"level_{Level(row['level']).name.lower()}")
        kind = self._library.say(f"kind.{row['kind']}", language=self._language) if row["kind"] else ""
        facts = [level, kind, self._campus(row["campus"]), self.say(f"status_{row['status']}")]
        return self.say(
            "case",
            code=row["code"],
            opened=_minute(row["opened_at"]),
            facts=", ".join(filter(None, facts)),
            until=_day(row["delete_after"]),
        )

    def subscription(self, row: Row) -> str:
        wish = Wish(row["audience"], row["campus"])
        name = named(wish, self._library, self._language)
        return self.say("subscription", bulletins=name, until=_day(row["delete_after"]))

    def page(self, row: Row) -> str:
        """Say what the page of the web chat keeps: the same words, and which buttons were pressed."""
        return self.say("page", posts=str(row["posts"]), until=_day(row["delete_after"]))

    def messages(self, found: Sequence[tuple[Row, str]]) -> list[Part]:
        """Write what was sent besides, or waits to be."""
        latest = max(row["delete_after"] for row, _ in found)
        parts = [Part(self.say("messages", until=_day(latest)))]
        for row, words in found:
            parts += [Part(f"\n{_minute(row['due_at'])}: "), Part(words)]
        return parts

    def _campus(self, campus: str | None) -> str:
        known = self._library.campuses.get(campus or "")
        return known.name.get(self._language) if known else campus or ""


def _day(moment: datetime) -> str:
    local = moment.astimezone(HELSINKI)
    return f"{local.day}.{local.month}.{local.year}"


def _minute(moment: datetime) -> str:
    return f"{_day(moment)} {moment.astimezone(HELSINKI):%H:%M}"
