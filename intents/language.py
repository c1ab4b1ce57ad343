"""Which language a text is in: enough to choose the language of a reply, from a few words of slang on.

Matching doesn't depend on it. General detectors fail on short slang; small words, endings and letters of the
few languages that we expect do better.
"""

import re
from collections.abc import Sequence
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from intents.text import normalise, tokens


class Language(StrEnum):
    """A language that we answer in, or at least recognise."""

    FI = "fi"
    SV = "sv"
    EN = "en"
    UK = "uk"
    RU = "ru"
    AR = "ar"
    SO = "so"
    ET = "et"


ANSWERED: tuple[Language, ...] = (Language.FI, Language.SV, Language.EN)

# Words past these tell no more about the language.
MOST_WORDS = 60
REMEMBERED = 8_192  # words with their votes: most of a message's words have come before
# A known small word decides alone; a word of several languages shares its vote among them.
KNOWN_WORD = 2.0
# An ending or letter pair that the language favours: three of them weigh as much as a word.
FAVOURED = 0.7
# Of a word that Finnish and Estonian share, so much against one counts for Estonian.
RARE_PART = 0.6
# A letter or pair that the language all but lacks.
ALIEN = -1.0
# With less than half a known word, or one favoured ending and a half, there is nothing to go by.
LEAST = 1.0
# Nearer each other than this, two languages are a coin toss: the caller keeps what it has.
MARGIN = 0.25

_WORDS = {
    Language.FI: """
        minä sinä hän me te he mä sä mää sää mie sie mnää kui mun sun mua sua mulla mul sulla sul mulle sulle multa
        musta minun sinun minua minulla minulle meillä meidän hänen heidän tää tämä tän tämän toi ton se sen
        sitä siitä ne niitä noi nää oon oot on olen olet ole oo olis olisi ois oli ollu ollut ollaan eikä en
        et ei emme eivät enää ennää enään ja tai vai että jos kun ku ko niin nii ni niinku mutta mut vaan
        vain vaikka koska kuin myös kanssa kans kaa miten miks miksi mitä mitäs mikä mikäs mist mistä mis
        missä mihin milloin millon kuka kenelle kelle kenen kuinka paljon paljonko montako onko onks voiko
        voiks voinko voisko voisiko saako saaks saanko pitääkö pitääks tarviiko tarvitseeko haluan haluun
        haluisin haluaisin haluu halua tiiä tiedä tiedän tiiän jaksa jaksan pysty voi voin vois voisin voisi
        pitää pitäs pitäis pitäisi saa saan saada menee meen mennä tulee tulla tuu tuun tehdä tehä auta
        auttakaa auttaa apua apuu moi moikka moro terve heippa hei kiitos kiitti kiva joo juu ihan tosi sit
        sitten sitte nyt vielä viel taas aina ikinä tänään huomenna eilen koulu koulussa koulus kouluun
        koulusta koulun kotona kotiin kaveri kaverin kaverit äiti isä poika tytär lapsi nuori opettaja ope
        opo opon terkkari kuraattori psykologi poissaolot raha rahaa rahat töitä työ paha huono hyvä paska
        vitun vittu perkele saatana kukaan mitään ketään jotain joku kaikki oisko olisko oisin olisin itte
        itse ite takia mukaan asti jälkeen ennen ilman kello päivä viikko ilta yö aamu vuotta ahistaa
        ahdistaa masentaa väsyttää pelottaa itkettää haista tosissaan männä myö hyö jotta vuan mittää tarvii
        tarvitsen tarttis lopettaa vaihtaa linja linjaa alaa ruoka ruokaa asuntola tunti tunnit lukkari
        tossa tässä siellä täällä tuolla sinne tänne pois ehkä varmaan kyllä niinkuin ainakin muuten siis
        eli
        """,
    Language.SV: """
        jag ja du han hon vi ni de dom den det dehä dedär hä mig mej dig dej honom henne oss er dem min mitt
        mina din ditt dina hans hennes vår vårt våra sin sitt sina är e va var vara varit har hade ha haft
        ska skall skulle kan kunde vill ville måste får fick blir blev bli gör gjorde göra går gick gå
        kommer kom komma inte int inge ingen inget inga och o å men eller att om när nu då så som på för
        från till ti med mä av i hos utan över under efter före mellan genom vad vem vilken vilket vilka
        vart varför hur hu hurdan nån någon nåt något några nå lite mycke mycket jätte mera mer mest bara
        också ännu igen alltid aldrig kanske hej hejsan tjena moj tack snälla ursäkta hjälp hjälpa hjälper
        vet veta tror tycker känner mår mådde orkar ork orka borde behöver finns fanns ger tar säger sa sade
        skriver pratar prata ringa skolan skola lektion lektioner lärare läraren elev studerande kurator
        kuratorn psykolog hälsovårdare hem hemma mamma pappa barn barnet pojke dotter son flicka pengar
        bostad hyra rum mat maten jobb praktik buss bussen imorgon idag igår kväll natt vecka år dag timme
        ont rädd ledsen ensam trött slut sjuk arg dålig bra bättre helt väldigt riktigt typ liksom asså
        alltså jo joo nej ett en man dit hit där här ute inne upp ner tillbaka bort andra alla allt annan
        annat sen sedan redan nästa sista första tid byta börja sluta söka hitta lösenord
        """,
    Language.EN: """
        i i'm im you he she we they me him her us them my your his its our their this that these those is
        are was were be been being am do does did don't dont doesn't didn't can can't cant could would
        should shall will won't wont have has had haven't not no nobody nothing never and or but because cuz
        if when what where who why how which than then there here the a an to of in on at for from with
        without about into over after before by as so too very really like get got getting go going
        goes gonna want wanna wants need needs know knows think feel feels feeling felt make take help
        please hello hi hey thanks thank sorry yes yeah nope idk tbh rn pls u ur r any anyone anything
        someone something everyone everything some much many more most all every each other another again
        still already yet now today tomorrow yesterday tonight night day week month year time school teacher
        class lesson course student students friend friends mom mum dad mother father son daughter child kid
        boyfriend girlfriend parents home house room flat money job work food bus sick tired sad angry
        scared afraid alone hurt hurts pain bad good better worse long old new first last next talk tell
        told said say speak call ask find start stop change quit it it's there's i've hate hates love hits
        hit myself yourself himself difficult easy low self menu letter boy girl man woman people life live
        die dead leave left whats wheres todays forgot skip
        """,
    Language.ET: """
        ma mina sa sina ta tema meie teie nemad mul sul tal meil mulle sulle mind sind minu sinu mu su mis
        kus kes kas kuidas miks millal palju ei ole pole on olen oled oli oleks ja või aga kui et sest ka
        veel juba nüüd siis väga hästi halb hea tahan tahaks vajan pean peab saan saab saaks võin võib abi
        aita aidake aitäh tere palun kool koolis kooli õpetaja õpilane vanemad ema isa sõber raha töö kodu
        kodus kuhu kellega rääkida olla teha minna tulla mitte enam keegi midagi kõik praegu täna homme
        eesti keel keelt siin seal parool oma läks unustasin näen ära
        """,
    Language.SO: """
        waa waan waxaan waxa waxay waxaad aan ma maya haa iyo oo ka ku u la si uu ay aad anigu aniga adiga
        isaga iyada annaga idinka iyaga i iga igu ii kuu loo lagu soo sidee xagee halkee goorma maxaa maxay
        yaa waayo laakiin haddii markii hadda maanta berri shalay caawa caawi caawimaad caawimo fadlan
        mahadsanid salaan salaam hooyo hooyaday aabbe aabahay walaal dugsi dugsiga iskuul iskuulka macallin
        macalin arday lacag guri guriga qol shaqo cunto jirran xanuun cabsi cabsanayaa rabaa doonayaa
        doonaya karaa karo kari aqaan garanayo hayo leeyahay leedahay jira jirin nin naag ilmo ilmaha qof
        cid wax walba badan yar keliya kaliya bishan todobaad sanad halkan halkaas bixin taleefan luqad
        luqadda naftayda
        """,
}
_CYRILLIC_WORDS = {
    Language.UK: """
        що як де коли чому хто мені мене тебе тобі він вона воно вони ми ви не так ні та але або чи бо якщо
        дуже треба можна хочу допоможіть допомога будь ласка дякую добрий день школа вчитель навчання гроші
        немає є був була було були зараз сьогодні завтра вдома додому нема щоб ще вже з до від про за на у в
        й
        """,
    Language.RU: """
        что как где когда почему кто мне меня тебя тебе он она оно они мы вы не да нет и но или если очень
        надо нужно можно хочу помогите помощь пожалуйста спасибо здравствуйте привет школа учитель учёба
        учеба деньги есть был была было были сейчас сегодня завтра дома домой чтобы еще ещё уже с до от про
        за на у в это этот какой какие куда больше ничего никто
        """,
}

_FAVOURED = {
    Language.FI: re.compile(
        "aa|ää|ii|uu|yy|öö|uo|yö|äy|öy|kk|ks|ht|tt[aäeiouyö]|(?:ss[aä]|st[aä]|ll[aä]|lt[aä]|lle|ksi|inen|[aäeiou]n|"
        "v[aä]t|isi|k[aä][aä]n|n[uy]t?|k[oö]|oo|ee|ni|mme|j[aä]|[aeiouyäö][hjklmnprstv][aiuyäö])$"
    ),
    Language.SV: re.compile(
        "å|ck|sj|skj|tj|[äö][^aeiouyåäö]|(?:ar|er|or|arna|erna|orna|en|et|ade|dde|igt?|ligt?|ning|het|skt?|ande|"
        "ende|ra|ta|de)$"
    ),
    Language.EN: re.compile(
        "th|wh|gh|sh|ou|ow|ea|w|(?:'[a-z]+|tion|ing|ed|ly|ess|ful|ble|y|nt|ck|ve|se|ke|me)$"
    ),
    Language.ET: re.compile("õ|ü|(?:[aeiou]b|[aeiou]d|tud|dud|sin|mata|le|ga|st|ks)$"),
    Language.SO: re.compile("x|q|dh|^c[aeiou]|aa|uu|ee|oo|yy|(?:da|ta|ka|ga|yo|yn|ay|ey|an|aan|so|no)$"),
}
_ALIEN = {
    Language.FI: re.compile("[bcfqwxzåõü]|^(?:[bdg]|sk|st|sp|th|kn|fr)|[dgkmp]$"),
    Language.SV: re.compile(
        "(?<=..)[äö]n?$|õ|ü|uu|ii|aa|yy|ää|öö|th|w|uo|yö|äy|wh|^[kpt]?[aeiouy]+[kpt]{2}[aou]$"
    ),
    Language.EN: re.compile("[äöåõü]|aa|uu|ii|yy|kk|jj|[aou]j|j$|vv|sj|kn[aou]"),
    Language.ET: re.compile("[åyxqwcz]|yö|uo|ck"),
    Language.SO: re.compile("[äöåõüvpz]|ck|th|sk|st|tr"),
}

_CYRILLIC = re.compile("[\u0400-\u052f]")
_UKRAINIAN_LETTERS = re.compile("[іїєґ]")
_RUSSIAN_LETTERS = re.compile("[ыэъё]")
_ARABIC = re.compile("[\u0600-\u06ff\u0750-\u077f]")
_OTHER_SCRIPT = re.compile(f"{_CYRILLIC.pattern}|{_ARABIC.pattern}")
_PERSIAN_LETTERS = re.compile("[پچژگ]")  # Dari, Farsi, Sorani, Urdu: not Arabic


# Names, which are the same in every language, inflected or not.
_NAMES = ("wilma", "vilma", "teams", "wifi", "office", "excel", "adhd", "tiktok", "insta", "snap", "discord")


def _votes(tables: dict[Language, str]) -> dict[str, dict[Language, float]]:
    by_word: dict[str, list[Language]] = {}
    for language, words in tables.items():
        for word in set(words.split()):
            by_word.setdefault(word, []).append(language)
    return {word: _shared(languages) for word, languages in by_word.items()}


def _shared(languages: list[Language]) -> dict[Language, float]:
    """Share a word's vote; a language that hardly anybody writes here has the smaller part."""
    parts = {language: 1.0 if language in ANSWERED else RARE_PART for language in languages}
    whole = max(1.0, sum(parts.values())) if len(parts) > 1 else sum(parts.values())
    return {language: KNOWN_WORD * part / whole for language, part in parts.items()}


_LATIN_VOTES = _votes(_WORDS)
_CYRILLIC_VOTES = _votes(_CYRILLIC_WORDS)


_PLACES = {language: place for place, language in enumerate(_WORDS)}


class _Votes(NamedTuple):
    """What a word tells: the languages that know it, and its votes, by the place of each language in `_WORDS`."""

    known: tuple[Language, ...] = ()
    each: tuple[tuple[int, float], ...] = ()


def guess(text: str) -> Language | None:
    """Return the language that a text is most likely in; None when there is too little to tell."""
    plain = normalise(text)
    return guess_words(plain, tokens(plain))


def guess_words(plain: str, words: Sequence[str]) -> Language | None:
    """Return the same for a normalised text and its words."""
    scores = (_by_script(plain, words) if _OTHER_SCRIPT.search(plain) else {}) or _latin(words)
    ranked = sorted(scores.items(), key=lambda item: -item[1])
    match ranked:
        case [(_, best), *_] if best < LEAST:
            return None
        case [(_, best), (_, second), *_] if best - second < MARGIN:
            return None
        case [(language, _), *_]:
            return language
    return None


def _by_script(plain: str, words: Sequence[str]) -> dict[Language, float]:
    words = [word for word in words if _may_tell(word)][:MOST_WORDS]
    letters = sum(map(len, words)) or 1
    if len(_ARABIC.findall(plain)) * 2 > letters:
        return {} if _PERSIAN_LETTERS.search(plain) else {Language.AR: KNOWN_WORD}
    if len(_CYRILLIC.findall(plain)) * 2 <= letters:
        return {}
    # Most Cyrillic texts that carry no sign of either are Russian: a small head start.
    scores = {Language.RU: LEAST, Language.UK: 0.0}
    scores[Language.UK] += KNOWN_WORD * len(_UKRAINIAN_LETTERS.findall(plain))
    scores[Language.RU] += KNOWN_WORD * len(_RUSSIAN_LETTERS.findall(plain))
    for word in words:
        for language, vote in _CYRILLIC_VOTES.get(word, {}).items():
            scores[language] += vote
    return scores


def _latin(words: Sequence[str]) -> dict[Language, float]:
    scores = [0.0] * len(_WORDS)
    known: set[Language] = set(ANSWERED)
    told = [votes for word in words if (votes := _word_votes(word))][:MOST_WORDS]
    for votes in told:
        known.update(votes.known)
        for place, vote in votes.each:
            scores[place] += vote
    # Endings alone make no Estonian or Somali: hardly any text is in them, and Finnish words look alike.
    return {language: score for language, score in zip(_WORDS, scores, strict=True) if language in known}


@lru_cache(REMEMBERED)
def _word_votes(word: str) -> _Votes | None:
    """Return a word's votes: its languages when it is known, else what its letters speak for or against."""
    if not _may_tell(word):
        return None
    known = _LATIN_VOTES.get(word)
    if known is not None:
        return _Votes(tuple(known), tuple((_PLACES[language], vote) for language, vote in known.items()))
    if len(word) == 1:
        return _Votes()
    counts = (
        FAVOURED * len(_FAVOURED[language].findall(word)) + ALIEN * len(_ALIEN[language].findall(word))
        for language in _WORDS
    )
    return _Votes(each=tuple((place, vote) for place, vote in enumerate(counts) if vote))


def _may_tell(word: str) -> bool:
    return word[0].isalpha() and not word.startswith(_NAMES)
