"""A small school's phrases, and texts that people might write about them."""

import pytest

from content.risk_rules import NEEDED_SETS, build
from intents.knowledge import Example
from intents.learning import learn
from intents.matcher import Matcher, Thresholds
from intents.risk import RiskRules
from intents.risk_sense import Sense
from intents.understanding import Reader

PHRASES = {
    "anxiety": [
        "mua ahdistaa koko ajan",
        "paniikkikohtaus tunnilla",
        "jännitän esitelmää niin että oksettaa",
        "jag har ångest",
        "i get panic attacks",
    ],
    "money": [
        "rahat loppu eikä ole ruokaa",
        "en pysty maksamaan vuokraa",
        "mistä saa rahaa ruokaan",
        "pengarna är slut",
        "i can't pay my rent",
    ],
    "accounts": [
        "unohdin wilman salasanan",
        "en pääse kirjautumaan",
        "tunnukset ei toimi",
        "jag har glömt mitt lösenord",
        "my password does not work",
    ],
    "meals": [
        "mitä tänään on ruokana",
        "olen allerginen maidolle, saanko toisen lounaan",
        "ruokalista",
        "vad är det för mat idag",
        "is the school lunch free",
    ],
    "greeting": ["moi", "hei onko siellä ketään", "hej", "hello"],
    "thanks": ["kiitos", "kiitos avusta", "tack", "thanks that helped"],
}


@pytest.fixture(scope="session")
def matcher() -> Matcher:
    """A matcher of six topics in three languages."""
    examples = [Example(text, topic=topic) for topic, texts in PHRASES.items() for text in texts]
    return Matcher(learn(examples), Thresholds(worth_asking=20))  # of six topics each has a sixth for nothing


@pytest.fixture(scope="session")
def rules() -> RiskRules:
    """One rule of danger, enough to see that it is heard."""
    sets = dict.fromkeys(NEEDED_SETS, "xxxx") | {
        "negator": "en, ei",
        "want": "halua*, haluu*",
        "die": "kuolla",
    }
    rule = {
        "id": "suicide.wish",
        "level": "crisis",
        "patterns": ["<want> <die>"],
        "examples": ["haluan kuolla"],
    }
    return build({"suicide.yaml": {"kind": "suicide", "sets": sets, "typos": ["want"], "rules": [rule]}})


@pytest.fixture(scope="session")
def reader(matcher: Matcher, rules: RiskRules) -> Reader:
    """Understands by the small school's phrases and that rule."""
    return Reader(matcher, rules, Sense(learn([])))
