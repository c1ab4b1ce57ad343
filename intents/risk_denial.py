"""Whether what was found is denied: "en halua kuolla". A "not" belongs to the words that follow it closely."""

from functools import lru_cache

from intents.language import Language, guess_words
from intents.risk_matching import Reading

# Words that may stand between a negation and what it denies; more of them, and it denies something else.
NEGATION_REACH = 5


def is_denied(used: tuple[int, ...], reading: Reading, *, negator: int, filler: int) -> bool:
    """Tell whether a "not" before the words, or between them, belongs to them.

    `negator` and `filler` are the atoms of such words, and of those that may stand after them.
    """
    own = set(used)
    return any(
        at - 1 not in own and _reaches_negator(at, own, reading, negator, filler)
        for at in used
        if at == used[0] or at - 1 not in own
    )


def _reaches_negator(at: int, own: set[int], reading: Reading, negator: int, filler: int) -> bool:
    for before in range(at - 1, max(-1, at - 1 - NEGATION_REACH), -1):
        if reading.breaks[before + 1] or before in own:
            return False
        if reading.holds(negator, before) and not _is_article(before, reading):
            return True
        if not reading.holds(filler, before):
            return False
    return False


def _is_article(at: int, reading: Reading) -> bool:
    """Tell whether "en" is no Finnish "I don't" but a Swedish "a"."""
    return reading.words[at] == "en" and _is_swedish(reading.words)


@lru_cache(maxsize=8)  # one text is asked about for each match of each pattern
def _is_swedish(words: tuple[str, ...]) -> bool:
    return guess_words(" ".join(words), words) is Language.SV
