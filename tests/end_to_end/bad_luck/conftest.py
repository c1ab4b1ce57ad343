"""A scene for each test: a Telegram, a staff group, a program that is born when the test says so."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.double import Double
from tests.end_to_end import nursery
from tests.end_to_end.bad_luck.scene import Scene
from tests.end_to_end.nursery import Nursery


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def births() -> AsyncIterator[Nursery]:
    async with nursery.opened() as births:
        yield births


@pytest_asyncio.fixture(loop_scope="session")
async def scene(births: Nursery, tmp_path: Path) -> AsyncIterator[Scene]:
    """Whatever happened: each call had its form, and staff learnt of nobody who they are."""
    async with Double.started() as telegram:
        scene = Scene(telegram, births, tmp_path)
        try:
            yield scene
        finally:
            if births.is_alive:
                await births.kill()
        assert telegram.violations == []
        assert telegram.leaks(scene.group) == []
