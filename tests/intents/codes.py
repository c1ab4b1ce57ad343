"""The codes of all features of a text, put together word by word and pair by pair."""

from collections.abc import Sequence
from itertools import chain, pairwise

from intents.grams import features, pair


def codes_of_text(words: Sequence[str]) -> list[int]:
    """Return the codes of what the words bring, and of each two side by side."""
    of_words = [features(word) for word in words]
    bases = [codes[0] for codes in of_words]
    return [*chain.from_iterable(of_words), *(pair(first, second) for first, second in pairwise(bases))]
