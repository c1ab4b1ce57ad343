"""What all kinds of bad luck happen to."""

import time
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

from tests.double import Double
from tests.double.people import Person
from tests.double.seen import Seen
from tests.end_to_end.nursery import Nursery
from tests.end_to_end.program import MONDAY_NOON

DANGER = "haluan tappaa itseni {tag}"
_numbers = count(1)


class Scene:
    """A Telegram with a staff group, people, and a program with a data folder of its own."""

    def __init__(self, telegram: Double, births: Nursery, data: Path) -> None:
        self.telegram, self.births, self.data = telegram, births, data
        self.curator = telegram.person("Kaislqa")
        self.group = telegram.forum("Kuraattorit", [self.curator])
        self._began = time.monotonic()

    def person(self) -> Person:
        number = next(_numbers)
        return self.telegram.person(f"Zvil{number}ma", f"Rqv{number}ist", username=f"zvq_{number}")

    def settings(self, **more: str) -> dict[str, str]:
        """Time goes on from one start to the next."""
        lived = timedelta(seconds=time.monotonic() - self._began)
        return {
            "MATALA_TELEGRAM_API": self.telegram.url,
            "MATALA_TELEGRAM_TOKEN": self.telegram.token,
            "MATALA_DATA_DIR": str(self.data),
            "MATALA_STAFF_CHATS": f"*={self.group.id}",
            "MATALA_LISTEN": "127.0.0.1:0",  # any free port: many programs run at once
            "MATALA_NOW": (datetime.fromisoformat(MONDAY_NOON) + lived).isoformat(),
            **more,
        }

    async def begins(self, *breakages: str, waits: bool = True, **settings: str) -> None:
        """Start the program, wait until it is ready and has told Telegram all about itself."""
        await self.births.bear(self.settings(**settings), *breakages, waits=waits)
        if waits:
            await self.telegram.quiet()

    def alerts(self, words: str) -> list[Seen]:
        """Return the alerts of cases that hold somebody's words."""
        return [seen for seen in self.group.messages() if words in seen.text and seen.buttons]

    def notes(self, words: str) -> list[Seen]:
        """Return what else the bot wrote to staff with these words."""
        return [seen for seen in self.group.from_bot() if words in seen.text and not seen.buttons]


def texts(person: Person, words: str = "") -> list[str]:
    """Return what somebody has in their chat, as far as it holds these words."""
    return [seen.text for seen in person.inbox if words in seen.text]


def copies(person: Person) -> int:
    """Return how often somebody has the first thing that they were told."""
    heard = texts(person)
    return heard.count(heard[0]) if heard else 0
