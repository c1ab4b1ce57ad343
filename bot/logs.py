"""Logs: an event and ids. No text of people, no name, no token: an error is described by its place alone."""

import logging
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path

# Their INFO and DEBUG lines hold addresses with the token, raw updates and statements (lessons.md, 28).
TALKATIVE = (
    "httpx",
    "httpcore",
    "telegram",
    "sqlalchemy",
    "aiosqlite",
    "asyncio",
    "aiohttp",
    "uvicorn",
    "alembic",
)
_STANDARD = frozenset(logging.makeLogRecord({}).__dict__) | {
    "message",
    "asctime",
    "taskName",
    "color_message",  # uvicorn says everything twice
}
_ROOT = Path(__file__).parent.parent


class _Lines(logging.Formatter):
    """One line an event: time with its zone, level, event, then key=value."""

    def format(self, record: logging.LogRecord) -> str:
        more = " ".join(
            f"{key}={value}"
            for key, value in record.__dict__.items()
            if key not in _STANDARD and not key.startswith("_")
        )
        time = datetime.fromtimestamp(record.created, UTC).astimezone().isoformat(timespec="seconds")
        return f"{time} {record.levelname.lower():8} {record.getMessage()}{' ' + more if more else ''}"


def set_up(level: int = logging.INFO) -> None:
    """Write our events to standard error, and only what is grave of anybody else's."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Lines())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)


def describe(error: BaseException) -> str:
    """Describe an error by its kind and place alone: its words may be somebody's."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [
        frame
        for frame in frames
        if frame.filename.startswith(str(_ROOT)) and "site-packages" not in frame.filename
    ]
    if not ours:
        return type(error).__name__
    last = ours[-1]
    return f"{type(error).__name__} at {Path(last.filename).relative_to(_ROOT)}:{last.lineno}"
