"""Spoken words in their written form: tables and rules, each with a word that needs it."""

from collections.abc import Iterator, Sequence
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intents import word_tables
from intents.finnish import lemma, written

TABLES = ("pronouns", "verbs", "small_words", "nouns", "declined", "laughter", "swedish", "english", "emojis")

# Each line: what people write, and what it is in writing.
SPOKEN = """
    mä = minä
    mää = minä
    mie = minä
    mun = minun
    miun = minun
    mulla = minulla
    mulleki = minullekin
    sää = sinä
    hälle = hänelle
    meijän = meidän
    oon = olen
    oot = olet
    ois = olisi
    haluun = haluan
    haluisin = haluaisin
    tarttisin = tarvitsisin
    tarviin = tarvitsen
    pitäs = pitäisi
    pitäis = pitäisi
    pitäisköhän = pitäisikö
    emmä = en minä
    enks = enkö
    onks = onko
    voisko = voisiko
    tiiä = tiedä
    semmonen = sellainen
    tommosta = tuollaista
    kellekään = kenellekään
    mihinkää = mihinkään
    niinku = niin kuin
    ennenku = ennen kuin
    tehää = tehdään
    meenkö = menenkö
    kattelen = katselen
    seittemän = seitsemän
    kirjottaa = kirjoittaa
    ilmotus = ilmoitus
    harjottelu = harjoittelu
    osotteen = osoitteen
    vaihan = vaihdan
    unohin = unohdin
    mahollista = mahdollista
    kaheksan = kahdeksan
    yhessä = yhdessä
    punanen = punainen
    iloset = iloiset
    oikeen = oikein
    alaikänen = alaikäinen
    oikeesti = oikeasti
    tärkeetä = tärkeätä
    kauheesti = kauheasti
"""
SAVO = """
    myö = me
    mänen = menen
    männä = mennä
    männöö = menee
    ossoo = osaa
    immeinen = ihminen
    ennee = enää
    viittisi = viitsisi
    mittää = mitään
    kettää = ketään
    suapiko = saako
    soaha = saada
    voep = voi
    tiijän = tiedän
    meijjän = meidän
    ihteni = itseni
    kolome = kolme
    heleppo = helppo
    valamis = valmis
    jäläkeen = jälkeen
    vanahemmat = vanhemmat
    silimät = silmät
    poekaystävä = poikaystävä
    kaekki = kaikki
    piäsen = pääsen
    tiällä = täällä
    liäkäri = lääkäri
    huastella = jutella
    vuojen = vuoden
    uuven = uuden
    kuukauven = kuukauden
    löyvän = löydän
    syyvä = syödä
    tullunna = tullut
    jaksanna = jaksanut
    tehnynnä = tehnyt
    viihtynnä = viihtynyt
    mehtään = metsään
    minnoon = minä olen
"""
TURKU_AND_SALO = """
    snää = sinä
    mnää = minä
    siäl = siellä
    kui = miten
    viäl = vielä
    täst = tästä
    niist = niistä
    tehrä = tehdä
    nährä = nähdä
    tierän = tiedän
    meirän = meidän
    lähren = lähden
    yhren = yhden
    uuren = uuden
    äirin = äidin
    pirän = pidän
    syärä = syödä
    viä = vie
    huamenna = huomenna
    ruakala = ruokala
    luakas = luokassa
    nuaret = nuoret
    miäs = mies
    viästi = viesti
    kiäli = kieli
    tyäpaikka = työpaikka
    vuaro = vuoro
    koulus = koulussa
    tunnil = tunnilla
    koulult = koululta
    vessas = vessassa
"""
SCHOOL = """
    opo = opinto ohjaaja
    opolle = opinto ohjaajalle
    opoo = opinto ohjaajaa
    kura = kuraattori
    kuran = kuraattorin
    kuraan = kuraattoriin
    kuralle = kuraattorille
    kural = kuraattorilla
    terkka = terveydenhoitaja
    terkalle = terveydenhoitajalle
    terkkaa = terveydenhoitajaa
    terkkarilta = terveydenhoitajalta
    psykalle = psykologille
    ope = opettaja
    opelle = opettajalle
    maikan = opettajan
    ryhmis = ryhmänohjaaja
    reksi = rehtori
    hoks = osaamisen kehittämissuunnitelma
    hoksin = osaamisen kehittämissuunnitelman
    hojks = erityisen tuen suunnitelma
    tjk = työssäoppiminen
    tjo = työssäoppiminen
    topi = työssäoppiminen
    topissa = työssäoppimisessa
    harkassa = työharjoittelussa
    jopo = joustava perusopetus
    yto = yhteinen aine
    ytot = yhteiset aineet
    amis = ammattikoulu
    amiksessa = ammattikoulussa
    amikseen = ammattikouluun
    lukkari = lukujärjestys
    lukkarissa = lukujärjestyksessä
    kämpän = asunnon
    kämppään = asuntoon
    saikulla = sairaslomalla
    sossusta = sosiaalitoimistosta
    faijalle = isälle
    mutsi = äiti
    mutsin = äidin
    lasu = lastensuojeluilmoitus
    vilmaan = wilmaan
    snäpissä = snapissa
    duunissa = töissä
    röökiä = tupakkaa
    matikkaa = matematiikkaa
"""
CHAT = """
    emt = en tiedä
    jtn = jotain
    mtn = mitään
    esim = esimerkiksi
    vkl = viikonloppu
    lol = haha
    xd = haha
    hehe = haha
    😂 = haha
    💀 = haha
"""
SWEDISH = """
    int = inte
    inge = inget
    e = är
    sku = skulle
    mej = mig
    dej = dig
    dehä = det här
    dedär = det där
    sånt = sådant
    nån = någon
    nåt = något
    hur = hur
    hu = hur
    varfö = varför
    imorron = imorgon
    måndan = måndagen
    lördan = lördagen
    mycke = mycket
    oxå = också
    blivi = blivit
    mommo = mormor
    lärarn = läraren
"""
ENGLISH = """
    u = you
    ur = your
    r = are
    rn = right now
    cuz = because
    wanna = want to
    gonna = going to
    dont = don't
    im = i'm
    ive = i've
    doesnt = doesn't
    idk = i don't know
    tbh = to be honest
    ngl = not going to lie
    pls = please
    bf = boyfriend
    tmrw = tomorrow
    kinda = kind of
"""
EMOJIS = """
    😭 = itkettää
    😢 = itkettää
    😞 = surullinen
    😴 = väsyttää
    😰 = ahdistaa
    😱 = pelottaa
    😡 = vihainen
    🤮 = oksettaa
    🤒 = kipeä
    💔 = ero
    🤰 = raskaana
    🔪 = veitsi
    💊 = lääke
    🚬 = tupakka
    🍺 = alkoholi
    🎰 = uhkapeli
    🎮 = pelaaminen
    🍽 = ruoka
    💸 = raha
    🦷 = hammas
    🆘 = apua
    👋 = hei
"""
UNDOTTED = """
    pitas = pitäisi
    pitais = pitäisi
    mittaan = mittaan
    taalla = taalla
    tehda = tehda
    semmosta = sellaista
    terkka = terveydenhoitaja
    meijan = meidän
    tehaan = tehdään
    manna = manna
    tyapaikka = työpaikka
    lahren = lähden
    mielummin = mieluummin
    dehar = det här
    nagonting = nagonting
"""

WHOLE = """
    kiusaus vastaus hullu minua best mail opiskelu kuolla panna hevonen johanna pienen menen jäsen
    pakkanen lektionen huomenna really total oftast totalt ångest thanks weeks människa männen ännu
    menu funny breaks antenna aikas heijastaa aikasi vaihe vaihetta kohe ja ha de va mä-sana kys
    open must tein työ lähtee kattoa alko haastan näe kukkaa käyrä käyrän maki manna sana vaara olla
    opel id ill its were well us tuo sinä minä koulu 🙏 👍 ❤ 123
"""


def facts(*tables: str) -> list[tuple[str, str]]:
    return list(_facts(tables))


def _facts(tables: Sequence[str]) -> Iterator[tuple[str, str]]:
    for table in tables:
        for line in table.strip().splitlines():
            spoken, _, form = line.partition(" = ")
            yield spoken.strip(), form.strip()


@pytest.mark.parametrize(
    ("spoken", "form"),
    facts(SPOKEN, SAVO, TURKU_AND_SALO, SCHOOL, CHAT, SWEDISH, ENGLISH, EMOJIS, UNDOTTED),
)
def test_what_people_write_is_known(spoken: str, form: str) -> None:
    assert written(spoken) == form


def all_of(name: str) -> list[tuple[str, str]]:
    return list(word_tables.written_forms(word_tables.read(f"{name}.txt")).items())


@pytest.mark.parametrize(
    ("spoken", "form"), [fact for name in TABLES if name != "declined" for fact in all_of(name)]
)
def test_each_word_of_the_tables_is_found(spoken: str, form: str) -> None:
    """No word hides another, and what is written in books isn't translated on."""
    assert written(spoken) == form


@pytest.mark.parametrize(("spoken", "form"), all_of("stems"))
def test_each_stem_of_the_tables_is_found(spoken: str, form: str) -> None:
    assert written(f"{spoken}xo").startswith(form)


@pytest.mark.parametrize("name", sorted(each.name for each in (files("intents") / "tables").iterdir()))
def test_every_table_can_be_read(name: str) -> None:
    assert word_tables.read(name)


@pytest.mark.parametrize(
    ("spoken", "form"),
    [
        pytest.param("ahistus", "ahdistus", id="h for hd"),
        pytest.param("ittensä", "itsensä", id="tt for ts"),
        pytest.param("männään", "mennään", id="Savo's ä"),
        pytest.param("pelekäsin", "pelkäsin", id="a vowel put between"),
        pytest.param("töis", "töissä", id="front vowels"),
        pytest.param("koululta", "koululta", id="ablative whole"),
        pytest.param("kaupast", "kaupasta", id="elative without its end"),
        pytest.param("meneeks", "meneekö", id="question"),
        pytest.param("maksaaks", "maksaako", id="question, back vowels"),
        pytest.param("aikuiseks", "aikuiseksi", id="translative without its end"),
        pytest.param("pystyny", "pystynyt", id="participle"),
        pytest.param("kuollu", "kuollut", id="participle, doubled"),
        pytest.param("nukkunna", "nukkunut", id="Savo's participle"),
        pytest.param("hiljanen", "hiljainen", id="an i that is swallowed"),
    ],
)
def test_stems_and_endings_follow_rules(spoken: str, form: str) -> None:
    assert written(spoken) == form


@pytest.mark.parametrize(
    "word",
    WHOLE.split(),
)
def test_what_is_whole_stays(word: str) -> None:
    """Also what is a spoken form and another ordinary word: a wrong reading is worse than none."""
    assert written(word) == word


@pytest.mark.parametrize(
    "inflected",
    [
        ["kuraattori", "kuraattorin", "kuraattorille", "kuraattorilta", "kuralle"],
        ["koulu", "koulussa", "koulus", "kouluun", "koulusta", "koulukin"],
        ["poissaolo", "poissaolot", "poissaoloja", "poissaoloista"],
        ["opettaja", "opettajan", "opettajalle", "ope", "opelle"],
        ["ahdistaa", "ahistaa", "ahdistan", "😰"],
        ["terveydenhoitaja", "terkka", "terkalle", "terkkari"],
    ],
    ids=lambda words: words[0],
)
def test_inflections_share_a_base_form(inflected: list[str]) -> None:
    assert len({lemma(word) for word in inflected}) == 1


@given(st.text(max_size=40))
def test_any_token_has_a_form(token: str) -> None:
    assert isinstance(written(token), str)
    assert isinstance(lemma(token), str)
