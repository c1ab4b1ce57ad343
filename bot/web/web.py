"""What every part of the web works with, given to each by `bot.app`."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from bot.web.bells import Bells
from content.library import Library
from storage.database import Database


@dataclass(frozen=True, slots=True)
class Web:
    """The parts that site, chat and desk share."""

    database: Database
    library: Callable[[], Library]  # the running one: a reload changes it between two requests
    clock: Callable[[], datetime]
    public_url: str  # "https://apu.example.fi", without a slash at its end
    on_updates: Callable[[], None]  # there is something new in the inbox
    on_letters: Callable[[], None]  # ... in the outbox
    origins: tuple[str, ...] = ()  # of the pages that may show the chat within them
    has_telegram: bool = False
    bells: Bells = field(default_factory=Bells)
    closing: asyncio.Event = field(default_factory=asyncio.Event)  # the program stops: streams end

    @property
    def is_secure(self) -> bool:
        """Whether browsers reach us over https alone, so that cookies may be kept to it."""
        return self.public_url.startswith("https://")
