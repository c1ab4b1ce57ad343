"""Counts the features of many texts at once, for learning: the very codes that `intents.grams` finds for one text.

Tens of thousands of texts are made of words that come back. What a word brings is found once, and kept apart from
which texts have it: both tables together are a third of the one that says which text has which feature.
"""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack

from intents.grams import (
    LONGEST,
    MOST_WORDS,
    SHORTEST,
    Codes,
    KnownWords,
    forms,
    grams,
    marks,
    pairs,
)
from intents.text import fold

Numbers = NDArray[np.int64]

# Does a job for each of several parts, as `map` does: one after the other, or side by side.
Spread = Callable[[Callable[[Any], Any], Iterable[Any]], Iterable[Any]]

# The checksum that `zlib.crc32` counts, as a table: what a byte does to it.
_CRC_POLYNOMIAL = np.uint32(0xEDB88320)
_ALL_ONES = np.uint32(0xFFFFFFFF)
_BYTE, _BYTE_BITS = np.uint32(0xFF), np.uint32(8)
_CODE_BITS = np.uint64(32)  # of a feature and a term together, what is left for the term
_BLANK = ord(" ")
# What words bring is kept for those of so many texts: half of all words, and five in six of a message's. Kept for
# all, it would be seven in eight, at twice the time and memory.
MET_AGAIN = 2


@dataclass(frozen=True, slots=True)
class Counted:
    """How often each text has each feature, and how that comes from its terms: its words, and pairs of them."""

    codes: Codes  # of the features, sorted
    terms: csr_matrix  # texts x terms: how often a text has a term
    features: csr_matrix  # features x terms: how often a term has a feature
    counts: csr_matrix  # features x texts: how often a text has a feature
    words: KnownWords  # of all texts, with what they bring


class _Words(NamedTuple):
    """The words of all texts: each different one, and by its number where it stands."""

    different: list[str]
    numbers: Numbers
    text_of: Numbers


class Brought(NamedTuple):
    """What words bring: the codes of their features, in no order, of which word each is, and each word's base form."""

    codes: Codes
    word_of: Numbers
    bases: Codes


class _Pairs(NamedTuple):
    """Base forms that stand side by side in enough texts: their codes, and by their numbers where they stand."""

    codes: Codes
    numbers: Numbers
    text_of: Numbers


def counted(texts: Sequence[Sequence[str]], *, least_shared: int, spread: Spread = map) -> Counted:
    """Count the features of texts (as words); what fewer texts can have than `least_shared` is left out.

    What words bring is found in two parts, which `spread` may do side by side.
    """
    words = _words(texts)
    several = len(words.different)
    half = several // 2
    first, second = spread(brought, [words.different[:half], words.different[half:]])
    bases = np.concatenate([first.bases, second.bases])
    beside = _pairs(words, bases, least_shared)
    numbers = np.concatenate([words.numbers, several + beside.numbers])
    terms = csr_matrix(
        (np.ones(len(numbers), dtype=np.float32), (np.concatenate([words.text_of, beside.text_of]), numbers)),
        shape=(len(texts), several + len(beside.codes)),
    )
    codes, of_terms = _table(
        np.concatenate([first.codes, second.codes, beside.codes]),
        np.concatenate([first.word_of, half + second.word_of, several + np.arange(len(beside.codes))]),
        terms.shape[1],
    )
    texts_of_term = np.bincount(terms.indices, minlength=terms.shape[1])
    # No more texts can have a feature than have the terms with it: one in ten thousand is in fewer than that.
    is_column = of_terms.astype(bool) @ texts_of_term >= least_shared
    met_again = np.flatnonzero(texts_of_term[:several] >= MET_AGAIN)
    known = _known(words, bases, met_again, is_column, of_terms.T.tocsr()[met_again])
    features = of_terms[is_column]
    return Counted(codes[is_column], terms, features, _times(features, terms.T.tocsr()), known)


def _times(some: csr_matrix, others: csr_matrix) -> csr_matrix:
    """Multiply in two parts side by side, of which each has as much to do: scipy lets others run meanwhile."""
    middle = int(some.indptr.searchsorted(some.nnz // 2))
    with ThreadPoolExecutor(2) as pool:
        both = pool.map(lambda part: part @ others, [some[:middle], some[middle:]])
        return vstack(list(both), format="csr")


def _known(
    words: _Words,
    bases: Codes,
    numbers: NDArray[np.intp],
    is_column: NDArray[np.bool_],
    features: csr_matrix,
) -> KnownWords:
    """Put what some words bring so that it is found again: their features (a row each), of which some are columns."""
    often = features.data.astype(np.int32)
    kept = is_column[features.indices]
    starts = np.concatenate([[0], np.cumsum(often * kept)]).astype(np.int32)[features.indptr]
    all_of_them = np.diff(np.concatenate([[0], np.cumsum(often)])[features.indptr])
    column = np.cumsum(is_column, dtype=np.int32) - 1
    return KnownWords.of(
        [words.different[each] for each in numbers.tolist()],
        bases[numbers],
        all_of_them - np.diff(starts),
        np.repeat(column[features.indices[kept]], often[kept]),
        starts,
    )


def _words(texts: Sequence[Sequence[str]]) -> _Words:
    lengths = [min(len(text), MOST_WORDS) for text in texts]
    everywhere = list(chain.from_iterable(text[:MOST_WORDS] for text in texts))
    number = {word: at for at, word in enumerate(dict.fromkeys(everywhere))}
    numbers = np.fromiter(map(number.__getitem__, everywhere), dtype=np.int64, count=len(everywhere))
    return _Words(list(number), numbers, np.repeat(np.arange(len(texts)), lengths))


def _pairs(words: _Words, base_of_word: Codes, least_shared: int) -> _Pairs:
    bases = base_of_word[words.numbers]
    beside = words.text_of[:-1] == words.text_of[1:]
    both = pairs(bases[:-1], bases[1:])[beside]
    codes, number, often = np.unique(both, return_inverse=True, return_counts=True)
    shared = often >= least_shared
    kept = shared[number]
    return _Pairs(codes[shared], (np.cumsum(shared) - 1)[number[kept]], words.text_of[:-1][beside][kept])


def brought(words: Sequence[str]) -> Brought:
    """Return what all words bring."""
    plain: list[bytes] = []
    plain_of: list[int] = []
    others: list[int] = []
    others_of: list[int] = []
    bases: list[int] = []
    for at, word in enumerate(words):
        found = marks(word)
        bases.append(found[0])
        for folded in map(fold, forms(word)):
            if folded.isascii():
                plain.append(folded.encode())
                plain_of.append(at)
            else:
                found += grams(folded)
        others += found
        others_of += [at] * len(found)
    codes, which = _grams_of(plain)
    return Brought(
        np.concatenate([codes, np.array(others, dtype=np.uint32)]),
        np.concatenate([np.array(plain_of, dtype=np.int64)[which], np.array(others_of, dtype=np.int64)]),
        np.array(bases, dtype=np.uint32),
    )


def _grams_of(words: Sequence[bytes]) -> tuple[Codes, Numbers]:
    """Return the codes of the n-grams of folded words, and of which word each is.

    The checksum of a gram is that of the gram shorter by a letter, and the letter: counted for all places at once.
    """
    letters = np.frombuffer(b" " + b" ".join(words) + b" ", dtype=np.uint8)
    blanks = np.flatnonzero(letters == _BLANK)
    word_at = np.cumsum(letters == _BLANK) - 1
    word_at[-1:] -= 1  # the last blank begins no word
    fits = blanks[1:][word_at] - np.arange(len(letters)) + 1 if words else np.zeros(len(letters), np.int64)
    padded = np.concatenate([letters, np.zeros(LONGEST, dtype=np.uint8)])
    state = np.full(len(letters), _ALL_ONES)
    codes, which = [], []
    for size in range(1, LONGEST + 1):
        byte = padded[size - 1 : size - 1 + len(letters)]
        state = _CRC[(state ^ byte) & _BYTE] ^ (state >> _BYTE_BITS)
        if size >= SHORTEST:
            has = fits >= size
            codes.append(state[has] ^ _ALL_ONES)
            which.append(word_at[has])
    return np.concatenate(codes), np.concatenate(which)


def _crc_table() -> Codes:
    table = np.arange(256, dtype=np.uint32)
    for _ in range(8):
        table = np.where(table & np.uint32(1), _CRC_POLYNOMIAL, np.uint32(0)) ^ (table >> np.uint32(1))
    return table


_CRC = _crc_table()


def _table(codes: Codes, terms: Numbers, several: int) -> tuple[Codes, csr_matrix]:
    """Return the different codes, sorted, and how often each of several terms has each."""
    both = (codes.astype(np.uint64) << _CODE_BITS) | terms.astype(np.uint64)
    both.sort()
    first = np.flatnonzero(np.concatenate([[True], both[1:] != both[:-1]])[: len(both)])
    often = np.diff(first, append=len(both)).astype(np.float32)
    code = (both[first] >> _CODE_BITS).astype(np.uint32)
    starts = np.flatnonzero(np.concatenate([[True], code[1:] != code[:-1]])[: len(code)])
    table = csr_matrix(
        (often, (both[first] & np.uint64(_ALL_ONES)).astype(np.int32), np.append(starts, len(code))),
        shape=(len(starts), several),
    )
    return code[starts], table
