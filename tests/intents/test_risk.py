"""What must hold of the judge whatever the rules say: it sees through noise, never raises, never takes long."""

import time
from pathlib import Path
from typing import cast

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import content
from content import risk_rules
from intents.risk import NO_RISK, About, Kind, Level, Risk, RiskRules, judge

FOLDER = Path(content.__file__).parent / "packs" / "common" / "risk"
RULES = risk_rules.build(
    {
        path.name: yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        for path in sorted(FOLDER.glob("*.yaml"))
    }
)
ZERO_WIDTH = "\u200b"
# Texts of 100 kB took 2-20 ms where this was written; a loaded machine may be ten times slower.
LONG_TEXT_SECONDS = 0.5
NEUTRAL = ("huomenta", "bussi", "keskiviikko", "sininen", "penaali", "onsdag", "library", "aamiainen")


def level(text: str, role: str | None = None) -> Level:
    return judge(text, RULES, role=role).level


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("HALUAN KUOLLA", id="capitals"),
        pytest.param("h a l u a n  k u o l l a", id="spaces between letters"),
        pytest.param("h.a.l.u.a.n k.u.o.l.l.a", id="dots between letters"),
        pytest.param("k-u-o-l-l-a haluan", id="dashes between letters"),
        pytest.param("haluuuuuun kuollaaaaaa", id="stretched"),
        pytest.param("haluankuolla", id="joined"),
        pytest.param("haluan kuo lla", id="split"),
        pytest.param("haluan k**lla", id="stars"),
        pytest.param("haluan ku#lla", id="hash"),
        pytest.param("h@luan kuoll@", id="at signs"),
        pytest.param("h4lu4n ku0ll4", id="digits"),
        pytest.param("haluan. kuolla.", id="full stops"),
        pytest.param("haluan\nkuolla", id="lines"),
        pytest.param("haluan " + ZERO_WIDTH.join("kuolla"), id="zero width"),
        pytest.param("haluan kuоllа", id="Cyrillic letters"),
        pytest.param("ｈａｌｕａｎ　ｋｕｏｌｌａ", id="full width"),
        pytest.param("haluan k\u0336u\u0336o\u0336l\u0336l\u0336a\u0336", id="struck through"),
        pytest.param("halaun kuolal", id="swapped letters"),
        pytest.param("haluan vaan niinku oikeesti kuolla", id="fillers"),
        pytest.param("kuolla mä haluan", id="word order"),
        pytest.param("tapan ittenii", id="a letter too many"),
        pytest.param("itsemrha mielessä", id="a letter left out"),
        pytest.param("its*murha", id="one star"),
        pytest.param("en jaksa elaa", id="no umlauts"),
        pytest.param("I wanna d i e", id="English, spaced"),
        pytest.param("i want to k1ll myself", id="English, digit"),
        pytest.param("i want to kill mysellf", id="English, typo"),
        pytest.param("jag vill do", id="Swedish without umlauts"),
        pytest.param("självmrod", id="Swedish, swapped letters"),
    ],
)
def test_a_wish_to_die_is_seen_through_noise(text: str) -> None:
    assert level(text) >= Level.CRISIS


@pytest.mark.parametrize(
    "text",
    [
        "haluan kuulla kurssista",
        "haluan olla tuolla",
        "haluan huolla mopon",
        "tapaan itseni ikäisiä ihmisiä",
        "I want to do it myself",
        "jag vill ha en kniv till köket",
    ],
)
def test_words_that_look_alike_are_told_apart(text: str) -> None:
    assert level(text) is Level.NONE


@pytest.mark.parametrize(
    ("calm", "danger"),
    [
        ("kuolen nauruun", "haluan kuolla"),
        ("kuolin pelissä", "tapan itseni"),
        ("en halua kuolla", "en jaksa elää"),
        ("tapan aikaa", "viiltelen itseäni"),
        ("puhelin kuoli", "mietin itsemurhaa"),
        ("my phone died", "I want to die"),
        ("jag dör av skratt", "jag vill inte leva"),
    ],
)
@pytest.mark.parametrize("between", [", mut oikeesti ", ". ", " ja ", "\n"])
def test_a_calm_phrase_never_hides_a_danger_beside_it(calm: str, danger: str, between: str) -> None:
    assert level(calm) <= Level.CONCERN
    assert level(calm + between + danger) >= Level.CRISIS
    assert level(danger + between + calm) >= Level.CRISIS


@pytest.mark.parametrize(
    "text",
    ["ja svalde en näve piller", "på en vecka har jag tänkt på självmord varje dag", "det e en som slår mig"],
)
def test_a_swedish_article_denies_nothing(text: str) -> None:
    assert level(text) >= Level.CRISIS


@pytest.mark.parametrize("text", ["en halua kuolla", "ja en halua kuolla", "en oo ees aatellu itsemurhaa"])
def test_the_same_word_denies_in_finnish(text: str) -> None:
    assert level(text) <= Level.CONCERN


@pytest.mark.parametrize(
    ("text", "least"),
    [
        ("haluan kuolla", Level.CRISIS),
        ("haluan kuolla ja otin kaikki lääkkeet", Level.EMERGENCY),
        ("aion tappaa itseni", Level.CRISIS),
        ("aion tappaa itseni tänä iltana", Level.EMERGENCY),
        ("mietin itsemurhaa ja köysi on valmiina", Level.EMERGENCY),
        ("en jaksa enää", Level.CONCERN),
    ],
)
def test_time_and_means_make_it_more_urgent(text: str, least: Level) -> None:
    assert level(text) >= least


@pytest.mark.parametrize(
    ("text", "role", "about", "kind"),
    [
        ("mä haluan kuolla", None, About.SELF, Kind.SUICIDE),
        ("kaveri haluaa kuolla", "student", About.FRIEND, Kind.SUICIDE),
        ("min kompis vill ta livet av sig", None, About.FRIEND, Kind.SUICIDE),
        ("Tyttäreni viiltelee käsiään", "guardian", About.CHILD, Kind.SELF_HARM),
        ("Poika sanoi haluavansa kuolla", "guardian", About.CHILD, Kind.SUICIDE),
        ("Opiskelija sanoi haluavansa kuolla", "staff", About.OTHER, Kind.SUICIDE),
        ("isä lyö mua", "student", About.SELF, Kind.VIOLENCE),
        ("otin koko purkin lääkkeitä", None, About.SELF, Kind.OVERDOSE),
        ("mut raiskattiin", None, About.SELF, Kind.SEXUAL),
        ("mulla ei oo paikkaa missä nukkua tänä yönä", None, About.SELF, Kind.HOMELESS),
        ("kuulen ääniä päässäni", None, About.SELF, Kind.PSYCHOSIS),
        ("he says he will shoot up the school", None, None, Kind.THREAT),
    ],
)
def test_whose_danger_it_is_and_what_it_is(
    text: str, role: str | None, about: About | None, kind: Kind
) -> None:
    risk = judge(text, RULES, role=role)

    assert risk.kind is kind
    assert about is None or risk.about is about


def test_the_reason_names_the_rule_and_the_words() -> None:
    risk = judge("no mä siis haluan vaan kuolla", RULES)

    assert risk.reason == 'suicide.wish-to-die: "haluan kuolla"'


@pytest.mark.parametrize("text", ["", " ", "\n\n", "…", "!!!", "\u200b\u200b", "*", "***", "@", "$$$"])
def test_nothing_said_is_no_risk(text: str) -> None:
    assert judge(text, RULES) == NO_RISK


def test_what_breaks_inside_is_a_crisis() -> None:
    """A person in danger must not be lost to a fault of ours."""
    broken = cast("RiskRules", object())

    assert judge("moi", broken) == Risk(Level.CRISIS, Kind.UNKNOWN, About.SELF, "not understood")
    assert judge(cast("str", None), RULES).kind is Kind.UNKNOWN


PADDING = "tänään koulussa oli ruokana keittoa ja sitten lähdettiin bussilla kaupungille "


@pytest.mark.parametrize("before", [0, 30, 700])
@pytest.mark.parametrize("after", [0, 30, 700])
def test_a_danger_is_seen_at_either_end_and_inside_a_long_text(before: int, after: int) -> None:
    text = PADDING * before + ". haluan kuolla. " + PADDING * after

    assert level(text) >= Level.CRISIS


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(PADDING * 1300, id="prose"),
        pytest.param("en halua kuolla " * 6500, id="denied again and again"),
        pytest.param("isä lyö mua minua kuolla tapan itseni haluan " * 2200, id="words of danger"),
        pytest.param("kuolla " * 15000, id="one word"),
        pytest.param("k" * 100_000, id="one letter"),
        pytest.param("a " * 50_000, id="letters apart"),
        pytest.param("*" * 100_000, id="stars"),
        pytest.param("k**lla " * 14000, id="starred words"),
        pytest.param("haluankuolla" * 8000, id="one joined word"),
        pytest.param(("enenenenen" * 5 + " ") * 2000, id="words of many parts"),
        pytest.param(" " * 100_000, id="spaces"),
        pytest.param("\n" * 100_000, id="lines"),
        pytest.param("😂" * 50_000, id="emojis"),
        pytest.param("a\u0301\u0302\u0303" * 25_000, id="stacked marks"),
    ],
)
def test_no_text_takes_long(text: str) -> None:
    started = time.perf_counter()

    risk = judge(text, RULES)

    assert time.perf_counter() - started < LONG_TEXT_SECONDS
    assert risk.kind is not Kind.UNKNOWN


@given(st.text(max_size=400))
@settings(max_examples=300, deadline=None)
def test_no_text_breaks_it(text: str) -> None:
    assert judge(text, RULES).kind is not Kind.UNKNOWN


EMERGENCIES = (
    "otin kaikki lääkkeet",
    "seison sillan kaiteella",
    "isä hakkaa äitiä nyt",
    "tapan itseni tänä iltana",
    "my friend is not breathing",
    "jag har tagit för många tabletter",
)


@given(
    st.sampled_from(EMERGENCIES),
    st.lists(st.sampled_from(NEUTRAL), max_size=6),
    st.lists(st.sampled_from(NEUTRAL), max_size=6),
)
@settings(max_examples=200, deadline=None)
def test_neutral_words_around_never_lower_the_level(text: str, before: list[str], after: list[str]) -> None:
    assert level(" ".join([*before, text, *after])) >= level(text) >= Level.EMERGENCY


@given(st.sampled_from(EMERGENCIES), st.data())
@settings(max_examples=200, deadline=None)
def test_case_space_and_invisible_letters_change_nothing(text: str, data: st.DataObject) -> None:
    noisy = "".join(
        letter + data.draw(st.sampled_from(("", "", ZERO_WIDTH, "\u00ad")))
        if letter != " "
        else data.draw(st.sampled_from((" ", "  ", "\t", "\u00a0")))
        for letter in (text.upper() if data.draw(st.booleans()) else text)
    )

    assert judge(noisy, RULES) == judge(text, RULES)
