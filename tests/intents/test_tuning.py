"""Thresholds are chosen by labelled lines: within the limits, and by a procedure that repeats."""

import numpy as np
import pytest

from intents.evaluate import Labelled
from intents.knowledge import LEVELS, Danger, Example
from intents.learning import learn
from intents.matcher import Matcher
from intents.risk import Kind, Level, RiskRules
from intents.risk_sense import Sense
from intents.tuning import tune_danger, tune_topics

MATTERS = {
    "accounts": ["unohdin salasanan", "en pääse kirjautumaan", "tunnukset lukossa"],
    "meals": ["mitä tänään on ruokana", "allergia maidolle", "ruokalista hukassa"],
}
STRANGE = ["kerro vitsi", "kuka voitti pelin", "mikä on suomen pääkaupunki"]


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return Matcher(
        learn(
            [
                *(Example(text, topic=topic) for topic, texts in MATTERS.items() for text in texts),
                *(Example(text, is_strange=True) for text in STRANGE),
            ]
        )
    )


def asked(text: str, *topics: str) -> Labelled:
    return Labelled(text, Level.NONE, topics, language="fi")


LINES = [
    asked("salasana unohtu", "accounts"),
    asked("kirjautuminen ei onnistu", "accounts"),
    asked("mitä ruokaa", "meals"),
    asked("maitoallergia", "meals"),
    asked("kerro joku vitsi"),
    asked("kuka voitti"),
]


def test_what_is_right_is_answered_and_what_is_strange_is_not(matcher: Matcher) -> None:
    tuned = Matcher(matcher.knowledge, tune_topics(matcher, LINES))

    answered = {line.text: tuned.settle(tuned.rank(line.text)) for line in LINES}

    assert answered["salasana unohtu"] == "accounts"
    assert answered["mitä ruokaa"] == "meals"
    assert answered["kerro joku vitsi"] is None


def test_the_same_lines_choose_the_same(matcher: Matcher) -> None:
    assert tune_topics(matcher, LINES) == tune_topics(matcher, list(LINES))


def test_danger_says_nothing_about_answering(matcher: Matcher) -> None:
    """It is answered with safety: a topic that would have been wrong there does no harm."""
    danger = Labelled("salasana on mun viimeinen viesti", Level.CRISIS, ("meals",), language="fi")

    assert tune_topics(matcher, [*LINES, danger]) == tune_topics(matcher, LINES)


def test_an_alarm_lets_few_calm_lines_through(rules: RiskRules) -> None:
    calm = [f"milloin {word} alkaa" for word in ("tunti", "loma", "kerho", "jakso", "koe", "peli")]
    sense = Sense(
        learn(
            [
                *(Example(text, danger=Danger(Level.NONE)) for text in calm),
                *(
                    Example(text, danger=Danger(Level.CRISIS, Kind.SUICIDE))
                    for text in ("tää on viimeinen ilta", "en oo enää huomenna täällä")
                ),
            ]
        )
    )
    labelled = [Labelled(text, Level.NONE) for text in calm]

    alarms = tune_danger(sense, rules, labelled)

    heard = np.array([sense.levels_of([text.split()]) for text in calm])
    assert all((heard[:, at] < alarms.of(level)).all() for at, level in enumerate(LEVELS[:2]))
