"""What is kept about a person, written out for them (/tiedot)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.dialogue.times import HELSINKI
from content.library import Library
from intents.language import Language


def report(everything: Mapping[str, Any], language: Language, library: Library) -> str:
    """Write everything that is kept as text: who they are to us, what was said, which cases, what is queued."""

    def say(key: str, **values: str) -> str:
        return library.say(f"records.{key}", language=language, **values)

    blocks = [library.say("privacy.records", language=language)]
    contact = everything.get("contact")
    if contact:
        known = [contact["role"] and library.say(f"role.{contact['role']}", language=language)]
        known += [contact["language"] and library.say(f"spoken.{contact['language']}", language=language)]
        known += [contact["campus"]]
        blocks.append(
            say(
                "contact",
                chat=contact["chat"],
                known=", ".join(filter(None, known)) or "–",
                since=_day(contact["created_at"]),
                until=_day(contact["delete_after"]),
            )
        )
    if everything.get("turns"):
        lines = [
            f"{_minute(each['at'])} {say('by_' + each['by'])}: {each['text']}" for each in everything["turns"]
        ]
        blocks.append("\n".join([say("turns", until=_day(everything["turns"][-1]["delete_after"])), *lines]))
    if everything.get("cases"):
        lines = [
            say(
                "case", code=each["code"], opened=_minute(each["opened_at"]), until=_day(each["delete_after"])
            )
            for each in everything["cases"]
        ]
        blocks.append("\n".join([say("cases"), *lines]))
    if everything.get("messages"):
        latest = max(each["delete_after"] for each in everything["messages"])
        blocks.append(say("messages", count=str(len(everything["messages"])), until=_day(latest)))
    return "\n\n".join(blocks)


def _day(moment: datetime) -> str:
    local = moment.astimezone(HELSINKI)
    return f"{local.day}.{local.month}.{local.year}"


def _minute(moment: datetime) -> str:
    return f"{_day(moment)} {moment.astimezone(HELSINKI):%H:%M}"
