"""Spoken Finnish to written, word by word, and a light base form: features for matching, never for showing.

Character n-grams forgive most of spoken spelling by themselves; what they cannot see is told here: words that
share few letters with their written form (mä, oon, tarttis), and endings that are cut off.
"""

import re

# --- whole words ----------------------------------------------------------------------------------
# Personal pronouns: eastern (mie), western (mää), the capital's (mä); their cases are short and very common.
_PRONOUNS = {
    "minä": "mä mää mnää mie miä mä",
    "minäkin": "mäki mäkin määki mieki",
    "minun": "mun miun mu",
    "minua": "mua minnuu miuta muu minnuva",
    "minulla": "mulla mul miulla mulle' minnoolla",
    "minulle": "mulle miulle",
    "minulta": "multa mult miulta",
    "minusta": "musta must miusta",
    "minut": "mut' miut",
    "sinä": "sä sää snää sie siä",
    "sinun": "sun siun",
    "sinua": "sua sinnuu siuta",
    "sinulla": "sulla sul siulla",
    "sinulle": "sulle siulle",
    "sinulta": "sulta sult",
    "sinusta": "susta sust siusta",
    "hän": "hää hiä",
    "me": "myö myä",
    "te": "työ' työö",
    "he": "hyö hyä",
    "meidän": "meiän meijän meijän mein meirän",
    "teidän": "teiän teijän tein teirän",
    "heidän": "heiän heijän niitten niiden' heirän",
    "tämä": "tää tämmä tiä' tämä",
    "tuo": "toi tua'",
    "nämä": "nää nämä",
    "nuo": "noi",
    "tuota": "tota",
    "tuon": "ton",
    "tuossa": "tossa tos",
    "tuolla": "tolla tol tuol tuola",
    "tässä": "täs tässä",
    "siinä": "siin siihe'",
    "siellä": "siäl siel sielä siellä siälä siälä",
    "täällä": "tääl täälä tiällä tiälä",
    "tänne": "tänn",
    "joku": "jokku",
    "jotain": "jotai jottain jottai",
    "mitään": "mitää mittään mittää",
    "ketään": "ketää kettään kettää",
    "missään": "missää missää missään",
    "mikään": "mikää",
    "kukaan": "kukaa kukkaa kukkaan",
    "itse": "ite itte",
    "itseni": "itteni iteni ittein",
    "itseäni": "itteeni itteäni itteni' iteäni",
    "itseään": "itteä itteesä itteään",
    "itsensä": "ittensä ittes itsesä",
    "itsellä": "itellä ittel itel",
    "itsekseen": "itekseen ittekseen",
}
# To be and not to be, and the other verbs of nearly every message.
_VERBS = {
    "olen": "oon oo' oom olem",
    "olet": "oot",
    "olemme": "ollaa ollaan",
    "ole": "oo ou uo",
    "olin": "oli' olli",
    "olisi": "ois olis oisi",
    "olisin": "oisin",
    "olisiko": "oisko olisko oisko",
    "ollut": "ollu olluk",
    "onko": "onks onk onkse onkos onkohan",
    "oletko": "ootko ooks ootsä ootsä ootteko oletsä ookko oot' ooksä oleks",
    "olenko": "oonko oonks",
    "en minä": "emmä emmää emmie enmä",
    "enkö": "enks enkä'",
    "et sinä": "etsä etsää etsie",
    "eikö": "eiks eik eikse",
    "etkö": "etks eks eksä",
    "ei ole": "eio eioo eiole",
    "haluan": "haluun haluu' halluun haluvan haluisin' haluaa'",
    "haluat": "haluut",
    "haluaa": "haluu halluu haluaapi",
    "halua": "haluu' halua",
    "haluaisin": "haluisin haluasin haluaisi'",
    "haluatko": "haluuks haluutko haluutsä",
    "halunnut": "halunnu",
    "tarvitsen": "tarviin tarvin tarttin tarviin tarvitten tartten tarvihen",
    "tarvitsee": "tarvii tarttee tarvihtoo tarvitsoo tarvittee",
    "tarvitset": "tarviit tarttet",
    "tarvitsisin": "tarttisin tarviin' tarvisin tarviisin tarvittisin",
    "tarvitsisi": "tarttis tarviis tarvis tarvittis",
    "tarvitseeko": "tarviiko tarviiks tartteeko tartteeks",
    "tiedä": "tiiä tiijä tiije tierä tiä'",
    "tiedän": "tiiän tiijän tierän",
    "tiedät": "tiiät tiijät",
    "tietääkö": "tietääks tietäkö tietsä tiiätkö tiiättekö tiiäkkö",
    "pitäisi": "pitäs pitäis pittäis pittäs pitäisi",
    "pitäisikö": "pitäskö pitäiskö",
    "pitää": "pittää pitäs' pitteä",
    "pitääkö": "pitääks pittääkö",
    "voisi": "vois voisi",
    "voisin": "voisin",
    "voisiko": "voisko voiskohan voiskos",
    "voisitko": "voisitsä voisiks voisikko",
    "voiko": "voiks voik voikohan",
    "voinko": "voinks",
    "saako": "saaks suako saak",
    "saanko": "saanks suanko",
    "saisi": "sais",
    "saisiko": "saisko",
    "saan": "suan",
    "saa": "sua' suap suapi",
    "saanut": "saanu suanu",
    "menee": "männöö mennee",
    "menen": "mänen meen meenkö",
    "menet": "meet mänet",
    "mennä": "männä mennäk",
    "menisi": "menis mänis",
    "mennyt": "menny männy männä'",
    "mene": "mee mää' männe'",
    "tulee": "tullee tuloo",
    "tulen": "tuun",
    "tulet": "tuut",
    "tule": "tuu",
    "tulisi": "tulis",
    "tullut": "tullu",
    "osaa": "ossoo ossaa",
    "osaan": "ossoon",
    "jaksa": "jaksa jaksak",
    "jaksan": "jaksan jaksa'",
    "jaksaa": "jaksoo jaksaa",
    "kehtaa": "kehtoo kehtaa",
    "kehtaan": "kehtoon kehtaan",
    "viitsi": "viitti viihti",
    "viitsisi": "viittis viittisi viittii",
    "viitsin": "viittin viittiin",
    "lähden": "lähen lähem",
    "lähteä": "lähtee' lähtä lähteek lähtii",
    "nähdä": "nähä",
    "tehdä": "tehä tehhä teherä",
    "tehnyt": "tehny teheny",
    "voida": "voia",
    "katsoa": "kattoo kattoa kahtoo kahtoa",
    "katson": "katon kahton",
    "puhua": "puhuu' puhhuu puhuva",
    "auttaa": "auttoo",
    "auttaako": "auttaaks auttasko",
    "auttaisi": "auttas auttais",
    "ymmärrän": "ymmärrän ymmärrä'",
    "pelkään": "pelekään pelekeän",
    "alkaa": "alakaa alakoo",
    "antaa": "antoo",
    "jutella": "jutella juttelee haastella huastella huastoo haastaa",
    "puhun": "haastan huastan",
    "löytyy": "löytyypi",
    "itkettää": "itettää",
    "väsyttää": "väsyttee väsyttää",
    "ahdistaa": "ahistaa ahistoo ahdistoo ahistaapi",
    "kuollut": "kuollu",
    "pystynyt": "pystyny",
    "pystyisi": "pystyis",
    "kysyisin": "kysysin kysyin' kysysi",
    "kysyä": "kyssyy kysyy' kyssyä",
}
# Small words: they say little about the topic, and their spoken forms must not pass for rare words.
_SMALL = {
    "että": "et jotta' ett",
    "mutta": "mut mutt mutku mutko",
    "kun": "ku ko kö kum",
    "niin": "nii ni niinku niinko niiku",
    "jos": "jos",
    "kuin": "kuin kui'",
    "miksi": "miks minkä' miksei miksköhän mikskä",
    "siksi": "siks",
    "miten": "mite mitenkä mitenkähän kuis kui kuinka kuin'",
    "milloin": "millo millon koska' millonka millon",
    "missä": "mis missä missähä",
    "mistä": "mist mistä",
    "mihin": "mihi mihinkä minne",
    "kenelle": "kelle kellen kel kenel kellekä",
    "kenen": "kene kenenkä",
    "ketkä": "kekkä",
    "kuka": "kuka ka'",
    "nyt": "ny nytte nytten nytku",
    "vain": "vaa vaan vuan vaik'",
    "vaikka": "vaik vaikk",
    "vielä": "viel viäl vielä viälä viälä",
    "sitten": "sit sitte sitt",
    "silloin": "sillo sillon",
    "myös": "kans kanssaki",
    "kanssa": "kaa kans' kansa",
    "ihan": "iha iham",
    "varmaan": "varmaa varmaanki",
    "enää": "ennää ennee enään enäää",
    "aina": "ain aena",
    "ainakin": "ainaki",
    "kai": "kai kait",
    "koko ajan": "kokoaja kokoajan kokoaika",
    "tänään": "tänää tännää tännään tänäpä",
    "huomenna": "huomen huomena huomenn",
    "yksi": "yks",
    "kaksi": "kaks",
    "viisi": "viis",
    "kuusi": "kuus",
    "kahdeksan": "kaheksan kaheksa",
    "yhdeksän": "yheksän yheksä",
    "yhden": "yhen",
    "kahden": "kahen",
    "kolme": "kolome",
    "uudestaan": "uuestaan uudestaa",
    "oikeasti": "oikeest oikeesti ihaoikeesti oikiasti",
    "tosi": "tos' toos",
    "kyllä": "kyl kyllä joo jees juu",
    "todella": "tosissaa",
    "ehkä": "ehk kenties",
    "paitsi": "paitti",
    "mieluummin": "mielummin mieluummi",
    "takaisin": "takas takasi takasin",
    "pois": "pois poies",
    "edes": "ees",
    "jälkeen": "jälkee jäläkeen",
    "oikein": "oikee oikei",
    "vaikea": "vaikee vaikia",
    "pimeä": "pimee",
    "hirveä": "hirvee hirvee",
    "kamala": "kamala kammala",
    "ihminen": "immeinen ihmine",
    "ihmisiä": "immeisiä ihmisii",
    "äiti": "mutsi äet' äeti äitee",
    "isä": "faija isä' isi iskä",
    "poika": "poeka",
    "koulu": "kouli skole",
    "koulussa": "koulus",
    "kouluun": "kouluu",
    "koulusta": "koulust",
    "kotona": "himassa himas koton kottoonna kotsolla",
    "kotiin": "kotii himaan kottiin himaa",
    "töissä": "töis duunissa duunis",
    "töihin": "töihi duuniin",
    "työ": "duuni",
    "apua": "apuu appuu apuva",
    "raha": "hilloo' massi fyrkka",
    "rahaa": "hilloo rahhoo massii fyffee",
    "ruoka": "safka",
    "ruokaa": "safkaa ruokoo",
    "asunto": "kämppä",
    "asunnon": "kämpän",
    "opettaja": "ope opettaj maikka",
    "opettajan": "open maikan",
    "opinto-ohjaaja": "opo",
    "opinto-ohjaajan": "opon",
    "opinto-ohjaajalle": "opolle",
    "kuraattori": "kura kuraattor kurre",
    "kuraattorin": "kuran",
    "kuraattorille": "kuralle",
    "psykologi": "psyka psykolog",
    "psykologille": "psykalle",
    "terveydenhoitaja": "terkka terkkari terska",
    "terveydenhoitajan": "terkan terkkarin",
    "terveydenhoitajalle": "terkalle terkkarille",
    "työharjoittelu": "harkka",
    "työharjoittelussa": "harkassa harkas",
    "lukujärjestys": "lukkari",
    "lukujärjestyksen": "lukkarin",
    "ammattikoulu": "amis",
    "ammattikoulussa": "amiksessa amikses",
    "masennus": "masis",
    "poissaolot": "poissaolo poisolot",
    "poliisi": "kytät kyttä skoude",
    "puhelin": "luuri puhelime",
    "kaveri": "frendi kaver kamu",
    "kaverin": "frendin",
    "tyttöystävä": "muija",
    "bussi": "dösä linkka",
}

# --- beginnings: one stem, every inflection -------------------------------------------------------
# t for d, tt for ts, and the like. The longest first; only stems that begin no other common word.
_STEMS = {
    "ahist": "ahdist",
    "masent": "masent",
    "tarttee": "tarvitsee",
    "tartte": "tarvitse",
    "tarttis": "tarvitsis",
    "viitti": "viitsi",
    "viihti": "viitsi",
    "ittek": "itsek",
    "itteä": "itseä",
    "ittee": "itseä",
    "ittel": "itsel",
    "itten": "itsen",
    "ittes": "itses",
    "ittest": "itsest",
    "itel": "itsel",
    "tiijä": "tiedä",
    "tiiä": "tiedä",
    "männ": "menn",
    "mään": "menn",
    "immei": "ihmi",
    "huast": "puhu",
    "kahto": "katso",
    "kattoi": "katsoi",
    "meijä": "meidä",
    "meiä": "meidä",
    "teiä": "teidä",
    "heiä": "heidä",
    "miätti": "mietti",
    "miälen": "mielen",
    "miäle": "miele",
    "tyäpaik": "työpaik",
    "tyäs": "työs",
    "yhe": "yhde",
    "kahe": "kahde",
    "tehää": "tehdää",
    "nähää": "nähdää",
    "terkkari": "terveydenhoitaja",
    "kuratiiv": "kuraattor",
    "opinto-ohj": "opinto-ohj",
    "silimä": "silmä",
    "kylymä": "kylmä",
    "pelek": "pelk",
    "jalak": "jalk",
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
    """Turn {written: "spoken spoken"} round; a form marked ' is ambiguous and only there to be read."""
    return {
        spoken: written
        for table in tables
        for written, forms in table.items()
        for spoken in forms.split()
        if not spoken.endswith("'") and spoken != written
    }


_WRITTEN = _by_word(_PRONOUNS, _VERBS, _SMALL)


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
    "iden|ien|jen|ten|iin|hin|seen|siin|aan|ään|een|oon|uun|yyn|öön|ia|iä|ja|jä|n|t|a|ä)$"
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
