"""What was learnt from a state of the content, kept on disk: learning takes seconds, reading it back hardly any.

A folder for each state, named by a hash of what was learnt from and of the code that learns. It holds arrays and
nothing else; whatever is wrong with it, we learn again.
"""

import gc
import hashlib
import logging
import multiprocessing
import os
import pickle
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

import numpy as np

import intents
from intents.knowledge import Example, Knowledge, from_arrays

if TYPE_CHECKING:
    from intents.counting import Spread

log = logging.getLogger(__name__)

# With fewer examples learning takes less time than the process to do it in.
FEW: Final = 2_000
KEPT: Final = 8  # states on disk, some 30 MB each; the oldest go
_CODE: Final = (
    "counting",
    "finnish",
    "fitting",
    "grams",
    "knowledge",
    "learning",
    "packed",
    "text",
    "vectors",
    "word_tables",
)
_NAME_LENGTH: Final = 24
_FORK: Final = "fork"  # how a second process begins with all that the first one has read; some systems cannot
_UNFINISHED: Final = "learning-"  # how the folder is called that a state is made in
_SURELY_LEFT: Final = 3600.0  # seconds: nothing takes an hour to learn
# While we learn, arrays of megabytes come and go all the time: to give each back to the system costs a second.
_ROOMY: Final = {
    "MALLOC_ARENA_MAX": "1",
    "MALLOC_MMAP_THRESHOLD_": str(2**25),
    "MALLOC_TRIM_THRESHOLD_": str(2**30),
}


def users_cache() -> Path:
    """Return the folder of the user's caches where learnt states are kept, wherever the program is started."""
    return Path.home() / ".cache" / "matala"


def recall(texts: Iterable[str], examples: Callable[[], Sequence[Example]], cache_dir: Path) -> Knowledge:
    """Return what the examples teach: read back where it was learnt before, else learnt now and kept.

    `texts` are the files that the examples come from. A cache that cannot be written costs the learning at every
    start, and a line in the log; nothing more.
    """
    folder = cache_dir / _name(texts)
    known = _read(folder)
    return known if known is not None else _learnt_and_kept(examples(), folder, cache_dir)


def _learnt_and_kept(examples: Sequence[Example], folder: Path, cache_dir: Path) -> Knowledge:
    if len(examples) < FEW:
        return _learn(examples)
    known = None
    try:
        cache_dir.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache_dir, prefix=_UNFINISHED) as new:
            _forget_unfinished(cache_dir, Path(new))
            _learn_apart(examples, Path(new))
            _put(Path(new), folder)
        _forget_oldest(cache_dir, folder)
        known = _read(folder)
    except (OSError, subprocess.SubprocessError) as error:
        log.warning("what was learnt cannot be kept", extra={"error": type(error).__name__})
    return known or _learn(examples)


def _learn(examples: Sequence[Example], *, spread: "Spread" = map) -> Knowledge:
    from intents.learning import learn  # here: it needs scipy, which a program that recalls does without

    return learn(examples, spread=spread)


def _learn_apart(examples: Sequence[Example], folder: Path) -> None:
    """Learn in a process of its own: a running program goes on meanwhile, and its memory stays small."""
    learning = subprocess.Popen(  # our own code, on what we hand over
        [sys.executable, "-c", "from content.learnt import learn_into; learn_into()", str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        env={**os.environ, **_ROOMY, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )
    try:
        learning.communicate(_packed(examples))
    finally:
        learning.kill()
    if learning.returncode:
        raise subprocess.CalledProcessError(learning.returncode, learning.args)


def _packed(examples: Sequence[Example]) -> bytes:
    """Pack each field of all examples together: one by one takes six times as long."""
    return pickle.dumps(list(zip(*examples, strict=True)))


def _unpacked(packed: BinaryIO) -> list[Example]:
    return list(map(Example._make, zip(*pickle.load(packed), strict=True)))


def learn_into() -> None:
    """Be the process of its own: examples come on standard input, the folder is the argument."""
    gc.disable()  # nothing that is made here goes before the process does
    can_fork = _FORK in multiprocessing.get_all_start_methods()
    knowledge = _learn(_unpacked(sys.stdin.buffer), spread=_side_by_side if can_fork else map)
    for name, array in knowledge.arrays().items():
        np.save(Path(sys.argv[1]) / f"{name}.npy", array, allow_pickle=False)


def _side_by_side(work: Callable[[Any], Any], parts: Iterable[Any]) -> Iterable[Any]:
    """Do a job for the first part here, for the others in processes forked off this one.

    Each ends with its part: none waits for more, and none is left behind should this process be killed.

    Raises:
        EOFError: one of them has failed.
    """
    first, *others = parts
    context = multiprocessing.get_context(_FORK)
    results = []
    for part in others:
        ours, theirs = context.Pipe(duplex=False)
        context.Process(target=_work_and_send, args=(work, part, ours, theirs), daemon=True).start()
        theirs.close()  # so that we hear when the other end is closed
        results.append(ours)
    return [work(first), *(each.recv() for each in results)]


def _work_and_send(work: Callable[[Any], Any], part: Any, ours: Connection, theirs: Connection) -> None:
    ours.close()  # so that sending fails when nobody is there to read
    theirs.send(work(part))


def _read(folder: Path) -> Knowledge | None:
    if not folder.is_dir():
        return None
    try:
        arrays = {
            # As plain arrays over the mapped file: each look into a memmap costs microseconds.
            path.stem: np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))
            for path in folder.glob("*.npy")
        }
        return from_arrays(arrays)
    except (OSError, ValueError, KeyError, EOFError):
        log.warning("a learnt state is damaged: learning it again")
        shutil.rmtree(folder, ignore_errors=True)
        return None


def _put(new: Path, folder: Path) -> None:
    """Make a whole state appear at once; another process may have been faster."""
    try:
        new.rename(folder)
    except OSError:
        if not folder.is_dir():
            raise
    else:
        new.mkdir()  # the context that made it takes it away again


def _forget_oldest(cache_dir: Path, newest: Path) -> None:
    states = sorted(
        (path for path in cache_dir.iterdir() if path.is_dir() and len(path.name) == _NAME_LENGTH),
        key=lambda path: path.stat().st_mtime,
        reverse=True,
    )
    for old in states[KEPT:]:
        if old != newest:
            shutil.rmtree(old, ignore_errors=True)


def _forget_unfinished(cache_dir: Path, newest: Path) -> None:
    """Clear what processes left that were killed while they learnt; others may be learning right now."""
    now = newest.stat().st_mtime
    for left in cache_dir.glob(f"{_UNFINISHED}*"):
        with suppress(FileNotFoundError):  # its own process was faster
            if now - left.stat().st_mtime > _SURELY_LEFT:
                shutil.rmtree(left, ignore_errors=True)


def _name(texts: Iterable[str]) -> str:
    whole = hashlib.sha256()
    room = Path(intents.__file__).parent
    for file in (*(room / f"{module}.py" for module in _CODE), *sorted(room.glob("tables/*.txt"))):
        whole.update(file.read_bytes())
    for text in texts:
        whole.update(f"{len(text)}:{text}".encode())
    return whole.hexdigest()[:_NAME_LENGTH]
