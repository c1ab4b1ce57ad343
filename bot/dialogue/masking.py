"""Hides who somebody is in a text that is kept for itself: numbers, addresses, names as far as they show."""

import re
import unicodedata

from intents.text import mask_identity_codes

NAME, NUMBER, PHONE, EMAIL = "[nimi]", "[numero]", "[puhelin]", "[sähköposti]"
MASKED = re.compile(r"\[(?:nimi|numero|puhelin|sähköposti|henkilötunnus)\]")

_EMAIL = re.compile(r"[\w.+-]+\s?(?:@|\(at\)|\[at\])\s?[\w-]+(?:\.[\w-]+)+")
_AT_NAME = re.compile(r"(?<!\w)@\w{2,}")
_LINK = re.compile(r"\b(?:https?://|t\.me/|wa\.me/|instagram\.com/|snapchat\.com/)\S+", re.IGNORECASE)
# With a + or a leading 0, five digits are a number that can be called, however they are set apart.
_PHONE = re.compile(r"(?<![\w+])(?:\+\d|0)(?:[\s()./-]{0,2}\d){4,}(?!\w)")
# Five digits or more: postal codes, numbers of students, dates; times of the day are none.
_NUMBER = re.compile(r"(?<![\w.])(?!\d{1,2}[.:]\d{2}(?!\.?\d))\d(?:[\s./-]?\d){4,}(?!\w)")

_WORD = r"[^\W\d_]+(?:[-'’][^\W\d_]+)*"
_CAPITAL = r"[A-ZÅÄÖÉÜŠŽ][a-zåäöéüšž]+(?:-[A-ZÅÄÖ][a-zåäö]+)?"
# After these stands a name, however it is written.
_SAYS_NAME = re.compile(
    r"\b(?i:((?:(?:mun|minun|meikän|mu)\s+)?nim(?:i|eni)\s+(?:on|oli)|(?:mua|minua)\s+(?:kutsutaan|sanotaan)"
    r"|jag\s+heter|mitt\s+namn\s+är|my\s+name(?:'s|\s+is)"
    r"|(?:terv|terveisin|terkuin|mvh|hälsningar|regards)[.,:]?))"
    rf"\s+{_WORD}(?:\s+{_CAPITAL})?"
)
# After these it may: what begins with a capital, or is a name that many have.
_SAYS_WHO = re.compile(
    r"\b(?i:(olen|oon|oonki|olin|täällä|tääl|jag\s+är|i\s+am|i'?m|this\s+is))"
    rf"\s+({_WORD})(\s+{_CAPITAL})?"
)
_NAME_IN_TEXT = re.compile(rf"\b({_CAPITAL})(?:\s+{_CAPITAL})?")
_ONLY_CAPITAL = re.compile(_CAPITAL)

# Given names that many have and that are no word beside that (Toivo, Onni, Satu, Lumi are): in small letters nothing
# else shows a name. A name that is not here and not written as one passes; docs/privacy.md says so.
_GIVEN = """
    aada aaron aino aleksi alex alexander ali alina amanda amir andreas anna anne anneli anni annika
    antero anton antti anu ari arto arttu asta axel daniel david eelis eemeli eero eetu eeva eevi eija
    eila eino elias elina elisa ella ellen elli elsa emil emilia emma emmi eric erik erika esa fatima
    filip hanna hannele hannu harri heidi heikki helena henna henri henrik iida iina ilari ilkka ilona
    inka ismo jaakko jani janika janina janne jari jarmo jasmin jenna jenni jere jesse joel johan
    johanna jonas joni joona joonas jouni juha juhani juho jukka julia juuso jyri kaarina kaija kaisa
    kalle kari karoliina katariina kati katja katri kim kimmo kirsi kristian kristiina kyllikki laura
    lauri leevi leo liisa linda linnea lotta maija maria marika marjo markku marko markus martti mathias
    matias matilda matti mette mia mika mikael mikko milja milla minna mira mirja mirka mohamed muhammad
    nelli netta niilo niina niklas niko noora olavi oliver olivia olli oona oskari otso otto paula
    pauliina pekka pertti petra petri pia piia pinja pirjo pirkko raimo raisa rasmus reetta reijo riikka
    riina riitta roni ronja roope saara sakari salla sami samu samuel sanna sanni sara sari saska seppo
    simo sini sofia sonja stefan susanna suvi taina taneli tanja tapani tapio tarja teemu tero tiia
    tiina timo tomi toni topi tuomas tuomo tuula ulla veera veeti veikko venla vesa viivi viljami ville
    villiam william
"""
_GIVEN_NAMES = frozenset(_GIVEN.split())
_ENDINGS = ("", "n", "a", "ä", "kin", "lla", "llä", "lle", "lta", "ltä", "sta", "stä", "s")


def mask(text: str) -> str:
    """Write a text on one line, without invisible signs, and with what tells who wrote it masked."""
    text = unicodedata.normalize("NFC", text)
    text = " ".join("".join(each if each.isprintable() else " " for each in text).split())
    text = mask_identity_codes(text)
    text = _EMAIL.sub(EMAIL, text)
    text = _LINK.sub(NAME, text)
    text = _AT_NAME.sub(NAME, text)
    text = _PHONE.sub(PHONE, text)
    text = _NUMBER.sub(NUMBER, text)
    text = _SAYS_NAME.sub(rf"\1 {NAME}", text)
    text = _SAYS_WHO.sub(_who, text)
    return _NAME_IN_TEXT.sub(_known, text)


def _who(found: re.Match[str]) -> str:
    """Mask who somebody says that they are, if it is a name rather than how or where they are."""
    lead, first = found[1], found[2]
    if first.casefold() in _GIVEN_NAMES or _ONLY_CAPITAL.fullmatch(first):
        return f"{lead} {NAME}"
    return found[0]


def _known(found: re.Match[str]) -> str:
    """Mask a given name written as one, in the commonest of its endings, and the surname after it."""
    name = found[1].casefold()
    is_given = any(name.endswith(each) and name[: len(name) - len(each)] in _GIVEN_NAMES for each in _ENDINGS)
    return NAME if is_given else found[0]
