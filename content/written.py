"""What was written of a moment, kept for its minute: whoever asks within it reads the same."""

from collections.abc import Callable, Hashable
from datetime import datetime
from typing import Final

MOST: Final = (
    1_024  # texts of one minute: what a school has to say of its services in three languages, and more
)


class Written:
    """Texts that hold for a minute, since hours begin and end with minutes."""

    def __init__(self) -> None:
        self._minute: datetime | None = None
        self._texts: dict[Hashable, str] = {}

    def once(self, what: Hashable, now: datetime, write: Callable[[], str]) -> str:
        """Return the text of something at a moment, written the first time that its minute asks for it."""
        minute = now.replace(second=0, microsecond=0)
        if minute != self._minute or len(self._texts) >= MOST:
            self._minute, self._texts = minute, {}
        key = (minute, what)  # with the minute, so that two threads can't take each other's
        text = self._texts.get(key)
        if text is None:
            text = self._texts[key] = write()
        return text
