"""A greeting or thanks is the matter only when nothing else is."""

import pytest

from intents.politeness import matter


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ("moi mua ahdistaa", "mua ahdistaa"),
        ("hyvää päivää mistä löydän kuraattorin", "mistä löydän kuraattorin"),
        ("hej hur hittar jag kuratorn", "hur hittar jag kuratorn"),
        ("hello there i need a nurse", "i need a nurse"),
        ("mistä saan uuden salasanan kiitos", "mistä saan uuden salasanan"),
        ("voiko linjaa vielä vaihtaa kiitos jo etukäteen", "voiko linjaa vielä vaihtaa"),
        ("moi mistä saan uuden salasanan kiitti", "mistä saan uuden salasanan"),
        ("var finns hälsovårdaren idag tack på förhand", "var finns hälsovårdaren idag"),
        ("can i change my programme thanks in advance", "can i change my programme"),
        ("moi", "moi"),
        ("moi taas kaikki", "moi taas kaikki"),
        ("hei sinä", "hei sinä"),
        ("kiitos", "kiitos"),
        ("sain avun kiitos", "sain avun kiitos"),
        ("kiitos kun vastasit näin nopeasti", "kiitos kun vastasit näin nopeasti"),
        ("", ""),
    ],
)
def test_politeness_is_left_out_where_much_else_is_said(words: str, left: str) -> None:
    assert list(matter(words.split())) == left.split()
