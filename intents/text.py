"""Text as people type it, made plain enough to compare: the invisible, stretched and disguised undone."""

import re
import unicodedata

# Telegram's longest message is 4,096 characters. Anything much longer is pasted or hostile: its beginning
# and its end are read, which bounds the work of everything that follows.
LONGEST = 12_000
# Disguises shrink when undone (a zero-width space after each letter), so more than that is looked at before.
LONGEST_RAW = 4 * LONGEST
SEAM = " ... "  # stands where the middle of a too long text was
# Undoing one disguise can uncover another (letters that were apart, then stretched); each round shrinks the
# text or settles, and nothing natural takes more than two.
MOST_ROUNDS = 8

_LETTER = r"[^\W\d_]"

# Marks that can follow a letter: combining ones, vowel signs of Arabic and Hebrew, enclosures.
_MARKS = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4"
    "\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+"
)
_LETTER_WITH_MARKS = re.compile("(.)(" + _MARKS.pattern + ")", re.DOTALL)
_ABOVE = 230  # canonical combining class of marks above a letter
_DOTS, _RING = "\u0308", "\u030a"  # the marks that make other letters of a and o in Finnish and Swedish

# Unseen: controls that are no white space, format characters (zero-width, bidi, soft hyphen, tags), variation
# selectors, fillers, surrogates, private use and non-characters.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2"
    "\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ud800-\uf8ff"
    "\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff"
    "\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff\U000f0000-\U0010ffff]+"
)
_SPACE = re.compile("[\\s\x1c-\x1f\x85\u2800]+")

_PUNCTUATION = str.maketrans(
    dict.fromkeys("‘’‚‛ʼʹʻʽ′‵`´＇", "'")
    | dict.fromkeys("“”„‟«»‹›″‶〝〞＂", '"')
    | dict.fromkeys("‐‑‒–—―−﹘﹣－⁃", "-")
)

# Letters of other alphabets (and odd Latin ones) that look like ours. By case, since the capital may look
# like another letter than the small one (Greek N, n).
_LOOKALIKES = str.maketrans(
    {
        **dict(zip("аеорсухіїјѕԁԛԝһӏкмтвнгпиӓӧёѵү", "aeopcyxiijsdqwhlkmtbhrnuäöevy", strict=True)),
        **dict(zip("АЕОРСУХІЇЈЅԀԚԜҺӀКМТВНГПИӒӦЁѴҮ", "aeopcyxiijsdqwhlkmtbhrnuäöevy", strict=True)),
        **dict(zip("αβεηικμνορτυχωγσςζδ", "abenikuvoptuxwyoozd", strict=True)),
        **dict(zip("ΑΒΕΗΙΚΜΝΟΡΤΥΧΩΓΣΖΔ", "abehikmnoptyxwrezd", strict=True)),
    }
)
_FOREIGN = re.compile("[\u0370-\u03ff\u0400-\u052f]")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]")
_MIXED_WORD = re.compile(
    f"(?:{_LATIN.pattern}{_FOREIGN.pattern}|{_FOREIGN.pattern}{_LATIN.pattern})"
)  # alphabets change inside a word in disguises only
_WORD = re.compile(_LETTER + "+")
_ODD_LATIN = str.maketrans("ɑɡıłøæøʟᴀᴇɪᴏᴜ", "agilöäölaeiou")

_LEET = re.compile(rf"(?<={_LETTER})[01345$](?={_LETTER})")
_LEET_LETTER = {"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "$": "s"}

_CENSORED = re.compile(rf"(?<={_LETTER})[*#•]+(?={_LETTER})")
# Four or more single letters: three are met in real text ("va e d" in Swedish chat, "a b c").
_BETWEEN = r"[\s.*_·•|~+,\-]{1,5}"
_APART = re.compile(rf"(?<![^\W_]){_LETTER}(?:{_BETWEEN}{_LETTER}){{3,}}(?![^\W_])")
# A digit in a letter's place between such: s u 1 c i d e.
_APART_LEET = re.compile(
    rf"(?<![^\W_])({_LETTER}{_BETWEEN})([01345$])(?={_BETWEEN}{_LETTER}(?![^\W_]))",
)
_APART_DOTTED = re.compile(rf"(?<![^\W_]){_LETTER}(?:[.*_·•]{_LETTER}){{2,}}(?![^\W_])")
_GAP = re.compile(rf"(?<={_LETTER})[^\w]+_*[^\w]*(?={_LETTER})|(?<={_LETTER})_+(?={_LETTER})")

_STRETCHED_LETTERS = re.compile(rf"({_LETTER})\1{{2,}}")
_STRETCHED_MARKS = re.compile(r"([^\w\s])\1{3,}")

_TOKEN = re.compile(  # words with their apostrophes, numbers; each emoji by itself
    r"[^\W_]+(?:'[^\W_]+)*|[\u2190-\u21ff\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff]"
)

_FOLDED = str.maketrans(
    "äåàáâãāöòóôõōøéèêëēíìîïúùûüūýÿñçšśžźżłß", "aaaaaaaooooooo" + "eeeee" + "iiii" + "uuuuu" + "yyncsszzzls"
)

# Six digits, the sign of the century, three digits and a check character; new signs included. People type it
# in small letters, with a long dash or a space too; masking one text too many is better than one too few.
_IDENTITY_CODE = re.compile(r"(?<!\d)\d{6}\s?[-‐-―−+A-FU-Y]\s?\d{3}[0-9A-Z](?![0-9A-Za-z])", re.IGNORECASE)
IDENTITY_CODE_MASK = "[henkilötunnus]"


# Words of small letters, none of them stretched, hardly one of a single letter, and some marks between: nothing is
# left to do. Most texts of packs, and half of the messages, are such, and looking for more takes ten times as long.
_SHORT, _LONG = "[a-zåäö]", "(?:[a-zåäö]{2,}|[a-zåäö]'[a-zåäö]+)"
_PLAIN = re.compile(rf"(?!.*(.)\1\1)(?:{_SHORT} )?{_LONG}(?:[,.!?;:]? (?:{_SHORT} )?{_LONG})*[.!?]?")

# All but what Finnish, Swedish and English are typed in, and the commonest emojis: only these may hide something.
_ODD = re.compile("[^\n -_a-~åäöÅÄÖ\U0001f300-\U0001f5ff\U0001f600-\U0001f64f]")


def normalise(text: str) -> str:
    """Make a text comparable: one form for each letter, nothing invisible, no stretched or scattered letters.

    Idempotent. Line breaks become spaces. The middle of a text longer than LONGEST is left out.
    """
    if len(text) <= LONGEST and _PLAIN.fullmatch(small := text.lower()):
        return small
    text = _ends(text, LONGEST_RAW)
    if not _ODD.search(text):
        text = text.lower()  # all that a round changes in its letters: without it most texts settle in one
    for _ in range(MOST_ROUNDS):
        plainer = _ends(_one_round(text), LONGEST)
        if plainer == text:
            break
        text = plainer
    return text


def tokens(text: str) -> list[str]:
    """Return the words, numbers and emojis of a normalised text, in order."""
    return _TOKEN.findall(text)


def fold(text: str) -> str:
    """Drop what phones and hurry drop: ä=a, ö=o, å=a, and accents. For matching, never for showing."""
    if not text.isascii():
        # Mostly all that there is to do, and in a fifth of the time that a table takes.
        text = text.replace("ä", "a").replace("ö", "o")
    return text if text.isascii() else text.translate(_FOLDED)


def mask_identity_codes(text: str) -> str:
    """Replace Finnish personal identity codes, before anybody else sees a text."""
    return _IDENTITY_CODE.sub(IDENTITY_CODE_MASK, text)


def _one_round(text: str) -> str:
    text = _with_plain_letters(text) if _ODD.search(text) else text.lower()
    text = _APART_LEET.sub(lambda found: found[1] + _LEET_LETTER[found[2]], text)
    text = _APART.sub(_together, text)
    text = _APART_DOTTED.sub(_together, text)
    text = _CENSORED.sub("", text)
    text = _LEET.sub(lambda found: _LEET_LETTER[found[0]], text)
    text = _STRETCHED_LETTERS.sub(r"\1\1", text)
    text = _STRETCHED_MARKS.sub(r"\1\1\1", text)
    return _SPACE.sub(" ", text).strip()


def _with_plain_letters(text: str) -> str:
    """Write each letter in its one small form, without what cannot be seen."""
    text = text.translate(_PUNCTUATION)
    if text.isascii():
        return _UNSEEN.sub("", text).lower()
    text = unicodedata.normalize("NFKC", text)
    text = _UNSEEN.sub("", text)
    text = unicodedata.normalize("NFC", _LETTER_WITH_MARKS.sub(_one_mark, unicodedata.normalize("NFD", text)))
    text = _MARKS.sub("", text)
    text = _unmask_lookalikes(text)
    return unicodedata.normalize("NFKC", text.casefold()).translate(_ODD_LATIN).translate(_PUNCTUATION)


def _ends(text: str, limit: int) -> str:
    """Keep the beginning and the end of a too long text: a cry for help stands in either."""
    if len(text) <= limit:
        return text
    half = (limit - len(SEAM)) // 2
    return text[:half].rstrip() + SEAM + text[-half:].lstrip()


def _one_mark(found: re.Match[str]) -> str:
    """Keep one mark on a letter at most; of a heap of them only the dots or ring that may belong there."""
    letter, marks = found[1], found[2]
    if len(marks) > 1:
        above = [mark for mark in marks if unicodedata.combining(mark) == _ABOVE]
        marks = above[0] if above and above[0] in _DOTS + _RING and letter in "aouAOU" else ""
    composed = unicodedata.normalize("NFC", letter + marks)
    return composed if len(composed) == 1 else letter


def _unmask_lookalikes(text: str) -> str:
    """Write look-alikes in Latin letters in words, or whole texts, that are otherwise Latin."""
    if not _FOREIGN.search(text) or not _LATIN.search(text):
        return text
    plain = text.translate(_LOOKALIKES)
    mostly_latin = len(_LATIN.findall(text)) > len(_FOREIGN.findall(text))
    if not _FOREIGN.search(plain) and (mostly_latin or _MIXED_WORD.search(text)):
        return plain
    return _WORD.sub(_unmask_word, text)


def _unmask_word(found: re.Match[str]) -> str:
    word = found[0]
    plain = word.translate(_LOOKALIKES)
    return plain if _LATIN.search(word) and not _FOREIGN.search(plain) else word


def _together(found: re.Match[str]) -> str:
    """Join letters that stand apart; where some gaps are wider, or blank among dots, words end there."""
    scattered = found[0]
    gaps = _GAP.findall(scattered)
    dotted = any(not gap.isspace() for gap in gaps)
    narrowest = min(map(len, gaps), default=1)

    def join(gap: re.Match[str]) -> str:
        between_words = gap[0].isspace() if dotted else len(gap[0]) > narrowest
        return " " if between_words else ""

    return _GAP.sub(join, scattered)
