"""All that `matala check` looks for: the faults that stop a start, and what a keeper should care for beside them."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from content.checking_care import care
from content.checking_phrases import Phrase, misled, phrases_of
from content.faults import Fault, Subject
from content.index import Index
from content.library import PACKS_DIR, Library, check, load
from content.reviewing import Review, reviews
from content.sources import COMMON, Sources, gather, pack_names


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack without errors: what it says and what is made of it."""

    index: Index
    library: Library

    @property
    def sources(self) -> Sources:
        """Its files."""
        return self.index.sources


@dataclass(frozen=True, slots=True)
class Checkup:
    """What was found; `seen` of `phrases` were tried with the matcher before the time was up."""

    faults: tuple[Fault, ...]
    packs: tuple[Pack, ...]
    phrases: int = 0
    seen: int = 0


def examine(
    packs_dir: Path = PACKS_DIR,
    cache_dir: Path | None = None,
    *,
    today: date,
    is_time_left: Callable[[], bool] = lambda: True,
) -> Checkup:
    """Check every pack; where there are errors, these alone are told: they may be the cause of the rest."""
    faults = check(packs_dir)
    if any(not fault.is_warning for fault in faults):
        return Checkup(tuple(faults), ())
    packs = tuple(_packs(packs_dir, cache_dir))
    cared = [care(pack.index, today) for pack in packs]
    wrong, phrases, seen = _misled(packs, is_time_left)
    return Checkup(tuple(sorted({*faults, *_of_all(cared), *wrong})), packs, phrases, seen)


def all_reviews(packs_dir: Path = PACKS_DIR, *, today: date) -> list[Review]:
    """Return what is to be reviewed in all packs, each thing once."""
    found: dict[tuple[Path, str], Review] = {}
    for name in pack_names(packs_dir):
        for review in reviews(Index(gather(name, packs_dir)), today):
            found.setdefault((review.placed.document.path, review.placed.noun.id), review)
    return sorted(found.values(), key=lambda each: (each.owner, each.reason, str(each.checked)))


def _packs(packs_dir: Path, cache_dir: Path | None) -> Iterable[Pack]:
    for name in pack_names(packs_dir):
        yield Pack(Index(gather(name, packs_dir)), load(name, packs_dir, cache_dir))


def _of_all(cared: list[list[Fault]]) -> set[Fault]:
    """Join what was found in each pack; a service of common that one school leads to is reached."""
    times = Counter(fault for faults in cared for fault in faults)
    return {
        fault
        for fault, number in times.items()
        if number == len(cared) or fault.subject is not Subject.REACH or COMMON not in Path(fault.file).parts
    }


def _misled(packs: tuple[Pack, ...], is_time_left: Callable[[], bool]) -> tuple[set[Fault], int, int]:
    """Try the few phrases of each school by its own matcher, then those of common by the first school's."""
    of_schools = [
        (pack, [each for each in phrases_of(pack.sources) if not _is_common(each)]) for pack in packs
    ]
    of_common = [
        (pack, [each for each in phrases_of(pack.sources) if _is_common(each)]) for pack in packs[:1]
    ]
    found: set[Fault] = set()
    total = seen = 0
    for pack, phrases in [*of_schools, *of_common]:
        wrong, number = misled(pack.library.reader.matcher, phrases, is_time_left)
        found.update(wrong)
        total += len(phrases)
        seen += number
    return found, total, seen


def _is_common(phrase: Phrase) -> bool:
    return COMMON in phrase.document.path.parts[-3:-1]
