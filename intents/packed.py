"""Many texts in one array of bytes: a string for each of tens of thousands takes three times the memory."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts one after the other in UTF-8. Read back from a file, only those that are asked for are in memory at all."""

    letters: NDArray[np.uint8]
    starts: NDArray[np.int32]  # for each text, where it begins; one more at the end

    @classmethod
    def of(cls, texts: Sequence[str]) -> Self:
        """Put texts one after the other."""
        encoded = [text.encode() for text in texts]
        starts = np.cumsum([0, *map(len, encoded)], dtype=np.int32)
        return cls(np.frombuffer(b"".join(encoded), dtype=np.uint8), starts)

    def __len__(self) -> int:
        return len(self.starts) - 1

    def __iter__(self) -> Iterator[str]:
        return iter(self._between(self.starts.tolist()[:-1], self.starts.tolist()[1:]))

    def __getitem__(self, row: int) -> str:
        start, end = self.starts[row : row + 2].tolist()
        return str(self.letters.data[start:end], "utf-8")

    def several(self, rows: NDArray[np.integer[Any]]) -> list[str]:
        """Return the texts of some rows."""
        return self._between(self.starts.take(rows).tolist(), self.starts.take(rows + 1).tolist())

    def _between(self, begins: Sequence[int], ends: Sequence[int]) -> list[str]:
        letters = self.letters.data
        return [str(letters[start:end], "utf-8") for start, end in zip(begins, ends, strict=True)]
