"""A text is read whole: risk before all, and never with silence when something breaks."""

import logging
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intents.learning import learn
from intents.matcher import Candidate, Matcher
from intents.risk import Kind, Level, RiskRules
from intents.risk_sense import Sense
from intents.understanding import Reader


class BrokenMatcher(Matcher):
    """Fails on every text, as a mistake in the engine would."""

    def __init__(self) -> None:
        super().__init__(learn([]))

    def rank_words(self, words: Sequence[str], *, limit: int = 5) -> list[Candidate]:
        raise ZeroDivisionError(words)


def test_language_topic_and_risk_are_read(reader: Reader) -> None:
    found = reader.understand("unohdin wilman salasanan")

    assert (found.language, found.topic, found.risk.level) == ("fi", "accounts", Level.NONE)


def test_danger_is_seen_beside_an_everyday_matter(reader: Reader) -> None:
    """Risk doesn't wait for the topic, nor does a topic take it away."""
    found = reader.understand("unohdin wilman salasanan ja haluan kuolla")

    assert (found.risk.level, found.risk.kind) == (Level.CRISIS, Kind.SUICIDE)


@pytest.mark.parametrize(
    "text", ["", " ", "🙂", "\x00", "x" * 100_000], ids=["empty", "blank", "emoji", "null", "huge"]
)
def test_nothing_to_understand_is_understood_as_nothing(reader: Reader, text: str) -> None:
    found = reader.understand(text)

    assert (found.topic, found.worth_asking(), found.risk.level) == (None, [], Level.NONE)


@pytest.mark.parametrize(
    "text", ["ma ei saa wilma salasanan, kas keegi aitab mind", "забыл пароль от wilma salasana"]
)
def test_a_language_without_phrases_is_not_guessed_at(reader: Reader, text: str) -> None:
    found = reader.understand(text)

    assert (found.topic, found.worth_asking()) == (None, [])


def test_what_breaks_the_engine_goes_to_humans(rules: RiskRules) -> None:
    found = Reader(BrokenMatcher(), rules, Sense(learn([]))).understand("hei")

    assert (found.risk.level, found.risk.kind, found.risk.reason) == (
        Level.CRISIS,
        Kind.UNKNOWN,
        "not understood",
    )
    assert found.topic is None


def test_a_known_danger_is_kept_when_the_rest_breaks(rules: RiskRules) -> None:
    found = Reader(BrokenMatcher(), rules, Sense(learn([]))).understand("haluan kuolla")

    assert (found.risk.level, found.risk.kind) == (Level.CRISIS, Kind.SUICIDE)


def test_a_broken_text_is_logged_without_its_words(
    rules: RiskRules, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        Reader(BrokenMatcher(), rules, Sense(learn([]))).understand("salainen asia")

    assert "text not understood" in caplog.text
    assert "salainen" not in caplog.text


def test_an_explanation_shows_every_step(reader: Reader) -> None:
    told = reader.explain("mä haluun kuolla, unohin salasanan")

    for part in ("minä", "haluan", "fi", "crisis", "suicide", "accounts", "unohdin wilman salasanan"):
        assert part in told


@pytest.mark.parametrize(
    ("text", "decision"),
    [
        ("unohdin wilman salasanan", "accounts (answered)"),
        ("жжж", "nothing is known of these words"),
        ("skoda vai toyota", "declined"),
    ],
)
def test_an_explanation_says_why_nothing_was_answered(reader: Reader, text: str, decision: str) -> None:
    assert decision in reader.explain(text)


@settings(max_examples=40, deadline=None)
@given(text=st.text(max_size=200), role=st.sampled_from([None, "student", "guardian", "staff"]))
def test_any_text_of_anybody_is_read_and_explained(reader: Reader, text: str, role: str | None) -> None:
    assert reader.understand(text, role=role).risk.reason != "not understood"
    assert "risk" in reader.explain(text, role=role)
