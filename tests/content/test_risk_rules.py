"""The danger rules of packs/common/risk: each example and counter-example is held by a test of its own."""

from pathlib import Path
from typing import Any

import pytest
import yaml

import content
from content import risk_rules
from content.risk_rules import RiskFile, RiskRulesError
from intents.risk import Level, RiskRules, findings, judge

FOLDER = Path(content.__file__).parent / "packs" / "common" / "risk"
FILES: dict[str, Any] = {
    path.name: yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    for path in sorted(FOLDER.glob("*.yaml"))
}
MODELS: dict[str, RiskFile] = risk_rules.parse(FILES)
SMALLEST: dict[str, Any] = {
    "sets": dict.fromkeys(risk_rules.NEEDED_SETS, "xyzzy"),
    "kind": "suicide",
    "rules": [
        {"id": "a.b", "level": "crisis", "patterns": ["haluan .. kuolla"], "examples": ["haluan kuolla"]}
    ],
}


@pytest.fixture(scope="module")
def rules() -> RiskRules:
    return risk_rules.build(FILES)


def lines(part: str, which: str) -> list[Any]:
    """Each example of each rule (exception, raise), as a test parameter that names it."""
    return [
        pytest.param(item, text, id=f"{item.id}: {text}")
        for model in MODELS.values()
        for item in getattr(model, part)
        for text in getattr(item, which)
    ]


def role_of(item: Any) -> str | None:
    roles = getattr(item, "roles", ())
    return roles[0] if roles else None


@pytest.mark.parametrize(("rule", "text"), lines("rules", "examples"))
def test_a_rule_finds_its_examples(rule: Any, text: str, rules: RiskRules) -> None:
    found = {each.rule.id: each.level for each in findings(text, rules, role=role_of(rule))}

    assert rule.id in found
    assert found[rule.id] >= Level[rule.level.upper()]


@pytest.mark.parametrize(("rule", "text"), lines("rules", "not_"))
def test_a_rule_leaves_its_counter_examples_alone(rule: Any, text: str, rules: RiskRules) -> None:
    found = {each.rule.id: each.level for each in findings(text, rules, role=role_of(rule))}

    assert found.get(rule.id, Level.NONE) < Level[rule.level.upper()]
    assert judge(text, rules, role=role_of(rule)).level <= Level.CONCERN or text == "tapan itseni"


@pytest.mark.parametrize(("exception", "text"), lines("exceptions", "examples"))
def test_an_exception_explains_its_examples(exception: Any, text: str, rules: RiskRules) -> None:
    assert judge(text, rules, role=role_of(exception)).level <= Level.CONCERN


@pytest.mark.parametrize(("exception", "text"), lines("exceptions", "not_"))
def test_an_exception_never_explains_more_than_its_words(exception: Any, text: str, rules: RiskRules) -> None:
    assert judge(text, rules, role=role_of(exception)).level >= Level.CRISIS


@pytest.mark.parametrize(("item", "text"), lines("raises", "examples"))
def test_what_is_urgent_is_raised(item: Any, text: str, rules: RiskRules) -> None:
    assert judge(text, rules).level >= Level[item.to.upper()]


@pytest.mark.parametrize(("item", "text"), lines("raises", "not_"))
def test_what_is_not_urgent_is_not_raised(item: Any, text: str, rules: RiskRules) -> None:
    assert judge(text, rules).level < Level[item.to.upper()]


@pytest.mark.parametrize("text", [line for model in MODELS.values() for line in model.calm])
def test_a_calm_line_raises_no_alarm(text: str, rules: RiskRules) -> None:
    assert judge(text, rules).level <= Level.CONCERN


def test_every_rule_can_be_told_apart_by_its_id() -> None:
    ids = [item.id for model in MODELS.values() for item in (*model.rules, *model.exceptions, *model.raises)]

    assert len(ids) == len(set(ids))


def test_the_smallest_rules_judge() -> None:
    built = risk_rules.build({"a.yaml": SMALLEST})

    assert judge("haluan siis vain kuolla", built).level is Level.CRISIS


def rule(**changes: Any) -> dict[str, Any]:
    return {**SMALLEST, "rules": [{**SMALLEST["rules"][0], **changes}]}


@pytest.mark.parametrize(
    ("document", "where", "what"),
    [
        pytest.param(
            rule(patterns=["<nothing> kuolla"]), "rules.0.patterns.0", "<nothing>", id="unknown set"
        ),
        pytest.param(rule(patterns=["& kuolla"]), "rules.0.patterns.0", "&", id="nothing before &"),
        pytest.param(
            rule(patterns=["!kuolla"]), "rules.0.patterns.0", "nothing to find", id="only a forbidden"
        ),
        pytest.param(rule(level="grave"), "rules.0.level", "emergency", id="unknown level"),
        pytest.param(rule(kind="boredom"), "rules.0.kind", "boredom", id="unknown kind"),
        pytest.param(rule(about="me"), "rules.0.about", "friend", id="unknown person"),
        pytest.param(rule(examples=[]), "rules.0.examples", "at least 1", id="no example"),
        pytest.param(rule(colour="red"), "rules.0.colour", "Extra", id="unknown key"),
        pytest.param({**SMALLEST, "typos": ["nothing"]}, "typos.0", "nothing", id="typos of an unknown set"),
        pytest.param({"kind": "suicide"}, "sets", "negator", id="a set that the judge needs is missing"),
        pytest.param(
            {**SMALLEST, "sets": {**SMALLEST["sets"], "a": "<b>", "b": "<a>"}},
            "sets",
            "itself",
            id="a circle",
        ),
        pytest.param(["no mapping"], "", "RiskFile", id="no mapping"),
    ],
)
def test_a_mistake_is_told_with_its_place(document: Any, where: str, what: str) -> None:
    with pytest.raises(RiskRulesError) as error:
        risk_rules.build({"a.yaml": document})

    assert any(
        str(fault).startswith(f"a.yaml: {where}") and what in fault.message for fault in error.value.faults
    )


def test_two_rules_of_one_id_are_refused() -> None:
    twice = {**SMALLEST, "rules": SMALLEST["rules"] * 2}

    with pytest.raises(RiskRulesError, match="choose another"):
        risk_rules.build({"a.yaml": twice})


def test_all_mistakes_are_told_at_once() -> None:
    with pytest.raises(RiskRulesError) as error:
        risk_rules.build({"a.yaml": rule(level="grave", colour="red")})

    assert len(error.value.faults) == 2
