"""Rehearsals on a real database, with the pack that goes out, on a Monday morning when staff are on duty."""

import os
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from bot.pace import unpaced
from bot.program import Program, program
from bot.settings import Settings
from bot.terminal import rehearsal
from bot.terminal.lines import Conversation
from bot.terminal.rehearsal import Rehearsal
from bot.terminal.transcript import Post, plain
from bot.terminal.words import Side
from content.library import Library, load

MONDAY_MORNING = datetime.fromisoformat("2026-11-23T10:00:00+02:00")


@dataclass
class Stage:
    """A rehearsal whose worker and delivery move only when told to: nothing in a test depends on time."""

    program: Program
    rehearsal: Rehearsal
    conversation: Conversation

    def said(self, side: Side) -> list[str]:
        """Return what the bot said on a side."""
        return [plain(post.parts) for post in self.posts(side) if not post.is_own]

    def posts(self, side: Side) -> list[Post]:
        return self.rehearsal.transcript.pages[side].posts

    async def write(self, side: Side, text: str) -> None:
        await self.rehearsal.write(side, text)
        await self.conversation.settle()

    async def press(self, side: Side, label: str) -> None:
        numbered = self.rehearsal.transcript.pages[side].numbered()
        await self.rehearsal.press(side, next(each for each in numbered if each.button.label == label))
        await self.conversation.settle()


def environment(data_dir: Path) -> dict[str, str]:
    """Return what the real command needs to know, and nothing of what is set where the tests run."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("MATALA_")}
    return kept | {
        "MATALA_DATA_DIR": str(data_dir / "data"),
        "MATALA_NOW": MONDAY_MORNING.isoformat(),
        "PYTHONPATH": str(Path(__file__).parents[3]),
        "PYTHONIOENCODING": "utf-8",
    }


OpenStage = Callable[[], AbstractAsyncContextManager[Stage]]


@pytest.fixture(scope="session")
def library() -> Library:
    return load("sakky")


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.delenv("MATALA_TELEGRAM_TOKEN", raising=False)
    return Settings(data_dir=tmp_path / "data", now=MONDAY_MORNING)


@pytest.fixture
def open_stage(settings: Settings, library: Library) -> OpenStage:
    """Start a rehearsal; done again, it is the same one after a restart."""

    @asynccontextmanager
    async def opened() -> AsyncIterator[Stage]:
        async with program(rehearsal.apart(settings), library, unpaced()) as running:
            stage = Rehearsal(
                running.database, lambda: library, running.clock, running.lifeline, running.wake
            )
            running.channels["terminal"] = stage.channel()
            await stage.begin()
            await running.look_at_chats()
            yield Stage(running, stage, Conversation(stage, running.workers[0], running.delivery))

    return opened


@pytest.fixture
async def stage(open_stage: OpenStage) -> AsyncIterator[Stage]:
    async with open_stage() as opened:
        yield opened
