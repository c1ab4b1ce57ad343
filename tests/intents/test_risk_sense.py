"""A sense of danger, learnt: it raises what rules leave low, never lowers, and says why."""

import numpy as np
import pytest
from numpy.typing import NDArray

from intents import risk_sense
from intents.grams import Floats
from intents.knowledge import Danger, Example, Knowledge, likeness
from intents.learning import learn
from intents.packed import Texts
from intents.risk import NO_RISK, About, Kind, Level, Risk
from intents.risk_sense import LONG_STORY, Alarms, Sense

FAREWELL = Danger(Level.CRISIS, Kind.SUICIDE, About.SELF)
HIT = Danger(Level.EMERGENCY, Kind.VIOLENCE, About.FRIEND)
CALM = Danger(Level.NONE)
EXAMPLES = [
    *(
        Example(text, danger=FAREWELL)
        for text in (
            "annan kissan naapurille, en tarvii sitä enää",
            "kaikki on kohta ohi, kiitos kun oot ollu kaveri",
            "tää on mun viimeinen ilta",
        )
    ),
    *(
        Example(text, danger=HIT)
        for text in ("se hakkaa sitä just nyt", "kaveri huutaa apua oven takana", "sillä on veitsi kädessä")
    ),
    *(
        Example(text, topic="pets", danger=CALM)
        for text in ("kissa on kipee, pääseekö lääkäriin", "saako kissan tuoda asuntolaan")
    ),
    *(
        Example(text, topic="timetable", danger=CALM)
        for text in ("milloin viimeinen tunti loppuu", "mikä ilta on kerho", "kaikki tunnit on ohi kolmelta")
    ),
]


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return learn(EXAMPLES)


@pytest.fixture
def sense(knowledge: Knowledge) -> Sense:
    return Sense(knowledge, Alarms(concern=0.0, crisis=0.0, emergency=0.0))


def heard(sense: Sense, *sentences: str, risk: Risk = NO_RISK) -> Risk:
    return sense.raised(risk, [sentence.split() for sentence in sentences])


def test_what_no_rule_names_is_heard(sense: Sense) -> None:
    risk = heard(sense, "kissa naapurille en tarvii enää")

    assert (risk.level, risk.kind, risk.about) == (Level.CRISIS, Kind.SUICIDE, About.SELF)


def test_the_reason_names_the_example_it_is_like(sense: Sense) -> None:
    assert 'like "annan kissan naapurille' in heard(sense, "annan kissan naapurille").reason


def test_what_is_calm_stays_calm(sense: Sense) -> None:
    assert heard(sense, "saako kissan tuoda asuntolaan") == NO_RISK


def test_a_level_is_never_lowered(sense: Sense) -> None:
    grave = Risk(Level.EMERGENCY, Kind.OVERDOSE, About.SELF, "overdose.now")

    assert heard(sense, "saako kissan tuoda asuntolaan", risk=grave) == grave


def test_a_raised_level_keeps_the_kind_that_the_rules_found(sense: Sense) -> None:
    low = Risk(Level.CONCERN, Kind.DISTRESS, About.FRIEND, "distress.tired")

    risk = heard(sense, "tää on mun viimeinen ilta", risk=low)

    assert (risk.level, risk.kind, risk.about) == (Level.CRISIS, Kind.DISTRESS, About.FRIEND)
    assert risk.reason.startswith("distress.tired; learnt: crisis")


def test_an_emergency_is_a_crisis_first(knowledge: Knowledge) -> None:
    """Alone, its score says little: it tells crises from emergencies, not from everyday lines."""
    deaf = Sense(knowledge, Alarms(concern=9.0, crisis=9.0, emergency=-9.0))

    assert heard(deaf, "se hakkaa sitä just nyt") == NO_RISK
    crisis = Risk(Level.CRISIS, Kind.VIOLENCE, About.FRIEND, "violence.hits")
    assert heard(deaf, "se hakkaa sitä just nyt", risk=crisis).level is Level.EMERGENCY


def test_one_word_alone_is_for_the_rules(sense: Sense) -> None:
    assert heard(sense, "viimeinen") == NO_RISK


@pytest.mark.parametrize("text", ["🔪 🩸", "мне нужна справка"])
def test_what_has_no_latin_letter_is_for_the_rules(text: str) -> None:
    """What little was learnt of other alphabets is of danger: all that is written in them would sound of it."""
    known = learn([*EXAMPLES, Example("🔪 🩸", danger=HIT), Example("мне негде ночевать", danger=HIT)])
    sense = Sense(known, Alarms(concern=-9.0, crisis=-9.0, emergency=-9.0))

    assert heard(sense, text) == NO_RISK
    assert heard(sense, f"{text} viimeinen ilta").level is Level.EMERGENCY


def test_in_a_long_story_one_sentence_is_enough(sense: Sense) -> None:
    story = ["mikä ilta on kerho ja saako sinne tuoda kissan jos se on kipee"] * 3

    assert sum(len(each.split()) for each in story) >= LONG_STORY
    assert heard(sense, *story).level < Level.CRISIS
    assert heard(sense, *story, "tää on mun viimeinen ilta").level >= Level.CRISIS


def test_a_clear_everyday_topic_calms(knowledge: Knowledge) -> None:
    alarms = Alarms(concern=0.0, crisis=0.0, emergency=0.0)
    text = ["milloin", "viimeinen", "tunti", "loppuu", "ja", "kaikki", "on", "ohi"]

    plain = Sense(knowledge, alarms).levels_of([text])
    calmed = Sense(knowledge, alarms, calm_topics={"timetable"}).levels_of([text])

    assert (calmed < plain).all()


def test_what_is_alike_letter_by_letter_to_danger_sounds_of_more_than_the_same_words_in_disorder(
    sense: Sense,
) -> None:
    text, disorder = "tää on mun viimeinen yö", "yö mun viimeinen on tää"

    (concern, crisis, emergency), others = (
        sense.levels_of([text.split()]),
        sense.levels_of([disorder.split()]),
    )

    assert concern > others[0] + 0.5
    assert crisis > others[1] + 0.5
    assert emergency < others[2] + 0.5, "order tells nothing of whether it is now"


def test_what_is_alike_to_something_calm_sounds_of_less(sense: Sense) -> None:
    text, disorder = "saako kissan tuoda kerholle", "kerholle tuoda kissan saako"

    assert (sense.levels_of([text.split()])[:2] < sense.levels_of([disorder.split()])[:2]).all()


def test_what_likeness_could_not_raise_is_not_compared(
    knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[str] = []

    def spied(text: str, examples: Texts, rows: NDArray[np.intp]) -> Floats:
        compared.append(text)
        return likeness(text, examples, rows)

    monkeypatch.setattr(risk_sense, "likeness", spied)
    text = "saako kissan tuoda asuntolaan"

    assert heard(Sense(knowledge, Alarms(concern=9.0, crisis=9.0)), text) == NO_RISK
    assert compared == []
    heard(Sense(knowledge, Alarms(concern=9.0, crisis=-9.0)), text)
    assert compared == [text]


def test_nothing_learnt_hears_nothing() -> None:
    assert heard(Sense(learn([])), "tää on mun viimeinen ilta") == NO_RISK
