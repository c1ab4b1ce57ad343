"""What every room's tests share: a fixed time and the real library."""

from datetime import UTC, datetime

import pytest

from content.library import Library, load


@pytest.fixture(scope="session")
def sakky() -> Library:
    """The library of Savon ammattiopisto, as it goes out."""
    return load("sakky")


@pytest.fixture(scope="session")
def sskky() -> Library:
    """The library of Salon seudun ammattiopisto, as it goes out."""
    return load("sskky")


@pytest.fixture
def noon() -> datetime:
    """A Monday at noon in Helsinki: staff are on duty."""
    return datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
