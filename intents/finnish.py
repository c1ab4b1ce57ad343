"""Spoken Finnish to written, word by word, and a light base form: features for matching, never for showing.

Character n-grams forgive most of spoken spelling by themselves; what they cannot see is told here: words that
share few letters with their written form (mä, oon, tarttis), and endings that are cut off.
"""

import re

# --- whole words, written: spoken -----------------------------------------------------------------
# Pronouns and their cases, short and in nearly every message: of the capital (mä), the west (mää), the east (mie).
_PRONOUNS = {
    "minä": "mä mää mnää mie miä",
    "minäkin": "mäki mäkin määki määkin mieki miekii",
    "minun": "mun miun",
    "minua": "mua minnuu miuta minnuva",
    "minulla": "mulla mul miulla",
    "minulle": "mulle miulle",
    "minulta": "multa mult miulta",
    "minusta": "musta must miusta",
    "minut": "miut",
    "minuun": "muhun miuhun",
    "sinä": "sä sää snää sie siä",
    "sinun": "sun siun",
    "sinua": "sua sinnuu siuta",
    "sinulla": "sulla sul siulla",
    "sinulle": "sulle siulle",
    "sinulta": "sulta sult",
    "sinusta": "susta sust siusta",
    "hän": "hää hiä",
    "me": "myö",
    "he": "hyö hyä",
    "meidän": "meiän meijän mejjän mein meirän",
    "teidän": "teiän teijän tein teirän",
    "heidän": "heiän heijän heirän",
    "tämä": "tää",
    "tämän": "tän",
    "tätä": "tät",
    "tuo": "toi",
    "tuon": "ton",
    "tuota": "tota",
    "tuossa": "tossa tos",
    "tuosta": "tosta",
    "tuolla": "tolla tol tuol tuola",
    "tuonne": "tonne",
    "tässä": "täs",
    "siinä": "siin",
    "siellä": "siäl siel sielä siälä",
    "täällä": "tääl täälä tiällä tiälä",
    "nämä": "nää",
    "nuo": "noi",
    "jotain": "jotai jottain jottai",
    "mitään": "mitää mittään mittää",
    "ketään": "ketää kettään kettää",
    "missään": "missää",
    "mikään": "mikää",
    "kukaan": "kukaa kukkaan kukkaa",
    "itse": "ite itte",
    "itseni": "itteni iteni ittein",
    "itseäni": "itteeni itteäni iteäni",
    "itseään": "itteesä itteään",
    "itsensä": "ittensä itsesä",
    "itsekseen": "itekseen ittekseen",
}
# To be, not to be, and the other verbs that are everywhere.
_VERBS = {
    "olen": "oon oom oo",
    "olet": "oot",
    "olemme": "ollaan ollaa",
    "olin": "olli",
    "olisi": "ois olis oisi",
    "olisin": "oisin",
    "olisiko": "oisko olisko",
    "ollut": "ollu",
    "onko": "onks onk onkse onkos onkohan",
    "oletko": "ootko ookko ooks ootsä oletsä",
    "olenko": "oonko oonks",
    "en minä": "emmä emmää emmie enmä",
    "et sinä": "etsä etsää",
    "enkö": "enks",
    "etkö": "etks eks eksä",
    "eikö": "eiks eik eikse",
    "ei ole": "eioo eiole",
    "haluan": "haluun halluun haluvan",
    "haluat": "haluut",
    "haluaa": "haluu halluu",
    "haluaisin": "haluisin haluasin",
    "haluatko": "haluuks haluutko haluutsä",
    "halunnut": "halunnu",
    "tarvitsen": "tarviin tarvin tarttin tarvitten tartten tarvihen",
    "tarvitset": "tarviit tarttet",
    "tarvitsee": "tarvii tarttee tarvihtoo tarvitsoo tarvittee",
    "tarvitsisin": "tarttisin tarvisin tarviisin tarvittisin",
    "tarvitsisi": "tarttis tarviis tarvis tarvittis",
    "tarvitseeko": "tarviiko tarviiks tartteeko tartteeks",
    "tiedä": "tiiä tiijä tierä",
    "tiedän": "tiiän tiijän tierän",
    "tiedät": "tiiät tiijät",
    "tietääkö": "tietääks",
    "tiedätkö": "tiiätkö tiiäkkö tiiättekö tietsä",
    "pitää": "pittää",
    "pitäisi": "pitäs pitäis pittäis pittäs",
    "pitäisikö": "pitäskö pitäiskö",
    "pitääkö": "pitääks pittääkö",
    "voisi": "vois",
    "voisiko": "voisko",
    "voisitko": "voisitsä voisikko",
    "voiko": "voiks voik",
    "voinko": "voinks",
    "saa": "suap suapi",
    "saan": "suan",
    "saako": "saaks suako",
    "saanko": "saanks suanko",
    "saisi": "sais",
    "saisiko": "saisko",
    "saanut": "saanu suanu",
    "mennä": "männä",
    "menen": "mänen meen",
    "menet": "meet mänet",
    "menee": "männöö mennee",
    "mennyt": "menny männy",
    "menisi": "menis mänis",
    "mene": "mee",
    "tulee": "tullee tuloo",
    "tulen": "tuun",
    "tulet": "tuut",
    "tule": "tuu",
    "tulisi": "tulis",
    "osaa": "ossoo ossaa",
    "jaksaa": "jaksoo",
    "kehtaa": "kehtoo",
    "kehtaan": "kehtoon",
    "viitsi": "viitti viihti",
    "viitsisi": "viittis viittisi",
    "viitsin": "viittin",
    "lähden": "lähen",
    "lähteä": "lähtee lähtä",
    "nähdä": "nähä",
    "tehdä": "tehä tehhä",
    "voida": "voia",
    "katsoa": "kattoo kattoa kahtoo kahtoa",
    "katson": "katon kahton",
    "puhua": "puhhuu puhuva",
    "auttaa": "auttoo",
    "auttaako": "auttaaks",
    "auttaisi": "auttas auttais",
    "pelkään": "pelekään pelekeän",
    "alkaa": "alakaa alakoo",
    "antaa": "antoo",
    "jutella": "huastella haastella",
    "puhun": "huastan haastan",
    "ahdistaa": "ahistaa ahistoo ahistaapi",
    "väsyttää": "väsyttee",
    "pystyisi": "pystyis",
    "kysyä": "kyssyy kyssyä",
}
# Small words, which say little about a topic: their spoken forms must not pass for rare words.
_SMALL = {
    "että": "et ett",
    "mutta": "mut mutku mutko",
    "kun": "ku ko kö",
    "niin": "nii ni",
    "niin kuin": "niinku niinko niiku",
    "miksi": "miks miksei",
    "siksi": "siks",
    "miten": "mite mitenkä kuis kui",
    "milloin": "millo millon millonka",
    "silloin": "sillo sillon",
    "missä": "mis",
    "mistä": "mist",
    "mihin": "mihi mihinkä",
    "kenelle": "kelle kellen",
    "kenellä": "kel",
    "nyt": "ny nytte",
    "vain": "vaa vaan vuan",
    "vaikka": "vaik",
    "vielä": "viel viäl vielä viälä",
    "sitten": "sit sitte",
    "kanssa": "kaa kans",
    "ihan": "iha",
    "varmaan": "varmaa varmaanki",
    "enää": "ennää ennee enään",
    "aina": "ain aena",
    "ainakin": "ainaki",
    "koko ajan": "kokoajan kokoaja",
    "tänään": "tänää tännään",
    "huomenna": "huomen huomena",
    "yksi": "yks",
    "kaksi": "kaks",
    "viisi": "viis",
    "kahdeksan": "kaheksan kaheksa",
    "yhdeksän": "yheksän yheksä",
    "yhden": "yhen",
    "kahden": "kahen",
    "kolme": "kolome",
    "uudestaan": "uuestaan",
    "oikeasti": "oikeest oikeesti oikiasti",
    "kyllä": "kyl",
    "paitsi": "paitti",
    "mieluummin": "mielummin",
    "takaisin": "takas takasi takasin",
    "edes": "ees",
    "jälkeen": "jälkee jäläkeen",
    "vaikea": "vaikee vaikia",
    "pimeä": "pimee",
    "hirveä": "hirvee",
}
# Nouns that everybody at school shortens, or says in another word.
_NOUNS = {
    "ihminen": "immeinen",
    "ihmisiä": "immeisiä ihmisii",
    "äiti": "mutsi äitee",
    "isä": "faija iskä",
    "poika": "poeka",
    "koulu": "skole",
    "kouluun": "kouluu",
    "kotona": "himassa himas koton kottoona",
    "kotiin": "kotii himaan",
    "töissä": "töis duunissa duunis",
    "töihin": "töihi duuniin",
    "työ": "duuni",
    "apua": "apuu appuu",
    "raha": "massi fyrkka",
    "rahaa": "rahhoo massii fyffee",
    "ruoka": "safka",
    "ruokaa": "safkaa ruokoo",
    "asunto": "kämppä",
    "asunnon": "kämpän",
    "opettaja": "ope opettaj maikka",
    "opettajan": "open maikan",
    "opettajalle": "opelle",
    "opinto-ohjaaja": "opo",
    "opinto-ohjaajan": "opon",
    "opinto-ohjaajalle": "opolle",
    "kuraattori": "kura kuraattor",
    "kuraattorin": "kuran",
    "kuraattorille": "kuralle",
    "psykologi": "psyka",
    "psykologille": "psykalle",
    "terveydenhoitaja": "terkka terkkari",
    "terveydenhoitajan": "terkan",
    "terveydenhoitajalle": "terkalle",
    "työharjoittelu": "harkka",
    "työharjoittelussa": "harkassa harkas",
    "lukujärjestys": "lukkari",
    "lukujärjestyksen": "lukkarin",
    "ammattikoulu": "amis",
    "ammattikoulussa": "amiksessa amikses",
    "masennus": "masis",
    "poliisi": "kytät skoude",
    "kaveri": "frendi kamu",
    "kaverin": "frendin",
    "bussi": "dösä linkka",
}

# --- beginnings: one stem, every inflection -------------------------------------------------------
# A consonant that is not spoken, tt for ts, a vowel put between (pelekään); only what begins no other word.
_STEMS = {
    "ahist": "ahdist",
    "tarttee": "tarvitsee",
    "tartte": "tarvitse",
    "tarttis": "tarvitsis",
    "viitti": "viitsi",
    "viihti": "viitsi",
    "itte": "itse",
    "itek": "itsek",
    "itel": "itsel",
    "tiijä": "tiedä",
    "tiiä": "tiedä",
    "männ": "menn",
    "immei": "ihmi",
    "huast": "puhu",
    "kahto": "katso",
    "meijä": "meidä",
    "meiä": "meidä",
    "teiä": "teidä",
    "heiä": "heidä",
    "miätti": "mietti",
    "miäle": "miele",
    "tyäpaik": "työpaik",
    "terkkari": "terveydenhoitaja",
    "silimä": "silmä",
    "kylymä": "kylmä",
    "pelek": "pelk",
    "sulukeu": "sulkeu",
}
_LONGEST_STEM = max(map(len, _STEMS))

# --- endings --------------------------------------------------------------------------------------
_BACK = re.compile("[aou]")
# Words that end in -s, -l, -t or -nu by themselves, not by cutting.
_WHOLE_WORDS = """
    minu sinu hullu sellu nunnu vanu alas ylös ulos heti all mail email tunnel hotel level real just best rest
    post test last first most must east west est fast august kans jees yes amis bussi
"""
_WHOLE = frozenset(_WHOLE_WORDS.split())
_QUESTION_OF_VERB = re.compile("(?:n|t|aa|ää|ee|oo|uu|yy|ii|oi|ui)ks$")
_TRANSLATIVE = re.compile("[aeiouyäö]ks$")
_PARTICIPLE = re.compile("(?:nu|ny|llu|lly|rru|rry|ssu|ssy)$")
_CUT_ENDINGS = (  # spoken ending, what the written one adds; with the fewest letters a word must have for it
    (re.compile("[aeiouyäö]l$"), "la", 5),  # tunnil, viikol: adessive
    (re.compile("[aeiouyäö]lt$"), "a", 5),  # koulult
    (re.compile("[aeiouyäö]st$"), "a", 6),  # koulust
)
# An inessive without its end looks like many nominatives (kiusaus, vastaus): only after these stems.
_PLACES = re.compile(
    "^(?:koulu|luoka|ryhmä|kämpä|asuntola|ruokala|bussi|neti|wilma|vilma|teamsi|some|insta|kuopio|salo|halliss?|"
    "elämä|pää|tunni|harjottelu|harjoittelu|harka|opinnoi|kurssei|ammattikoulu|lukio|tä|verkkari|pukkari|"
    "sairaala|puhelime|yksiö|kaupungi|suome|kaupa|verstaa|keittiö|paja|kahvila)s$"
)


def _by_word(*tables: dict[str, str]) -> dict[str, str]:
    """Turn {written: "spoken spoken"} round."""
    return {spoken: form for table in tables for form, several in table.items() for spoken in several.split()}


_WRITTEN = _by_word(_PRONOUNS, _VERBS, _SMALL, _NOUNS)


def written(token: str) -> str:
    """Return the written form of a spoken word, or the word itself. May be two words (emmä: en minä)."""
    known = _WRITTEN.get(token)
    if known is not None:
        return known
    token = _with_written_stem(token)
    return _with_whole_ending(token)


def _with_written_stem(token: str) -> str:
    for length in range(min(_LONGEST_STEM, len(token)), 2, -1):
        stem = _STEMS.get(token[:length])
        if stem is not None:
            return stem + token[length:]
    return token


def _with_whole_ending(token: str) -> str:
    if token in _WHOLE or len(token) < 4:
        return token
    back = bool(_BACK.search(token))
    if _PLACES.match(token):
        return token + ("sa" if back else "sä")
    if token.endswith("ks"):
        if _QUESTION_OF_VERB.search(token):
            return token[:-1] + ("o" if back else "ö")
        return token + "i" if len(token) > 5 and _TRANSLATIVE.search(token) else token
    if _PARTICIPLE.search(token):
        return token + "t"
    for pattern, addition, shortest in _CUT_ENDINGS:
        if len(token) >= shortest and pattern.search(token):
            return token + (addition if back else addition.replace("a", "ä"))
    return token


# --- a light base form ----------------------------------------------------------------------------
# Endings in the order in which Finnish adds them, taken off from behind; one of each group. It doesn't find
# the dictionary form (koulussa: koulu, but opettajalle: opettaja, mennyt: men): it finds one form for most
# inflections.
_CLITICS = re.compile("(?:kin|kaan|kään|kaa|kää|ko|kö|han|hän|pa|pä)$")
_POSSESSIVES = re.compile("(?:ni|nsa|nsä|mme|nne)$")
_CASES = re.compile(
    "(?:issa|issä|ista|istä|illa|illä|ilta|iltä|ille|iksi|ina|inä|itta|ittä|"
    "ssa|ssä|sta|stä|lla|llä|lta|ltä|lle|ksi|tta|ttä|"
    "iden|ien|jen|ten|iin|hin|seen|siin|aan|ään|een|oon|uun|yyn|öön|ia|iä|(?<=[ou])ja|(?<=[öy])jä|n|t|a|ä)$"
)
_VERB_ENDINGS = re.compile(
    "(?:isimme|isitte|isivat|isivät|isin|isit|isi|taisiin|ttaisiin|taan|tään|daan|dään|tiin|vat|vät|"
    "neet|nut|nyt|nee|massa|mässä|maan|mään|matta|mättä|minen|misen|mista|mistä|miseen)$"
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


def _without(word: str, endings: re.Pattern[str]) -> str:
    cut = endings.sub("", word)
    return cut if len(cut) >= _SHORTEST_BASE else word
