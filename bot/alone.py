"""One program at a time: a lock on a file, which the system lets go when its holder dies, however that is."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Taken(Exception):  # noqa: N818 (named for the case, as all of ours are)
    """Another process holds the lock."""


@contextmanager
def alone(file: Path) -> Iterator[None]:
    """Hold the lock on a file, made if need be with its folder.

    Raises:
        Taken: somebody else holds it.
        OSError: the file cannot be written.
    """
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with file.open("w") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Taken from None
        yield
