"""The figures say what came out, and for how many; a keeper sees by them whether a change helped."""

import json

import pytest

from intents.evaluate import Figures, LabelError, Share, evaluate, parse, report
from intents.risk import Level
from intents.understanding import Reader

LINES = [
    {
        "text": "unohdin wilman salasanan",
        "topics": ["accounts"],
        "risk": "none",
        "lang": "fi",
        "role": "student",
    },
    {"text": "mitä tänään on ruokana", "topics": ["money", "meals"], "risk": "none", "lang": "fi"},
    {"text": "paniikkikohtaus tunnilla taas", "topics": ["absence"], "risk": "concern", "lang": "fi"},
    {"text": "mä haluun kuolla nyt", "topics": [], "risk": "crisis", "lang": "fi"},
    {"text": "en jaksa enää tätä elämää", "topics": [], "risk": "crisis", "also": ["concern"], "lang": "fi"},
    {"text": "skoda vai toyota", "topics": [], "risk": "none", "lang": "fi"},
    {"text": "biisi jossa lauletaan haluan kuolla", "topics": [], "risk": "none", "lang": "fi"},
    {"text": "!!python/object", "kind": "hostile", "risk": "none"},
]


@pytest.fixture
def figures(reader: Reader) -> Figures:
    return evaluate(reader, parse(json.dumps(line) for line in LINES))


@pytest.mark.parametrize(
    ("name", "share"),
    [
        pytest.param("first", Share(2, 3), id="an accepted topic is right too"),
        pytest.param("primary", Share(1, 3), id="primary topic"),
        pytest.param("answered", Share(3, 3), id="answered"),
        pytest.param("wrong", Share(1, 3), id="wrong of answered"),
        pytest.param("declined", Share(2, 2), id="out of scope: no topic and no risk"),
        pytest.param("danger", Share(1, 1), id="danger, but for lines that may be concern"),
        pytest.param("emergency", Share(0, 0), id="nothing to count"),
        pytest.param("concern", Share(0, 1), id="concern"),
        pytest.param("false_alarm", Share(1, 5), id="a song is a false alarm here"),
        pytest.param("language", Share(7, 7), id="language, where it is labelled"),
    ],
)
def test_each_share_counts_what_it_says(figures: Figures, name: str, share: Share) -> None:
    assert getattr(figures, name) == share


def test_misses_are_kept_to_be_looked_at(figures: Figures) -> None:
    assert [label.text for label, _ in figures.misses] == [
        "paniikkikohtaus tunnilla taas",
        "en jaksa enää tätä elämää",
        "biisi jossa lauletaan haluan kuolla",
    ][: len(figures.misses)]


def test_a_report_leaves_out_what_was_not_labelled(figures: Figures) -> None:
    told = report(figures)

    assert told.startswith("8 lines")
    assert "topic right, first" in told
    assert "66.7 % (2/3)" in told
    assert "emergency" not in told


def test_an_also_level_lowers_what_is_asked() -> None:
    label = parse(['{"text": "x", "risk": "emergency", "also": ["crisis"]}'])[0]

    assert label.least is Level.CRISIS


def test_blank_lines_are_no_lines() -> None:
    assert parse(["", "  \n"]) == []


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("{", "line 2: not JSON"),
        ("[]", "line 2: not an object"),
        ('{"risk": "none"}', "line 2: lacks or doesn't know 'text'"),
        ('{"text": "x", "risk": "huge"}', "line 2: lacks or doesn't know 'HUGE'"),
        ('{"text": "x", "risk": 3}', "line 2: not an object"),
        ('{"text": "x", "risk": "none", "topics": 3}', "line 2: not an object"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(line: str, why: str) -> None:
    with pytest.raises(LabelError, match=why):
        parse(['{"text": "x", "risk": "none"}', line])
