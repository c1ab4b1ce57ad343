"""What is kept of a message tells as little as possible about who wrote it."""

import pytest

from bot.dialogue.masking import mask


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("hetu 010203A123B", "hetu [henkilötunnus]"),
        ("soita 040 123 4567", "soita [puhelin]"),
        ("+358 45 7000137 on mun", "[puhelin] on mun"),
        ("0401234567", "[puhelin]"),
        ("maili on etu.suku@sakky.fi", "maili on [sähköposti]"),
        ("etu.suku (at) gmail.com", "[sähköposti]"),
        ("oon snäpissä @zq_hidden", "oon snäpissä [nimi]"),
        ("https://t.me/zq_hidden", "[nimi]"),
        ("opiskelijanumero 1234567", "opiskelijanumero [numero]"),
        ("asun 70100 kuopio", "asun [numero] kuopio"),
        ("synnyin 24.12.2008", "synnyin [numero]"),
        ("Olen Matti Virtanen", "Olen [nimi]"),
        ("oon matti ja mua ahistaa", "oon [nimi] ja mua ahistaa"),
        ("mun nimi on xqilva ja oon 17", "mun nimi on [nimi] ja oon 17"),
        ("nimeni on Xqilva Rqvist", "nimeni on [nimi]"),
        ("jag heter kalle", "jag heter [nimi]"),
        ("jag är Svante Zq", "jag är [nimi]"),
        ("I'm Ann Smith and lost", "I'm [nimi] and lost"),
        ("my name is zed", "my name is [nimi]"),
        ("terv. Liisa", "terv. [nimi]"),
        ("ope Kaisa Zqvonen ei vastaa", "ope [nimi] ei vastaa"),
        ("Jennan kanssa riideltiin", "[nimi] kanssa riideltiin"),
    ],
)
def test_what_tells_who_somebody_is_is_masked(text: str, masked: str) -> None:
    assert mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "oon väsynyt",
        "olen niin poikki ettei mitään rajaa",
        "jag är ledsen",
        "i am tired",
        "wilma ei aukee",
        "Wilma ei aukee",
        "klo 12.30-14.15 tunti",
        "alkaako se 8.15 vai 9:00",
        "luokka 301",
        "kävin 2023",
        "mite saan 5 op",
        "soitin jo 112",
        "Missä Savilahti on",
    ],
)
def test_what_carries_the_matter_stays(text: str) -> None:
    """A keeper has to see what was meant."""
    assert mask(text) == text


def test_a_keepers_terminal_gets_no_signs_that_it_would_obey() -> None:
    assert mask("moi\x1b[2J\u200b\n\n  hei\u202e") == "moi [2J hei"
