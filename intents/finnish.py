"""Spoken Finnish to written, word by word, and a light base form: features for matching, never for showing.

Character n-grams forgive most of spoken spelling by themselves; what they cannot see is told here: words that
share few letters with their written form (mä, oon, tarttis), and endings that are cut off. The words are in
`tables/`, with their reasons; Swedish and English as they are spoken and typed here, and emojis, are among them.
"""

import re
from collections.abc import Iterator

from intents import word_tables

_WORD_TABLES = (
    "pronouns",
    "verbs",
    "small_words",
    "nouns",
    "laughter",
    "swedish",
    "english",
    "emojis",
)

# --- endings --------------------------------------------------------------------------------------
_BACK = re.compile("[aou][^aouyäö]*$")  # the last word of a compound decides: lukujärjestyksessä
_WHOLE = word_tables.words(word_tables.read("whole.txt"))
# Each is narrower than Finnish grammar: English and Swedish words end so too (thanks, really, total, oftast), and a
# wrong ending is worse than none, since n-grams know the stem anyway.
_QUESTION_OF_VERB = re.compile("(?:(?:aa|ee|ii|oo|uu|yy|oi|[dkst]e)n|t|aa|ää|ee|oo|uu|yy|ii|oi|ui)ks$")
_TRANSLATIVE = re.compile("(?:[aeiouyäö](?<!ea))ks$")
_BACK_PARTICIPLE = re.compile("(?:nu|llu|rru|ssu)$")
_FRONT_PARTICIPLE = re.compile("^[^aou]*(?:[äöy][^aou]*(?:ny|lly|rry|ssy)|(?:[ehin]n|ss)y)$")
_SAVO_PARTICIPLE = re.compile("(?<=nu|ny)nn[aä]$|(?<=llu|lly|rru|rry|ssu|ssy)nn[aä]$")  # tullunna, tehnynnä
_CUT_ENDINGS = (  # spoken ending, what the written one adds; with the fewest letters a word must have for it
    (re.compile(r"(?:[hjklp]a|(.)\1i|[jkl]o|[lmns]u|[äöy])l$"), "la", 5),  # tunnil, viikol: adessive
    (re.compile(r"(?:[hjklp]a|(.)\1i|[jkl]o|[lmns]u|[äöy])lt$"), "a", 5),  # koulult
    (re.compile("(?:[jkl]a|upa|lma|ee|[aeouyäö]i|[jklt]o|lu|ä)st$"), "a", 6),  # koulust
)
_PLACES = frozenset(f"{stem}s" for stem in word_tables.words(word_tables.read("places.txt")))

# The endings of cases, spoken and written; of the plural only -t, since the others change the stem.
_CASES_OF_STEMS = {
    "": "",
    "n": "n",
    "t": "t",
    "ni": "ni",
    "a": "a",
    "ssa": "ssa",
    "s": "ssa",
    "sta": "sta",
    "st": "sta",
    "lla": "lla",
    "l": "lla",
    "lta": "lta",
    "lt": "lta",
    "lle": "lle",
    "ksi": "ksi",
    "ks": "ksi",
}


def _declined(stems: dict[str, str]) -> dict[str, str]:
    """Return stems with every ending of a case."""
    return {form: written for stem in stems.items() for form, written in _cases(*stem)}


def _cases(spoken: str, stem: str) -> Iterator[tuple[str, str]]:
    for ending, whole in _CASES_OF_STEMS.items():
        yield _harmonious(spoken, ending), _harmonious(stem, whole)
    yield f"{spoken}{spoken[-1]}n", f"{stem}{stem[-1]}n"  # kuraan: kuraattoriin
    if spoken[-1] not in "aä":
        yield spoken + spoken[-1], _harmonious(stem, "a")  # opoo: opoa


def _harmonious(stem: str, ending: str) -> str:
    """Add an ending, with front vowels after a word that has no back ones."""
    return stem + (ending if _BACK.search(stem) else ending.replace("a", "ä").replace("o", "ö"))


def _whole_words() -> dict[str, str]:
    """Return all spoken words that are known whole; what a table says itself goes before what is declined."""
    said = word_tables.joined(
        *(word_tables.written_forms(word_tables.read(f"{name}.txt")) for name in _WORD_TABLES)
    )
    declined = _declined(word_tables.written_forms(word_tables.read("declined.txt")))
    return {form: written for form, written in declined.items() if form not in _WHOLE} | said


# Words and stems that look like another word without their dots are left with them (vaara, syy).
_REAL_UNDOTTED = word_tables.words(word_tables.read("undotted.txt"))
_SHORTEST_UNDOTTED = 4
_WRITTEN = word_tables.with_undotted(_whole_words(), _REAL_UNDOTTED, shortest=_SHORTEST_UNDOTTED)
_STEMS = word_tables.with_undotted(
    word_tables.written_forms(word_tables.read("stems.txt")), _REAL_UNDOTTED, shortest=_SHORTEST_UNDOTTED
)
_SHORTEST_STEM = min(map(len, _STEMS))
# By the first letters of stems the lengths of those, the longest first: most words begin as no stem does.
_STEM_LENGTHS = {
    beginning: sorted({len(stem) for stem in _STEMS if stem.startswith(beginning)}, reverse=True)
    for beginning in {stem[:_SHORTEST_STEM] for stem in _STEMS}
}
_SHORTEST_RULED = 4  # no rule of stems or endings touches a shorter word


def written(token: str) -> str:
    """Return the written form of a spoken word, or the word itself. May be several words (emmä: en minä)."""
    known = _WRITTEN.get(token)
    if known is not None:
        return known
    if len(token) < _SHORTEST_RULED or token in _WHOLE:
        return token
    return _with_whole_ending(_with_written_stem(token))


def _with_written_stem(token: str) -> str:
    for length in _STEM_LENGTHS.get(token[:_SHORTEST_STEM], ()):
        stem = _STEMS.get(token[:length])
        if stem is not None:
            return stem + token[length:]
    return token


def _with_whole_ending(token: str) -> str:
    last = token[-1]
    if last == "s":
        return _harmonious(token, "sa") if token in _PLACES else _with_whole_ks(token)
    if last in "uy":
        participle = _BACK_PARTICIPLE if last == "u" else _FRONT_PARTICIPLE
        return token + "t" if participle.search(token) else token
    if last in "lt":
        for pattern, addition, shortest in _CUT_ENDINGS:
            if len(token) >= shortest and pattern.search(token):
                return _harmonious(token, addition)
    return _SAVO_PARTICIPLE.sub("t", token) if last in "aä" else token


def _with_whole_ks(token: str) -> str:
    if not token.endswith("ks"):
        return token
    if _QUESTION_OF_VERB.search(token):
        return _harmonious(token[:-1], "o")
    return token + "i" if len(token) > 5 and _TRANSLATIVE.search(token) else token


# --- a light base form ----------------------------------------------------------------------------
# Endings in the order in which Finnish adds them, taken off from behind; one of each group. It doesn't find
# the dictionary form (koulussa: koulu, but opettajalle: opettaja, mennyt: men): it finds one form for most
# inflections.
# As tables: of regular expressions, looking for endings takes three times as long.
# By their length, the longest first; for each, how many letters are taken off.
_Endings = dict[int, dict[str, int]]


def _endings(text: str) -> _Endings:
    """Read endings; of one written `o-ja` the letter before the dash must stand there, and stays."""
    cuts = {ending.replace("-", ""): len(ending.rpartition("-")[2]) for ending in text.split()}
    sizes = sorted({len(ending) for ending in cuts}, reverse=True)
    return {size: {each: cut for each, cut in cuts.items() if len(each) == size} for size in sizes}


_CLITICS = _endings("kin kaan kään kaa kää ko kö han hän pa pä")
_POSSESSIVES = _endings("ni nsa nsä mme nne")
_CASES = _endings(
    """
    issa issä ista istä illa illä ilta iltä ille iksi ina inä itta ittä ssa ssä sta stä lla llä lta ltä lle ksi tta
    ttä iden ien jen ten iin hin seen siin aan ään een oon uun yyn öön ia iä o-ja u-ja ö-jä y-jä n t a ä
    """
)
_VERB_ENDINGS = _endings(
    """
    isimme isitte isivat isivät isin isit isi taisiin ttaisiin taan tään daan dään tiin vat vät neet nut nyt nee
    massa mässä maan mään matta mättä minen misen mista mistä miseen
    """
)
_SHORTEST_BASE = 3  # shorter, and different words fall together (on, olla; tie, tien)
_GRADES = (  # strong and weak grade fall together
    ("kk", "k"),
    ("pp", "p"),
    ("tt", "t"),
    ("ng", "nk"),
    ("mm", "mp"),
    ("nn", "nt"),
    ("ll", "lt"),
    ("rr", "rt"),
    ("d", "t"),
)


def lemma(token: str) -> str:
    """Return one form for most inflections of a word, spoken ones too; not a dictionary's base form."""
    base = written(token).split(" ")[-1]
    for endings in (_CLITICS, _POSSESSIVES):
        base = _without(base, endings)
    shorter = _without(base, _VERB_ENDINGS)
    base = shorter if shorter != base else _without(base, _CASES)
    for strong, weak in _GRADES:
        base = base.replace(strong, weak)
    return base.rstrip("aeiouyäö") if len(base) > _SHORTEST_BASE + 1 else base


def _without(word: str, endings: _Endings) -> str:
    """Take the longest ending off that a word has, if enough of the word is left."""
    for size, cuts in endings.items():
        cut = cuts.get(word[-size:])
        if cut is not None:
            return word[:-cut] if len(word) - cut >= _SHORTEST_BASE else word
    return word
