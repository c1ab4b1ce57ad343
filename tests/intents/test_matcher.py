"""Topics are ranked rightly, scores are honest, and nothing takes long."""

import random
import time
from collections.abc import Iterable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intents.knowledge import Example
from intents.learning import learn
from intents.matcher import MOST_ASKED, Candidate, Matcher, Thresholds

AT = Thresholds()


def taught(pairs: Iterable[tuple[str, str]], strange: Sequence[str] = ()) -> Matcher:
    """A matcher of (text, topic) pairs, and of what no topic covers."""
    examples = [Example(text, topic=topic) for text, topic in pairs]
    return Matcher(learn([*examples, *(Example(text, is_strange=True) for text in strange)]))


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        pytest.param("ahdistaa", "anxiety", id="one word"),
        pytest.param("mua ahistaa nii paljo", "anxiety", id="spoken"),
        pytest.param("PANIIKKIKOHTAUS!!!", "anxiety", id="loud"),
        pytest.param("jannitan esitelmaa", "anxiety", id="no dots on a and o"),
        pytest.param("panikkikohtauksia", "anxiety", id="typo and another ending"),
        pytest.param("muaahdistaakokoajan", "anxiety", id="no spaces"),
        pytest.param("salasana hukas", "accounts", id="not a word in common"),
        pytest.param("wilaman salsana unohtu", "accounts", id="two typos"),
        pytest.param("ei oo rahaa vuokraan", "money", id="new combination"),
        pytest.param("pengar slut", "money", id="Swedish"),
        pytest.param("forgot password", "accounts", id="English"),
        pytest.param("onko tänään kalaa ruokana", "meals", id="question"),
        pytest.param("moi", "greeting", id="a greeting alone"),
        pytest.param("moikka, unohdin salasanan", "accounts", id="a greeting before the matter"),
        pytest.param(
            "unohdin salasanan wilmaan, kiitos jo etukäteen", "accounts", id="thanks after the matter"
        ),
        pytest.param("kiitos!", "thanks", id="thanks alone"),
        pytest.param("s a l a s a n a", "accounts", id="letters apart"),
    ],
)
def test_the_topic_is_found(matcher: Matcher, text: str, topic: str) -> None:
    assert matcher.rank(text)[0].topic == topic


def test_the_example_that_spoke_most_is_named(matcher: Matcher) -> None:
    assert matcher.rank("unohin wilman salasanan")[0].phrase == "unohdin wilman salasanan"


@pytest.mark.parametrize("text", ["", "  ", "?!", "\u200b", "жжж", "⚙"])
def test_nothing_known_ranks_nothing(matcher: Matcher, text: str) -> None:
    assert matcher.rank(text) == []


def test_a_phrase_word_for_word_is_answered(matcher: Matcher) -> None:
    ranked = matcher.rank("en pääse kirjautumaan")

    assert matcher.settle(ranked) == "accounts"


@pytest.mark.parametrize("text", ["skoda vai toyota", "write an essay about volcanoes", "asdfghjkl"])
def test_what_no_topic_covers_is_not_answered(matcher: Matcher, text: str) -> None:
    assert matcher.settle(matcher.rank(text)) is None


def test_examples_of_what_no_topic_covers_are_left_alone() -> None:
    pairs = [
        ("mitä tänään on ruokana", "meals"),
        ("koulun ruokalista", "meals"),
        ("kuntosali", "hobbies"),
    ]
    strange = ["anna lohikeiton resepti", "miten keitän riisiä", "resepti lettuihin"]

    plain, wary = taught(pairs), taught(pairs, strange)

    asked = "anna resepti ruokaan"
    assert wary.rank(asked)[0].score < plain.rank(asked)[0].score / 2
    assert wary.rank("koulun ruokalista")[0].score > AT.enough
    assert all(candidate.topic in ("meals", "hobbies") for candidate in wary.rank("lohikeiton resepti"))


def test_one_word_phrases_do_not_win_over_everything() -> None:
    """With a weighted ratio, "moi" and "ruoka" are in nearly every sentence."""
    matcher = taught(
        [
            ("on", "short"),
            ("en", "short"),
            ("se", "short"),
            ("haluan hakea asuntolaan", "housing"),
            ("vuokra", "housing"),
        ]
    )

    ranked = matcher.rank("en tiedä mistä se asuntola on, haluan hakea sinne")

    assert ranked[0].topic == "housing"


def test_limit_bounds_the_candidates(matcher: Matcher) -> None:
    assert len(matcher.rank("rahaa ruokaan", limit=2)) == 2


def test_without_phrases_nothing_is_ranked() -> None:
    assert taught([]).rank("moi") == []
    assert taught([("?!", "empty")]).rank("moi") == []


def test_one_topic_is_enough_to_learn() -> None:
    assert taught([("rahat loppu", "money")]).rank("rahat")[0].topic == "money"


def test_labels_of_any_kind_are_learnt() -> None:
    assert (
        taught([("turn on the light", "HassTurnOn/ä 1"), ("what time", "")]).rank("light on")[0].topic
        == "HassTurnOn/ä 1"
    )


def test_the_same_phrases_rank_the_same(matcher: Matcher) -> None:
    """Whatever their order, and at every start."""
    pairs = [("rahat loppu", "money"), ("salasana", "accounts"), ("ruokalista", "meals")]

    assert taught(pairs).rank("raha ja ruoka") == taught(reversed(pairs)).rank("raha ja ruoka")


@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=200))
def test_any_text_is_ranked(matcher: Matcher, text: str) -> None:
    scores = [candidate.score for candidate in matcher.rank(text)]

    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 100 for score in scores)


@pytest.mark.parametrize(
    ("scores", "settled"),
    [
        pytest.param([], None, id="nothing near"),
        pytest.param([AT.enough], "a", id="just enough, alone"),
        pytest.param([AT.enough - 0.1], None, id="not enough"),
        pytest.param([AT.enough + AT.lead, AT.enough], "a", id="just ahead"),
        pytest.param([90.0, 90.0 - AT.lead + 0.1], None, id="two near each other"),
    ],
)
def test_doubt_is_not_answered(matcher: Matcher, scores: list[float], settled: str | None) -> None:
    ranked = [Candidate(topic, score) for topic, score in zip("abc", scores, strict=False)]

    assert matcher.settle(ranked) == settled


def test_at_most_three_are_asked_about_and_no_guesses(matcher: Matcher) -> None:
    ranked = [Candidate(topic, score) for topic, score in zip("abcd", [40.0, 39.0, 38.0, 37.0], strict=True)]

    assert [candidate.topic for candidate in matcher.worth_asking(ranked)] == ["a", "b", "c"][:MOST_ASKED]
    assert matcher.worth_asking([Candidate("a", AT.worth_asking - 0.1)]) == []


def test_a_bank_of_thousands_is_learnt_and_asked_quickly() -> None:
    """Bounds three times what slow machines need: a learner that grows with the cube would take a minute."""
    rng = random.Random(1)
    syllables = [start + vowel for start in "hjklmnprstv" for vowel in "aeiouyäö"]
    words = ["".join(rng.choices(syllables, k=rng.randint(2, 4))) for _ in range(3000)]
    pairs = [
        (" ".join(rng.choices(words[topic * 45 :][:60], k=6)), str(topic))
        for topic in range(60)
        for _ in range(42)
    ]

    started = time.perf_counter()
    matcher = taught(pairs)
    learnt = time.perf_counter()
    right = sum(matcher.rank(text)[0].topic == topic for text, topic in pairs[::25])
    asked = time.perf_counter()

    assert learnt - started < 5.0
    assert (asked - learnt) / len(pairs[::25]) < 0.02
    assert right / len(pairs[::25]) > 0.9


def test_a_huge_text_is_ranked_in_bounded_time(matcher: Matcher) -> None:
    started = time.perf_counter()
    matcher.rank("unohdin salasanan " * 6000)

    assert time.perf_counter() - started < 1.0


def test_what_was_asked_before_changes_no_answer(matcher: Matcher) -> None:
    """Scores of the last texts are remembered: a quick look at them leaves them as they are."""
    words = ["unohdin", "wilman", "salasanan"]
    first = matcher.rank_words(words)

    matcher.likely_topic(words, at_least=0.0)

    assert matcher.rank_words(words) == first


def test_what_is_an_example_word_for_word_is_about_its_topic() -> None:
    alike = [(f"mitä se {each} maksaa", "meals") for each in ("ruoka", "lounas", "keitto", "salaatti")]
    matcher = taught([("mitä se maksaa", "money"), *alike])

    best = matcher.rank("Mitä se maksaa?")[0]

    assert best.topic == "money"
    assert best.score > 95


def test_what_is_an_example_of_two_topics_is_weighed_as_ever() -> None:
    matcher = taught([("Mitä maksaa", "money"), ("mitä maksaa", "meals"), ("mitä ruoka maksaa", "meals")])

    assert not matcher.known_by_heart(["mitä", "maksaa"])
    assert matcher.rank("mitä maksaa") == matcher.rank("mitä maksaa", by_heart=False)


def test_what_is_strange_word_for_word_is_declined() -> None:
    matcher = taught([("mitä ruokaa tänään", "meals")], strange=["mitä ruokaa hevonen syö"])

    assert matcher.settle(matcher.rank("mitä ruokaa hevonen syö")) is None


def test_an_example_can_be_read_as_if_it_were_new() -> None:
    matcher = taught([("mitä ruoka maksaa", "money"), ("mitä ruokaa tänään", "meals"), ("ruoka", "meals")])

    known, new = (matcher.rank("mitä ruoka maksaa", by_heart=each)[0].score for each in (True, False))

    assert new < known
