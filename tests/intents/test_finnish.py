"""Spoken words in their written form: tables and rules, each with a word that needs it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intents.finnish import lemma, written


@pytest.mark.parametrize(
    ("spoken", "form"),
    [
        ("mä", "minä"),
        ("mää", "minä"),
        ("mie", "minä"),
        ("mun", "minun"),
        ("miun", "minun"),
        ("mulla", "minulla"),
        ("sää", "sinä"),
        ("myö", "me"),
        ("meijän", "meidän"),
        ("oon", "olen"),
        ("oot", "olet"),
        ("ois", "olisi"),
        ("haluun", "haluan"),
        ("haluisin", "haluaisin"),
        ("tarttisin", "tarvitsisin"),
        ("tarviin", "tarvitsen"),
        ("pitäs", "pitäisi"),
        ("pitäis", "pitäisi"),
        ("emmä", "en minä"),
        ("enks", "enkö"),
        ("onks", "onko"),
        ("voisko", "voisiko"),
        ("tiiä", "tiedä"),
        ("männä", "mennä"),
        ("mänen", "menen"),
        ("ossoo", "osaa"),
        ("immeinen", "ihminen"),
        ("ennee", "enää"),
        ("viittisi", "viitsisi"),
        ("siäl", "siellä"),
        ("opolle", "opinto-ohjaajalle"),
        ("terkka", "terveydenhoitaja"),
    ],
)
def test_common_words_are_known(spoken: str, form: str) -> None:
    assert written(spoken) == form


@pytest.mark.parametrize(
    ("spoken", "form"),
    [
        pytest.param("ahistus", "ahdistus", id="h for hd"),
        pytest.param("ittensä", "itsensä", id="tt for ts"),
        pytest.param("männään", "mennään", id="Savo's ä"),
        pytest.param("pelekäsin", "pelkäsin", id="a vowel put between"),
        pytest.param("koulus", "koulussa", id="place without its end"),
        pytest.param("töis", "töissä", id="front vowels"),
        pytest.param("tunnil", "tunnilla", id="adessive without its end"),
        pytest.param("koululta", "koululta", id="adessive whole"),
        pytest.param("koulult", "koululta", id="ablative without its end"),
        pytest.param("kaupast", "kaupasta", id="elative without its end"),
        pytest.param("meneeks", "meneekö", id="question"),
        pytest.param("maksaaks", "maksaako", id="question, back vowels"),
        pytest.param("aikuiseks", "aikuiseksi", id="translative without its end"),
        pytest.param("pystyny", "pystynyt", id="participle"),
        pytest.param("kuollu", "kuollut", id="participle, doubled"),
    ],
)
def test_stems_and_endings_follow_rules(spoken: str, form: str) -> None:
    assert written(spoken) == form


@pytest.mark.parametrize(
    "word", ["kiusaus", "vastaus", "hullu", "minua", "best", "mail", "opiskelu", "kuolla", "💊"]
)
def test_what_is_whole_stays(word: str) -> None:
    assert written(word) == word


@pytest.mark.parametrize(
    "inflected",
    [
        ["kuraattori", "kuraattorin", "kuraattorille", "kuraattorilta"],
        ["koulu", "koulussa", "koulus", "kouluun", "koulusta", "koulukin"],
        ["poissaolo", "poissaolot", "poissaoloja", "poissaoloista"],
        ["opettaja", "opettajan", "opettajalle", "ope"],
        ["ahdistaa", "ahistaa", "ahdistan"],
    ],
    ids=lambda words: words[0],
)
def test_inflections_share_a_base_form(inflected: list[str]) -> None:
    assert len({lemma(word) for word in inflected}) == 1


@given(st.text(max_size=40))
def test_any_token_has_a_form(token: str) -> None:
    assert isinstance(written(token), str)
    assert isinstance(lemma(token), str)
