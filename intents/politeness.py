"""What is said round the matter: a greeting before it, thanks after it. Neither is what the text is about."""

from collections.abc import Sequence

from intents.text import fold

# Folded words of all the languages that we answer in.
_OPENING = """
    moi moikka moikku moikkelis moro morjens morjesta hei heippa heips heissan hellou tere terve tervehdys hyvaa
    huomenta iltaa paivaa hej hejsan tjena tja tjabba morn god goda morrn hi hello hey hiya good
"""
_AFTER_OPENING = """
    hyvat taas vaan kaikki kaikille teille dag morgon kvall alla igen morning evening afternoon everyone all there
"""
_THANKING = "kiitos kiitti kiitoksia kiitosta kiits tack thanks thank thx ty please pls"
_AFTER_THANKING = """
    jo etukateen paljon avusta vastauksesta kovasti jos vastaatte teille sulle
    pa forhand sa mycket for svar hjalpen in advance a lot so much you very help the your
"""
_OPENERS = frozenset(_OPENING.split())
_GREETINGS = _OPENERS | frozenset(_AFTER_OPENING.split())
_THANKS = frozenset(_THANKING.split())
_CLOSING = _THANKS | frozenset(_AFTER_THANKING.split())

# With fewer words left the politeness may well be the matter ("hei siellä", "sain avun, kiitos").
LEFT_AFTER_GREETING = 2
LEFT_BEFORE_THANKS = 4


def matter(words: Sequence[str]) -> Sequence[str]:
    """Return the words without the greeting before the matter and the thanks after it.

    Left in, a "kiitos" at the end costs twenty points of accuracy: nearly every phrase with it is about thanks.
    """
    asked = words[_length_of_greeting(words) :]
    return asked[: _start_of_thanks(asked)]


def _length_of_greeting(words: Sequence[str]) -> int:
    if not words or fold(words[0]) not in _OPENERS:
        return 0
    length = 0
    while length < len(words) and fold(words[length]) in _GREETINGS:
        length += 1
    return length if len(words) - length >= LEFT_AFTER_GREETING else 0


def _start_of_thanks(words: Sequence[str]) -> int:
    at, start = len(words), len(words)
    while at > LEFT_BEFORE_THANKS and (folded := fold(words[at - 1])) in _CLOSING:
        at -= 1
        if folded in _THANKS:
            start = at
    return start
