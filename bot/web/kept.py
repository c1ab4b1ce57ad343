"""Pages as they go out, and those that need not be made again within their minute."""

import gzip
import hashlib
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

MOST_KEPT = 400  # pages of one minute in memory, each some 3 to 10 kB, packed
PACKING = 5  # of 9: beyond it, bytes cost more time than they save on their way


@dataclass(frozen=True, slots=True)
class Rendered:
    """A page as it goes out; kept packed alone: hardly anybody asks for it whole, which is several times as much."""

    size: int  # of the whole, in bytes
    packed: bytes
    etag: str

    @property
    def body(self) -> bytes:
        """The whole of it."""
        return gzip.decompress(self.packed)

    @classmethod
    def of(cls, text: str) -> "Rendered":
        """Make it of a page's text."""
        body = text.encode()
        # Weak: packed or not, it says the same.
        etag = f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'
        return cls(len(body), gzip.compress(body, compresslevel=PACKING, mtime=0), etag)


@dataclass(slots=True)
class Kept:
    """Pages of this minute and this state of the content; those of an earlier one are gone."""

    of: Hashable = None
    pages: dict[Hashable, Rendered] = field(default_factory=dict)

    def get(self, of: Hashable, key: Hashable, make: Callable[[], str]) -> Rendered:
        """Return a page, made anew unless it is here; `of` is the minute and the state of the content."""
        if of != self.of:
            self.of, self.pages = of, {}
        found = self.pages.get(key)
        if found is None:
            while len(self.pages) >= MOST_KEPT:
                del self.pages[next(iter(self.pages))]
            found = self.pages[key] = Rendered.of(make())
        return found
