"""Learning from examples: every question by its own lines, the same each time, and kept as arrays."""

import numpy as np
import pytest

from intents.grams import Columns, features, pair
from intents.knowledge import LEVELS, Danger, Example, Knowledge, from_arrays
from intents.learning import learn
from intents.packed import Texts
from intents.risk import About, Kind, Level

SUICIDE = Danger(Level.CRISIS, Kind.SUICIDE, About.SELF)
CALM = Danger(Level.NONE)
EXAMPLES = [
    Example("en jaksa enää elää", danger=SUICIDE),
    Example("kaikilla olis helpompaa ilman mua", danger=SUICIDE),
    Example("se löi mua taas kotona", danger=Danger(Level.EMERGENCY, Kind.VIOLENCE, About.SELF)),
    Example("unohdin salasanan", topic="accounts", danger=CALM),
    Example("mitä tänään on ruokana", topic="meals", danger=CALM),
    Example("ruokalista", topic="meals", is_word=True),
    Example("kerro vitsi", is_strange=True, danger=CALM),
]


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return learn(EXAMPLES)


def scores(knowledge: Knowledge, text: str) -> dict[str, float]:
    """Return the score of each question by its name."""
    found = knowledge.scores(knowledge.columns.vector(text.split()))
    names = [*knowledge.topics, "strange", *(level.name for level in LEVELS)]
    return dict(zip([*names, *knowledge.kinds, *knowledge.abouts], map(float, found), strict=True))


def test_each_question_is_answered_as_its_examples_say(knowledge: Knowledge) -> None:
    password, hit, joke = (
        scores(knowledge, text) for text in ("unohdin salasanan", "se löi mua", "kerro vitsi")
    )

    assert password["accounts"] > 0 > password["meals"]
    assert hit["CRISIS"] > 0
    assert hit[Kind.VIOLENCE] > hit[Kind.SUICIDE]
    assert joke["strange"] > max(joke["accounts"], joke["meals"])


def test_what_is_at_least_crisis_is_at_least_concern(knowledge: Knowledge) -> None:
    heard = scores(knowledge, "en jaksa enää elää")

    assert heard["CONCERN"] > 0
    assert heard["CRISIS"] > 0
    assert heard["EMERGENCY"] < 0


def test_at_most_concern_says_nothing_of_concern() -> None:
    """Its lines may be heavy: they teach that they are no crisis, and leave the rest open."""
    heavy = Danger(Level.CONCERN, is_at_most=True)
    known = learn([*EXAMPLES, *(Example(f"väsyttää niin {word}", danger=heavy) for word in "abcd")])

    heard = scores(known, "väsyttää niin")

    assert heard["CRISIS"] < -0.5
    assert abs(heard["CONCERN"]) < 0.5


def test_words_teach_but_are_never_shown_as_examples(knowledge: Knowledge) -> None:
    assert scores(knowledge, "ruokalista")["meals"] > 0
    assert "ruokalista" not in knowledge.near.texts


def test_an_unknown_word_makes_what_is_known_lighter(knowledge: Knowledge) -> None:
    alone = knowledge.columns.vector(["salasanan"])
    among = knowledge.columns.vector(["salasanan", "qwxyzqwxyz"])

    assert np.linalg.norm(among.weights) < np.linalg.norm(alone.weights) <= 1.0001


def test_words_side_by_side_are_one_feature_more(knowledge: Knowledge) -> None:
    first, second = features("unohdin")[0], features("salasanan")[0]

    assert pair(first, second) in knowledge.columns.codes
    assert pair(second, first) not in knowledge.columns.codes


def test_nothing_to_learn_from_is_learnt_as_nothing() -> None:
    known = learn([])

    assert (known.topics, known.kinds, [*known.near.texts]) == ((), (), [])
    assert len(known.columns.vector(["moi"]).columns) == 0


def test_what_was_learnt_survives_as_arrays(knowledge: Knowledge) -> None:
    again = from_arrays(knowledge.arrays())

    assert (again.topics, again.kinds, again.abouts) == (knowledge.topics, knowledge.kinds, knowledge.abouts)
    assert [*again.near.texts] == [*knowledge.near.texts]
    assert [*again.near.plain] == [*knowledge.near.plain]
    for text in ("unohdin salasanan", "se löi mua"):
        assert scores(again, text) == pytest.approx(scores(knowledge, text), abs=0.01)  # half precision


def test_features_that_say_the_same_share_a_row(knowledge: Knowledge) -> None:
    """Parts of one rare word stand in the same examples: a fifth of the banks' weights would be kept twice."""
    again = from_arrays(knowledge.arrays())

    assert len(knowledge.weights) < len(knowledge.columns)
    assert len(again.weights) <= len(knowledge.weights)
    assert len(again.arrays()["weights"]) == len(again.weights)


def test_texts_come_back_as_they_were() -> None:
    texts = Texts.of(["", "äiti", "\N{SMILING FACE WITH SUNGLASSES} ok", "moi"])

    assert [*texts] == ["", "äiti", "\N{SMILING FACE WITH SUNGLASSES} ok", "moi"]
    assert texts[1] == "äiti"
    assert texts.several(np.array([3, 0])) == ["moi", ""]


def test_arrays_of_something_else_are_refused() -> None:
    with pytest.raises(KeyError):
        from_arrays({"codes": np.zeros(1)})


def test_columns_know_nothing_of_an_empty_bank() -> None:
    empty = Columns(np.zeros(0, dtype=np.uint32), np.zeros(0, dtype=np.float32), 1.0)

    assert len(empty.vector(["moi"]).columns) == 0
